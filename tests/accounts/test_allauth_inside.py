"""One module reaches into allauth: what a new version of it breaks, breaks there."""

from __future__ import annotations

import re
from pathlib import Path

from accounts import allauth_inside

REACHES_IN = re.compile(r"^\s*(from|import) allauth\.\S*internal", re.MULTILINE)


def test_no_other_module_reaches_in():
    room = Path(allauth_inside.__file__).parent
    reaching = {file.name for file in room.rglob("*.py") if REACHES_IN.search(file.read_text())}
    assert reaching == {"allauth_inside.py"}

"""The name under which a file is given out: made from what its sender called it, safe on every machine."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

LONGEST: Final = 120
# What Windows keeps for itself, whatever stands behind the dot.
_TAKEN: Final = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)
_KEPT: Final = frozenset(" _-.()'’,+&")


def ending_of(name: str) -> str:
    """Return what stands behind the last dot, in small letters; "" for a name without one."""
    _stem, dot, ending = name.rpartition(".")
    return ending.strip().lower() if dot else ""


def clean(name: str, ending: str) -> str:
    """Return a name with ``ending`` and at most LONGEST characters: no path, nothing unseen, never empty."""
    name = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    if ending_of(name).isalnum() and len(ending_of(name)) <= 5:
        name = name.rpartition(".")[0]
    kept = "".join(one if one.isalnum() or one in _KEPT or unicodedata.category(one)[0] == "M" else " " for one in name)
    stem = re.sub(r"\.{2,}", ".", " ".join(kept.split())).strip(" .-_")
    room = LONGEST - len(ending) - 1
    while len(stem) > room or len(stem.encode()) > 200:
        stem = stem[:-1]
    stem = stem.strip(" .-_")
    if not any(one.isalnum() for one in stem) or _TAKEN.fullmatch(stem):
        stem = f"file {stem}".strip()
    return f"{stem}.{ending}"

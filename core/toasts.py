"""What a page says after something was done: one sentence and, where it can be taken back, a form that does so."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest

_UNDO = "undo="


def say(request: HttpRequest, sentence: Any, *, undo: str = "") -> None:
    """Show ``sentence`` on the next page; with ``undo`` (the address that takes it back by POST) it has a button."""
    messages.success(request, sentence, extra_tags=f"{_UNDO}{undo}" if undo else "")


def undo_of(message: Any) -> str:
    """Return the address that takes this message's deed back, or "" where there is none."""
    tags = getattr(message, "extra_tags", "") or ""
    return tags.removeprefix(_UNDO) if tags.startswith(_UNDO) else ""

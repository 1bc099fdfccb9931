"""What every drawing is made of: safe words, names of classes, and the outer element with its title."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import Final

_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOT_ID: Final = re.compile(r"[^A-Za-z0-9_-]+")


class Svg(str):
    """SVG text whose words are already escaped; Django's templates print it without escaping it again."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


def safe(text: object) -> str:
    """Return a text as it may stand between two tags or in an attribute."""
    return escape(_NOT_XML.sub("", str(text)))


def safe_id(uid: str) -> str:
    """Return `uid` without anything an id cannot hold."""
    return _NOT_ID.sub("-", uid) or "drawing"


def classes(*names: str) -> str:
    """Return the names that are not empty, as a class attribute holds them."""
    return " ".join(name for name in names if name)


def fit(text: str, px: float, per_char: float) -> str:
    """Return the text, or as much of it as `px` holds at `per_char` px a character, with an ellipsis; "" if nothing fits."""
    room = int(px / per_char)
    if len(text) <= room:
        return text
    return text[: room - 1].rstrip() + "…" if room >= 4 else ""


def frame(css: str, width: float, height: float, uid: str, title: str, desc: str, parts: Sequence[str]) -> Svg:
    """Return a whole drawing with its name and its description for people who do not see it."""
    return Svg(
        f'<svg class="{css}" viewBox="0 0 {width:.0f} {height:.0f}" role="img" '
        f'aria-labelledby="{uid}-t {uid}-d">'
        f'<title id="{uid}-t">{safe(title)}</title><desc id="{uid}-d">{safe(desc)}</desc>\n  '
        + "\n  ".join(parts)
        + "\n</svg>"
    )

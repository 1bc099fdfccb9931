"""Components that need nothing but what they are given: drawn once from the same things, whoever looks.

A drawing is kept with everything it was made from, so that it can be neither old nor somebody else's. Not for forms (their
token is another each time), and not for what knows who reads.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Any, Final, TypeVar

from django.conf import settings
from django.template import Context, Engine
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe

from core.language import language
from core.words import spoken

# A page has a dozen; a drawing with its key takes some kilobytes.
KEPT: Final = 256

Drawing = TypeVar("Drawing")


def drawn(which: str, **given: Any) -> SafeString:
    """Return ``components/WHICH.html`` in the present language, drawn from texts, numbers, and lists of them."""
    return remembered((which, fixed(given)), lambda: _draw(which, given))


def remembered(made_of: Hashable, draw: Callable[[], Drawing]) -> Drawing:
    """Return what ``draw`` returns, or returned lately in this language and its words for an equal ``made_of``."""
    drawing = _Drawing((language(), spoken(), made_of), draw)
    # Somebody who works on the templates wants to see them.
    return draw() if settings.DEBUG else _remembered(drawing)


def fixed(value: Any) -> Hashable:
    """Return something that is equal for equal values of the same types only: safe text is not any text."""
    if isinstance(value, dict):
        return tuple((name, fixed(one)) for name, one in value.items())
    if isinstance(value, list | tuple):
        return tuple(fixed(one) for one in value)
    return (str, str(value)) if isinstance(value, Promise) else (type(value), value)


class _Drawing:
    """What a drawing is made of, and how: the first alone says which one it is."""

    def __init__(self, made_of: Hashable, draw: Callable[[], Any]) -> None:
        self.made_of, self._draw, self._hash = made_of, [draw], hash(made_of)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Drawing) and self.made_of == other.made_of

    def draw(self) -> Any:
        """Draw it, once: what is kept does not hold on to rows."""
        return self._draw.pop()()


@lru_cache(maxsize=KEPT)
def _remembered(drawing: _Drawing) -> Any:
    return drawing.draw()


def _draw(which: str, given: dict[str, Any]) -> SafeString:
    found = Engine.get_default().get_template(f"components/{which}.html")
    text = found.render(Context({**given, "lang": language()})).strip()
    return mark_safe(text)  # nosec B308 B703 # a template escapes

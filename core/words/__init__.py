"""How a programme calls a team, and the person whom care is for: every sentence follows, in both languages.

The words that are spoken belong to what is being done now (a request, a letter), as the language does, and stand beside it:
``translation.override`` and lazy texts keep them. Whoever shows something of one programme says so with ``speaking`` (or
``speak``, for the rest of a request). Without that the standard words are spoken.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from core.language import language

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Words:
    """A choice among the sets: keys of ``sets.toml``."""

    team: str = "team"
    person: str = "patient"


STANDARD = Words()
_spoken: ContextVar[Words] = ContextVar("words", default=STANDARD)


def spoken() -> Words:
    """Return the words that are spoken now."""
    return _spoken.get()


def speak(words: Words) -> None:
    """Speak these words until the end of the request or of the surrounding ``speaking``. A key that is no set: the standard."""
    _spoken.set(_known(words))


@contextmanager
def speaking(words: Words) -> Iterator[None]:
    """Speak these words for a while, and afterwards those from before."""
    token = _spoken.set(_known(words))
    try:
        yield
    finally:
        _spoken.reset(token)


@cache
def sets() -> dict[str, Any]:
    """Return the sets as ``sets.toml`` has them: "team", "person", "kept"."""
    return tomllib.loads((HERE / "sets.toml").read_text())


def called(kind: str, key: str) -> str:
    """Return the word itself of a set in the language of the page, to choose it by: "team", "project" -> "projet"."""
    forms = sets()[kind][key][language()]
    return forms.get("word") or forms["one"]


def choices(kind: str) -> list[tuple[str, str]]:
    """Return the sets of a kind ("team" or "person") for a form: (key, word in the language of the page)."""
    return [(key, called(kind, key)) for key in sets()[kind]]


def _known(words: Words) -> Words:
    if words.team in sets()["team"] and words.person in sets()["person"]:
        return words
    return Words(
        words.team if words.team in sets()["team"] else STANDARD.team,
        words.person if words.person in sets()["person"] else STANDARD.person,
    )

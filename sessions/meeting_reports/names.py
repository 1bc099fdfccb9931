"""Names as people type them into a meeting, and which person they may mean. Pure.

"Nia Roy (Harbour View)", "Roy, Nia", "NIA ROY", "nia  roy - 2 West", "Nia (Nia Roy)" are one name. Nothing is matched that
could be two people: that stays a question for a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final, TypeVar

from core.places import sort_key

_PARENTHESES: Final = re.compile(r"[(\[{]([^()\[\]{}]*)[)\]}]?")
_PLACE_AFTER: Final = re.compile(r"\s+[-–—|/@•]\s*|\s*[|/@•]\s*")
_LETTERS: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_TITLES: Final = frozenset(
    {"dr", "dre", "mr", "mrs", "ms", "mme", "mlle", "m", "prof", "rn", "lpn", "md", "np", "inf", "phd"}
)

Key = TypeVar("Key")


def whole(text: str) -> str:
    """Return the whole of a name without accents and capitals: what is remembered, and what holds rejoins together."""
    return " ".join(sort_key(text).split())[:200]


def folded(text: str) -> str:
    """Return the words of one name in an order of their own, without titles: "Roy, Nia" and "Dr Nia Roy" are the same."""
    words = [word.replace("’", "'") for word in _LETTERS.findall(sort_key(text).replace("-", " "))]
    return " ".join(sorted(word for word in words if word not in _TITLES))


def meant(text: str) -> list[str]:
    """Return the names that a text may hold, folded: the whole, then without its place, then what stands in brackets."""
    inside = [part for part in _PARENTHESES.findall(text) if part.strip()]
    outside = _PARENTHESES.sub(" ", text)
    first = _PLACE_AFTER.split(outside.strip(), maxsplit=1)[0]
    before, _comma, after = first.partition(",")
    found = [folded(outside), folded(first)]
    # "Nia Roy, Harbour View": a name of two words before the comma is a whole one; "Roy, Nia" is not.
    if len(folded(before).split()) > 1 and after:
        found.append(folded(before))
    found += [folded(part) for part in inside]
    return [one for one in dict.fromkeys(found) if one]


def recognised(text: str, known: Mapping[str, Iterable[Key]]) -> Key | None:
    """Return whose name this is among ``known`` (folded name to whoever has it), None for nobody, or for more than one."""
    people = {key for one in meant(text) for key in known.get(one, ())}
    return next(iter(people)) if len(people) == 1 else None

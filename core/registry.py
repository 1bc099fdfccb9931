"""Where rooms meet without knowing each other: each room fills these slots in its ``apps.py``.

A lower room asks a slot; the answers come from rooms above it that it may not import.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any


class Slot:
    """A named list of callables, in the order of the rooms that added them."""

    def __init__(self, name: str, doc: str) -> None:
        self.name, self.__doc__ = name, doc
        self._answers: dict[str, Callable[..., Any]] = {}

    def add(self, key: str, answer: Callable[..., Any]) -> None:
        """Let ``answer`` speak for ``key`` (a room, or a model's label). A second registration replaces the first."""
        self._answers[key] = answer

    def get(self, key: str) -> Callable[..., Any] | None:
        """Return the callable of ``key``, or None."""
        return self._answers.get(key)

    def keys(self) -> list[str]:
        return list(self._answers)

    def ask_all(self, *args: Any, **kwargs: Any) -> Iterator[tuple[str, Any]]:
        """Yield (key, answer) of everyone registered."""
        for key, answer in list(self._answers.items()):
            yield key, answer(*args, **kwargs)


data_of = Slot("data_of", "room -> fn(user) -> dict of everything this room keeps about a person")
forget = Slot("forget", "room -> fn(user) -> None: empty what this room keeps about a person")
may_receive = Slot(
    "may_receive",
    "source type (model label) -> fn(pairs of (user, source id)) -> the set of (user's key, source id) of those who have "
    "the right to know; asked just before messages leave, for as many as leave together",
)
current_version = Slot(
    "current_version",
    "source type -> fn(source ids) -> dict of source id to version, without those that are gone; what is older is void",
)
what_moves = Slot(
    "what_moves",
    "room -> fn(change, ledger) -> fn(moved) or None: let the room's own rows follow a change of dates, through the ledger; "
    "what it returns is called once all dates stand, to tell people and to add to moved.consequences",
)
hand_over = Slot(
    "hand_over", "room -> fn(membership, to_user): give what this role still had to do to whoever steps in for it"
)
offboard = Slot("offboard", "room -> fn(user, by): end now what a person without any role left must not have open")
team_tabs = Slot("team_tabs", "tab key -> fn(user, team) -> dict(text, url, order) or None when not for this person")
planning_tabs = Slot(
    "planning_tabs",
    "tab key -> fn(user, cohort) -> dict(text, url, order) or None; asked for those who plan the cohort",
)

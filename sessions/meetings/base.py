"""What a provider of meetings can do, and how it says that it could not."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
from typing import Protocol


@dataclasses.dataclass(frozen=True)
class Wish:
    """A meeting as it should be. ``key`` is ours and stays the same: by it the meeting is found again."""

    key: str
    topic: str
    starts_at: dt.datetime
    minutes: int
    # What a planner typed, for a provider that makes no address of its own.
    url: str = ""

    @property
    def mark(self) -> str:
        """Return a mark that two wishes share only when nothing about them differs."""
        words = "\n".join((self.key, self.topic, self.starts_at.isoformat(), str(self.minutes)))
        return hashlib.sha256(words.encode()).hexdigest()


@dataclasses.dataclass(frozen=True)
class Made:
    """A meeting as its provider calls it, and the address at which people join."""

    outside_id: str
    url: str


class Failed(Exception):
    """It was not done. ``code`` is one of ``sessions.models.Trouble``; ``wait`` the seconds the provider asks us to wait.

    Holds no address, no key and nothing that was answered.
    """

    def __init__(self, code: str, *, wait: float = 0) -> None:
        super().__init__(code)
        self.code, self.wait = code, wait


class Gone(Exception):
    """The provider knows no such meeting (any more)."""


class Provider(Protocol):
    """Makes, changes and cancels meetings. Every call may be made again: it leads to the same meeting."""

    key: str
    # Whether the meeting lives at somebody else's, who has to be asked over the network.
    is_outside: bool

    def is_set_up(self) -> bool:
        """Return whether this installation can use it."""
        ...

    def make(self, wish: Wish, *, may_exist: bool = False) -> Made:
        """Make the meeting and return it. ``may_exist``: look first whether an earlier try made it."""
        ...

    def change(self, outside_id: str, wish: Wish) -> None:
        """Let the meeting be as wished. Raises Gone."""
        ...

    def cancel(self, outside_id: str) -> None:
        """Take the meeting away. One that is gone already is as good."""
        ...

    def find(self, key: str) -> list[Made]:
        """Return the meetings that carry this key, the oldest first."""
        ...

    def health(self) -> None:
        """Return when it answers and knows us; raises Failed."""
        ...

"""The kinds of long work there are. Each room registers its own in its ``apps.ready()``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from jobs.models import Job


@dataclass(frozen=True)
class Result:
    """What came of it: a report for its page, and perhaps a file."""

    report: dict[str, Any] = field(default_factory=dict)
    file: bytes | None = None
    name: str = ""
    type: str = ""


@dataclass(frozen=True)
class Kind:
    """What is common to all work of a kind.

    ``key``: room and name. ``title``: what it is called, in the language of now. ``run``: does it, in small transactions
    of its own that may be done again (a worker may die in between), saying how far it is with ``progress(done, most)``.
    ``page``: the address where it is followed, "" for the list of one's files. ``still_theirs``: whether this person may
    have what came of it now, without a statement beyond their roles.
    """

    key: str
    title: Callable[[Job], str]
    run: Callable[[Job, Callable[[int, int], None]], Result]
    page: Callable[[Job], str] = lambda job: ""
    still_theirs: Callable[[Job, Any], bool] = lambda job, user: True


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Make ``kind`` known and return it. Raises ValueError when another one has its key already."""
    if _kinds.setdefault(kind.key, kind) != kind:
        raise ValueError(f"two kinds of work are called {kind.key}")
    return kind


def find(key: str) -> Kind | None:
    """Return the kind called ``key``, or None."""
    return _kinds.get(key)

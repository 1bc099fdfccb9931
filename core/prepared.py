"""Statements that Django writes once a process instead of once a request.

Writing the SQL of a queryset takes several times as long as running it. What a page asks every time, with other keys
only, is written once; the rows come as from the queryset itself, related rows and prefetched ones included.
"""

from __future__ import annotations

import copy
import datetime as dt
import threading
import uuid
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, Final, Protocol

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet

# A list of another length is another statement; beyond this many, the oldest is forgotten.
MOST: Final = 64

Value = uuid.UUID | int | str | dt.date | dt.datetime


class Parts(Protocol):
    """Something made of several values, of which another one of the same shape can be made."""

    @property
    def shape(self) -> Hashable: ...

    @property
    def values(self) -> list[Any]: ...

    def of(self, values: list[Any]) -> Any:
        """Return the same with other values, as ``build`` takes it."""


@dataclass(frozen=True)
class _Written:
    """A statement with the place of each value in it. ``slots``: a constant, or the name and index of a value."""

    queryset: QuerySet
    compiler: Any
    sql: str
    slots: tuple[tuple[str, int] | None, ...]
    constants: tuple[Any, ...]

    def rows(self, values: dict[str, list[Any]]) -> list[Any]:
        params = tuple(
            constant if slot is None else values[slot[0]][slot[1]]
            for slot, constant in zip(self.slots, self.constants, strict=True)
        )
        compiler = copy.copy(self.compiler)
        compiler.connection = connections[DEFAULT_DB_ALIAS]  # each thread has its own
        compiler.as_sql = lambda *args, **kwargs: (self.sql, params)
        asked = self.queryset.all()
        asked.query.get_compiler = lambda *args, **kwargs: compiler  # type: ignore[method-assign]
        return list(asked)


class Prepared:
    """A queryset whose SQL is written at the first call; later ones only put their values in.

        newest = Prepared(lambda team, since: Post.objects.filter(team=team, at__gt=since).select_related("by"))
        rows = newest(team=team.pk, since=monday)

    ``build`` gets a stand-in for every value (a key, a text, a day, a moment, a list of them, or ``Parts``; never None,
    which is other SQL) and must hand it to the queryset as it is. Whatever else it looks at is looked at once a process: the
    clock, the language and the person who asks have no place in it.
    """

    def __init__(self, build: Callable[..., QuerySet]) -> None:
        self._build = build
        self._written: dict[tuple, _Written | None] = {}
        self._lock = threading.Lock()

    def __call__(self, **values: Value | list[Any] | Parts) -> list[Any]:
        """Return the rows, as a list: what is written cannot be narrowed any more."""
        whole: dict[str, Any] = {
            name: value if hasattr(value, "of") else _Plain(value) for name, value in values.items()
        }
        given = {name: value.values for name, value in whole.items()}
        shape = tuple((name, value.shape, tuple(map(type, given[name]))) for name, value in whole.items())
        with self._lock:
            if shape not in self._written:
                while len(self._written) >= MOST:
                    del self._written[next(iter(self._written))]
                self._written[shape] = self._write(whole)
            written = self._written[shape]
        return [] if written is None else written.rows(given)

    def _write(self, whole: dict[str, Any]) -> _Written | None:
        standing_in: dict[Any, tuple[str, int]] = {}
        arguments = {}
        for name, value in whole.items():
            others = [_stand_in(one, len(standing_in) + place) for place, one in enumerate(value.values)]
            standing_in.update({other: (name, place) for place, other in enumerate(others)})
            arguments[name] = value.of(others)
        queryset = self._build(**arguments)
        compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        try:
            sql, params = compiler.as_sql()
        except EmptyResultSet:
            return None
        slots = tuple(standing_in.get(one) if _hashable(one) else None for one in params)
        plain = {name for name, value in whole.items() if isinstance(value, _Plain)}
        if lost := {slot for slot in standing_in.values() if slot[0] in plain} - set(slots):
            raise ValueError(f"these do not reach the statement as they are: {sorted(lost)}")
        return _Written(queryset, compiler, sql, slots, params)


@dataclass(frozen=True)
class _Plain:
    """One value, or a list of them."""

    value: Any

    @property
    def shape(self) -> bool:
        return isinstance(self.value, list)

    @property
    def values(self) -> list[Any]:
        return self.value if isinstance(self.value, list) else [self.value]

    def of(self, values: list[Any]) -> Any:
        return values if isinstance(self.value, list) else values[0]


def _stand_in(value: Any, number: int) -> Any:
    """Return something of the same type that no statement has in it by chance."""
    match value:
        case uuid.UUID():
            return uuid.uuid4()
        case dt.datetime():
            return dt.datetime(1, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=number, microseconds=7)
        case dt.date():
            return dt.date(1, 1, 1) + dt.timedelta(days=number)
        case bool() | None:
            raise TypeError(f"{value!r} is other SQL, not another value")
        case int():
            return 2_000_000_011 + number
        case str():
            return uuid.uuid4().hex
        case _:
            raise TypeError(f"no statement is prepared for a {type(value).__name__}")


def _hashable(one: Any) -> bool:
    return isinstance(one, uuid.UUID | int | str | dt.date) and not isinstance(one, bool)

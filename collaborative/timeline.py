"""The dates of a cohort, worked out from one another. Pure: no Django, no database, no clock of its own.

A phase is either a moment (a session, one day) or a stretch of days that hangs between others. A stretch begins a number
of days after the *end* of its start anchor and ends a number of days after the *beginning* of its end anchor; an empty
anchor means the cohort's first day. A pinned date, set by hand, wins over the anchor. Nothing here knows how many phases
there are or what they are called.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
from collections.abc import Collection, Iterable, Mapping, Sequence


@dataclasses.dataclass(frozen=True)
class Shape:
    """How one phase's days follow from the others. ``moment`` is the day of a session, which anchors never move."""

    key: str
    ordinal: int
    start_anchor: str = ""
    start_offset: int = 0
    end_anchor: str = ""
    end_offset: int = 0
    pinned_start: dt.date | None = None
    pinned_end: dt.date | None = None
    moment: dt.date | None = None


@dataclasses.dataclass(frozen=True)
class Span:
    """The first and last day of a phase, both included."""

    start: dt.date
    end: dt.date


class NoTimeline(ValueError):
    """The shapes cannot be resolved: an unknown anchor, or anchors that wait for each other."""


def resolve(first_day: dt.date, shapes: Iterable[Shape]) -> dict[str, Span]:
    """Return the days of every phase by key.

    Raises NoTimeline when an anchor names no phase or when phases wait for each other in a circle. A stretch squeezed to
    less than a day (two sessions on neighbouring days) keeps its first day as its last.
    """
    by_key = {shape.key: shape for shape in shapes}
    known: dict[str, Span] = {}

    def span(key: str, waiting: tuple[str, ...]) -> Span:
        if key in known:
            return known[key]
        if key in waiting:
            raise NoTimeline(f"{' → '.join((*waiting, key))} wait for each other")
        if key not in by_key:
            raise NoTimeline(f"no phase is called {key}")
        shape, line = by_key[key], (*waiting, key)
        if shape.moment:
            known[key] = Span(shape.moment, shape.moment)
            return known[key]
        start = shape.pinned_start or (
            (span(shape.start_anchor, line).end if shape.start_anchor else first_day) + dt.timedelta(shape.start_offset)
        )
        end = shape.pinned_end or (
            (span(shape.end_anchor, line).start if shape.end_anchor else start) + dt.timedelta(shape.end_offset)
        )
        known[key] = Span(start, max(start, end))
        return known[key]

    return {key: span(key, ()) for key in by_key}


def without(shapes: Sequence[Shape], left_out: Collection[str]) -> list[Shape]:
    """Return the shapes that stay when some phases are left out, in their order.

    A phase left out hands its anchors to what stood before it: what began after its end begins after the end of the phase
    before it. A stretch that would have ended where it began keeps its length. Raises NoTimeline as ``resolve`` does.
    """
    spans, line = resolve(dt.date(2001, 1, 1), shapes), sorted(shapes, key=lambda shape: shape.ordinal)
    place = {shape.key: number for number, shape in enumerate(line)}

    def before(key: str, asking: str) -> str:
        kept = (one.key for one in reversed(line[: place[key]]) if one.key not in left_out and one.key != asking)
        return next(kept, "")

    staying = []
    for shape in line:
        if shape.key in left_out:
            continue
        if shape.start_anchor in left_out:
            shape = dataclasses.replace(shape, start_anchor=before(shape.start_anchor, shape.key))
        if shape.end_anchor in left_out:
            length = (spans[shape.key].end - spans[shape.key].start).days
            shape = dataclasses.replace(shape, end_anchor="", end_offset=length)
        staying.append(shape)
    return staying


def due_on(anchor: str, offset: int, *, first_day: dt.date, days: Mapping[str, dt.date | None]) -> dt.date | None:
    """Return the day ``offset`` days from ``anchor`` ("" is the first day), None where the anchor has no day."""
    begins = days.get(anchor) if anchor else first_day
    return begins + dt.timedelta(days=offset) if begins else None


def out_of_order(moments: Sequence[tuple[str, dt.datetime]]) -> tuple[str, str] | None:
    """Return the keys of the first two neighbours where the later one does not come after the earlier, or None.

    ``moments`` are (key, start) of the sessions in the order in which they should happen.
    """
    for (before, first), (after, second) in itertools.pairwise(moments):
        if second <= first:
            return before, after
    return None


@dataclasses.dataclass(frozen=True)
class Where:
    """Where a cohort stands on one day: ``week`` of ``weeks`` (0 before the first day, None after the last)."""

    week: int | None
    weeks: int
    current: str
    next_moment: str


def where(first_day: dt.date, spans: dict[str, Span], moments: Iterable[str], today: dt.date) -> Where:
    """Return the week counted from ``first_day``, the phase of ``today`` and the next session from today on.

    On the day of a session the session itself is the phase. Between two phases (a gap) ``current`` is empty.
    """
    last_day = max(span.end for span in spans.values())
    weeks = (last_day - first_day).days // 7 + 1
    week = None if today > last_day else max(0, (today - first_day).days // 7 + 1)
    moment_keys = set(moments)
    holding = [key for key, span in spans.items() if span.start <= today <= span.end]
    current = next((key for key in holding if key in moment_keys), holding[0] if holding else "")
    ahead = sorted((spans[key].start, key) for key in moment_keys if spans[key].start >= today)
    return Where(week, weeks, current, ahead[0][1] if ahead else "")

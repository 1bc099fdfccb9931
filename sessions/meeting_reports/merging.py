"""Many stays, one participant: rejoins merged, minutes summed without counting an overlap twice, within the meeting. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sessions.meeting_reports.names import whole
from sessions.meeting_reports.reading import Stay

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Participant:
    """One participant of a report: how the service called them, for how long they were there, and in how many stays."""

    name: str
    email: str
    first_joined: dt.datetime | None
    minutes: int
    # When they were there, in seconds after the start; none where the report only says for how long.
    spans: list[Span]
    times: int
    rows: tuple[int, ...]
    # Without an address, and there in two stays at the same time for more than a minute.
    perhaps_two: bool = False
    # Whether a stay touches the session at all, were it for no minute.
    inside: bool = True


def merge(stays: Iterable[Stay], *, start: dt.datetime, end: dt.datetime) -> list[Participant]:
    """Return the participants in the order of the file. Who was there only before ``start`` or after ``end`` has 0 minutes.

    Stays belong together by their address, else by their name; a name that stands with one address alone is that person's
    without it too.
    """
    groups: dict[tuple[str, str], list[Stay]] = {}
    rows = list(stays)
    addresses: dict[str, set[str]] = {}
    for stay in rows:
        if stay.email and stay.name:
            addresses.setdefault(whole(stay.name), set()).add(stay.email)
    for stay in rows:
        known = addresses.get(whole(stay.name), set()) if stay.name else set()
        email = stay.email or (next(iter(known)) if len(known) == 1 else "")
        groups.setdefault(("", email) if email else (whole(stay.name), ""), []).append(stay)
    return [_one(email, some, start, end) for (_name, email), some in groups.items()]


def _one(email: str, stays: list[Stay], start: dt.datetime, end: dt.datetime) -> Participant:
    last = int((end - start).total_seconds())
    timed = [(_inside(stay, start, last), stay.minutes) for stay in stays if stay.joined is not None]
    spans = [span for span, _minutes in timed]
    # For how long of the time between is known, not when: it adds up, and is never longer than what of it the session saw.
    told = sum(stay.minutes or 0 for stay in stays if stay.joined is None)
    told += sum(
        min(minutes, minutes_of([span])) for span, minutes in timed if minutes is not None and span[0] < span[1]
    )
    some = [span for span, minutes in timed if minutes is None and span[0] < span[1]]
    together = union(some)
    at_once = minutes_of(some) - minutes_of(together)
    return Participant(
        name=next((stay.name for stay in stays if stay.name), ""),
        email=email,
        first_joined=min((stay.joined for stay in stays if stay.joined is not None), default=None),
        minutes=int(min(minutes_of(together) + told, last / 60) + 0.5),
        spans=together,
        times=len(stays),
        rows=tuple(stay.row for stay in stays),
        perhaps_two=not email and at_once > 1,
        inside=any(first <= last for first, last in spans) or any(stay.joined is None for stay in stays),
    )


def _inside(stay: Stay, start: dt.datetime, last: int) -> Span:
    """Return the seconds of a session, ``last`` long, between which somebody came and left; backwards where it saw nothing."""
    # A stay with moments has both.
    assert stay.joined is not None
    assert stay.left is not None
    return max(0, int((stay.joined - start).total_seconds())), min(last, int((stay.left - start).total_seconds()))


def union(spans: Iterable[Span]) -> list[Span]:
    """Return the same seconds as spans that do not touch, in their order."""
    found: list[Span] = []
    for first, last in sorted(spans):
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found


def minutes_of(spans: Iterable[Span]) -> float:
    """Return how many minutes these spans, which do not overlap, are long."""
    return sum(last - first for first, last in spans) / 60

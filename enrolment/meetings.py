"""The meetings of a cohort, as far as anybody may know of them. The room that holds them tells (``meetings``).

The same room tells which pages of its own anybody may read (``public_pages``).
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid

from django.utils import timezone

from collaborative.models import Cohort, Programme
from core.registry import Slot

meetings = Slot(
    "meetings",
    "room -> fn(cohort) -> (phase id or None, title, start, minutes, cancelled, where anybody registers or an empty text) "
    "of each meeting of the cohort",
)
public_pages = Slot(
    "public_pages",
    "room -> fn(programme) -> a heading, and (title, path) of each further page of the programme that anybody may read",
)


@dataclasses.dataclass(frozen=True)
class Meeting:
    """One meeting of the cohort as anybody may know of it: no address, no names."""

    phase_id: uuid.UUID | None
    title: str
    starts_at: dt.datetime
    minutes: int
    cancelled: bool
    register: str = ""


def meetings_of(cohort: Cohort) -> list[Meeting]:
    """Return the cohort's meetings in order of time."""
    found = [Meeting(*one) for _room, some in meetings.ask_all(cohort) for one in some]
    return sorted(found, key=lambda meeting: meeting.starts_at)


def ahead_of(cohort: Cohort) -> list[tuple[str, dt.datetime]]:
    """Return title and start of the meetings that take place and have not ended, the next one first."""
    now = timezone.now()
    return [
        (one.title, one.starts_at)
        for one in meetings_of(cohort)
        if not one.cancelled and one.starts_at + dt.timedelta(minutes=one.minutes) > now
    ]


def pages_of(programme: Programme) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what other rooms show to anybody of this programme: a heading, and title and path of each page below it."""
    return [(heading, rows) for _room, (heading, rows) in public_pages.ask_all(programme) if rows]

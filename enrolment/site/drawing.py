"""The dates of a cohort as visitors read them: the line drawn large, and the meetings with their place."""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid

from django.utils.translation import gettext as _

from collaborative.line import Line, Note, draw
from collaborative.models import Cohort
from core.language import language
from core.moments import read
from core.registry import Slot

moments_of = Slot(
    "moments_of",
    "room -> fn(cohort) -> (phase id or None, title, start, minutes, cancelled) of each meeting of the cohort",
)


@dataclasses.dataclass(frozen=True)
class Meeting:
    """One meeting of the cohort as anybody may know of it: no address, no names."""

    phase_id: uuid.UUID | None
    title: str
    starts_at: dt.datetime
    minutes: int
    cancelled: bool


def meetings_of(cohort: Cohort) -> list[Meeting]:
    """Return the cohort's meetings in order of time."""
    found = [Meeting(*one) for _room, some in moments_of.ask_all(cohort) for one in some]
    return sorted(found, key=lambda meeting: meeting.starts_at)


def line_of(cohort: Cohort, meetings: list[Meeting]) -> Line | None:
    """Return the line of the cohort for a visitor: the hours are those of the cohort's own place."""
    notes = {}
    for meeting in meetings:
        if meeting.phase_id:
            words = read(meeting.starts_at, cohort, None, lang=language()).mine
            notes[meeting.phase_id] = Note(_("cancelled") if meeting.cancelled else words)
    return draw(cohort, notes=notes)

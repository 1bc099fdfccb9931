"""The dates of a cohort as visitors read them: the line drawn large, with the meetings on it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from collaborative.line import Line, Note, draw
from collaborative.models import Cohort
from core.language import language
from core.moments import read
from enrolment.meetings import Meeting


def line_of(cohort: Cohort, meetings: list[Meeting]) -> Line | None:
    """Return the line of the cohort for a visitor: the hours are those of the cohort's own place."""
    notes = {}
    for meeting in meetings:
        if meeting.phase_id:
            words = read(meeting.starts_at, cohort, None, lang=language()).mine
            notes[meeting.phase_id] = Note(_("cancelled") if meeting.cancelled else words)
    return draw(cohort, notes=notes)

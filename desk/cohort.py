"""The cohort's page: the line, its sessions, its teams."""

from __future__ import annotations

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils.translation import gettext as _

from collaborative.line import Line, Note, draw
from collaborative.models import Cohort
from core.moments import read
from sessions.models import Appearance, LearningSession


def sessions_of(cohort: Cohort) -> list[LearningSession]:
    """Return the cohort's sessions in order of time, cancelled ones included, each with who speaks there (``speaking``)."""
    speaking = Appearance.objects.filter(learning_session=OuterRef("pk")).order_by("ordinal", "pk")
    facts = JSONObject(id="id", name="speaker__name")
    sessions = LearningSession.objects.filter(cohort=cohort).annotate(
        speaking=ArraySubquery(speaking.values(json=facts))
    )
    rows: list[LearningSession] = list(sessions.order_by("starts_at"))
    for row in rows:
        row.cohort = cohort
    return rows


def line_of(cohort: Cohort, sessions: list[LearningSession], *, reader, lang: str) -> Line | None:
    """Return the line with what sessions know: the hour on the reader's clock, and where each session's page is."""
    notes = {}
    for row in sessions:
        if row.phase_id:
            reading = read(row.starts_at, cohort, reader, lang=lang)
            text = f"{reading.mine} ({reading.theirs})" if reading.theirs else reading.mine
            if row.cancelled_at:
                text = _("cancelled")
            notes[row.phase_id] = Note(text, reverse("session", args=[cohort.pk, row.pk]))
    return draw(cohort, notes=notes)

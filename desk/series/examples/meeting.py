"""Examples about sessions, for those who take part in them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, Final

from django.utils import timezone

from collaborative.line import today_in
from collaborative.models import Cohort, Position
from desk.series.examples.found import DAY, Example, reader_of, session_of
from notifications.models import PlannedMessage
from sessions.models import Certificate, Guest, LearningSession, Recap


def _session(row: PlannedMessage, cohort: Cohort) -> None:
    found: Any = session_of(cohort)
    found.moved_from = found.starts_at - DAY
    row.source = found


def _reminder(row: PlannedMessage, cohort: Cohort) -> None:
    _session(row, cohort)
    row.occurrence = "T-2d"


def _sessions_together(row: PlannedMessage, cohort: Cohort) -> None:
    _session(row, cohort)
    row.source = SimpleNamespace(sessions=[row.source], cohort=cohort, cohort_id=cohort.pk)


def otherwise(learning_session: LearningSession) -> LearningSession:
    """Return the session as one of which a calendar shows, by now, a quarter of an hour less."""
    until = (timezone.now() + DAY).isoformat()
    one = learning_session
    one.stood = [[until, one.starts_at.isoformat(), max(one.minutes - 15, 5), one.title_en, one.title_fr]]
    return one


def _changed(row: PlannedMessage, cohort: Cohort) -> None:
    row.source = otherwise(session_of(cohort))
    row.source.told = {reader_of(row).pk: timezone.now()}


def _asks(row: PlannedMessage, cohort: Cohort) -> None:
    row.source, row.occurrence = session_of(cohort), "guest"
    guest = Guest(learning_session=row.source, name=reader_of(row).name, position=Position.PROVIDER, asks=True)
    row.source.at_the_door = {row.occurrence: guest}


def _left_session(row: PlannedMessage, cohort: Cohort) -> None:
    row.source = SimpleNamespace(learning_session=session_of(cohort))


def _recap(row: PlannedMessage, cohort: Cohort) -> None:
    rows = Recap.objects.filter(learning_session__cohort=cohort).select_related("learning_session__cohort__programme")
    found = rows.order_by("-learning_session__starts_at").first()
    row.source = found or Recap(learning_session=session_of(cohort))


def _certificate(row: PlannedMessage, cohort: Cohort) -> None:
    row.source = Certificate(cohort=cohort, person=row.recipient, given_on=today_in(cohort), sessions=1, hours=1)


EXAMPLES: Final[dict[str, Example]] = {
    "sessions/asks": _asks,
    "sessions/cancelled": _session,
    "sessions/catch-up": _recap,
    "sessions/certificate": _certificate,
    "sessions/changed": _changed,
    "sessions/clocks": _session,
    "sessions/invitation": _session,
    "sessions/moved": _session,
    "sessions/moved-together": _sessions_together,
    "sessions/not-yours": _left_session,
    "sessions/reminder": _reminder,
}

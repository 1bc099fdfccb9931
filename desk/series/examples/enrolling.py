"""Examples of how people come in: the public page, applications and their letters, invitations."""

from __future__ import annotations

import copy
import datetime as dt
from typing import Any, Final

from django.utils import timezone

from collaborative.line import today_in
from collaborative.models import Cohort, Role
from desk.series.examples.found import DAY, WORDS_STAND_HERE, Example, once, reader_of, team_of, teams_of
from enrolment import letters
from enrolment.models import Application, ContactNote, Interest, Invitation, Outcome, Release, State, Told
from notifications.models import PlannedMessage

_PLACES: Final = 10_000
# As what an application stands when its mails leave; before it is sent it is a draft.
_STANDS: Final = {"application-sent": State.SUBMITTED, "application-withdrawn": State.WITHDRAWN}


def _taking(cohort: Cohort) -> Cohort:
    """Return the cohort as it is, or was, while one can apply."""
    found, today = copy.copy(cohort), today_in(cohort)
    found.apply_from, found.apply_until, found.answers_on = today - 7 * DAY, today + 14 * DAY, today + 30 * DAY
    found.first_day, found.seats, found.closed_at = today + 60 * DAY, _PLACES, None
    return found


def _write_application(row: PlannedMessage, cohort: Cohort) -> Application:
    person, team = reader_of(row), once(cohort, "team", teams_of(cohort).first)
    row.address = person.email or ""
    return Application(
        cohort=_taking(cohort), contact_name=person.name, contact_email=row.address, language=person.language,
        team_name=team.name if team else cohort.name, sponsor_name=person.name, sponsor_email=row.address,
        state=_STANDS.get(row.kind.partition("/")[2], State.DRAFT), submitted_at=timezone.now(),
    )  # fmt: skip


def _application(row: PlannedMessage, cohort: Cohort) -> None:
    row.source = _write_application(row, cohort)


def _answered(row: PlannedMessage, cohort: Cohort) -> None:
    row.source = _write_application(row, cohort)
    row.source.sponsor_said = "yes"


def _letter(row: PlannedMessage, cohort: Cohort) -> None:
    """The letter to who is accepted, as the planning team has it."""
    release, found = Release(cohort=cohort, by=row.recipient), _write_application(row, cohort)
    row.source = Told(application=found, outcome=Outcome.ACCEPT, release=release)
    row.source.facts = once(cohort, "facts", lambda: letters.facts_of(cohort, named=row.recipient))


def _invitation(row: PlannedMessage, cohort: Cohort) -> None:
    person = reader_of(row)
    row.address = person.email or ""
    row.source = Invitation(
        person=person,
        by=person,
        team=team_of(cohort),
        role=Role.PARTICIPANT,
        expires_at=timezone.now() + dt.timedelta(30),
    )


def _programme(row: PlannedMessage, cohort: Cohort) -> None:
    row.source = cohort.programme


def _note(row: PlannedMessage, cohort: Cohort) -> None:
    person = reader_of(row)
    row.source = ContactNote(
        programme=cohort.programme, name=person.name, email=person.email or "", language=person.language,
        text=str(WORDS_STAND_HERE),
    )  # fmt: skip


def _interest(row: PlannedMessage, cohort: Cohort) -> None:
    row.address = reader_of(row).email or ""
    found: Any = Interest(programme=cohort.programme, email=row.address, language=reader_of(row).language)
    found.opened_in = _taking(cohort)
    row.source = found


EXAMPLES: Final[dict[str, Example]] = {
    "enrolment/application-link": _application,
    "enrolment/application-sent": _application,
    "enrolment/application-withdrawn": _application,
    "enrolment/interest_confirm": _interest,
    "enrolment/interest_open": _interest,
    "enrolment/invitation": _invitation,
    "enrolment/letter": _letter,
    "enrolment/not-here-yet": _invitation,
    "enrolment/pass_on": _programme,
    "enrolment/question": _note,
    "enrolment/sponsor-answered": _answered,
    "enrolment/sponsor-asked": _application,
}

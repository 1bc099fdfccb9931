"""Examples about sessions, for those without an account: who speaks there, and who registered on the public page."""

from __future__ import annotations

from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collaborative.models import Cohort
from desk.series.examples.found import DAY, WORDS_STAND_HERE, Example, NothingYet, once, reader_of, session_of
from desk.series.examples.meeting import otherwise
from notifications.models import PlannedMessage
from sessions.calendars import correcting
from sessions.models import Recap, Registration, Speaker
from sessions.speaking.links import with_all
from sessions.speaking.results import Heard, Rating
from surveys.models import Question, QuestionKind

# Where the recording would be.
_RECORDING: Final = "https://video.example/"


def _difference(learning_session: Any, lang: str) -> correcting.Difference | None:
    return correcting.difference_since(otherwise(learning_session), timezone.now(), lang)


# ---------------------------------------------------------------- who speaks


def _latest_appearance(cohort: Cohort) -> Any:
    rows = with_all().filter(learning_session__cohort=cohort, learning_session__cancelled_at=None)
    return rows.order_by("-learning_session__starts_at").first()


def _speaker(row: PlannedMessage, cohort: Cohort) -> None:
    """The latest session at which somebody speaks, as to whoever looks."""
    person = reader_of(row)
    found = once(cohort, "speaker", lambda: _latest_appearance(cohort))
    if found is None:
        raise NothingYet(_("It speaks of somebody who speaks at a session, and nobody does in this cohort yet."))
    found.speaker = Speaker(name=person.name, email=person.email or "", language=person.language, city=person.city)
    session = found.learning_session
    found.moved_from = session.starts_at - DAY
    if row.kind.endswith("-cancelled"):
        session.cancelled_at = timezone.now()
    if row.kind.endswith("-changed"):
        found.difference = _difference(session, person.language)
    row.source, row.address = found, found.speaker.email.lower()


def _heard(row: PlannedMessage, cohort: Cohort) -> None:
    """Counts that are made up, to the first question that has some: what people really said is for who spoke alone."""
    _speaker(row, cohort)
    asked = Question.objects.filter(survey__cohort=cohort, kind=QuestionKind.CHOICE, taken_out_at=None)
    question = asked.order_by("survey__created_at", "ordinal").first()
    lang, ratings = reader_of(row).language, []
    if question is not None and question.options:
        first, *others = [one[lang] for one in question.options]
        answers = [(first, 9), *((label, 5) for label in others[:1])]
        ratings = [Rating(question.text, sum(n for _label, n in answers), answers)]
    row.source.heard = Heard(ratings, [str(WORDS_STAND_HERE)])


# ---------------------------------------------------------------- who registered


def _registration(row: PlannedMessage, cohort: Cohort) -> None:
    session, person = session_of(cohort), reader_of(row)
    if row.kind.endswith("-cancelled"):
        session.cancelled_at = timezone.now()
    row.address = person.email or ""
    found: Any = Registration(learning_session=session, name=person.name, email=row.address, language=person.language)
    if row.kind.endswith("-changed"):
        found.difference = _difference(session, person.language)
    if row.kind.endswith("-recording"):
        session.recap = Recap(published_at=timezone.now(), recording_en=_RECORDING, recording_fr=_RECORDING)
        found.opened_in = None
    row.source = found


_REGISTERED: Final = ("confirm", "done", "reminder", "moved", "changed", "cancelled", "recording")
_SPEAKS: Final = ("page", "reminder", "moved", "changed", "cancelled")
EXAMPLES: Final[dict[str, Example]] = {
    **dict.fromkeys((f"sessions/registration-{one}" for one in _REGISTERED), _registration),
    **dict.fromkeys((f"sessions/speaker-{one}" for one in _SPEAKS), _speaker),
    "sessions/speaker-ratings": _heard,
    "sessions/speaker-tries": _heard,
}

"""Messages that nobody planned, about real things of a cohort: how a kind reads before there is one, or once it is all over.

Each function is given such a message to whoever looks (``row``) and the cohort. It puts before it what its words speak of,
made of what the cohort has, as its kind's ``sources`` would; it returns False where the cohort has nothing to make one of.
Nothing is written. What a kind looks up by itself is looked up: only what is there can be shown of it.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any, Final

from django.utils import timezone

from coaching.models import TeamNote
from collaborative.line import today_in
from collaborative.models import Announcement, Cohort, Pause, PauseReason, Team
from desk.outbox.every import LANGUAGES
from desk.outbox.lists import Preview, as_it_reads
from enrolment.models import Invitation
from forum.models import Post, Thread
from improvement import numbers_due
from improvement.models import Frequency, Measure
from improvement.weeks import WEEK, monday_of
from notifications import kinds, sealing
from notifications.models import PlannedMessage
from notifications.wording import Said
from sessions.models import Appearance, Certificate, LearningSession, Recap, Registration
from surveys.models import Moment, Round, Survey

Example = Callable[[PlannedMessage, Cohort], bool]
# Such a code opens nothing: it stands where a real one would.
_CODE: Final = "123456"
_HOURS: Final = dt.timedelta(days=1)


def samples_made_up(row_of: Callable[[str], PlannedMessage], cohort: Cohort, key: str) -> list[Preview]:
    """Return how a kind reads in every language, made of what the cohort has; [] where nothing can be made.

    ``row_of``: returns a message of this kind to whoever looks, in a language.
    """
    make = _of(key)
    found = []
    for lang in LANGUAGES if make else ():
        row = row_of(lang)
        row.created_at = timezone.now()
        if make is None or not make(row, cohort):
            return []
        said = Said()
        said.load_words([row])
        found.append(as_it_reads(row, said))
    shown = [one for one in found if one and not one.is_broken]
    return shown if len(shown) == len(LANGUAGES) else []


def _of(key: str) -> Example | None:
    if key in _EXAMPLES:
        return _EXAMPLES[key]
    kind = kinds.find(key)
    if key.startswith("account/"):
        return _account
    # What says the same to everybody speaks of nothing that has to be there.
    return _as_it_is if kind is not None and kind.context is kinds.nothing_more else None


def _as_it_is(row: PlannedMessage, cohort: Cohort) -> bool:
    row.source = cohort
    return True


def _account(row: PlannedMessage, _cohort: Cohort) -> bool:
    row.secret = sealing.seal(_CODE)
    return True


# ---------------------------------------------------------------- sessions


def _next_session(cohort: Cohort) -> LearningSession | None:
    """Return the next session that takes place, else the latest one."""
    rows = LearningSession.objects.filter(cohort=cohort, cancelled_at=None).select_related("cohort__programme")
    ahead = rows.filter(starts_at__gt=timezone.now()).order_by("starts_at").first()
    return ahead or rows.order_by("-starts_at").first()


def _session(row: PlannedMessage, cohort: Cohort) -> bool:
    found = _next_session(cohort)
    if found is not None:
        found.moved_from = found.starts_at - _HOURS  # type: ignore[attr-defined]
    row.source = found
    return found is not None


def _sessions_together(row: PlannedMessage, cohort: Cohort) -> bool:
    if not _session(row, cohort):
        return False
    row.source = SimpleNamespace(sessions=[row.source], cohort=cohort, cohort_id=cohort.pk)
    return True


def _left_session(row: PlannedMessage, cohort: Cohort) -> bool:
    found = _next_session(cohort)
    row.source = SimpleNamespace(learning_session=found)
    return found is not None


def _recap(row: PlannedMessage, cohort: Cohort) -> bool:
    rows = Recap.objects.filter(learning_session__cohort=cohort).select_related("learning_session__cohort__programme")
    found = rows.order_by("-learning_session__starts_at").first()
    if found is None and (session := _next_session(cohort)) is not None:
        found = Recap(learning_session=session)
    row.source = found
    return found is not None


def _certificate(row: PlannedMessage, cohort: Cohort) -> bool:
    row.source = Certificate(cohort=cohort, person=row.recipient, given_on=today_in(cohort), sessions=1, hours=1)
    return True


def _speaker(row: PlannedMessage, cohort: Cohort) -> bool:
    rows = Appearance.objects.filter(learning_session__cohort=cohort, learning_session__cancelled_at=None)
    key = rows.order_by("-learning_session__starts_at").values_list("pk", flat=True).first()
    page = kinds.get("sessions/speaker-page").sources
    found = page({str(key)}).get(str(key)) if key and page else None
    if found is None:
        return False
    found.moved_from = found.learning_session.starts_at - _HOURS
    if row.kind.endswith("-cancelled"):
        found.learning_session.cancelled_at = timezone.now()
    row.source, row.address = found, found.speaker.email.lower()
    return True


def _registration(row: PlannedMessage, cohort: Cohort) -> bool:
    session = _next_session(cohort)
    if session is None or row.recipient is None:
        return False
    if row.kind.endswith("-cancelled"):
        session.cancelled_at = timezone.now()
    row.address = row.recipient.email or ""
    row.source = Registration(learning_session=session, email=row.address, language=row.recipient.language)
    return True


# ---------------------------------------------------------------- surveys


def _survey(row: PlannedMessage, cohort: Cohort) -> bool:
    """The latest round that was opened, as to somebody who has not answered; before one opens, the first survey."""
    surveys = Survey.objects.filter(cohort=cohort).order_by("-is_on", "pk")
    later = row.kind.endswith("-later")
    surveys = surveys.filter(moment=Moment.LATER) if later else surveys.exclude(moment=Moment.LATER)
    rounds = Round.objects.filter(survey__in=surveys).select_related("survey__cohort__programme")
    found: Any = rounds.filter(opens_at__lte=timezone.now()).order_by("-opens_at").first()
    found = found or rounds.order_by("opens_at").first()
    if found is None and (survey := surveys.select_related("cohort__programme").first()) is not None:
        found = Round(survey=survey, opens_at=timezone.now(), closes_at=timezone.now() + 14 * _HOURS)
    if found is None:
        return False
    found.waiting = {row.recipient_id: uuid.uuid4()}
    found.kinds = [one.kind for one in found.survey.questions.all() if one.taken_out_at is None]
    row.source = found
    return True


# ---------------------------------------------------------------- teams


def _teams(cohort: Cohort):
    return Team.objects.filter(cohort=cohort, withdrawn_at=None).select_related("cohort__programme").order_by("name")


def _team(row: PlannedMessage, cohort: Cohort) -> bool:
    row.source = _teams(cohort).first()
    row.source_id = str(row.source.pk) if row.source else ""
    return row.source is not None


def _pause(row: PlannedMessage, cohort: Cohort) -> bool:
    team, today = _teams(cohort).first(), today_in(cohort)
    if team is None:
        return False
    row.source = Pause(
        team=team, reason=PauseReason.values[0], starts_on=today, ends_on=today + 2 * WEEK, by=row.recipient
    )
    return True


def _member(row: PlannedMessage, cohort: Cohort) -> bool:
    team = _teams(cohort).first()
    row.source = SimpleNamespace(team=team, team_id=team.pk if team else None, user=row.recipient)
    return team is not None


def _note(row: PlannedMessage, cohort: Cohort) -> bool:
    team = _teams(cohort).first()
    row.source = TeamNote(team=team, by=row.recipient) if team else None
    return team is not None


def _prework(row: PlannedMessage, cohort: Cohort) -> bool:
    """The first team that still has something to get ready."""
    sources = kinds.get(row.kind).sources
    keys = [str(one.pk) for one in _teams(cohort)]
    there = sources(keys) if sources else {}
    row.source_id = next((key for key in keys if key in there), "")
    row.source = there.get(row.source_id)
    return row.source is not None


def _number(row: PlannedMessage, cohort: Cohort) -> bool:
    """All numbers of a week in which a team is asked, as to a team that has said none yet."""
    measures: dict[Any, list[Measure]] = {}
    for one in Measure.objects.filter(team__in=_teams(cohort), frequency=Frequency.WEEKLY).order_by("ordinal"):
        measures.setdefault(one.team_id, []).append(one)
    for key, asking in numbers_due.asking([str(one) for one in measures]).items():
        owed = [numbers_due.Owed(one, None) for one in measures[asking.team.pk]]
        for monday in _weeks(cohort):
            alone = numbers_due.Asking(asking.team, {monday: owed}, set(), set())
            if alone.asks(row.recipient, monday):
                row.source, row.source_id, row.occurrence = alone, key, monday.isoformat()
                row.due_at = numbers_due.due_at(cohort, monday)
                return True
    return False


def _weeks(cohort: Cohort) -> Iterator[dt.date]:
    """Yield the Mondays of the weeks from this one on, then those before it."""
    this = monday_of(today_in(cohort))
    yield from (this + n * WEEK for n in range(20))
    yield from (this - n * WEEK for n in range(1, 30))


def _unclear(row: PlannedMessage, cohort: Cohort) -> bool:
    row.secret = sealing.seal(json.dumps({"words": "7 / 9"}))
    return _number(row, cohort)


def _announcement(row: PlannedMessage, cohort: Cohort) -> bool:
    rows = Announcement.objects.shown().filter(cohort=cohort).select_related("cohort__programme", "corrects")
    row.source = rows.order_by("-created_at").first()
    return row.source is not None


# ---------------------------------------------------------------- the forum, invitations


def _post(row: PlannedMessage, cohort: Cohort) -> bool:
    rows = Post.objects.visible_to(row.recipient).filter(thread__board__cohort=cohort).exclude(by=None)
    row.source = rows.select_related("thread__board__cohort__programme", "by", "team").order_by("-created_at").first()
    return row.source is not None


def _thread(row: PlannedMessage, cohort: Cohort) -> bool:
    rows = Thread.objects.visible_to(row.recipient).with_place().filter(board__cohort=cohort)
    row.source = rows.order_by("-created_at").first()
    return row.source is not None


def _invitation(row: PlannedMessage, cohort: Cohort) -> bool:
    rows = Invitation.objects.waiting()
    found = (rows.filter(team__cohort=cohort) | rows.filter(cohort=cohort)).order_by("-created_at").first()
    row.source_id = str(found.pk) if found else ""
    return found is not None


def _programme(row: PlannedMessage, cohort: Cohort) -> bool:
    row.source_id = str(cohort.programme_id)
    return True


_EXAMPLES: Final[dict[str, Example]] = {
    "coaching/note": _note,
    Announcement.MUST_KIND: _announcement,
    Announcement.KIND: _announcement,
    "collaborative/announcement-preview": _announcement,
    "collaborative/back": _pause,
    "collaborative/paused": _pause,
    "collaborative/pause-ended": _team,
    "collaborative/prework": _prework,
    "collaborative/unreachable": _member,
    "enrolment/invitation": _invitation,
    "enrolment/not-here-yet": _invitation,
    "enrolment/pass_on": _programme,
    "forum/not-posted": _thread,
    "forum/reply": _post,
    "improvement/number-due": _number,
    "improvement/number-unclear": _unclear,
    "sessions/cancelled": _session,
    "sessions/catch-up": _recap,
    "sessions/certificate": _certificate,
    "sessions/clocks": _session,
    "sessions/moved": _session,
    "sessions/moved-together": _sessions_together,
    "sessions/not-yours": _left_session,
    **{f"sessions/registration-{one}": _registration for one in ("confirm", "done", "reminder", "moved", "cancelled")},
    **{f"sessions/speaker-{one}": _speaker for one in ("page", "reminder", "moved", "cancelled", "ratings", "tries")},
    "surveys/asked": _survey,
    "surveys/asked-later": _survey,
}

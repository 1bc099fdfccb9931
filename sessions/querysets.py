"""Which sessions a person may see, and who is expected at one."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Coalesce, Now
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collaborative.models import Cohort, Membership, Reschedule, Team
from collaborative.named import named
from collaborative.querysets import cohorts_of
from core.language import language
from core.moments import read
from core.refusals import Refused

# A message about a move that leaves later than this does not say any more what was moved.
HEARD_OF_WITHIN = dt.timedelta(days=7)
# The share of a session, in percent, that a programme asks for which has not said otherwise.
LEAST_PERCENT = 50
# The sessions at which attendance is told: office hours and drop-in hours are nobody's duty.
COUNTED_KINDS = ("learning", "webinar", "congress")


def ends_at(session: str = "") -> models.ExpressionWrapper:
    """Return when a session ends, to compare with; ``session``: the way to it from the row, as "learning_session__"."""
    minute = models.Value(dt.timedelta(minutes=1), output_field=models.DurationField())
    return models.ExpressionWrapper(
        F(f"{session}starts_at") + F(f"{session}minutes") * minute, output_field=models.DateTimeField()
    )


class LearningSessionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return the sessions of the cohorts in which ``user`` holds a role now."""
        return self.filter(cohorts_of(user, "cohort__"))

    def names_for(self, user, keys):
        """Return the titles of these sessions, of those that ``user`` sees (``core.registry.names_of``)."""
        return named(self.visible_to(user).filter(pk__in=keys), "title_en", "title_fr")

    def not_cancelled(self):
        return self.filter(cancelled_at=None)

    def not_over(self):
        """Return the sessions that have not ended yet, by the database's clock, the next one first."""
        return self.not_cancelled().alias(ends=ends_at()).filter(ends__gt=Now()).order_by("starts_at")


class AttendanceQuerySet(models.QuerySet):
    def with_verdict(self):
        """Return the rows with ``counts``: whether this counts as having been there, as ``_counts`` says."""
        return self.annotate(counts=self._counts())

    def counted(self):
        """Return who was there, as ``_counts`` says."""
        return self.alias(counts=self._counts()).filter(counts=True)

    @staticmethod
    def _counts() -> models.ExpressionWrapper:
        """Return the one rule of whether a row counts as having been at a session.

        Where the programme asks for it, whoever sat in the room counts once the lead has confirmed them. Where a report of
        the meeting says for how long a person was there (who pressed Join, or is only known from a report), that must be
        the programme's share of the session. It says nothing of who sat beside a colleague, nor against a planner.
        """
        least = Coalesce("learning_session__cohort__programme__session_rules__least_percent", LEAST_PERCENT)
        long_enough = (
            models.Q(minutes=None)
            | models.Q(source__in=("room", "planner"))
            | models.Q(minutes__gte=least * F("learning_session__minutes") / 100.0)
        )
        return models.ExpressionWrapper(models.Q(awaits_lead=False) & long_enough, models.BooleanField())


class FollowedQuerySet(models.QuerySet):
    def missed(self):
        """Return those who were not there: whoever came has nothing to follow."""
        from sessions.models import Attendance

        came = Attendance.objects.filter(learning_session=OuterRef("learning_session"), person=OuterRef("person"))
        return self.exclude(Exists(came.counted()))


class MeetingReportQuerySet(models.QuerySet):
    def with_open(self):
        """Return the reports as they were sent: how many ``people`` each names, how many still ask whom they stand for."""
        counted = {
            "people": models.Count("names"),
            "left_open": models.Count("names", filter=models.Q(names__state="open")),
        }
        return self.annotate(**counted).select_related("by").order_by("created_at")


# ---------------------------------------------------------------- what is asked for each message that leaves


def _sessions(source_ids: Iterable[str]):
    from sessions.models import LearningSession

    return LearningSession.objects.filter(pk__in={uuid.UUID(source_id) for source_id in source_ids})


def expected_pairs(asked: Collection[tuple[Any, str]]) -> set[tuple[Any, str]]:
    """Return those of the pairs (person, session's key), as two keys, in which the person is expected there.

    Everybody who takes part in the session's cohort or in a team of it. Two statements, however many pairs.
    """
    sessions = _sessions(source_id for _user, source_id in asked)
    cohort_of = {str(pk): cohort for pk, cohort in sessions.values_list("pk", "cohort")}
    held = _parts({user.pk for user, _source_id in asked}, set(cohort_of.values()))
    return {(user.pk, source_id) for user, source_id in asked if (user.pk, cohort_of.get(source_id)) in held}


def versions(source_ids: Collection[str]) -> dict[str, int]:
    """Return the versions people should have heard of; sessions that are gone are left out."""
    return {str(pk): version for pk, version in _sessions(source_ids).values_list("pk", "version")}


def taking_place(source_ids: Collection[str]) -> dict[str, Any]:
    """Return the sessions that are not cancelled, with cohort and programme, by their keys."""
    rows = _sessions(source_ids).not_cancelled().select_related("cohort__programme__session_rules", "phase")
    return {str(one.pk): one for one in rows}


def cancelled(source_ids: Collection[str]) -> dict[str, Any]:
    """Return the sessions that are cancelled, with cohort and programme, by their keys."""
    rows = _sessions(source_ids).exclude(cancelled_at=None)
    rows = rows.select_related("cohort__programme__session_rules", "phase")
    return {str(one.pk): one for one in rows}


def moved(source_ids: Collection[str]) -> dict[str, Any]:
    """Return those of ``taking_place`` that are not when people last heard they are, each with that (``moved_from``).

    ``moved_from`` is None where it is not known any more.
    """
    found = taking_place(source_ids)
    changes = list(_lately_changed({one.cohort_id for one in found.values()}))
    for one in found.values():
        one.moved_from = _heard_of(one, changes)
    return {key: one for key, one in found.items() if one.moved_from != one.starts_at}


def heard_starts(learning_sessions: Collection[Any]) -> dict[Any, dt.datetime]:
    """Return, by their keys, from when the newest change moved these sessions; none that was not moved lately.

    That is what people know until they hear of this change: of changes so close that nobody heard between them, the
    first counts. Once they have heard of it, it is what they knew before. One statement.
    """
    changes = list(_lately_changed({one.cohort_id for one in learning_sessions}))
    found = {one.pk: _heard_of(one, changes) for one in learning_sessions}
    return {key: moment for key, moment in found.items() if moment}


def heard_start(learning_session) -> dt.datetime | None:
    """Return the same for one session, None where it has not been moved lately."""
    return heard_starts([learning_session]).get(learning_session.pk)


def _lately_changed(cohorts: Collection[Any]) -> models.QuerySet[Reschedule]:
    since = Now() - HEARD_OF_WITHIN
    return Reschedule.objects.filter(cohort__in=cohorts, undone_at=None, created_at__gt=since).order_by("-created_at")


def _heard_of(learning_session, changes: Iterable[Reschedule]) -> dt.datetime | None:
    """Return the moment that people were told last: of changes so close that nobody heard between them, the first counts."""
    key, moment, later = str(learning_session.pk), None, None
    for one in changes:
        before = [row["before"] for row in one.ledger if row["id"] == key and row["field"] == "starts_at"]
        if not before:
            continue
        if later and later > one.open_until:
            break
        moment, later = dt.datetime.fromisoformat(before[0]), one.created_at
    return moment


# ---------------------------------------------------------------- about a change that moved several at once


def _changes(source_ids: Iterable[str]):
    return Reschedule.objects.filter(pk__in={uuid.UUID(source_id) for source_id in source_ids}, undone_at=None)


def concerned_pairs(asked: Collection[tuple[Any, str]]) -> set[tuple[Any, str]]:
    """Return those of the pairs (person, key of a change), as two keys, in which the person takes part in its cohort."""
    cohort_of = {str(pk): cohort for pk, cohort in _changes(key for _user, key in asked).values_list("pk", "cohort")}
    held = _parts({user.pk for user, _key in asked}, set(cohort_of.values()))
    return {(user.pk, key) for user, key in asked if (user.pk, cohort_of.get(key)) in held}


def _parts(people: Collection[Any], cohorts: Collection[Any]) -> set[tuple[Any, Any]]:
    """Return (person, cohort) for each cohort that one of these people takes part in, as ``permissions.takes_part`` says."""
    return Membership.objects.taking_part().filter(user__in=people).held_in(cohorts).pairs()


def changes_that_stand(source_ids: Collection[str]) -> dict[str, int]:
    """Return the changes of dates that nobody has taken back, each in its only version."""
    return {str(pk): 1 for pk in _changes(source_ids).values_list("pk", flat=True)}


def moved_together(source_ids: Collection[str]) -> dict[str, Any]:
    """Return the changes by their keys, each with the sessions that are another time now than people heard (``sessions``)."""
    changes = {str(one.pk): one for one in _changes(source_ids).select_related("cohort__programme")}
    keys = {pk: _touched_sessions(one.ledger) for pk, one in changes.items()}
    rows = moved({key for some in keys.values() for key in some})
    for pk, one in changes.items():
        found = [rows[key] for key in keys[pk] if key in rows]
        one.sessions = sorted(found, key=lambda row: row.starts_at)
    return {pk: one for pk, one in changes.items() if one.sessions}


def _touched_sessions(ledger: list[dict]) -> set[str]:
    return {
        row["id"]
        for row in ledger
        if row["model"] == "learning_sessions.learningsession" and row["field"] == "starts_at"
    }


# ---------------------------------------------------------------- what the views ask for


def expected_at(learning_session):
    """Return the people expected at a session: everybody who takes part in the cohort or one of its teams, each once."""
    from django.contrib.auth import get_user_model

    roles = Membership.objects.taking_part()
    teams = Team.objects.filter(cohort=learning_session.cohort_id).values("pk")
    return (
        get_user_model()
        .objects.filter(
            models.Q(pk__in=roles.filter(team__in=teams).values("user"))
            | models.Q(pk__in=roles.filter(cohort=learning_session.cohort_id).values("user"))
        )
        .order_by("pk")
    )


def sessions_of_cohort(cohort_id, user):
    """Return the sessions of one cohort that ``user`` may see: both keys in one query, a crossed pair finds nothing."""
    return sessions_seen_by(user).filter(cohort=cohort_id)


def sessions_that_count(cohort):
    """Return the sessions of a cohort at which attendance is told: not its office hours, nor what is cancelled."""
    from sessions.models import LearningSession

    return LearningSession.objects.filter(cohort=cohort, kind__in=COUNTED_KINDS).not_cancelled().order_by("starts_at")


def reports_of(learning_session):
    """Return the reports of a session's meeting."""
    return learning_session.reports.select_related("learning_session__cohort__programme", "by")


def attendance_of(learning_session):
    """Return who is noted at a session."""
    return learning_session.attendance.select_related("learning_session")


def meetings_of(cohort) -> list[tuple]:
    """Return (phase id, title, start, minutes, cancelled, where anybody registers while they can) of the cohort's sessions."""
    from sessions.models import LearningSession

    rows = LearningSession.objects.filter(cohort=cohort).select_related("cohort").order_by("starts_at")
    now = timezone.now()
    return [
        (
            one.phase_id, one.title, one.starts_at, one.minutes, one.cancelled_at is not None,
            reverse("register", args=[one.pk]) if one.registers_at(now) else "",
        )
        for one in rows
    ]  # fmt: skip


def pick_up(team, reader) -> list[str]:
    """Return in words when a team that comes back meets the others next: the reader's time first."""
    from sessions.models import LearningSession

    ahead = LearningSession.objects.filter(cohort=team.cohort_id, phase__isnull=False).not_over().first()
    if ahead is None:
        return []
    moment = read(ahead.starts_at, team.cohort, reader, lang=language())
    words = f"{moment.mine} ({moment.theirs})" if moment.theirs else moment.mine
    return [_("Next: %(session)s, %(moment)s.") % {"session": ahead.title, "moment": words}]


def sessions_seen_by(user):
    """Return the sessions of every cohort that ``user`` may see, with what their pages name."""
    from sessions.models import LearningSession

    return LearningSession.objects.visible_to(user).select_related("cohort__programme", "phase")


def may_be_undone_by(user, learning_session, *, also_late: bool = False):
    """Return the changes of dates that moved this session and that ``user`` may take back, the newest first.

    ``also_late`` keeps those whose window has closed, so that the refusal can say so instead of a 404.
    """
    from collaborative.reschedule import can_undo

    if also_late:
        rows = Reschedule.objects.filter(cohort__in=Cohort.objects.run_by(user).values("pk"))
    else:
        rows = can_undo(user)
    return rows.filter(
        ledger__contains=[{"model": "learning_sessions.learningsession", "id": str(learning_session.pk)}]
    )


def cohort_of(key) -> models.Q:
    """Find the cohort of this session."""
    from sessions.models import LearningSession

    return models.Q(pk__in=LearningSession.objects.filter(pk=key).values("cohort"))


def ends_with(cohort: Cohort) -> list[tuple[str, str]]:
    """Return in words which sessions a cohort that is closed would still have ahead."""
    from sessions.models import LearningSession

    ahead = list(LearningSession.objects.not_cancelled().filter(cohort=cohort, starts_at__gt=timezone.now()))
    if not ahead:
        return []
    words = ngettext(
        "%(n)d session is still ahead: nobody is reminded of it.",
        "%(n)d sessions are still ahead: nobody is reminded of them.",
        len(ahead),
    )
    return [("calendar-x", words % {"n": len(ahead)})]


def person_expected_at(learning_session, key):
    """Return the person with this key if they are expected at the session. Refuses anybody else."""
    person = expected_at(learning_session).filter(pk=key).first()
    if person is None:
        raise Refused(_("This person is not expected at this session."), field="person")
    return person

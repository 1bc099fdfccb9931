"""Which sessions a person may see, and who is expected at one."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from collaborative.models import Cohort, Membership, Reschedule, Team
from collaborative.querysets import cohorts_of
from core.language import language
from core.moments import read

# A message about a move that leaves later than this does not say any more what was moved.
HEARD_OF_WITHIN = dt.timedelta(days=7)


class LearningSessionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return the sessions of the cohorts in which ``user`` holds a role now."""
        return self.filter(cohorts_of(user, "cohort__"))

    def not_cancelled(self):
        return self.filter(cancelled_at=None)

    def not_over(self):
        """Return the sessions that have not ended yet, by the database's clock, the next one first."""
        length = models.ExpressionWrapper(
            F("starts_at") + F("minutes") * models.Value(dt.timedelta(minutes=1), output_field=models.DurationField()),
            output_field=models.DateTimeField(),
        )
        return self.not_cancelled().alias(ends=length).filter(ends__gt=Now()).order_by("starts_at")


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
    cohorts = set(cohort_of.values())
    roles = (
        Membership.objects.taking_part()
        .filter(user__in={user.pk for user, _source_id in asked})
        .filter(models.Q(cohort__in=cohorts) | models.Q(team__cohort__in=cohorts))
    )
    held = {
        (user, cohort)
        for user, *both in roles.values_list("user", "cohort", "team__cohort")
        for cohort in both
        if cohort
    }
    return {(user.pk, source_id) for user, source_id in asked if (user.pk, cohort_of.get(source_id)) in held}


def versions(source_ids: Collection[str]) -> dict[str, int]:
    """Return the versions people should have heard of; sessions that are gone are left out."""
    return {str(pk): version for pk, version in _sessions(source_ids).values_list("pk", "version")}


def taking_place(source_ids: Collection[str]) -> dict[str, Any]:
    """Return the sessions that are not cancelled, with cohort and programme, by their keys."""
    rows = _sessions(source_ids).not_cancelled().select_related("cohort__programme", "phase")
    return {str(one.pk): one for one in rows}


def moved(source_ids: Collection[str]) -> dict[str, Any]:
    """Return those of ``taking_place`` that are not when people last heard they are, each with that (``moved_from``).

    ``moved_from`` is None where it is not known any more.
    """
    found = taking_place(source_ids)
    changes = list(
        Reschedule.objects.filter(
            cohort__in={one.cohort_id for one in found.values()},
            undone_at=None,
            created_at__gt=Now() - HEARD_OF_WITHIN,
        )
        .order_by("-created_at")
        .values_list("created_at", "ledger")
    )
    for one in found.values():
        one.moved_from = _heard_of(one, changes)
    return {key: one for key, one in found.items() if one.moved_from != one.starts_at}


def _heard_of(learning_session, changes: Iterable[tuple[dt.datetime, list[dict]]]) -> dt.datetime | None:
    """Return the moment that people were told last: of changes so close that nobody heard between them, the first counts."""
    key, moment, later = str(learning_session.pk), None, None
    for at, ledger in changes:
        before = [row["before"] for row in ledger if row["id"] == key and row["field"] == "starts_at"]
        if not before:
            continue
        if later and later - at > dt.timedelta(seconds=settings.UNDO_SECONDS):
            break
        moment, later = dt.datetime.fromisoformat(before[0]), at
    return moment


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


def meetings_of(cohort) -> list[tuple[str, dt.datetime]]:
    """Return title and start of the cohort's sessions that have not ended, the next one first."""
    from sessions.models import LearningSession

    return [(one.title, one.starts_at) for one in LearningSession.objects.filter(cohort=cohort).not_over()]


def public_moments(cohort) -> list[tuple]:
    """Return (phase id, title, start, minutes, cancelled) of the cohort's sessions: what anybody may know of them."""
    from sessions.models import LearningSession

    rows = LearningSession.objects.filter(cohort=cohort).order_by("starts_at")
    return [(one.phase_id, one.title, one.starts_at, one.minutes, one.cancelled_at is not None) for one in rows]


def pick_up(team) -> list[str]:
    """Return in words when a team that comes back meets the others next."""
    from sessions.models import LearningSession

    ahead = LearningSession.objects.filter(cohort=team.cohort_id, phase__isnull=False).not_over().first()
    if ahead is None:
        return []
    moment = read(ahead.starts_at, team.cohort, lang=language()).mine
    return [_("Next: %(session)s, %(moment)s.") % {"session": ahead.title, "moment": moment}]


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

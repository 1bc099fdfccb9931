"""What a session said, sent once to whoever was needed elsewhere: when its recap is there and it is known who came.

Who came is known a day after the session, once somebody is noted and no name in a report of the meeting still asks who it
is. Where nobody was noted at all, nobody is told: the session may have been held without us.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from typing import Any, Final

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone

from collaborative.models import TEAM_ROLES, Membership, Role, Team
from collaborative.resting import Rest, rests_everywhere, rests_of
from core.time import forward_utc, wall_in
from notifications import services as notifications
from notifications import states
from notifications.models import PlannedMessage
from notifications.services import Wanted
from sessions.models import Appearance, Attendance, Followed, LearningSession, Recap, ReportedName, Seen
from sessions.querysets import COUNTED_KINDS, expected_pairs

KIND: Final = "sessions/catch-up"
SOURCE: Final = "learning_sessions.recap"
TOLD: Final = (*TEAM_ROLES, Role.COACH, Role.MENTOR)
KNOWN_AFTER: Final = dt.timedelta(days=1)
# Later than this a session is told of in the ones that follow.
WORTH_IT: Final = dt.timedelta(days=14)
# For so long planners see in their outbox what leaves; and it leaves by day.
NOTICE: Final = dt.timedelta(hours=1)
MORNING, EVENING = dt.time(9), dt.time(17)
_DAY_ONE: Final = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


def to_sweep(now: dt.datetime) -> list[QuerySet[Recap]]:
    """Return the recaps of which nobody was told and of whose session it is known who came (``notifications.sweep.looks``)."""
    asks = ReportedName.objects.filter(report__learning_session=OuterRef("pk"), state=Seen.OPEN)
    came = Attendance.objects.filter(learning_session=OuterRef("pk")).counted()
    rows = Recap.objects.filter(
        Exists(came),
        ~Exists(asks),
        published_at__isnull=False,
        told_at=None,
        learning_session__kind__in=COUNTED_KINDS,
        learning_session__cancelled_at=None,
        learning_session__cohort__closed_at=None,
        learning_session__starts_at__gt=now - WORTH_IT,
        learning_session__starts_at__lt=now - KNOWN_AFTER,
    )
    return [rows]


def sweep(now: dt.datetime | None = None) -> int:
    """Tell of every recap whose time has come those who were not there, once. Returns how many are told. Idempotent."""
    now = now or timezone.now()
    return sum(_tell(pk, now) for rows in to_sweep(now) for pk in rows.values_list("pk", flat=True))


@transaction.atomic
def _tell(pk: Any, now: dt.datetime) -> int:
    rows = Recap.objects.select_for_update(skip_locked=True, of=("self",)).select_related("learning_session__cohort")
    recap = rows.filter(pk=pk, told_at=None, published_at__isnull=False).first()
    if recap is None or now < recap.learning_session.ends_at + KNOWN_AFTER or not who_came_is_known(recap.pk):
        return 0
    learning_session = recap.learning_session
    due, last = _leaves_at(now, learning_session.zone), _last_moment(learning_session)
    told = 0
    if due < last:
        known = PlannedMessage.objects.about(recap).filter(kind=KIND).exclude(state=states.VOID, reason="taken_back")
        heard = set(known.values_list("recipient", flat=True))
        told = notifications.plan_each(
            (recap, version_of(recap.published_at), Wanted(
                KIND, one, due, occurrence="recap", not_after=last, scope=learning_session.cohort
            ))
            for one in people_elsewhere(learning_session)
            if one.pk not in heard
        )  # fmt: skip
    Recap.objects.filter(pk=pk).update(told_at=now)
    return told


def take_back(recap: Recap) -> None:
    """Nobody is told of a recap that is shown to nobody; once it is shown again, those who have not heard are."""
    notifications.void(recap, "taken_back")
    Recap.objects.filter(pk=recap.pk).update(told_at=None)


def who_came_is_known(session_id: Any) -> bool:
    """Return whether somebody is noted at a session, and no name in a report of it still asks who it is."""
    if ReportedName.objects.filter(report__learning_session=session_id, state=Seen.OPEN).exists():
        return False
    return Attendance.objects.filter(learning_session=session_id).counted().exists()


def _leaves_at(now: dt.datetime, zone: str) -> dt.datetime:
    """Return a moment of the day on the cohort's clock, a while from now."""
    wall = wall_in(now + NOTICE, zone)
    if MORNING <= wall.time() <= EVENING:
        return now + NOTICE
    on = wall.date() + dt.timedelta(days=1 if wall.time() > EVENING else 0)
    return forward_utc(dt.datetime.combine(on, MORNING), zone)


def _last_moment(learning_session: LearningSession) -> dt.datetime:
    """Return when the next session begins, or when its own is too long ago."""
    later = LearningSession.objects.not_cancelled().filter(
        cohort=learning_session.cohort_id, kind__in=COUNTED_KINDS, starts_at__gt=learning_session.starts_at
    )
    ahead = later.order_by("starts_at").values_list("starts_at", flat=True).first()
    end = learning_session.starts_at + WORTH_IT
    return min(ahead, end) if ahead else end


def people_elsewhere(learning_session: LearningSession) -> list[Any]:
    """Return who is in a team or helps it, did so when the session began, is not noted there, and had no day of peace then.

    Whoever speaks, teaches or plans was there in any case.
    """
    rows = Membership.objects.taking_part().filter(
        team__cohort=learning_session.cohort_id,
        team__withdrawn_at=None,
        role__in=TOLD,
        since__lte=learning_session.starts_at,
    )
    spoke = Appearance.objects.filter(learning_session=learning_session, speaker__person__isnull=False)
    rows = rows.exclude(user__in=spoke.values("speaker__person"))
    there = _noted([learning_session.pk])
    rests = _rests({learning_session.cohort_id})
    people: dict[Any, list[list[Rest]]] = {}
    for row in rows.select_related("user").order_by("user", "pk"):
        people.setdefault(row.user, []).append(rests[row.team_id])
    return [
        person
        for person, held in people.items()
        if (person.pk, learning_session.pk) not in there and not rests_everywhere(held, learning_session.day)
    ]


def _noted(sessions: Collection[Any]) -> set[tuple[Any, Any]]:
    """Return (person, session) of those who are noted there, be it for a short time, or have gone through the recap."""
    there = set(Attendance.objects.filter(learning_session__in=sessions).values_list("person", "learning_session"))
    return there | set(Followed.objects.filter(learning_session__in=sessions).values_list("person", "learning_session"))


def _rests(cohorts: Collection[Any]) -> dict[Any, list[Rest]]:
    return {one.pk: rests_of(one) for one in Team.objects.with_rests().filter(cohort__in=cohorts)}


# ---------------------------------------------------------------- asked when the messages leave


def versions(source_ids: Collection[str]) -> dict[str, int]:
    """Return the recaps that can be read, each in the version that its publication is."""
    rows = Recap.objects.filter(pk__in=[uuid.UUID(one) for one in source_ids], published_at__isnull=False)
    return {str(pk): version_of(at) for pk, at in rows.values_list("pk", "published_at")}


def version_of(published_at: dt.datetime | None) -> int:
    """Return the version that this publication is: its second, counted so that the column has room for it."""
    return int((published_at - _DAY_ONE).total_seconds()) if published_at else 0


def may_hear_of(asked: Collection[tuple[Any, str]]) -> set[tuple[Any, str]]:
    """Return those of the pairs (person, recap's key), as two keys, who take part and were elsewhere."""
    there = _noted({uuid.UUID(key) for _user, key in asked})
    return expected_pairs(asked) - {(person, str(session)) for person, session in there}


def readable(source_ids: Collection[str]) -> dict[str, Recap]:
    """Return the recaps that can be read and that no later session has overtaken, by their keys."""
    rows = Recap.objects.filter(
        pk__in=[uuid.UUID(one) for one in source_ids], published_at__isnull=False, learning_session__cancelled_at=None
    )
    begun = Q(
        learning_session__cohort__learning_sessions__cancelled_at=None,
        learning_session__cohort__learning_sessions__kind__in=COUNTED_KINDS,
        learning_session__cohort__learning_sessions__starts_at__lte=timezone.now(),
    )
    rows = rows.annotate(latest=Max("learning_session__cohort__learning_sessions__starts_at", filter=begun))
    return {
        str(one.pk): one
        for one in rows.select_related("learning_session__cohort__programme")
        if one.latest is None or one.latest <= one.learning_session.starts_at
    }

"""Somebody leaves a cohort: its sessions leave their calendar. Somebody comes back: they come back there as well."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from collaborative.models import Cohort, Membership, Role
from notifications import services as notifications
from notifications import states
from notifications.models import PlannedMessage
from notifications.services import Wanted
from sessions import services
from sessions.calendars.entries import SAID_FOR
from sessions.calendars.inviting import INVITATION, REQUESTS
from sessions.models import CalendarLeft, LearningSession

NOT_YOURS: Final = "sessions/not-yours"


@transaction.atomic
def leave(*, cohort: Cohort, person) -> None:
    """Take the sessions ahead out of the calendar of somebody who takes part in ``cohort`` no more.

    Feeds say so for a while; who was sent them by mail is sent the contrary, unless they are back before it leaves.
    """
    if person.forgotten_at or _parts(cohort, person).exists():
        return
    now = timezone.now()
    ahead = list(_ahead(cohort))
    left = CalendarLeft.objects.bulk_create(
        [CalendarLeft(person=person, learning_session=one, at=now) for one in ahead],
        update_conflicts=True,
        unique_fields=["person", "learning_session"],
        update_fields=["at"],
    )
    known = _told(person, ahead, REQUESTS, states.MAY_HAVE_ARRIVED) if person.email else set()
    notifications.plan_each((row, 0, _wanted(row, now)) for row in left if row.learning_session_id in known)


def _wanted(row: CalendarLeft, now: dt.datetime) -> Wanted:
    due = now + dt.timedelta(seconds=settings.UNDO_SECONDS)
    return Wanted(NOT_YOURS, row.person, due, occurrence="left", not_after=row.learning_session.ends_at)


@transaction.atomic
def join(*, membership: Membership, cohort: Cohort) -> None:
    """Remind somebody who joins ``cohort`` of its sessions ahead, and send these to their calendar: each once.

    Who was gone for a moment, between one role and the next, is sent nothing for the calendar.
    """
    person, ahead = membership.user, list(_ahead(cohort))
    if not ahead:
        return
    standing = set() if membership.role == Role.SPONSOR else _come_back(person, ahead)
    if membership.role == Role.SPONSOR or _parts(cohort, person).exclude(pk=membership.pk).exists():
        services.tell(*ahead, people=[person], known={one.pk for one in ahead})
        return
    times = Membership.objects.filter_cohort(cohort.pk).filter(user=person, until__isnull=False).count()
    occurrence = f"invited again {times}" if times else "invited"
    services.tell(*ahead, people=[person], occurrence=occurrence, known=standing)


def _come_back(person, ahead: Collection[LearningSession]) -> set[UUID]:
    """Forget that they had left; return the sessions that their calendar still has, or is about to be sent."""
    rows = list(CalendarLeft.objects.filter(person=person, learning_session__in=ahead))
    standing = _told(person, ahead, [INVITATION], states.TAKEN_BACK)
    if rows:
        waiting = PlannedMessage.objects.filter(
            source_type=CalendarLeft._meta.label_lower,
            source_id__in=[str(row.pk) for row in rows],
            state__in=states.TAKEN_BACK,
        )
        keys = set(waiting.values_list("source_id", flat=True))
        standing |= {row.learning_session_id for row in rows if str(row.pk) in keys}
        notifications.void_each(rows, "came_back")
        CalendarLeft.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return standing


def _told(person, ahead: Collection[LearningSession], kinds: Collection[str], among: Collection[str]) -> set[UUID]:
    """Return those of these sessions of which a message of such a kind to ``person`` is in one of these states."""
    rows = PlannedMessage.objects.to(person).filter(
        kind__in=kinds,
        state__in=among,
        source_type=LearningSession._meta.label_lower,
        source_id__in=[str(one.pk) for one in ahead],
    )
    return {UUID(key) for key in rows.values_list("source_id", flat=True)}


def _ahead(cohort: Cohort):
    return (
        LearningSession.objects.not_cancelled()
        .filter(cohort=cohort, starts_at__gt=timezone.now())
        .select_related("cohort__programme")
    )


def _parts(cohort: Cohort, person):
    return Membership.objects.taking_part().filter(user=person).filter_cohort(cohort.pk)


# ---------------------------------------------------------------- what is asked when the word leaves


def gone_pairs(asked: Collection[tuple[Any, str]]) -> set[tuple[Any, str]]:
    """Return those of the pairs (person, key of a row), as two keys, in which the person has left and is not back."""
    rows = left_by({key for _user, key in asked})
    return {(user.pk, key) for user, key in asked if key in rows and rows[key].person_id == user.pk}


def left_by(keys: Collection[str]) -> dict[str, CalendarLeft]:
    """Return what people have left, with its session, by the keys of these rows."""
    rows = CalendarLeft.objects.filter(pk__in={int(key) for key in keys})
    rows = rows.select_related("learning_session__cohort__programme__session_rules", "learning_session__phase")
    return {str(row.pk): row for row in rows}


def to_sweep(now: dt.datetime) -> list[QuerySet[CalendarLeft]]:
    """Return what calendars have had long enough to hear at ``now`` (``notifications.sweep.looks``)."""
    return [CalendarLeft.objects.filter(at__lt=now - SAID_FOR)]


def sweep(now: dt.datetime | None = None) -> None:
    """Forget what calendars have had long enough to hear."""
    for rows in to_sweep(now or timezone.now()):
        rows.delete()

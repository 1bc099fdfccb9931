"""What sessions do when something happens in the rooms below."""

from __future__ import annotations

import datetime as dt

from django.dispatch import receiver
from django.utils import timezone

from collaborative import signals
from collaborative.models import MOMENT_KINDS, Membership
from notifications import services as notifications
from sessions import services
from sessions.models import LearningSession, SessionKind


@receiver(signals.cohort_made, dispatch_uid="sessions.cohort_made")
def _make_sessions(sender, cohort, by, hours, like=None, **kwargs) -> None:
    """Every phase that is a moment gets its learning session, with the words and agenda of the same one in ``like``."""
    words = services.words_of(like) if like else {}
    for phase in cohort.phases.filter(kind__in=MOMENT_KINDS):
        clock, minutes = hours[phase.key]
        made = services.make_session(
            cohort=cohort,
            phase=phase,
            kind=SessionKind.CONGRESS if phase.kind == "congress" else SessionKind.LEARNING,
            wall=dt.datetime.combine(phase.starts_on, clock),
            minutes=minutes,
            by=by,
            **({"title_en": phase.name_en, "title_fr": phase.name_fr} | words.get(phase.key, {})),
        )
        if like:
            services.copy_agenda(learning_session=made, like=like)


@receiver(signals.member_joined, dispatch_uid="sessions.member_joined")
def _remind_newcomer(sender, membership: Membership, by, **kwargs) -> None:
    """Somebody who joins is reminded of the sessions still ahead."""
    cohort = membership.cohort or (membership.team.cohort if membership.team else None)
    if cohort is None:
        return
    ahead = LearningSession.objects.not_cancelled().filter(cohort=cohort, starts_at__gt=timezone.now())
    services.plan_reminders(*ahead.select_related("cohort"), people=[membership.user])


@receiver(signals.dates_restored, dispatch_uid="sessions.dates_restored")
def _settle(sender, reschedule, touched, by=None, **kwargs) -> None:
    notifications.void(reschedule, reason="taken_back", by=by)
    ids = [pk for label, pk in touched if label == LearningSession._meta.label_lower]
    for learning_session in LearningSession.objects.filter(pk__in=ids).select_related("cohort"):
        services.settle_after_undo(learning_session=learning_session)

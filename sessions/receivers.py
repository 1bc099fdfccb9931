"""What sessions do when something happens in the rooms below."""

from __future__ import annotations

import datetime as dt

from django.dispatch import receiver
from django.utils import timezone

from collaborative import signals
from collaborative.models import MOMENT_KINDS, Membership
from notifications import services as notifications
from notifications.signals import dropped
from sessions import copying, promises, services
from sessions.calendars import correcting, inviting, leaving
from sessions.models import LearningSession, SessionKind
from sessions.signals import session_settled
from sessions.speaking import mail as speaker_mail
from sessions.speaking import tries
from surveys.signals import sentences_passed_on


@receiver(signals.cohort_made, dispatch_uid="sessions.cohort_made")
def _make_sessions(sender, cohort, by, hours, like=None, **kwargs) -> None:
    """Every phase that is a moment gets its learning session, with the words, agenda and run of show of the same one in ``like``."""
    words = copying.words_of(like) if like else {}
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
            copying.copy_plan(learning_session=made, like=like)


@receiver(signals.cohort_announced, dispatch_uid="sessions.cohort_announced")
def _invite_all(sender, cohort, by, **kwargs) -> None:
    """The dates stand now: everybody expected has them in their calendar."""
    ahead = LearningSession.objects.not_cancelled().filter(cohort=cohort, starts_at__gt=timezone.now())
    services.invite(*ahead.select_related("cohort"))


@receiver(signals.member_joined, dispatch_uid="sessions.member_joined")
def _tell_newcomer(sender, membership: Membership, by, **kwargs) -> None:
    """Somebody who joins is reminded of the sessions still ahead, and has them in their calendar."""
    if (cohort := _cohort_of(membership)) is not None:
        leaving.join(membership=membership, cohort=cohort)


@receiver(signals.member_left, dispatch_uid="sessions.member_left")
def _tell_leaver(sender, membership: Membership, by, **kwargs) -> None:
    """Somebody who leaves does not keep what is not theirs any more in their calendar."""
    if (cohort := _cohort_of(membership)) is not None:
        leaving.leave(cohort=cohort, person=membership.user)


def _cohort_of(membership: Membership):
    return membership.cohort or (membership.team.cohort if membership.team else None)


@receiver(session_settled, dispatch_uid="sessions.session_settled")
def _tell_speakers(sender, learning_session: LearningSession, **kwargs) -> None:
    speaker_mail.settle_session(learning_session)


@receiver(dropped, dispatch_uid="sessions.dropped")
def _remind_after_all(sender, message, **kwargs) -> None:
    """An invitation that is never sent says nothing: whoever it was for is reminded."""
    if message.kind == inviting.INVITATION:
        for learning_session in LearningSession.objects.filter(pk=message.source_id).select_related("cohort"):
            promises.settle_reminders(learning_session)


@receiver(sentences_passed_on, dispatch_uid="sessions.sentences_passed_on")
def _tell_what_people_try(sender, about: str, version: int, **kwargs) -> None:
    for learning_session in LearningSession.objects.filter(pk=about).select_related("cohort"):
        tries.tell(learning_session, version=version)


@receiver(signals.dates_restored, dispatch_uid="sessions.dates_restored")
def _settle(sender, reschedule, touched, by=None, **kwargs) -> None:
    notifications.void(reschedule, reason="taken_back", by=by)
    ids = [pk for label, pk in touched if label == LearningSession._meta.label_lower]
    for learning_session in LearningSession.objects.filter(pk__in=ids).select_related("cohort"):
        correcting.changes_after_undo(learning_session, reschedule.ledger)
        services.settle_after_undo(learning_session=learning_session)

"""A session is cancelled, and for a short while the cancelling can be taken back."""

from __future__ import annotations

import dataclasses

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from core.refusals import Refused
from notifications.models import PlannedMessage
from notifications.services import Wanted
from sessions.calendars import inviting
from sessions.models import LearningSession
from sessions.querysets import expected_at
from sessions.services import moves_to_tell, reminders_wanted, replan


@dataclasses.dataclass(frozen=True)
class Preview:
    """What follows when a session is cancelled: who is told, and how many mails about it do not leave any more."""

    told: int
    dropped: int


def preview_of(learning_session: LearningSession) -> Preview:
    """Return what cancelling this session would do, as things stand now."""
    waiting = PlannedMessage.objects.about(learning_session).waiting()
    return Preview(expected_at(learning_session).count(), waiting.count())


def mark_of(learning_session: LearningSession) -> str:
    """Return what confirms the cancelling of this session as it stands now: moved since, it confirms nothing."""
    return f"cancel/{learning_session.version}"


@transaction.atomic
def cancel_session(*, learning_session: LearningSession, by, reason: str) -> LearningSession:
    """Cancel a session that has not begun; return it as it stands then.

    What waits about it is void at once; everybody who is expected is told once the time to undo is over. Raises Refused
    where it has begun or is cancelled already.
    """
    now = _locked(learning_session)
    keep_ahead(now)
    now.cancelled_at, now.cancel_reason = timezone.now(), reason
    _settle(now, reminders_wanted(now))
    record("session.cancelled", now, by=by, with_reason=bool(reason))
    return now


def keep_ahead(learning_session: LearningSession) -> None:
    """Refuse a session that is cancelled, or has begun."""
    if learning_session.cancelled_at:
        raise Refused(_("This session has been cancelled already."))
    if not learning_session.is_ahead:
        raise Refused(_("This session has begun; it cannot be cancelled any more."))


@transaction.atomic
def restore_session(*, learning_session: LearningSession, by) -> LearningSession:
    """Let a cancelled session take place after all, as long as nobody was told; return it.

    Raises Refused after UNDO_SECONDS, and where its hour has come meanwhile.
    """
    now = _locked(learning_session)
    if now.cancelled_at is None:
        return now
    if not may_be_restored(now):
        raise Refused(_("It is too late to undo this; the messages have gone. Add a new session instead."))
    since, now.cancelled_at, now.cancel_reason = now.cancelled_at, None, ""
    _settle(now, reminders_wanted(now) + moves_to_tell(now) + inviting.invitations_lost(now, since))
    record("session.restored", now, by=by)
    return now


def may_be_restored(learning_session: LearningSession) -> bool:
    """Return whether a cancelled session can still take place after all."""
    final = learning_session.cancelled_for_good_at
    return final is not None and timezone.now() < final


def _locked(learning_session: LearningSession) -> LearningSession:
    return (
        LearningSession.objects.select_for_update(of=("self",))
        .select_related("cohort__programme", "phase")
        .get(pk=learning_session.pk)
    )


def _settle(learning_session: LearningSession, wanted: list[Wanted]) -> None:
    """Write it, and make what waits about it what its new state wants."""
    learning_session.save(update_fields=["cancelled_at", "cancel_reason"])
    replan(learning_session, wanted)

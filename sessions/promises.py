"""What waits to be told of a session: reminders and invitations, planned, and planned anew after each change of it.

Nobody gets two mails that say the same: a reminder is not planned for whoever an invitation tells it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any, Final
from uuid import UUID

from django.db.models import F
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from notifications import channels, states
from notifications import services as notifications
from notifications.models import PlannedMessage
from notifications.services import Wanted
from sessions import reminders
from sessions.calendars import correcting, inviting
from sessions.models import LearningSession
from sessions.querysets import expected_at
from sessions.signals import session_settled

REMINDER: Final = "sessions/reminder"


def _cancelled_messages(learning_session: LearningSession) -> list[Wanted]:
    """Return what tells everybody who is expected that it is cancelled; it leaves after the time to undo."""
    return [
        Wanted(
            kind="sessions/cancelled",
            to=person,
            due=learning_session.cancelled_for_good_at or timezone.now(),
            occurrence="cancelled",
            not_after=learning_session.ends_at,
            scope=learning_session.cohort,
        )
        for person in expected_at(learning_session)
    ]


def _steps(learning_session: LearningSession) -> list[reminders.Reminder]:
    return reminders.reminders_for(
        learning_session.wall, learning_session.zone, learning_session.starts_at, timezone.now()
    )


def reminders_wanted(learning_session: LearningSession, *, people=None, resend: bool = False) -> list[Wanted]:
    """Return every reminder that should be waiting for this session, for all who are expected (or for ``people``).

    Of a cancelled one nobody is reminded: what waits is the word that it is cancelled.
    """
    if learning_session.cancelled_at:
        return _cancelled_messages(learning_session)
    steps = _steps(learning_session)
    return [
        Wanted(
            kind=REMINDER,
            to=person,
            due=step.due,
            occurrence=step.occurrence,
            not_after=step.not_after,
            scope=learning_session.cohort,
            resend=resend,
        )
        for person in (expected_at(learning_session) if people is None else people)
        for step in steps
    ]


def plan_reminders(*ahead: LearningSession, people=None) -> int:
    """Plan the reminders that do not wait yet (new sessions, or ``people`` who are new), whatever invitations say.

    Returns how many were planned.
    """
    return notifications.plan_each(
        (learning_session, learning_session.version, one)
        for learning_session in ahead
        for one in reminders_wanted(learning_session, people=people)
    )


def invite(*ahead: LearningSession, people=None, occurrence: str = "invited") -> int:
    """Send sessions to the calendars of everybody expected (or of ``people``), each once. Returns how many mails wait.

    A reminder that waits and would say the same is taken back.
    """
    made = notifications.plan_each(
        (learning_session, learning_session.version, one)
        for learning_session in ahead
        for one in inviting.invitations_wanted(learning_session, people=people, occurrence=occurrence)
    )
    for learning_session in ahead:
        settle_reminders(learning_session)
    return made


def settle_reminders(learning_session: LearningSession) -> None:
    """Take back the reminders that an invitation says now, and plan those that none says any more."""
    if learning_session.cancelled_at or not _is_near(_steps(learning_session)):
        return
    wanted = said_once(learning_session, reminders_wanted(learning_session), inviting.still_wanted(learning_session))
    notifications.replan(
        learning_session,
        [one for one in wanted if one.kind == REMINDER],
        version=learning_session.version,
        kinds_planned=[REMINDER],
    )


def tell(*ahead: LearningSession, people=None, occurrence: str = "invited", known: Collection[UUID] = ()) -> int:
    """Send sessions to the calendars of everybody expected (or of ``people``), but for those that are ``known`` there, and
    plan their reminders: none where an invitation says the same. Returns how many messages are new.
    """
    return notifications.plan_each(
        (learning_session, learning_session.version, one)
        for learning_session in ahead
        for one in _told_first(learning_session, people, occurrence, is_known=learning_session.pk in known)
    )


def _told_first(learning_session: LearningSession, people, occurrence: str, *, is_known: bool) -> list[Wanted]:
    reminding = reminders_wanted(learning_session, people=people)
    if not is_known:
        invited = inviting.invitations_wanted(learning_session, people=people, occurrence=occurrence)
        return said_once(learning_session, reminding, invited)
    waiting = inviting.still_wanted(learning_session) if _is_near(reminding) else []
    return [one for one in said_once(learning_session, reminding, waiting) if one.kind != inviting.INVITATION]


def replan(learning_session: LearningSession, wanted: list[Wanted], *, apart: bool = False) -> int:
    """Raise the version and make what waits about the session exactly ``wanted``, and invitations that have not left;
    but for reminders that an invitation says.

    Returns how many hear of it beside these, because their calendar shows something else. ``apart``: everybody is told
    in a mail of its own.
    """
    LearningSession.objects.filter(pk=learning_session.pk).update(version=F("version") + 1, changed_at=Now())
    learning_session.refresh_from_db(fields=["version", "changed_at"])
    wanted = [*wanted, *inviting.still_wanted(learning_session)]
    corrections = [] if apart else correcting.corrections_wanted(learning_session, wanted)
    reminding = [one for one in wanted if one.kind == REMINDER]
    invited = [one for one in wanted if one.kind == inviting.INVITATION]
    others = [one for one in wanted if one.kind not in (REMINDER, inviting.INVITATION)]
    notifications.replan(
        learning_session,
        said_once(learning_session, reminding, invited) + others + corrections,
        version=learning_session.version,
        kinds_planned=[REMINDER, "sessions/moved", "sessions/cancelled", correcting.CHANGED],
    )
    session_settled.send(sender=LearningSession, learning_session=learning_session)
    return len(corrections)


# ---------------------------------------------------------------- said once


def said_once(
    learning_session: LearningSession, reminding: Iterable[Wanted], invited: Iterable[Wanted]
) -> list[Wanted]:
    """Return these invitations to a session and its reminders, but for those that repeat an invitation of the same person:
    one of these, or one that may have arrived.

    One that the planning team holds back, or has dropped, says nothing. A text message is no mail: whoever gets one is
    reminded by it all the same.
    """
    reminding, invited, now = list(reminding), list(invited), timezone.now()
    arrived, held = _left_and_held(learning_session) if _is_near(reminding) else ({}, set())
    leaves = {one.to.pk: max(one.due, now) for one in invited if one.to.pk not in held}

    def is_said(one: Wanted) -> bool:
        key = one.to.pk
        if key in leaves and reminders.is_said_by_invitation(one.due, leaves[key]):
            return True
        return key in arrived and reminders.was_said(one.due, learning_session.starts_at, *arrived[key])

    kept, needless = list[Wanted](), list[Wanted]()
    for one in reminding:
        (needless if is_said(one) else kept).append(one)
    return [*invited, *kept, *channels.by_text_alone(needless)]


def _is_near(reminding: Iterable[Wanted | reminders.Reminder]) -> bool:
    """Return whether an invitation that has left, or leaves now, can say one of these: else nobody need be asked."""
    now = timezone.now()
    return any(reminders.is_said_by_invitation(one.due, now) for one in reminding)


def _left_and_held(learning_session: LearningSession) -> tuple[dict[Any, tuple[dt.datetime, dt.datetime]], set[Any]]:
    """Return when an invitation left for each person, with the start that it named, and for whom one is held back."""
    arrived, held = dict[Any, tuple[dt.datetime, dt.datetime]](), set()
    # The words were made when the sender came to it.
    at = Coalesce("begun_at", "sent_at", "updated_at")
    rows = PlannedMessage.objects.about(learning_session).filter(
        kind=inviting.INVITATION, recipient__isnull=False, state__in=(*states.MAY_HAVE_ARRIVED, states.HELD)
    )
    for person, state, moment in rows.order_by(at).values_list("recipient", "state", at):
        if state == states.HELD:
            held.add(person)
        else:
            arrived[person] = moment, correcting.said_at(learning_session, moment).starts_at
    return arrived, held

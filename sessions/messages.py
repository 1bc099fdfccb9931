"""The kinds of message that sessions send. What stands in them is read when they leave."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.language import language
from core.moments import read
from notifications import kinds
from notifications.diary import AGAIN
from sessions import nearness, reminders
from sessions.calendars import correcting, inviting, leaving, telling
from sessions.coming import by_link
from sessions.models import LearningSession
from sessions.querysets import cancelled, moved, moved_together, taking_place
from sessions.room import guests
from sessions.room.personal_links import reminded_of, token_for


@lru_cache(maxsize=64)
def _path(cohort_id: UUID, pk: UUID, language: str) -> str:
    return reverse("session", args=[cohort_id, pk])


def _about(message) -> dict:
    learning_session: LearningSession = message.source
    said = getattr(learning_session, "said", {}).get(message.recipient.pk, "")
    near = nearness.near(learning_session.starts_at, message.speaks_at)
    return {
        "learning_session": learning_session,
        "cohort": learning_session.cohort,
        "programme": learning_session.cohort.programme,
        "path": _path(learning_session.cohort_id, learning_session.pk, get_language()),
        "reply_to": learning_session.cohort.contact_email,
        "occurrence": _step(message),
        "facts": _facts(learning_session),
        "moved_from": getattr(learning_session, "moved_from", None),
        "join_path": _join_path(message),
        "coming_path": _coming_path(message),
        # Whoever has said no is not told to keep the day free.
        "opening": gettext("This is when we meet.") if said == "no" else nearness.we_meet(near),
        "said": said,
    }


def _step(message) -> str:
    """Return which reminder it is; what stands behind the sign tells apart those that were planned again."""
    return message.occurrence.partition(AGAIN)[0]


def _join_path(message) -> str:
    """Return the way in without a sign-in, in the last mail before a session; "" elsewhere, or once it was taken back."""
    learning_session: LearningSession = message.source
    if not _is_the_last(message) or message.recipient.pk in getattr(learning_session, "taken_back", ()):
        return ""
    return reverse("personal_join", args=[token_for(learning_session, message.recipient)])


def _is_the_last(message) -> bool:
    """Return whether it is the last reminder of a session, or the invitation that leaves in its stead."""
    if message.kind == inviting.INVITATION:
        found = message.source
        return found is not None and reminders.stands_for_the_last(found.starts_at, message.speaks_at)
    return _step(message) == "T-1h"


def _coming_path(message) -> str:
    """Return the way to say whether one comes, without a sign-in, in the reminders while it can still be planned with."""
    if message.kind != "sessions/reminder" or _step(message) not in ("T-14d", "T-2d"):
        return ""
    return by_link.path_for(learning_session=message.source, person=message.recipient, on=message.due_at.date())


def _asked_at(source_ids: Collection[str]) -> dict:
    """Return the sessions that take place, each with who asks to be let in (``at_the_door``)."""
    found = taking_place(source_ids)
    asking = guests.who_asks(found.values()) if found else {}
    for one in found.values():
        one.at_the_door = asking[one.pk]
    return found


def _asks(message) -> dict | None:
    learning_session: LearningSession = message.source
    guest = learning_session.at_the_door.get(message.occurrence)  # type: ignore[attr-defined]
    if guest is None:
        return None
    path = reverse("session_guests", args=[learning_session.cohort_id, learning_session.pk])
    return _about(message) | {"guest": guest, "path": path}


def _changed(message) -> dict | None:
    found = correcting.difference(message.source, message.recipient)
    if found is None:
        return None
    return _about(message) | {"changes": found.words, "moved_from": found.before, "is_small": found.is_small}


def _left(message) -> dict:
    learning_session = message.source.learning_session
    cohort = learning_session.cohort
    return {"learning_session": learning_session, "cohort": cohort, "reply_to": cohort.contact}


def _several(message) -> dict:
    change = message.source
    return {
        "moved_sessions": change.sessions,
        "count": len(change.sessions),
        "cohort": change.cohort,
        "programme": change.cohort.programme,
        "path": reverse("cohort", args=[change.cohort_id]),
        "reply_to": change.cohort.contact_email,
    }


def _of_the_last_hour(message) -> tuple[kinds.Importance, bool]:
    """The last mail before a session, with the way in, is of no use later; the ones before it can wait for their reader."""
    if _is_the_last(message):
        return kinds.Importance.MUST, True
    return kinds.Importance.NORMAL, False


def _invited(message) -> dict:
    found = _about(message)
    is_far = nearness.near(message.source.starts_at, message.speaks_at).is_far
    return found | {"opening": "" if is_far else found["opening"]}


def _in_short(message) -> tuple[str, str]:
    """Return the last reminder as a text message has room for it, and where its reader goes on: Today leads into the room."""
    one: LearningSession = message.source
    leads = settings.SITE_URL + reverse("today")
    if nearness.near(one.starts_at, message.speaks_at).within_the_hour:
        return gettext("We meet within the hour: %(title)s") % {"title": one.title}, leads
    moment = read(one.starts_at, one.cohort, message.recipient, lang=language(), short=True).mine
    return gettext("%(moment)s: %(title)s") % {"moment": moment, "title": one.title}, leads


def _facts(learning_session: LearningSession) -> str:
    """Return how long it takes, and the number for those who listen by phone where it may be told, each on its line."""
    minutes = learning_session.minutes
    lines = [ngettext("%(minutes)d minute", "%(minutes)d minutes", minutes) % {"minutes": minutes}]
    if number := learning_session.dial_in_told:
        lines.append(gettext("By phone: %(number)s") % {"number": number})
    return "\n".join(lines)


kinds.register(
    kinds.Kind(
        key="sessions/reminder",
        name=_("Session reminder"),
        matters=_of_the_last_hour,
        template="sessions/emails/reminder",
        audience=_("You get this because you are part of this series."),
        when=_(
            "Two weeks, two days and an hour before the session, or at once where less than an hour is left; not where the "
            "invitation leaves then and says the same."
        ),
        stops=_("The session has moved, is cancelled or has begun, or the person does not take part any more."),
        context=_about,
        sources=reminded_of,
        priority=kinds.SOON,
        text=kinds.ShortText(frozenset({"T-1h"}), _in_short),
        step=reminders.in_words,
    )
)
kinds.register(
    kinds.Kind(
        key="sessions/moved",
        name=_("A session has moved"),
        importance=kinds.Importance.MUST,
        template="sessions/emails/moved",
        audience=_("You get this because you are part of this series."),
        when=_(
            "Once the time to undo is over after the session was moved by a quarter of an hour or more; sooner "
            "where it is near."
        ),
        stops=_(
            "The session is moved back, moved again, cancelled or over, or the person does not take part any more."
        ),
        context=_about,
        sources=moved,
        calendar=telling.request,
        priority=kinds.SOON,
    )
)
kinds.register(
    kinds.Kind(
        key="sessions/moved-together",
        name=_("Several sessions have moved"),
        importance=kinds.Importance.MUST,
        template="sessions/emails/moved_together",
        audience=_("You get this because you are part of this series."),
        when=_(
            "Once the time to undo is over after several sessions were moved at once; sooner where one of them is near."
        ),
        stops=_(
            "The move is taken back, each of these sessions is cancelled or back at its old time, the last one "
            "is over, or the person does not take part any more."
        ),
        context=_several,
        sources=moved_together,
        calendar=telling.request_each,
        priority=kinds.SOON,
    )
)
kinds.register(
    kinds.Kind(
        key="sessions/cancelled",
        name=_("A session is cancelled"),
        importance=kinds.Importance.MUST,
        template="sessions/emails/cancelled",
        audience=_("You get this because you are part of this series."),
        when=_("Once the time to undo is over after the session was cancelled, at its beginning at the latest."),
        stops=_("The session takes place after all or would be over, or the person does not take part any more."),
        context=_about,
        sources=cancelled,
        calendar=telling.cancel,
        priority=kinds.SOON,
    )
)
kinds.register(
    kinds.Kind(
        key=inviting.INVITATION,
        name=_("Session for the calendar"),
        template="sessions/emails/invitation",
        audience=_("You get this because you are part of this series."),
        when=_(
            "At once, when the series is announced, a session is added after that, or somebody joins; only to "
            "those with a mailbox."
        ),
        stops=_("The session is cancelled or over, or the person does not take part any more."),
        matters=_of_the_last_hour,
        context=_invited,
        sources=reminded_of,
        calendar=telling.request,
    )
)
kinds.register(
    kinds.Kind(
        key=inviting.CLOCKS,
        name=_("A session put right in calendars"),
        importance=kinds.Importance.MUST,
        template="sessions/emails/clocks",
        audience=_("You get this because you are part of this series."),
        when=_(
            "At once, when the rules for changing the clocks put a session ahead at another moment; only to "
            "those with a mailbox."
        ),
        stops=_("The session is cancelled or over, or the person does not take part any more."),
        context=_about,
        sources=taking_place,
        calendar=telling.request,
        priority=kinds.SOON,
    )
)
kinds.register(
    kinds.Kind(
        key=correcting.CHANGED,
        name=_("A session’s title, length or minutes"),
        template="sessions/emails/changed",
        audience=_("You get this because you are part of this series."),
        when=_(
            "Once the time to undo is over after a change of title, length or some minutes, to whoever has it "
            "otherwise in their calendar; sooner where the session is near."
        ),
        stops=_(
            "It is changed back or changed again, the session is cancelled or over, or the person does not take "
            "part any more."
        ),
        context=_changed,
        sources=correcting.sources,
        calendar=telling.request,
        priority=kinds.SOON,
    )
)
kinds.register(
    kinds.Kind(
        key=leaving.NOT_YOURS,
        name=_("A session out of the calendar"),
        template="sessions/emails/not_yours",
        audience=_("You get this once, because you were part of this series."),
        when=_(
            "Once the time to undo is over after somebody has left the series, for each session ahead that was "
            "sent to their calendar."
        ),
        stops=_("The person is back, or the session is over."),
        context=_left,
        sources=leaving.left_by,
        calendar=telling.cancel,
    )
)
kinds.register(
    kinds.Kind(
        key=guests.ASKS,
        name=_("A colleague asks to come in"),
        importance=kinds.Importance.MUST,
        keeps_hour=True,
        template="sessions/emails/asks",
        audience=_("You get this because you can let people in."),
        when=_("At once, when a colleague asks to be let in while the room of the session is open."),
        stops=_(
            "The colleague has an answer already, the session has moved, is cancelled or over, or the person "
            "does not take part any more."
        ),
        context=_asks,
        sources=_asked_at,
        priority=kinds.FIRST,
    )
)

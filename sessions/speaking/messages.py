"""The kinds of message for those who speak at a session. Each leads to their page."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from notifications import kinds
from notifications.diary import AGAIN
from notifications.letters import CalendarPart
from sessions import nearness, reminders
from sessions.calendars import correcting, telling
from sessions.models import Appearance
from sessions.speaking import links as speaker_links
from sessions.speaking import reminders as speaker_reminders
from sessions.speaking.mail import clock_of, knows_since
from sessions.speaking.own_page import newest_slides
from sessions.speaking.results import Heard, heard_of


def _sources(source_ids: Collection[str]) -> dict[str, Any]:
    rows = speaker_links.with_all().filter(pk__in={uuid.UUID(one) for one in source_ids})
    return {str(one.pk): one for one in rows}


def _of_the_last_hour(message) -> tuple[kinds.Importance, bool]:
    return kinds.Importance.MUST, _step(message) == "T-1h"


def _step(message) -> str:
    """Return which message it is; what stands behind the sign tells apart those that were planned again."""
    return message.occurrence.partition(AGAIN)[0]


def _changed_ones(source_ids: Collection[str]) -> dict[str, Any]:
    """Return those whose calendar shows something else than what stands, each with what (``difference``)."""
    found = _sources(source_ids)
    for one in found.values():
        one.difference = correcting.difference_since(one.learning_session, knows_since(one), one.speaker.language)
    return {key: one for key, one in found.items() if one.difference}


def _moved_ones(source_ids: Collection[str]) -> dict[str, Any]:
    """Return those of ``_changed_ones`` whose session is not when they last heard it is, each with that (``moved_from``)."""
    found = {key: one for key, one in _changed_ones(source_ids).items() if one.difference.before}
    for one in found.values():
        one.moved_from = one.difference.before
    return found


def _about(message) -> dict[str, Any] | None:
    appearance: Appearance = message.source
    if appearance.speaker.email.lower() != message.address:
        return None
    learning_session = appearance.learning_session
    return {
        "appearance": appearance,
        "speaker": appearance.speaker,
        "learning_session": learning_session,
        "cohort": learning_session.cohort,
        "programme": learning_session.cohort.programme,
        "clock": clock_of(appearance.speaker),
        "path": reverse("speaker_page", args=[speaker_links.token_for(appearance)]),
        "reply_to": learning_session.cohort.contact_email,
        "occurrence": _step(message),
        "moved_from": getattr(appearance, "moved_from", None),
        "slides_missing": not newest_slides(appearance.slides.all()),
        "opening": nearness.you_speak(nearness.near(learning_session.starts_at, message.speaks_at)),
        "is_over": learning_session.ends_at <= message.speaks_at,
    }


def _ahead(message) -> dict[str, Any] | None:
    """Return the words of what concerns a session that takes place; slides are only asked for where there are none."""
    words = _about(message)
    if words is None or words["learning_session"].cancelled_at:
        return None
    if _step(message) == speaker_reminders.SLIDES and not words["slides_missing"]:
        return None
    return words


def _cancelled(message) -> dict[str, Any] | None:
    words = _about(message)
    return words if words and words["learning_session"].cancelled_at else None


def _heard(appearance: Appearance) -> Heard:
    """Return what people said, in the language that speaks now (an example has it put before it)."""
    found = getattr(appearance, "heard", None)
    return found if found is not None else heard_of(appearance.learning_session)


def _ratings(message) -> dict[str, Any] | None:
    """Return what people said of the session; nothing leaves where too few have answered."""
    words = _ahead(message)
    heard = _heard(message.source) if words else None
    return {**words, "heard": heard} if words and heard else None


def _tries(message) -> dict[str, Any] | None:
    """Return what people will try; nothing leaves where the planning team has taken all of it back."""
    words = _ratings(message)
    return words if words and words["heard"].tries else None


def _changed(message) -> dict[str, Any] | None:
    words = _ahead(message)
    found = message.source.difference
    return words and words | {"changes": found.words, "is_small": found.is_small}


def _entry(message) -> list[CalendarPart]:
    return _told(message)


def _taken_back(message) -> list[CalendarPart]:
    return _told(message, left=True)


def _told(message, *, left: bool = False) -> list[CalendarPart]:
    appearance: Appearance = message.source
    way_in = _("Your page, with the way in, opens by the link in our mails to you.")
    clock = clock_of(appearance.speaker)
    return telling.outside(message, appearance.learning_session, clock, way_in=str(way_in), with_phone=True, left=left)


_Words = Callable[[Any], dict[str, Any] | None]
_CALENDAR = {"page": _entry, "moved": _entry, "changed": _entry, "cancelled": _taken_back}
_ALL: tuple[tuple[str, _Words, Callable], ...] = (
    ("page", _about, _sources),
    ("reminder", _ahead, _sources),
    ("ratings", _ratings, _sources),
    ("tries", _tries, _sources),
    ("moved", _ahead, _moved_ones),
    ("changed", _changed, _changed_ones),
    ("cancelled", _cancelled, _sources),
)
_NAMES = {
    "page": _("A speaker's page"),
    "reminder": _("Reminder for a speaker"),
    "ratings": _("Thanks and answers for a speaker"),
    "tries": _("What people will try, for a speaker"),
    "moved": _("A speaker's session has moved"),
    "changed": _("A speaker's session has another length or title"),
    "cancelled": _("A speaker's session is cancelled"),
}
# When each is told, and what stops it.
_TELLS = {
    "page": (
        _("At once, when the planning team sends somebody who speaks the link to their page."),
        _(
            "A newer link has taken its place, the session is cancelled, the link is ended, or the speaker is "
            "taken out or has another address."
        ),
    ),
    "reminder": (
        _(
            "Four weeks, two weeks (where slides are missing), two days and an hour before the session, and "
            "thanks the day after."
        ),
        _(
            "The session has moved or is cancelled, the slides that it asks for are there, the link is ended, "
            "or the speaker is taken out or has another address."
        ),
    ),
    "ratings": (
        _("Eight days after the session, with what people said of it."),
        _(
            "Too few people have answered, the session is cancelled, the link is ended, or the speaker is taken "
            "out or has another address."
        ),
    ),
    "tries": (
        _(
            "Once the time to undo is over after the planning team has passed on what people will try, unless "
            "the mail with the answers has still to leave."
        ),
        _(
            "All of it is taken back, the session is cancelled, the link is ended, or the speaker is taken out "
            "or has another address."
        ),
    ),
    "moved": (
        _("Once the time to undo is over after the session was moved, be it by minutes; sooner where it is near."),
        _(
            "The session is moved back, moved again, cancelled or over, the link is ended, or the speaker is "
            "taken out or has another address."
        ),
    ),
    "changed": (
        _(
            "Once the time to undo is over after the title or the length of the session was changed; sooner "
            "where it is near."
        ),
        _(
            "It is changed back or changed again, the session is cancelled or over, the link is ended, or the "
            "speaker is taken out or has another address."
        ),
    ),
    "cancelled": (
        _("Once the time to undo is over after the session was cancelled, at its beginning at the latest."),
        _(
            "The session takes place after all or would be over, the link is ended, or the speaker is taken out "
            "or has another address."
        ),
    ),
}
for name, context, sources in _ALL:
    kinds.register(
        kinds.Kind(
            key=f"sessions/speaker-{name}",
            template=f"sessions/emails/speaker_{name}",
            name=_NAMES[name],
            importance=kinds.Importance.MUST,
            matters=_of_the_last_hour if name == "reminder" else None,
            step=reminders.in_words if name == "reminder" else None,
            listed=False,
            audience=_("You get this because you speak at this session."),
            when=_TELLS[name][0],
            stops=_TELLS[name][1],
            context=context,
            sources=sources,
            calendar=_CALENDAR.get(name),
            priority=kinds.SOON,
        )
    )

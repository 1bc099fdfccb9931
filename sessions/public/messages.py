"""What those who registered for a public session are told. What stands in the mails is read when they leave."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core import places
from core.moments import Clock
from enrolment.site.interest import opened_in
from notifications import kinds
from notifications.letters import CalendarPart
from sessions import nearness
from sessions.calendars import correcting, telling
from sessions.models import LearningSession, Registration
from sessions.public.publishing import may_be_shown
from sessions.public.registration import ENTRIES, token_for


def _sources(source_ids: Collection[str]) -> dict[str, Registration]:
    rows = Registration.objects.select_related(
        "learning_session__cohort__programme__session_rules", "learning_session__recap"
    )
    return {str(one.pk): one for one in rows.filter(pk__in=source_ids)}


def _about(message) -> dict | None:
    row = message.source
    if row.email != message.address:  # its links are for the mailbox that registered
        return None
    learning_session = row.learning_session
    token = token_for(row)
    return {
        "row": row,
        "learning_session": learning_session,
        "cohort": learning_session.cohort,
        "programme": learning_session.cohort.programme,
        "reply_to": learning_session.cohort.contact,
        "path": reverse("registration", args=[token]),
        "stop": reverse("registration_withdraw", args=[token]),
        "opening": nearness.it_begins(nearness.near(learning_session.starts_at, message.speaks_at)),
    }


def _ahead(message) -> dict | None:
    found = _about(message)
    if found is None or found["learning_session"].cancelled_at:
        return None
    return found


def _of_the_last_hour(message) -> tuple[kinds.Importance, bool]:
    return kinds.Importance.MUST, message.occurrence.startswith("T-1h")


def _changed_ones(source_ids: Collection[str]) -> dict[str, Registration]:
    """Return those whose calendar shows something else than what stands, each with what (``difference``)."""
    found = _sources(source_ids)
    told = correcting.outside_told(list(found.values()), ENTRIES) if found else {}
    for key, at in told.items():
        row = found[key]
        row.difference = correcting.difference_since(row.learning_session, at, row.language)  # type: ignore[attr-defined]
    return {key: row for key, row in found.items() if getattr(row, "difference", None)}


def _recorded_ones(source_ids: Collection[str]) -> dict[str, Registration]:
    """Return those whose session has a recording that may be shown, each with the cohort that takes applications now.

    (``opened_in``) Both are asked once a session, however many registered for it.
    """
    found = {key: one for key, one in _sources(source_ids).items() if _is_recorded(one.learning_session)}
    sessions = {one.learning_session_id: one.learning_session for one in found.values()}
    shown = {key for key, one in sessions.items() if may_be_shown(one)}
    programmes = {one.cohort.programme_id for key, one in sessions.items() if key in shown}
    opened = {key: opened_in(key, timezone.now()) for key in programmes}
    for one in found.values():
        one.opened_in = opened.get(one.learning_session.cohort.programme_id)  # type: ignore[attr-defined]
    return {key: one for key, one in found.items() if one.learning_session_id in shown}


def _is_recorded(learning_session: LearningSession) -> bool:
    recap = getattr(learning_session, "recap", None)
    return bool(recap and recap.published_at and (recap.recording_en or recap.recording_fr))


def _changed(message) -> dict | None:
    found, other = _ahead(message), message.source.difference
    return found and found | {"changes": other.words, "is_small": other.is_small}


def _cancelled(message) -> dict | None:
    found = _about(message)
    return found if found and found["learning_session"].cancelled_at else None


def _recording(message) -> dict | None:
    found = _about(message)
    if found is None:
        return None
    recap, cohort = found["learning_session"].recap, found["row"].opened_in
    here, there = (recap.recording_fr, recap.recording_en)[:: 1 if (get_language() or "")[:2] == "fr" else -1]
    apply = ""
    if cohort is not None:
        query = urlencode({"from": f"{_FILLS_IN}:{token_for(found['row'])}"})
        apply = f"{reverse('apply', args=[cohort.slug])}?{query}"
    return found | {"recording": here or there, "apply": apply}


def _entry(message) -> list[CalendarPart]:
    """Return the session for the calendar of somebody whose mailbox has confirmed; nobody else is put anything into it."""
    return _told(message) if message.source.confirmed_at else []


def _taken_back(message) -> list[CalendarPart]:
    return _told(message, left=True)


def _told(message, *, left: bool = False) -> list[CalendarPart]:
    row = message.source
    way_in = _("Join by the link in our mails to you; it opens shortly before the start.")
    # The telephone number opens the session to whoever hears it: they read it on their page, once the room is open.
    return telling.outside(
        message, row.learning_session, _clock_of(row), way_in=str(way_in), with_phone=False, left=left
    )


def _clock_of(row: Registration) -> Clock | None:
    return Clock.of(row.city) if row.city in places.PLACES else None


_FILLS_IN = "registration"

_Words = Callable[[Any], dict | None]
_Calendar = Callable[[Any], list[CalendarPart]]
_Found = Callable[[Collection[str]], dict[str, Registration]]
_ALL: tuple[tuple[str, _Words, _Calendar | None, _Found], ...] = (
    ("confirm", _ahead, None, _sources),
    ("done", _ahead, _entry, _sources),
    ("reminder", _ahead, None, _sources),
    ("moved", _ahead, _entry, _sources),
    ("changed", _changed, _entry, _changed_ones),
    ("cancelled", _cancelled, _taken_back, _sources),
    ("recording", _recording, None, _recorded_ones),
)
_NAMES = {
    "confirm": _("A registration to confirm"),
    "done": _("A public session for the calendar"),
    "reminder": _("Reminder for those who registered"),
    "moved": _("A public session has moved"),
    "changed": _("A public session has another length or title"),
    "cancelled": _("A public session is cancelled"),
    "recording": _("The recording of a public session"),
}
# When each is told, and what stops it.
_TELLS = {
    "confirm": (
        _("At once, when somebody registers for a public session."),
        _(
            "The session is cancelled or over, the same address registers once more, or the registration is erased "
            "first."
        ),
    ),
    "done": (
        _("At once, when somebody confirms their registration before the room opens."),
        _("The session is cancelled or over, or the registration is erased first."),
    ),
    "reminder": (
        _(
            "Two days and an hour before the session, to whoever has confirmed by then; at once to whoever "
            "confirms in the last hour."
        ),
        _(
            "The session is cancelled or over (or has begun, for the one of two days), or the registration is erased "
            "first."
        ),
    ),
    "moved": (
        _("Once the time to undo is over after the session was moved, be it by minutes; sooner where it is near."),
        _("The session is cancelled or over, or the registration is erased first."),
    ),
    "changed": (
        _(
            "Once the time to undo is over after the title or the length of the session was changed; sooner "
            "where it is near."
        ),
        _("It is changed back, the session is cancelled or over, or the registration is erased first."),
    ),
    "cancelled": (
        _("Once the time to undo is over after the session was cancelled, at its beginning at the latest."),
        _("The session would be over, or the registration is erased first."),
    ),
    "recording": (
        _("Once the session is over and its recording is published, where everybody who speaks has agreed."),
        _(
            "The recording is taken back, somebody who speaks does not agree any more, the registration is erased "
            "first, or 30 days have passed since the session."
        ),
    ),
}
for _kind, _context, _calendar, _find in _ALL:
    kinds.register(
        kinds.Kind(
            key=f"sessions/registration-{_kind}",
            template=f"sessions/emails/registration_{_kind}",
            name=_NAMES[_kind],
            importance=kinds.Importance.MUST,
            matters=_of_the_last_hour if _kind == "reminder" else None,
            listed=False,
            audience=_(
                "You get this because somebody registered with this address. It is erased 30 days after the session."
            )
            if _kind != "confirm"
            else _("You get this because somebody typed this address on our page. Nothing happens if you do nothing."),
            when=_TELLS[_kind][0],
            stops=_TELLS[_kind][1],
            context=_context,
            sources=_find,
            calendar=_calendar,
            priority=kinds.FIRST if _kind == "confirm" else kinds.SOON,
        )
    )

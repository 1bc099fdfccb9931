"""What planners decide about where a session meets: who makes the address, and to try again."""

from __future__ import annotations

import dataclasses

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from audit.services import record
from core.refusals import Refused
from sessions.meetings.keeping import PROVIDERS, gives_up, next_step
from sessions.models import LearningSession, MeetingAddress, OutsideMeeting
from sessions.services import change_details


@dataclasses.dataclass(frozen=True)
class Standing:
    """How a session's meeting stands. ``service`` is "plain" or a provider's key, ``name`` what people call it."""

    service: str
    name: str
    has_address: bool
    # Something is still to be said to the service; it was tried in vain; nobody tries any more.
    waits: bool
    trouble: str
    given_up: bool


def choices() -> list[tuple[str, str]]:
    """Return (key, words) of the providers that this installation can use."""
    words = {
        "plain": _("An address that you enter"),
        "zoom": _("Zoom makes it, moves it and cancels it with the session"),
    }
    return [(key, words[key]) for key, one in PROVIDERS.items() if one.is_set_up()]


def standing_of(learning_session: LearningSession, now) -> Standing:
    """Return how the meeting of a session stands at ``now``. Two statements."""
    address = MeetingAddress.objects.filter(learning_session=learning_session).exists()
    row = OutsideMeeting.objects.filter(learning_session=learning_session).first()
    if row is None or not row.wanted:
        return Standing("plain", "", address, waits=False, trouble="", given_up=False)
    row.learning_session = learning_session
    waits = next_step(row, now) in ("make", "change", "cancel")
    trouble = row.get_trouble_display() if waits and row.trouble else ""
    return Standing(
        row.service, row.get_service_display(), address, waits, str(trouble), given_up=waits and gives_up(row)
    )


def missing_to_join(learning_session: LearningSession, now) -> str:
    """Return in a sentence why nobody could join a session that is ahead, "" where an address stands or is being made.

    One statement where there is an address, two where there is none.
    """
    if learning_session.state_at(now) in ("over", "cancelled") or learning_session.cohort.closed_at:
        return ""
    if MeetingAddress.objects.filter(learning_session=learning_session).exists():
        return ""
    row = OutsideMeeting.objects.filter(learning_session=learning_session, wanted=True).first()
    if row is None:
        return _("Nobody can join yet: the session has no meeting address.")
    if gives_up(row):
        return _("Nobody can join yet: %(service)s was asked for a meeting several times in vain.") % {
            "service": row.get_service_display()
        }
    return ""


@transaction.atomic
def choose(
    *, learning_session: LearningSession, service: str, url: str, dial_in: str, version: int, by
) -> LearningSession:
    """Let a session meet at an address that was typed, or let a service make the meeting. Returns the session.

    The address that stands goes on leading in until the service has made its own. Raises Overtaken where the session's
    details were changed since ``version``, and Refused where there would be no address at all.
    """
    if service not in dict(choices()):
        raise Refused(_("This cannot be chosen here."), field="service")
    outside = OutsideMeeting.objects.filter(learning_session=learning_session, wanted=True)
    if service == "plain":
        if not url and outside.exists():
            raise Refused(_("Enter the address of the meeting."), field="url")
        return change_details(learning_session=learning_session, by=by, version=version, url=url, dial_in=dial_in)
    now = change_details(learning_session=learning_session, by=by, version=version, dial_in=dial_in)
    if not outside.filter(service=service).exists():
        _want(now, service)
        record("session.meeting_wanted", now, by=by, service=service)
    return now


def _want(learning_session: LearningSession, service: str) -> None:
    row, made = OutsideMeeting.objects.get_or_create(learning_session=learning_session, defaults={"service": service})
    if made:
        return
    # It was let go a moment ago and stands there still: people meet there again.
    row.service, row.wanted, row.attempts, row.trouble = service, True, 0, ""
    row.save(update_fields=["service", "wanted", "attempts", "trouble"])
    if row.url:
        MeetingAddress.objects.update_or_create(learning_session=learning_session, defaults={"url": row.url})


@transaction.atomic
def try_again(*, learning_session: LearningSession, by) -> None:
    """Let the service be asked again now, however often it was in vain."""
    tried = OutsideMeeting.objects.filter(learning_session=learning_session, wanted=True)
    if tried.update(attempts=0, try_after=Now()):
        record("session.meeting_tried_again", learning_session, by=by)


@transaction.atomic
def show_address(*, learning_session: LearningSession, by) -> str:
    """Return the address for a planner who asks to see it, "" where there is none; that they did is kept."""
    found = MeetingAddress.objects.filter(learning_session=learning_session).values_list("url", flat=True).first()
    if found:
        record("session.address_seen", learning_session, by=by)
    return found or ""

"""What somebody who speaks is told by mail: their page, what comes next, that it moved or was cancelled, and thanks.

It goes to the address that the planning team knows, from the moment on at which they send the page.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from core import places
from core.moments import Clock
from core.refusals import Refused
from notifications import services as notifications
from notifications import states
from notifications.models import PlannedMessage
from notifications.services import Wanted
from sessions import reminders
from sessions.calendars import correcting
from sessions.models import Appearance, LearningSession, Speaker
from sessions.speaking import reminders as speaker_reminders

KINDS = (
    "sessions/speaker-reminder",
    "sessions/speaker-ratings",
    "sessions/speaker-moved",
    "sessions/speaker-changed",
    "sessions/speaker-cancelled",
)
# What people will try: planned by what the planning team passes on, as the page is by its being sent.
TRIES = "sessions/speaker-tries"
# Taken back by what happened to the session, the link or the address, and by nobody who wanted it unsaid.
_TOLD_AFTER_ALL = ("superseded", "link_ended", "other_address")
# What brings the session into a speaker's calendar, or changes it there.
ENTRIES = ("sessions/speaker-page", "sessions/speaker-moved", "sessions/speaker-changed")


def clock_of(speaker: Speaker) -> Clock | None:
    """Return the clock of the town where a speaker is, None where nobody said which."""
    return Clock.of(speaker.city) if speaker.city in places.PLACES else None


def versions(source_ids: Collection[str]) -> dict[str, int]:
    """Return the version of each appearance whose page has been sent and not ended: that of its session and of its link."""
    rows = Appearance.objects.filter(
        pk__in={uuid.UUID(one) for one in source_ids}, page_sent_at__isnull=False, link_ended_at=None
    )
    found = rows.values_list("pk", "learning_session__version", "link_generation")
    return {str(pk): session + generation for pk, session, generation in found}


@transaction.atomic
def send_page(*, appearance: Appearance, by, new_link: bool = False) -> Appearance:
    """Mail somebody the link to their page, and plan what they hear from then on; return the row.

    With ``new_link`` every link from before is worthless. Refuses where there is no address.
    """
    now = _locked(appearance)
    if not now.speaker.email:
        raise Refused(_("Enter an e-mail address for %(name)s first.") % {"name": now.speaker.name})
    now.link_generation += bool(new_link or now.link_ended_at)
    now.page_sent_at, now.link_ended_at = timezone.now(), None
    now.save(update_fields=["link_generation", "page_sent_at", "link_ended_at"])
    settle(now)
    notifications.post(
        "sessions/speaker-page",
        to=now.speaker.email,
        about=now,
        occurrence=now.page_sent_at.isoformat(),
        scope=now.learning_session.cohort,
        **_reader(now),
    )
    record("speaker.page_sent", now, by=by, cohort_id=now.learning_session.cohort_id)
    return now


@transaction.atomic
def end_link(*, appearance: Appearance, by) -> Appearance:
    """Let the page open no more and send nothing more; return the row."""
    now = _locked(appearance)
    if now.link_ended_at is None:
        now.link_ended_at = timezone.now()
        now.save(update_fields=["link_ended_at"])
        notifications.void(now, "link_ended", by=by)
        record("speaker.link_ended", now, by=by, cohort_id=now.learning_session.cohort_id)
    return now


def _locked(appearance: Appearance) -> Appearance:
    rows = Appearance.objects.select_for_update(of=("self",))
    return rows.select_related("speaker", "learning_session__cohort").get(pk=appearance.pk)


def _reader(appearance: Appearance) -> dict[str, str]:
    clock = clock_of(appearance.speaker)
    zone = clock.zone if clock else appearance.learning_session.cohort.time_zone
    return {"language": appearance.speaker.language, "time_zone": zone}


def knows_since(appearance: Appearance) -> dt.datetime:
    """Return when somebody who speaks was last told what their session's entry says; until a mail has left, since its page was sent."""
    told = correcting.outside_told([appearance], ENTRIES).get(str(appearance.pk))
    sent = appearance.page_sent_at or timezone.now()
    return max(told, sent) if told else sent


def who_hears_of_a_move(learning_session: LearningSession, to: dt.datetime) -> list[str]:
    """Return the names of who speaks at a session and would be told that it moves to this moment, in their order."""
    rows = Appearance.objects.filter(learning_session=learning_session, page_sent_at__isnull=False, link_ended_at=None)
    return [
        row.speaker.name
        for row in rows.exclude(speaker__email="").select_related("speaker")
        if correcting.said_at(learning_session, knows_since(row)).starts_at != to
    ]


def settle(appearance: Appearance) -> None:
    """Make what waits for somebody who speaks what their session wants now, as often as it is called."""
    if appearance.page_sent_at is None or appearance.link_ended_at or not appearance.speaker.email:
        return
    learning_session = appearance.learning_session
    notifications.replan(
        appearance,
        _wanted(appearance, learning_session),
        version=learning_session.version + appearance.link_generation,
        kinds_planned=KINDS,
    )


def _wanted(appearance: Appearance, learning_session: LearningSession) -> Iterable[Wanted]:
    now, to = timezone.now(), appearance.speaker.email
    common: dict[str, Any] = {"to": to, "scope": learning_session.cohort, **_reader(appearance)}
    if learning_session.cancelled_at:
        due = learning_session.cancelled_for_good_at or now
        return [Wanted("sessions/speaker-cancelled", due=due, occurrence="cancelled", not_after=learning_session.ends_at, **common)]  # fmt: skip
    knew, start = correcting.said_at(learning_session, knows_since(appearance)), learning_session.starts_at
    again = reminders.reminds_again(knew.starts_at, start)
    wanted = [
        Wanted(_kind_of(step), due=step.due, occurrence=step.occurrence, not_after=step.not_after, resend=again, **common)
        for step in speaker_reminders.steps_for(
            learning_session.wall, learning_session.zone, learning_session.starts_at, learning_session.minutes, now
        )
    ]  # fmt: skip
    wanted += _again(appearance, common)
    if not learning_session.is_ahead:
        return wanted
    # Counted from the change, so that what is settled once more does not put it off.
    leaves = reminders.word_leaves(learning_session.changed_at, knew.starts_at, start, window=settings.UNDO_SECONDS)
    common |= {"due": leaves, "not_after": learning_session.ends_at}
    language = appearance.speaker.language
    # Some minutes as well: their calendar shows what we sent.
    if knew.starts_at != start:
        wanted.append(Wanted("sessions/speaker-moved", occurrence="moved", resend=True, news=True, **common))
    elif knew.read_in(language) != correcting.facts_of(learning_session).read_in(language):
        wanted.append(Wanted("sessions/speaker-changed", occurrence=f"changed-{learning_session.sequence}", **common))
    return wanted


def _again(appearance: Appearance, common: dict[str, Any]) -> list[Wanted]:
    """Return the mails with the page, and with what people will try, where they wait or were taken back by what happened since."""
    sent_at = appearance.page_sent_at.isoformat()  # type: ignore[union-attr]
    rows = PlannedMessage.objects.about(appearance)
    rows = rows.filter(Q(kind="sessions/speaker-page", occurrence=sent_at) | Q(kind=TRIES))
    return [
        Wanted(row.kind, due=row.due_at, occurrence=row.occurrence.partition("~")[0], not_after=row.not_after, **common)
        for row in rows.order_by("kind", "-created_at").distinct("kind")
        if row.state in states.TAKEN_BACK or (row.state == states.VOID and row.reason in _TOLD_AFTER_ALL)
    ]


def _kind_of(step: speaker_reminders.Step) -> str:
    is_last = step.occurrence == speaker_reminders.RATINGS
    return "sessions/speaker-ratings" if is_last else "sessions/speaker-reminder"


def settle_session(learning_session: LearningSession) -> None:
    """The same for everybody who speaks at a session."""
    rows = Appearance.objects.filter(
        learning_session=learning_session, page_sent_at__isnull=False, link_ended_at=None
    ).select_related("speaker")
    for row in rows:
        row.learning_session = learning_session
        settle(row)


def settle_speaker(speaker: Speaker, *, other_address: bool = False) -> None:
    """The same at every session of a speaker of whom something else is known now.

    Under another address nothing leaves before the planning team sends the page there; links of before are worthless.
    """
    rows = Appearance.objects.filter(speaker=speaker, page_sent_at__isnull=False, link_ended_at=None)
    rows = rows.select_related("speaker", "learning_session__cohort")
    if other_address:
        notifications.void_each(rows, "other_address")
        rows.update(link_generation=F("link_generation") + 1, page_sent_at=None)
        return
    for row in rows.filter(learning_session__starts_at__gt=timezone.now()):
        settle(row)

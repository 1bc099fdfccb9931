"""Registration for a public session, without an account: confirmed by mail, told about this session alone, then erased.

What they hear is found anew at every round from the session as it stands: a session that moves, is cancelled, or whose
recording comes out needs nobody to think of those who registered.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from collaborative.querysets import by_name
from core import limits, places
from core.refusals import Refused
from core.time import forward_utc
from enrolment import links
from notifications import services as notifications
from notifications.choosing import agreed, erase_agreed
from notifications.people import forget_readers_of
from notifications.services import Wanted
from sessions import reminders
from sessions.calendars import correcting
from sessions.models import LearningSession, Recap, Registration
from sessions.public import waiting
from sessions.public.publishing import may_be_shown
from sessions.public.waiting import ENTRIES, HOUR_BEFORE
from sessions.querysets import ends_at
from sessions.room import joining

PURPOSE: Final = "sessions/registration"
# What somebody agreed to who confirmed, and the words on the form; new words get the next number.
TOLD: Final = "sessions/registration-reminder"
WORDING: Final = "registration 1"
# An address that nobody confirmed is not kept, nor is any once the recording has had its time.
UNCONFIRMED: Final = dt.timedelta(days=7)
KEPT_AFTER: Final = dt.timedelta(days=30)
DAYS_BEFORE: Final = 2
HOUR, DAY = 3600, 86_400
PER_ADDRESS, PER_MAILBOX, PER_SESSION = 60, 4, 2000


# ---------------------------------------------------------------- who registers


def public_session(session_id) -> LearningSession | None:
    """Return the session to which anybody may come, None where there is none."""
    rows = LearningSession.objects.select_related("cohort__programme", "phase")
    return rows.filter(pk=session_id, is_public=True).first()


def takes(learning_session: LearningSession) -> bool:
    """Return whether anybody can register now."""
    return learning_session.registers_at(timezone.now())


@transaction.atomic
def register(
    *, learning_session: LearningSession, name: str, email: str, language: str, city: str, address: str
) -> None:
    """Mail a link with which the owner of this mailbox confirms. The same to every caller, whatever is known already.

    Raises Refused where too many came lately, said the same for every mailbox.
    """
    if not takes(learning_session):
        raise Refused(_("Nobody can register for this session any more."))
    email = email.strip().lower()
    mine = limits.spend("register", address, amount=PER_ADDRESS, seconds=HOUR)
    if not (mine and limits.spend("register:all", learning_session.pk, amount=PER_SESSION, seconds=HOUR)):
        raise Refused(_("Too many have registered within an hour. Try again a little later."))
    if not limits.spend("register:mailbox", email, amount=PER_MAILBOX, seconds=DAY):
        return
    facts = {"name": name, "language": language, "city": city}
    row, _made = Registration.objects.get_or_create(learning_session=learning_session, email=email, defaults=facts)
    # What the owner of a mailbox has confirmed, nobody else writes over, nor takes back what waits to be mailed to them.
    Registration.objects.filter(pk=row.pk, confirmed_at=None).update(version=F("version") + 1, **facts)
    row.refresh_from_db()
    record("registration.asked", row, cohort_id=learning_session.cohort_id, version=row.version)
    _post("sessions/registration-confirm", [row], f"asked-{timezone.now():%Y%m%d%H%M%S%f}", learning_session)


def token_for(row: Registration) -> str:
    """Return what stands in the addresses of one who registered."""
    return links.token_for(row.pk, 1, mailed_to=row.email, purpose=PURPOSE)


def find(token: str) -> Registration | None:
    """Return whom a genuine link belongs to, None for anything else and for what is erased."""
    link = links.read(token, purpose=PURPOSE)
    if link is None:
        return None
    rows = Registration.objects.select_related("learning_session__cohort__programme", "learning_session__phase")
    row = rows.filter(pk=link.row_id).first()
    return row if row and link.went_to(row.email) else None


@transaction.atomic
def confirm(*, row: Registration) -> None:
    """Remember that the mailbox is theirs, and which start they know of; again changes nothing.

    Who confirms within the last two days has just read when it is: of the reminders only that of the last hour is left.
    """
    start = row.learning_session.starts_at
    values = {
        "confirmed_at": Now(),
        "told_start": start,
        "reminded": int(timezone.now() >= _two_days(row.learning_session)),
    }
    if Registration.objects.filter(pk=row.pk, confirmed_at=None).update(**values):
        record("registration.confirmed", row, cohort_id=row.learning_session.cohort_id)
        agreed(row.email, kind=TOLD, wording=WORDING)
        if row.learning_session.opens_at > timezone.now():
            _post("sessions/registration-done", [row], "done", row.learning_session)


@transaction.atomic
def withdraw(*, row: Registration) -> None:
    """Erase the registration and everything that waits for it."""
    record("registration.withdrawn", row, cohort_id=row.learning_session.cohort_id)
    _erase([row.pk])


@transaction.atomic
def join(*, row: Registration) -> str:
    """Note that somebody who registered came; return the meeting's address. Raises Refused outside the window.

    Whoever opens the meeting through the link of their mailbox has confirmed it.
    """
    address = joining.room_for_registered(registration=row)
    confirm(row=row)
    Registration.objects.filter(pk=row.pk, joined_at=None).update(joined_at=Now())
    return address


def known_applicant(token: str) -> dict[str, str] | None:
    """Return what the first page of an application need not ask the owner of this link again."""
    row = find(token)
    if row is None or row.confirmed_at is None:
        return None
    return {"contact_name": row.name, "contact_email": row.email, "language": row.language}


# ---------------------------------------------------------------- what planners do


@transaction.atomic
def open_to_all(*, learning_session: LearningSession, public: bool, by) -> None:
    """Let anybody register for a session, or nobody any more: whoever has registered stays so."""
    found = LearningSession.objects.filter(pk=learning_session.pk).exclude(is_public=public)
    if found.update(is_public=public):
        record("session.opened" if public else "session.for_members", learning_session, by=by)


def registered_for(learning_session: LearningSession) -> list[Registration]:
    """Return whoever has confirmed that they want to come, by name."""
    rows = Registration.objects.filter(learning_session=learning_session, confirmed_at__isnull=False)
    return list(rows.order_by(by_name(), "pk"))


# ---------------------------------------------------------------- what they hear


def to_sweep(now: dt.datetime) -> list[QuerySet[Registration]]:
    """Return those to whom there may be something to tell, and what is not needed any more (``notifications.sweep.looks``)."""
    return [*waiting.to_tell(now), _not_needed(now)]


def _not_needed(now: dt.datetime) -> QuerySet[Registration]:
    unconfirmed = Q(confirmed_at=None, created_at__lt=now - UNCONFIRMED)
    return Registration.objects.alias(ends=ends_at("learning_session__")).filter(
        unconfirmed | Q(ends__lt=now - KEPT_AFTER)
    )


def sweep(now: dt.datetime | None = None) -> None:
    """Tell everybody who registered what there is to tell now, and erase what is not needed any more. Idempotent."""
    now = now or timezone.now()
    keys = {key for rows in waiting.to_tell(now) for key in rows.values_list("learning_session", flat=True).distinct()}
    sessions = LearningSession.objects.filter(pk__in=keys).select_related("cohort__programme", "recap")
    for learning_session in sessions if keys else ():
        with transaction.atomic():
            rows = waiting.rows().filter(learning_session=learning_session).select_for_update(skip_locked=True)
            _tell(learning_session, rows, now)
    _erase(list(_not_needed(now).values_list("pk", flat=True)))


def _tell(learning_session: LearningSession, rows, now: dt.datetime) -> None:
    state = learning_session.state_at(now)
    if state == "cancelled":
        final = learning_session.cancelled_for_good_at
        if final is not None and final <= now:
            _last(learning_session, rows, "cancelled", now)
    elif state == "over":
        recap = getattr(learning_session, "recap", None)
        if _is_out(recap) and may_be_shown(learning_session):
            _last(learning_session, rows, "recording", now)
    else:
        _tell_of_a_move(learning_session, rows, now)
        _tell_of_the_rest(learning_session, rows, now)
        _remind(learning_session, rows, now)


def _is_out(recap: Recap | None) -> bool:
    return recap is not None and recap.published_at is not None and bool(recap.recording_en or recap.recording_fr)


def _last(learning_session: LearningSession, rows, what: str, now: dt.datetime) -> None:
    """Tell the last thing that there is to tell."""
    found = list(rows)
    # The recording is worth a mail for as long as the address is kept.
    until = learning_session.ends_at + KEPT_AFTER if what == "recording" else learning_session.ends_at
    _post(f"sessions/registration-{what}", found, what, learning_session, until=until, now=now)
    _update(found, last_told_at=Now())


def _tell_of_a_move(learning_session: LearningSession, rows, now: dt.datetime) -> None:
    """Tell whoever knows of another start, once the move cannot be undone any more."""
    start = learning_session.starts_at
    moved = list(rows.exclude(told_start=start))
    if not moved:
        return
    starts = [start, *(row.told_start for row in moved if row.told_start)]
    if now < reminders.word_leaves(learning_session.changed_at, *starts, window=settings.UNDO_SECONDS):
        return
    # Some minutes as well: their calendar shows what we sent.
    knew = [row for row in moved if row.told_start]
    occurrence = f"moved-{start:%Y%m%d%H%M}-{learning_session.version}"
    _post("sessions/registration-moved", knew, occurrence, learning_session, now=now)
    again = [row for row in moved if row.told_start and reminders.reminds_again(row.told_start, start)]
    _update(again, reminded=0)
    _update(moved, told_start=start)


def _tell_of_the_rest(learning_session: LearningSession, rows, now: dt.datetime) -> None:
    """Put right the calendars that show another length or title, in one quiet mail once it may not be changed back."""
    if not learning_session.stood or learning_session.starts_at <= now:
        return
    start = learning_session.starts_at
    if now < reminders.word_leaves(learning_session.changed_at, start, window=settings.UNDO_SECONDS):
        return
    found = list(rows.filter(told_start=start))
    told = correcting.outside_told(found, ENTRIES) if found else {}
    known = [(row, told[str(row.pk)]) for row in found if str(row.pk) in told]
    wrong = [row for row, at in known if correcting.difference_since(learning_session, at, row.language)]
    if not wrong:
        return
    hear_anyway = correcting.outside_waiting(wrong, ENTRIES)
    wrong = [row for row in wrong if str(row.pk) not in hear_anyway]
    _post("sessions/registration-changed", wrong, f"changed-{learning_session.sequence}", learning_session, now=now)


def _remind(learning_session: LearningSession, rows, now: dt.datetime) -> None:
    """Remind of what is near: two days before, and within the last hour, with the link to join."""
    step = 2 if now >= learning_session.starts_at - HOUR_BEFORE else 1 if now >= _two_days(learning_session) else 0
    due = list(rows.filter(reminded__lt=step, told_start=learning_session.starts_at))
    if due:
        occurrence = f"{('T-2d', 'T-1h')[step - 1]}-{learning_session.starts_at:%Y%m%d%H%M}"
        # Who is late finds the way in for as long as the session goes on.
        until = learning_session.ends_at if step == 2 else learning_session.starts_at
        _post("sessions/registration-reminder", due, occurrence, learning_session, until=until, now=now)
        _update(due, reminded=step)


def _two_days(learning_session: LearningSession) -> dt.datetime:
    """Return when two days are left, on the wall clock."""
    return forward_utc(learning_session.wall - dt.timedelta(days=DAYS_BEFORE), learning_session.zone)


def _update(rows: Iterable[Registration], **values: Any) -> None:
    keys = [row.pk for row in rows]
    if keys:
        Registration.objects.filter(pk__in=keys).update(**values)


def _post(
    kind: str,
    rows: Iterable[Registration],
    occurrence: str,
    learning_session: LearningSession,
    *,
    until: dt.datetime | None = None,
    now: dt.datetime | None = None,
) -> None:
    """Tell them ``now``, ``until`` the session is over at the latest: after a standstill nobody hears of what has passed."""
    moment = now or timezone.now()
    notifications.plan_each(
        (
            row,
            row.version,
            Wanted(
                kind=kind, to=row.email, due=moment, occurrence=occurrence, scope=learning_session.cohort,
                not_after=until or learning_session.ends_at,
                language=row.language, time_zone=places.zone_of(row.city) if row.city else learning_session.zone,
            ),
        )
        for row in rows
    )  # fmt: skip


def _erase(keys: list) -> None:
    if not keys:
        return
    with transaction.atomic():
        erase_agreed(Registration.objects.filter(pk__in=keys).values_list("email", flat=True), kind=TOLD)
        forget_readers_of(Registration._meta.label_lower, [str(key) for key in keys])
        Registration.objects.filter(pk__in=keys).delete()


def versions(source_ids: Collection[str]) -> dict[str, int]:
    """Return the version of each registration that is still there."""
    return {
        str(pk): version for pk, version in Registration.objects.filter(pk__in=source_ids).values_list("pk", "version")
    }

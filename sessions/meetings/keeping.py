"""What stands at a meeting service is made to agree with our sessions: made, changed and cancelled at the tick.

What is wanted is read off the session each time, so that a move, a change of title, a cancelling and their undoing need no
word of their own. Each step is claimed in a transaction, spoken over the network outside of any, and written down in
another; what a killed worker left behind is taken up when its claim has run out.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import logging
from typing import Final, Literal

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from audit.services import record
from core.accidents import log_accident
from notifications import bell
from sessions.meetings.base import Failed, Gone, Made, Provider, Wish
from sessions.meetings.plain import Plain
from sessions.meetings.zoom import Zoom
from sessions.models import LearningSession, MeetingAddress, OutsideMeeting, Spoken, Trouble

log = logging.getLogger(__name__)

PROVIDERS: Final[dict[str, Provider]] = {one.key: one for one in (Plain(), Zoom())}

Step = Literal["", "make", "change", "cancel", "drop"]
# Longer than everything that one step may say over the network.
_CLAIM: Final = dt.timedelta(minutes=10)
# The nearer a session, the shorter the wait for the next try, down to this.
_SHORTEST_WAIT: Final = dt.timedelta(minutes=1)


def wish_of(learning_session: LearningSession) -> Wish:
    """Return the meeting that a session wants: its title in the language in which it is spoken, and its hour."""
    titles = {Spoken.EN: [learning_session.title_en], Spoken.FR: [learning_session.title_fr]}
    both = [learning_session.title_en, learning_session.title_fr]
    return Wish(
        key=f"ref {learning_session.pk.hex}",
        topic=" / ".join(titles.get(Spoken(learning_session.spoken), both)),
        starts_at=learning_session.starts_at,
        minutes=learning_session.minutes,
    )


def next_step(row: OutsideMeeting, now: dt.datetime) -> Step:
    """Return what has to be said to the service, "" for nothing. A session that is over is left as it was."""
    session = row.learning_session
    stands = bool(row.outside_id) or row.may_exist
    if not row.wanted:
        return "cancel" if stands and session.ends_at > now else "drop"
    if session.ends_at <= now:
        return ""
    if session.cancelled_at:
        final = session.cancelled_for_good_at
        return "cancel" if stands and final and now >= final else ""
    if not row.outside_id:
        return "make"
    return "change" if row.told != wish_of(session).mark else ""


def gives_up(row: OutsideMeeting) -> bool:
    """Return whether it was tried so often that a person has to look."""
    return row.attempts > len(settings.RETRY_MINUTES)


def _mark(row: OutsideMeeting, step: Step) -> str:
    return step if step in ("cancel", "drop") else wish_of(row.learning_session).mark


def _is_due(row: OutsideMeeting, now: dt.datetime) -> bool:
    step = next_step(row, now)
    if not step or (row.claimed_until and row.claimed_until > now):
        return False
    if row.trouble == Trouble.BUSY and row.try_after > now:
        return False
    # Something else is wanted than what failed: that is tried at once, from the beginning.
    return row.trying != _mark(row, step) or (row.try_after <= now and not gives_up(row))


def to_sweep(now: dt.datetime) -> list[QuerySet[OutsideMeeting]]:
    """Return the meetings of which there may be something to say (``notifications.sweep.looks``).

    What has ended, however long it was, has nothing left to say but a row that nobody wants.
    """
    rows = OutsideMeeting.objects.all()
    return [rows.filter(learning_session__starts_at__gt=now - dt.timedelta(days=1)) | rows.filter(wanted=False)]


def sweep(now: dt.datetime | None = None) -> None:
    """At every tick: ring for what has to be said to a service; do one of them here where nobody hears the bell."""
    from sessions import tasks

    now = now or timezone.now()
    if _due(now) and not bell.ring(tasks.keep_meetings):
        work(now, most=1)


def work(now: dt.datetime | None = None, *, most: int = 100) -> int:
    """Say what has to be said, one meeting after the other. Returns how many. Safe beside any number of others."""
    done = 0
    for pk in _due(now or timezone.now())[:most]:
        done += _do(pk, now)
    return done


def _due(now: dt.datetime) -> list:
    found = [row for rows in to_sweep(now) for row in rows.select_related("learning_session")]
    return [row.pk for row in sorted(found, key=lambda row: row.learning_session.starts_at) if _is_due(row, now)]


@dataclasses.dataclass(frozen=True)
class _Claimed:
    row: OutsideMeeting
    step: Step
    wish: Wish
    # Whether an earlier try may have made it, its answer lost.
    may_exist: bool


@transaction.atomic
def _claim(pk, now: dt.datetime | None) -> _Claimed | None:
    now = now or timezone.now()
    rows = OutsideMeeting.objects.select_for_update(of=("self",), skip_locked=True)
    row = rows.select_related("learning_session").filter(pk=pk).first()
    if row is None or not _is_due(row, now):
        return None
    step = next_step(row, now)
    if step == "drop":
        row.delete()
        return None
    may_exist, mark = row.may_exist, _mark(row, step)
    row.attempts = 1 if row.trying != mark else row.attempts + 1
    row.trying, row.claimed_until = mark, now + _CLAIM
    row.may_exist = row.may_exist or step == "make"
    row.save(update_fields=["attempts", "trying", "claimed_until", "may_exist"])
    return _Claimed(row, step, wish_of(row.learning_session), may_exist)


def _do(pk, now: dt.datetime | None) -> bool:
    claimed = _claim(pk, now)
    if claimed is None:
        return False
    provider = PROVIDERS[claimed.row.service]
    try:
        if not provider.is_set_up():
            raise Failed(Trouble.NOT_SET_UP)
        made = _say(provider, claimed)
    except Failed as failed:
        _settle_failure(claimed, failed)
    except Exception:
        log_accident(log, "a meeting could not be kept at %s", provider.key)
        _settle_failure(claimed, Failed(Trouble.STRANGE))
    else:
        _settle(claimed, made)
    return True


def _say(provider: Provider, claimed: _Claimed) -> Made | None:
    """Say one step to the service; return the meeting as it stands there then, None for none."""
    row, wish = claimed.row, claimed.wish
    if claimed.step == "cancel":
        ids = [row.outside_id] if row.outside_id else [one.outside_id for one in provider.find(wish.key)]
        for outside_id in ids:
            provider.cancel(outside_id)
        return None
    if claimed.step == "change":
        try:
            provider.change(row.outside_id, wish)
            return Made(row.outside_id, row.url)
        except Gone:  # somebody took it away over there: people need one all the same
            pass
    return provider.make(wish, may_exist=claimed.may_exist)


def _ours(claimed: _Claimed) -> OutsideMeeting | None:
    """Return the row, locked, while the claim is still ours."""
    rows = OutsideMeeting.objects.select_for_update(of=("self",)).select_related("learning_session")
    return rows.filter(pk=claimed.row.pk, claimed_until=claimed.row.claimed_until).first()


@transaction.atomic
def _settle(claimed: _Claimed, made: Made | None) -> None:
    row = _ours(claimed)
    if row is None:
        return
    before = row.url
    row.outside_id, row.url = (made.outside_id, made.url) if made else ("", "")
    row.told = claimed.wish.mark if made else ""
    row.may_exist, row.attempts, row.trouble, row.claimed_until = False, 0, "", None
    row.save()
    addresses = MeetingAddress.objects.filter(learning_session=row.learning_session)
    if made is None:
        addresses.filter(url=before).delete()
        record("session.meeting_cancelled", row.learning_session, service=row.service)
        return
    if row.wanted and not addresses.filter(url=made.url).exists():
        MeetingAddress.objects.update_or_create(learning_session=row.learning_session, defaults={"url": made.url})
    record(f"session.meeting_{'changed' if before == made.url else 'made'}", row.learning_session, service=row.service)


@transaction.atomic
def _settle_failure(claimed: _Claimed, failed: Failed) -> None:
    row = _ours(claimed)
    if row is None:
        return
    now = timezone.now()
    minutes = settings.RETRY_MINUTES[min(row.attempts, len(settings.RETRY_MINUTES)) - 1]
    left = (row.learning_session.starts_at - now) / 10
    wait = max(min(dt.timedelta(minutes=minutes), left), min(_SHORTEST_WAIT, dt.timedelta(minutes=minutes)))
    if failed.wait:  # it said when: that is no failure of ours
        wait, row.attempts = dt.timedelta(seconds=failed.wait), max(0, row.attempts - 1)
    row.try_after, row.trouble, row.claimed_until = now + wait, failed.code, None
    row.save(update_fields=["attempts", "try_after", "trouble", "claimed_until"])
    if gives_up(row):
        record("session.meeting_failed", row.learning_session, service=row.service, trouble=failed.code)

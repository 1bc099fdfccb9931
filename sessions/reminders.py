"""When people are reminded of a session. Pure: a given now, no database.

Days are counted on the cohort's wall clock ("two days before, same hour"), hours in real time.
"""

from __future__ import annotations

import dataclasses
import datetime as dt

from django.utils.translation import gettext_lazy as _

from core.time import forward_utc

# occurrence, days before on the wall clock, hours before in real time
LADDER = (("T-14d", 14, 0), ("T-2d", 2, 0), ("T-1h", 0, 1))
# What planners call each step, those of who speaks as well (sessions.speaking.reminders).
_STEPS = {
    "T-4w": _("four weeks before"), "T-2w": _("two weeks before"), "T-14d": _("two weeks before"),
    "T-2d": _("two days before"), "T-1h": _("an hour before"), "T+1d": _("the day after"),
}  # fmt: skip
# A shorter move changes calendars, not plans: only those hear of it whose calendar we have written to.
WORTH_A_MAIL = dt.timedelta(minutes=15)
# An invitation that leaves so shortly before a reminder, or after its time, says itself what that would.
SAID_ALREADY = dt.timedelta(minutes=15)
# So long before a session people have heard of every change of it, as far as it was made before that.
HEARD_BEFORE = dt.timedelta(minutes=15)
# A reminder that went already goes again only when the day itself changed.
WORTH_REMINDING_AGAIN = dt.timedelta(hours=24)


@dataclasses.dataclass(frozen=True)
class Reminder:
    """One step of the ladder: leaves at ``due`` (UTC), not after ``not_after`` (UTC)."""

    occurrence: str
    due: dt.datetime
    not_after: dt.datetime


def reminders_for(wall: dt.datetime, zone: str, starts_at: dt.datetime, now: dt.datetime) -> list[Reminder]:
    """Return the reminders still worth sending at ``now``, in order.

    A step whose time has passed is dropped, except the last one: somebody who hears of a session 40 minutes before it
    begins is reminded at once. Nothing is sent about a session that has begun.
    """
    if starts_at <= now:
        return []
    steps = []
    for occurrence, days, hours in LADDER:
        due = forward_utc(wall - dt.timedelta(days=days), zone) if days else starts_at - dt.timedelta(hours=hours)
        steps.append(Reminder(occurrence, due, starts_at))
    ahead = [step for step in steps if step.due > now]
    if not ahead:
        ahead = [dataclasses.replace(steps[-1], due=now)]
    return ahead


def is_said_by_invitation(due: dt.datetime, leaves: dt.datetime) -> bool:
    """Return whether who is sent an invitation at ``leaves`` needs no reminder at ``due`` beside it: one mail is enough."""
    return due <= leaves + SAID_ALREADY


def stands_for_the_last(starts_at: dt.datetime, leaves: dt.datetime) -> bool:
    """Return whether an invitation that leaves at ``leaves`` has to say what the last reminder would: the way in."""
    return is_said_by_invitation(_last(starts_at), leaves)


def was_said(due: dt.datetime, starts_at: dt.datetime, left: dt.datetime, named: dt.datetime) -> bool:
    """Return whether an invitation that has ``left`` says what the reminder at ``due`` of a session at ``starts_at`` would.

    It has to for the start that it ``named`` as well: one that left long before that did not yet bear the way in.
    """
    # One that is late leaves at once: what it says was due an hour before.
    meant = min(due, _last(starts_at))
    return is_said_by_invitation(max(meant, meant + (named - starts_at)), left)


def _last(starts_at: dt.datetime) -> dt.datetime:
    return starts_at - dt.timedelta(hours=LADDER[-1][2])


def in_words(occurrence: str) -> str:
    """Return which reminder it is, in words; "" for what is none. What was planned again is called as it was."""
    return str(_STEPS.get(occurrence.partition("~")[0], ""))


def word_leaves(at: dt.datetime, *starts: dt.datetime, window: float) -> dt.datetime:
    """Return when people hear of a change made at ``at``: once the ``window`` (seconds) to undo it is over.

    Sooner where the first of ``starts``, the old or the new one, is near: a while before it, and at once where that is over.
    """
    return max(at, min(at + dt.timedelta(seconds=window), min(starts) - HEARD_BEFORE))


def tells_people(before: dt.datetime, after: dt.datetime) -> bool:
    """Return whether a move from ``before`` to ``after`` deserves a message of its own."""
    return abs(after - before) >= WORTH_A_MAIL


def reminds_again(before: dt.datetime, after: dt.datetime) -> bool:
    """Return whether reminders that went out already should go again after the move."""
    return abs(after - before) >= WORTH_REMINDING_AGAIN

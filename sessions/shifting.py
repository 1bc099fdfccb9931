"""What sessions do when a whole cohort goes on by some days (answers for ``core.registry.what_moves``)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.utils import timezone
from django.utils.translation import gettext as _

from collaborative import timeline
from collaborative.dates import Shift
from collaborative.reschedule import Consequence, Ledger, Moved
from core.refusals import Refused
from sessions import reminders
from sessions.calendars import correcting
from sessions.models import LearningSession
from sessions.querysets import heard_starts
from sessions.services import leaves_at, moment_of, moved_messages, reminders_wanted, replan, tell_of_several


def what_moves(change, ledger: Ledger) -> Callable[[Moved], None] | None:
    """Move every session ahead by the days of a ``Shift``; return what tells people, None for other changes."""
    if not isinstance(change, Shift):
        return None
    now, on = timezone.now(), dt.timedelta(days=change.days)
    # A cancelled one goes along, so that its place in the line stays between the others.
    rows = list(
        LearningSession.objects.filter(cohort=change.cohort).select_related("cohort", "phase").order_by("starts_at")
    )
    moved: list[tuple[LearningSession, dt.datetime]] = []
    for row in rows:
        if row.starts_at <= now:
            continue
        before, wall = row.starts_at, row.wall + on
        after = _moment(row, wall)
        correcting.remember(row)
        if after <= now:
            raise Refused(_("“%(session)s” would lie behind us. Move by less.") % {"session": row.title}, field="days")
        ledger.set(row, day=wall.date(), starts_at=after)
        if row.phase:
            ledger.set(row.phase, starts_on=wall.date(), ends_on=wall.date())
        if row.cancelled_at is None:
            moved.append((row, before))
    _keep_order([row for row in rows if row.phase and row.cancelled_at is None])
    return lambda result: _tell(moved, result)


def _moment(row: LearningSession, wall: dt.datetime) -> dt.datetime:
    try:
        return moment_of(wall, row.zone)
    except Refused as refused:
        raise Refused(f"“{row.title}”: {refused.sentence}", field="days") from refused


def _keep_order(line: list[LearningSession]) -> None:
    line = sorted(line, key=lambda row: row.phase.ordinal)  # type: ignore[union-attr]
    crossed = timeline.out_of_order([(row.title, row.starts_at) for row in line])
    if crossed:
        raise Refused(
            _("“%(after)s” would no longer come after “%(before)s”. Move by less.")
            % {"before": crossed[0], "after": crossed[1]},
            field="days",
        )


def _tell(moved: list[tuple[LearningSession, dt.datetime]], result: Moved) -> None:
    """Plan everybody's reminders anew, and one mail each: about the session, or about all that move."""
    if not moved:
        return
    reminded, told = set(), set()
    now, heard = timezone.now(), heard_starts([row for row, _before in moved])
    known = [(row, before, heard.get(row.pk, before)) for row, before in moved]
    leaves = leaves_at(now, *(moment for row, *knew in known for moment in (*knew, row.starts_at)))
    for row, before in moved:
        wanted = reminders_wanted(row, resend=reminders.reminds_again(before, row.starts_at))
        reminded |= {one.to.pk for one in wanted}
        news = moved_messages(row, leaves) if len(moved) == 1 else []
        told |= {one.to.pk for one in news}
        replan(row, wanted + news, apart=len(moved) > 1)
    if len(moved) > 1 and result.reschedule:
        told = tell_of_several(result.reschedule, [row for row, _before in moved], leaves)
    result.close_by(leaves, at=now)
    result.consequences += [Consequence("reminded", len(reminded)), Consequence("told", len(told))]

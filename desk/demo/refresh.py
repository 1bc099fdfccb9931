"""A demo that was filled a while ago is brought up to today, and a drop-in hour lies ahead after every start."""

from __future__ import annotations

import dataclasses
import datetime as dt

from django.db import models, transaction
from django.db.models import F, Max, Q
from django.utils import timezone

from audit.models import Entry
from audit.services import record
from collaborative.making import ENROLMENT_DAYS
from collaborative.models import Cohort, Programme, Reschedule
from collaborative.reschedule import Ledger, Moved, reschedule, stretches_follow
from core.time import wall_in
from desk.demo.marks import marked
from desk.demo.meeting import meeting_url
from desk.demo.rows import everything, others_have_joined
from desk.demo.series import DROP_IN
from desk.demo.world import CLOCK, COHORT_ID, PROGRAMME_ID
from improvement.models import DataPoint
from improvement.periods import Rhythm, following, preceding
from notifications import services as notifications
from sessions import services as sessions
from sessions.models import LearningSession, MeetingAddress, SessionKind

STARTS_IN = dt.timedelta(minutes=40)
_STEP = dt.timedelta(minutes=5)
_FAR = dt.timedelta(weeks=5200)

# Their dates move through the cascade, or never: what somebody consented to stays as it was said.
_MOVED_OTHERWISE = {
    "accounts.Consent",
    "collaborative.Cohort",
    "collaborative.Phase",
    "collaborative.Reschedule",
    "learning_sessions.LearningSession",
}
_ROOMS = {"collaborative", "learning_sessions", "enrolment", "improvement", "forum", "coaching", "accounts", "surveys"}
_NOT_A_STORY = {"last_login"}


# ---------------------------------------------------------------- whole weeks


@dataclasses.dataclass
class WholeWeeks:
    """A cohort with everything in it goes some weeks on: same weekdays, same hours on the wall (collaborative.reschedule).

    Nobody is told: reminders wait anew for the new days, and that is all.
    """

    cohort: Cohort
    weeks: int

    def apply(self, ledger: Ledger) -> None:
        on = dt.timedelta(weeks=self.weeks)
        names = ("first_day", *ENROLMENT_DAYS)
        ledger.set(self.cohort, **{name: day + on for name in names if (day := getattr(self.cohort, name))})
        for quiet in self.cohort.quiet_weeks.all():
            ledger.set(quiet, starts_on=quiet.starts_on + on, ends_on=quiet.ends_on + on)
        for task in self.cohort.tasks.all():
            pinned = {"pinned_on": task.pinned_on + on} if task.pinned_on else {}
            ledger.set(task, due_on=task.due_on + on, **pinned)
        for phase in self.cohort.phases.in_order():
            pinned = {
                name: getattr(phase, name) + on for name in ("pinned_start", "pinned_end") if getattr(phase, name)
            }
            ledger.set(phase, starts_on=phase.starts_on + on, ends_on=phase.ends_on + on, **pinned)
        for row in self._sessions():
            wall = row.wall + on
            ledger.set(row, day=wall.date(), starts_at=sessions.moment_of(wall, row.zone))

    def follow(self, moved: Moved) -> None:
        # The cascade knew the old first day: what hangs on it takes its days now.
        stretches_follow(Cohort.objects.get(pk=self.cohort.pk), moved.ledger)
        for row in self._sessions():
            if not row.is_ahead:
                continue
            LearningSession.objects.filter(pk=row.pk).update(version=F("version") + 1)
            row.refresh_from_db(fields=["version"])
            notifications.replan(
                row,
                sessions.reminders_wanted(row, resend=True),
                version=row.version,
                kinds_planned=["sessions/reminder", "sessions/moved"],
            )

    def _sessions(self) -> list[LearningSession]:
        return list(LearningSession.objects.filter(cohort=self.cohort).select_related("cohort", "phase"))


@transaction.atomic
def bring_up_to_date(*, now: dt.datetime | None = None) -> int:
    """Move the whole demo on by as many weeks as it is old; return how many. 0: it is young, or somebody real has joined."""
    now = now or timezone.now()
    as_of, weeks = _as_of(), weeks_behind(now)
    if as_of is None or weeks < 1 or others_have_joined():
        return 0
    for cohort in Cohort.objects.filter(**marked()):
        moved = reschedule(WholeWeeks(cohort, weeks), by=None, reason="demo")
        assert moved.reschedule is not None  # only a dry run keeps none
        # Nobody asked for it, so nobody is offered to take it back.
        Reschedule.objects.filter(pk=moved.reschedule.pk).update(created_at=F("created_at") - dt.timedelta(days=1))
        _since_when(cohort, dt.timedelta(weeks=weeks))
    _move_rows(dt.timedelta(weeks=weeks), now)
    day = as_of + dt.timedelta(weeks=weeks)
    record("demo.moved_on", Programme.objects.get(pk=PROGRAMME_ID), day=day, weeks=weeks)
    return weeks


def _since_when(cohort: Cohort, by: dt.timedelta) -> None:
    """Let its dates have been announced, and its sessions put in, as long before the first day as they were."""
    Cohort.objects.filter(pk=cohort.pk).update(announced_at=F("announced_at") + by)
    LearningSession.objects.filter(cohort=cohort).update(created_at=F("created_at") + by)


def weeks_behind(now: dt.datetime) -> int:
    """Return how many whole weeks ago the demo was filled or last brought up to date."""
    as_of = _as_of()
    return max(0, (wall_in(now, CLOCK).date() - as_of).days // 7) if as_of else 0


def _as_of() -> dt.date | None:
    """Return the day for which the demo's dates are right."""
    told = Entry.objects.filter(verb__in=["demo.filled", "demo.moved_on"], about_id=str(PROGRAMME_ID))
    row = told.order_by("-pk").first()
    return dt.date.fromisoformat(row.detail["day"]) if row else None


def _move_rows(by: dt.timedelta, now: dt.datetime) -> None:
    """Move every date and moment of every row of the demo that the cascade has not moved.

    A row moves as a whole, and only if nothing in it that lies behind us would then lie ahead: what somebody tried out
    in the demo since stays on its day.
    """
    for model, keys in everything().items():
        if model._meta.app_label not in _ROOMS or model._meta.label in _MOVED_OTHERWISE:
            continue
        fields = [
            field for field in model._meta.concrete_fields
            if isinstance(field, models.DateField) and field.name not in _NOT_A_STORY
        ]  # fmt: skip
        if not fields:
            continue
        rows = model._base_manager.filter(pk__in=keys)
        for field in fields:
            limit = now if isinstance(field, models.DateTimeField) else wall_in(now, CLOCK).date()
            rows = rows.exclude(Q(**{f"{field.name}__lte": limit, f"{field.name}__gt": limit - by}))
        names = [field.name for field in fields]
        if model is DataPoint:
            rows = rows.filter(measure__frequency=Rhythm.WEEKLY)
            _move_months(keys, by, now)
            _make_room(keys, rows, by)
            # One number a week: two steps, so that no week is in the way of the one before it.
            moving = model._base_manager.filter(pk__in=list(rows.values_list("pk", flat=True)))
            moving.update(**{name: F(name) + _FAR for name in names})
            moving.update(**{name: F(name) - (_FAR - by) for name in names})
        else:
            rows.update(**{name: F(name) + by for name in names})


def _move_months(keys: set, by: dt.timedelta, now: dt.datetime) -> None:
    """Let the invented numbers of months end with the last whole month again; one that somebody has typed since stands."""
    last = preceding(Rhythm.MONTHLY, wall_in(now, CLOCK).date().replace(day=1))
    monthly = DataPoint.objects.filter(pk__in=keys, measure__frequency=Rhythm.MONTHLY)
    ends = dict(monthly.order_by().values_list("measure").annotate(end=Max("period_start")))
    for point in monthly.order_by("-period_start"):
        on = _months_between(ends[point.measure_id], last)
        start = point.period_start
        for _month in range(on):
            start = following(Rhythm.MONTHLY, start)
        if on > 0 and not DataPoint.objects.filter(measure=point.measure_id, period_start=start).exists():
            monthly.filter(pk=point.pk).update(period_start=start, at=F("at") + by, created_at=F("created_at") + by)


def _months_between(first: dt.date, last: dt.date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month


def _make_room(keys: set, moving: models.QuerySet, by: dt.timedelta) -> None:
    """Drop the invented numbers that would land on a week for which somebody has typed one since."""
    staying = DataPoint.objects.filter(pk__in=keys).exclude(pk__in=moving.values("pk"))
    for measure, week in list(staying.values_list("measure", "period_start")):
        moving.filter(measure=measure, period_start=week - by).delete()


# ---------------------------------------------------------------- the drop-in hour


@transaction.atomic
def new_drop_in(*, now: dt.datetime | None = None) -> LearningSession:
    """Return a drop-in hour that begins soon: the one that lies ahead still, else the last one that nobody joined, moved to
    begin in about forty minutes, so that nobody is asked in a second time; a new one where everybody's was joined."""
    now = now or timezone.now()
    unused = LearningSession.objects.filter(
        cohort=COHORT_ID, kind=SessionKind.DROP_IN, attendance=None, cancelled_at=None
    )
    last = unused.select_related("cohort", "phase").order_by("starts_at").last()
    if last is not None and last.starts_at > now:
        return last
    cohort = Cohort.objects.get(pk=COHORT_ID)
    wall = wall_in(now + STARTS_IN, cohort.time_zone)
    # Up to the next five minutes: nobody meets at 14:03.
    wall = wall.min + -(-(wall - wall.min) // _STEP) * _STEP
    if last is not None:
        return _moved_to(last, wall)
    made = sessions.make_session(cohort=cohort, wall=wall, kind=SessionKind.DROP_IN, minutes=60, **DROP_IN)
    MeetingAddress.objects.create(learning_session=made, url=meeting_url(made))
    return made


def _moved_to(row: LearningSession, wall: dt.datetime) -> LearningSession:
    """Let an hour that has begun, to which nobody came, be held again; who was told of it hears nothing more. Return the row."""
    LearningSession.objects.filter(pk=row.pk).update(
        day=wall.date(), clock=wall.time(), starts_at=sessions.moment_of(wall, row.zone), version=F("version") + 1
    )
    row.refresh_from_db(fields=["day", "clock", "starts_at", "version"])
    notifications.void(row, reason="superseded")
    record("session.held_again", row, cohort_id=row.cohort_id)
    return row

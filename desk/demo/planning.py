"""What the planning team of the demo has before it this week, and when nobody is asked for anything."""

from __future__ import annotations

import datetime as dt

from collaborative.holidays import late_decembers
from collaborative.line import today_in
from collaborative.models import Cohort, QuietWeek
from collaborative.tasks import planners_of
from core.time import wall_in
from desk.demo.marks import demo_id
from desk.demo.populate import World

# Keys of tasks that wait, and which of the planners (by name) does them; None is nobody yet.
OPEN = {"ls2-ask-speakers": 0, "ls3-who-shows": None}


def plan_the_team(world: World, cohort: Cohort) -> None:
    """Leave two tasks to be done, share the next ones out, and keep late December free where the series runs over it."""
    planners = list(planners_of(cohort))
    today = wall_in(world.now, cohort.time_zone).date()
    cohort.tasks.filter(done_at__isnull=False).update(done_by=planners[0])
    for key, place in OPEN.items():
        cohort.tasks.filter(key=key, due_on__gte=today - dt.timedelta(days=7)).update(
            done_at=None, done_by=None, assignee=None if place is None else planners[place]
        )
    for task in cohort.tasks.open().filter(anchor="ls2"):
        cohort.tasks.filter(pk=task.pk).update(assignee=planners[task.offset % len(planners)])
    last = max(phase.ends_on for phase in cohort.phases.all())
    QuietWeek.objects.bulk_create(
        QuietWeek(
            id=demo_id("quiet", str(first.year)), cohort=cohort, starts_on=first, ends_on=end,
            name_en="Late December", name_fr="Temps des fêtes",
        )
        for first, end in late_decembers(today_in(cohort, world.now), last)
    )  # fmt: skip

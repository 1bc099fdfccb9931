"""What the planning team has to do this week: one mail on Monday morning to each planner who has something, never an empty one."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from typing import Any, Final

from django.db.models import CharField, Exists, OuterRef, QuerySet
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from collaborative import not_this_week
from collaborative.line import today_in
from collaborative.models import Cohort, Membership, PlanningTask
from collaborative.permissions import plans
from collaborative.querysets import PLANS
from collaborative.tasks import AT_ONCE, end_of_week
from core.language import language
from core.time import day, forward_utc, wall_in
from notifications import services as notifications
from notifications.models import PlannedMessage

KIND: Final = "collaborative/tasks"
SOURCE: Final = "collaborative.tasks"
TASK: Final = "collaborative.tasks"
# On the cohort's clock. What waits longer than until Wednesday is next Monday's.
HOUR: Final = dt.time(8)
WORTH_IT: Final = dt.timedelta(days=2)
LATE_FOR: Final = dt.timedelta(weeks=4)
# From when on planners see in their outbox what leaves, and until when it is made up for where nothing was sent.
AHEAD, LATE_BY = dt.timedelta(days=2), dt.timedelta(hours=4)


def to_sweep(now: dt.datetime) -> list[QuerySet[PlanningTask]]:
    """Return the tasks that give a reason to write on the Monday that is near to a planner who has no mail of that week.

    (``notifications.sweep.looks``) No clock on earth is further ahead than fourteen hours, or further behind than twelve.
    """
    day = (now + dt.timedelta(hours=14) + AHEAD).date()
    monday = day - dt.timedelta(days=day.weekday())
    at = dt.datetime.combine(monday, HOUR, dt.UTC)
    if not at - AHEAD - dt.timedelta(hours=14) <= now <= at + LATE_BY + dt.timedelta(hours=12):
        return []
    known = PlannedMessage.objects.filter(
        kind=KIND, source_type=SOURCE, occurrence=_week(monday), recipient=OuterRef("user"),
        source_id=Cast(OuterRef(OuterRef("cohort")), CharField()),
    )  # fmt: skip
    planners = Membership.objects.planning(cohort=OuterRef("cohort"), programme=OuterRef("cohort__programme"))
    new = planners.filter(~Exists(known))
    due = PlanningTask.objects.open().filter(
        cohort__closed_at=None, due_on__gte=monday - LATE_FOR, due_on__lte=end_of_week(monday)
    )
    return [due.filter(Exists(new), assignee=None), due.filter(Exists(new.filter(user=OuterRef("assignee"))))]


def _week(monday: dt.date) -> str:
    return f"{monday:%G-W%V}"


def sweep(now: dt.datetime | None = None) -> int:
    """Plan the mails of the Monday that is near. Returns how many are new. Idempotent."""
    now = now or timezone.now()
    late = now.date() + AHEAD + dt.timedelta(days=8)
    due = PlanningTask.objects.open().filter(due_on__lte=late)
    near = [
        (cohort, monday)
        for cohort in Cohort.objects.open().filter(pk__in=due.values("cohort"))
        if (monday := _monday_near(cohort, now)) is not None
    ]
    if not near:
        return 0
    cohorts = [cohort for cohort, _monday in near]
    tasks, planners, known = _open_tasks(cohorts), _planners(cohorts), _known(cohorts)
    made = 0
    for cohort, monday in near:
        due, week = _at(cohort, monday), _week(monday)
        new = [
            person
            for person in planners.get(cohort.pk, [])
            if (str(cohort.pk), week, person.pk) not in known
            and _gives_a_reason(of_planner(tasks.get(cohort.pk, []), person.pk, end_of_week(monday)), monday)
        ]
        if new:
            made += notifications.plan_many(
                KIND,
                to=new,
                about=(SOURCE, cohort.pk),
                due=due,
                occurrence=week,
                not_after=due + WORTH_IT,
                scope=cohort,
            )
    return made


def _gives_a_reason(tasks: Collection[PlanningTask], monday: dt.date) -> bool:
    """Is one of these tasks no older than what one is still reminded of? Nobody is written to for ever about what was left."""
    return any(task.due_on >= monday - LATE_FOR for task in tasks)


def _known(cohorts: Collection[Cohort]) -> set[tuple[str, str, Any]]:
    """Return (cohort, week, planner) of what was planned, whatever came of it."""
    rows = PlannedMessage.objects.filter(kind=KIND, source_type=SOURCE, source_id__in=[str(one.pk) for one in cohorts])
    return set(rows.values_list("source_id", "occurrence", "recipient"))


def _at(cohort: Cohort, monday: dt.date) -> dt.datetime:
    return forward_utc(dt.datetime.combine(monday, HOUR), cohort.time_zone)


def _monday_near(cohort: Cohort, now: dt.datetime) -> dt.date | None:
    """Return the Monday whose mails are planned now on the cohort's clock, None on most days."""
    today = wall_in(now, cohort.time_zone).date()
    for days in (0, 7):
        monday = today + dt.timedelta(days=days - today.weekday())
        if _at(cohort, monday) - AHEAD <= now <= _at(cohort, monday) + LATE_BY:
            return monday
    return None


def _open_tasks(cohorts: Collection[Any]) -> dict[Any, list[PlanningTask]]:
    found: dict[Any, list[PlanningTask]] = {}
    for task in PlanningTask.objects.open().filter(cohort__in=cohorts):
        found.setdefault(task.cohort_id, []).append(task)
    return found


def of_planner(tasks: Collection[PlanningTask], person_id: Any, until: dt.date) -> list[PlanningTask]:
    """Return those of these tasks that are due by then and stand in the name of this planner, or in nobody's."""
    return [task for task in tasks if task.due_on <= until and task.assignee_id in (None, person_id)]


def _planners(cohorts: Collection[Cohort]) -> dict[Any, list[Any]]:
    """Return by cohort the people who plan it now, each once; one statement."""
    found: dict[Any, dict[Any, Any]] = {}
    for held in _plan(cohorts).select_related("user").order_by("pk"):
        found.setdefault(held.of_cohort, {})[held.user_id] = held.user
    return {key: list(people.values()) for key, people in found.items()}


def _plan(cohorts: Collection[Cohort]):
    """Return the roles of those who plan these cohorts now."""
    return Membership.objects.current().filter(role__in=PLANS).held_in([one.pk for one in cohorts])


# ---------------------------------------------------------------- asked when the messages leave


def may_hear_of(asked: Collection[tuple[Any, str]]) -> set[tuple[Any, str]]:
    """Return those of the pairs (person, cohort's key), as two keys, who plan the cohort now."""
    cohorts = list(Cohort.objects.filter(pk__in={key for _user, key in asked}))
    later = not_this_week.put_off_each(TASK, [cohort.pk for cohort in cohorts])
    weeks = {cohort.pk: not_this_week.week_of(cohort) for cohort in cohorts}
    theirs = {(person, str(key)) for person, key in _plan(cohorts).pairs() if (person, key, weeks[key]) not in later}
    return {(user.pk, key) for user, key in asked} & theirs


def task_of(about: uuid.UUID) -> not_this_week.Task | None:
    """Return the week's tasks of a cohort as something that its planners can put off."""
    cohort = Cohort.objects.filter(pk=about).select_related("programme").first()
    if cohort is None:
        return None
    return not_this_week.Task(
        name=_("the tasks of the planning team"),
        cohort=cohort,
        path=reverse("planning_tasks", args=[cohort.pk]),
        is_theirs=lambda person: plans(person, cohort),
    )


def with_tasks(source_ids: Collection[str]) -> dict[str, Cohort]:
    """Return the open cohorts by their keys, each with its open tasks of this week and before (``tasks_now``)."""
    cohorts = list(Cohort.objects.open().filter(pk__in=source_ids).select_related("programme"))
    tasks = _open_tasks(cohorts)
    for cohort in cohorts:
        until = end_of_week(today_in(cohort))
        cohort.tasks_now = [task for task in tasks.get(cohort.pk, []) if task.due_on <= until]
    return {str(cohort.pk): cohort for cohort in cohorts}


def told_to(cohort: Cohort, person_id: Any) -> tuple[list[PlanningTask], int]:
    """Return what one planner is told of a cohort from ``with_tasks``, the earliest first, and how many more there are.

    Each task with ``late``.
    """
    today = today_in(cohort)
    mine = of_planner(cohort.tasks_now, person_id, end_of_week(today))  # type: ignore[attr-defined]
    for task in mine:
        task.late = task.due_on < today  # type: ignore[attr-defined]
    return mine[:AT_ONCE], max(len(mine) - AT_ONCE, 0)


def line_of(task: PlanningTask) -> str:
    """Return a task from ``told_to`` with its day, and that it is late."""
    words = {"task": task.text, "day": day(task.due_on, language(), weekday=False)}
    return (_("%(task)s: %(day)s, late") if task.late else _("%(task)s: %(day)s")) % words  # type: ignore[attr-defined]

"""What the planning team does for a cohort, and when: this week's first, who does it, done."""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid

from django.contrib.auth import get_user_model
from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.services import record
from collaborative import timeline
from collaborative.line import today_in
from collaborative.making import anchor_days
from collaborative.models import Cohort, Membership, PlanningTask
from collaborative.querysets import PLANS, by_name
from core.language import language
from core.refusals import Overtaken, Refused

# What stands open on the page; more than that nobody reads.
AT_ONCE = 7
MOST_OWN = 200


@dataclasses.dataclass(frozen=True)
class Plan:
    """The tasks of a cohort: what is due this week or late (at most AT_ONCE), what comes after, what is done."""

    now: list[PlanningTask]
    later: list[PlanningTask]
    done: list[PlanningTask]


def end_of_week(day: dt.date) -> dt.date:
    """Return the Sunday of the week of ``day``."""
    return day + dt.timedelta(days=6 - day.weekday())


def plan_of(cohort: Cohort) -> Plan:
    """Return the tasks of a cohort, the earliest first, each with ``late`` and ``why`` (where its day comes from)."""
    today = today_in(cohort)
    week, phases = end_of_week(today), {phase.key: phase.name for phase in cohort.phases.in_order()}
    rows = list(PlanningTask.objects.filter(cohort=cohort).select_related("assignee", "done_by"))
    for row in rows:
        row.late = row.due_on < today  # type: ignore[attr-defined]
        row.why = why(row, phases)  # type: ignore[attr-defined]
    open_rows = [row for row in rows if row.done_at is None]
    now = [row for row in open_rows if row.due_on <= week][:AT_ONCE]
    done = sorted((row for row in rows if row.done_at), key=_done_at, reverse=True)
    return Plan(now, open_rows[len(now) :], done)


def sheet(cohort: Cohort) -> tuple[list[str], list[list]]:
    """Return headings and rows of every task of a cohort for a workbook, in the order of their days."""
    plan = plan_of(cohort)
    rows = sorted([*plan.now, *plan.later, *plan.done], key=lambda row: (row.due_on, row.key))
    return [_("What"), _("Day"), _("Because of"), _("Who"), _("Done")], [
        [
            row.text, row.due_on, row.why, row.assignee.name if row.assignee else "",  # type: ignore[attr-defined]
            _("yes") if row.done_at else "",
        ]
        for row in rows
    ]  # fmt: skip


def _done_at(task: PlanningTask) -> dt.datetime:
    assert task.done_at is not None
    return task.done_at


def with_open_days(cohorts):
    """Return the cohorts, each with the days of the tasks that wait (``open_days``), for ``due_this_week``."""
    waiting = PlanningTask.objects.open().filter(cohort=OuterRef("pk")).order_by()
    return cohorts.annotate(open_days=ArraySubquery(waiting.values("due_on")))


def open_tasks_of(membership: Membership):
    """Return the open tasks that stand in the name of a planner, where this role lets them plan."""
    mine = PlanningTask.objects.open().filter(assignee=membership.user_id)
    if membership.cohort_id:
        return mine.filter(cohort=membership.cohort_id)
    return mine.filter(cohort__programme=membership.programme_id) if membership.programme_id else mine.none()


def due_this_week(cohort: Cohort) -> int:
    """Return how many tasks of a cohort (from ``with_open_days``) are due by the end of this week, late ones included."""
    week = end_of_week(today_in(cohort))
    return sum(day <= week for day in cohort.open_days)  # type: ignore[attr-defined] # `with_open_days` puts it there


def why(task: PlanningTask, phases: dict[str, str]) -> str:
    """Return where the day of a task comes from: "2 weeks before Session 2"; "" for one of the team's own."""
    if task.pinned_on:
        return "" if is_own(task) else _("set by hand")
    return distance(task.offset, anchor_name(task.anchor, phases))


def anchor_name(anchor: str, phases: dict[str, str]) -> str:
    """Return what a day that others count from is called in a sentence."""
    fixed = {
        "": _("the first day"),
        "apply_from": _("the first day to apply"),
        "apply_until": _("the last day to apply"),
        "answers_on": _("the day of the answers"),
    }
    return fixed[anchor] if anchor in fixed else phases.get(anchor, anchor)


def distance(days: int, of: str) -> str:
    """Return how far from something a day is, in words."""
    size = abs(days)
    if not days:
        return _("on the day: %(what)s") % {"what": of}
    if size % 7 == 0:
        length = ngettext("%(n)d week", "%(n)d weeks", size // 7) % {"n": size // 7}
    else:
        length = ngettext("%(n)d day", "%(n)d days", size) % {"n": size}
    words = _("%(length)s before: %(what)s") if days < 0 else _("%(length)s after: %(what)s")
    return words % {"length": length, "what": of}


def is_own(task: PlanningTask) -> bool:
    """Return whether the team added the task itself, so that its day hangs on nothing."""
    return task.key.startswith("own-")


def planners_of(cohort: Cohort):
    """Return the people who plan a cohort now, by name."""
    held = Membership.objects.current().filter(Q(cohort=cohort.pk) | Q(programme=cohort.programme_id), role__in=PLANS)
    return get_user_model().objects.filter(pk__in=held.values("user")).order_by(by_name(), "pk")


@transaction.atomic
def add_task(*, cohort: Cohort, text: str, due_on: dt.date, assignee=None, by) -> PlanningTask:
    """Add a task of the team's own, in the language it is written in."""
    Cohort.objects.select_for_update().get(pk=cohort.pk)
    if PlanningTask.objects.filter(cohort=cohort, key__startswith="own-").count() >= MOST_OWN:
        raise Refused(_("There are very many tasks of your own here already. Tick some first."))
    _keep_planner(cohort, assignee)
    words = {"text_en": "", "text_fr": "", f"text_{language()}": text}
    task = PlanningTask.objects.create(
        cohort=cohort, key=f"own-{uuid.uuid4().hex[:12]}", due_on=due_on, pinned_on=due_on, assignee=assignee, **words
    )
    record("task.added", task, by=by, cohort_id=cohort.pk)
    return task


@transaction.atomic
def tick(*, task: PlanningTask, by) -> None:
    """Say that a task is done. Done twice it stays done by whom it was done first."""
    if PlanningTask.objects.filter(pk=task.pk).open().update(done_at=Now(), done_by=by):
        record("task.done", task, by=by, cohort_id=task.cohort_id)


@transaction.atomic
def untick(*, task: PlanningTask, by) -> None:
    """Say that a task is not done after all; its day follows its anchor again."""
    if PlanningTask.objects.filter(pk=task.pk, done_at__isnull=False).update(done_at=None, done_by=None):
        row = PlanningTask.objects.select_related("cohort").get(pk=task.pk)
        _follow(row)
        record("task.reopened", task, by=by, cohort_id=task.cohort_id)


@transaction.atomic
def change_task(*, task: PlanningTask, assignee, pinned_on: dt.date | None, version: int, by) -> None:
    """Give a task to a planner of its cohort (None: to nobody), and pin its day or let it follow its anchor again."""
    row = PlanningTask.objects.select_for_update(of=("self",)).select_related("cohort").get(pk=task.pk)
    if (row.assignee_id, row.pinned_on) == (assignee and assignee.pk, pinned_on):
        return
    if version != row.version:
        raise Overtaken(row)
    _keep_planner(row.cohort, assignee)
    if pinned_on is None and is_own(row):
        raise Refused(_("A task of your own hangs on no other date: give it a day."), field="pinned_on")
    row.assignee, row.pinned_on, row.version = assignee, pinned_on, row.version + 1
    row.save(update_fields=["assignee", "pinned_on", "version"])
    if pinned_on:
        row.due_on = pinned_on
        row.save(update_fields=["due_on"])
    else:
        _follow(row)
    record("task.changed", row, by=by, cohort_id=row.cohort_id)


def _follow(task: PlanningTask) -> None:
    """Let the day of an open task be where its anchor puts it now, unless it is pinned."""
    cohort = task.cohort
    days = anchor_days(cohort, cohort.phases.all())
    due = task.pinned_on or timeline.due_on(task.anchor, task.offset, first_day=cohort.first_day, days=days)
    if due:
        PlanningTask.objects.filter(pk=task.pk).update(due_on=due)


def _keep_planner(cohort: Cohort, person) -> None:
    if person is not None and not planners_of(cohort).filter(pk=person.pk).exists():
        raise Refused(_("This person does not plan this cohort any more. Choose somebody else."), field="assignee")

"""What the pages of dates show: every date of a cohort, and of one that is not made yet, with what speaks against it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import override

from collaborative.holidays import why_look_again
from collaborative.line import phases_of, today_in
from collaborative.making import ENROLMENT_DAYS, Recipe, resolved, staying
from collaborative.models import Cohort, Phase, Programme, QuietWeek, Reschedule, TemplatePhase, TemplateTask
from collaborative.reschedule import can_undo
from collaborative.tasks import anchor_name, distance
from core import places
from core.language import language
from core.refusals import Refused
from core.time import WEEKDAYS, wall_in
from desk.schedule.effects import Effect, moved_by
from sessions.models import LearningSession

AHEAD = dt.timedelta(weeks=9)
LATEST_CHANGES = 10

Quiet = Iterable[tuple[dt.date, dt.date, str]]


# ---------------------------------------------------------------- a cohort that is not made yet


@dataclasses.dataclass(frozen=True)
class DateRow:
    """A date or a stretch on the page: its name, its days, what speaks against them, and the boxes that set it."""

    name: str
    start: dt.date | None
    end: dt.date | None
    flags: list[str]
    boxes: list[Any]
    moment: bool = True
    phase: Phase | None = None
    session: LearningSession | None = None

    @property
    def opened(self) -> bool:
        """Return whether one of its boxes says something, or is refused."""
        return any(box.value() or box.errors for box in self.boxes)


@dataclasses.dataclass(frozen=True)
class Draft:
    """Every date of a cohort to be. ``mark`` stands for all of them: only what was seen is made."""

    enrolment: list[DateRow]
    phases: list[DateRow]
    weekday_note: str
    mark: str


def draft_of(form, *, city: str) -> Draft:
    """Return what follows from the boxes of a form (desk.schedule.forms.NewDatesForm) as they stand."""
    recipe, first_day = form.recipe, form.first_day
    spans = recipe.days(first_day, on=form.on(), pins=form.pins())
    quiet = [(first, last, _("late December")) for first, last in form.quiet()]
    enrolment = [
        DateRow(str(form.fields[name].label), day, day, why_look_again(day, city, quiet), [form[name]])
        for name, day in form.enrolment().items()
    ]
    phases = []
    names = form.names()
    for one in recipe.phases:
        span = spans[one.key]
        boxes = ("on", "at") if one.is_moment else ("from", "to")
        phases.append(
            DateRow(
                names[one.key],
                span.start,
                span.end,
                why_look_again(span.start, city, quiet) if one.is_moment else [],
                [form[f"{box}-{one.key}"] for box in boxes],
                one.is_moment,
            )
        )
    said = [form.enrolment(), spans, form.clocks(), form.quiet()]
    return Draft(
        enrolment, phases, _weekday_note(recipe, first_day), hashlib.sha256(repr(said).encode()).hexdigest()[:32]
    )


def _weekday_note(recipe: Recipe, first_day: dt.date) -> str:
    """Return a sentence where a copy would fall on other weekdays than the cohort it is made like."""
    if recipe.like is None or (first_day - recipe.like.first_day).days % 7 == 0:
        return ""
    was, now = (WEEKDAYS[language()][day.weekday()] for day in (recipe.like.first_day, first_day))
    return _("The earlier cohort began on a %(was)s, this one on a %(now)s: all its weekdays move along.") % {
        "was": was,
        "now": now,
    }


def suggestion(programme: Programme, last: Cohort | None, today: dt.date) -> dict[str, Any]:
    """Return what stands in the boxes for a new cohort: the next number, a first day far enough ahead."""
    weekday = last.first_day.weekday() if last else 1
    earliest = today + AHEAD
    if last:
        ends = max((phase.ends_on for phase in phases_of(last)), default=last.first_day)
        earliest = max(earliest, ends + dt.timedelta(days=7))
    first_day = earliest + dt.timedelta(days=(weekday - earliest.weekday()) % 7)
    found = re.search(r"(\d+)\s*$", last.name_en) if last else None
    number = str(int(found.group(1)) + 1 if found else programme.cohorts.count() + 1)
    names = {}
    for lang, short in (("en", programme.short_name_en), ("fr", programme.short_name_fr)):
        with override(lang):
            names[f"name_{lang}"] = _("%(series)s, wave %(number)s") % {"series": short, "number": number}
    return names | {
        "first_day": first_day,
        "city": last.city if last else "toronto",
        "seats": last.seats if last else 20,
    }


def free_slug(programme: Programme, name: str) -> str:
    """Return a slug for a new cohort that no other has."""
    stem = slugify(name)[:70] or programme.slug_en[:70]
    taken = set(Cohort.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    return next(slug for slug in [stem, *(f"{stem}-{n}" for n in range(2, len(taken) + 3))] if slug not in taken)


# ---------------------------------------------------------------- a cohort that stands


@dataclasses.dataclass(frozen=True)
class Dates:
    """Every date of a cohort on one page."""

    begun: bool
    first_day: list[str]
    enrolment: list[DateRow]
    phases: list[DateRow]
    extra: list[LearningSession]
    quiet: list[QuietWeek]
    undoable: Reschedule | None
    # With what each moved.
    changes: list[tuple[Reschedule, list[Effect]]]


def dates_of(cohort: Cohort, sessions: Iterable[LearningSession], user) -> Dates:
    """Return every date of ``cohort`` with what speaks against those ahead."""
    today = today_in(cohort)
    quiet = list(cohort.quiet_weeks.all())
    spans = [(one.starts_on, one.ends_on, one.name) for one in quiet]
    sessions = list(sessions)
    by_phase = {row.phase_id: row for row in sessions if row.phase_id}

    def ahead(day: dt.date | None) -> list[str]:
        return why_look_again(day, cohort.city, spans) if day and day > today else []

    return Dates(
        begun=cohort.first_day <= today,
        first_day=ahead(cohort.first_day),
        enrolment=[
            DateRow(str(label), day, day, ahead(day), [])
            for name, label in ENROLMENT_DAYS.items()
            for day in [getattr(cohort, name)]
        ],
        phases=[
            DateRow(
                one.name,
                one.starts_on,
                one.ends_on,
                ahead(one.starts_on) if one.is_moment else [],
                [],
                one.is_moment,
                one,
                by_phase.get(one.pk),
            )
            for one in phases_of(cohort)
        ],
        extra=[row for row in sessions if not row.phase_id and row.is_ahead],
        quiet=quiet,
        undoable=can_undo(user).filter(cohort=cohort).first(),
        changes=[
            (one, moved_by(one, cohort=cohort, sessions=sessions, reader=user))
            for one in Reschedule.objects.filter(cohort=cohort).select_related("by")[:LATEST_CHANGES]
        ],
    )


def sheet(dates: Dates, cohort: Cohort) -> tuple[list[str], list[list[Any]]]:
    """Return headings and rows of every date for a workbook, in the order of the page; hours on the cohort's clock."""
    head = [_("Date"), _("First day"), _("Last day"), _("Hour"), _("Look at it again")]
    rows = [[_("First day"), cohort.first_day, cohort.first_day, "", ", ".join(dates.first_day)]]
    for one in [*dates.enrolment, *dates.phases]:
        flags = ", ".join(map(str, one.flags))
        if one.session:
            rows.append([*_on_the_clock(one.session, cohort), flags])
        else:
            rows.append([one.name, one.start, one.end, "", flags])
    rows += [[*_on_the_clock(one, cohort), ""] for one in dates.extra]
    rows += [[_("Quiet: %(name)s") % {"name": one.name}, one.starts_on, one.ends_on, "", ""] for one in dates.quiet]
    return head, rows


def _on_the_clock(session: LearningSession, cohort: Cohort) -> list[Any]:
    wall = wall_in(session.starts_at, cohort.time_zone)
    return [session.title, wall.date(), wall.date(), f"{wall:%H:%M}"]


# ---------------------------------------------------------------- the template


@dataclasses.dataclass(frozen=True)
class TemplateRow:
    """A phase of the template with the days it would have, None where no dates follow."""

    phase: TemplatePhase
    start: dt.date | None
    end: dt.date | None


def template_of(programme: Programme, first_day: dt.date) -> tuple[list[TemplateRow], str]:
    """Return the phases of the template, worked out for a sample first day, and what is wrong with them ("" = nothing)."""
    every = list(programme.template.all())
    rows = [row for row in every if not row.taken_out_at]
    try:
        spans = resolved(first_day, staying(every, {row.key for row in every if row.taken_out_at}))
    except Refused as refused:
        return [TemplateRow(row, None, None) for row in rows], refused.sentence
    return [TemplateRow(row, spans[row.key].start, spans[row.key].end) for row in rows], ""


def template_tasks_of(programme: Programme, rows: list[TemplateRow]) -> list[tuple[str, list[tuple[Any, str]]]]:
    """Return the tasks of the template by what they are counted from, as (heading, [(task, when in words)])."""
    names = {row.phase.key: row.phase.name for row in rows}
    order = [*ENROLMENT_DAYS, "", *names]
    found: dict[str, list[tuple[Any, str]]] = {anchor: [] for anchor in order}
    for task in sorted(programme.template_tasks.all(), key=lambda task: task.offset):
        if task.taken_out_at is None and task.anchor in found:
            found[task.anchor].append((task, distance(task.offset, anchor_name(task.anchor, names))))
    return [(anchor_name(anchor, names), tasks) for anchor, tasks in found.items() if tasks]


@dataclasses.dataclass(frozen=True)
class TakenOut:
    """What new cohorts get no more and can be put back: phases, each with how many tasks come back with it, and tasks."""

    phases: list[tuple[TemplatePhase, int]]
    tasks: list[TemplateTask]


def taken_out_of(programme: Programme) -> TakenOut:
    """Return what was taken out of the template of ``programme``, in its order."""
    tasks = programme.template_tasks.all()
    counted = Counter(task.anchor for task in tasks if task.taken_out_at is None)
    return TakenOut(
        [(phase, counted[phase.key]) for phase in programme.template.all() if phase.taken_out_at],
        [task for task in tasks if task.taken_out_at],
    )


def today_at(city: str, now: dt.datetime) -> dt.date:
    """Return today's date on the clock of a town."""
    return wall_in(now, places.zone_of(city)).date()

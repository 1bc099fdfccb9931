"""How a cohort comes to be: from its programme's template or like an earlier cohort, its dates worked out from one first day."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.services import record
from collaborative import signals, timeline
from collaborative.models import (
    MOMENT_KINDS,
    Cohort,
    Only,
    Phase,
    PlanningTask,
    PreworkItem,
    Programme,
    QuietWeek,
    TemplatePhase,
    TemplateTask,
)
from collaborative.order import keep_in_order
from collaborative.template import NOON, PHASES, PREWORK, TASKS
from core.refusals import Refused

_SHAPE = [
    "key", "kind", "number", "name_en", "name_fr", "say_en", "say_fr",
    "start_anchor", "start_offset", "end_anchor", "end_offset",
]  # fmt: skip
# The days of enrolment, in their order, and what each is called beside its date.
ENROLMENT_DAYS = {
    "apply_from": gettext_lazy("First day to apply"),
    "apply_until": gettext_lazy("Last day to apply"),
    "answers_on": gettext_lazy("Answers leave"),
}
Pins = Mapping[str, tuple[dt.date | None, dt.date | None]]


# ---------------------------------------------------------------- what a programme brings


@transaction.atomic
def furnish(*, programme: Programme, by=None) -> None:
    """Give a new programme its copy of the phases, tasks and pre-work that the product brings."""
    TemplatePhase.objects.bulk_create(
        TemplatePhase(programme=programme, ordinal=ordinal, **phase) for ordinal, phase in enumerate(PHASES, start=1)
    )
    TemplateTask.objects.bulk_create(TemplateTask(programme=programme, **task) for task in TASKS)
    PreworkItem.objects.bulk_create(
        PreworkItem(programme=programme, ordinal=ordinal, **item) for ordinal, item in enumerate(PREWORK, start=1)
    )
    record("programme.furnished", programme, by=by, phases=len(PHASES), tasks=len(TASKS), prework=len(PREWORK))


# ---------------------------------------------------------------- what a cohort is made from


@dataclasses.dataclass(frozen=True)
class PhaseToBe:
    """A phase of a cohort that is not made yet: its columns, and for a session its hour and length.

    ``on``: days from the first day to a session that another cohort had; None where the anchors say it. ``pins`` likewise.
    """

    columns: dict[str, Any]
    clock: dt.time = NOON
    minutes: int = 90
    on: int | None = None
    pins: tuple[int | None, int | None] = (None, None)

    @property
    def key(self) -> str:
        return self.columns["key"]

    @property
    def is_moment(self) -> bool:
        return self.columns["kind"] in MOMENT_KINDS


@dataclasses.dataclass(frozen=True)
class Recipe:
    """What a cohort is made from: its phases in order, and the days of enrolment counted from the first day."""

    phases: tuple[PhaseToBe, ...]
    enrolment: dict[str, int | None]
    like: Cohort | None = None

    def days(
        self, first_day: dt.date, *, on: Mapping[str, dt.date] | None = None, pins: Pins | None = None
    ) -> dict[str, timeline.Span]:
        """Return the days of every phase. ``on``: days of sessions set by hand; ``pins``: first and last days of stretches."""
        on, shapes = on or {}, []
        for ordinal, phase in enumerate(self.phases, start=1):
            own = self.pins(phase, first_day) if pins is None else pins.get(phase.key, (None, None))
            moment = on.get(phase.key) if phase.is_moment else None
            if moment is None and phase.on is not None:
                moment = first_day + dt.timedelta(days=phase.on)
            names = ("start_anchor", "start_offset", "end_anchor", "end_offset")
            shapes.append(
                timeline.Shape(
                    phase.key,
                    ordinal,
                    **{name: phase.columns[name] for name in names},
                    pinned_start=own[0],
                    pinned_end=own[1],
                    moment=moment,
                )
            )
        return resolved(first_day, shapes)

    def pins(self, phase: PhaseToBe, first_day: dt.date) -> tuple[dt.date | None, dt.date | None]:
        """Return the days to which a stretch is pinned in the cohort that this one is made like."""
        start, end = (None if days is None else first_day + dt.timedelta(days=days) for days in phase.pins)
        return start, end

    def enrolment_days(self, first_day: dt.date) -> dict[str, dt.date | None]:
        """Return the first and last day of applying and the day of the answers."""
        return {
            name: None if days is None else first_day + dt.timedelta(days=days) for name, days in self.enrolment.items()
        }


def from_template(programme: Programme, *, third_period: bool = False, congress: bool = False) -> Recipe:
    """Return the recipe of the programme's template for a series of this form. Refuses where there is no template."""
    rows = list(programme.template.all())
    if all(row.taken_out_at for row in rows):
        raise Refused(_("This programme has no phases yet. Add them to its template first."))
    wanted = {Only.ALWAYS, *([Only.THIRD_PERIOD] if third_period else []), *([Only.CONGRESS] if congress else [])}
    left_out = {row.key for row in rows if row.taken_out_at or row.only not in wanted}
    by_key = {row.key: row for row in rows}
    phases = []
    for shape in staying(rows, left_out):
        row = by_key[shape.key]
        columns = {name: getattr(row, name) for name in _SHAPE}
        columns |= {"start_anchor": shape.start_anchor, "end_anchor": shape.end_anchor, "end_offset": shape.end_offset}
        phases.append(PhaseToBe(columns, row.starts_clock or NOON, row.minutes))
    return Recipe(
        tuple(phases),
        {
            "apply_from": programme.apply_from_offset,
            "apply_until": programme.apply_until_offset,
            "answers_on": programme.answers_offset,
        },
    )


def from_cohort(cohort: Cohort, *, hours: Mapping[str, tuple[dt.time, int]]) -> Recipe:
    """Return the recipe of a cohort like this one: every date as far from the first day as it was.

    ``hours``: clock and minutes of its sessions by the key of their phase, which the room of the sessions knows.
    """

    def apart(day: dt.date | None) -> int | None:
        return None if day is None else (day - cohort.first_day).days

    phases = [
        PhaseToBe(
            {name: getattr(phase, name) for name in _SHAPE},
            *hours.get(phase.key, (NOON, 90)),
            on=apart(phase.starts_on) if phase.is_moment else None,
            pins=(apart(phase.pinned_start), apart(phase.pinned_end)),
        )
        for phase in cohort.phases.in_order()
    ]
    return Recipe(tuple(phases), {name: apart(getattr(cohort, name)) for name in ENROLMENT_DAYS}, cohort)


def circle() -> str:
    """Return in a sentence why no dates follow from some anchors."""
    return _("No dates follow from this: phases wait for each other in a circle, or for one that is not there.")


def staying(rows: Iterable[TemplatePhase], left_out: Collection[str]) -> list[timeline.Shape]:
    """Return what ``timeline.without`` does of the phases of a template; refuses with a sentence where no dates follow."""
    try:
        return timeline.without([shape_of(row) for row in rows], left_out)
    except (timeline.NoTimeline, OverflowError) as wrong:
        raise Refused(circle()) from wrong


def resolved(first_day: dt.date, shapes: Iterable[timeline.Shape]) -> dict[str, timeline.Span]:
    """Return what ``timeline.resolve`` does; refuses with a sentence where no dates follow."""
    try:
        return timeline.resolve(first_day, shapes)
    except (timeline.NoTimeline, OverflowError) as wrong:
        raise Refused(circle()) from wrong


# ---------------------------------------------------------------- making it


@transaction.atomic
def make_cohort(
    *,
    programme: Programme,
    slug: str,
    name_en: str,
    name_fr: str,
    first_day: dt.date,
    by=None,
    recipe: Recipe | None = None,
    on: Mapping[str, dt.date] | None = None,
    pins: Pins | None = None,
    clocks: Mapping[str, dt.time] | None = None,
    quiet: Iterable[tuple[dt.date, dt.date]] = (),
    **fields,
) -> Cohort:
    """Make a cohort with its phases and tasks, from ``recipe`` or else the programme's template, counted from ``first_day``.

    ``on``, ``pins`` and ``clocks`` are what somebody set by hand (see ``Recipe.days``), ``quiet`` weeks to keep free.
    Rooms above hear ``cohort_made`` in the same transaction (sessions makes the learning sessions).
    """
    recipe = recipe or from_template(programme)
    spans = recipe.days(first_day, on=on, pins=pins)
    fields = {**recipe.enrolment_days(first_day), **fields}
    _keep_enrolment_order(fields)
    cohort = Cohort.objects.create(
        programme=programme, slug=slug, name_en=name_en, name_fr=name_fr, first_day=first_day, **fields
    )
    phases = []
    for ordinal, phase in enumerate(recipe.phases, start=1):
        start, end = recipe.pins(phase, first_day) if pins is None else pins.get(phase.key, (None, None))
        phases.append(
            Phase(
                cohort=cohort,
                ordinal=ordinal,
                starts_on=spans[phase.key].start,
                ends_on=spans[phase.key].end,
                pinned_start=start,
                pinned_end=end,
                **phase.columns,
            )
        )
    Phase.objects.bulk_create(phases)
    QuietWeek.objects.bulk_create(
        QuietWeek(cohort=cohort, starts_on=first, ends_on=last, name_en="Late December", name_fr="Temps des fêtes")
        for first, last in quiet
    )
    _make_tasks(cohort, phases)
    record("cohort.made", cohort, by=by, cohort_id=cohort.pk, first_day=first_day)
    hours = {one.key: ((clocks or {}).get(one.key, one.clock), one.minutes) for one in recipe.phases if one.is_moment}
    signals.cohort_made.send(sender=Cohort, cohort=cohort, by=by, hours=hours, like=recipe.like)
    return cohort


def _keep_enrolment_order(fields: dict[str, Any]) -> None:
    keep_in_order(*(fields.get(name) for name in ENROLMENT_DAYS))


def _make_tasks(cohort: Cohort, phases: list[Phase]) -> None:
    """Plan what the programme's team does for a cohort; a task whose anchor this cohort does not have is left out."""
    days = anchor_days(cohort, phases)
    made = []
    for task in cohort.programme.template_tasks.standing():
        due = timeline.due_on(task.anchor, task.offset, first_day=cohort.first_day, days=days)
        if due:
            names = ("key", "text_en", "text_fr", "anchor", "offset")
            made.append(PlanningTask(cohort=cohort, due_on=due, **{name: getattr(task, name) for name in names}))
    PlanningTask.objects.bulk_create(made)


def anchor_days(cohort: Cohort, phases: Iterable[Phase]) -> dict[str, dt.date | None]:
    """Return the days that tasks may count from: of enrolment, and on which each phase begins."""
    return {name: getattr(cohort, name) for name in ENROLMENT_DAYS} | {one.key: one.starts_on for one in phases}


def shape_of(phase: TemplatePhase | Phase) -> timeline.Shape:
    """Return what the timeline needs to know of a phase. A cohort's session stands where its session put it."""
    placed = phase if isinstance(phase, Phase) else None
    return timeline.Shape(
        key=phase.key,
        ordinal=phase.ordinal,
        start_anchor=phase.start_anchor,
        start_offset=phase.start_offset,
        end_anchor=phase.end_anchor,
        end_offset=phase.end_offset,
        pinned_start=placed.pinned_start if placed else None,
        pinned_end=placed.pinned_end if placed else None,
        moment=placed.starts_on if placed and placed.is_moment else None,
    )

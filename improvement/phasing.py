"""The line of a chart: kept at what it was made of, begun anew from a day on, and both taken back.

When a line is to be worked out anew is a judgement: four questions are asked, and their answers kept with it (PQ Systems, "When
should I recalculate limits?"). Centre and spread are kept together, never one without the other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.services import record
from collaborative import closing
from core.legible import legible
from core.refusals import Overtaken, Refused
from improvement import control, judging, lines
from improvement.axis import Place
from improvement.charts import charts_of
from improvement.measure_chart import MeasureChart
from improvement.models import QUESTIONS, Began, Measure, MeasurePhase

# A line of fewer numbers than these would be moved by any single one of them.
LEAST = 5


def mark(phase: MeasurePhase | None) -> str:
    """Return what a form says it was drawn from: the stretch that counts now, and until when its line was made."""
    return "" if phase is None else f"{phase.pk}/{phase.made_until or ''}"


def now_of(measure: Measure) -> MeasurePhase | None:
    """Return the stretch that counts now; None while the measure has one line that nobody touched."""
    return measure.phases.last()


def _locked(measure: Measure, seen: str) -> tuple[Measure, MeasurePhase | None]:
    """Lock a measure and return it with the stretch that counts now. Raises Overtaken where that is not what was seen."""
    row = (
        Measure.objects.select_for_update(of=("self",)).select_related("team__unit", "team__cohort").get(pk=measure.pk)
    )
    closing.must_be_open(row.team.cohort)
    now = now_of(row)
    if seen != mark(now):
        raise Overtaken(now)
    return row, now


def chart_of(measure: Measure) -> MeasureChart:
    """Return the chart of one measure, whose team came with it."""
    return charts_of(measure.team, measures=[measure])[0]


@transaction.atomic
def fix(*, measure: Measure, until: dt.date, seen: str, by) -> MeasurePhase:
    """Keep the line of the stretch that counts now at what its numbers up to ``until`` (the first day of a period) make it."""
    row, now = _locked(measure, seen)
    chart = chart_of(row)
    numbers = lines.made_of(chart.places, now.starts_on if now else None, until)
    if len(numbers) < LEAST:
        text = ngettext(
            "A line is made of %(least)d numbers at least; up to that day there is %(count)d.",
            "A line is made of %(least)d numbers at least; up to that day there are %(count)d.",
            len(numbers),
        )
        raise Refused(text % {"least": LEAST, "count": len(numbers)}, field="until")
    phase = now or MeasurePhase(measure=row, began=Began.FIRST, by=by)
    phase.made_until, phase.fixed_at, phase.fixed_by = numbers[-1].start, timezone.now(), by
    phase.centre_is, phase.centre = chart.rules.centre.value, lines.centre_as_of(numbers, chart.rules.centre)
    screened = judging.rules_of(row.team.cohort.programme_id).screened
    phase.basis = control.basis_kept(chart, numbers, chosen=control.chosen_for(row), screened=screened)
    phase.save()
    record(
        "measure.line_fixed", row, by=by, cohort_id=row.team.cohort_id, until=phase.made_until, centre=str(phase.centre)
    )
    return phase


@transaction.atomic
def unfix(*, measure: Measure, seen: str, by) -> None:
    """Let the line follow all numbers of its stretch again."""
    row, now = _locked(measure, seen)
    if now is None or now.made_until is None:
        return
    before = now.made_until
    if now.began == Began.FIRST:
        now.delete()
    else:
        now.made_until = now.centre = now.basis = now.fixed_at = now.fixed_by = None
        now.centre_is = ""
        now.save()
    record("measure.line_freed", row, by=by, cohort_id=row.team.cohort_id, until=before)


@transaction.atomic
def begin(
    *, measure: Measure, starts_on: dt.date, answers: Mapping[str, bool], why: str, seen: str, by
) -> MeasurePhase:
    """Begin a new line with the period that begins on ``starts_on``; ``answers`` to the four questions are kept with it.

    A "no" does not forbid it: there is no formula. Why is needed.
    """
    row, now = _locked(measure, seen)
    if not legible(why):
        raise Refused(_("Say in a few words what changed."), field="why")
    if missing := [name for name in QUESTIONS if name not in answers]:
        raise Refused(_("Answer all four questions; “no” is an answer too."), field=missing[0])
    chart = chart_of(row)
    if _number_at(chart.places, starts_on) is None:
        raise Refused(_("A new line begins with a number that is on the chart."), field="starts_on")
    if not lines.made_of(chart.places, now.starts_on if now else None, starts_on - dt.timedelta(days=1)):
        raise Refused(_("There is no number before it: the line begins there already."), field="starts_on")
    if now is not None and now.made_until is not None and starts_on <= now.made_until:
        text = _("The line is kept at its numbers up to a later day than that. Let it go first, or begin later.")
        raise Refused(text, field="starts_on")
    phase = MeasurePhase.objects.create(
        measure=row, starts_on=starts_on, began=Began.CHOSEN, why=why.strip(), by=by, **{name: answers[name] for name in QUESTIONS}
    )  # fmt: skip
    record("measure.line_begun", row, by=by, cohort_id=row.team.cohort_id, starts_on=starts_on, **phase_answers(phase))
    return phase


@transaction.atomic
def take_back(*, measure: Measure, seen: str, by) -> None:
    """Take the newest line back: its numbers belong to the stretch before again. Not where what is counted changed."""
    row, now = _locked(measure, seen)
    if now is None or now.began != Began.CHOSEN:
        raise Refused(_("There is no new line that could be taken back."))
    starts_on, answers = now.starts_on, phase_answers(now)
    now.delete()
    record("measure.line_taken_back", row, by=by, cohort_id=row.team.cohort_id, starts_on=starts_on, **answers)


def phase_answers(phase: MeasurePhase) -> dict[str, bool | None]:
    """Return the answers to the four questions, by name."""
    return {name: getattr(phase, name) for name in QUESTIONS}


def _number_at(places: list[Place], start: dt.date) -> Place | None:
    return next((place for place in places if place.start == start and place.value is not None), None)

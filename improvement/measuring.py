"""What a team counts: added, taken from the library, changed, no longer counted, counted again.

A number is never judged together with one that means something else: who changes what is counted while numbers stand says from
which period on it counts that way, and a new line begins there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.db.models import Min, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from collaborative import closing
from collaborative.models import Team
from core.legible import legible
from core.refusals import Overtaken, Refused
from improvement import periods
from improvement.definition_words import definition_row
from improvement.measure_library import READY
from improvement.models import (
    Began,
    Frequency,
    Good,
    Measure,
    MeasureChange,
    MeasureDefinition,
    MeasureKind,
    MeasurePhase,
    SafetyConversation,
    Sampling,
)
from improvement.services import possible
from improvement.weeks import day_at

# What a measure is by itself, and what stands in its definition.
OWN: Final = ("name_en", "name_fr", "unit_en", "unit_fr", "kind", "direction", "goal", "per", "frequency")
DEFINED: Final = (
    "measure_type", *MeasureDefinition.WORDS, "sampling", "sample", "baseline_value", "baseline_from", "baseline_until",
    "goal_on", "dimension", "chart",
)  # fmt: skip
# Who changes one of these may change what a number means.
MEANING: Final = frozenset({"unit_en", "unit_fr", "meaning", "numerator", "denominator", "population"})
# With a number these stay for good: all that stand would have to be read anew.
SETTLED: Final = frozenset({"kind", "frequency", "per"})
# The measure that fills itself from the log keeps these.
OURS: Final = frozenset({"name_en", "name_fr", "unit_en", "unit_fr", "kind", "per", "frequency"})


# ---------------------------------------------------------------- adding


@transaction.atomic
def add_measure(
    *,
    team: Team,
    by,
    name: str,
    kind: str = MeasureKind.COUNT,
    direction: str = Good.NONE,
    goal: Decimal | None = None,
    unit: str = "",
    frequency: str = Frequency.WEEKLY,
    per: int | None = None,
    language: str = "en",
    **defined: Any,
) -> Measure:
    """Add something that the team counts. Four fields are enough; ``defined`` are those of its full definition."""
    closing.must_be_open(team.cohort)
    if not legible(name):
        raise Refused(_("Give it a name: what do you count?"), field="name")
    measure = Measure(
        team=team,
        **{f"name_{language}": name.strip(), f"unit_{language}": unit.strip()},
        kind=kind,
        direction=direction,
        goal=goal,
        per=per,
        frequency=frequency,
        by=by,
        ordinal=1,
    )
    definition = MeasureDefinition(measure=measure, **_tidy(defined))
    _hold_together(measure, definition)
    measure.save()
    if any(_tidy(defined).values()):
        definition.written_in = language
        definition.save()
    record("measure.made", measure, by=by, cohort_id=team.cohort_id, team=team.pk, kind=kind)
    return measure


@transaction.atomic
def add_ready(*, team: Team, key: str, by) -> Measure:
    """Add a measure of the library, named in both languages. Its definition is read there as long as the team writes none."""
    closing.must_be_open(team.cohort)
    ready = READY.get(key)
    if ready is None:
        raise Refused(_("This measure is not in the library. Choose another one, or name your own."))
    Team.objects.select_for_update(no_key=True).get(pk=team.pk)  # two people, one press each
    if before := Measure.objects.filter(team=team, ready=key).first():
        if before.ended_on:
            raise Refused(_("You counted this before. Open what exactly is counted there, and count it again."))
        raise Refused(_("You count this already: it stands among your numbers."))
    measure = Measure.objects.create(
        team=team,
        **ready.in_both("name"),
        **ready.in_both("unit"),
        **{name: getattr(ready, name) for name in ("kind", "direction", "frequency", "per")},
        ready=key,
        by=by,
        ordinal=1,
    )
    chosen = {name: getattr(ready, name) for name in ("measure_type", "sampling", "sample", "dimension", "chart")}
    MeasureDefinition.objects.create(measure=measure, **chosen)
    record("measure.made", measure, by=by, cohort_id=team.cohort_id, team=team.pk, kind=measure.kind, ready=key)
    return measure


# ---------------------------------------------------------------- changing


@transaction.atomic
def change_measure(
    *,
    measure: Measure,
    by,
    version: int,
    language: str = "en",
    from_period: dt.date | None = None,
    only_words: bool = False,
    why: str = "",
    **fields: Any,
) -> Measure:
    """Change what a measure is and how it is defined (``OWN`` and ``DEFINED``); what is not named stays. Return it as it is then.

    ``from_period``: the first day of the period from which on it is counted another way, ``why`` in a few words; ``only_words``:
    all its numbers mean the same as before. One of the two is needed where numbers stand and what they mean may change.
    Raises Overtaken where somebody saved since ``version``; the same again changes nothing.
    """
    if strange := set(fields) - {*OWN, *DEFINED}:
        raise TypeError(f"no fields of a measure: {sorted(strange)}")
    row = _locked(measure)
    definition = definition_row(row)
    after = _tidy(fields)
    before = {name: _at(name, row, definition) for name, now in after.items() if _at(name, row, definition) != now}
    if not before and (from_period is None or row.phases.filter(starts_on=from_period).exists()):
        return row
    if row.version != version:
        raise Overtaken(row)
    possible_starts = beginnings(row)
    _may_change(row, before, stands=bool(possible_starts))
    for name in before:
        setattr(row if name in OWN else definition, name, after[name])
    _hold_together(row, definition)
    begins = _begins(row, before, from_period, possible_starts, only_words=only_words)
    _save(row, definition, before, language)
    if begins is not None:
        about = {"began": Began.MEANING, "why": why.strip() if legible(why) else "", "by": by}
        MeasurePhase.objects.get_or_create(measure=row, starts_on=begins, defaults=about)
    _remember(row, before, by, from_period=begins)
    names = sorted(before)
    record(
        "measure.changed", row, by=by, cohort_id=row.team.cohort_id, team=row.team_id, fields=names, starts_on=begins
    )
    return row


def beginnings(measure: Measure) -> list[dt.date]:
    """Return the first days of the periods with which a new meaning can begin, the latest first; [] where no number stands.

    From the second period with a number on (what counts from the first one on has always counted) to the one that comes next.
    """
    points = measure.points.order_by().aggregate(first=Min("period_start"))["first"]
    logged = None
    if measure.fills_itself:
        logs = SafetyConversation.objects.filter(team=measure.team_id).standing().order_by()
        logged = logs.aggregate(first=Min("on"))["first"]
    found = [day for day in (points, logged) if day is not None]
    if not found:
        return []
    rhythm = measure.frequency
    second = periods.following(rhythm, periods.start_of(rhythm, min(found)))
    coming = periods.following(rhythm, periods.start_of(rhythm, day_at(timezone.now(), measure.team)))
    return list(periods.between(rhythm, second, coming))[::-1]


def _locked(measure: Measure) -> Measure:
    rows = Measure.objects.select_for_update(of=("self",)).select_related("team__unit", "team__cohort")
    row = rows.get(pk=measure.pk)
    closing.must_be_open(row.team.cohort)
    return row


def _tidy(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was typed without spaces at its ends; what shows nothing is nothing."""
    return {
        name: (value.strip() if legible(value) else "") if isinstance(value, str) else value
        for name, value in fields.items()
    }


def _at(name: str, measure: Measure, definition: MeasureDefinition) -> Any:
    return getattr(measure if name in OWN else definition, name)


def _may_change(measure: Measure, before: Mapping[str, Any], *, stands: bool) -> None:
    """Refuse what stays as it is on this measure."""
    for name in OWN:
        if name not in before:
            continue
        if measure.fills_itself and name in OURS:
            text = _(
                "This one fills itself from your log, so it stays as it is. Add another measure to count something else."
            )
            raise Refused(text, field=name)
        if stands and name in SETTLED:
            text = _("There are numbers already, and they would mean something else. Add another measure instead; this one can be ended.")  # fmt: skip
            raise Refused(text, field=name)


def _begins(
    measure: Measure,
    before: Mapping[str, Any],
    from_period: dt.date | None,
    possible_starts: list[dt.date],
    *,
    only_words: bool,
) -> dt.date | None:
    """Return the first day of the period with which a new meaning begins, None where all numbers mean the same."""
    if not MEANING & before.keys():
        if from_period is not None:
            raise Refused(_("Nothing changes here in how it is counted. Leave this empty."), field="from_period")
        return None
    if only_words or not possible_starts:
        return None
    if from_period is None:
        text = _(
            "There are numbers already. Say from when on it is counted this way, or that only the wording changes."
        )
        raise Refused(text, field="from_period")
    _can_begin(measure, from_period, possible_starts)
    return from_period


def _can_begin(measure: Measure, day: dt.date, possible_starts: list[dt.date]) -> None:
    if day != periods.start_of(measure.frequency, day):
        weekly = measure.frequency == Frequency.WEEKLY
        text = _("A week begins on a Monday.") if weekly else _("A month begins on its first day.")
        raise Refused(text, field="from_period")
    if day not in possible_starts:
        raise Refused(_("Choose a time after the first number, up to the one that comes next."), field="from_period")
    before = measure.phases.filter(Q(starts_on=None) | Q(starts_on__lt=day))
    if before.filter(made_until__gte=day).exists():
        text = _("The line is kept at its numbers up to a later day than that. Let it go first, or begin later.")
        raise Refused(text, field="from_period")


def _save(measure: Measure, definition: MeasureDefinition, before: Mapping[str, Any], language: str) -> None:
    measure.version += 1
    measure.save()
    if set(MeasureDefinition.WORDS) & before.keys():
        definition.written_in = language
    if set(DEFINED) & before.keys():
        definition.measure = measure
        definition.save()


def _remember(measure: Measure, before: Mapping[str, Any], by, *, from_period: dt.date | None = None) -> None:
    kept = {name: str(was) if isinstance(was, Decimal | dt.date) else was for name, was in before.items()}
    MeasureChange.objects.create(measure=measure, before=kept, from_period=from_period, by=by)


# ---------------------------------------------------------------- what fits together


def _hold_together(measure: Measure, definition: MeasureDefinition) -> None:
    """Refuse what does not fit together, beside the field that has to be put right."""
    if not (measure.name_en or measure.name_fr):
        raise Refused(_("Give it a name: what do you count?"), field="name_en")
    if measure.kind == MeasureKind.RATE and not measure.per:
        raise Refused(_("A rate is so many for every so many: say here for every how many, such as 1000."), field="per")
    if measure.kind != MeasureKind.RATE and measure.per is not None:
        raise Refused(_("Only a rate is for every so many. Choose a rate, or leave this empty."), field="per")
    if measure.goal is not None:
        possible(measure.kind, measure.goal, field="goal")
    if definition.goal_on and measure.goal is None:
        raise Refused(_("Which goal is to be reached by then? Type it, or leave the day empty."), field="goal")
    if definition.sampling in (Sampling.SOME, Sampling.EVERY):
        if not definition.sample:
            raise Refused(_("Say how many."), field="sample")
    elif definition.sample is not None:
        raise Refused(_("Only where some are looked at: choose so above, or leave this empty."), field="sample")
    _baseline(measure, definition)


def _baseline(measure: Measure, definition: MeasureDefinition) -> None:
    if definition.baseline_value is not None:
        # The middle of several counts need not be whole.
        kind = MeasureKind.RATE if measure.kind == MeasureKind.COUNT else measure.kind
        possible(kind, definition.baseline_value, field="baseline_value")
    first, last = definition.baseline_from, definition.baseline_until
    today = day_at(timezone.now(), measure.team)
    for name, day in (("baseline_from", first), ("baseline_until", last)):
        if day is None:
            continue
        if definition.baseline_value is None:
            raise Refused(_("What was it then? Type the number, or leave the days empty."), field="baseline_value")
        if day > today:
            raise Refused(_("That day has not come yet."), field=name)
    if first and last and last < first:
        raise Refused(_("It ends before it begins."), field="baseline_until")


# ---------------------------------------------------------------- ending


@transaction.atomic
def stop_counting(*, measure: Measure, by, version: int) -> Measure:
    """Count it no longer: nobody is asked for it from today on, its chart stays. Twice is the same as once."""
    row = _locked(measure)
    if row.fills_itself:
        raise Refused(_("This one fills itself from your log and cannot be ended."))
    if row.ended_on is not None:
        return row
    return _turn(row, day_at(timezone.now(), row.team), "measure.ended", by, version)


@transaction.atomic
def count_again(*, measure: Measure, by, version: int) -> Measure:
    """Count it again: its numbers are asked for as before. Twice is the same as once."""
    row = _locked(measure)
    if row.ended_on is None:
        return row
    return _turn(row, None, "measure.counted_again", by, version)


def _turn(measure: Measure, ended_on: dt.date | None, verb: str, by, version: int) -> Measure:
    if measure.version != version:
        raise Overtaken(measure)
    _remember(measure, {"ended_on": measure.ended_on}, by)
    measure.ended_on = ended_on
    measure.version += 1
    measure.save(update_fields=["ended_on", "version"])
    record(verb, measure, by=by, cohort_id=measure.team.cohort_id, team=measure.team_id)
    return measure

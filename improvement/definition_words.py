"""What exactly is counted, in words: the full definition of a measure, and what it was before somebody changed it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from core.language import language
from core.time import day, wall_in
from improvement import measure_library
from improvement.axis import month_and_year, spaced, spoken_number, spoken_period
from improvement.models import (
    About,
    ChartType,
    Frequency,
    Good,
    Measure,
    MeasureChange,
    MeasureDefinition,
    MeasureKind,
    MeasureType,
    Sampling,
)
from improvement.periods import Rhythm

# Every field of a definition by its name, in the order in which it is read. Forms and pages call it the same.
LABELS: Final[Mapping[str, Any]] = {
    "name_en": gettext_lazy("What is counted, in English"),
    "name_fr": gettext_lazy("What is counted, in French"),
    "meaning": gettext_lazy("What exactly counts"),
    "kind": gettext_lazy("Counted as"),
    "unit_en": gettext_lazy("Unit, in English"),
    "unit_fr": gettext_lazy("Unit, in French"),
    "numerator": gettext_lazy("How many (numerator)"),
    "denominator": gettext_lazy("Of how many (denominator)"),
    "per": gettext_lazy("A rate for every how many"),
    "population": gettext_lazy("Who or what is counted, and who is not"),
    "frequency": gettext_lazy("How often"),
    "source": gettext_lazy("Where the number comes from"),
    "sampling": gettext_lazy("All of them, or some"),
    "sample": gettext_lazy("How many each time, or every how many"),
    "collector": gettext_lazy("Who counts"),
    "direction": gettext_lazy("Which way is good?"),
    "goal": gettext_lazy("Goal"),
    "goal_on": gettext_lazy("By when"),
    "baseline_value": gettext_lazy("Where it stood before"),
    "baseline_from": gettext_lazy("Before: from"),
    "baseline_until": gettext_lazy("Before: until"),
    "purpose": gettext_lazy("What it is for"),
    "measure_type": gettext_lazy("What it tells of the aim"),
    "dimension": gettext_lazy("Which part of safety it is about"),
    "equity": gettext_lazy("For whom it is looked at apart"),
    "small_numbers": gettext_lazy("When numbers are very small"),
    "reviewed": gettext_lazy("Who looks at it, when and how"),
    "chart": gettext_lazy("Control chart"),
    "ended_on": pgettext_lazy("a measure", "Counted until"),
}

_CHOICES: Final[Mapping[str, Mapping[str, Any]]] = {
    "kind": dict(MeasureKind.choices),
    "direction": dict(Good.choices),
    "frequency": dict(Frequency.choices),
    "measure_type": dict(MeasureType.choices),
    "dimension": dict(About.choices),
    "sampling": dict(Sampling.choices),
    "chart": dict(ChartType.choices),
}
_IN_ITS_UNIT: Final = frozenset({"goal", "baseline_value"})


class Line(NamedTuple):
    """One line of a definition. ``lang``: the language of its words where somebody wrote them, "" for the page's own."""

    label: str
    words: str
    lang: str = ""


@dataclass(frozen=True)
class Changed:
    """What one press changed: (what, what it was, what it became), by whom, on which day, and from when on it counts."""

    who: str
    on: str
    lines: list[tuple[str, str, str]]
    counts_from: str


def nothing() -> str:
    """Return what is said where nothing stands."""
    return pgettext("what stands in a box", "nothing")


def definition_row(measure: Measure) -> MeasureDefinition:
    """Return the definition of a measure; where nobody wrote one, a row that is not saved, with what the library chooses."""
    row = MeasureDefinition.objects.filter(pk=measure.pk).first()
    if row is not None:
        return row
    ready = measure_library.of(measure)
    chosen = () if ready is None else ("measure_type", "sampling", "sample", "dimension", "chart")
    return MeasureDefinition(measure=measure, **{name: getattr(ready, name) for name in chosen})


def said(name: str, value: Any, kind: str) -> str:
    """Return the value of a field as a page says it, "" for none; ``value`` may be as a change keeps it, as text."""
    if value in (None, ""):
        return ""
    if name in _CHOICES:
        return str(_CHOICES[name].get(value, value))
    if name in _IN_ITS_UNIT:
        return spoken_number(Decimal(value), kind)
    if name in ("per", "sample"):
        return spaced(str(value))
    if name.endswith(("_on", "_from", "_until")):
        on = value if isinstance(value, dt.date) else dt.date.fromisoformat(value)
        return day(on, language(), weekday=False, year=True)
    return str(value)


def definition_of(measure: Measure, row: MeasureDefinition | None = None) -> list[Line]:
    """Return the full definition of a measure, what is empty left out. Where the team wrote nothing, the library's words.

    One statement, none where the ``row`` is at hand.
    """
    row = definition_row(measure) if row is None else row
    return [line for name in LABELS if (line := _line(name, measure, row)) is not None]


# These stand in the name of the page, or beside what they belong to.
_BESIDE: Final = frozenset({"name_en", "name_fr", "unit_fr", "per", "sample", "goal_on", "baseline_from", "baseline_until"})  # fmt: skip


def _line(name: str, measure: Measure, row: MeasureDefinition) -> Line | None:
    if name in _BESIDE:
        return None
    if name == "unit_en":
        return Line(_("Unit"), measure.unit) if measure.unit else None
    if name in MeasureDefinition.WORDS:
        return _in_words(name, measure, row)
    value = getattr(measure if hasattr(measure, name) else row, name)
    words = _together(name, said(name, value, measure.kind), measure, row)
    return Line(str(LABELS[name]), words) if words else None


def _in_words(name: str, measure: Measure, row: MeasureDefinition) -> Line | None:
    label, own = str(LABELS[name]), getattr(row, name)
    if own:
        return Line(label, own, "" if row.written_in == language() else row.written_in)
    ready = measure_library.of(measure)
    words = ready.said(name) if ready else ""
    return Line(label, words) if words else None


def _together(name: str, words: str, measure: Measure, row: MeasureDefinition) -> str:
    """Return the words of a field with those of the field that belongs to it."""
    if not words:
        return ""
    if name == "kind" and measure.per:
        return _("So many for every %(number)s") % {"number": said("per", measure.per, "")}
    if name == "sampling" and row.sample:
        return _("%(what)s: %(number)s") % {"what": words, "number": said("sample", row.sample, "")}
    if name == "goal" and row.goal_on:
        return _("%(goal)s by %(day)s") % {"goal": words, "day": said("goal_on", row.goal_on, "")}
    if name == "baseline_value" and (row.baseline_from or row.baseline_until):
        dates = (said("baseline_from", row.baseline_from, ""), said("baseline_until", row.baseline_until, ""))
        return _("%(number)s (%(dates)s)") % {"number": words, "dates": " – ".join(filter(None, dates))}
    return words


# ---------------------------------------------------------------- what it was


def changes_of(measure: Measure, reader: Any, row: MeasureDefinition | None = None) -> list[Changed]:
    """Return who changed what of a measure and when, the latest first; dates on the reader's clock. One statement."""
    row = definition_row(measure) if row is None else row
    now = {name: getattr(measure if hasattr(measure, name) else row, name) for name in LABELS}
    found = []
    for change in measure.changes.select_related("by").order_by("-created_at"):
        found.append(_changed(change, now, measure, reader))
        now |= change.before
    return found


def _changed(change: MeasureChange, now: Mapping[str, Any], measure: Measure, reader: Any) -> Changed:
    return Changed(
        who=change.by.name if change.by is not None else _("somebody who has left"),
        on=day(wall_in(change.created_at, reader.time_zone).date(), language(), weekday=False, year=True),
        lines=list(_lines(change, now, measure)),
        counts_from="" if change.from_period is None else period_words(measure.frequency, change.from_period),
    )


def _lines(change: MeasureChange, now: Mapping[str, Any], measure: Measure) -> Iterable[tuple[str, str, str]]:
    for name, label in LABELS.items():
        if name in change.before:
            was, became = (said(name, one, measure.kind) or nothing() for one in (change.before[name], now[name]))
            yield str(label), was, became


def period_words(rhythm: str, start: dt.date) -> str:
    """Return a period to choose it by, with its year: "Week of 7 December 2026", "December 2026"."""
    if rhythm == Rhythm.MONTHLY:
        return month_and_year(start)
    return _("Week of %(day)s") % {"day": f"{spoken_period(rhythm, start)} {start.year}"}

"""What people say about what they count: four fields to begin with, and the full definition behind "More"."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.once import OncePerKey
from core.charts.scales import plain
from core.forms import FreeText, VersionedForm
from core.language import language
from improvement import measure_library, measuring
from improvement.definition_words import LABELS, definition_row, period_words, said
from improvement.forms import NumberField, TeamForm
from improvement.models import (
    OF_ALL,
    About,
    ChartType,
    Frequency,
    Good,
    Measure,
    MeasureDefinition,
    MeasureKind,
    MeasureType,
    Sampling,
)

# Only the wording changes: what is sent instead of a day.
WORDS = "words"
_NOT_SAID = ("", pgettext_lazy("a choice that nobody made", "not said"))
_MANY = 1_000_000


def _text(name: str, *, rows: int = 2, hint: Any = "") -> FreeText:
    length: Any = getattr(MeasureDefinition._meta.get_field(name), "max_length", None)
    return FreeText(label=LABELS[name], rows=rows, max_length=length, required=False, help_text=hint)


def _choice(name: str, choices: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=LABELS[name], choices=[_NOT_SAID, *choices], required=False)


def _whole(name: str, hint: Any = "") -> forms.IntegerField:
    field = forms.IntegerField(label=LABELS[name], min_value=1, max_value=_MANY, required=False, help_text=hint)
    field.widget.attrs["class"] = "field-number"
    return field


def _number(name: str) -> NumberField:
    field = NumberField(label=LABELS[name], required=False)
    field.widget.attrs["class"] = "field-number"
    return field


def _date(name: str) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=LABELS[name], widget=widget, required=False)


def _typed(value: Decimal | None) -> str:
    """Return a number as somebody would type it: every digit of it, no zeros after the last one."""
    if value is None:
        return ""
    text = plain(value)
    return text.replace(".", ",") if language() == "fr" else text


def _name(label: Any, **more: Any) -> FreeText:
    return FreeText(label=label, rows=1, max_length=120, **more)


def _unit(label: Any) -> FreeText:
    return FreeText(label=label, rows=1, max_length=40, required=False)


class DefinitionFields(TeamForm):
    """The full definition of a measure: nothing of it is needed to begin."""

    mark_optional = False

    measure_type = _choice("measure_type", MeasureType.choices)
    purpose = _text("purpose")
    dimension = _choice("dimension", About.choices)
    meaning = _text(
        "meaning", rows=3, hint=gettext_lazy("So that two people who count the same day come to the same number.")
    )
    numerator = _text("numerator", rows=1)
    denominator = _text("denominator", rows=1)
    per = _whole("per", gettext_lazy("Only for a rate: 1000 makes it so many for every 1,000."))
    population = _text("population")
    frequency = forms.ChoiceField(
        label=LABELS["frequency"],
        choices=Frequency.choices,
        initial=Frequency.WEEKLY,
        widget=forms.RadioSelect,
        required=False,
    )
    source = _text("source", rows=1)
    sampling = _choice("sampling", Sampling.choices)
    sample = _whole("sample")
    collector = _text("collector", rows=1, hint=gettext_lazy("A role, not a name."))
    goal_on = _date("goal_on")
    baseline_value = _number("baseline_value")
    baseline_from = _date("baseline_from")
    baseline_until = _date("baseline_until")
    equity = _text("equity")
    small_numbers = _text("small_numbers")
    reviewed = _text("reviewed")
    chart = forms.ChoiceField(
        label=LABELS["chart"],
        choices=[("", gettext_lazy("chosen from what is counted")), *ChartType.choices],
        required=False,
        help_text=gettext_lazy("Only where your programme shows control charts."),
    )

    GROUPS = (
        (gettext_lazy("What exactly is counted"), ("meaning", "unit", "unit_en", "unit_fr", "numerator", "denominator", "per", "population")),
        (gettext_lazy("How the number comes about"), ("frequency", "source", "sampling", "sample", "collector")),
        (gettext_lazy("Where it stood, and until when"), ("baseline_value", "baseline_from", "baseline_until", "goal_on")),
        (gettext_lazy("Why it is counted"), ("purpose", "measure_type", "dimension", "equity")),
        (gettext_lazy("How it is shown and looked at"), ("reviewed", "small_numbers", "chart")),
    )  # fmt: skip

    def clean_frequency(self) -> str:
        """Return how often it is counted: every week where nobody said."""
        return self.cleaned_data["frequency"] or self.get_initial_for_field(self.fields["frequency"], "frequency")

    def groups(self) -> Iterator[tuple[str, list[Any]]]:
        """Yield the fields behind "More" as the page draws them, under their headings."""
        for heading, names in self.GROUPS:
            if here := [self[name] for name in names if name in self.fields]:
                yield str(heading), here

    @property
    def has_more_to_say(self) -> bool:
        """Return whether something behind "More" needs a look: a mistake, a question of the guard, words that were typed."""
        behind = {name for _heading, names in self.GROUPS for name in names}
        return self.is_bound and any(
            name in self.errors or name in self.guards or self._typed(name) for name in behind & self.fields.keys()
        )

    def _typed(self, name: str) -> bool:
        return self.data.get(self.add_prefix(name), "") not in ("", str(self.fields[name].initial or ""))


class MeasureForm(OncePerKey, DefinitionFields):
    """Four fields add something to count; the rest of the definition stands behind "More"."""

    name = _name(
        gettext_lazy("What do you count?"),
        help_text=gettext_lazy("For example: huddles held with a resident or a family member."),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("As"),
        choices=MeasureKind.choices,
        initial=MeasureKind.COUNT,
        help_text=gettext_lazy("For a rate, say under “More” for every how many."),
    )
    direction = forms.ChoiceField(
        label=gettext_lazy("Which way is good?"), choices=Good.choices, widget=forms.RadioSelect, initial=Good.UP
    )
    goal = NumberField(
        label=gettext_lazy("Goal"), required=False, help_text=gettext_lazy("Leave it empty while you have none.")
    )
    unit = _unit(gettext_lazy("Unit"))

    field_order = ["name", "kind", "direction", "goal"]


class ReadyForm(OncePerKey, forms.Form):
    """One press adds a measure of the library."""

    ready = forms.ChoiceField(choices=lambda: [(key, key) for key in measure_library.READY], widget=forms.HiddenInput)


class ChangeMeasureForm(VersionedForm, DefinitionFields):
    """Everything about a measure. What can change no more is not asked for; from when on it counts is, where numbers stand."""

    name_en, name_fr = _name(LABELS["name_en"], required=False), _name(LABELS["name_fr"], required=False)
    unit_en, unit_fr = _unit(LABELS["unit_en"]), _unit(LABELS["unit_fr"])
    kind = forms.ChoiceField(label=LABELS["kind"], choices=MeasureKind.choices)
    direction = forms.ChoiceField(label=LABELS["direction"], choices=Good.choices, widget=forms.RadioSelect)
    goal = _number("goal")
    from_period = forms.TypedChoiceField(
        label=gettext_lazy("If it is counted another way: from when on?"),
        coerce=lambda typed: typed if typed == WORDS else dt.date.fromisoformat(typed),
        empty_value="",
        required=False,
        help_text=gettext_lazy("A new line begins there, so that numbers of two meanings are never judged together."),
    )
    why = FreeText(
        label=gettext_lazy("In a few words: what is different from then on?"),
        rows=1,
        max_length=120,
        required=False,
        help_text=gettext_lazy("It stands as a mark on the chart."),
    )

    field_order = ["name_en", "name_fr", "kind", "direction", "goal", "version"]

    def __init__(self, *args: Any, measure: Measure, **kwargs: Any) -> None:
        self.measure, self.definition = measure, definition_row(measure)
        super().__init__(*args, **kwargs)
        self.beginnings = measuring.beginnings(measure)
        for name in self._needless(stands=bool(self.beginnings)):
            # What was sent for it, because it could be changed a moment ago, is answered and not passed over.
            if self.add_prefix(name) not in self.data:
                del self.fields[name]
        if "from_period" in self.fields:
            self._offer_periods()
        if (ready := measure_library.of(measure)) is not None:
            self._offer_words(ready)

    def _needless(self, *, stands: bool) -> set[str]:
        """Return what is not asked for on this measure, because it stays as it is or says nothing."""
        names = set(measuring.OURS) if self.measure.fills_itself else set()
        if not stands:
            return names | {"from_period", "why"}
        names |= measuring.SETTLED
        if self.measure.kind != MeasureKind.RATE:
            names.add("per")
        if self.measure.kind not in OF_ALL:
            names |= {name for name in ("numerator", "denominator") if not getattr(self.definition, name)}
        return names

    def _offer_periods(self) -> None:
        field: Any = self.fields["from_period"]
        rhythm = self.measure.frequency
        field.choices = [
            ("", _("Choose")),
            (WORDS, _("Only the wording changes: every number means the same")),
            *((start.isoformat(), period_words(rhythm, start)) for start in self.beginnings),
        ]

    def _offer_words(self, ready: measure_library.Ready) -> None:
        for name in MeasureDefinition.WORDS:
            if name in self.fields and (words := ready.said(name)) and not getattr(self.definition, name):
                self.fields[name].help_text = _("As long as this is empty: %(words)s") % {"words": words}

    @property
    def settled(self) -> str:
        """Return in a sentence what is not asked for any more, "" where all of it is."""
        if self.measure.fills_itself:
            return _("It fills itself from your log, so its name, its unit and its rhythm stay as they are.")
        if "kind" not in self.fields:
            words = {
                "kind": said("kind", self.measure.kind, ""),
                "often": said("frequency", self.measure.frequency, ""),
            }
            return _("Counted as: %(kind)s, %(often)s. With numbers this stays as it is: to count otherwise, add another measure.") % words  # fmt: skip
        return ""

    def first(self) -> list[Any]:
        """Return the fields that stand first on the page, as far as they are asked for."""
        return [self[name] for name in ("name_en", "name_fr", "kind", "direction", "goal") if name in self.fields]

    @classmethod
    def values_of(cls, measure: Measure) -> dict[str, Any]:
        """Return what stands in the boxes, and which version it is of."""
        row = definition_row(measure)
        own = {name: getattr(measure, name) for name in (*measuring.OWN, "version")}
        values = {**own, **{name: getattr(row, name) for name in measuring.DEFINED}}
        return values | {name: _typed(values[name]) for name in ("goal", "baseline_value")}

    def beside(self, theirs: Measure) -> list[tuple[str, Any]]:
        """Return what somebody else saved meanwhile where something else was typed, as (label, value)."""
        row, typed = definition_row(theirs), self.cleaned_data
        now = {name: getattr(theirs if name in measuring.OWN else row, name) for name in LABELS if name in typed}
        return [
            (str(LABELS[name]), said(name, value, theirs.kind)) for name, value in now.items() if typed[name] != value
        ]

    def answers(self) -> dict[str, Any]:
        """Return what the service takes."""
        said_so = dict(self.cleaned_data)
        chosen = said_so.pop("from_period", "")
        return {
            **said_so,
            "from_period": chosen if isinstance(chosen, dt.date) else None,
            "only_words": chosen == WORDS,
        }

"""What people type on a team's pages. Rules stay in models and services; here is the shape of the input."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.once import OncePerKey
from collaborative.audience import readers_of_team
from collaborative.models import Role, Sector
from collaborative.permissions import roles_of
from core.forms import FreeText, GuardedForm, VersionedForm
from core.words import STANDARD, spoken
from improvement.chart_words import called, explained
from improvement.control_words import rules_called
from improvement.models import (
    About,
    ChartRules,
    Decision,
    Matched,
    MeasureKind,
    Missing,
    TriedChange,
    WillChange,
    WithWhom,
)
from improvement.rule_sets import RULE_SETS
from improvement.spc_rules import RULES


class TeamForm(GuardedForm):
    """A form on a team's page: the team, its coaches and its planners read every word of it."""

    def __init__(self, *args: Any, team, writer, **kwargs: Any) -> None:
        self.team = team
        self.incident_route = team.unit.incident_route
        self.partner = any(held.role == Role.PARTNER and held.team_id == team.pk for held in roles_of(writer))
        super().__init__(*args, **kwargs)

    @cached_property
    def _readers(self) -> list[str]:
        return readers_of_team(self.team)

    def readers_of(self, field_name: str) -> list[str]:
        return self._readers


# ---------------------------------------------------------------- conversations


_BY_SECTOR = {Sector.LONG_TERM: "resident", Sector.HOME: "client", Sector.ACUTE: "patient", Sector.PRIMARY: "patient"}


def _person_of(team) -> str:
    """Return how those are called whom the team cares for: as its unit says, or its programme, or as its setting has it."""
    if team.unit.word_person:
        return team.unit.word_person
    chosen = spoken().person
    return chosen if chosen != STANDARD.person else _BY_SECTOR.get(team.unit.organisation.sector, "")


def with_whom_choices(team) -> list[dict[str, str]]:
    """Return the four buttons in the words of the team's setting: a resident in a home, a patient in a hospital."""
    patient = {
        "resident": (_("A resident"), _("someone living here")),
        "client": (_("A client"), _("someone who gets care at home")),
        "patient": (_("A patient"), _("someone who gets care here")),
        "person": (_("A person in care"), _("someone who gets care here")),
    }.get(_person_of(team), (_("A person in care"), _("patient, resident or client")))
    words = {
        WithWhom.COLLEAGUE: (_("A colleague"), _("someone who works here"), "users"),
        WithWhom.LEADER: (_("A leader"), _("manager, physician, director"), "user-round"),
        WithWhom.PATIENT: (*patient, "heart"),
        WithWhom.FAMILY: (
            _("A family member or care partner"),
            _("someone close to a person in care"),
            "hand-heart",
        ),
    }
    return [
        {"value": str(value), "label": label, "small": small, "icon": icon}
        for value, (label, small, icon) in words.items()
    ]


def spoken_with(conversation) -> str:
    """Return the sentence of the saved page: "With a resident."."""
    patient = {
        "resident": _("With a resident."),
        "client": _("With a client."),
        "patient": _("With a patient."),
    }.get(_person_of(conversation.team), _("With a person in care."))
    return {
        WithWhom.COLLEAGUE: _("With a colleague."),
        WithWhom.LEADER: _("With a leader."),
        WithWhom.PATIENT: patient,
        WithWhom.FAMILY: _("With a family member or care partner."),
    }[conversation.with_whom]


class LogForm(forms.Form):
    """The four buttons: the tap is the answer."""

    with_whom = forms.ChoiceField(choices=WithWhom.choices)
    client_key = forms.UUIDField()
    again = forms.BooleanField(required=False)


class FollowUpForm(TeamForm):
    """Three optional words about a conversation that is saved already."""

    mark_optional = False

    about = forms.ChoiceField(
        label=gettext_lazy("What was it about?"), choices=About.choices, widget=forms.RadioSelect, required=False
    )
    will_change = forms.ChoiceField(
        label=gettext_lazy("Will something change?"),
        choices=WillChange.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    sentence = FreeText(label=gettext_lazy("One sentence"), rows=3, max_length=500, required=False)


# ---------------------------------------------------------------- tries


def _one_line() -> forms.Textarea:
    """Return a box of one line that grows with what is typed."""
    return forms.Textarea(attrs={"rows": 1, "class": "grows"})


class _PlanFields(TeamForm):
    title = FreeText(
        label=gettext_lazy("What do you try?"),
        rows=1,
        max_length=160,
        help_text=gettext_lazy(
            "A few words: “One question at the morning huddle”. Small is good: one shift, one person."
        ),
    )
    plan = FreeText(
        label=gettext_lazy("Which shift or group, where and when?"),
        widget=_one_line(),
        max_length=1000,
        required=False,
    )
    prediction = FreeText(label=gettext_lazy("What do you expect?"), widget=_one_line(), max_length=600, required=False)


class TryForm(OncePerKey, _PlanFields):
    """Try a change: the ten-minute form. One field is needed."""

    started = forms.ChoiceField(
        label=gettext_lazy("Have you begun?"),
        choices=[("yes", gettext_lazy("Yes, or today")), ("no", gettext_lazy("Not yet"))],
        widget=forms.RadioSelect,
        initial="yes",
    )

    field_order = ["title", "plan", "prediction", "started"]

    @classmethod
    def after(cls, before: TriedChange | None) -> dict[str, Any]:
        """Return what the next version of a try begins with: the last plan, where it can be read. Its name is its own."""
        return {"plan": before.plan} if before and not before.hidden_why else {}

    def answers(self) -> dict[str, Any]:
        answers = super().answers()
        return {**answers, "started": answers["started"] == "yes"}


class PlanForm(VersionedForm, _PlanFields):
    """Put the words of a try better. What was expected stays as it is once the result is in."""

    field_order = ["title", "plan", "prediction", "version"]

    def __init__(self, *args: Any, tried: TriedChange, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not tried.is_open:
            del self.fields["prediction"]

    @classmethod
    def values_of(cls, tried: TriedChange) -> dict[str, Any]:
        """Return what stands in the boxes: the words that are there, and which version they are of."""
        return {name: getattr(tried, name) for name in ("title", "plan", "prediction", "version")}


class LearnForm(VersionedForm, TeamForm):
    """ "We tried it": sixty seconds, one box and one question."""

    what_happened = FreeText(
        label=gettext_lazy("What happened?"),
        rows=4,
        max_length=2000,
        help_text=gettext_lazy("What you saw and heard, also what went otherwise than planned."),
    )
    matched = forms.ChoiceField(
        label=gettext_lazy("Was it as you expected?"), choices=Matched.choices, widget=forms.RadioSelect, required=False
    )

    field_order = ["what_happened", "matched", "version"]

    @classmethod
    def values_of(cls, tried: TriedChange) -> dict[str, Any]:
        """Return what stands in the boxes: what was told before, and which version it is of."""
        return {name: getattr(tried, name) for name in ("what_happened", "matched", "version")}


class DecideForm(forms.Form):
    """Keep it, change it, let it go: three buttons."""

    decision = forms.ChoiceField(choices=Decision.choices)
    version = forms.IntegerField()


class StartForm(forms.Form):
    """Which version of a row it was on whose page a button was pressed."""

    version = forms.IntegerField()


# ---------------------------------------------------------------- numbers


class NumberField(forms.DecimalField):
    """A number as people type it in either language: "12,5", "12.5", "40 %", "1 200"."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(max_digits=12, decimal_places=3, **kwargs)
        too_big = gettext_lazy("This number is too big to be kept here. Is there a digit too many?")
        self.error_messages |= {
            "invalid": gettext_lazy("Type a number, such as 12 or 12.5."),
            "max_digits": too_big,
            "max_whole_digits": too_big,
            "max_decimal_places": gettext_lazy("Three decimals are enough. Type it again with fewer."),
        }

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            # spaces that part thousands (no-break ones too), a percent sign, a comma for the decimals
            value = "".join(value.split()).removesuffix("%").replace(",", ".")
        return super().to_python(value)


_HOW_TO_TYPE = {
    MeasureKind.COUNT: gettext_lazy("Type a whole number, such as 12."),
    MeasureKind.PERCENT: gettext_lazy("Type a percentage, such as 40 or 62.5."),
}


def _rule_sets() -> list[tuple[str, str]]:
    """Return the sets of rules to choose from, each with what it asks for."""
    line = '{}<span class="d-block small quiet">{}</span>'
    return [(key, format_html(line, capfirst(called(one)), explained(one))) for key, one in RULE_SETS.items()]


def _control_rules() -> list[tuple[str, str]]:
    """Return the sets of rules for control charts to choose from."""
    return [(key, capfirst(rules_called(key))) for key in RULES]


class ChartRulesForm(VersionedForm):
    """By which rules the charts of a programme are judged."""

    rule_set = forms.ChoiceField(
        label=gettext_lazy("Whose rules"),
        choices=_rule_sets,
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "For every run chart of every team in this programme, from now on, also for numbers of the past. Each chart names them. "
            "Fewer than ten numbers off the line are judged by none."
        ),
    )

    control_charts = forms.BooleanField(
        label=gettext_lazy("Show control charts too, with their two signs"),
        required=False,
        help_text=gettext_lazy(
            "On the page of each measure, below its run chart. For people who know how to read limits."
        ),
    )
    control_rules = forms.ChoiceField(label=gettext_lazy("Whose rules for control charts"), choices=_control_rules)
    screened = forms.BooleanField(
        label=gettext_lazy("Leave single far moving ranges out of the limits"),
        required=False,
        help_text=gettext_lazy("Narrower limits, as the R package of NHS England draws them; its Excel tool does not."),
    )

    field_order = ["rule_set", "control_charts", "control_rules", "screened", "version"]
    mark_optional = False

    @classmethod
    def values_of(cls, rules: ChartRules) -> dict[str, Any]:
        """Return what is chosen, and which version it is of."""
        names = ("rule_set", "control_charts", "control_rules", "screened", "version")
        return {name: getattr(rules, name) for name in names}

    def beside(self, theirs: ChartRules) -> list[tuple[str, Any]]:
        """Return what somebody else chose meanwhile, as (label, value)."""
        yes, no = _("Yes"), _("No")
        said = {
            "rule_set": called(RULE_SETS[theirs.rule_set]),
            "control_charts": yes if theirs.control_charts else no,
            "control_rules": rules_called(theirs.control_rules),
            "screened": yes if theirs.screened else no,
        }
        typed = self.cleaned_data
        return [(str(self.fields[name].label), said[name]) for name in said if typed.get(name) != getattr(theirs, name)]


class NumberForm(forms.Form):
    """One number of one period; ``missing`` is a button beside it. ``kind`` of the measure: what can be typed.

    A share or a rate is typed as ``part`` of ``whole``, or worked out already.
    """

    period = forms.DateField(input_formats=["%Y-%m-%d"], widget=forms.HiddenInput)
    part = NumberField(label=gettext_lazy("How many"), required=False)
    whole = NumberField(label=gettext_lazy("Of how many"), required=False)
    value = NumberField(label=pgettext_lazy("a value", "Number"), required=False)
    missing = forms.ChoiceField(choices=[("", ""), *Missing.choices], required=False)
    seen = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, kind: str = MeasureKind.NUMBER, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind in _HOW_TO_TYPE:
            self.fields["value"].error_messages["invalid"] = _HOW_TO_TYPE[MeasureKind(kind)]

    def answers(self) -> dict[str, Any]:
        """Return what the service takes. A reason is a button of its own: it wins over what stands in the box."""
        typed = self.cleaned_data
        reason = typed["missing"]
        parts = {"numerator": typed["part"], "denominator": typed["whole"]}
        given = not reason and any(part is not None for part in parts.values())
        return {
            **(parts if given else {}),
            "period_start": typed["period"],
            "value": None if reason or given else typed["value"],
            "missing_reason": reason,
            "seen": typed["seen"],
        }


class PeriodForm(forms.Form):
    """A week alone, which the page of a button says."""

    period = forms.DateField(input_formats=["%Y-%m-%d"], widget=forms.HiddenInput)


class WeekForm(forms.Form):
    """The numbers of one week that are still open, a box each and a tick for "we did not count it"."""

    # One of the two has to be answered.
    mark_optional = False

    def __init__(
        self, *args: Any, owed: Sequence[Any] = (), stands: Mapping[Any, str] | None = None, **kwargs: Any
    ) -> None:
        """``stands``: the numbers that were entered and can be put right, by the key of their measure."""
        super().__init__(*args, **kwargs)
        self._owed = owed
        for one in owed:
            number = stands[one.measure.pk] if stands and one.measure.pk in stands else one.offered
            box = NumberField(label=one.name, required=False, initial=number)
            box.widget.attrs |= {"inputmode": "numeric" if one.measure.kind == MeasureKind.COUNT else "decimal"}
            box.widget.attrs["class"] = "field-number"
            if one.measure.kind in _HOW_TO_TYPE:
                box.error_messages["invalid"] = _HOW_TO_TYPE[MeasureKind(one.measure.kind)]
            if one.offered:
                box.help_text = _("Your log counts %(number)d so far. Right? Then just save.") % {"number": one.offered}
            self.fields[self.box(one.measure)] = box
            self.fields[self._tick(one.measure)] = forms.BooleanField(label=_("We did not collect it"), required=False)

    @staticmethod
    def box(measure: Any) -> str:
        """Return the name of the box of a measure."""
        return f"value-{measure.pk}"

    @staticmethod
    def _tick(measure: Any) -> str:
        return f"missing-{measure.pk}"

    def pairs(self) -> list[tuple[Any, Any]]:
        """Return box and tick of each measure, as the page draws them."""
        return [(self[self.box(one.measure)], self[self._tick(one.measure)]) for one in self._owed]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not self.answers():
            raise forms.ValidationError(_("Type a number, or say that there is none."))
        return cleaned

    def answers(self) -> list[tuple[Any, dict[str, Any]]]:
        """Return what was said of each measure, as the service takes it; what was left empty is not said."""
        said: list[tuple[Any, dict[str, Any]]] = []
        for one in self._owed:
            if self.cleaned_data.get(self._tick(one.measure)):
                said.append((one.measure, {"missing_reason": Missing.NOT_COLLECTED}))
            elif (value := self.cleaned_data.get(self.box(one.measure))) is not None:
                said.append((one.measure, {"value": value}))
        return said

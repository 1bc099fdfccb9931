"""What people say about the line of a chart, and what they put on it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.once import OncePerKey
from core.forms import FreeText, GuardedForm
from improvement.forms import TeamForm
from improvement.measure_chart import MeasureChart
from improvement.models import QUESTIONS

# So many numbers make a line that is kept, where there are so many: below twelve its limits are on trial.
USUAL = 12


class _OfAChart(GuardedForm):
    """A form on a chart: ``seen`` says which line it was drawn from."""

    mark_optional = False
    seen = forms.CharField(required=False, widget=forms.HiddenInput, max_length=120)

    def __init__(self, *args: Any, chart: MeasureChart, **kwargs: Any) -> None:
        self.chart = chart
        super().__init__(*args, **kwargs)

    def go_on_from(self, seen: str) -> None:
        """Let the next press go on from what stands now; what was chosen stays."""
        self.data = self.data.copy()
        self.data["seen"] = seen

    def answers(self) -> dict[str, Any]:
        """Return what the service takes."""
        return dict(self.cleaned_data)


def _periods(places) -> list[tuple[str, str]]:
    return [(place.start.isoformat(), place.label) for place in places if place.value is not None]


def _date(value: str):
    return forms.DateField().to_python(value)


class FixLineForm(_OfAChart):
    """Keep the line at what its first numbers make it."""

    until = forms.TypedChoiceField(
        label=gettext_lazy("Made of the numbers up to"),
        coerce=_date,
        help_text=gettext_lazy("Usually the numbers from before anything was changed, ten or twelve of them."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = self.chart.lines[-1].first
        until: Any = self.fields["until"]
        until.choices = _periods(self.chart.places[first:])

    @classmethod
    def offered(cls, chart: MeasureChart, seen: str) -> dict[str, Any]:
        """Return what the form begins with: the first twelve numbers, or as many as there are."""
        own = _periods(chart.places[chart.lines[-1].first :])[:USUAL]
        return {"seen": seen, "until": own[-1][0] if own else ""}


class BeginLineForm(TeamForm):
    """Begin a new line: from when, the four questions, and why."""

    mark_optional = False
    seen = forms.CharField(required=False, widget=forms.HiddenInput, max_length=120)
    starts_on = forms.TypedChoiceField(
        label=gettext_lazy("From which number on"),
        coerce=_date,
        help_text=gettext_lazy("The first number that is different: where a shift begins."),
    )
    why = FreeText(label=gettext_lazy("What changed?"), rows=2, max_length=500)

    field_order = ["seen", "starts_on", *QUESTIONS, "why"]

    def __init__(self, *args: Any, chart: MeasureChart, **kwargs: Any) -> None:
        self.chart = chart
        super().__init__(*args, **kwargs)
        starts: Any = self.fields["starts_on"]
        starts.choices = _periods(chart.places[chart.lines[-1].first :])[1:]
        for name, question in QUESTIONS.items():
            self.fields[name] = forms.TypedChoiceField(
                label=question,
                choices=[("yes", pgettext_lazy("answer", "Yes")), ("no", pgettext_lazy("answer", "No"))],
                coerce=lambda said: said == "yes",
                widget=forms.RadioSelect,
            )
        self.order_fields(self.field_order)

    @classmethod
    def offered(cls, chart: MeasureChart, seen: str) -> dict[str, Any]:
        """Return what the form begins with: the first point of the shift, where there is one."""
        signal = chart.chart.signal
        starts = chart.places[signal.first].start.isoformat() if signal else ""
        return {"seen": seen, "starts_on": starts}

    def go_on_from(self, seen: str) -> None:
        """Let the next press go on from what stands now; what was answered stays."""
        self.data = self.data.copy()
        self.data["seen"] = seen

    def answers(self) -> dict[str, Any]:
        """Return what the service takes."""
        said = self.cleaned_data
        return {
            "starts_on": said["starts_on"],
            "answers": {name: said[name] for name in QUESTIONS},
            "why": said["why"],
            "seen": said["seen"],
        }


class ChartEventForm(OncePerKey, TeamForm):
    """Something that happened, and when."""

    words = FreeText(
        label=gettext_lazy("What happened?"),
        rows=1,
        max_length=120,
        help_text=gettext_lazy("A few words: “two new colleagues”, “outbreak on the floor above”. No names."),
    )
    on = forms.DateField(label=gettext_lazy("On which day"), widget=forms.DateInput(attrs={"type": "date"}))

    field_order = ["words", "on"]

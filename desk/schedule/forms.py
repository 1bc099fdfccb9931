"""What planners type about cohorts, their dates and their own tasks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.once import OncePerKey
from collaborative.holidays import late_decembers
from collaborative.line import has_begun
from collaborative.making import ENROLMENT_DAYS, Recipe
from collaborative.models import MOMENT_KINDS, Cohort, Only, PhaseKind, PlanningTask, Takes, TemplatePhase
from collaborative.order import FARTHEST, enrolment_too_late, keep_in_order, keep_pin_in_place
from collaborative.shaping import stands_after
from core import places
from core.forms import FreeText, GuardedForm, PlainText, VersionedForm, plain_name
from core.language import language
from core.refusals import Refused
from core.time import day as day_words
from sessions.services import moment_of

MOST_SEATS = 500
FARTHEST_OFFSET = 730


def date_box(label: Any, **more: Any) -> forms.DateField:
    """Return a box for a day, which may be typed or picked."""
    box = forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)
    box.error_messages["invalid"] = _("Write the day like this: 2027-01-19.")
    return box


class NewCohortForm(GuardedForm):
    """What a new cohort is made from, its form, its names."""

    source = forms.ChoiceField(label=_("Make it from"), widget=forms.RadioSelect, initial="template")
    first_day = date_box(
        _("First day"), help_text=_("All other dates are counted from it; you see them before anything is made.")
    )
    third_period = forms.BooleanField(label=_("A third action period, after the last session"), required=False)
    congress = forms.BooleanField(
        label=_("A closing congress"),
        required=False,
        help_text=_("Both belong to the template. A copy of an earlier cohort keeps that cohort's form."),
    )
    takes = forms.ChoiceField(
        label=_("Who takes part"), choices=Takes.choices, widget=forms.RadioSelect, initial=Takes.TEAMS
    )
    name_en = PlainText(label=_("Name, English"), max_length=120, validators=[plain_name])
    name_fr = PlainText(label=_("Name, French"), max_length=120, validators=[plain_name])
    campaign_en = PlainText(
        label=_("Campaign, English"),
        max_length=120,
        required=False,
        help_text=_("The awareness week, theme or season that it belongs to, if any."),
    )
    campaign_fr = PlainText(label=_("Campaign, French"), max_length=120, required=False)
    seats = forms.IntegerField(
        label=pgettext_lazy("for teams", "Places"), min_value=1, max_value=MOST_SEATS, initial=20
    )
    city = forms.ChoiceField(label=_("Whose clock"), help_text=_("Times are typed on the clock of this town."))

    def __init__(self, *args: Any, cohorts: list[Cohort], today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        copies = [(str(row.pk), gettext("Like %(cohort)s") % {"cohort": row.full_name}) for row in cohorts]
        self.fields["source"].choices = [("template", gettext("The template of this programme")), *copies]  # type: ignore[attr-defined]
        self.fields["takes"].choices = [(value, capfirst(label)) for value, label in Takes.choices]  # type: ignore[attr-defined]
        self.fields["city"].choices = places.choices(language())  # type: ignore[attr-defined]
        many = gettext("From %(least)d to %(most)d places.") % {"least": 1, "most": MOST_SEATS}
        self.fields["seats"].error_messages |= {"min_value": many, "max_value": many, "invalid": many}

    def clean_first_day(self) -> dt.date:
        day = self.cleaned_data["first_day"]
        if day <= self.today:
            raise forms.ValidationError(gettext("Choose a day ahead."))
        if day - self.today > FARTHEST:
            raise forms.ValidationError(gettext("That is more than two years ahead. Check the year."))
        return day


class NewDatesForm(OncePerKey, GuardedForm):
    """Every date of a cohort that is not made yet, each with its box; what is left empty follows from the others."""

    def __init__(
        self, *args: Any, recipe: Recipe, first_day: dt.date, zone: str, colleagues: Sequence[User], **kwargs: Any
    ) -> None:
        self.recipe, self.first_day, self.zone = recipe, first_day, zone
        super().__init__(*args, **kwargs)
        if colleagues:
            self.fields["planners"] = forms.MultipleChoiceField(
                label=_("Who plans it with you"),
                choices=[(str(one.pk), one.name) for one in colleagues],
                initial=[str(one.pk) for one in colleagues],
                widget=forms.CheckboxSelectMultiple,
                required=False,
                help_text=_(
                    "They plan another cohort of this programme. You can ask others once it is made, on its page “Planning team”."
                ),
            )
        worked_out, enrolment = recipe.days(first_day), recipe.enrolment_days(first_day)
        for name, label in ENROLMENT_DAYS.items():
            self.fields[name] = date_box(label, required=False, initial=enrolment[name])
        for phase in recipe.phases:
            if phase.is_moment:
                self.fields[f"on-{phase.key}"] = date_box(_("Day"), initial=worked_out[phase.key].start)
                self.fields[f"at-{phase.key}"] = forms.TimeField(
                    label=_("Starts at"),
                    initial=phase.clock,
                    widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
                )
            else:
                start, end = recipe.pins(phase, first_day)
                self.fields[f"from-{phase.key}"] = date_box(_("First day, set by hand"), required=False, initial=start)
                self.fields[f"to-{phase.key}"] = date_box(_("Last day, set by hand"), required=False, initial=end)
        self.decembers = late_decembers(first_day, max(span.end for span in worked_out.values()))
        if self.decembers:
            first, last = self.decembers[0]
            words = gettext("Keep late December free, from %(first)s to %(last)s: nothing is due then") % {
                "first": day_words(first, language(), weekday=False),
                "last": day_words(last, language(), weekday=False, year=True),
            }
            self.fields["december"] = forms.BooleanField(label=words, required=False, initial=True)

    def names(self) -> dict[str, str]:
        """Return what the phases are called in the language of the page, by key."""
        return {phase.key: phase.columns[f"name_{language()}"] for phase in self.recipe.phases}

    def _value(self, name: str) -> Any:
        if self.is_bound and not self.errors:
            return self.cleaned_data[name]
        return self.fields[name].initial

    def on(self) -> dict[str, dt.date]:
        """Return the days of the sessions as they stand in the boxes."""
        return {one.key: self._value(f"on-{one.key}") for one in self.recipe.phases if one.is_moment}

    def clocks(self) -> dict[str, dt.time]:
        """Return the hours of the sessions as they stand in the boxes."""
        return {one.key: self._value(f"at-{one.key}") for one in self.recipe.phases if one.is_moment}

    def pins(self) -> dict[str, tuple[dt.date | None, dt.date | None]]:
        """Return what is set by hand of the stretches."""
        return {
            one.key: (self._value(f"from-{one.key}"), self._value(f"to-{one.key}"))
            for one in self.recipe.phases
            if not one.is_moment
        }

    def enrolment(self) -> dict[str, dt.date | None]:
        """Return the days of enrolment as they stand in the boxes."""
        return {name: self._value(name) for name in ENROLMENT_DAYS}

    def chosen_colleagues(self) -> list[str]:
        """Return the keys of the colleagues who plan it too."""
        return self._value("planners") if "planners" in self.fields else []

    def quiet(self) -> list[tuple[dt.date, dt.date]]:
        """Return the weeks that are to be kept free."""
        return self.decembers if self.decembers and self._value("december") else []

    def clean(self) -> dict[str, Any] | None:
        """Say beside each date that breaks the order what it would have to be."""
        cleaned = self.cleaned_data
        for name in [one for one in cleaned if isinstance(cleaned[one], dt.date)]:
            if abs(cleaned[name] - self.first_day) > FARTHEST:
                self.add_error(name, gettext("That is years away from the first day. Check the year."))
        self._sessions_in_order()
        self._stretches_in_place()
        try:
            keep_in_order(*(cleaned.get(name) for name in ENROLMENT_DAYS))
        except Refused as refused:
            refused.put_on(self)
        return super().clean()

    def _sessions_in_order(self) -> None:
        names, before, last = self.names(), "", None
        for one in [one for one in self.recipe.phases if one.is_moment]:
            day, clock = self.cleaned_data.get(f"on-{one.key}"), self.cleaned_data.get(f"at-{one.key}")
            if day is None or clock is None:
                continue
            if day < self.first_day:
                self.add_error(f"on-{one.key}", gettext("That is before the first day."))
            try:
                moment = moment_of(dt.datetime.combine(day, clock), self.zone)
            except Refused as refused:
                self.add_error(f"at-{one.key}", refused.sentence)
                continue
            if last and moment <= last:
                words = gettext("“%(after)s” must come after “%(before)s”.") % {
                    "before": names[before],
                    "after": names[one.key],
                }
                self.add_error(f"on-{one.key}", words)
            before, last = one.key, moment
        first = min(
            (on for on in (self.cleaned_data.get(f"on-{one.key}") for one in self.recipe.phases) if on), default=None
        )
        late = enrolment_too_late(first, self.cleaned_data.get("apply_until"), self.cleaned_data.get("answers_on"))
        for name, sentence in late.items():
            self.add_error(name, sentence)

    def _stretches_in_place(self) -> None:
        names = self.names()
        moments = [
            (place, names[one.key], on)
            for place, one in enumerate(self.recipe.phases)
            if one.is_moment and (on := self.cleaned_data.get(f"on-{one.key}"))
        ]
        for place, one in enumerate(self.recipe.phases):
            if one.is_moment:
                continue
            fields = (f"from-{one.key}", f"to-{one.key}")
            pin = (self.cleaned_data.get(fields[0]), self.cleaned_data.get(fields[1]))
            try:
                keep_pin_in_place(pin, ordinal=place, moments=moments, fields=fields)
            except Refused as refused:
                refused.put_on(self)


# ---------------------------------------------------------------- dates of a cohort that stands


class ReasonForm(GuardedForm):
    """Why something moves; forms of changes build on it."""

    reason = FreeText(
        label=_("Why it moves"),
        max_length=300,
        rows=2,
        help_text=_("Kept with the change, so that a colleague understands it later."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].error_messages["required"] = _("Say in a few words why it moves.")
        self.order_fields([*(name for name in self.fields if name != "reason"), "reason"])

    def readers_of(self, field_name: str) -> list[str]:
        return [gettext("the planning team")]


class CloseForm(ReasonForm):
    """Why a cohort is closed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("Why it is closed")
        self.fields["reason"].error_messages["required"] = _("Say in a few words why it is closed.")


class EnrolmentDaysForm(ReasonForm):
    """The days of applying and of the answers."""

    apply_from = date_box(ENROLMENT_DAYS["apply_from"], required=False)
    apply_until = date_box(ENROLMENT_DAYS["apply_until"], required=False)
    answers_on = date_box(ENROLMENT_DAYS["answers_on"], required=False)


class FirstDayForm(ReasonForm):
    """Another first day: everything that lies ahead goes along."""

    days = date_box(_("First day"), help_text=_("Sessions, enrolment and dates set by hand move by as many days."))


class ShiftForm(ReasonForm):
    """By how many days everything that lies ahead goes on."""

    days = forms.IntegerField(
        label=_("Days"),
        min_value=-FARTHEST_OFFSET,
        max_value=FARTHEST_OFFSET,
        help_text=_("7 is a week later, −7 a week earlier. Whole weeks keep the weekdays."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["days"].error_messages |= _days_only()


def shift_form(cohort: Cohort, data: Any) -> FirstDayForm | ShiftForm:
    """Return the form that moves what lies ahead: before the first day one types another one, afterwards days."""
    if has_begun(cohort):
        return ShiftForm(data, initial={"days": 7})
    return FirstDayForm(data, initial={"days": cohort.first_day})


class StretchForm(ReasonForm):
    """The days of a stretch set by hand; empty, they follow from the sessions."""

    start = date_box(_("First day"), required=False, help_text=_("Leave empty to let it follow from the sessions."))
    end = date_box(_("Last day"), required=False, help_text=_("Leave empty to let it follow from the sessions."))


class QuietForm(ReasonForm):
    """Days that the cohort keeps free, and what they are called."""

    starts_on = date_box(_("First day"))
    ends_on = date_box(_("Last day"))
    name_en = PlainText(label=_("Name, English"), max_length=120, validators=[plain_name])
    name_fr = PlainText(label=_("Name, French"), max_length=120, validators=[plain_name])


# ---------------------------------------------------------------- tasks


class _Planners(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return obj.name


class OwnTaskForm(OncePerKey, GuardedForm):
    """A task that the team adds itself."""

    text = FreeText(label=_("What is to be done"), max_length=200, rows=1)
    due_on = date_box(_("On which day"))
    assignee = _Planners(label=_("Who does it"), queryset=None, required=False, empty_label=_("nobody yet"))

    def __init__(self, *args: Any, planners: Any, cohort: Cohort, **kwargs: Any) -> None:
        self.cohort = cohort
        super().__init__(*args, **kwargs)
        self.fields["assignee"].queryset = planners  # type: ignore[attr-defined]

    def readers_of(self, field_name: str) -> list[str]:
        return [gettext("the planning team")]

    def clean_due_on(self) -> dt.date:
        return _near(self.cohort, self.cleaned_data["due_on"])


class TaskForm(VersionedForm):
    """Who does a task, and on which day if not on the one that follows from the others."""

    assignee = _Planners(label=_("Who does it"), queryset=None, required=False, empty_label=_("nobody yet"))
    pinned_on = date_box(
        _("On a day of its own"),
        required=False,
        help_text=_("Leave empty to let it move with the dates that it hangs on."),
    )

    def __init__(self, *args: Any, planners: Any, cohort: Cohort, **kwargs: Any) -> None:
        self.cohort = cohort
        super().__init__(*args, **kwargs)
        self.fields["assignee"].queryset = planners  # type: ignore[attr-defined]

    def clean_pinned_on(self) -> dt.date | None:
        day = self.cleaned_data["pinned_on"]
        return day and _near(self.cohort, day)

    @staticmethod
    def values_of(task: PlanningTask) -> dict[str, Any]:
        """Return what stands now."""
        return {"assignee": task.assignee_id, "pinned_on": task.pinned_on, "version": task.version}

    def beside(self, theirs: PlanningTask) -> list[tuple[str, Any]]:
        """Return what stands now where something else was chosen, as (label, value)."""
        day = theirs.pinned_on and day_words(theirs.pinned_on, language())
        now = {
            "assignee": (theirs.assignee, theirs.assignee.name if theirs.assignee else ""),
            "pinned_on": (theirs.pinned_on, day or ""),
        }
        return [
            (str(self.fields[name].label), words)
            for name, (value, words) in now.items()
            if value != self.cleaned_data[name]
        ]


def _near(cohort: Cohort, day: dt.date) -> dt.date:
    if abs(day - cohort.first_day) > FARTHEST:
        raise forms.ValidationError(gettext("That is years away from the first day. Check the year."))
    return day


# ---------------------------------------------------------------- the template of a programme


def _days_only() -> dict[str, Any]:
    words = _("A whole number of days, two years at most.")
    return {"min_value": words, "max_value": words, "invalid": words}


def _offset(label: Any) -> forms.IntegerField:
    box = forms.IntegerField(label=label, min_value=-FARTHEST_OFFSET, max_value=FARTHEST_OFFSET)
    box.error_messages |= _days_only()
    return box


class TemplatePhaseForm(VersionedForm):
    """A phase of a programme's template: what it is called, and how its days follow from the others."""

    name_en = PlainText(label=_("Name, English"), max_length=120, validators=[plain_name])
    name_fr = PlainText(label=_("Name, French"), max_length=120, validators=[plain_name])
    say_en = FreeText(label=_("One sentence about it, English"), max_length=200, rows=1, required=False)
    say_fr = FreeText(label=_("One sentence about it, French"), max_length=200, rows=1, required=False)
    only = forms.ChoiceField(label=_("It belongs to the series"), choices=Only.choices, required=False)
    after = forms.ChoiceField(label=_("Its place"), required=False)
    start_anchor = forms.ChoiceField(label=_("It begins, counted from the end of"), required=False)
    start_offset = _offset(_("Days after that"))
    end_anchor = forms.ChoiceField(label=_("It ends, counted from the beginning of"), required=False)
    end_offset = _offset(_("Days after that; −1 is the day before"))
    starts_clock = forms.TimeField(
        label=_("Starts at"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    minutes = forms.IntegerField(label=_("Minutes"), min_value=10, max_value=600)

    def __init__(
        self, *args: Any, phase: TemplatePhase | None, others: list[TemplatePhase], moment: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        others = [one for one in others if phase is None or one.pk != phase.pk]
        standing = [one for one in others if one.taken_out_at is None]
        used = (phase.start_anchor, phase.end_anchor) if phase else ()
        keys = [(one.key, one.name) for one in others if one in standing or one.key in used]
        places = [(one.key, gettext("after “%(phase)s”") % {"phase": one.name}) for one in standing]
        self.fields["start_anchor"].choices = [("", gettext("the first day of the cohort")), *keys]  # type: ignore[attr-defined]
        self.fields["end_anchor"].choices = [("", gettext("its own first day")), *keys]  # type: ignore[attr-defined]
        self.fields["after"].choices = [("", gettext("first of all")), *places]  # type: ignore[attr-defined]
        last = max(standing, key=lambda one: one.ordinal).key if standing else ""
        self.fields["after"].initial = stands_after(phase, others) if phase else last
        self.fields["only"].choices = [(value, capfirst(label)) for value, label in Only.choices]  # type: ignore[attr-defined]
        for name in ("end_anchor", "end_offset") if moment else ("starts_clock", "minutes"):
            del self.fields[name]

    def readers_of(self, field_name: str) -> list[str]:
        return [gettext("everybody who sees the dates of a cohort")]

    def values(self) -> dict[str, Any]:
        """Return what was typed, without the form's own version."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    def beside(self, theirs: Any) -> list[tuple[str, Any]]:
        """Return what stands now where something else was typed, as (label, value)."""
        typed, names = self.values(), {}
        for name, field in self.fields.items():
            choices: Any = field.choices if isinstance(field, forms.ChoiceField) else ()
            names[name] = dict(choices)
        return [
            (str(self.fields[name].label), str(names[name].get(now, now)))
            for name in typed
            if (now := getattr(theirs, name)) != typed[name]
        ]


class NewTemplatePhaseForm(OncePerKey, TemplatePhaseForm):
    """A phase more for every new cohort: a session, or a stretch of days."""

    version = None  # type: ignore[assignment]
    kind = forms.ChoiceField(label=_("What it is"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, moment: bool, **kwargs: Any) -> None:
        super().__init__(*args, phase=None, moment=moment, **kwargs)
        kinds = [(value, capfirst(label)) for value, label in PhaseKind.choices if (value in MOMENT_KINDS) == moment]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        self.fields["kind"].initial = PhaseKind.SESSION if moment else PhaseKind.ACTION
        self.order_fields(["kind"])

    def values(self) -> dict[str, Any]:
        return self.answers()


class TemplateTaskForm(VersionedForm):
    """A task that every new cohort of a programme gets, and when it is due."""

    text_en = FreeText(label=_("What is to be done, English"), max_length=200, rows=1)
    text_fr = FreeText(label=_("What is to be done, French"), max_length=200, rows=1)
    anchor = forms.ChoiceField(label=_("Counted from the beginning of"), required=False)
    offset = _offset(_("Days after that; −7 is a week before"))

    def __init__(self, *args: Any, anchors: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["anchor"].choices = anchors  # type: ignore[attr-defined]

    def readers_of(self, field_name: str) -> list[str]:
        return [gettext("the planning team")]

    values = TemplatePhaseForm.values
    beside = TemplatePhaseForm.beside


class NewTemplateTaskForm(OncePerKey, TemplateTaskForm):
    """A task more for every new cohort."""

    version = None  # type: ignore[assignment]

    def values(self) -> dict[str, Any]:
        return self.answers()


def initial_of(row: Any, names: Any) -> dict[str, Any]:
    """Return what stands in the boxes of a form over ``row``."""
    return {name: getattr(row, name) for name in names if hasattr(row, name)}

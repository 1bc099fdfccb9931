"""What an applicant types, one form a step."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.once import OncePerKey
from collaborative.models import Circle, Position, Province, Role, Sector
from core.forms import EmailText, FreeText, GuardedForm, PastedRows, PlainText, VersionedForm, plain_name
from enrolment import applying
from enrolment.forms import LANGUAGES, AsksAboutThePlace, city_choices
from enrolment.models import Application, Remoteness
from enrolment.querysets import how_many_plan


class StepForm(GuardedForm):
    """One step. Whoever plans the cohort reads it, and nobody else."""

    def __init__(self, *args: Any, application: Application | None = None, **kwargs: Any) -> None:
        self.application = application
        self.incident_route = _incident_route(application)
        super().__init__(*args, **kwargs)

    @cached_property
    def _readers(self) -> list[str]:
        many = how_many_plan(self.application.cohort) if self.application else 0
        return [_("the planning team (%(count)d)") % {"count": many}] if many else [_("the planning team")]

    def readers_of(self, field_name: str) -> list[str]:
        return self._readers


def _incident_route(application: Application | None) -> str:
    if application is None:
        return ""
    typed = applying.kept(application, "place")
    route = typed.words.get("incident_route", [""])[0] if typed else application.incident_route
    return route[:160]


class ApplicantForm(StepForm):
    """Who applies, and where the link goes."""

    contact_name = PlainText(label=gettext_lazy("Your name"), max_length=120, validators=[plain_name])
    contact_email = EmailText(
        label=gettext_lazy("Your e-mail"), help_text=gettext_lazy("The link to your application goes there.")
    )
    language = forms.ChoiceField(
        label=gettext_lazy("In which language do we write to you?"), choices=LANGUAGES, widget=forms.RadioSelect
    )


class ApplyForm(OncePerKey, ApplicantForm):
    """The first page."""


class LinkForm(GuardedForm):
    """Where a lost link goes."""

    email = EmailText(label=gettext_lazy("Your e-mail"))


class PlaceForm(StepForm, AsksAboutThePlace):
    """The organisation and the unit."""

    organisation = PlainText(label=gettext_lazy("Organisation"), max_length=160, validators=[plain_name])
    sector = forms.ChoiceField(
        label=gettext_lazy("Setting"), choices=[("", gettext_lazy("Choose the setting")), *Sector.choices]
    )
    province = forms.ChoiceField(
        label=gettext_lazy("Province or territory"),
        choices=[("", gettext_lazy("Choose the province or territory")), *Province.choices],
    )
    city = forms.ChoiceField(
        label=gettext_lazy("Place"), choices=city_choices, help_text=gettext_lazy("Decides the clock of the unit.")
    )
    remoteness = forms.ChoiceField(
        label=gettext_lazy("How far from a larger place?"),
        choices=[("", gettext_lazy("Choose one")), *Remoteness.choices],
    )
    unit = PlainText(
        label=gettext_lazy("Unit"),
        max_length=120,
        validators=[plain_name],
        help_text=gettext_lazy("The ward, home or clinic where the work happens."),
    )
    incident_route = PlainText(  # type: ignore[assignment]  # a field: forms take it off the class
        label=gettext_lazy("Where incidents are reported on this unit"),
        max_length=160,
        required=False,
        help_text=gettext_lazy("For example “call 4321”. Shown wherever somebody might report harm here by mistake."),
    )
    field_order = ("organisation", "sector", "province", "city", "remoteness", "unit", "incident_route", "place_asked")


def _why() -> FreeText:
    return FreeText(label=gettext_lazy("Why do you want to take part?"), max_length=2000, rows=5)


def _hope() -> FreeText:
    return FreeText(label=gettext_lazy("What should be different afterwards?"), max_length=2000, rows=4)


def _equity() -> FreeText:
    return FreeText(
        label=gettext_lazy("Whom do you care for, and who is heard least?"),
        max_length=2000,
        rows=4,
        required=False,
        help_text=gettext_lazy(
            "Languages, cultures, incomes, distance, disability; staff who carry much as well. So that support is fair."
        ),
    )


class TeamForm(StepForm):
    """The team, and why it wants to take part."""

    team_name = PlainText(
        label=gettext_lazy("Name of the team"),
        max_length=160,
        required=False,
        validators=[plain_name],
        help_text=gettext_lazy("Left empty: organisation and unit."),
    )
    team_language = forms.ChoiceField(
        label=gettext_lazy("Language of the team"), choices=LANGUAGES, widget=forms.RadioSelect
    )
    why = _why()
    hope = _hope()
    equity = _equity()


class AloneForm(StepForm):
    """Of a cohort that takes people on their own."""

    position = forms.ChoiceField(
        label=gettext_lazy("Your position"), choices=[("", gettext_lazy("Choose one")), *Position.choices]
    )
    title = PlainText(
        label=gettext_lazy("Work"),
        max_length=80,
        required=False,
        validators=[plain_name],
        help_text=gettext_lazy("For example “care aide, nights”."),
    )
    why = _why()
    hope = _hope()
    equity = _equity()


class PersonForm(GuardedForm):
    """One row of the team. A row in which nothing stands is nobody."""

    mark_optional = False

    name = PlainText(label=gettext_lazy("Name"), max_length=120, validators=[plain_name])
    email = EmailText(label=gettext_lazy("E-mail (may be empty)"), required=False)
    position = forms.ChoiceField(
        label=gettext_lazy("Position"), choices=[("", gettext_lazy("Choose one")), *Position.choices]
    )
    title = PlainText(label=gettext_lazy("Work, in your words"), max_length=80, required=False, validators=[plain_name])
    leads = forms.BooleanField(label=gettext_lazy("Keeps the team going (team lead)"), required=False)
    circle = forms.ChoiceField(
        label=gettext_lazy("Part of the"), choices=Circle.choices, initial=Circle.CORE.value, required=False
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"), choices=[("", gettext_lazy("As the team")), *LANGUAGES], required=False
    )

    def has_changed(self) -> bool:
        """Return whether anybody stands in this row: what is chosen beforehand is nobody."""
        return bool({"name", "email", "title", "position", "leads"} & set(self.changed_data))

    def answers(self) -> dict[str, Any]:
        """Return the person as ``applying.send`` takes them, {} for a row in which nobody stands."""
        said = self.cleaned_data if not self.errors else {}
        if not said.get("name"):
            return {}
        partner = said["position"] == Position.PARTNER
        role = Role.LEAD if said["leads"] else Role.PARTNER if partner else Role.PARTICIPANT
        return {
            "name": said["name"], "email": said["email"].lower(), "position": said["position"], "title": said["title"],
            "role": role.value, "circle": said["circle"] or Circle.CORE.value, "language": said["language"],
        }  # fmt: skip

    def stands(self) -> dict[str, str] | None:
        """Return the position and role of whoever stands in this row, right or wrong so far; None where nobody does."""
        data, chosen = self.data, str(self.data.get(self.add_prefix("position"), ""))
        if not str(data.get(self.add_prefix("name"), "")).strip():
            return None
        partner = chosen == Position.PARTNER
        role = Role.LEAD if data.get(self.add_prefix("leads")) else Role.PARTNER if partner else Role.PARTICIPANT
        return {"position": chosen if chosen in Position.values else "", "role": role.value}


class PasteForm(GuardedForm):
    """People out of another program, all at once."""

    paste = PastedRows(
        label=gettext_lazy("Paste from Outlook or a table"),
        rows=3,
        max_length=20_000,
        required=False,
        help_text=gettext_lazy(
            "For example: Nia Roy <nia@hospital.ca>; Pierre Cyr <pierre@home.ca>. Then press “Add these people”."
        ),
    )


class PartnerFacts(GuardedForm):
    """What a partner can count on."""

    support_name = PlainText(
        label=gettext_lazy("Who supports your partner?"),
        max_length=120,
        required=False,
        validators=[plain_name],
        help_text=gettext_lazy("One person to talk to, also before they say yes."),
    )
    support_phone = PlainText(label=gettext_lazy("At which number?"), max_length=40, required=False)
    support_when = PlainText(
        label=gettext_lazy("When?"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("For example “weekdays 9 to 4”."),
    )
    partner_hours = forms.IntegerField(
        label=gettext_lazy("Hours a month to expect"),
        min_value=0,
        max_value=200,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    recognition = FreeText(
        label=gettext_lazy("What do you offer in return?"),
        rows=1,
        max_length=300,
        required=False,
        help_text=gettext_lazy("An amount or none, who pays, and how. “No payment; parking is paid” is an answer."),
    )
    access_help = FreeText(
        label=gettext_lazy("How does one ask for help to take part?"),
        rows=1,
        max_length=300,
        required=False,
        help_text=gettext_lazy("A ride, a device, large print, an interpreter, somebody who sits beside them."),
    )


class WelcomeForm(StepForm, PartnerFacts):
    """What a partner can count on, and who stands behind the team."""

    mark_optional = False

    partner_looking_until = forms.DateField(
        label=gettext_lazy("No partner yet? We are looking until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("Write a date: year, month, day.")},
    )
    sponsor_name = PlainText(
        label=gettext_lazy("Name of your executive sponsor"),
        max_length=120,
        required=False,
        validators=[plain_name],
        help_text=gettext_lazy("A vice-president or director who stands behind the team."),
    )
    sponsor_email = EmailText(label=gettext_lazy("E-mail of the sponsor"), required=False)
    sponsor_title = PlainText(
        label=gettext_lazy("Position of the sponsor"), max_length=80, required=False, validators=[plain_name]
    )

    def readers_of(self, field_name: str) -> list[str]:
        return [*super().readers_of(field_name), _("the partner whom you invite")]

    def clean(self) -> dict[str, Any]:
        """A sponsor has a name and an address, or there is none."""
        answers = super().clean() or self.cleaned_data
        name, email = answers.get("sponsor_name"), answers.get("sponsor_email")
        if email and not name and "sponsor_name" not in self.errors:
            self.add_error("sponsor_name", _("Write the sponsor's name as well."))
        if (name or answers.get("sponsor_title")) and not email and "sponsor_email" not in self.errors:
            self.add_error(
                "sponsor_email", _("Write the sponsor's e-mail address as well: that is how they are asked.")
            )
        return answers


class TeamWelcomeForm(VersionedForm, PartnerFacts):
    """The same facts for a team that is in: all of them are needed before a partner is invited."""

    looking_until = forms.DateField(
        label=gettext_lazy("No partner yet? We are looking until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("Write a date: year, month, day.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.required = name != "looking_until"

    def readers_of(self, field_name: str) -> list[str]:
        return [_("your team’s lead"), _("the planning team"), _("the partner whom you invite")]

    def answers(self) -> dict[str, Any]:
        """Return what the service takes."""
        said = {name: value for name, value in self.cleaned_data.items() if name != "partner_hours"}
        return said | {"hours": self.cleaned_data["partner_hours"]}


class SendForm(OncePerKey, GuardedForm):
    """Read and send. ``edited`` is the edit that was read."""

    edited = forms.IntegerField(widget=forms.HiddenInput)
    consent = forms.BooleanField(label=gettext_lazy("I agree"))
    keep_for_next = forms.BooleanField(
        label=gettext_lazy("Keep our application for the next cohort if there is no place in this one"), required=False
    )


class SponsorForm(GuardedForm):
    """The sponsor's one answer: which of the two buttons was pressed."""

    said = forms.ChoiceField(choices=[("yes", gettext_lazy("yes")), ("no", gettext_lazy("no"))])

    def required_message(self, field: forms.Field) -> Any:
        return gettext_lazy("Choose one of the two answers.")


FORMS: Final[dict[str, type[StepForm]]] = {
    "contact": ApplicantForm,
    "place": PlaceForm,
    "team": TeamForm,
    "alone": AloneForm,
    "welcome": WelcomeForm,
}

"""What planners and leads type when they take teams and people in, and what an invited person answers."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.once import OncePerKey
from collaborative.models import Circle, Position, Province, Role, Sector, Team
from core import places, sheets
from core.forms import EmailText, GuardedForm, PastedRows, PlainText, VersionedForm, plain_name
from core.language import language
from enrolment.outlook import FromOutlook
from enrolment.people_import.table import Table, of_pasted, read, read_text

LANGUAGES = [("en", _("English")), ("fr", _("French"))]


def city_choices() -> list:
    """Return the cities by province, in the reader's language, beginning with an empty choice."""
    return [("", _("Choose the nearest place")), *places.choices(language())]


class AsksAboutThePlace(GuardedForm):
    """A form with ``province`` and ``city`` that asks once about a place in another province: it decides a clock."""

    # The province and place about which we have asked: saved again as they are, they stay.
    place_asked = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Ask once about a place in another province."""
        answers = super().clean() or self.cleaned_data
        asked, province, city = (answers.get(name) for name in ("place_asked", "province", "city"))
        if province and city and places.PLACES[city].province != province and asked != f"{province} {city}":
            self.data = self.data.copy()
            self.data[self.add_prefix("place_asked")] = f"{province} {city}"
            self.add_error(
                "city",
                _(
                    "%(place)s is in another province (%(there)s), and its clock would be the team's. Choose a place in "
                    "%(here)s; if %(place)s is the nearest all the same, save again."
                )
                % {
                    "place": places.name(city, language()),
                    "there": places.province_name(places.PLACES[city].province, language()),
                    "here": places.province_name(province, language()),
                },
            )
        return answers


class EnrolForm(OncePerKey, AsksAboutThePlace):
    """An organisation and the team of one of its units."""

    organisation = PlainText(label=_("Organisation"), max_length=160, validators=[plain_name])
    province = forms.ChoiceField(
        label=_("Province or territory"), choices=[("", _("Choose the province or territory")), *Province.choices]
    )
    sector = forms.ChoiceField(label=_("Setting"), choices=[("", _("Choose the setting")), *Sector.choices])
    unit = PlainText(
        label=_("Unit"),
        max_length=120,
        validators=[plain_name],
        help_text=_("The ward, home or clinic where the work happens."),
    )
    city = forms.ChoiceField(label=_("Place"), choices=city_choices, help_text=_("Decides the clock of the unit."))
    team = PlainText(
        label=_("Name of the team"),
        max_length=160,
        required=False,
        validators=[plain_name],
        help_text=_("Left empty: organisation and unit."),
    )
    language = forms.ChoiceField(label=_("Language of the team"), choices=LANGUAGES)
    incident_route = PlainText(  # type: ignore[assignment]  # a field: forms take it off the class, the frame's text stays
        label=_("Where incidents are reported on this unit"),
        max_length=160,
        required=False,
        help_text=_("For example “call 4321”. Shown wherever somebody might report harm here by mistake."),
    )

    def answers(self) -> dict[str, Any]:
        """Return what the service takes."""
        return {name: value for name, value in super().answers().items() if name != "place_asked"}


class InviteForm(OncePerKey, FromOutlook, GuardedForm):
    """Whom to ask into a team. Several who were pasted are looked at row by row, as from a table."""

    takes_several = True

    name = PlainText(label=_("Name"), max_length=120, validators=[plain_name])
    email = EmailText(
        label=_("E-mail"),
        required=False,
        help_text=_("No mailbox? Leave it empty: the person is on the list, and nothing is sent."),
    )
    role = forms.ChoiceField(label=_("Role in the team"))
    title = PlainText(
        label=_("Work"),
        max_length=80,
        required=False,
        validators=[plain_name],
        help_text=_("For example “care aide, nights”."),
    )
    position = forms.ChoiceField(
        label=_("Position"),
        choices=[("", _("Not said")), *Position.choices],
        required=False,
        help_text=_("For the question who is in the team and who was at a session."),
    )
    circle = forms.ChoiceField(choices=Circle.choices, required=False, widget=forms.HiddenInput)
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)

    def table(self) -> Table:
        """Return the several who were pasted as rows, each with what was chosen for all of them."""
        common = {name: self.cleaned_data[name] for name in ("role", "title", "position", "circle", "language")}
        return Table(tuple(dataclasses.replace(one, **common) for one in of_pasted(self.several).rows))

    def clean_circle(self) -> str:
        """Return the circle that the application said, the core team where nothing was."""
        return self.cleaned_data["circle"] or Circle.CORE.value

    def __init__(self, *args, roles: Sequence[Role], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["role"]
        assert isinstance(field, forms.ChoiceField)  # as it stands above
        field.choices = [(role.value, role.label) for role in roles]


class PeopleForm(OncePerKey, GuardedForm):
    """A table as a file, or a list as it was copied."""

    file = forms.FileField(label=_("A file"), required=False)
    pasted = PastedRows(
        label=_("Or paste a list"),
        required=False,
        help_text=_("From Excel, or as Outlook copies it: Nia Roy <nia@hospital.ca>; Tess Hart <tess@hospital.ca>"),
    )
    team: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("Team"),
        queryset=None,
        required=False,
        empty_label=_("As the table says"),
        help_text=_("For rows that name none."),
    )

    def __init__(self, *args, teams=None, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = gettext(
            "Excel (.xlsx) or CSV, up to %(most)s rows. The first row names the columns: name, e-mail, team, role."
        ) % {"most": sheets.most_rows()}
        field = self.fields["team"]
        assert isinstance(field, forms.ModelChoiceField)  # as it stands above
        field.queryset = teams
        if teams is None:
            del self.fields["team"]

    @property
    def chosen_team(self) -> Team | None:
        return self.cleaned_data.get("team")

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        if not (answers.get("file") or answers.get("pasted", "").strip() or self.errors):
            self.add_error("file", _("Choose a file, or paste a list below."))
        return answers

    def table(self) -> Table:
        """Return the people that were sent. Raises Refused where they cannot be read."""
        sent = self.cleaned_data.get("file")
        if sent is None:
            return read_text(self.cleaned_data["pasted"])
        if sent.size > sheets.MOST_BYTES:
            raise sheets.too_large()
        return read(sheets.read(sent.read()))


class SendAgainForm(VersionedForm):
    """Which link is to be replaced by a fresh one."""


class StartForm(GuardedForm):
    """The three fields of a first visit, and whether others use this computer."""

    name = PlainText(label=_("Your name"), max_length=120, validators=[plain_name])
    language = forms.ChoiceField(label=_("Your language"), choices=LANGUAGES, widget=forms.RadioSelect)
    city = forms.ChoiceField(
        label=_("Your place"), choices=city_choices, help_text=_("So that every time is shown on your clock.")
    )
    shared = forms.BooleanField(
        label=_("This is a shared computer"),
        required=False,
        help_text=_("You are signed out when the browser closes, or after half an hour."),
    )

    def required_message(self, field: forms.Field) -> Any:
        return _("Write your name.") if field is self.fields["name"] else _("Choose one.")

"""What is typed about the places of care: an organisation, its sites, a unit and its "who is who" card."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.once import OncePerKey
from collaborative.models import Job, Languages, Organisation, Province, Sector, Size, Unit
from core import words
from core.forms import GuardedForm, PlainText, VersionedForm, plain_name
from enrolment.forms import city_choices

MOST = 100_000


class CorrectingForm(VersionedForm):
    """A form about one row: what stands in its boxes, and what stands there now where somebody was faster."""

    @classmethod
    def values_of(cls, row: Any) -> dict[str, Any]:
        """Return what stands in the boxes, and which version it is of."""
        return {name: getattr(row, name) for name in cls.base_fields}

    def beside(self, theirs: Any) -> list[tuple[str, str]]:
        """Return what stands now where something else was typed, as (label, value in words)."""
        return [
            (str(field.label), _in_words(field, getattr(theirs, name)))
            for name, field in self.fields.items()
            if name != "version" and getattr(theirs, name) != self.cleaned_data[name]
        ]


def _in_words(field: forms.Field, value: Any) -> str:
    if isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        flat = [pair for key, words in choices for pair in (words if isinstance(words, list) else [(key, words)])]
        return str(dict(flat).get(value, value))
    return "" if value is None else str(value)


class OrganisationForm(CorrectingForm):
    """What is said of an organisation."""

    name = PlainText(label=_("Name"), max_length=160, validators=[plain_name])
    province = forms.ChoiceField(label=_("Province or territory"), choices=Province.choices)
    city = forms.ChoiceField(
        label=_("Place"), choices=city_choices, required=False, help_text=_("Where its head office is.")
    )
    sector = forms.ChoiceField(label=_("Setting"), choices=Sector.choices)
    languages = forms.ChoiceField(label=_("Languages"), choices=Languages.choices)
    size = forms.ChoiceField(label=_("Size"), choices=[("", _("Not said")), *Size.choices], required=False)
    patient_relations_url = forms.URLField(
        label=_("Patient relations, web page"),
        required=False,
        assume_scheme="https",
        help_text=_("Where patients and families turn with a worry or a complaint."),
    )


class SiteForm(CorrectingForm):
    """A site of an organisation."""

    name = PlainText(label=_("Name of the site"), max_length=120, validators=[plain_name])
    city = forms.ChoiceField(label=_("Place"), choices=city_choices)


class NewSiteForm(OncePerKey, GuardedForm):
    """A site more."""

    name = PlainText(label=_("Name of the site"), max_length=120, validators=[plain_name])
    city = forms.ChoiceField(label=_("Place"), choices=city_choices)


class UnitForm(CorrectingForm):
    """What is said of a unit."""

    name = PlainText(label=_("Name"), max_length=120, validators=[plain_name])
    city = forms.ChoiceField(label=_("Place"), choices=city_choices, help_text=_("Decides the clock of the unit."))
    site: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("Site"), queryset=None, required=False, empty_label=_("None, or the only one")
    )
    incident_route = PlainText(  # type: ignore[assignment]  # a field: forms take it off the class, the frame's text stays
        label=_("Where incidents are reported on this unit"),
        max_length=160,
        required=False,
        help_text=_("For example “call 4321”. Shown wherever somebody might report harm here by mistake."),
    )
    places = forms.IntegerField(label=_("Beds or places"), required=False, min_value=1, max_value=MOST)
    staff = forms.IntegerField(label=_("People who work here"), required=False, min_value=1, max_value=MOST)
    shifts = forms.IntegerField(label=_("Shifts a day"), required=False, min_value=1, max_value=12)
    word_person = forms.ChoiceField(
        label=_("Whom care is for"),
        choices=lambda: [("", _("As in the programme")), *words.choices("person")],
        required=False,
        help_text=_("How you call the people in your care."),
    )
    patient_relations_url = forms.URLField(
        label=_("Patient relations, web page"),
        required=False,
        assume_scheme="https",
        help_text=_("Left empty: that of the organisation."),
    )

    def __init__(self, *args: Any, sites: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["site"]
        assert isinstance(field, forms.ModelChoiceField)  # as it stands above
        field.queryset = sites

    @classmethod
    def values_of(cls, row: Unit) -> dict[str, Any]:
        """Return what stands in the boxes, and which version it is of."""
        return {**super().values_of(row), "site": row.site_id}


class _Contact(GuardedForm):
    job = forms.ChoiceField(label=_("For what"), choices=Job.choices)
    name = PlainText(label=_("Name"), max_length=120, validators=[plain_name])
    reach = PlainText(
        label=_("How to reach them"),
        max_length=160,
        help_text=_("A telephone number or an address at work, as people there say it."),
    )


class ContactForm(CorrectingForm, _Contact):
    """A line of the card, as it stands."""


class NewContactForm(OncePerKey, _Contact):
    """A new line of the card."""


class SameForm(GuardedForm):
    """Which of two entries stays."""

    keep = forms.ChoiceField(label=_("Which one stays?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, pair: Sequence[Organisation | Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["keep"]
        assert isinstance(field, forms.ChoiceField)  # as it stands above
        field.choices = [(str(one.pk), one.name) for one in pair]

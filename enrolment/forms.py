"""What planners and leads type when they take teams and people in, and what an invited person answers."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.once import OncePerKey
from collaborative.models import Province, Role, Sector
from core import places
from core.forms import GuardedForm
from core.language import language

LANGUAGES = [("en", _("English")), ("fr", _("French"))]


def city_choices() -> list:
    """Return the cities by province, in the reader's language, beginning with an empty choice."""
    return [("", _("Choose the nearest place")), *places.choices(language())]


class PlainText(forms.CharField):
    """A short fact (a name, a title), not a box for a story: no line breaks, no control characters."""

    def to_python(self, value):
        value = super().to_python(value)
        if any(ord(letter) < 32 or ord(letter) in (0x7F, 0x2028, 0x2029) for letter in value):
            raise forms.ValidationError(_("Leave out line breaks and control characters."))
        return " ".join(value.split())


class EnrolForm(OncePerKey, GuardedForm):
    organisation = PlainText(label=_("Organisation"), max_length=160)
    province = forms.ChoiceField(
        label=_("Province or territory"), choices=[("", _("Choose the province or territory")), *Province.choices]
    )
    sector = forms.ChoiceField(label=_("Setting"), choices=[("", _("Choose the setting")), *Sector.choices])
    unit = PlainText(label=_("Unit"), max_length=120, help_text=_("The ward, home or clinic where the work happens."))
    city = forms.ChoiceField(label=_("Place"), choices=city_choices, help_text=_("Decides the clock of the unit."))
    team = PlainText(
        label=_("Name of the team"), max_length=160, required=False, help_text=_("Left empty: organisation and unit.")
    )
    language = forms.ChoiceField(label=_("Language of the team"), choices=LANGUAGES)
    incident_route = PlainText(  # type: ignore[assignment]  # a field: forms take it off the class, the frame's text stays
        label=_("Where incidents are reported on this unit"),
        max_length=160,
        required=False,
        help_text=_("For example “call 4321”. Shown wherever somebody might report harm here by mistake."),
    )


class InviteForm(OncePerKey, GuardedForm):
    name = PlainText(label=_("Name"), max_length=120)
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        max_length=254,
        help_text=_("No mailbox? Leave it empty: the person is on the list, and nothing is sent."),
    )
    role = forms.ChoiceField(label=_("Role in the team"))
    title = PlainText(label=_("Work"), max_length=80, required=False, help_text=_("For example “care aide, nights”."))
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)

    def __init__(self, *args, roles: Sequence[Role], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["role"]
        assert isinstance(field, forms.ChoiceField)  # as it stands above
        field.choices = [(role.value, role.label) for role in roles]


class StartForm(GuardedForm):
    """The three fields of a first visit."""

    name = PlainText(label=_("Your name"), max_length=120)
    language = forms.ChoiceField(label=_("Your language"), choices=LANGUAGES, widget=forms.RadioSelect)
    city = forms.ChoiceField(
        label=_("Your place"), choices=city_choices, help_text=_("So that every time is shown on your clock.")
    )

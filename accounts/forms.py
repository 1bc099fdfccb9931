"""What people say about themselves."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import LANGUAGES, User
from accounts.once import OncePerKey
from core import filled, places
from core.forms import FreeText, GuardedForm, PlainText, plain_name
from core.language import language


def city_choices() -> list:
    """Return the places by province in the reader's language, beginning with an empty choice."""
    return [("", _("Choose the nearest place")), *places.choices(language())]


class ViewAsForm(OncePerKey, GuardedForm):
    """Why a planner wants to see somebody's pages."""

    reason = FreeText(
        label=_("Why?"),
        max_length=200,
        rows=1,
        help_text=_("A few words. The person reads them on their own page, with your name and the time."),
    )
    back = forms.CharField(widget=forms.HiddenInput, required=False, max_length=2000)

    def readers_of(self, field_name: str) -> list[str]:
        return [gettext("the person whose pages you see")]


class ProfileForm(GuardedForm):
    """What a person says of themselves, and how they want to read."""

    name = forms.CharField(
        label=_("Your name"), max_length=120, help_text=_("As your team calls you."), validators=[plain_name]
    )
    language = forms.ChoiceField(
        label=_("Your language"), choices=LANGUAGES, help_text=_("For mail, calendar and documents too.")
    )
    city = forms.ChoiceField(
        label=_("Your place"),
        choices=city_choices,
        required=False,
        help_text=_("So that every time is shown on your clock."),
    )
    larger_text = forms.BooleanField(label=_("Larger text"), required=False)
    show_work = forms.BooleanField(label=_("Show my work in the directory of my series"), required=False)
    show_city = forms.BooleanField(label=_("Show my place there"), required=False)
    show_email = forms.BooleanField(
        label=_("Show my e-mail there"),
        required=False,
        help_text=_("Your name and your team always stand there, for those who take part."),
    )

    def required_message(self, field: forms.Field):
        """Return what an empty but needed field says."""
        return _("Write your name.") if field is self.fields["name"] else super().required_message(field)

    @classmethod
    def of(cls, user: User, data=None) -> ProfileForm:
        """Return the form about ``user``."""
        form = cls(data, initial={name: getattr(user, name) for name in cls.base_fields})
        filled.fill(form)
        return form


class _OnThisPhone(GuardedForm):
    """The box that stands under both forms of a card."""

    shared = forms.BooleanField(
        label=_("This is a shared phone"),
        required=False,
        initial=True,
        help_text=_("Nothing of yours stays on it: you are signed out when it is closed, or after half an hour."),
    )


class CardForm(_OnThisPhone):
    """A card's code, and the PIN of whoever was here before."""

    code = forms.CharField(
        label=_("The code on your card"),
        max_length=20,
        help_text=_("Eight letters and digits. Small or capital letters, with or without the dash."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    pin = forms.CharField(
        label=_("Your PIN"),
        max_length=20,
        required=False,
        help_text=_("Six digits. Leave it empty if this is your first visit."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )
    field_order = ("code", "pin", "shared")


class PinForm(GuardedForm):
    """The PIN of whoever is signed in with a card."""

    pin = forms.CharField(
        label=_("Your PIN"),
        max_length=20,
        help_text=_("The six digits with which you come in."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )


class FirstVisitForm(_OnThisPhone):
    """What the holder of a card answers on the first visit."""

    name = PlainText(label=_("Your name"), max_length=120, validators=[plain_name])
    language = forms.ChoiceField(label=_("Your language"), choices=LANGUAGES, widget=forms.RadioSelect)
    city = forms.ChoiceField(
        label=_("Your place"), choices=city_choices, help_text=_("So that every time is shown on your clock.")
    )
    pin = forms.CharField(
        label=_("Choose a PIN"),
        max_length=20,
        help_text=_("Six digits that only you know. With the code on your card and this PIN you come back."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )
    field_order = ("name", "language", "city", "pin", "shared")

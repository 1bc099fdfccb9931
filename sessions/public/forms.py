"""What somebody without an account types to come to a public session."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.forms import city_choices
from accounts.models import LANGUAGES
from core.forms import EmailText, GuardedForm, PlainText, plain_name


class RegisterForm(GuardedForm):
    """Who comes, and where the link goes."""

    name = PlainText(label=_("Your name"), max_length=120, validators=[plain_name])
    email = EmailText(label=_("Your e-mail"), help_text=_("The link to join goes there."))
    language = forms.ChoiceField(
        label=_("In which language do we write to you?"), choices=LANGUAGES, widget=forms.RadioSelect
    )
    city = forms.ChoiceField(
        label=_("Your place"),
        choices=city_choices,
        required=False,
        help_text=_("So that every time is shown on your clock."),
    )

    def readers_of(self, field_name: str) -> list[str]:
        return [gettext("the planning team")]

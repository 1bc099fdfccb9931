"""Which two accounts are one person's."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.forms import EmailText, GuardedForm


class TwoAddressesForm(GuardedForm):
    """The two addresses, as they stand on the list."""

    one = EmailText(label=_("One address"))
    other = EmailText(label=_("The other address"))


class KeepForm(GuardedForm):
    """Which of two accounts stays."""

    keep = forms.ChoiceField(
        label=_("Which account stays?"),
        widget=forms.RadioSelect,
        help_text=_("The one that the person signs in with today."),
    )

    def __init__(self, *args: Any, pair: tuple[User, User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["keep"]
        assert isinstance(field, forms.ChoiceField)  # as it stands above
        nowhere = _("no mailbox")
        field.choices = [(str(one.pk), f"{one.name} · {one.email or nowhere}") for one in pair]

"""What people say about themselves."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import LANGUAGES, User
from core import filled, places
from core.forms import GuardedForm, plain_name
from core.language import language


def city_choices() -> list:
    """Return the places by province in the reader's language, beginning with an empty choice."""
    return [("", _("Choose the nearest place")), *places.choices(language())]


class ProfileForm(GuardedForm):
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

    def required_message(self, field: forms.Field):
        """Return what an empty but needed field says."""
        return _("Write your name.") if field is self.fields["name"] else super().required_message(field)

    @classmethod
    def of(cls, user: User, data=None) -> ProfileForm:
        """Return the form about ``user``."""
        form = cls(data, initial={name: getattr(user, name) for name in cls.base_fields})
        filled.fill(form)
        return form

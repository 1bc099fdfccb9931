"""What is typed about the planning team of a cohort."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.once import OncePerKey
from collaborative.models import Membership
from core.forms import EmailText, GuardedForm, PlainText, plain_name
from enrolment.forms import LANGUAGES


class PlannerForm(OncePerKey, GuardedForm):
    """Who is asked to plan as well."""

    name = PlainText(label=_("Name"), max_length=120, validators=[plain_name])
    email = EmailText(
        label=_("E-mail"),
        help_text=_("Who plans sees every team, so a second step at sign-in is needed within two weeks."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)


class StopPlanningForm(GuardedForm):
    """Who takes over the open tasks of somebody who stops planning."""

    to = forms.ChoiceField(label=_("Who takes over the open tasks?"), required=False)

    def __init__(self, *args, others: Sequence[Membership], tasks: int, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        assert isinstance(field, forms.ChoiceField)  # as it stands above
        field.choices = [("", _now("Nobody yet")), *((str(one.pk), one.user.name) for one in others)]
        if not tasks:
            del self.fields["to"]

"""What is typed about the planning team of a cohort."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.once import OncePerKey
from collaborative.models import Membership
from core.forms import EmailText, GuardedForm, PlainText, plain_name
from enrolment.forms import LANGUAGES
from enrolment.outlook import FromOutlook
from enrolment.pasted import name_in


class PlannerForm(OncePerKey, FromOutlook, GuardedForm):
    """Who is asked to plan as well: one, or several who were pasted."""

    takes_several = True

    name = PlainText(label=_("Name"), max_length=120, validators=[plain_name])
    email = EmailText(
        label=_("E-mail"),
        help_text=_("Who plans sees every team, so a second step at sign-in is needed within two weeks."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)

    def people(self) -> list[dict[str, Any]]:
        """Return everybody who is asked, each as the service takes them."""
        answers = self.answers()
        if not self.several:
            return [answers]
        language = answers["language"]
        return [
            {"name": one.name or name_in(one.email), "email": one.email, "language": language} for one in self.several
        ]


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

"""What is typed about the members of a team: as what they are there, why they leave, who comes in their place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.once import OncePerKey
from collaborative.audience import readers_of_team
from collaborative.models import Agreement, Circle, Leaving, Membership, PauseReason, Position, Team
from core.forms import EmailText, FreeText, GuardedForm, PlainText, VersionedForm, plain_name
from core.language import language
from core.time import day
from enrolment.forms import LANGUAGES
from enrolment.outlook import FromOutlook


class PauseForm(GuardedForm):
    """Why, and until when: ``last`` is the latest day that can be chosen."""

    reason = forms.ChoiceField(label=_("Why"), choices=PauseReason.choices, widget=forms.RadioSelect)
    until = forms.DateField(
        label=_("Until"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("This is no date yet. It looks like 2026-01-31.")},
    )

    def __init__(self, *args: Any, last: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        latest = day(last, language(), weekday=False)
        self.fields["until"].help_text = gettext("This day included; %(day)s at the latest.") % {"day": latest}

    def required_message(self, field: forms.Field) -> Any:
        """Return what an empty field says: of the day, which one is asked for."""
        if isinstance(field, forms.DateField):
            return _("Choose the last day of the pause.")
        return super().required_message(field)


class MemberForm(VersionedForm):
    """As what somebody is in a team."""

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
    circle = forms.ChoiceField(
        label=_("Circle"),
        choices=Circle.choices,
        widget=forms.RadioSelect,
        help_text=_("The core team comes to everything; the expanded team helps when it is asked."),
    )

    @classmethod
    def of(cls, membership: Membership, data=None) -> MemberForm:
        """Return the form about ``membership``."""
        return cls(data, initial={name: getattr(membership, name) for name in cls.base_fields})


class LeaveForm(GuardedForm):
    """Why somebody, or a whole team, leaves."""

    why = forms.ChoiceField(
        label=_("Why"),
        choices=Leaving.choices,
        widget=forms.RadioSelect,
        help_text=_("One word is enough. The planning team learns from it; nobody has to say more."),
    )
    next_lead = forms.ChoiceField(
        label=_("Who leads the team from now on?"), required=False, help_text=_("A team is never without a lead.")
    )

    def __init__(self, *args, others: Sequence[Membership] = (), must_name: bool = True, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["next_lead"]
        assert isinstance(field, forms.ChoiceField)  # as it stands above
        field.choices = [("", _("Choose somebody")), *((str(one.pk), one.user.name) for one in others)]
        field.required = must_name
        field.error_messages["required"] = _("Say who leads the team from now on.")
        if not others:
            del self.fields["next_lead"]


class ReplaceForm(OncePerKey, FromOutlook, GuardedForm):
    """Who comes in the place of somebody."""

    name = PlainText(label=_("Name"), max_length=120, validators=[plain_name])
    email = EmailText(
        label=_("E-mail"),
        required=False,
        help_text=_("No mailbox? Leave it empty, and make a card on paper next."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)


class AgreementForm(VersionedForm):
    """How a team wants to work together, in four short boxes."""

    meeting = FreeText(
        label=_("When and how we meet"),
        max_length=600,
        rows=3,
        required=False,
        help_text=_("For example: Tuesdays at shift change, ten minutes, standing."),
    )
    roles = FreeText(
        label=_("Who does what"),
        max_length=600,
        rows=3,
        required=False,
        help_text=_("Roles, not names: people change."),
    )
    goals = FreeText(
        label=_("What we can really reach"),
        max_length=600,
        rows=3,
        required=False,
        help_text=_("In the time that we have. Small is fine."),
    )
    disagreeing = FreeText(
        label=_("When we do not agree"),
        max_length=600,
        rows=3,
        required=False,
        help_text=_("How we tell each other, and who decides in the end."),
    )

    def __init__(self, *args, team: Team, **kwargs) -> None:
        self.team = team
        self.incident_route = team.unit.incident_route
        super().__init__(*args, **kwargs)

    @classmethod
    def of(cls, agreement: Agreement | None, *, team: Team, data=None) -> AgreementForm:
        """Return the form about the agreement of ``team``, None while nothing is written."""
        initial = {name: getattr(agreement, name) for name in cls.base_fields} if agreement else {"version": 0}
        return cls(data, initial=initial, team=team)

    def readers_of(self, field_name: str) -> list[str]:
        return readers_of_team(self.team)

    def clean(self):
        answers = super().clean() or self.cleaned_data
        if not self.errors and not any(answers.get(name) for name in ("meeting", "roles", "goals", "disagreeing")):
            self.add_error("meeting", _("Write in one of the boxes at least."))
        return answers

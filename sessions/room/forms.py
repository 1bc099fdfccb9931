"""What is typed about somebody who is not in the team: beside a colleague, or as a guest with a link."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.once import OncePerKey
from collaborative.models import Position, Team
from core.forms import GuardedForm, PlainText, plain_name
from enrolment.outlook import FromOutlook


class SomebodyForm(OncePerKey, FromOutlook, GuardedForm):
    """A name and what they do at work; no address."""

    name = PlainText(label=_("Name"), max_length=120, validators=[plain_name])
    position = forms.ChoiceField(
        label=_("What they do at work"), choices=[("", _("Choose the position")), *Position.choices]
    )


class AskForm(SomebodyForm):
    """The same, of oneself."""

    name = PlainText(label=_("Your name"), max_length=120, validators=[plain_name])
    position = forms.ChoiceField(
        label=_("What you do at work"), choices=[("", _("Choose the position")), *Position.choices]
    )


class FindForm(GuardedForm):
    """Whom to look for; empty for everybody of whom there is something to see."""

    mark_optional = False

    name = PlainText(label=_("Find somebody by name"), max_length=60, required=False)


class AdmitForm(SomebodyForm):
    """Whom to let in, for which team; a lead of one team is not asked for which."""

    team = forms.ChoiceField(label=_("For which team"))
    field_order = ["team", "name", "position"]

    def __init__(self, *args: Any, teams: list[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.teams = {str(one.pk): one for one in teams}
        if len(teams) == 1:
            del self.fields["team"]
        else:
            choices = [("", _("Choose the team")), *((key, one.name) for key, one in self.teams.items())]
            self.fields["team"].choices = choices  # type: ignore[attr-defined]

    def answers(self) -> dict[str, Any]:
        """Return whom to admit, and into which team."""
        typed = super().answers()
        key = typed.pop("team", None) or next(iter(self.teams))
        return {**typed, "team": self.teams[key]}

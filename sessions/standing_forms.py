"""What planners type to add a session, and to cancel one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.once import OncePerKey
from collaborative.models import Cohort
from core.forms import FreeText, GuardedForm, PlainText, plain_name
from core.refusals import Refused
from sessions.adding import KINDS, keep_ahead
from sessions.models import LONGEST, SHORTEST


class NewSessionForm(OncePerKey, GuardedForm):
    """A session outside the template: what it is, what it is called, and when on the cohort's clock."""

    kind = forms.ChoiceField(label=_("What it is"), widget=forms.RadioSelect)
    title_en = PlainText(label=_("Title, English"), max_length=160, validators=[plain_name])
    title_fr = PlainText(label=_("Title, French"), max_length=160, validators=[plain_name])
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    clock = forms.TimeField(
        label=_("Starts at"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("On the cohort’s clock."),
    )
    minutes = forms.IntegerField(label=_("Minutes"), min_value=SHORTEST, max_value=LONGEST, initial=60)
    purpose_en = FreeText(label=_("Purpose, English"), rows=2, max_length=600, required=False)
    purpose_fr = FreeText(label=_("Purpose, French"), rows=2, max_length=600, required=False)
    in_both = ("purpose",)

    def __init__(self, *args: Any, cohort: Cohort, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cohort = cohort
        self.fields["kind"].choices = [(kind.value, capfirst(kind.label)) for kind in KINDS]  # type: ignore[attr-defined]
        self.fields["kind"].initial = KINDS[0]
        length = gettext("A session lasts from %(least)d to %(most)d minutes.") % {"least": SHORTEST, "most": LONGEST}
        self.fields["minutes"].error_messages |= {"min_value": length, "max_value": length, "invalid": length}
        for name, sentence in (("day", _("Choose a day.")), ("clock", _("Choose an hour."))):
            self.fields[name].error_messages["required"] = sentence

    def readers_of(self, field_name: str) -> list[str]:
        return [gettext("everybody in the cohort"), gettext("anybody, where the session is public")]

    def clean(self) -> dict[str, Any] | None:
        """Say what is wrong with the time at once, beside what else is wrong."""
        typed = self.cleaned_data
        if {"day", "clock"} <= typed.keys():
            try:
                keep_ahead(self.cohort, typed["day"], typed["clock"])
            except Refused as refused:
                refused.put_on(self)
        return super().clean()


class CancelForm(GuardedForm):
    """Why a session does not take place. The same form is shown, then previewed, then confirmed."""

    reason = FreeText(
        label=_("Why it is cancelled"),
        max_length=300,
        rows=2,
        help_text=_(
            "Needed. It stands in the mail as you write it, and on the session’s page. Write it in both languages."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].error_messages["required"] = _("Say in a few words why it is cancelled.")

    def readers_of(self, field_name: str) -> list[str]:
        return [gettext("everybody in the cohort"), gettext("those who speak"), gettext("those who registered")]

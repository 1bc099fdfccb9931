"""What planners type about where a session meets, and why they release its address."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.forms import FreeText, GuardedForm, PlainText, VersionedForm
from sessions.meetings import choosing
from sessions.models import LearningSession


class MeetingForm(VersionedForm):
    """Who makes the address of the meeting, the address where a planner types it, and the telephone."""

    service = forms.ChoiceField(label=_("Who makes the meeting"), widget=forms.RadioSelect)
    url = forms.URLField(
        label=_("Meeting address"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=_(
            "Only Join leads there. It stands on no page, and in no mail unless you release it. Leave empty to keep the "
            "present one."
        ),
    )
    dial_in = PlainText(
        label=_("Telephone"),
        max_length=80,
        required=False,
        help_text=_(
            "For those who listen by phone: the number, a comma, the code. Whoever can join reads it on their page; mails and "
            "calendars of the cohort and of those who speak name it only where the programme’s rules say so."
        ),
    )
    version_of = "details_version"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        service = self.fields["service"]
        assert isinstance(service, forms.ChoiceField)
        service.choices = choosing.choices()
        if len(choosing.choices()) == 1:
            service.widget = forms.HiddenInput()

    def readers_of(self, field_name: str) -> list[str]:
        return [
            gettext("everybody in the cohort"),
            gettext("those who speak"),
            gettext("whoever has registered, where the session is public"),
        ]

    @classmethod
    def values_of(cls, learning_session: LearningSession, service: str) -> dict[str, Any]:
        """Return what stands in the boxes, and which version it is of. The address stays out of sight."""
        return {"service": service, "dial_in": learning_session.dial_in, "version": learning_session.details_version}

    def beside(self, theirs: LearningSession) -> list[tuple[str, Any]]:
        """Return what stands now where something else was typed, as (label, value)."""
        if theirs.dial_in == self.cleaned_data["dial_in"]:
            return []
        return [(str(self.fields["dial_in"].label), theirs.dial_in)]


class ReleaseForm(GuardedForm):
    """Why everybody gets the address now."""

    reason = FreeText(
        label=_("Why it is released"),
        max_length=300,
        rows=2,
        help_text=_("Kept with the release. People read only that Join cannot be used."),
    )

    def readers_of(self, field_name: str) -> list[str]:
        return [gettext("the planning team")]

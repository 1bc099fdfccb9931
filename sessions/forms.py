"""What planners type about a session. Times are typed on the cohort's clock."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import GuardedForm, GuardedModelForm
from sessions.models import LearningSession


class MoveForm(GuardedForm):
    """A new day and hour, and why. The same form is shown, then previewed, then confirmed."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    clock = forms.TimeField(label=_("Starts at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    reason = forms.CharField(
        label=_("Why it moves"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Kept with the change, so that a colleague understands it later."),
    )

    def readers_of(self, field_name: str) -> list[str]:
        return [str(_("the planning team"))]

    def wall(self) -> dt.datetime:
        """Return the day and hour typed, as the cohort's clock will show them."""
        return dt.datetime.combine(self.cleaned_data["day"], self.cleaned_data["clock"])


class DetailsForm(GuardedModelForm):
    """What a session says about itself, in both languages, and where it meets."""

    url = forms.URLField(
        label=_("Meeting address"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=_(
            "Only Join leads there. It stands on no other page and in no mail; leave empty to keep the present one."
        ),
    )

    class Meta:
        model = LearningSession
        fields = ["title_en", "title_fr", "purpose_en", "purpose_fr", "minutes", "dial_in"]
        labels = {
            "title_en": _("Title, English"),
            "title_fr": _("Title, French"),
            "purpose_en": _("Purpose, English"),
            "purpose_fr": _("Purpose, French"),
            "minutes": _("Minutes"),
            "dial_in": _("Telephone"),
        }
        widgets = {"purpose_en": forms.Textarea(attrs={"rows": 3}), "purpose_fr": forms.Textarea(attrs={"rows": 3})}

    def readers_of(self, field_name: str) -> list[str]:
        return [str(_("everybody in the cohort"))]

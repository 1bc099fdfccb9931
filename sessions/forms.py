"""What planners type about a session. Times are typed on the cohort's clock."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from core.forms import FreeText, GuardedForm, PlainText, VersionedForm, plain_name
from core.refusals import Refused
from sessions.models import LONGEST, SHORTEST, LearningSession
from sessions.services import moment_after_move


class MoveForm(GuardedForm):
    """A new day and hour, and why. The same form is shown, then previewed, then confirmed."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    clock = forms.TimeField(label=_("Starts at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    reason = FreeText(
        label=_("Why it moves"),
        max_length=300,
        rows=2,
        help_text=_("Kept with the change, so that a colleague understands it later."),
    )

    def __init__(self, *args: Any, learning_session: LearningSession, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.learning_session = learning_session
        # The button under this form saves nothing: it shows what follows.
        self.fields["reason"].error_messages |= {
            "required": _("Say in a few words why it moves."),
            "max_length": ngettext_lazy(
                "%(limit_value)d character fits here, and this has %(show_value)d. Shorten it.",
                "%(limit_value)d characters fit here, and this has %(show_value)d. Shorten it.",
                "limit_value",
            ),
        }
        for name, sentence in (("day", _("Choose a day.")), ("clock", _("Choose an hour."))):
            self.fields[name].error_messages["required"] = sentence

    def readers_of(self, field_name: str) -> list[str]:
        return [gettext("the planning team")]

    def clean(self) -> dict[str, Any] | None:
        """Say what is wrong with the new time at once, beside what else is wrong."""
        if {"day", "clock"} <= self.cleaned_data.keys():
            try:
                moment_after_move(self.learning_session, self.wall())
            except Refused as refused:
                refused.put_on(self)
        return super().clean()

    def wall(self) -> dt.datetime:
        """Return the day and hour typed, as the cohort's clock will show them."""
        return dt.datetime.combine(self.cleaned_data["day"], self.cleaned_data["clock"])


class DetailsForm(VersionedForm):
    """What a session says about itself, in both languages, and where it meets."""

    title_en = PlainText(label=_("Title, English"), max_length=160, validators=[plain_name])
    title_fr = PlainText(label=_("Title, French"), max_length=160, validators=[plain_name])
    purpose_en = FreeText(label=_("Purpose, English"), rows=3, max_length=600, required=False)
    purpose_fr = FreeText(label=_("Purpose, French"), rows=3, max_length=600, required=False)
    minutes = forms.IntegerField(label=_("Minutes"), min_value=SHORTEST, max_value=LONGEST)
    dial_in = PlainText(label=_("Telephone"), max_length=80, required=False)
    url = forms.URLField(
        label=_("Meeting address"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=_(
            "Only Join leads there. It stands on no other page and in no mail; leave empty to keep the present one."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        length = gettext("A session lasts from %(least)d to %(most)d minutes.") % {"least": SHORTEST, "most": LONGEST}
        self.fields["minutes"].error_messages |= {"min_value": length, "max_value": length, "invalid": length}

    def readers_of(self, field_name: str) -> list[str]:
        return [gettext("everybody in the cohort")]

    @classmethod
    def values_of(cls, learning_session: LearningSession) -> dict[str, Any]:
        """Return what stands in the boxes, and which version it is of. The address stays out of sight."""
        names = cls.base_fields.keys() - {"url", "version"}
        return {name: getattr(learning_session, name) for name in names} | {"version": learning_session.details_version}

    def beside(self, theirs: LearningSession) -> list[tuple[str, Any]]:
        """Return what stands now where something else was typed, as (label, value)."""
        now = self.values_of(theirs)
        names = [name for name in self.fields if name in now and name != "version"]
        return [(str(self.fields[name].label), now[name]) for name in names if now[name] != self.cleaned_data[name]]

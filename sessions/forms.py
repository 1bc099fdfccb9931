"""What planners type about a session. Times are typed on the cohort's clock."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from core.forms import FreeText, GuardedForm, PlainText, VersionedForm, plain_name
from core.refusals import Refused
from sessions.models import LONGEST, SHORTEST, Interpretation, LearningSession, SignLanguage, Spoken
from sessions.services import moment_after_move


def said(field: forms.Field, value: Any) -> Any:
    """Return a value of this field as people read it: a choice by its words, a tick as yes or no."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if not isinstance(field, forms.ChoiceField):
        return value
    words: dict[Any, Any] = {}
    choices: Any = field.choices
    for key, label in choices:
        words |= dict(label) if isinstance(label, list | tuple) else {key: label}
    return words.get(value, value)


class MoveForm(GuardedForm):
    """A new day and hour, and why. The same form is shown, then previewed, then confirmed."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    clock = forms.TimeField(label=_("Starts at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    reason = FreeText(
        label=_("Why it moves"),
        max_length=300,
        rows=2,
        help_text=_("Needed. It is kept with the change, so that a colleague understands it later."),
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
    """What a session says about itself, in both languages."""

    title_en = PlainText(label=_("Title, English"), max_length=160, validators=[plain_name])
    title_fr = PlainText(label=_("Title, French"), max_length=160, validators=[plain_name])
    purpose_en = FreeText(label=_("Purpose, English"), rows=3, max_length=600, required=False)
    purpose_fr = FreeText(label=_("Purpose, French"), rows=3, max_length=600, required=False)
    minutes = forms.IntegerField(label=_("Minutes"), min_value=SHORTEST, max_value=LONGEST)
    prework_en = FreeText(
        label=_("Before it, English"),
        rows=3,
        max_length=1000,
        required=False,
        help_text=_("What to read, to bring or to think about."),
    )
    prework_fr = FreeText(label=_("Before it, French"), rows=3, max_length=1000, required=False)
    spoken = forms.ChoiceField(label=_("It is held"), choices=Spoken.choices)
    interpretation = forms.ChoiceField(label=_("Interpretation"), choices=Interpretation.choices, required=False)
    captions = forms.BooleanField(label=_("It has captions"), required=False)
    sign_language = forms.ChoiceField(label=_("Sign language"), choices=SignLanguage.choices, required=False)
    audience_en = FreeText(
        label=_("Who is listening, English"),
        rows=3,
        max_length=600,
        required=False,
        help_text=_("A paragraph for those who speak: who is in the room, what they know, what they hope for."),
    )
    audience_fr = FreeText(label=_("Who is listening, French"), rows=3, max_length=600, required=False)
    version_of = "details_version"
    in_both = ("purpose", "prework", "audience")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        length = gettext("A session lasts from %(least)d to %(most)d minutes.") % {"least": SHORTEST, "most": LONGEST}
        self.fields["minutes"].error_messages |= {"min_value": length, "max_value": length, "invalid": length}

    def readers_of(self, field_name: str) -> list[str]:
        if field_name.startswith("audience"):
            return [gettext("the planning team"), gettext("those who speak")]
        if field_name.startswith("purpose"):
            return [gettext("everybody in the cohort"), gettext("anybody, where the session is public")]
        return [gettext("everybody in the cohort")]

    @classmethod
    def values_of(cls, learning_session: LearningSession) -> dict[str, Any]:
        """Return what stands in the boxes, and which version it is of."""
        names = cls.base_fields.keys() - {"version"}
        return {name: getattr(learning_session, name) for name in names} | {"version": learning_session.details_version}

    def beside(self, theirs: LearningSession) -> list[tuple[str, Any]]:
        """Return what stands now where something else was typed, as (label, value)."""
        now = self.values_of(theirs)
        names = [
            name for name in self.fields if name in now and name != "version" and now[name] != self.cleaned_data[name]
        ]
        return [(str(self.fields[name].label), said(self.fields[name], now[name])) for name in names]

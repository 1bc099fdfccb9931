"""What a person wants by mail, and when."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.forms import GuardedForm, VersionedForm
from notifications.kinds import DIGEST, Kind
from notifications.models import Choice, Level, Rhythm, Shift, Way
from notifications.respect import ASLEEP

_HOUR = {"type": "time", "step": "60"}
_WITHOUT = _("Without it, what would be put together stands in your list alone, also when it is too much for one day.")


LEVELS = [
    (Level.MUST, _("Only what I must know: a session moved, an answer I wait for")),
    (Level.NORMAL, _("Normal: reminders as well; the rest put together")),
    (Level.EVERYTHING, _("Everything, at once")),
]
SHIFTS = [
    (Shift.DAYS, _("I work days: nothing from 21:00 to 8:00")),
    (Shift.EVENINGS, _("I work evenings: nothing from 0:30 to 11:00")),
    (Shift.NIGHTS, _("I work nights: nothing from 8:00 to 16:00")),
    (Shift.CHANGING, _("My shifts change: nothing from 20:00 to 14:00")),
    (Shift.OWN, _("Hours of my own")),
    (Shift.NONE, _("Messages may come at any hour")),
]


class ChoicesForm(VersionedForm):
    """The first screen: three choices, the hours of sleep, and the rhythm of what is put together."""

    level = forms.ChoiceField(
        label=_("What should come by mail?"),
        choices=LEVELS,
        widget=forms.RadioSelect,
        help_text=_("What does not come by mail stands here, under “What the series tells me”."),
    )
    shift = forms.ChoiceField(
        label=_("When do you sleep?"),
        choices=SHIFTS,
        widget=forms.RadioSelect,
        help_text=_("On your own clock. What must come at its minute, such as a code to sign in, comes all the same."),
    )
    quiet_from = forms.TimeField(
        label=_("Nothing from"), required=False, widget=forms.TimeInput(attrs=_HOUR, format="%H:%M"),
        help_text=_("Hours that you change here are hours of your own, whatever stands above."),
    )  # fmt: skip
    quiet_until = forms.TimeField(label=_("until"), required=False, widget=forms.TimeInput(attrs=_HOUR, format="%H:%M"))
    rhythm = forms.ChoiceField(
        label=_("How often should the rest be put together?"), choices=Rhythm.choices, widget=forms.RadioSelect
    )
    field_order = ("level", "shift", "quiet_from", "quiet_until", "rhythm", "version")

    def clean(self) -> dict[str, Any]:
        """Return what was chosen. Hours that were typed go for the box beside which they stand: they are hours of one's own."""
        cleaned = super().clean() or self.cleaned_data
        hours = cleaned.get("quiet_from"), cleaned.get("quiet_until")
        typed = any(name in self.changed_data and cleaned.get(name) for name in ("quiet_from", "quiet_until"))
        if typed and hours != ASLEEP.get(cleaned.get("shift", "")):
            cleaned["shift"] = Shift.OWN
        return cleaned

    @classmethod
    def of(cls, choice: Choice, data=None) -> ChoicesForm:
        """Return the form about what a person chose."""
        return cls(data, initial={name: getattr(choice, name) for name in cls.base_fields})


class KindsForm(GuardedForm):
    """One choice for each kind of message that does not have to be known."""

    # Each has a value always: nothing is left empty.
    mark_optional = False

    def __init__(self, *args, shown: Iterable[Kind] = (), **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.shown = list(shown)
        for kind in self.shown:
            self.fields[_name_of(kind)] = forms.ChoiceField(
                label=kind.name,
                choices=[("", _("as for the rest")), *_ways_of(kind)],
                required=False,
                help_text=format_lazy("{} {}", kind.audience, _WITHOUT) if kind.key == DIGEST else kind.audience,
            )

    @classmethod
    def of(cls, shown: Iterable[Kind], ways: dict[str, str], data=None) -> KindsForm:
        """Return the form about these kinds."""
        shown = list(shown)
        initial = {_name_of(kind): ways.get(kind.key, "") for kind in shown}
        return cls(data, shown=shown, initial=initial)

    @property
    def ways(self) -> dict[str, str]:
        """Return what was chosen, by kind."""
        return {kind.key: self.cleaned_data[_name_of(kind)] for kind in self.shown}


def _ways_of(kind: Kind) -> list[tuple[str, Any]]:
    """Return the ways among which a person chooses: what puts others together is not put together itself."""
    return [(way, words) for way, words in Way.choices if kind.key != DIGEST or way != Way.DIGEST]


def _name_of(kind: Kind) -> str:
    return kind.key.replace("/", "-")

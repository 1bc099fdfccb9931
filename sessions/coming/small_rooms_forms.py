"""What a planner chooses about the small rooms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import GuardedForm, VersionedForm
from core.places import sort_key
from sessions.coming.mixing import MOST_ROOMS
from sessions.coming.small_rooms import LARGEST_SEED, Rooms


class MixForm(VersionedForm):
    """How many rooms, or how many people in one; whether teams stay together; which draw."""

    rooms = forms.IntegerField(label=gettext_lazy("How many rooms"), min_value=1, max_value=MOST_ROOMS, required=False)
    size = forms.IntegerField(
        label=gettext_lazy("Or: how many people in a room at most"), min_value=2, max_value=500, required=False
    )
    together = forms.ChoiceField(
        label=gettext_lazy("Teams"),
        choices=[("", gettext_lazy("Spread over the rooms")), ("yes", gettext_lazy("In one room, as far as they fit"))],
        widget=forms.RadioSelect,
        required=False,
    )
    seed = forms.IntegerField(
        label=gettext_lazy("Number of the draw"),
        min_value=1,
        max_value=LARGEST_SEED,
        required=False,
        help_text=gettext_lazy("The same number makes the same rooms of the same people. Empty: a new draw."),
    )

    def clean(self) -> dict[str, Any] | None:
        """Ask for one of the two ways to say how many rooms there are."""
        answers = super().clean() or self.cleaned_data
        if not {"rooms", "size"} & self.errors.keys() and bool(answers.get("rooms")) == bool(answers.get("size")):
            self.add_error("rooms", _("Say how many rooms, or how many people in a room: one of the two."))
        return answers


class SeatForm(GuardedForm):
    """Somebody goes to another room."""

    person = forms.ChoiceField(label=gettext_lazy("Person"))
    room = forms.ChoiceField(label=gettext_lazy("Room"))

    def __init__(self, *args: Any, rooms: Rooms, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(one.person.person_id, one.person, one.room) for one in rooms.seats]
        people += [(one.person_id, one, 0) for one in rooms.waiting]
        named = [
            (str(key), _("%(name)s (room %(room)d)") % {"name": one.name, "room": room} if room else one.name)
            for key, one, room in sorted(people, key=lambda found: sort_key(found[1].name))
        ]
        self.fields["person"].choices = [("", _("Choose a person")), *named]  # type: ignore[attr-defined]
        self.fields["room"].choices = [(str(number), str(number)) for number, _seats in rooms.rooms]  # type: ignore[attr-defined]
        self.fields["person"].error_messages["required"] = _("Choose a person.")

"""What people write in the forum: one box."""

from __future__ import annotations

from crispy_forms.layout import Layout
from django.utils.translation import gettext_lazy as _

from accounts.once import OncePerKey
from collaborative.hideable import take_back_window
from core.forms import FreeText, GuardedForm, GuardedText
from forum.services import LONGEST

# Words to begin with: a blank box asks for a finished thought, these do not.
STARTS = {
    "tried": _("We tried …"),
    "anyone": _("Has anyone …?"),
    "unsure": _("I am unsure how to …"),
}


# Words to begin an answer with.
ANSWERS = {
    "tried": _("We tried …"),
    "here": _("Here, it helped to …"),
    "how": _("How did it go when you …?"),
}


class PostForm(OncePerKey, GuardedForm):
    """The box, with who reads it above and what to leave out under it; ``answering``: what is there to begin with."""

    text = FreeText(label=_("Your words"), rows=5, max_length=LONGEST)

    def __init__(self, *args, readers, place=None, answering=False, **kwargs) -> None:
        self._readers = readers
        self._starts = ANSWERS if answering else STARTS
        if place is not None:
            self.incident_route = place.team.unit.incident_route
            self.partner = place.role == "partner"
        super().__init__(*args, **kwargs)

    @property
    def take_back_minutes(self) -> int:
        """Return for how long nobody is told of a post."""
        return max(1, round(take_back_window().total_seconds() / 60))

    def readers_of(self, field_name: str) -> list[str]:
        return self._readers

    def not_readers_of(self, field_name: str) -> list[str]:
        return [str(_("sponsors"))]

    def layout(self) -> Layout:
        return Layout(GuardedText("text", prompts=list(self._starts.items()), plain_label=True), "once")


def begun_with(start: str, typed: str) -> str:
    """Return the box after a press on one of the beginnings: put before what was typed, which is kept."""
    words = str({**STARTS, **ANSWERS}.get(start, "")).replace("…?", "").replace("…", "").rstrip()
    return f"{words} {typed.strip()}".strip() + ("" if typed.strip() else " ") if words else typed

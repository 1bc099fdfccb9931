"""What a coach writes: a note that the team reads, or one that nobody else does."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.once import OncePerKey
from core.forms import FreeText, GuardedForm


class TeamNoteForm(OncePerKey, GuardedForm):
    """What a coach tells a team."""

    text = FreeText(
        label=_("A note for the team"),
        rows=4,
        max_length=4000,
        help_text=_(
            "What you saw, what you would ask next. The team gets a mail that there is a note, without its words."
        ),
    )
    prefix = "team"

    def __init__(self, *args, readers, **kwargs) -> None:
        self._readers = readers
        super().__init__(*args, **kwargs)

    def readers_of(self, field_name: str) -> list[str]:
        return self._readers

    def not_readers_of(self, field_name: str) -> list[str]:
        return [str(_("sponsors"))]


class PrivateNoteForm(OncePerKey, GuardedForm):
    """What a coach writes down for themselves alone."""

    text = FreeText(label=_("A private note"), rows=4, max_length=4000)
    prefix = "private"

    def readers_of(self, field_name: str) -> list[str]:
        return []

    def audience(self, field_name: str) -> str:
        return str(_("Only you can read this. Not the planning team either."))

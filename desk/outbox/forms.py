"""What planners type about messages."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.forms import EmailText, FreeText, GuardedForm, PlainText


class FindForm(GuardedForm):
    """Whose messages are looked for."""

    name = PlainText(label=_("Who got what?"), max_length=120, help_text=_("A name, an address, or a part of it."))


class AgainForm(GuardedForm):
    """Where a message that could not be delivered goes now."""

    address = EmailText(
        label=_("To another address"), required=False, help_text=_("Empty: to the address that it was meant for.")
    )


class DropForm(GuardedForm):
    """Why a message is never sent."""

    reason = FreeText(label=_("Why not?"), max_length=200, rows=2)

    def readers_of(self, field_name: str) -> list[str]:
        return [gettext("the planning team")]

"""What became of a mail that came in: the codes, and a sentence for those who plan where there is something to say.

A mail that a room took bears "room/code"; one whose handling failed bears "failed:" and the error's name.
"""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from notifications.models import InboundMail

PEOPLE: Final = "people"
UNKNOWN: Final = "unknown_sender"
OTHER: Final = "other_sender"
UNPROVEN: Final = "unproven"
TOO_MANY: Final = "too_many"
TOO_LARGE: Final = "too_large"
UNREADABLE: Final = "unreadable"
FAILED: Final = "failed"
# These nobody has to look at.
AUTO: Final = "auto"
LOOP: Final = "loop"
BOUNCED: Final = "bounced"
DELAYED: Final = "delayed"
REPORT: Final = "report"
# Not a row of its own: the same mail was here before.
AGAIN: Final = "again"

_NOTES = {
    UNKNOWN: _("Nobody here has confirmed this address. Its writer was told how to be recognised."),
    OTHER: _("It answers a message that somebody else got, so nothing was done with it by itself."),
    UNPROVEN: _("Nothing shows that it is really from this address, so nothing was done with it by itself."),
    TOO_MANY: _("So many came from this address today that nothing is done with them by itself any more."),
    TOO_LARGE: _("It was too large: its beginning is here, without what was attached."),
    UNREADABLE: _("It could not be taken apart. All of it is here as it came."),
    FAILED: _("Doing by itself what it asks did not work. Whoever looks after the software finds it in the log."),
}


def note_on(mail: InboundMail) -> str:
    """Return what those who plan should know of how a mail was handled, "" where there is nothing to know."""
    return str(_NOTES.get(mail.outcome.partition(":")[0], ""))

"""How fast one person writes: so slowly that a machine is stopped, so fast that nobody who types ever notices."""

from __future__ import annotations

from django.utils.translation import gettext as _

from core import limits
from core.refusals import Refused

SECONDS = 600
# In ten minutes, by one account: a whole ward behind one address writes beside each other. A week's conversations may be
# entered from paper, tap by tap; a note is mailed to everybody in a team.
MOST = {"conversation": 150, "number": 150, "try": 60, "forum": 30, "note": 20, "announcement": 20, "talk": 30}


def keep_pace(what: str, *, by) -> None:
    """Count one more thing that ``by`` writes. Refuses more of a kind (a key of ``MOST``) than anybody writes by hand."""
    if not limits.spend(f"write-{what}", by.pk, amount=MOST[what], seconds=SECONDS):
        raise Refused(_("That is a great deal in a short time. Wait ten minutes, then press again."))

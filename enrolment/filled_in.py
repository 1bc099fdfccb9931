"""What a form need not ask again: somebody is known to another room.

An application begins with whoever came by a signed link; a team asks somebody in who was its guest.
"""

from __future__ import annotations

from collaborative.models import Team
from core.registry import Slot

known_applicant = Slot(
    "known_applicant",
    "purpose -> fn(token) -> contact_name, contact_email and language of whom the link belongs to, None where it is none",
)


def answers_from(mark: str) -> dict[str, str]:
    """Return what stands in the boxes for whoever came by ``mark`` ("purpose:token"), {} for anything else."""
    purpose, _colon, token = mark.partition(":")
    ask = known_applicant.get(purpose)
    return (ask(token) if ask and token else None) or {}


known_colleague = Slot(
    "known_colleague",
    "what they were -> fn(key, team) -> name and position of somebody whom this team knows, None where there is nobody",
)


def colleague_from(mark: str, team: Team) -> dict[str, str]:
    """Return what stands in the boxes about whom ``mark`` ("what they were:key") means, {} for anything else.

    A name never stands in an address. Whoever asks may ask people into ``team``.
    """
    what, _colon, key = mark.partition(":")
    ask = known_colleague.get(what)
    return (ask(key, team) if ask and key else None) or {}

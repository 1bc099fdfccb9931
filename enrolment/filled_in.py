"""What the first page of an application need not ask again: whoever comes by a signed link is known to another room."""

from __future__ import annotations

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

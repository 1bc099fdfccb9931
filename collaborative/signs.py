"""What the coach of a team and the planning team look at alike, so that both are told the same."""

from __future__ import annotations

import datetime as dt

from collaborative.models import Role

# A team that has just begun has time to find its people.
FOUND_WITHIN_DAYS = 14


def empty_places(*, leads: int, partners: int, began: dt.date, today: dt.date) -> list[Role]:
    """Return the roles that nobody in a team holds though it has been at work for a while: its lead, its patient partner."""
    if (today - began).days < FOUND_WITHIN_DAYS:
        return []
    return [role for role, held in ((Role.LEAD, leads), (Role.PARTNER, partners)) if not held]

"""The team's home: one chart with its sentence, what we try now, who we are."""

from __future__ import annotations

from collaborative.models import Team
from collaborative.permissions import belongs


def team_page(team: Team, user) -> dict:
    """Return what templates/desk/team.html needs, in a constant number of statements."""
    return {
        "team": team,
        "members": list(team.members()),
        "mine": belongs(user, team),
    }

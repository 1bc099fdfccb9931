"""The team's home: this week, one chart with its sentence, what we try now, who we are."""

from __future__ import annotations

from collaborative.models import TEAM_ROLES, Team
from collaborative.permissions import belongs
from improvement.charts import charts_of
from improvement.querysets import tries_of

TRIES_SHOWN = 4


def team_page(team: Team, user) -> dict:
    """Return what templates/desk/team.html needs, in a constant number of statements.

    The first chart is the one that fills itself; the others stand under Numbers.
    """
    members = list(team.members())
    charts = charts_of(team)
    return {
        "team": team,
        "members": [row for row in members if row.role in TEAM_ROLES],
        "helpers": [row for row in members if row.role not in TEAM_ROLES],
        "mine": belongs(user, team),
        "chart": charts[0] if charts else None,
        "more_charts": len(charts) - 1,
        "tries": [row for row in tries_of(team)[:40] if row.state != "next"][:TRIES_SHOWN],
    }

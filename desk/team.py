"""The team's home: this week, one chart with its sentence, what we try now, what is said among us, who we are."""

from __future__ import annotations

from django.shortcuts import get_object_or_404

from collaborative.line import today_in
from collaborative.models import TEAM_ROLES, Team
from collaborative.pausing import may_pause
from collaborative.permissions import belongs
from collaborative.prework import is_due, items_of
from collaborative.querysets import teams_seen_by
from collaborative.resting import in_words, rest_on, rests_of
from desk.said import at_home, with_talk
from enrolment.models import Invitation
from improvement.charts import charts_of
from improvement.querysets import measures_of, tries_of

TRIES_SHOWN = 4


def home_seen_by(user, team_id) -> Team:
    """Return a team whose page ``user`` may open, with all that its home takes along with it. Raises Http404."""
    return get_object_or_404(with_talk(teams_seen_by(user).with_rests(), user), pk=team_id)


def team_page(team: Team, user) -> dict:
    """Return what templates/desk/team.html needs, in a constant number of statements.

    The first chart is the one that fills itself; the others stand under Numbers.
    """
    members = list(team.members().only("role", "title", "user__name"))
    measures = list(measures_of(team, user))
    charts = charts_of(team, measures=measures[:1])
    rest = rest_on(rests_of(team), today_in(team.cohort))
    return {
        "team": team,
        "rest": in_words(rest) if rest else "",
        "prework": items_of(team) if is_due(team) else [],
        "may_pause": may_pause(user, team) and not team.cohort.closed_at,
        "paused": rest is not None and rest.paused,
        "members": [row for row in members if row.role in TEAM_ROLES],
        "asked": Invitation.objects.waiting().filter(team=team).count() if not members else 0,
        "helpers": [row for row in members if row.role not in TEAM_ROLES],
        "mine": belongs(user, team),
        "chart": charts[0] if charts else None,
        "more_charts": len(measures) - 1,
        **at_home(team, user, members),
        "tries": tries_of(team, user).under_way()[:TRIES_SHOWN],
    }

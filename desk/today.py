"""What Today shows, by role: the next session, the Log button, at most two cards, and somebody to ask."""

from __future__ import annotations

import dataclasses
import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from collaborative.models import Cohort, Membership, Team
from collaborative.permissions import coaches_any, plans_any
from collaborative.querysets import teams_of
from core.prepared import Prepared
from core.time import wall_in
from improvement.activity import NumberDue, today_cards
from sessions.models import LearningSession

NEAR = dt.timedelta(hours=24)


@dataclasses.dataclass
class Today:
    """The whole of one person's Today."""

    greeting: str
    cohort: Cohort | None
    learning_session: LearningSession | None
    state: str
    near: bool
    teams: list[Team]
    help_people: list[str]
    number: NumberDue | None = None
    planned: list[Cohort] = dataclasses.field(default_factory=list)
    coached: int = 0


def greeting_at(wall: dt.datetime, name: str) -> str:
    """Return the greeting of the hour on the person's own clock."""
    if wall.hour < 12:
        return _("Good morning, %(name)s") % {"name": name}
    if wall.hour < 18:
        return _("Good afternoon, %(name)s") % {"name": name}
    return _("Good evening, %(name)s") % {"name": name}


def today_of(user) -> Today:
    """Return what stands on Today for ``user`` now, in a constant number of statements."""
    now = timezone.now()
    learning_session = (
        LearningSession.objects.visible_to(user).not_over().select_related("cohort__programme", "phase").first()
    )
    cohort = learning_session.cohort if learning_session else Cohort.objects.visible_to(user).open().first()
    teams = list(teams_of(user)[:8])
    state = learning_session.state_at(now) if learning_session else ""
    return Today(
        greeting=greeting_at(wall_in(now, user.time_zone), user.first_name),
        cohort=cohort,
        learning_session=learning_session,
        state=state,
        near=bool(learning_session) and learning_session.starts_at - now <= NEAR,
        teams=teams,
        help_people=_whom_to_ask(user, teams),
        number=next(iter(today_cards(user, teams, now)), None),
        planned=list(Cohort.objects.run_by(user).open()[:3]) if plans_any(user) else [],
        coached=Team.objects.coached_by(user).count() if coaches_any(user) else 0,
    )


_leads_and_coaches = Prepared(
    lambda teams, but: (
        Membership.objects.current()
        .filter(team__in=teams, role__in=["lead", "coach"])
        .exclude(user=but)
        .values_list("role", "user__name")
    )
)


def _whom_to_ask(user, teams: list[Team]) -> list[str]:
    rows = _leads_and_coaches(teams=[team.pk for team in teams], but=user.pk)
    words = {"lead": _("%(name)s, your team lead"), "coach": _("%(name)s, your coach")}
    return [words[role] % {"name": name} for role, name in sorted(rows, key=lambda row: row[0] == "coach")]

"""What Today shows, by role: the next session, the Log button, at most two cards, and somebody to ask."""

from __future__ import annotations

import dataclasses
import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collaborative.line import running_first
from collaborative.models import Cohort, Membership, Team
from collaborative.permissions import coaches_any, plans_any, sponsors_any
from core.language import language
from core.moments import read
from core.time import wall_in
from desk.querysets import next_session_of, own_teams
from improvement.activity import NumberDue, today_cards
from notifications.inbox import has_notes
from sessions.models import LearningSession
from sessions.services import is_expected

NEAR = dt.timedelta(hours=24)
MOST = 8


@dataclasses.dataclass
class Strip:
    """The next session. ``near``: within a day; ``joins``: Join stands on it, which makes it the one filled button."""

    learning_session: LearningSession
    near: bool
    joins: bool
    words: str


@dataclasses.dataclass
class Today:
    """The whole of one person's Today."""

    greeting: str
    cohort: Cohort | None
    strip: Strip | None
    teams: list[Team]
    help_people: list[str]
    number: NumberDue | None = None
    planned: list[Cohort] = dataclasses.field(default_factory=list)
    sponsored: list[Team] = dataclasses.field(default_factory=list)
    coached: int = 0
    told: bool = False


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
    learning_session = next_session_of(user)
    cohort = learning_session.cohort if learning_session else _cohort_without_session(user)
    teams = own_teams(user)
    planned = Cohort.objects.run_by(user).open().prefetch_related("phases")[:30] if plans_any(user) else []
    return Today(
        greeting=greeting_at(wall_in(now, user.time_zone), user.first_name),
        cohort=cohort,
        strip=_strip(learning_session, user, now) if learning_session else None,
        teams=teams,
        help_people=_whom_to_ask(user, teams),
        number=next(iter(today_cards(user, teams, now)), None),
        planned=running_first(planned)[:3],
        sponsored=list(Team.objects.sponsored_by(user).select_related("cohort")[:MOST]) if sponsors_any(user) else [],
        coached=Team.objects.coached_by(user).count() if coaches_any(user) else 0,
        told=has_notes(user),
    )


def _cohort_without_session(user) -> Cohort | None:
    return Cohort.objects.visible_to(user).open().select_related("programme").first()


# ---------------------------------------------------------------- the next session


def _strip(learning_session: LearningSession, user, now: dt.datetime) -> Strip:
    expected = is_expected(learning_session, user)
    near = learning_session.starts_at - now <= NEAR
    minutes = learning_session.minutes
    length = ngettext("%(minutes)d minute", "%(minutes)d minutes", minutes) % {"minutes": minutes}
    state = _state_words(learning_session, user, now, near) if expected else _("Your organisation’s teams meet")
    return Strip(
        learning_session=learning_session,
        near=near,
        joins=expected and learning_session.state_at(now) == "open",
        words=" · ".join(words for words in (state, length) if words),
    )


def _state_words(learning_session: LearningSession, user, now: dt.datetime, near: bool) -> str:
    state = learning_session.state_at(now)
    if state == "open" and learning_session.attendance.filter(person=user).exists():
        return _("You have joined")
    if state == "ahead" and near:
        opens = read(learning_session.opens_at, learning_session.cohort, user, lang=language(), dated=False)
        hour = f"{opens.mine} ({opens.theirs})" if opens.theirs else opens.mine
        return _("The room opens at %(hour)s") % {"hour": hour}
    return learning_session.state_words(now)


# ---------------------------------------------------------------- somebody to ask


def _whom_to_ask(user, teams: list[Team]) -> list[str]:
    rows = (
        Membership.objects.current()
        .filter(team__in=teams, role__in=["lead", "coach"])
        .exclude(user=user)
        .values_list("role", "user__name")
    )
    words = {"lead": _("%(name)s, your team lead"), "coach": _("%(name)s, your coach")}
    return [words[role] % {"name": name} for role, name in sorted(rows, key=lambda row: row[0] == "coach")]

"""What Today shows, by role: the next session, the Log button, at most two cards, and somebody to ask."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collaborative.line import is_running, running_first
from collaborative.models import TEAM_ROLES, Cohort, Membership, Role, Team
from collaborative.permissions import coaches_any, in_a_team, leads, plans_any, roles_of, sponsors_any
from collaborative.resting import in_words, rest_on, rests_of
from collaborative.tasks import with_open_days
from core.forms import listing
from core.language import language
from core.moments import Reading, read
from core.time import wall_in
from desk.cohort import sessions_of
from desk.planning import needs_a_person, teams_and_milestones, with_messages
from desk.querysets import next_session_of, own_teams
from enrolment.decision_day.funnel import funnel_of, with_funnel
from improvement.activity import NumberDue, today_cards
from notifications.inbox import has_notes
from sessions.models import LearningSession
from sessions.room.beside import Door, door_of
from sessions.room.joining import has_joined, is_expected
from surveys.models import Asked
from surveys.querysets import waiting_for

NEAR = dt.timedelta(hours=24)
MOST = 8


@dataclasses.dataclass
class Strip:
    """The next session. ``near``: within a day; ``joins``: Join stands on it, which makes it the one filled button.

    ``came``: the reader has joined, and may once more. ``looks_again``: when a page left open asks whether the room is
    open (``opens``, an hour with its place). ``door``: while the room is open, for whoever leads a team.
    """

    learning_session: LearningSession
    near: bool
    joins: bool
    came: bool
    words: str
    looks_again: str
    opens: str
    door: Door | None = None


@dataclasses.dataclass(frozen=True)
class Standing:
    """Who one is here, for those whom no other card tells: a title, and what there is to do."""

    title: str
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
    needs: int = 0
    sponsored: list[Team] = dataclasses.field(default_factory=list)
    coached: int = 0
    told: bool = False
    standing: list[Standing] = dataclasses.field(default_factory=list)
    alone: Team | None = None
    # The first team of theirs that is left in peace today, with `rest_words` ("paused until 5 December").
    resting: Team | None = None
    rest_words: str = ""
    # The survey that waits for an answer and closes first.
    survey: Asked | None = None


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
    planned = _planned(user) if plans_any(user) else []
    resting, rest_words = _resting(teams, now)
    return Today(
        greeting=greeting_at(wall_in(now, user.time_zone), user.first_name),
        cohort=cohort,
        strip=_strip(learning_session, user, now) if learning_session else None,
        teams=teams,
        help_people=_whom_to_ask(user, teams),
        number=next(iter(today_cards(user, teams, now)), None),
        planned=planned[:3],
        needs=_needs(planned[0]) if planned else 0,
        sponsored=_sponsored(user) if sponsors_any(user) else [],
        coached=Team.objects.coached_by(user).count() if coaches_any(user) else 0,
        told=has_notes(user),
        standing=_standing(user),
        alone=next((team for team in teams if _is_alone(user, team)), None),
        survey=_survey(user),
        resting=resting,
        rest_words=rest_words,
    )


def _resting(teams: list[Team], now: dt.datetime) -> tuple[Team | None, str]:
    """Return the first of these teams that is left in peace now and until when, in words: its number is not asked then."""
    for team in teams:
        rest = rest_on(rests_of(team), wall_in(now, team.cohort.time_zone).date())
        if rest is not None and team.cohort.closed_at is None:
            return team, in_words(rest)
    return None, ""


def _survey(user) -> Asked | None:
    """Return what waits to be answered by somebody who is in a team, or was until their series ended."""
    asked = in_a_team(user) or not roles_of(user)
    return next(iter(waiting_for(user)), None) if asked else None


def _planned(user) -> list[Cohort]:
    rows = with_funnel(with_messages(with_open_days(Cohort.objects.run_by(user).open().prefetch_related("phases"))))
    return running_first(rows[:30])


def _needs(cohort: Cohort) -> int:
    """Return how many things need a person in the planning room of ``cohort``, while it runs."""
    if not is_running(cohort):
        return 0
    rows = teams_and_milestones(cohort, sessions_of(cohort))
    return len(needs_a_person(cohort, rows, funnel_of(cohort)))


def _sponsored(user) -> list[Team]:
    """Return the teams that ``user`` answers for, each with the names of its leads (``led_by``)."""
    teams = list(Team.objects.sponsored_by(user).select_related("cohort")[:MOST])
    led = Membership.objects.current().filter(team__in=teams, role=Role.LEAD).order_by("since")
    by_team: dict[Any, list[str]] = {}
    for team_id, name in led.values_list("team", "user__name"):
        by_team.setdefault(team_id, []).append(name)
    for team in teams:
        team.led_by = by_team.get(team.pk, [])
    return teams


def _is_alone(user, team: Team) -> bool:
    """Is ``user`` the lead of a team in which nobody else is yet, while its series is not closed?"""
    return (
        team.cohort.closed_at is None
        and leads(user, team)
        and not team.members().exclude(user=user).filter(role__in=TEAM_ROLES).exists()
    )


def _standing(user) -> list[Standing]:
    held = {one.role for one in roles_of(user)}
    found = []
    if not held:
        found.append(
            Standing(
                _("You are not in a series yet"),
                _("Whoever told you about it can give you a place: answer their mail, or ask them for an invitation."),
            )
        )
    if Role.MENTOR in held:
        names = listing(list(Team.objects.mentored_by(user).in_order().values_list("name", flat=True)[:MOST]))
        title = _("You mentor %(teams)s") % {"teams": names} if names else _("You are a mentor")
        words = _("You have done this before. In the forum you can answer the teams; their own pages stay theirs.")
        found.append(Standing(title, words))
    if Role.FELLOW in held:
        found.append(
            Standing(
                _("You are a fellow"),
                _(
                    "You turn what is learned from incidents into teaching. The planning team tells you when they need you."
                ),
            )
        )
    if Role.FACULTY in held:
        found.append(
            Standing(
                _("You teach in this series"),
                _("Your sessions stand on the cohort's page, and the forum is open to you."),
            )
        )
    return found


def _cohort_without_session(user) -> Cohort | None:
    return Cohort.objects.visible_to(user).open().select_related("programme").first()


# ---------------------------------------------------------------- the next session


def strip_of(user) -> Strip | None:
    """Return the next session of ``user`` as it stands now, None where there is none."""
    learning_session = next_session_of(user)
    return _strip(learning_session, user, timezone.now()) if learning_session else None


def _strip(learning_session: LearningSession, user, now: dt.datetime) -> Strip:
    expected = is_expected(learning_session, user)
    near = learning_session.starts_at - now <= NEAR
    is_open = expected and learning_session.state_at(now) == "open"
    door = door_of(learning_session, user) if is_open else None
    came = door.joined if door else is_open and has_joined(learning_session, user)
    opens = read(learning_session.opens_at, learning_session.cohort, user, lang=language(), dated=False)
    state = _("You have joined") if came else _state_words(learning_session, opens, now, near)
    minutes = learning_session.minutes
    length = ngettext("lasts %(minutes)d minute", "lasts %(minutes)d minutes", minutes) % {"minutes": minutes}
    words = " · ".join(words for words in (state if expected else _("Your organisation’s teams meet"), length) if words)
    return Strip(
        learning_session=learning_session,
        near=near,
        joins=is_open and not came,
        came=came,
        words=words[:1].upper() + words[1:],
        looks_again=learning_session.looks_again(now) if expected and near else "",
        opens=opens.mine,
        door=door,
    )


def _state_words(learning_session: LearningSession, opens: Reading, now: dt.datetime, near: bool) -> str:
    if learning_session.state_at(now) == "ahead" and near:
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

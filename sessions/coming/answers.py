"""Who comes to a session: what people answer, on its page, from their calendar, or through the planning team."""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

from django.db import transaction
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.services import record
from collaborative.models import OPENS_A_TEAM, TEAM_ROLES, Membership, Position, Role, Team
from collaborative.permissions import leads, roles_of
from collaborative.querysets import by_name
from collaborative.resting import rest_on, rests_of
from core.places import sort_key
from core.refusals import Refused
from enrolment.composition import rule_of
from sessions.models import BreakoutSeat, Coming, LearningSession, Rsvp, Via
from sessions.querysets import expected_at

# So long before a session, whoever has not answered is taken for somebody who may not come.
SOON: Final = dt.timedelta(days=7)


@transaction.atomic
def say(
    *,
    learning_session: LearningSession,
    person,
    coming: str,
    via: str = Via.PAGE,
    by=None,
    stamped_at: dt.datetime | None = None,
    sequence: int = 0,
) -> bool:
    """Keep whether ``person`` comes; return whether this answer counts now (False: a later one stands).

    ``stamped_at``: when a calendar says that it was given (None: now), ``sequence``: of the invitation that it answers.
    Raises Refused for whoever is not expected there, once it is over, and while it is cancelled.
    """
    now = timezone.now()
    state = learning_session.state_at(now)
    if state == "cancelled":
        raise Refused(_("This session has been cancelled."))
    if state == "over":
        raise Refused(_("This session has ended."))
    if coming not in Coming.values:
        raise Refused(_("Choose one of the three answers."), field="coming")
    if not expected_at(learning_session).filter(pk=person.pk).exists():
        raise Refused(_("This person is not expected at this session."), field="person")
    # A calendar whose clock is ahead must not outdo what is said afterwards.
    stamped_at = min(stamped_at or now, now)
    answer = {"coming": coming, "via": via, "sequence": sequence, "stamped_at": stamped_at, "at": now}
    row, made = Rsvp.objects.select_for_update().get_or_create(
        learning_session=learning_session, person=person, defaults=answer
    )
    if not made:
        if _is_older(row, via, stamped_at, sequence):
            return False
        before = row.coming
        for name, value in answer.items():
            setattr(row, name, value)
        row.save(update_fields=list(answer))
        if before == coming:
            return True
    record(
        "session.answered", learning_session, by=by, cohort_id=learning_session.cohort_id, person=person.pk, coming=coming,
        via=via,
    )  # fmt: skip
    return True


def _is_older(row: Rsvp, via: str, stamped_at: dt.datetime, sequence: int) -> bool:
    """Return whether an answer was overtaken by the one that is kept, in whatever order the two arrive."""
    if via == row.via == Via.CALENDAR and sequence != row.sequence:
        return sequence < row.sequence
    return stamped_at < row.stamped_at


# ---------------------------------------------------------------- who comes, by team and position


@dataclasses.dataclass(frozen=True, slots=True)
class Invited:
    """Somebody expected at a session, in one of their roles, with what they answered ("" = nothing yet)."""

    person_id: uuid.UUID
    name: str
    team_id: uuid.UUID | None
    role: str
    position: str
    coming: str
    room: int | None = None

    @property
    def answer(self) -> str:
        """Return in words whether they come."""
        return str(Coming(self.coming).label) if self.coming else _("no answer yet")


@dataclasses.dataclass(frozen=True)
class TeamComing:
    """How many of a team come, and in a sentence each which of its positions nobody fills there."""

    name: str
    yes: int
    maybe: int
    no: int
    silent: int
    missing: list[str]
    # The team's own people, for its members; empty for everybody else.
    people: list[Invited] = dataclasses.field(default_factory=list)
    led: bool = False
    # Left in peace on the day of the session: nobody of it is missed.
    rests: bool = False

    @property
    def said(self) -> str:
        """Return in a line how many of the team come."""
        words = {"team": self.name, "n": self.yes, "maybe": self.maybe}
        if not self.yes and not self.maybe:
            return _("%(team)s: nobody has said yes yet") % words
        if not self.yes:
            return ngettext("%(team)s: %(maybe)d perhaps", "%(team)s: %(maybe)d perhaps", self.maybe) % words
        line = ngettext("%(team)s: %(n)d is coming", "%(team)s: %(n)d are coming", self.yes) % words
        return line + (ngettext(", %(maybe)d perhaps", ", %(maybe)d perhaps", self.maybe) % words if self.maybe else "")


@dataclasses.dataclass(frozen=True)
class Panel:
    """What stands on a session's page about who comes: the reader's answer and small room, and their teams.

    ``asks``: they can answer, which they are not asked any more once the room is open. ``said``: their answer in a sentence,
    "" where there is none.
    """

    asks: bool
    answer: str
    said: str
    room: int | None
    teams: list[TeamComing]


@dataclasses.dataclass(frozen=True)
class Coverage:
    """Who comes from all teams; ``beside``: those without a team of their own. ``total`` counts each person once."""

    teams: list[TeamComing]
    beside: TeamComing
    total: TeamComing
    # Everybody expected, as (key, name with team): whose answer a planner may enter.
    people: list[tuple[str, str]]


def panel(learning_session: LearningSession, user) -> Panel | None:
    """Return what ``user`` sees about who comes, None for whoever is not expected there. Two statements at most."""
    cohort = learning_session.cohort_id
    mine = [one for one in roles_of(user) if cohort in (one.cohort_id, one.team_cohort_id) and one.role != Role.SPONSOR]
    if not mine:
        return None
    opened = {one.team_id for one in mine if one.team_id and one.role in OPENS_A_TEAM}
    own = {one.team_id for one in mine if one.team_id and one.role in TEAM_ROLES}
    rows = _invited(learning_session, Q(user=user) | Q(team__in=opened), seats_of=user)
    if (me := next((one for one, _team in rows if one.person_id == user.pk), None)) is None:
        return None
    teams = {team.pk: team for _one, team in rows if team is not None and team.pk in opened}
    asks = learning_session.state_at(timezone.now()) in ("ahead", "soon")
    shown = []
    told_of = {}
    for team in sorted(teams.values(), key=lambda team: sort_key(team.name)):
        people = [one for one, _team in rows if one.team_id == team.pk and one.role in TEAM_ROLES]
        told_of[team] = people, _team_coming(team.name, people, learning_session)
    # Asked for only where somebody would be missed.
    lacking = [team.pk for team, (_people, told) in told_of.items() if told.missing]
    resting = _resting(Team.objects.filter(pk__in=lacking), learning_session) if lacking else set()
    for team, (people, told) in told_of.items():
        if team.pk in resting:
            told = dataclasses.replace(told, missing=[], rests=True)
        led = team.pk in own and leads(user, team)
        shown.append(dataclasses.replace(told, people=people if team.pk in own else [], led=led))
    said = {
        Coming.YES.value: _("You said that you are coming."),
        Coming.MAYBE.value: _("You said that you are perhaps coming."),
        Coming.NO.value: _("You said that you are not coming."),
    }
    return Panel(asks, me.coming, said.get(me.coming, ""), me.room, shown if asks else [])


def coverage_of(learning_session: LearningSession) -> Coverage:
    """Return who comes from every team of the cohort. Two statements, however many teams."""
    rows = _invited(learning_session, Q())
    teams = list(Team.objects.filter(cohort=learning_session.cohort_id, withdrawn_at=None).with_rests().in_order())
    by_team: dict[Any, list[Invited]] = {}
    for one, _team in rows:
        by_team.setdefault(one.team_id if one.role in TEAM_ROLES else None, []).append(one)
    told = []
    for team in teams:
        rests = rest_on(rests_of(team), learning_session.day) is not None
        counted = _team_coming(team.name, by_team.get(team.pk, []), learning_session)
        told.append(dataclasses.replace(counted, missing=[], rests=True) if rests else counted)
    in_a_team = {one.person_id for team, some in by_team.items() if team for one in some}
    beside = _once(one for one in by_team.get(None, []) if one.person_id not in in_a_team)
    names = {str(one.person_id): f"{one.name} ({team.name})" if team else one.name for one, team in reversed(rows)}
    return Coverage(
        teams=told,
        beside=_counted(_("Coaches, faculty and planning team"), beside),
        total=_counted(_("Everybody"), _once(one for one, _team in rows)),
        people=sorted(names.items(), key=lambda pair: sort_key(pair[1])),
    )


def _invited(learning_session: LearningSession, which: Q, *, seats_of=None) -> list[tuple[Invited, Team | None]]:
    """Return those expected, a row for each of their roles, those of a team first."""
    said = Rsvp.objects.filter(learning_session=learning_session, person=OuterRef("user"))
    rows = Membership.objects.taking_part().filter(which).filter_cohort(learning_session.cohort_id)
    rows = rows.annotate(said=Subquery(said.values("coming")[:1]))
    if seats_of is not None:
        seat = BreakoutSeat.objects.filter(plan=learning_session.pk, plan__published_at__isnull=False, person=seats_of)
        rows = rows.annotate(room=Subquery(seat.values("room")[:1]))
    rows = rows.select_related("user", "team").order_by(by_name("user__name"), "user_id", "since")
    return [
        (
            Invited(
                person_id=row.user_id,
                name=row.user.name,
                team_id=row.team_id,
                role=row.role,
                position=Position.PARTNER.value if row.role == Role.PARTNER else row.position,
                coming=row.said or "",
                room=getattr(row, "room", None),
            ),
            row.team,
        )
        for row in sorted(rows, key=lambda row: row.role not in TEAM_ROLES)
    ]


def _resting(teams, learning_session: LearningSession) -> set:
    """Return the keys of those of the teams that are left in peace on the day of the session."""
    return {team.pk for team in teams.with_rests() if rest_on(rests_of(team), learning_session.day)}


def _once(rows: Iterable[Invited]) -> list[Invited]:
    return list({one.person_id: one for one in rows}.values())


def _counted(name: str, people: list[Invited]) -> TeamComing:
    said = Counter(one.coming for one in people)
    return TeamComing(name, said[Coming.YES], said[Coming.MAYBE], said[Coming.NO], said[""], [])


def _team_coming(name: str, people: list[Invited], learning_session: LearningSession) -> TeamComing:
    counted = _counted(name, _once(people))
    soon = learning_session.starts_at - timezone.now() <= SOON
    wanted = rule_of(learning_session.cohort.programme.composition).one_of
    # A team of which nobody has answered is silent; that nobody comes is more than anybody said.
    heard = any(one.coming for one in people)
    missing = [_nobody_comes(one) for one in wanted if _is_missing(one, people, soon=soon)] if heard else []
    return dataclasses.replace(counted, missing=missing)


def _is_missing(position: str, people: list[Invited], *, soon: bool) -> bool:
    """Return whether nobody of a team comes in this position: they said so, or said nothing until the last week.

    A team without anybody in it is told so where that is known: a partner is one by role, a position may not be filled in.
    """
    said = {one.coming for one in people if one.position == position}
    if not said:
        return position == Position.PARTNER
    return not said & {Coming.YES, Coming.MAYBE} and (soon or Coming.NO in said)


def _nobody_comes(position: str) -> str:
    if position == Position.PARTNER:
        return _("No patient, resident or care partner is coming so far.")
    if position == Position.MANAGER:
        return _("No manager is coming so far.")
    if position == Position.PROVIDER:
        return _("Nobody who gives care every day is coming so far.")
    return _("Nobody is coming so far as: %(position)s.") % {"position": Position(position).label}

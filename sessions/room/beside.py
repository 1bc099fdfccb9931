"""Who is in the room: several people around one laptop, one of whom pressed Join, are all there.

Whoever joined says who sits beside them: members of their own team, and somebody else by name. It stays possible for a day
after the end. Where the programme wants it, the team's lead confirms.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid
from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.db.models import FilteredRelation, Q, Value
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from collaborative.models import TEAM_ROLES, Membership, Role, Team
from collaborative.permissions import roles_of
from core.places import sort_key
from core.refusals import Refused
from sessions.models import Attendance, AttendanceSource, Guest, LearningSession, SessionRules

STAYS_OPEN = dt.timedelta(hours=24)
# More people do not fit before one screen.
MOST_BESIDE = 20


@dataclasses.dataclass(frozen=True)
class Seat:
    """Somebody of the team, or a guest of it, as the list shows them.

    ``row``: the key of their attendance, None where they are not noted. ``source``: how it is known ("" where not).
    ``may_change``: whether the reader may tick or untick them. ``awaits``: it does not count before the lead confirms. ``asks``: a guest who asks to be let in.
    """

    key: uuid.UUID
    name: str
    team_id: uuid.UUID
    is_guest: bool = False
    leads: bool = False
    row: uuid.UUID | None = None
    source: str = ""
    may_change: bool = False
    awaits: bool = False
    asks: bool = False
    noted_by: str = ""

    @property
    def ticked(self) -> bool:
        return self.row is not None


@dataclasses.dataclass(frozen=True)
class Room:
    """The people around the reader: their teams in this cohort, who of them is there, and what the reader may do."""

    seats: list[Seat]
    teams: list[uuid.UUID]
    came: bool
    is_open: bool
    is_over: bool
    # What the reader, who leads, has to confirm, and whether they can still say that somebody was not there.
    to_confirm: list[Seat]
    may_deny: bool
    # Guests who came by a link of their own, and who ask to be let in, for who leads.
    guests: list[Seat]
    asking: list[Seat]

    @property
    def beside(self) -> list[Seat]:
        """Return those whom the reader can tick or sees noted: everybody but the guests who came by themselves."""
        return [one for one in self.seats if not one.is_guest or one.source == AttendanceSource.ROOM]

    @property
    def lead(self) -> Seat | None:
        """Return who leads a team of the reader's, None where that is the reader or nobody."""
        return next((one for one in self.seats if one.leads), None)


@dataclasses.dataclass(frozen=True)
class Door:
    """What a lead sees at the door of a session: who of the teams they lead is in, who is not yet, and who asks to come in.

    ``joined``: the reader has pressed Join.
    """

    here: list[str]
    missing: list[str]
    asking: list[Seat]
    joined: bool


def is_open(learning_session: LearningSession, now: dt.datetime) -> bool:
    """Return whether people can say at ``now`` who is in the room."""
    if learning_session.cancelled_at or learning_session.cohort.closed_at:
        return False
    return learning_session.opens_at <= now < learning_session.ends_at + STAYS_OPEN


def room_of(learning_session: LearningSession, user) -> Room:
    """Return who is around ``user`` at a session: nobody for who is in no team there. One statement at most."""
    teams, led = _teams_of(learning_session, user), _teams_of(learning_session, user, Role.LEAD)
    seats, own = _seats(learning_session, user, teams, led) if teams else ([], "")
    return Room(
        seats=seats,
        teams=teams,
        came=bool(own),
        is_open=bool(own) and is_open(learning_session, timezone.now()),
        is_over=learning_session.ends_at <= timezone.now(),
        to_confirm=[one for one in seats if one.awaits and one.team_id in led],
        may_deny=is_open(learning_session, timezone.now()),
        guests=[one for one in seats if one.is_guest and one.team_id in led and one.source == AttendanceSource.JOIN],
        asking=[one for one in seats if one.asks and one.team_id in led],
    )


def door_of(learning_session: LearningSession, user) -> Door | None:
    """Return who of the teams that ``user`` leads is in, None for whoever leads none there. One statement at most."""
    led = _teams_of(learning_session, user, Role.LEAD)
    if not led:
        return None
    seats, own = _seats(learning_session, user, led, led)
    return Door(
        here=[one.name for one in seats if one.ticked],
        missing=[one.name for one in seats if not one.ticked and not one.is_guest],
        asking=[one for one in seats if one.asks],
        joined=own == AttendanceSource.JOIN,
    )


def _teams_of(learning_session: LearningSession, user, *roles: str) -> list[uuid.UUID]:
    wanted, cohort = roles or TEAM_ROLES, learning_session.cohort_id
    return list(
        dict.fromkeys(
            one.team_id for one in roles_of(user) if one.team_id and one.team_cohort_id == cohort and one.role in wanted
        )
    )


def _seats(learning_session, user, teams, led) -> tuple[list[Seat], str]:
    """Return the other members of these teams and their guests, each once, and how ``user`` is noted ("" = not at all)."""
    found: dict[uuid.UUID, Seat] = {}
    own = ""
    for row in _rows(learning_session, teams):
        if row["key"] == user.pk:
            own = own or row["source"] or ""
        elif not row["guest"] or row["row"] or row["asks"]:
            seat = _seat(row, user, led)
            found[seat.key] = seat if seat.key not in found or seat.leads else found[seat.key]
    order = sorted(found.values(), key=lambda one: (one.is_guest, sort_key(one.name)))
    return order, own


def _rows(learning_session: LearningSession, teams: list[uuid.UUID]) -> Any:
    """Return the members and the guests of these teams, with what is noted of each."""
    here = Q(user__attendance__learning_session=learning_session.pk)
    members = (
        Membership.objects.belonging()
        .filter(team__in=teams)
        .annotate(at=FilteredRelation("user__attendance", condition=here), no=Value(False))
        .values_list("user", "user__name", "team", "role", "no", "no", *_noted("at"))
    )
    guests = (
        Guest.objects.filter(learning_session=learning_session, team__in=teams, revoked_at=None)
        .annotate(yes=Value(True), none=Value(""))
        .values_list("pk", "name", "team", "none", "yes", "asks", *_noted("attendance"))
    )
    names = (
        "key",
        "name",
        "team",
        "role",
        "guest",
        "asks",
        "row",
        "source",
        "awaits",
        "minutes",
        "noted_by",
        "noted_by_name",
    )
    return [dict(zip(names, row, strict=True)) for row in members.union(guests, all=True)]


def _noted(at: str) -> tuple[str, ...]:
    return f"{at}__pk", f"{at}__source", f"{at}__awaits_lead", f"{at}__minutes", f"{at}__by", f"{at}__by__name"


def _seat(row: dict[str, Any], user, led: list[uuid.UUID]) -> Seat:
    ticked = row["source"] == AttendanceSource.ROOM
    # Whom a report of the meeting names as well was there, whoever ticked them.
    mine = ticked and row["minutes"] is None and (row["team"] in led or row["noted_by"] == user.pk)
    return Seat(
        key=row["key"],
        name=row["name"],
        team_id=row["team"],
        is_guest=row["guest"],
        leads=row["role"] == Role.LEAD,
        row=row["row"],
        source=row["source"] or "",
        may_change=row["row"] is None or mine,
        awaits=bool(row["awaits"]),
        asks=row["asks"],
        noted_by=(row["noted_by_name"] or "") if ticked else "",
    )


# ---------------------------------------------------------------- saying who is there


@transaction.atomic
def say_who_is_here(
    *, learning_session: LearningSession, by, ticked: Collection[uuid.UUID], shown: Collection[uuid.UUID] = ()
) -> int:
    """Note as present those of one's own team who are ``ticked``, and take back whom ``by`` had ticked and does not any more.

    ``shown``: who was ticked on the page that was sent; only of those may a tick be gone. Returns how many changed. What
    somebody did for themselves, or a planner, stays. Raises Refused before Join, and once it is too late.
    """
    room = _open(learning_session, by)
    wanted, before = set(ticked), set(shown)
    here = [one for one in room.seats if one.key in wanted and not one.ticked]
    gone = [one for one in room.seats if one.key in before - wanted and one.ticked and one.may_change]
    roles = _roles([one.key for one in here], room.teams)
    confirmed, asks = _teams_of(learning_session, by, Role.LEAD), lead_confirms(learning_session)
    rows = [
        Attendance(
            learning_session=learning_session,
            person_id=one.key,
            team_id=one.team_id,
            role=roles.get((one.key, one.team_id), Role.PARTICIPANT),
            source=AttendanceSource.ROOM,
            by=by,
            awaits_lead=asks and one.team_id not in confirmed,
        )
        for one in here
    ]
    Attendance.objects.bulk_create(rows, ignore_conflicts=True)
    _take_out(gone)
    if here or gone:
        record("session.room_noted", learning_session, by=by, here=len(here), gone=len(gone))
    return len(here) + len(gone)


def _take_out(seats: list[Seat]) -> None:
    ticked = Attendance.objects.filter(source=AttendanceSource.ROOM)
    ticked.filter(pk__in=[one.row for one in seats if not one.is_guest]).delete()
    Guest.objects.filter(pk__in=[one.key for one in seats if one.is_guest], secret_hash="").delete()


@transaction.atomic
def add_somebody(*, learning_session: LearningSession, by, name: str, position: str) -> Guest:
    """Note somebody who sits beside ``by`` and is not in the team: they are there, without an account and without a link.

    Raises Refused as ``say_who_is_here`` does, and when more people are named than sit before one screen.
    """
    room = _open(learning_session, by)
    team = _team_to_sit_with(room, learning_session, by)
    if sum(one.is_guest for one in room.seats) >= MOST_BESIDE:
        raise Refused(_("That is more people than fit before one screen. Tell the planning team who else was there."))
    guest = Guest.objects.create(learning_session=learning_session, team_id=team, name=name, position=position, by=by)
    leads = team in _teams_of(learning_session, by, Role.LEAD)
    Attendance.objects.create(
        learning_session=learning_session,
        guest=guest,
        team_id=team,
        role=Role.PARTICIPANT,
        source=AttendanceSource.ROOM,
        by=by,
        awaits_lead=lead_confirms(learning_session) and not leads,
    )
    record("session.guest_in_the_room", learning_session, by=by, guest=guest.pk)
    return guest


def _team_to_sit_with(room: Room, learning_session: LearningSession, by) -> uuid.UUID:
    """Return the team with which ``by`` came."""
    noted = Attendance.objects.filter(learning_session=learning_session, person=by, team__in=room.teams)
    return noted.values_list("team", flat=True).first() or room.teams[0]


@transaction.atomic
def settle(*, learning_session: LearningSession, by, rows: Collection[uuid.UUID], there: bool) -> int:
    """Confirm, as the lead, that people noted by a colleague were there, or say that they were not. Returns how many.

    That they were not can be said as long as anybody can be noted; afterwards by the planning team.
    """
    if not there and not is_open(learning_session, timezone.now()):
        raise Refused(_("A day after the session this is closed. Tell the planning team who was there."))
    room = room_of(learning_session, by)
    seats = [one for one in room.to_confirm if one.row in set(rows)]
    if there:
        waiting = Attendance.objects.filter(pk__in=[one.row for one in seats], awaits_lead=True)
        waiting.update(awaits_lead=False, confirmed_by=by)
    else:
        _take_out(seats)
    if seats:
        record("session.room_confirmed", learning_session, by=by, people=len(seats), there=there)
    return len(seats)


def _open(learning_session: LearningSession, by) -> Room:
    """Return the room around ``by``. Raises Refused where nothing can be said of it now."""
    # Two who sit together and press at once wait for each other.
    teams = _teams_of(learning_session, by)
    list(Team.objects.select_for_update(no_key=True).filter(pk__in=teams).order_by("pk").values_list("pk"))
    room = room_of(learning_session, by)
    if not room.teams:
        raise Refused(_("Only members of a team say who is in the room with them."))
    if not room.came:
        raise Refused(_("Join first. Then say who is in the room with you."))
    if not room.is_open:
        raise Refused(_("A day after the session this is closed. Tell the planning team who was there."))
    return room


def _roles(people: list[uuid.UUID], teams: list[uuid.UUID]) -> dict[tuple[uuid.UUID, uuid.UUID], str]:
    rows = Membership.objects.belonging().filter(user__in=people, team__in=teams)
    return {(person, team): role for person, team, role in rows.values_list("user", "team", "role")}


def lead_confirms(learning_session: LearningSession) -> bool:
    """Return whether the programme wants the lead to confirm who sat in the room."""
    rules = SessionRules.objects.filter(programme=learning_session.cohort.programme_id)
    return bool(rules.values_list("room_is_confirmed", flat=True).first())

"""The small rooms of a session: made from a seed, changed by hand, carried over to the meeting service."""

from __future__ import annotations

import csv
import dataclasses
import io
import secrets
import uuid
from typing import Any, Final

from django.db import transaction
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from audit.services import record
from collaborative.models import TEAM_ROLES, Membership
from collaborative.querysets import by_name
from core.places import sort_key
from core.refusals import Refused
from sessions.coming import mixing
from sessions.coming.mixing import MOST_ROOMS, Somebody
from sessions.models import BreakoutPlan, BreakoutSeat, Coming, LearningSession, Rsvp, Spoken

LARGEST_SEED: Final = 999_999


@dataclasses.dataclass(frozen=True, slots=True)
class Participant:
    """Somebody who may sit in a small room: a person of a team, with what mixes them, and what they answered."""

    person_id: uuid.UUID
    name: str
    email: str
    team_id: uuid.UUID
    team: str
    coming: str
    facts: Somebody


@dataclasses.dataclass(frozen=True, slots=True)
class Seat:
    """A place in a room as the plan shows it."""

    person: Participant
    room: int
    by_hand: bool


@dataclasses.dataclass(frozen=True)
class Rooms:
    """The plan with everybody in it, by room, and who has no room yet."""

    plan: BreakoutPlan | None
    rooms: list[tuple[int, list[Seat]]]
    waiting: list[Participant]
    expected: int

    @property
    def seats(self) -> list[Seat]:
        return [seat for _number, seats in self.rooms for seat in seats]

    @property
    def without_address(self) -> list[Seat]:
        """Return whom the file for Zoom leaves out: without an address they are placed by hand, in the meeting."""
        return sorted(
            (seat for seat in self.seats if not seat.person.email), key=lambda seat: sort_key(seat.person.name)
        )


def rooms_of(learning_session: LearningSession) -> Rooms:
    """Return the small rooms of a session as they stand. Three statements, however many people."""
    people = {one.person_id: one for one in _people(learning_session)}
    plan = BreakoutPlan.objects.filter(learning_session=learning_session).first()
    coming = [one for one in people.values() if one.coming != Coming.NO]
    if plan is None:
        return Rooms(None, [], [], len(coming))
    rows: dict[int, list[Seat]] = {number: [] for number in range(1, plan.rooms + 1)}
    seated = set()
    for seat in plan.seats.all():
        seated.add(seat.person_id)
        if person := people.get(seat.person_id):  # whoever has left the series sits nowhere
            rows[seat.room].append(Seat(person, seat.room, seat.by_hand))
    for seats in rows.values():
        seats.sort(key=lambda seat: (sort_key(seat.person.team), sort_key(seat.person.name)))
    waiting = [one for one in coming if one.person_id not in seated]
    return Rooms(plan, list(rows.items()), waiting, len(coming))


def _people(learning_session: LearningSession) -> list[Participant]:
    """Return the people of the teams, each once, by name. Coaches and faculty go from room to room."""
    said = Rsvp.objects.filter(learning_session=learning_session, person=OuterRef("user"))
    rows = (
        Membership.objects.taking_part()
        .filter(team__cohort=learning_session.cohort_id, role__in=TEAM_ROLES)
        .annotate(said=Subquery(said.values("coming")[:1]))
        .select_related("user", "team__unit__organisation")
        .order_by(by_name("user__name"), "user_id", "since")
    )
    found: dict[Any, Participant] = {}
    for row in rows:
        assert row.team is not None
        home = row.team.unit.organisation
        facts = Somebody(
            key=str(row.user_id), team=str(row.team_id), sector=home.sector, province=home.province, size=home.size,
            language=row.user.language,
        )  # fmt: skip
        one = Participant(
            row.user_id, row.user.name, row.user.email or "", row.team.pk, row.team.name, row.said or "", facts
        )
        found.setdefault(row.user_id, one)
    return list(found.values())


@transaction.atomic
def make(
    *, learning_session: LearningSession, by, version: int, rooms: int | None = None, size: int | None = None,
    seed: int | None = None, together: bool = False,
) -> BreakoutPlan:  # fmt: skip
    """Make the plan, or make it anew: whoever a planner seated by hand keeps their room. Returns the plan, which nobody
    but the planning team sees until it is published.

    ``rooms`` or ``size`` (the most people in a room) says how many; without a ``seed`` one is drawn. Raises Refused where
    nobody comes, there would be too many rooms, or somebody has changed the plan since ``version`` (0: there was none).
    """
    LearningSession.objects.select_for_update(of=("self",)).get(pk=learning_session.pk)
    plan = BreakoutPlan.objects.filter(learning_session=learning_session).first()
    if (plan.version if plan else 0) != version:
        raise Refused(_("Somebody has changed the rooms in the meantime. Look at them first, then press again."))
    people = [one for one in _people(learning_session) if one.coming != Coming.NO]
    if not people:
        raise Refused(_("Nobody is coming so far: there is nobody to seat."))
    count = rooms or mixing.rooms_for(len(people), size or 1)
    if count > MOST_ROOMS:
        raise Refused(_("A meeting has at most %(most)d small rooms.") % {"most": MOST_ROOMS}, field="rooms")
    if count > len(people):
        words = _("That is more rooms than people who come (%(people)d).") % {"people": len(people)}
        raise Refused(words, field="rooms")
    seed = secrets.randbelow(LARGEST_SEED) + 1 if seed is None else seed
    by_hand = {}
    if plan:
        hand = plan.seats.filter(by_hand=True, room__lte=count)
        by_hand = {str(person): room for person, room in hand.values_list("person", "room")}
    plan, _made = BreakoutPlan.objects.update_or_create(
        learning_session=learning_session,
        defaults={
            "seed": seed, "rooms": count, "together": together, "made_by": by, "made_at": Now(), "version": version + 1,
            "published_at": None,
        },
    )  # fmt: skip
    plan.seats.all().delete()
    _seat(plan, learning_session, people, kept=by_hand, by_hand=set(by_hand))
    record("session.rooms_made", learning_session, by=by, rooms=count, seed=seed, people=len(people))
    return plan


@transaction.atomic
def seat_the_others(*, learning_session: LearningSession, by) -> int:
    """Give a room to everybody who comes and has none; nobody else changes places. Returns how many were seated."""
    plan = BreakoutPlan.objects.select_for_update().filter(learning_session=learning_session).first()
    if plan is None:
        raise Refused(_("There are no small rooms yet."))
    seats = {str(person): room for person, room in plan.seats.values_list("person", "room")}
    people = [one for one in _people(learning_session) if one.coming != Coming.NO or str(one.person_id) in seats]
    seated = _seat(plan, learning_session, people, kept=seats, by_hand=set(), only_new=True)
    if seated:
        BreakoutPlan.objects.filter(pk=plan.pk).update(version=F("version") + 1)
        record("session.rooms_filled", learning_session, by=by, people=seated)
    return seated


def _seat(
    plan: BreakoutPlan, learning_session: LearningSession, people: list[Participant], *, kept: dict[Any, int], by_hand: set,
    only_new: bool = False,
) -> int:  # fmt: skip
    where = mixing.mix(
        [one.facts for one in people], rooms=plan.rooms, seed=plan.seed, seats=kept, together=plan.together,
        by_language=learning_session.spoken == Spoken.BOTH,
    )  # fmt: skip
    made = BreakoutSeat.objects.bulk_create(
        BreakoutSeat(
            plan=plan, person_id=one.person_id, team_id=one.team_id, room=where[one.facts.key],
            by_hand=one.facts.key in by_hand,
        )
        for one in people
        if not (only_new and one.facts.key in kept)
    )  # fmt: skip
    return len(made)


@transaction.atomic
def move(*, learning_session: LearningSession, person: str, room: int, by) -> None:
    """Put somebody into another room by hand; there they stay when the plan is made anew."""
    plan = BreakoutPlan.objects.select_for_update().filter(learning_session=learning_session).first()
    if plan is None:
        raise Refused(_("There are no small rooms yet."))
    if not 1 <= room <= plan.rooms:
        raise Refused(_("There is no such room."), field="room")
    found = next((one for one in _people(learning_session) if str(one.person_id) == person), None)
    if found is None:
        raise Refused(_("This person is not expected at this session."), field="person")
    BreakoutSeat.objects.update_or_create(
        plan=plan, person_id=found.person_id, defaults={"room": room, "by_hand": True, "team_id": found.team_id}
    )
    BreakoutPlan.objects.filter(pk=plan.pk).update(version=F("version") + 1)
    record("session.room_changed", learning_session, by=by, person=found.person_id, room=room)


@transaction.atomic
def publish(*, learning_session: LearningSession, by) -> bool:
    """Let everybody see their own room on the session's page from now on; whoever gets one later sees it too.

    Returns whether they did not before. Raises Refused where there are no rooms.
    """
    if not BreakoutPlan.objects.filter(learning_session=learning_session).exists():
        raise Refused(_("There are no small rooms yet."))
    hidden = BreakoutPlan.objects.filter(learning_session=learning_session, published_at=None)
    published = bool(hidden.update(published_at=Now()))
    if published:
        record("session.rooms_published", learning_session, by=by)
    return published


@transaction.atomic
def take_back(*, learning_session: LearningSession, by) -> bool:
    """Let nobody but the planning team see the rooms any more. Returns whether others did before."""
    shown = BreakoutPlan.objects.filter(learning_session=learning_session, published_at__isnull=False)
    taken = bool(shown.update(published_at=None))
    if taken:
        record("session.rooms_taken_back", learning_session, by=by)
    return taken


def for_zoom(rooms: Rooms) -> str:
    """Return the rooms as Zoom reads them before a meeting. Whoever has no address is placed by hand, in the meeting."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["Pre-assign Room Name", "Email Address"])
    for seat in rooms.seats:
        if seat.person.email:
            writer.writerow([_plain(name_of(seat.room)), _plain(seat.person.email)])
    return out.getvalue()


def name_of(room: int) -> str:
    """Return what a room is called where only one language fits."""
    return f"Room {room} / Salle {room}"


def _plain(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text

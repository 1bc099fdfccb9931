"""Who sits with whom in the small rooms of a session. Pure: people in, rooms out, no database, no chance but the seed.

People are laid out like cards: sorted by language, sector, province, size and team, so that those who are alike lie beside
each other, then dealt to the rooms one after the other. Whatever lies together is spread as evenly as it can be.
"""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from typing import Final

# What Zoom takes in one meeting.
MOST_ROOMS: Final = 50


@dataclasses.dataclass(frozen=True, slots=True)
class Somebody:
    """One person to be seated. ``language`` matters only where languages are kept together."""

    key: Hashable
    team: str = ""
    sector: str = ""
    province: str = ""
    size: str = ""
    language: str = ""


def rooms_for(people: int, size: int) -> int:
    """Return how many rooms ``people`` need so that none holds more than ``size``."""
    return max(1, -(-people // max(1, size)))


def mix(
    people: Sequence[Somebody],
    *,
    rooms: int,
    seed: int,
    seats: Mapping[Hashable, int] | None = None,
    by_language: bool = False,
    together: bool = False,
) -> dict[Hashable, int]:
    """Return for each person the number of their room, 1 to ``rooms``: the same for the same people and seed, in whatever order.

    ``seats`` stay as they are, whoever else has to make room. The others fill up the rooms so that these differ by one
    person at most, as far as ``seats`` allow. Teammates are spread, or, ``together``, sit in one room as far as equal rooms
    allow. ``by_language``: languages share a room only where the numbers do not come out otherwise.
    """
    kept = {one.key: seats[one.key] for one in people if seats and one.key in seats}
    free = [one for one in people if one.key not in kept]
    room_of = dict(kept)
    held = Counter(kept.values())
    left = _places_left(rooms, held, len(free))
    ordered = _ordered(free, seed, apart=by_language)
    if not by_language:
        hands = [(ordered, left)]
    else:
        spoken = [list(some) for _lang, some in itertools.groupby(ordered, key=lambda one: one.language)]
        hands = list(zip(spoken, _shared_out([len(some) for some in spoken], left, seed), strict=True))
    teams_in: dict[int, Counter[str]] = {room: Counter() for room in range(1, rooms + 1)}
    for one in people:
        if one.key in kept and one.team:
            teams_in.setdefault(kept[one.key], Counter())[one.team] += 1
    for some, places in hands:
        deal = _fill if together else _deal
        for one, room in deal(some, dict(places), teams_in):
            room_of[one.key] = room
            if one.team:
                teams_in[room][one.team] += 1
    return room_of


def _mark(seed: int, *words: object) -> str:
    """Return what stands for these words in an order that only the seed decides."""
    return hashlib.sha256("\x1f".join(str(one) for one in (seed, *words)).encode()).hexdigest()


def _ordered(people: Sequence[Somebody], seed: int, *, apart: bool) -> list[Somebody]:
    """Return people so that those who are alike lie beside each other, in an order of the seed."""

    def place(one: Somebody) -> tuple[str, ...]:
        kinds = (one.sector, one.province, one.size, one.team)
        nested = [_mark(seed, "kind", *kinds[: depth + 1]) for depth in range(len(kinds))]
        return (one.language if apart else "", *nested, _mark(seed, "person", one.key))

    return sorted(people, key=place)


def _places_left(rooms: int, held: Counter[int], free: int) -> dict[int, int]:
    """Return how many more each room takes, so that all are as equal as those who sit already allow."""
    left = dict.fromkeys(range(1, rooms + 1), 0)
    for _one in range(free):
        left[min(left, key=lambda room: (held[room] + left[room], room))] += 1
    return left


def _shared_out(counts: Sequence[int], left: Mapping[int, int], seed: int) -> list[dict[int, int]]:
    """Return for each language how many of its people each room takes.

    Rooms go to one language after the other. Where some of the rooms come out even, no room is shared; else one is, at each
    border between two languages.
    """
    order = _without_sharing(counts, left) or sorted(left, key=lambda room: _mark(seed, "room", room))
    remaining, shared = dict(left), []
    for count in counts:
        mine: dict[int, int] = {}
        for room in order:
            taken = min(count, remaining[room])
            if taken:
                mine[room] = taken
                remaining[room] -= taken
                count -= taken
        shared.append(mine)
    return shared


def _without_sharing(counts: Sequence[int], left: Mapping[int, int]) -> list[int] | None:
    """Return the rooms in an order in which each language but the last fills whole rooms, None where there is none."""
    rooms, order = dict(left), []
    for count in counts[:-1]:
        found = _adding_up_to(count, rooms)
        if found is None:
            return None
        for room in found:
            del rooms[room]
        order += found
    return order + list(rooms)


def _adding_up_to(count: int, rooms: Mapping[int, int]) -> list[int] | None:
    """Return rooms whose places add up to ``count``."""
    ways: dict[int, list[int]] = {0: []}
    for room, places in rooms.items():
        for total, chosen in list(ways.items()):
            if places and total + places <= count:
                ways.setdefault(total + places, [*chosen, room])
    return ways.get(count)


def _deal(people: Sequence[Somebody], places: dict[int, int], teams_in: Mapping[int, Counter[str]]):
    """Yield each person with the next room that has a place and fewest of their team."""
    order, at = list(places), 0
    for one in people:
        turn = [order[(at + step) % len(order)] for step in range(len(order))]
        room = min(
            (room for room in turn if places[room]), key=lambda room: teams_in[room][one.team] if one.team else 0
        )
        places[room] -= 1
        at = order.index(room) + 1
        yield one, room


def _fill(people: Sequence[Somebody], places: dict[int, int], teams_in: Mapping[int, Counter[str]]):
    """Yield each person with a room, whole teams first where they fit: the largest first, each beside teams unlike it."""
    teams = [list(some) for _team, some in itertools.groupby(people, key=lambda one: one.team or one.key)]
    # Stable: teams of one size stay in the order in which those of a kind lie beside each other, so that they part.
    for team in sorted(teams, key=len, reverse=True):
        for one in team:
            mates = {room: teams_in[room][one.team] if one.team else 0 for room in places}
            room = max((room for room in places if places[room]), key=lambda room: (mates[room], places[room]))
            places[room] -= 1
            yield one, room

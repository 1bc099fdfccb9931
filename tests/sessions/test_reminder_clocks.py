"""K11 of the fault plan, for the rule: 24 awkward hours in five zones, counted again from the face of a clock."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest

import config  # noqa: F401  (pins the zones)
from core.time import forward_utc, wall_in
from sessions.reminders import reminders_for

ZONES = ("America/St_Johns", "America/Halifax", "America/Toronto", "America/Regina", "America/Vancouver")
# When a session begins, on the clock of its cohort: around both changes of the clocks, and two or fourteen days after
# them; around the end of February in a leap year and in another one; around New Year.
WALLS = [
    dt.datetime(2027, 3, 14, 0, 30),
    dt.datetime(2027, 3, 14, 2, 30),
    dt.datetime(2027, 3, 14, 3, 0),
    dt.datetime(2027, 3, 14, 12, 0),
    dt.datetime(2027, 3, 15, 2, 30),
    dt.datetime(2027, 3, 16, 2, 30),
    dt.datetime(2027, 3, 16, 13, 15),
    dt.datetime(2027, 3, 28, 2, 30),
    dt.datetime(2027, 11, 7, 0, 30),
    dt.datetime(2027, 11, 7, 1, 30),
    dt.datetime(2027, 11, 7, 2, 0),
    dt.datetime(2027, 11, 7, 12, 0),
    dt.datetime(2027, 11, 9, 1, 30),
    dt.datetime(2027, 11, 9, 0, 15),
    dt.datetime(2027, 11, 21, 1, 30),
    dt.datetime(2028, 2, 29, 9, 0),
    dt.datetime(2028, 3, 2, 0, 0),
    dt.datetime(2028, 3, 14, 23, 45),
    dt.datetime(2027, 3, 2, 9, 0),
    dt.datetime(2026, 12, 31, 23, 30),
    dt.datetime(2027, 1, 1, 0, 0),
    dt.datetime(2027, 1, 1, 0, 30),
    dt.datetime(2027, 1, 2, 23, 59),
    dt.datetime(2027, 1, 14, 12, 0),
]
MINUTE = dt.timedelta(minutes=1)


def on_the_clock(wall: dt.datetime, zone: str) -> dt.datetime:
    """Look at the clock minute by minute: the first moment at which it shows this, or has jumped over it by as much."""
    moment = wall.replace(tzinfo=dt.UTC) + dt.timedelta(hours=2)
    shown = []
    for _minute in range(8 * 60):
        shown.append((moment, wall_in(moment, zone)))
        moment += MINUTE
    for at, face in shown:
        if face == wall:
            return at
    for (_before, was), (at, face) in pairwise(shown):
        if was < wall < face:  # the jump: as far after it as the wanted hour lies behind its beginning
            return at + (wall - was - MINUTE)
    raise AssertionError(f"{wall} is nowhere near in {zone}")


def test_there_are_a_hundred_and_twenty():
    assert len(WALLS) * len(ZONES) == len(set(WALLS)) * len(set(ZONES)) == 120


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("wall", WALLS, ids=str)
def test_k11_the_wall_clock_rule(wall, zone):
    start = on_the_clock(wall, zone)
    assert forward_utc(wall, zone) == start
    wanted = {
        "T-14d": on_the_clock(wall - dt.timedelta(days=14), zone),
        "T-2d": on_the_clock(wall - dt.timedelta(days=2), zone),
        "T-1h": start - dt.timedelta(hours=1),
    }
    # Planned at any time, and again and again as time goes on: none twice, none skipped, each within a minute.
    told: dict[str, set[dt.datetime]] = {}
    now = start - dt.timedelta(days=16)
    while now < start - dt.timedelta(hours=1):
        steps = reminders_for(wall, zone, start, now)
        assert [step.occurrence for step in steps] == [name for name, due in wanted.items() if due > now]
        for step in steps:
            told.setdefault(step.occurrence, set()).add(step.due)
        now += dt.timedelta(hours=5, minutes=30)
    assert {name: len(dues) for name, dues in told.items()} == dict.fromkeys(wanted, 1)
    for name, (due,) in told.items():
        assert abs(due - wanted[name]) <= MINUTE

"""The line as a list: which rows, in which state."""

from datetime import date

import pytest

from core.charts.upright import rail_bow, rail_now, rail_station, upright_rows
from tests.core.charts.sketch import QUIET, STATIONS, having, parse, texts


def test_rails():
    assert texts(parse(rail_station("next", 2)), {"tl-no", "is-next"}) == ["2"]
    assert having(parse(rail_station("past")), {"tl-station"})[0].get("r") == "8"
    assert having(parse(rail_now()), {"tl-now"})
    bow = parse(rail_bow("past", 6, quiet={2}))
    assert len(having(bow, {"tl-vbead"})) == 5
    assert len(having(bow, {"tl-vbead", "is-quiet"})) == 1
    for weeks in (0, 1, 2, 60):
        for shape in ("full", "out", "back"):
            assert len(having(parse(rail_bow("later", weeks, shape)), {"tl-vbead"})) <= 12


def test_the_upright_list_opens_the_stretch_that_holds_today():
    rows = upright_rows(STATIONS, date(2022, 12, 14), quiet=QUIET)
    assert [(row.kind, row.index) for row in rows] == [
        ("station", 0), ("stretch", 0), ("station", 1),
        ("stretch", 1), ("now", 1), ("rest", 1),
        ("station", 2), ("stretch", 2), ("station", 3),
    ]  # fmt: skip
    assert rows[0].classes == "at-station to-past"
    assert rows[2].classes == "at-station from-past to-past"
    assert rows[6].classes == "at-station"
    assert (rows[3].weeks, rows[5].weeks) == (3, 4)
    assert 'class="tl-rail is-next"' in rows[6].rail
    assert 'class="tl-rail is-later"' in rows[8].rail


@pytest.mark.parametrize(
    ("today", "kinds"),
    [
        (date(2022, 1, 1), ["now", "station", "stretch", "station"]),
        (date(2022, 10, 25), ["station", "stretch", "station"]),
        (date(2023, 1, 1), ["station", "stretch", "station", "now"]),
        (None, ["station", "stretch", "station"]),
    ],
)
def test_today_outside_the_upright_list_and_on_a_station(today, kinds):
    assert [row.kind for row in upright_rows(STATIONS[:2], today)] == kinds
    assert upright_rows([], today) == []


def test_today_outside_stands_on_the_thread_of_the_stations():
    before, after = upright_rows(STATIONS, date(2022, 1, 1))[0], upright_rows(STATIONS, date(2033, 1, 1))[-1]
    assert (before.classes, after.classes) == ("at-now is-before", "at-now is-after")
    for row in (before, after):
        assert having(parse(row.rail), {"tl-now"})[0].get("cx") == "24"

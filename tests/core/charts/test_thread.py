"""What hangs between two stations: where a day lies on it, its beads, its words."""

from datetime import date, timedelta
from xml.etree import ElementTree as ET

import pytest

from core.charts.thread import Hang, Quiet, Stretch, beads, is_quiet, quiet_words, stretch_words, threads, wrapped

START = date(2027, 1, 4)


def hang(weeks=10, x0=0.0, x1=500.0, name="", say=""):
    return Hang(Stretch(name, say), START, START + timedelta(weeks=weeks), x0, x1, depth=150, top=88)


@pytest.mark.parametrize(("days", "t"), [(-3, 0), (0, 0), (35, 0.5), (70, 1), (90, 1)])
def test_a_day_lies_on_the_thread_where_its_share_of_the_stretch_is(days, t):
    assert hang().t(START + timedelta(days=days)) == t


def test_a_stretch_without_days_is_over_on_its_day():
    assert hang(weeks=0).t(START) == 1
    assert hang(weeks=0).t(START - timedelta(days=1)) == 0


def test_the_thread_hangs_from_its_stations_and_is_deepest_half_way():
    one = hang()
    assert (one.x(0), one.y(0), one.x(1), one.y(1)) == (0, 88, 500, 88)
    assert one.y(0.5) == 88 + 150
    assert one.chord(0) == 500
    assert one.chord(200) == 0
    assert one.arc(0, 1) == "M0.0 88.0Q250.0 388.0 500.0 88.0"


def test_today_parts_the_thread():
    over, ahead = START + timedelta(weeks=20), START - timedelta(weeks=1)
    assert len(threads([hang()], None)) == len(threads([hang()], over)) == len(threads([hang()], ahead)) == 2
    assert all("is-past" in one for one in threads([hang()], over))
    assert len(threads([hang()], START + timedelta(weeks=5))) == 4


def test_every_week_has_a_bead_but_where_today_stands():
    assert len(beads([hang()], None, [])) == 9
    assert len(beads([hang()], START + timedelta(weeks=5), [])) == 8
    rest = [Quiet(START + timedelta(weeks=2), START + timedelta(weeks=3))]
    assert sum("is-quiet" in one for one in beads([hang()], None, rest)) == 2
    assert len(beads([hang(weeks=100, x1=200.0)], None, [])) <= 200 / 13


def test_both_days_of_a_rest_belong_to_it():
    rest = Quiet(START, START + timedelta(days=2))
    assert [is_quiet(START + timedelta(days=n), [rest]) for n in (-1, 0, 2, 3)] == [False, True, True, False]


def test_words_stand_inside_the_hang_or_under_it_or_nowhere():
    wide, deep = stretch_words([hang(name="Action period 1", say="10 weeks")])
    assert len(wide) == 2
    assert deep == 0
    narrow, deep = stretch_words([hang(x1=140.0, name="Action period 1", say="10 weeks")])
    assert [ET.fromstring(part).text for part in narrow] == ["Action period 1", "10 weeks"]
    assert deep > 88 + 150
    assert stretch_words([hang(x1=40.0, name="Action period 1", say="10 weeks")]) == ([], 0)


@pytest.mark.parametrize(
    ("text", "chars", "lines"),
    [
        ("Action period 3", 15, ["Action period 3"]),
        ("Action period 3", 14, ["Action", "period 3"]),
        ("Période d'action 3", 14, ["Période", "d'action 3"]),
        ("Mise en commun et préparation du congrès", 12, ["Mise en", "commun et", "préparation…"]),
        ("Approfondissement", 12, ["Approfondis…"]),
        ("Approfondissement", 8, []),
        ("  ", 12, []),
        ("", 12, []),
    ],
)
def test_a_name_too_long_for_its_stretch_is_broken_between_words_and_cut_only_where_three_lines_do_not_hold_it(
    text, chars, lines
):
    assert wrapped(text, chars * 8.0, 8.0) == lines


def test_words_under_a_hang_make_way_for_the_pill():
    under = hang(x1=130.0, name="Action period 1", say="10 weeks")

    def first_line(pill):
        return float(ET.fromstring(stretch_words([under], pill)[0][0]).get("y"))

    free = first_line((0, -99, 0))
    assert first_line((300, 250, 170)) == free, "beside it"
    assert first_line((0, 100, 170)) == free, "above it"
    assert first_line((100, 250, 170)) > 250 + 32 + 16


def test_the_words_of_rest_make_way_for_the_pill():
    rest = [Quiet(START + timedelta(weeks=4), START + timedelta(weeks=6))]
    assert len(quiet_words([hang()], rest, "quiet weeks", 600, (0, -99, 100))) == 1
    assert quiet_words([hang()], rest, "quiet weeks", 600, (200, 240, 200)) == []

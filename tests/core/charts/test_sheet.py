"""Where things stand on the paper of a run chart."""

from decimal import Decimal

import pytest

from core.charts.run_data import ChartData, ChartNote, ChartPoint, ChartWords, Level
from core.charts.scales import plain
from core.charts.sheet import sheet_of


def sheet(values, *, wide=True, words=None, **options):
    data = ChartData([ChartPoint("", v) for v in values], words or ChartWords("", ""), **options)
    return sheet_of(data, wide=wide, number=plain)


def test_the_axis_begins_at_nothing_and_below_it_only_where_a_value_does():
    above = sheet([4, 9, 12])
    assert above.y(0) == above.floor
    assert above.y(12) > above.top
    below = sheet([-4, 3])
    assert below.y(0) < below.floor
    assert below.ticks[0][0] <= Decimal(-4)


def test_points_stand_side_by_side_and_a_first_one_in_the_middle():
    three = sheet([1, 2, 3])
    assert three.x(0) == three.left
    assert three.x(2) == three.width - three.right
    one = sheet([1])
    assert one.x(0) == (one.left + one.width - one.right) / 2


@pytest.mark.parametrize("wide", [True, False])
def test_long_words_widen_the_margins_but_never_beyond_a_third(wide):
    words = ChartWords("", "", goal="a goal with many words " * 9)
    short, long = sheet([10**9, 2], wide=wide), sheet([10**9, 2], wide=wide, goal=4, words=words)
    assert short.left > 30
    assert long.right == long.width / 3


def test_notes_on_one_spot_share_four_rows_and_those_without_a_point_have_none():
    notes = [ChartNote(5, k) for k in range(6)]
    assert list(sheet(range(14), notes=notes).rows.values()) == [0, 1, 2, 3, 3, 3]
    assert sheet(range(14), notes=[ChartNote(14, 1), ChartNote(-1, 2)]).rows == {}
    assert sheet(range(14), notes=[ChartNote(0, 1), ChartNote(13, 2)]).rows == {0: 0, 1: 0}


def test_what_cannot_be_placed_is_missing():
    paper = sheet([1, float("nan"), 3, None], goal=float("inf"), levels=[Level(0, 3, 2), Level(0, 3, float("nan"))])
    assert paper.values == [1.0, None, 3.0, None]
    assert (paper.goal, [at for _, at in paper.levels]) == (None, [2.0])
    assert (paper.last, paper.last_word) == (2, "3")


def test_without_a_number_there_is_one_level_and_no_word():
    assert [word for _, word in sheet([None, None]).ticks] == [""]

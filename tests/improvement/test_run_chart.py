"""What a run chart says, and what it must not say."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from improvement.run_chart import (
    ENOUGH,
    RUNS_TABLE,
    Direction,
    Finding,
    Point,
    RunChart,
    Side,
    count_runs,
    exact_limits,
    limits_for,
    median_of,
    run_chart,
    shifts,
    trends,
)

# The exact distribution of runs (Swed and Eisenhart 1943), 2.5 % in each tail; printed tables differ in the rows below.
EXACT = {
    10: (3, 9), 11: (4, 9), 12: (4, 10), 13: (4, 11), 14: (4, 12), 15: (5, 12), 16: (5, 13), 17: (6, 13),
    18: (6, 14), 19: (6, 15), 20: (7, 15), 21: (7, 16), 22: (8, 16), 23: (8, 17), 24: (8, 18), 25: (9, 18),
    26: (9, 19), 27: (10, 19), 28: (10, 20), 29: (10, 21), 30: (11, 21), 31: (11, 22), 32: (12, 22), 33: (12, 23),
    34: (12, 24), 35: (13, 24), 36: (13, 25), 37: (14, 25), 38: (14, 26), 39: (14, 26), 40: (15, 27), 41: (15, 28),
    42: (16, 28), 43: (16, 29), 44: (17, 29), 45: (17, 30), 46: (17, 31), 47: (18, 31), 48: (18, 32), 49: (19, 32),
    50: (19, 33), 51: (20, 33), 52: (20, 34), 53: (20, 35), 54: (21, 35), 55: (21, 36), 56: (22, 36), 57: (22, 37),
    58: (23, 37), 59: (23, 38), 60: (24, 38),
}  # fmt: skip
PRINTED_DIFFERS = {11, 12, 17, 20, 22, 23, 25, 29, 32, 35, 37, 41, 43, 53, 55, 57, 59}
WEEKS = [4, 5, 4, 6, 5, 7, 4, 6, 8, 9, 7, 9, 11, 12]


def chart(values, **options) -> RunChart:
    return run_chart([Point(f"w{i}", v) for i, v in enumerate(values)], **options)


def numbers(*values):
    return [None if v is None else Decimal(v) for v in values]


# ---------------------------------------------------------------- tables


@pytest.mark.parametrize("n", EXACT)
def test_the_exact_distribution_gives_the_published_values(n):
    assert exact_limits(n) == EXACT[n]


def test_the_printed_table_covers_ten_to_sixty_and_is_never_more_than_one_off_the_exact_one():
    assert list(RUNS_TABLE) == list(range(10, 61))
    assert {n for n in EXACT if RUNS_TABLE[n] != EXACT[n]} == PRINTED_DIFFERS
    for n, printed in RUNS_TABLE.items():
        assert all(abs(a - b) <= 1 for a, b in zip(printed, EXACT[n], strict=True))


def test_limits_come_from_the_table_then_from_the_formula_and_not_below_ten():
    assert limits_for(9) is None
    assert limits_for(20) == (6, 16)
    assert limits_for(61) == exact_limits(61)
    with pytest.raises(ValueError, match="two points"):
        exact_limits(1)


# ---------------------------------------------------------------- median and useful points


def test_the_median_is_exact_in_decimals():
    assert median_of([]) is None
    assert median_of(numbers(3, 1, 2)) == 2
    assert median_of(numbers("0.1", "0.7")) == Decimal("0.4")
    assert chart([0.1, 0.3, 0.2]).useful == 2  # 0.2 lies on the median, as typed


def test_a_baseline_fixes_the_median_on_the_first_recorded_points():
    fixed = chart([4, None, 6, 5, 50, 60], baseline=3)
    assert (fixed.median, fixed.baseline_end) == (5, 3)
    assert chart([4, 6], baseline=8).baseline_end is None
    with pytest.raises(ValueError, match="baseline"):
        chart([1], baseline=0)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), Decimal("NaN")])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(ValueError, match="finite"):
        chart([1, value])


# ---------------------------------------------------------------- findings


def test_fourteen_weeks_are_a_shift_of_six_after_its_baseline():
    found = chart(WEEKS, goal=15, direction=Direction.UP, baseline=8)
    assert found.median == 5
    assert found.signal_range == (8, 13)
    reading = found.reading
    assert (reading.finding, reading.side, reading.count) == (Finding.SHIFT, Side.ABOVE, 6)
    assert reading.good is True
    assert reading.current
    assert reading.earlier


def test_the_note_where_a_signal_begins_is_named():
    points = [Point(str(i), v, "huddle" if i == 8 else "far" if i == 3 else "") for i, v in enumerate(WEEKS)]
    assert run_chart(points, baseline=8).reading.note_index == 8
    points = [Point(str(i), v, "far" if i == 3 else "") for i, v in enumerate(WEEKS)]
    assert run_chart(points, baseline=8).reading.note_index is None


def test_no_number_yet():
    assert chart([]).finding is Finding.EMPTY
    empty = chart([None, None])
    assert empty.finding is Finding.EMPTY
    assert (empty.median, empty.runs, empty.signal_range) == (None, None, None)


def test_below_ten_points_nothing_is_judged_even_if_they_all_rise():
    few = chart(range(9))
    assert few.finding is Finding.TOO_FEW
    assert few.reading.count == 9
    assert few.signals == ()
    assert few.limits is None


def test_points_on_the_median_do_not_help_to_reach_ten():
    flat = chart([5] * 30)
    assert (flat.finding, flat.useful) == (Finding.TOO_FEW_USEFUL, 0)
    assert chart([5] * 20 + [4, 6] * 4).finding is Finding.TOO_FEW_USEFUL


def test_ordinary_ups_and_downs_are_steady():
    steady = chart([4, 6, 6, 3, 7, 4, 4, 6, 7, 3, 6, 4])
    assert steady.finding is Finding.STEADY
    assert steady.signal is None
    assert (steady.reading.fewest, steady.reading.most) == RUNS_TABLE[12]


def test_six_make_a_shift_and_five_do_not():
    median = Decimal(5)
    assert shifts(numbers(4, 6, 6, 6, 6, 6, 4), median) == []
    (found,) = shifts(numbers(4, 6, 6, 6, 6, 6, 6, 4), median)
    assert (found.indices, found.count, found.side) == ((1, 2, 3, 4, 5, 6), 6, Side.ABOVE)


def test_points_on_the_median_and_missing_ones_neither_count_nor_break_a_shift():
    (found,) = shifts(numbers(6, 6, 5, 6, None, 6, 6, 5, 6), Decimal(5))
    assert found.count == 6
    assert found.indices == (0, 1, 2, 3, 5, 6, 7, 8)


def test_a_shift_that_began_in_the_baseline_is_given_whole_unless_six_follow():
    values = numbers(4, 4, 6, 6, 6, 6, 6, 6)
    assert shifts(values, Decimal(5), after=3)[0].indices == (2, 3, 4, 5, 6, 7)
    values = numbers(4, 6, 6, 6, 6, 6, 6, 6)
    assert shifts(values, Decimal(5), after=1)[0].indices == (2, 3, 4, 5, 6, 7)


def test_five_make_a_trend_and_four_do_not():
    assert trends(numbers(1, 2, 3, 4)) == []
    (up,) = trends(numbers(3, 1, 2, 3, 4, 5, 2))
    assert (up.indices, up.count, up.side) == ((1, 2, 3, 4, 5), 5, Side.ABOVE)
    (down,) = trends(numbers(9, 7, 5, 3, 1))
    assert down.side is Side.BELOW


def test_equal_neighbours_count_once_in_a_trend():
    assert trends(numbers(1, 2, 2, 3, 3)) == []
    (found,) = trends(numbers(1, 1, 2, None, 2, 3, 4, 5, 5))
    assert found.count == 5
    assert found.indices == (1, 2, 4, 5, 6, 7)


def test_a_peak_belongs_to_both_trends_that_meet_there():
    up, down = trends(numbers(1, 2, 3, 4, 5, 4, 3, 2, 1))
    assert up.indices[-1] == down.indices[0] == 4


def test_the_reading_speaks_of_the_signal_nearest_to_now():
    over = chart([4, 6] * 4 + [9] * 6 + [4, 6, 4, 6], baseline=8)
    assert over.finding is Finding.SHIFT
    assert not over.reading.current


def test_too_few_and_too_many_runs():
    slow = chart([4, 3, 4, 3, 4, 6, 7, 6, 7, 6])
    assert (slow.finding, slow.runs, slow.reading.fewest) == (Finding.FEW_RUNS, 2, 3)
    zigzag = chart([4, 6] * 7)
    assert (zigzag.finding, zigzag.runs, zigzag.reading.most) == (Finding.MANY_RUNS, 14, 12)


@pytest.mark.parametrize(("direction", "good"), [(Direction.UP, True), (Direction.DOWN, False), (Direction.NONE, None)])
def test_whether_it_is_good_depends_on_the_measure_alone(direction, good):
    assert chart(WEEKS, baseline=8, direction=direction).reading.good is good


# ---------------------------------------------------------------- properties

VALUES = st.lists(st.one_of(st.none(), st.integers(0, 12)), max_size=40)
MIRROR = {Side.ABOVE: Side.BELOW, Side.BELOW: Side.ABOVE, None: None}


@given(VALUES)
def test_mirrored_data_mirror_the_finding(values):
    one, other = chart(values), chart([None if v is None else -v for v in values])
    assert other.finding is one.finding
    assert other.reading.side is MIRROR[one.reading.side]
    assert [(s.indices, s.side) for s in other.signals] == [(s.indices, MIRROR[s.side]) for s in one.signals]


@given(VALUES, st.data())
def test_points_on_the_median_never_change_a_shift_or_the_number_of_runs(values, data):
    before = chart(values)
    if before.median is None:
        return
    more = list(values)
    for _ in range(3):
        more.insert(data.draw(st.integers(0, len(more))), before.median)
    after = chart(more)
    assert (after.median, after.useful, after.runs) == (before.median, before.useful, before.runs)
    assert [(s.side, s.count) for s in after.signals if s.finding is Finding.SHIFT] == [
        (s.side, s.count) for s in before.signals if s.finding is Finding.SHIFT
    ]


@given(VALUES)
def test_missing_values_change_no_meaning(values):
    one, other = chart(values), chart([v for v in values if v is not None])
    assert (one.finding, one.median, one.useful, one.runs) == (
        other.finding,
        other.median,
        other.useful,
        other.runs,
    )
    assert [(s.side, s.count) for s in one.signals] == [(s.side, s.count) for s in other.signals]


@given(VALUES, st.integers(1, 100), st.integers(-50, 50))
def test_another_unit_changes_no_finding(values, factor, offset):
    other = chart([None if v is None else v * factor + offset for v in values])
    assert other.finding is chart(values).finding


@given(VALUES, st.none() | st.integers(1, 20))
def test_every_signal_is_made_of_recorded_points_and_nothing_is_judged_too_early(values, baseline):
    found = chart(values, baseline=baseline)
    recorded = set(found.recorded)
    for signal in found.signals:
        assert set(signal.indices) <= recorded
        assert list(signal.indices) == sorted(signal.indices)
        assert 5 <= signal.count <= len(signal.indices)
    if found.useful < ENOUGH:
        assert found.signals == ()
        assert found.finding in {Finding.EMPTY, Finding.TOO_FEW, Finding.TOO_FEW_USEFUL}
    if found.median is not None:
        assert count_runs(found.values, found.median) <= found.useful

"""What a run chart says, and what it must not say."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from improvement import rule_sets
from improvement.rule_sets import ENOUGH
from improvement.run_chart import (
    Direction,
    Finding,
    Phase,
    Side,
    candidates,
    count_runs,
    median_of,
    shifts,
    trends,
)
from improvement.runs import RUNS_TABLE
from tests.improvement import simple_charts as simple
from tests.improvement.charted import charted as chart
from tests.improvement.charted import vectors

WEEKS = [4, 5, 4, 6, 5, 7, 4, 6, 8, 9, 7, 9, 11, 12]


def numbers(*values):
    return [None if v is None else Decimal(v) for v in values]


# ---------------------------------------------------------------- median and useful points


def test_the_median_is_exact_in_decimals():
    assert median_of([]) is None
    assert median_of(numbers(3, 1, 2)) == 2
    assert median_of(numbers("0.1", "0.7")) == Decimal("0.4")
    assert chart([0.1, 0.3, 0.2]).now.useful == 2  # 0.2 lies on the median, as typed


def test_a_baseline_fixes_the_median_on_the_first_recorded_points():
    fixed = chart([4, None, 6, 5, 50, 60], baseline=3)
    assert (fixed.now.centre, fixed.now.baseline_end) == (5, 3)
    assert chart([4, 6], baseline=8).now.baseline_end is None


@pytest.mark.parametrize("value", [float("nan"), float("inf"), Decimal("NaN")])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(ValueError, match="finite"):
        chart([1, value])


# ---------------------------------------------------------------- findings


def test_fourteen_weeks_are_a_shift_of_six_after_its_baseline():
    found = chart(WEEKS, goal=15, direction=Direction.UP, baseline=8)
    assert found.now.centre == 5
    assert found.signal_range == (8, 13)
    reading = found.reading
    assert (reading.finding, reading.side, reading.count) == (Finding.SHIFT, Side.ABOVE, 6)
    assert reading.good is True
    assert reading.current
    assert reading.earlier


def test_the_note_where_a_signal_begins_is_named():
    assert chart(WEEKS, {8: "huddle", 3: "far"}, baseline=8).reading.note_index == 8
    assert chart(WEEKS, {3: "far"}, baseline=8).reading.note_index is None


def test_no_number_yet():
    assert chart([]).finding is Finding.EMPTY
    empty = chart([None, None])
    assert empty.finding is Finding.EMPTY
    assert (empty.now.centre, empty.now.runs, empty.signal_range) == (None, None, None)


def test_below_ten_points_nothing_is_judged_even_if_they_all_rise():
    few = chart(range(9))
    assert few.finding is Finding.TOO_FEW
    assert few.reading.count == 9
    assert few.now.signals == ()
    assert not few.now.is_judged


def test_points_on_the_median_do_not_help_to_reach_ten():
    flat = chart([5] * 30)
    assert (flat.finding, flat.now.useful) == (Finding.TOO_FEW_USEFUL, 0)
    assert chart([5] * 20 + [4, 6] * 4).finding is Finding.TOO_FEW_USEFUL


def test_ordinary_ups_and_downs_are_steady():
    steady = chart([4, 6, 6, 3, 7, 4, 4, 6, 7, 3, 6, 4])
    assert steady.finding is Finding.STEADY
    assert steady.signal is None
    assert (steady.reading.fewest, steady.reading.most) == RUNS_TABLE[12]


def test_six_make_a_shift_and_five_do_not():
    median = Decimal(5)
    assert shifts(numbers(4, 6, 6, 6, 6, 6, 4), median, 6) == []
    (found,) = shifts(numbers(4, 6, 6, 6, 6, 6, 6, 4), median, 6)
    assert (found.indices, found.count, found.side) == ((1, 2, 3, 4, 5, 6), 6, Side.ABOVE)


def test_points_on_the_median_and_missing_ones_neither_count_nor_break_a_shift():
    (found,) = shifts(numbers(6, 6, 5, 6, None, 6, 6, 5, 6), Decimal(5), 6)
    assert found.count == 6
    assert found.indices == (0, 1, 2, 3, 5, 6, 7, 8)


def test_a_shift_that_began_in_the_baseline_is_given_whole_unless_six_follow():
    values = numbers(4, 4, 6, 6, 6, 6, 6, 6)
    assert shifts(values, Decimal(5), 6, after=3)[0].indices == (2, 3, 4, 5, 6, 7)
    values = numbers(4, 6, 6, 6, 6, 6, 6, 6)
    assert shifts(values, Decimal(5), 6, after=1)[0].indices == (2, 3, 4, 5, 6, 7)


def test_five_make_a_trend_and_four_do_not():
    assert trends(numbers(1, 2, 3, 4), 5) == []
    (up,) = trends(numbers(3, 1, 2, 3, 4, 5, 2), 5)
    assert (up.indices, up.count, up.side) == ((1, 2, 3, 4, 5), 5, Side.ABOVE)
    (down,) = trends(numbers(9, 7, 5, 3, 1), 5)
    assert down.side is Side.BELOW


def test_equal_neighbours_count_once_in_a_trend():
    assert trends(numbers(1, 2, 2, 3, 3), 5) == []
    (found,) = trends(numbers(1, 1, 2, None, 2, 3, 4, 5, 5), 5)
    assert found.count == 5
    assert found.indices == (1, 2, 4, 5, 6, 7)


def test_a_peak_belongs_to_both_trends_that_meet_there():
    up, down = trends(numbers(1, 2, 3, 4, 5, 4, 3, 2, 1), 5)
    assert up.indices[-1] == down.indices[0] == 4


def test_the_reading_speaks_of_the_signal_nearest_to_now():
    over = chart([4, 6] * 4 + [9] * 6 + [4, 6, 4, 6], baseline=8)
    assert over.finding is Finding.SHIFT
    assert not over.reading.current


def test_too_few_and_too_many_runs():
    slow = chart([4, 3, 4, 3, 4, 6, 7, 6, 7, 6])
    assert (slow.finding, slow.now.runs, slow.reading.fewest) == (Finding.FEW_RUNS, 2, 3)
    zigzag = chart([4, 6] * 7)
    assert (zigzag.finding, zigzag.now.runs, zigzag.reading.most) == (Finding.MANY_RUNS, 14, 12)


@pytest.mark.parametrize(("direction", "good"), [(Direction.UP, True), (Direction.DOWN, False), (Direction.NONE, None)])
def test_whether_it_is_good_depends_on_the_measure_alone(direction, good):
    assert chart(WEEKS, baseline=8, direction=direction).reading.good is good


# ---------------------------------------------------------------- beside the plain implementation


@pytest.mark.parametrize("vector", vectors("shift"))
def test_shifts_are_those_of_the_plain_implementation(vector):
    given_ = vector["input"]
    found = shifts(numbers(*given_["values"]), Decimal(given_["centre"]), given_["length"])
    assert sorted({i for one in found for i in one.indices}) == vector["expected"]["points"]


@pytest.mark.parametrize("vector", vectors("trend"))
def test_trends_are_those_of_the_plain_implementation(vector):
    given_ = vector["input"]
    found = trends(numbers(*given_["values"]), given_["length"])
    assert sorted({i for one in found for i in one.indices}) == vector["expected"]["points"]


@pytest.mark.parametrize("vector", vectors("run"))
def test_runs_are_those_of_the_plain_implementation(vector):
    expected = vector["expected"]
    values, centre = numbers(*vector["input"]["values"]), vector["input"]["centre"]
    found = chart(values, phases=[Phase(centre=None if centre is None else Decimal(centre))])
    assert (float(found.now.centre), found.now.useful) == (expected["centre"], expected["useful"])
    assert count_runs(values, found.now.centre) == expected["runs"]
    assert found.now.is_judged is (expected["runs_limits_exact"] is not None)
    if found.now.is_judged:
        assert found.now.runs == expected["runs"]
        anhoej = chart(values, rules=rule_sets.ANHOEJ, phases=[Phase(centre=found.now.centre)])
        assert (anhoej.finding in {Finding.SHIFT, Finding.FEW_RUNS}) is expected["anhoej_signal"]


LEVELS = st.lists(st.one_of(st.none(), st.integers(0, 6)), max_size=40)


@given(LEVELS, st.integers(2, 8))
def test_any_series_has_the_shifts_and_trends_of_the_plain_implementation(values, length):
    found = {i for one in shifts(numbers(*values), Decimal(3), length) for i in one.indices}
    assert found == simple.shift_points(values, 3, length)
    found = {i for one in trends(numbers(*values), length) for i in one.indices}
    assert found == simple.trend_points(values, length)


# ---------------------------------------------------------------- sets of rules


def test_the_same_numbers_are_judged_by_the_set_that_is_asked_for():
    six_above = [*[6, 4] * 4, *[7] * 6, 4, 4]
    assert chart(six_above, rules=rule_sets.PERLA, baseline=8).finding is Finding.SHIFT
    for other in (rule_sets.ANHOEJ, rule_sets.BALESTRACCI, rule_sets.PQ):
        assert chart(six_above, rules=other, baseline=8).finding is not Finding.SHIFT
    rising = [5, 4, 6, 4, 6, 1, 2, 3, 7, 9, 4, 6]
    assert chart(rising, rules=rule_sets.PERLA).finding is Finding.TREND
    assert chart(rising, rules=rule_sets.ANHOEJ).finding is Finding.STEADY


def test_a_run_longer_than_chance_explains_is_a_shift_of_anhoej():
    assert chart([5, 7, 5, 7, 5, *[8] * 7, 5, 5, 5], rules=rule_sets.ANHOEJ, baseline=5).finding is not Finding.SHIFT
    long = chart([*[8, 4] * 6, *[9] * 9], rules=rule_sets.ANHOEJ, baseline=12)
    assert (long.finding, long.signal.count) == (Finding.SHIFT, 9)


def test_too_few_crossings_are_a_signal_and_many_are_none_where_a_set_limits_crossings():
    slow = chart([4, 4, 4, 4, 4, 8, 8, 8, 8, 8], rules=rule_sets.ANHOEJ)
    assert (slow.finding, slow.reading.runs, slow.reading.fewest, slow.reading.most) == (Finding.FEW_RUNS, 2, 3, None)
    assert chart([4, 6] * 8, rules=rule_sets.ANHOEJ).finding is Finding.STEADY


def test_a_set_without_a_rule_for_runs_never_speaks_of_them():
    assert chart([4, 6] * 8, rules=rule_sets.PQ).finding is Finding.STEADY


def test_about_the_mean_one_far_number_moves_the_line():
    values = [1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 100]
    assert chart(values).now.centre == 2
    assert chart(values, rules=rule_sets.MEAN).now.centre == Decimal("9.75")
    assert chart([5] * 12, rules=rule_sets.MEAN).now.useful == 0


@pytest.mark.parametrize(("useful", "length"), [(19, 7), (20, 8)])
def test_how_many_make_a_shift_may_hang_on_how_many_there_are(useful, length):
    assert rule_sets.BALESTRACCI.shift(useful) == length


def test_every_set_is_found_by_its_key():
    assert {key: one.key for key, one in rule_sets.RULE_SETS.items()} == {
        key: key for key in ("perla", "anhoej", "balestracci", "pq", "mean")
    }


# ---------------------------------------------------------------- phases


def test_each_phase_has_its_own_line_and_its_own_judgement():
    found = chart([*[4, 6] * 6, *[8, 10] * 6], phases=[Phase(), Phase(first=12)])
    one, other = found.stretches
    assert (one.first, one.last, one.centre) == (0, 11, 5)
    assert (other.first, other.last, other.centre) == (12, 23, 9)
    assert found.now is other
    assert found.finding is Finding.MANY_RUNS, "the jump between the phases is no signal any more"
    assert chart([*[4, 6] * 6, *[8, 10] * 6]).finding is Finding.SHIFT


def test_a_new_phase_begins_to_count_its_points_anew():
    found = chart([*[4, 6] * 6, 8, 10, 9], phases=[Phase(), Phase(first=12)])
    assert (found.finding, found.reading.count, found.reading.first) == (Finding.TOO_FEW, 3, 12)


def test_what_was_frozen_stays_whatever_is_said_later_of_its_numbers():
    frozen = chart([50, 60, *[4, 6] * 6], phases=[Phase(until=1, centre=Decimal("4.5"))])
    assert (frozen.now.centre, frozen.now.is_frozen, frozen.now.baseline_end) == (Decimal("4.5"), True, 1)
    assert frozen.now.useful == 14


def test_a_phase_that_would_begin_after_the_last_place_is_left_out():
    assert len(chart([1, 2, 3], phases=[Phase(), Phase(first=3)]).stretches) == 1
    assert chart([], phases=[Phase(), Phase(first=3)]).finding is Finding.EMPTY


@pytest.mark.parametrize("firsts", [[], [1], [0, 0], [0, 5, 3]])
def test_phases_follow_each_other_from_the_first_place(firsts):
    with pytest.raises(ValueError, match="phases"):
        chart([1, 2], phases=[Phase(first) for first in firsts])


# ---------------------------------------------------------------- far points


def test_a_far_point_is_asked_about_and_changes_no_finding():
    values = [4, 6, 4, 7, 4, 6, 4, 3, 6, 4, 60, 6]
    found = chart(values)
    assert found.now.candidates == (10,)
    assert found.finding is Finding.STEADY
    assert chart(values[:9]).now.candidates == (), "too few to know what is far"


def test_where_most_neighbours_are_equal_the_mean_range_tells_what_is_far():
    assert candidates(numbers(*[5] * 11, 60), Decimal(5)) == [11]
    assert candidates(numbers(*[5] * 12), Decimal(5)) == []
    assert candidates(numbers(5), Decimal(5)) == []


def test_far_begins_beyond_three_and_a_bit_median_ranges():
    calm = [4, 5] * 6  # every neighbour is 1 away
    assert candidates(numbers(*calm, "8.145"), Decimal(5)) == []
    assert candidates(numbers(*calm, "8.146"), Decimal(5)) == [12]


# ---------------------------------------------------------------- properties

VALUES = st.lists(st.one_of(st.none(), st.integers(0, 12)), max_size=40)
MIRROR = {Side.ABOVE: Side.BELOW, Side.BELOW: Side.ABOVE, None: None}


@given(VALUES)
def test_mirrored_data_mirror_the_finding(values):
    one, other = chart(values), chart([None if v is None else -v for v in values])
    assert other.finding is one.finding
    assert other.reading.side is MIRROR[one.reading.side]
    assert [(s.indices, s.side) for s in other.now.signals] == [(s.indices, MIRROR[s.side]) for s in one.now.signals]


@given(VALUES, st.data())
def test_points_on_the_median_never_change_a_shift_or_the_number_of_runs(values, data):
    before = chart(values)
    if before.now.centre is None:
        return
    more = list(values)
    for _ in range(3):
        more.insert(data.draw(st.integers(0, len(more))), before.now.centre)
    after = chart(more)
    assert (after.now.centre, after.now.useful, after.now.runs) == (
        before.now.centre,
        before.now.useful,
        before.now.runs,
    )
    assert [(s.side, s.count) for s in after.now.signals if s.finding is Finding.SHIFT] == [
        (s.side, s.count) for s in before.now.signals if s.finding is Finding.SHIFT
    ]


@given(VALUES)
def test_missing_values_change_no_meaning(values):
    one, other = chart(values), chart([v for v in values if v is not None])
    assert (one.finding, one.now.centre, one.now.useful, one.now.runs) == (
        other.finding,
        other.now.centre,
        other.now.useful,
        other.now.runs,
    )
    assert [(s.side, s.count) for s in one.now.signals] == [(s.side, s.count) for s in other.now.signals]


@given(VALUES, st.integers(1, 100), st.integers(-50, 50))
def test_another_unit_changes_no_finding(values, factor, offset):
    other = chart([None if v is None else v * factor + offset for v in values])
    assert other.finding is chart(values).finding


@given(VALUES, st.none() | st.integers(1, 20))
def test_every_signal_is_made_of_recorded_points_and_nothing_is_judged_too_early(values, baseline):
    found = chart(values, baseline=baseline)
    recorded = set(found.recorded)
    for signal in found.now.signals:
        assert set(signal.indices) <= recorded
        assert list(signal.indices) == sorted(signal.indices)
        assert 5 <= signal.count <= len(signal.indices)
    if found.now.useful < ENOUGH:
        assert found.now.signals == ()
        assert found.finding in {Finding.EMPTY, Finding.TOO_FEW, Finding.TOO_FEW_USEFUL}
    if found.now.centre is not None:
        assert count_runs(found.values, found.now.centre) <= found.now.useful

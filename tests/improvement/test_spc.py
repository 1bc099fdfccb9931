"""Control charts: limits, rules and the two NHS states, beside a second, plain implementation and published figures."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from improvement import spc_rules
from improvement.spc import Stage, control_chart
from improvement.spc_limits import Basis, Chart, Line, Observation, basis_of, line_at, shown
from improvement.spc_rules import Cause, Direction, Rules, Side, Variation
from tests.improvement import simple_charts as simple
from tests.improvement.charted import numbers
from tests.improvement.charted import vectors as of

EARLY = Rules("early", shift=7, trend=7, enough=1)  # limits from the first point on, to be compared
DIRECTIONS = {True: Direction.UP, False: Direction.DOWN, None: Direction.NONE}


def singles(values):
    return [Observation(value) for value in values]


def samples(counts, sizes):
    return [Observation(count, size) for count, size in zip(counts, sizes, strict=True)]


def about(expected):
    return None if expected is None else pytest.approx(expected, rel=1e-9, abs=1e-12)


def drawn(found):
    """Return (values, lowers, uppers) of a chart as they stand on its axis; None where nothing is drawn."""
    values = [None if one.value is None else shown(found.chart, one.value) for one in found.points]
    lowers = [None if one.line is None else shown(found.chart, one.line.lower) for one in found.points]
    uppers = [None if one.line is None else shown(found.chart, one.line.upper) for one in found.points]
    return values, lowers, uppers


# ---------------------------------------------------------------- limits


@pytest.mark.parametrize(
    "vector", [one for kind in ("x", "mr", "p", "u", "c", "p'", "u'", "t", "g") for one in of(kind)]
)
def test_limits_are_those_of_the_plain_implementation(vector):
    given_, expected = vector["input"], vector["expected"]
    chart = Chart(vector["kind"])
    if "counts" in given_:
        observations = samples(numbers(given_["counts"]), numbers(given_["sizes"]))
    else:
        observations = singles(numbers(given_["values"]))
    if expected.get("error"):
        with pytest.raises(ValueError, match="more than 0"):
            control_chart(chart, observations, rules=EARLY)
        return
    found = control_chart(chart, observations, rules=EARLY, screened=given_.get("screened", False))
    values, lowers, uppers = drawn(found)
    for i, value in enumerate(expected["values"]):
        assert values[i] == about(value)
        for name, ours in (("lower", lowers), ("upper", uppers)):
            theirs = expected[name]
            at = theirs[i] if isinstance(theirs, list) else theirs
            if value is not None and at is not None:  # of a single point the plain one gives no limits
                assert ours[i] == about(at)
    lines = [one.line for one in found.points if one.line is not None]
    assert not lines or shown(chart, lines[0].centre) == about(expected["centre"])


COUNTS = st.lists(st.one_of(st.none(), st.integers(0, 40)), min_size=3, max_size=30)
PAIRS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 60)), min_size=3, max_size=30)


def together(found, centre, limits):
    """Assert that a chart has the centre and the limits of the plain implementation."""
    _values, lowers, uppers = drawn(found)
    for i, pair in enumerate(limits):
        if pair is not None:
            assert (lowers[i], uppers[i]) == (about(pair[0]), about(pair[1]))
            assert shown(found.chart, found.points[i].line.centre) == about(centre)


@given(COUNTS, st.booleans())
def test_single_values_agree_with_the_plain_implementation(values, screened):
    found = control_chart(Chart.X, singles(values), rules=EARLY, screened=screened)
    together(found, *simple.x_limits(values, screened))
    together(control_chart(Chart.RANGE, singles(values), rules=EARLY), *simple.mr_limits(values))


@given(COUNTS)
def test_counts_and_gaps_agree_with_the_plain_implementation(values):
    assume(any(value is not None for value in values))
    together(control_chart(Chart.C, singles(values), rules=EARLY), *simple.c_limits(values))
    together(control_chart(Chart.G, singles(values), rules=EARLY), *simple.g_limits(values))
    times = [None if value is None else value + 1 for value in values]
    together(control_chart(Chart.T, singles(times), rules=EARLY), *simple.t_limits(times))


@given(PAIRS)
def test_samples_agree_with_the_plain_implementation(pairs):
    sizes = [size for _count, size in pairs]
    assume(any(sizes))
    counts = [min(count, size) for count, size in pairs]
    ours = samples(counts, sizes)
    together(control_chart(Chart.P, ours, rules=EARLY), *simple.p_limits(counts, sizes))
    together(control_chart(Chart.U, ours, rules=EARLY), *simple.u_limits(counts, sizes))
    together(control_chart(Chart.P_LANEY, ours, rules=EARLY), *simple.p_laney(counts, sizes))
    together(control_chart(Chart.U_LANEY, ours, rules=EARLY), *simple.u_laney(counts, sizes))


@pytest.mark.parametrize("chart", [Chart.X, Chart.RANGE, Chart.C, Chart.G, Chart.T])
@pytest.mark.parametrize("value", ["0.1", "7", "1234.567"])
def test_equal_values_are_never_outside_their_own_limits(chart, value):
    found = control_chart(chart, singles(numbers([value] * 13)), rules=EARLY)
    assert {one.cause for one in found.points} == {Cause.COMMON}


@pytest.mark.parametrize(("count", "share"), [(0, 0), (7, 1)])
@pytest.mark.parametrize("chart", [Chart.P, Chart.P_LANEY])
def test_none_of_all_and_all_of_all_have_limits_on_the_line(chart, count, share):
    found = control_chart(chart, samples([count] * 13, [7] * 13), rules=EARLY)
    assert {(one.line.lower, one.line.centre, one.line.upper) for one in found.points} == {(share, share, share)}
    assert found.variation is Variation.COMMON


def test_shares_pool_and_are_never_the_mean_of_shares():
    assert basis_of(Chart.P, samples([1, 9], [100, 10])).centre == Fraction(10, 110)


def test_limits_step_with_the_sample():
    basis = Basis(Fraction(1, 2))
    wide, narrow = line_at(Chart.P, basis, 25), line_at(Chart.P, basis, 100)
    assert (float(wide.lower), float(wide.upper)) == (about(0.2), about(0.8))
    assert (float(narrow.lower), float(narrow.near_upper), float(narrow.inner_upper)) == (
        about(0.35),
        about(0.6),
        about(0.55),
    )


def test_a_sample_of_nobody_is_no_value():
    found = control_chart(Chart.P, samples([3, 0, 4], [6, 0, 6]), rules=EARLY)
    assert [one.value for one in found.points] == [Fraction(1, 2), None, Fraction(2, 3)]
    assert line_at(Chart.P, Basis(Fraction(1, 2)), 0) is None
    assert line_at(Chart.P, Basis(Fraction(1, 2))) is None
    assert basis_of(Chart.P, samples([0], [0])) is None


@pytest.mark.parametrize(
    ("chart", "observation", "words"),
    [
        (Chart.P, Observation(14, 12), "more than all"),
        (Chart.P_LANEY, Observation(14, 12), "more than all"),
        (Chart.U, Observation(-1, 12), "below 0"),
        (Chart.P, Observation(0, -2), "below 0"),
        (Chart.C, Observation(-1), "below 0"),
        (Chart.G, Observation(-1), "below 0"),
        (Chart.T, Observation(0), "more than 0"),
        (Chart.X, Observation(float("nan")), "finite"),
        (Chart.X, Observation(Decimal("Infinity")), "finite"),
    ],
)
def test_what_such_a_chart_cannot_hold_is_refused(chart, observation, words):
    with pytest.raises(ValueError, match=words):
        control_chart(chart, [observation])


@pytest.mark.parametrize(("chart", "lowest"), [(Chart.X, -1), (Chart.U, 0), (Chart.C, 0), (Chart.G, 0)])
def test_values_at_the_edge_of_what_is_possible_are_taken(chart, lowest):
    assert control_chart(chart, [Observation(lowest, 5)]).points[0].value is not None


# ---------------------------------------------------------------- published figures


def test_single_values_of_the_nhs_example():
    values = [1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]
    for screened, lower, upper in ((True, -0.72, 4.60), (False, -3.06, 6.95)):
        found = control_chart(Chart.X, singles(values), screened=screened, direction=Direction.UP)
        line = found.points[0].line
        assert [round(float(one), 2) for one in (line.lower, line.centre, line.upper)] == [lower, 1.94, upper]
        special = {i: one.variation for i, one in enumerate(found.points) if one.cause is not Cause.COMMON}
        assert special == {4: Variation.IMPROVEMENT_HIGH}


def test_a_screened_range_of_the_book_of_anhoej_and_mohammed():
    values = [18, 16, 8, 9, 10, 11, 26, 14, 15, 14, 18, 19, 18, 11, 28, 20, 16, 17, 12, 13, 24, 16, 15, 11]
    plain = control_chart(Chart.X, singles(values))
    assert plain.bases[0].spread == 5
    assert {one.cause for one in plain.points} == {Cause.COMMON}
    screened = control_chart(Chart.X, singles(values), screened=True)
    assert round(float(screened.bases[0].spread), 2) == 4.45
    assert [i for i, one in enumerate(screened.points) if one.cause is Cause.OUTSIDE] == [14]


def test_counts_rates_and_shares_of_published_examples():
    lorries = [5, 4, 4, 8, 7, 12, 3, 11, 8, 4, 9, 13, 5, 4, 9, 15, 8, 9, 10, 8]
    line = control_chart(Chart.C, singles(lorries)).points[0].line
    assert (line.centre, line.lower, round(float(line.upper), 4)) == (Fraction(78, 10), 0, 16.1785)
    rolls = [12, 11, 9, 15, 7, 6, 5, 10, 8, 8, 14, 5, 9, 13, 7, 5, 8, 11, 7, 12]
    line = control_chart(Chart.U, samples(rolls, [30] * 20)).points[0].line
    assert [round(float(one), 5) for one in (line.lower, line.centre, line.upper)] == [0.00167, 0.30333, 0.605]
    line = control_chart(Chart.P, samples([40, 44, 22, 34, 24, 32, 28, 32, 34, 30] * 2, [200] * 20)).points[0].line
    assert [round(float(one), 4) for one in (line.lower, line.centre, line.upper)] == [0.0822, 0.16, 0.2378]


def test_shares_of_very_large_samples_have_wider_limits():
    seen = [266501, 264225, 276532, 281461, 269071, 261215, 270409, 279778, 270483, 270320, 267923, 271478, 255353, 256820,
            261835, 259144, 255910, 260863, 264465, 260989]  # fmt: skip
    all_ = [280443, 276823, 291681, 296155, 282343, 275888, 283867, 295251, 284468, 282529, 279618, 283932, 266629, 268091,
            276803, 271578, 266005, 273520, 278574, 273772]  # fmt: skip
    plain = control_chart(Chart.P, samples(seen, all_)).points[0].line
    wide = control_chart(Chart.P_LANEY, samples(seen, all_)).points[0].line
    assert float(plain.lower) == about(0.95169956464601502)
    assert (float(wide.lower), float(wide.upper)) == (about(0.9401296441775141), about(0.96566977851086822))


# ---------------------------------------------------------------- rules


@pytest.mark.parametrize("vector", of("nhs"))
def test_nhs_states_are_those_of_the_plain_implementation(vector):
    given_, expected = vector["input"], vector["expected"]
    found = control_chart(
        Chart.X, singles(numbers(given_["values"])), rules=EARLY, screened=given_["screened"],
        direction=DIRECTIONS[given_["up_is_good"]],
        target=None if given_["target"] is None else Decimal(given_["target"]),
    )  # fmt: skip
    causes = [None if one.value is None else one.cause.value for one in found.points]
    assert causes == expected["causes"]
    assert found.variation == expected["variation"]
    assert found.assurance == expected["assurance"]
    near = next(one.line for one in found.points if one.line is not None)
    assert (float(near.near_lower), float(near.near_upper)) == (
        about(expected["near_lower"]),
        about(expected["near_upper"]),
    )


def with_lines(values, centre, lower, upper, near_lower, near_upper, *, rules=spc_rules.NHS, direction=Direction.NONE):
    """Return (cause, state) of each value (None: missing) between given lines."""
    line = Line(*(Fraction(one) for one in (centre, lower, upper, near_lower, near_upper, centre, centre)))
    known = [Fraction(one) for one in values if one is not None]
    causes = spc_rules.causes_of(known, [line] * len(known), rules)
    named = iter([spc_rules.named(one, rules, direction) for one in causes])
    return [None if value is None else next(named) for value in values]


@pytest.mark.parametrize("vector", of("nhs lines"))
def test_between_given_lines_each_point_is_named_as_in_the_plain_implementation(vector):
    given_, expected = vector["input"], vector["expected"]
    lines = [Decimal(given_[name]) for name in ("centre", "lower", "upper", "near_lower", "near_upper")]
    found = with_lines(numbers(given_["values"]), *lines, direction=DIRECTIONS[given_["up_is_good"]])
    assert [None if one is None else one[0].value for one in found] == expected["causes"]
    last = next((one[1] for one in reversed(found) if one is not None), None)
    assert (last and last.value) == expected["variation"]


@given(st.lists(st.one_of(st.none(), st.integers(0, 20)), max_size=40), st.sampled_from([True, False, None]))
def test_any_series_is_named_as_in_the_plain_implementation(values, up_is_good):
    found = with_lines(values, 10, 2, 18, 5, 15, direction=DIRECTIONS[up_is_good])
    theirs = simple.nhs_causes(values, 10, 2, 18, 5, 15)
    assert [None if one is None else one[0].value for one in found] == theirs
    last = next((one[1] for one in reversed(found) if one is not None), None)
    assert (last and last.value) == simple.nhs_variation(values, theirs, 10, up_is_good)


@pytest.mark.parametrize("vector", [one for one in of("assurance") if one.values[0]["input"]["lower"] is not None])
def test_whether_the_goal_will_be_met_as_things_go(vector):
    given_ = vector["input"]
    lower, upper = Fraction(given_["lower"]), Fraction(given_["upper"])
    centre, spread = (lower + upper) / 2, (upper - lower) / 2 / Fraction(266, 100)
    found = control_chart(
        Chart.X, [Observation(centre)], stages=[Stage(frozen=Basis(centre, spread, points=20))],
        direction=DIRECTIONS[given_["up_is_good"]],
        target=None if given_["target"] is None else Decimal(given_["target"]),
    )  # fmt: skip
    assert found.assurance == vector["expected"]["assurance"]


def test_without_limits_nothing_is_assured_and_nothing_varies():
    found = control_chart(Chart.X, singles([1, 2, 3]), direction=Direction.UP, target=2)
    assert (found.assurance, found.variation, found.bases) == (None, None, (None,))
    assert control_chart(Chart.X, []).last is None


def test_limits_and_icons_of_the_nhs_begin_with_the_thirteenth_point():
    twelve = [4, 6] * 6
    assert control_chart(Chart.X, singles(twelve)).points[0].line is None
    assert control_chart(Chart.X, singles([*twelve, 5])).points[0].line is not None


@pytest.mark.parametrize(("points", "trial"), [(10, True), (11, True), (12, False)])
def test_below_twelve_points_limits_are_on_trial(points, trial):
    found = control_chart(Chart.X, singles([4, 6] * 5 + [5] * (points - 10)), rules=spc_rules.NAHQ)
    assert found.bases[0].is_trial is trial


def test_a_pair_on_two_sides_of_the_centre_is_no_signal():
    found = with_lines([16, 4, 16, 10, 16, 17, 11], 10, 2, 18, 5, 15)
    assert [one[0] for one in found] == [Cause.COMMON] * 4 + [Cause.NEAR, Cause.NEAR, Cause.COMMON]


def test_when_good_and_bad_fire_together_the_tool_of_the_nhs_shows_the_good():
    falling = [19, 14, 13, 12, 11, 10.5, 10.25]  # outside above, and a fall of seven
    first = with_lines(falling, 10, 2, 18, 5, 15, direction=Direction.DOWN)[0]
    assert first == (Cause.OUTSIDE, Variation.CONCERN_HIGH)
    tool = with_lines(falling, 10, 2, 18, 5, 15, direction=Direction.DOWN, rules=spc_rules.NHS_TOOL)[0]
    assert tool == (Cause.TREND, Variation.IMPROVEMENT_LOW)


def test_the_tool_may_count_to_six():
    six = [12, 13, 12, 13, 12, 13]
    assert {one[0] for one in with_lines(six, 10, 2, 18, 5, 15)} == {Cause.COMMON}
    assert {one[0] for one in with_lines(six, 10, 2, 18, 5, 15, rules=spc_rules.NHS_TOOL_SIX)} == {Cause.SHIFT}


def test_the_set_of_nahq_asks_for_eight_six_and_fifteen():
    assert {one[0] for one in with_lines([12, 13] * 3 + [12], 10, 2, 18, 5, 15, rules=spc_rules.NAHQ)} == {Cause.COMMON}
    assert {one[0] for one in with_lines([12, 13] * 4, 10, 2, 18, 5, 15, rules=spc_rules.NAHQ)} == {Cause.SHIFT}
    assert {one[0] for one in with_lines(range(7, 13), 10, 2, 18, 5, 15, rules=spc_rules.NAHQ)} == {Cause.TREND}
    calm = Line(*(Fraction(one) for one in (10, 2, 18, 5, 15, 8, 12)))
    for n, cause in ((14, {}), (15, dict.fromkeys(range(15), Side.HIGH))):
        assert spc_rules.within_inner([Fraction(11)] * n, [calm] * n, 15) == cause
    values = [Fraction(9), Fraction(11), Fraction(10)] * 5
    causes = spc_rules.causes_of(values, [calm] * 15, spc_rules.NAHQ)
    assert {spc_rules.named(one, spc_rules.NAHQ, Direction.UP) for one in causes} == {(Cause.INNER, Variation.COMMON)}
    assert causes[0] == ((Cause.INNER, Side.LOW),)
    assert causes[2] == ((Cause.INNER, Side.HIGH),)


def test_every_set_is_found_by_its_key():
    assert {key: one.key for key, one in spc_rules.RULES.items()} == {
        key: key for key in ("nhs", "nhs-tool", "nhs-tool-6", "nahq")
    }


# ---------------------------------------------------------------- stages


def test_each_stage_has_its_own_limits_and_a_row_does_not_run_across():
    values = [*[4, 6] * 7, *[14, 16] * 7]
    found = control_chart(Chart.X, singles(values), stages=[Stage(), Stage(first=14)])
    assert [one.centre for one in found.bases] == [5, 15]
    assert {one.cause for one in found.points} == {Cause.COMMON}
    assert control_chart(Chart.X, singles(values)).variation is not Variation.COMMON


def test_limits_made_of_the_baseline_show_what_limits_made_of_all_hide():
    values = [*[4, 6] * 7, 5, 6, 9, 10, 9, 12]
    made_of_all = control_chart(Chart.X, singles(values)).points[-2]
    of_baseline = control_chart(Chart.X, singles(values), stages=[Stage(made_until=13)])
    assert of_baseline.bases[0].points == 14
    assert made_of_all.line.upper > of_baseline.points[-2].line.upper
    assert of_baseline.points[-1].cause is Cause.OUTSIDE


def test_frozen_limits_stay_centre_and_spread_together():
    frozen = basis_of(Chart.X, singles([4, 6] * 7))
    found = control_chart(Chart.X, singles([50, 60]), stages=[Stage(frozen=frozen)])
    assert found.bases == (frozen,)
    assert {one.cause for one in found.points} == {Cause.OUTSIDE}
    assert (frozen.centre, frozen.spread) == (5, 2)


@pytest.mark.parametrize("firsts", [[], [1], [0, 0], [0, 5, 3]])
def test_stages_follow_each_other_from_the_first_place(firsts):
    with pytest.raises(ValueError, match="stages"):
        control_chart(Chart.X, singles([1]), stages=[Stage(first) for first in firsts])


@given(st.lists(st.one_of(st.none(), st.integers(0, 20)), min_size=13, max_size=40))
def test_missing_values_change_no_meaning(values):
    known = [value for value in values if value is not None]
    one = control_chart(Chart.X, singles(values), rules=EARLY)
    other = control_chart(Chart.X, singles(known), rules=EARLY)
    assert one.variation == other.variation
    assert [point for point in one.points if point.value is not None] == list(other.points)

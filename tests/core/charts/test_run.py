"""The run chart, whatever numbers and words it is given."""

import re
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.charts.run import run_chart_svg
from core.charts.run_data import ChartData, ChartNote, ChartPoint, ChartWords, Level
from core.charts.scales import plain
from tests.core.charts.sketch import having, parse, texts

WORDS = ChartWords("Conversations", "14 weeks.", "goal 15", "median 5", "six above the median", "no number")
WEEKS = [4, 5, 4, 6, 5, 7, 4, 6, 8, 9, 7, 9, 11, 12]
CASES = {
    "empty": [],
    "all missing": [None] * 5,
    "all zero": [0] * 12,
    "all equal": [7] * 12,
    "one": [4],
    "one of many": [None, None, 4, None],
    "many": list(range(120)),
    "huge": [10**9, 3 * 10**9, 2 * 10**9],
    "tiny": [0.0001, 0.0004, 0.0002],
    "decimals": [Decimal("2.5"), Decimal("3.25")],
    "negative": [-4, 3, -2],
    "all negative": [-4, -3],
    "ends missing": [None, 3, 4, None, None],
    "not finite": [1, float("nan"), float("inf"), 2],
}
NUMBERS = st.one_of(st.none(), st.floats(-1e12, 1e12), st.integers(-(10**9), 10**9), st.decimals(-1000, 1000, places=2))


def chart(values, **options):
    words = options.pop("words", WORDS)
    return ChartData([ChartPoint(f"w{i}", v) for i, v in enumerate(values)], words, **options)


@pytest.mark.parametrize(
    ("wide", "box", "css"), [(True, "0 0 600 320", "is-wide"), (False, "0 0 344 300", "is-narrow")]
)
def test_a_chart_of_fourteen_weeks_with_everything_on_it(wide, box, css):
    data = chart(
        WEEKS,
        levels=[Level(0, 13, 5, made_until=7)],
        goal=15,
        signal=(8, 13),
        notes=[ChartNote(8, 1), ChartNote(11, 2)],
    )
    root = parse(run_chart_svg(data, wide=wide))
    assert root.get("viewBox") == box
    assert css in root.get("class")
    assert texts(root, {"is-y"}) == ["0", "5", "10", "15"]
    assert len(having(root, {"rc-point"})) == 14
    assert len(having(root, {"rc-point", "is-signal"})) == 6
    assert len(having(root, {"rc-median"})) == 2
    assert len(having(root, {"rc-median", "is-carried"})) == 1
    assert texts(root, {"rc-last"}) == ["12"]
    assert texts(root, {"rc-end"}) == ["goal 15", "median 5"]
    assert texts(root, {"rc-note-no"}) == ["1", "2"]
    assert texts(root, {"rc-say"}) == ["six above the median"]
    assert texts(root, {"is-x"})[-1] == "w13"


@pytest.mark.parametrize("wide", [True, False])
@pytest.mark.parametrize("values", CASES.values(), ids=CASES.keys())
@pytest.mark.parametrize("goal", [None, 0, 15])
def test_every_kind_of_data_is_drawn(values, wide, goal):
    data = chart(
        values,
        goal=goal,
        levels=[] if goal is None else [Level(-1, 1, goal, made_until=0), Level(2, 900, goal, made_until=1)],
        breaks=[0, 2, 900],
        signal=(-3, 500),
        notes=[ChartNote(0, 1), ChartNote(999, 2)],
    )
    root = parse(run_chart_svg(data, wide=wide))
    drawn = [v for v in values if v is not None and abs(float(v)) < float("inf")]
    assert len(having(root, {"rc-point"})) == (1 if len(values) == 120 else len(drawn))  # crowded: the last one only
    assert len(texts(root, {"rc-last"})) == (1 if drawn else 0)
    _, _, w, h = map(float, root.get("viewBox").split())
    for part in having(root, {"rc-point"}):
        if part.get("cx"):
            assert 0 <= float(part.get("cx")) <= w
            assert 0 <= float(part.get("cy")) <= h


def test_below_ten_points_a_chart_without_median_has_no_median():
    root = parse(run_chart_svg(chart([1, 2, 3])))
    assert not having(root, {"rc-median"})
    assert not having(root, {"rc-end"})


@pytest.mark.parametrize(("median", "goal", "last"), [(5, 5, 5), (5, 5.2, 4.9), (0, 0, 0), (12, 12, 12)])
def test_labels_at_the_line_ends_make_room_for_each_other(median, goal, last):
    root = parse(run_chart_svg(chart([1, 9, last], levels=[Level(0, 2, median)], goal=goal)))
    boxes = sorted(
        (float(part.get("y")) - tall / 2, float(part.get("y")) + tall / 2)
        for css, tall in (("rc-end", 13), ("rc-last", 17))
        for part in having(root, {css})
    )
    assert len(boxes) == 3
    assert all(a[1] <= b[0] + 1.6 for a, b in pairwise(boxes))
    assert boxes[0][0] >= 0
    assert boxes[-1][1] <= 320


def test_a_missing_value_breaks_the_line_and_says_why_once():
    points = [
        ChartPoint("a", 1),
        ChartPoint("b", 2),
        ChartPoint("c", None, "paused"),
        ChartPoint("d", None, "paused"),
    ]
    points += [ChartPoint("e", 3), ChartPoint("f", 4)]
    root = parse(run_chart_svg(ChartData(points, WORDS)))
    assert len(having(root, {"rc-line"})) == 2
    assert texts(root, {"is-gap"}) == ["paused"]


def test_numbers_are_written_in_the_readers_language():
    root = parse(run_chart_svg(chart([2.5, 3.5], levels=[Level(0, 1, 3)]), number=lambda v: plain(v).replace(".", ",")))
    assert texts(root, {"rc-last"}) == ["3,5"]
    assert {"0", "1", "2", "3"} <= set(texts(root, {"is-y"}))


def test_neighbouring_notes_stand_in_rows_of_their_own():
    root = parse(run_chart_svg(chart(WEEKS, notes=[ChartNote(5, 1), ChartNote(5, 2), ChartNote(6, 3)])))
    spots = [(float(p.get("cx")), float(p.get("cy"))) for p in having(root, {"rc-note"})]
    assert len(spots) == 3
    assert spots[0][1] != spots[1][1]


def test_dates_under_the_axis_never_touch():
    points = [ChartPoint("12 September 2026", i) for i in range(120)]
    root = parse(run_chart_svg(ChartData(points, WORDS), wide=False))
    xs = sorted(float(p.get("x")) for p in having(root, {"is-x"}))
    assert all(b - a >= 90 for a, b in pairwise(xs))


@given(st.lists(NUMBERS, max_size=30), st.text(max_size=40), NUMBERS, NUMBERS, st.booleans(), st.integers(-5, 40))
def test_the_chart_is_well_formed_for_any_numbers_and_words(values, word, median, goal, wide, place):
    words = ChartWords(word, word, word, word, word, word)
    data = ChartData(
        [ChartPoint(word, v, word) for v in values],
        words,
        [] if median is None else [Level(place - 3, place, median, made_until=place), Level(place + 1, 99, median)],
        [place],
        goal,
        (place, place + 6),
        notes=[ChartNote(place, word)],
    )
    parse(run_chart_svg(data, wide=wide, uid=word))


def test_a_new_line_breaks_the_centre_the_data_and_nothing_else():
    data = chart([1, 2, 1, 8, 9, 8], levels=[Level(0, 2, 1, made_until=1), Level(3, 5, 8)], breaks=[3])
    root = parse(run_chart_svg(data))
    solid, carried, new = having(root, {"rc-median"})
    assert carried.get("class").endswith("is-carried")
    assert float(solid.get("x2")) == float(carried.get("x1"))
    assert float(carried.get("x2")) < float(new.get("x1")), "a gap shows where one ends and the other begins"
    assert float(solid.get("y1")) > float(new.get("y1")), "the higher value stands higher"
    (upright,) = having(root, {"rc-break"})
    assert float(carried.get("x2")) < float(upright.get("x1")) < float(new.get("x1"))
    assert len(having(root, {"rc-line"})) == 2


def test_a_point_alone_behind_a_break_is_drawn_however_close_the_others_are():
    root = parse(run_chart_svg(chart([*range(100), 5, *range(100)], breaks=[100, 101])))
    assert len(having(root, {"rc-point"})) == 2, "the last one, and the one that no line reaches"


def test_limits_step_half_way_between_two_places_and_break_where_there_is_none():
    limits = [(1, 9), (1, 9), (2, 8), None, (2, 8)]
    root = parse(run_chart_svg(chart([5, 5, 5, 5, 5], limits=limits)))
    lower, lower_after, upper, upper_after = [part.get("d") for part in having(root, {"rc-limit"})]
    assert (lower.count("V"), upper.count("V")) == (1, 1), "one step"
    assert (lower_after.count("V"), upper_after.count("V")) == (0, 0)
    at = float(lower.split("H")[1].split("V")[0])
    points = [float(part.get("cx")) for part in having(root, {"rc-point"})]
    assert points[1] < at < points[2]


def test_each_mark_has_a_shape_of_its_own():
    root = parse(run_chart_svg(chart([1, 1, 1, 1], marks={0: "good", 1: "concern", 2: "either", 3: "nonsense"})))
    shapes = {part.get("class"): part.get("d") for part in having(root, {"rc-point"})}
    assert set(shapes) == {"rc-point is-good", "rc-point is-concern", "rc-point is-either", "rc-point"}
    turns = {re.sub(r"[\d.-]+", "", shape) for shape in shapes.values() if shape}
    assert len(turns) == 3


def test_the_scale_holds_the_limits_and_their_words_stand_at_the_end():
    words = ChartWords("", "", high="upper limit 40", low="lower limit 2")
    data = ChartData([ChartPoint("", 5)] * 3, words, limits=[(2, 40)] * 3)
    root = parse(run_chart_svg(data))
    assert texts(root, {"is-limit"}) == ["upper limit 40", "lower limit 2"]
    assert all(float(part.get("y")) > 0 for part in having(root, {"is-limit"}))


def test_a_later_level_begins_with_a_break_of_its_own():
    root = parse(run_chart_svg(chart([1, 2, 1, 8, 9, 8], levels=[Level(0, 2, 1), Level(3, 5, 8)])))
    (upright,) = having(root, {"rc-break"})
    points = [float(part.get("cx")) for part in having(root, {"rc-point"})]
    assert points[2] < float(upright.get("x1")) < points[3]
    assert len(having(root, {"rc-line"})) == 2


def test_the_word_of_the_centre_stands_once_beside_the_last_level():
    root = parse(run_chart_svg(chart([1, 1, 9, 9], levels=[Level(0, 1, 1), Level(2, 3, 9)])))
    assert texts(root, {"is-median"}) == ["median 5"]
    (word,) = having(root, {"is-median"})
    first, last = having(root, {"rc-median"})
    assert abs(float(word.get("y")) - float(last.get("y1"))) < abs(float(word.get("y")) - float(first.get("y1")))
    assert float(first.get("x1")) == 30
    assert float(last.get("x2")) > float(having(root, {"rc-point"})[-1].get("cx"))


def test_a_centre_that_differs_from_place_to_place_goes_in_steps():
    root = parse(run_chart_svg(chart([5, 5, 5, 5], centres=[4, 4, 6, None])))
    (line,) = having(root, {"rc-median"})
    assert line.get("d").count("V") == 1
    assert texts(root, {"is-median"}) == ["median 5"]
    (high,) = having(parse(run_chart_svg(chart([5, 5], centres=[90, 90]))), {"rc-median"})
    assert float(high.get("d").split("H")[0].split()[1]) > 0, "the scale holds it"


def test_a_number_far_from_the_others_has_a_ring_around_its_dot():
    root = parse(run_chart_svg(chart([1, 9, 1], marks={1: "far"})))
    (ring,) = having(root, {"rc-ring"})
    dot = having(root, {"rc-point"})[1]
    assert (ring.get("cx"), ring.get("cy")) == (dot.get("cx"), dot.get("cy"))
    assert float(ring.get("r")) > float(dot.get("r")) + 2


def test_a_point_that_says_something_is_drawn_however_close_the_others_are():
    root = parse(run_chart_svg(chart(range(200), marks={50: "concern", 90: "far"})))
    assert len(having(root, {"rc-point"})) == 3
    assert len(having(root, {"is-concern"})) == 1

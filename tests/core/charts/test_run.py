"""The run chart, whatever numbers and words it is given."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.charts.run import run_chart_svg
from core.charts.run_data import ChartData, ChartNote, ChartPoint, ChartWords
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
    data = chart(WEEKS, median=5, goal=15, signal=(8, 13), baseline_end=7, notes=[ChartNote(8, 1), ChartNote(11, 2)])
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
        median=goal,
        signal=(-3, 500),
        baseline_end=1,
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
    root = parse(run_chart_svg(chart([1, 9, last], median=median, goal=goal)))
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
    root = parse(run_chart_svg(chart([2.5, 3.5], median=3), number=lambda v: plain(v).replace(".", ",")))
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
        median,
        goal,
        (place, place + 6),
        baseline_end=place,
        notes=[ChartNote(place, word)],
    )
    parse(run_chart_svg(data, wide=wide, uid=word))

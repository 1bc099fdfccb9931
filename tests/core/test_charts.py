"""The drawings hold whatever they are given: right shapes, no overlap, well-formed, escaped."""

import re
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.charts import (
    ChartData,
    ChartNote,
    ChartPoint,
    ChartWords,
    Quiet,
    Station,
    Stretch,
    TimelineWords,
    nice_ticks,
    plain,
    rail_bow,
    rail_now,
    rail_station,
    run_chart_svg,
    spark_svg,
    timeline_svg,
    upright_rows,
)

STATIONS = [
    Station(date(2022, 10, 25), "Launch", "25 Oct"),
    Station(date(2022, 11, 23), "Session 1", "Wed 23 Nov", 1),
    Station(date(2023, 1, 11), "Session 2", "Wed 11 Jan, 12:00", 2),
    Station(date(2023, 2, 15), "Session 3", "Wed 15 Feb, closing", 3),
]
STRETCHES = [
    Stretch("Getting ready", "20 teams"),
    Stretch("Action period 1", "7 weeks on your unit"),
    Stretch("Action period 2", "5 weeks"),
]
QUIET = [Quiet(date(2022, 12, 19), date(2023, 1, 4))]
LINE_WORDS = TimelineWords("The four months on one line", "From 25 October to 15 February.", "Today", "quiet weeks")
WORDS = ChartWords("Conversations", "14 weeks.", "goal 15", "median 5", "six above the median", "no number")
DESIGN = [4, 5, 4, 6, 5, 7, 4, 6, 8, 9, 7, 9, 11, 12]


def parse(svg):
    """The drawing as a tree, after the checks that hold for every drawing."""
    assert "style=" not in svg
    assert "<script" not in svg
    numbers = " ".join(re.findall(r' (?:d|x|y|x1|x2|y1|y2|cx|cy|r|width|height|viewBox)="([^"]*)"', svg))
    assert not re.search(r"nan|inf|e[+-]", numbers)
    root = ET.fromstring(svg)
    for part in root.iter():
        assert not {"fill", "stroke", "style", "onclick"} & set(part.attrib)
    return root


def having(root, css):
    return [part for part in root.iter() if css <= set(part.get("class", "").split())]


def texts(root, css):
    return [part.text for part in having(root, css)]


def line(stations=STATIONS, stretches=STRETCHES, today=date(2022, 12, 14), **options):
    return timeline_svg(stations, stretches, today, LINE_WORDS, **options)


def chart(values, **options):
    words = options.pop("words", WORDS)
    return ChartData([ChartPoint(f"w{i}", v) for i, v in enumerate(values)], words, **options)


# ---------------------------------------------------------------- the line


def test_the_line_of_the_design():
    root = parse(line(quiet=QUIET))
    assert root.get("viewBox").startswith("0 0 1000 ")
    assert root.get("role") == "img"
    assert texts(root, {"tl-no"}) == ["1", "2", "3"]
    assert len(having(root, {"tl-station", "is-past"})) == 2
    assert len(having(root, {"tl-halo"})) == 1
    assert texts(root, {"tl-pill-text"}) == ["Today"]
    assert texts(root, {"tl-say", "is-quiet"}) == ["quiet weeks"]
    assert len(having(root, {"tl-bead", "is-quiet"})) == 3
    assert {"Getting ready", "Action period 1", "Session 3"} <= set(texts(root, {"tl-name"}))
    assert root.get("aria-labelledby") == "line-t line-d"
    assert root[0].get("id") == "line-t"
    assert root[1].get("id") == "line-d"


@pytest.mark.parametrize("count", range(1, 9))
@pytest.mark.parametrize("numbered", [True, False])
@pytest.mark.parametrize("offset", [-40, 0, 20, 30, 400])
def test_any_number_of_stations_with_today_anywhere(count, numbered, offset):
    start = date(2027, 1, 4)
    stations = [
        Station(start + timedelta(days=30 * i), f"Session {i + 1}", "noon", i + 1 if numbered else None)
        for i in range(count)
    ]
    today = start + timedelta(days=offset)
    root = parse(line(stations, [Stretch(f"Period {i}", "4 weeks") for i in range(count - 1)], today, quiet=QUIET))
    assert len(having(root, {"tl-station"})) == count
    assert len(having(root, {"tl-no"})) == (count if numbered else 0)
    _, _, width, height = map(float, root.get("viewBox").split())
    (pill,) = having(root, {"tl-pill"})
    assert 0 <= float(pill.get("x")) <= width - float(pill.get("width")) + 0.1
    assert float(pill.get("y")) + 32 <= height
    on_a_station = today in [s.on for s in stations]
    assert len(having(root, {"tl-now"})) == (0 if on_a_station else 1)


def test_no_station_no_drawing_and_no_today_no_marker():
    assert line([], []) == ""
    root = parse(line(today=None))
    assert not having(root, {"tl-now"})
    assert not having(root, {"is-past"})


def test_stations_must_be_in_order_but_may_share_a_day():
    with pytest.raises(ValueError, match="order"):
        line(STATIONS[::-1])
    parse(line([STATIONS[0], STATIONS[0], STATIONS[1]]))
    parse(line([STATIONS[0], STATIONS[0]], today=STATIONS[0].on))


def test_stations_of_one_week_keep_a_distance_and_their_labels_do_not_touch():
    start = date(2027, 1, 4)
    days = [0, 1, 2, 100, 101]
    stations = [
        Station(start + timedelta(days=d), "A rather long name", "Wed 11 Jan, 12:00", i) for i, d in enumerate(days)
    ]
    root = parse(line(stations, [], start))
    xs = [float(part.get("cx")) for part in having(root, {"tl-station"})]
    assert all(b - a >= 63 for a, b in pairwise(xs))
    places = sorted(
        (
            float(part.get("y")),
            float(part.get("x")) - len(part.text) * 4.2,
            float(part.get("x")) + len(part.text) * 4.2,
        )
        for part in having(root, {"tl-name"})
    )
    assert all(a[2] <= b[1] for a, b in pairwise(places) if a[0] == b[0])


def test_long_names_are_cut_with_an_ellipsis_and_stay_on_the_sheet():
    stations = [Station(s.on, s.name * 20, s.say * 20, s.number) for s in STATIONS]
    root = parse(line(stations, [Stretch(s.name * 20, s.say * 20) for s in STRETCHES]))
    names = texts(root, {"tl-name"})
    assert all(name.endswith("…") and len(name) < 60 for name in names)


@given(
    st.lists(st.tuples(st.integers(0, 200), st.text(max_size=30), st.booleans()), min_size=1, max_size=8),
    st.integers(-30, 900),
    st.text(max_size=40),
)
def test_the_line_is_well_formed_for_any_dates_and_words(steps, today, word):
    day, stations = date(2027, 1, 1), []
    for gap, name, numbered in steps:
        day += timedelta(days=gap)
        stations.append(Station(day, name, name, name if numbered else None))
    words = TimelineWords(word, word, word, word)
    now = date(2027, 1, 1) + timedelta(days=today)
    parse(timeline_svg(stations, [Stretch(word, word)] * 8, now, words, uid=word, quiet=[Quiet(now, now)]))


def test_the_pill_never_covers_the_words_of_the_quiet_weeks():
    words = TimelineWords("The line", "Its dates.", "Today, Wednesday 11 January", "quiet weeks")
    for today, said in [(date(2023, 1, 11), []), (date(2022, 11, 23), ["quiet weeks"])]:
        root = parse(timeline_svg(STATIONS, STRETCHES, today, words, quiet=QUIET))
        assert texts(root, {"tl-say", "is-quiet"}) == said


# ---------------------------------------------------------------- upright


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


# ---------------------------------------------------------------- the run chart


@pytest.mark.parametrize(
    ("wide", "box", "css"), [(True, "0 0 600 320", "is-wide"), (False, "0 0 344 300", "is-narrow")]
)
def test_the_chart_of_the_design(wide, box, css):
    data = chart(DESIGN, median=5, goal=15, signal=(8, 13), baseline_end=7, notes=[ChartNote(8, 1), ChartNote(11, 2)])
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
    root = parse(run_chart_svg(chart(DESIGN, notes=[ChartNote(5, 1), ChartNote(5, 2), ChartNote(6, 3)])))
    spots = [(float(p.get("cx")), float(p.get("cy"))) for p in having(root, {"rc-note"})]
    assert len(spots) == 3
    assert spots[0][1] != spots[1][1]


def test_dates_under_the_axis_never_touch():
    points = [ChartPoint("12 September 2026", i) for i in range(120)]
    root = parse(run_chart_svg(ChartData(points, WORDS), wide=False))
    xs = sorted(float(p.get("x")) for p in having(root, {"is-x"}))
    assert all(b - a >= 90 for a, b in pairwise(xs))


NUMBERS = st.one_of(st.none(), st.floats(-1e12, 1e12), st.integers(-(10**9), 10**9), st.decimals(-1000, 1000, places=2))


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


@given(st.floats(1e-6, 1e15), st.booleans())
def test_ticks_are_round_even_and_three_to_six(high, whole):
    high = max(high, 2.3) if whole else high
    ticks = nice_ticks(0, high, whole=whole)
    assert 3 <= len(ticks) <= 6
    assert ticks[0] == 0
    step = ticks[1]
    assert all(b - a == step for a, b in pairwise(ticks))
    assert step.normalize().as_tuple().digits in {(1,), (2,), (5,)}
    assert float(ticks[-1]) <= high * (1 + 1e-9)
    assert not whole or step >= 1


@given(st.floats(0.01, 1e9), st.floats(0.01, 1e9))
def test_ticks_reach_below_zero_where_a_value_does(low, high):
    ticks = nice_ticks(-low, high)
    assert 2 <= len(ticks) <= 6
    assert 0 in ticks
    assert ticks[0] <= Decimal(-low)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (12, "12"),
        (12.0, "12"),
        (2.5, "2.5"),
        (Decimal("1E+3"), "1000"),
        (-0.0, "0"),
        (Decimal("0.10"), "0.1"),
    ],
)
def test_a_plain_number_has_no_exponent_and_no_empty_decimals(value, text):
    assert plain(value) == text


@given(st.lists(NUMBERS, max_size=20), NUMBERS, st.text(max_size=40))
def test_a_spark_is_well_formed(values, median, title):
    root = parse(spark_svg(values, title=title, median=median, uid=title))
    assert root.get("viewBox") == "0 0 160 44"


def test_a_spark_shows_its_last_value_as_a_dot():
    root = parse(spark_svg([1, 3, None, 2], title="Conversations", median=2))
    dots = having(root, {"rc-point"})
    assert dots[-1].get("r") == "4"
    assert root[0].text == "Conversations"


def test_words_are_escaped_once_and_templates_print_the_drawing_as_it_is():
    svg = run_chart_svg(chart([1], words=ChartWords('<b>"&', "<script>alert(1)</script>\x00")))
    assert "<b>" not in svg
    assert "<script" not in svg
    assert svg.__html__() == svg
    assert parse(svg)[0].text == '<b>"&'

"""The line, whatever dates and words it is given: right shapes, no overlap, well-formed."""

from datetime import date, timedelta
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.charts.thread import Quiet, Stretch
from core.charts.timeline import Station, TimelineWords, next_station, timeline_svg
from tests.core.charts.sketch import QUIET, STATIONS, having, parse, texts

STRETCHES = [
    Stretch("Getting ready", "20 teams"),
    Stretch("Action period 1", "7 weeks on your unit"),
    Stretch("Action period 2", "5 weeks"),
]
LINE_WORDS = TimelineWords("The four months on one line", "From 25 October to 15 February.", "Today", "quiet weeks")


def line(stations=STATIONS, stretches=STRETCHES, today=date(2022, 12, 14), **options):
    return timeline_svg(stations, stretches, today, LINE_WORDS, **options)


def test_the_line_of_four_months():
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
    assert all(len(name) < 60 for name in names)
    assert sum(name.endswith("…") for name in names) == len(STATIONS) + len(STRETCHES)


THREE_PERIODS = [
    (date(2027, 3, 1), "Début", None, "Préparation"),
    (date(2027, 3, 30), "Séance 1", 1, "Période d'action 1"),
    (date(2027, 5, 18), "Séance 2", 2, "Période d'action 2"),
    (date(2027, 6, 22), "Séance 3", 3, "Période d'action 3"),
    (date(2027, 7, 20), "Congrès de clôture", None, ""),
]


@pytest.mark.parametrize("day", [None, -99, -1, 0, 3, 20, 29, 33, 60, 78, 90, 113, 130, 141, 200])
def test_with_a_third_action_period_every_word_is_whole_and_nothing_lies_on_another(day):
    stations = [Station(on, name, "mar. 20 juill.", number) for on, name, number, _period in THREE_PERIODS]
    stretches = [Stretch(period, "5 semaines") for *_station, period in THREE_PERIODS]
    today = None if day is None else THREE_PERIODS[0][0] + timedelta(days=day)
    words = TimelineWords("Où nous en sommes", "", "Aujourd'hui, dim. 22 nov.")
    root = parse(timeline_svg(stations, stretches, today, words))
    said = " ".join(texts(root, {"tl-name"}))
    assert all(period in said for *_station, period in THREE_PERIODS)
    assert "…" not in said
    boxes = []
    for part in having(root, {"tl-name"}) + having(root, {"tl-say"}):
        x, y, half = float(part.get("x")), float(part.get("y")), len(part.text) * 3.5
        boxes.append((x - half, y - 12, x + half, y + 4))
    for part in having(root, {"tl-pill"}):
        left, top, wide = (float(part.get(name)) for name in ("x", "y", "width"))
        boxes.append((left, top, left + wide, top + 32))
    for one, other in combinations(boxes, 2):
        assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1], (one, other)


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


@pytest.mark.parametrize(
    ("today", "index"),
    [(None, 1), (date(2022, 1, 1), 1), (date(2022, 11, 23), 1), (date(2022, 11, 24), 2), (date(2023, 2, 16), None)],
)
def test_the_next_station_is_the_first_numbered_one_that_is_not_over(today, index):
    assert next_station(STATIONS, today) == index

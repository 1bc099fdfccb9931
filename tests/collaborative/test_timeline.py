"""Dates follow one another; nothing knows how many phases there are."""

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collaborative.timeline import NoTimeline, Shape, Span, out_of_order, resolve, where

DAY0 = dt.date(2026, 10, 26)
SERIES = [
    Shape("prework", 1, end_anchor="ls1", end_offset=-1),
    Shape("ls1", 2, moment=dt.date(2026, 11, 25)),
    Shape("ap1", 3, start_anchor="ls1", start_offset=1, end_anchor="ls2", end_offset=-1),
    Shape("ls2", 4, moment=dt.date(2027, 1, 13)),
    Shape("wrap", 5, start_anchor="ls2", start_offset=1, end_anchor="ls2", end_offset=28),
]


def test_a_stretch_hangs_between_its_sessions():
    spans = resolve(DAY0, SERIES)
    assert spans["prework"] == Span(DAY0, dt.date(2026, 11, 24))
    assert spans["ap1"] == Span(dt.date(2026, 11, 26), dt.date(2027, 1, 12))
    assert spans["wrap"] == Span(dt.date(2027, 1, 14), dt.date(2027, 2, 10))


def test_a_pinned_date_wins_over_the_anchor():
    pinned = [*SERIES[:2], Shape("ap1", 3, "ls1", 1, "ls2", -1, pinned_start=dt.date(2026, 12, 1)), *SERIES[3:]]
    assert resolve(DAY0, pinned)["ap1"] == Span(dt.date(2026, 12, 1), dt.date(2027, 1, 12))


def test_a_stretch_squeezed_out_keeps_one_day():
    near = [
        Shape("a", 1, moment=DAY0),
        Shape("between", 2, "a", 1, "b", -1),
        Shape("b", 3, moment=DAY0 + dt.timedelta(1)),
    ]
    assert resolve(DAY0, near)["between"] == Span(DAY0 + dt.timedelta(1), DAY0 + dt.timedelta(1))


def test_anchors_in_a_circle_and_unknown_anchors_are_refused():
    with pytest.raises(NoTimeline, match="wait for each other"):
        resolve(DAY0, [Shape("a", 1, start_anchor="b"), Shape("b", 2, start_anchor="a")])
    with pytest.raises(NoTimeline, match="no phase is called c"):
        resolve(DAY0, [Shape("a", 1, start_anchor="c")])


@given(gaps=st.lists(st.integers(2, 90), min_size=1, max_size=8), shift=st.integers(-200, 200))
def test_moving_everything_moves_everything_and_nothing_overlaps(gaps, shift):
    def series(day):
        shapes = []
        for i, gap in enumerate(gaps):
            shapes.append(Shape(f"s{i}", 2 * i, moment=day))
            if i + 1 < len(gaps):
                shapes.append(Shape(f"p{i}", 2 * i + 1, f"s{i}", 1, f"s{i + 1}", -1))
            day += dt.timedelta(gap)
        return shapes

    here, there = resolve(DAY0, series(DAY0)), resolve(DAY0, series(DAY0 + dt.timedelta(shift)))
    assert {k: (s.start + dt.timedelta(shift), s.end + dt.timedelta(shift)) for k, s in here.items()} == {
        k: (s.start, s.end) for k, s in there.items()
    }
    line = sorted(here.values(), key=lambda span: span.start)
    assert all(a.end < b.start for a, b in itertools.pairwise(line))


def test_order_names_the_first_two_that_cross():
    at = dt.datetime(2027, 1, 13, 17, tzinfo=dt.UTC)
    later = at + dt.timedelta(days=30)
    assert out_of_order([("one", at), ("two", later)]) is None
    assert out_of_order([("one", at), ("two", at), ("three", later)]) == ("one", "two")
    assert out_of_order([("one", at), ("two", later), ("three", at)]) == ("two", "three")
    assert out_of_order([]) is None


@pytest.mark.parametrize(
    ("today", "week", "current", "ahead"),
    [
        (dt.date(2026, 10, 25), 0, "", "ls1"),
        (DAY0, 1, "prework", "ls1"),
        (dt.date(2026, 11, 25), 5, "ls1", "ls1"),
        (dt.date(2026, 11, 26), 5, "ap1", "ls2"),
        (dt.date(2027, 1, 13), 12, "ls2", "ls2"),
        (dt.date(2027, 2, 10), 16, "wrap", ""),
        (dt.date(2027, 2, 11), None, "", ""),
    ],
)
def test_where_we_are(today, week, current, ahead):
    spot = where(DAY0, resolve(DAY0, SERIES), ["ls1", "ls2"], today)
    assert (spot.week, spot.weeks, spot.current, spot.next_moment) == (week, 16, current, ahead)

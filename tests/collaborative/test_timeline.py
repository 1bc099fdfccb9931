"""Dates follow one another; nothing knows how many phases there are."""

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collaborative.timeline import NoTimeline, Shape, Span, due_on, out_of_order, resolve, where, without

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


# ---------------------------------------------------------------- leaving phases out

FULL = [
    Shape("pre", 1, end_anchor="ls1", end_offset=-1),
    Shape("ls1", 2, start_offset=29),
    Shape("ap1", 3, "ls1", 1, "ls2", -1),
    Shape("ls2", 4, start_offset=78),
    Shape("ap2", 5, "ls2", 1, "congress", -1),
    Shape("congress", 6, start_offset=106),
    Shape("wrap", 7, "congress", 1, "", 4),
]


def test_without_its_congress_the_period_before_keeps_its_length_and_the_wrap_up_follows_it():
    full, spans = resolve(DAY0, FULL), resolve(DAY0, without(FULL, {"congress"}))
    assert spans["ap2"] == full["ap2"]
    assert spans["wrap"].start == full["ap2"].end + dt.timedelta(1)


def test_what_began_after_two_that_are_left_out_begins_after_the_one_before_both():
    spans = resolve(DAY0, without(FULL, {"congress", "ap2"}))
    assert spans["wrap"] == Span(DAY0 + dt.timedelta(79), DAY0 + dt.timedelta(83))
    assert set(spans) == {"pre", "ls1", "ap1", "ls2", "wrap"}


def test_leaving_nothing_out_changes_nothing():
    assert without(FULL, set()) == FULL


@st.composite
def series(draw):
    """A series of sessions with stretches between them, some counted from the first day, some from what came before."""
    day, shapes = draw(st.integers(1, 40)), []
    for n in range(draw(st.integers(1, 7))):
        shapes.append(Shape(f"s{n}", 2 * n, start_offset=day))
        shapes.append(Shape(f"p{n}", 2 * n + 1, f"s{n}", 1, f"s{n + 1}", -1))
        day += draw(st.integers(3, 60))
    shapes.append(Shape(f"s{n + 1}", 2 * n + 2, start_offset=day))
    left_out = draw(st.sets(st.sampled_from([shape.key for shape in shapes]), max_size=len(shapes) - 1))
    return shapes, left_out


@given(made=series(), shift=st.integers(-400, 400))
def test_whatever_is_left_out_dates_follow_for_the_rest_and_move_with_the_first_day(made, shift):
    shapes, left_out = made
    kept = without(shapes, left_out)
    assert [shape.key for shape in kept] == [shape.key for shape in shapes if shape.key not in left_out]
    here, there = resolve(DAY0, kept), resolve(DAY0 + dt.timedelta(shift), kept)
    assert all(there[key].start - here[key].start == dt.timedelta(shift) for key in here)
    assert all(there[key].end - here[key].end == dt.timedelta(shift) for key in here)
    assert not {shape.start_anchor for shape in kept} & left_out
    assert not {shape.end_anchor for shape in kept} & left_out


@given(made=series())
def test_leaving_out_one_after_the_other_keeps_every_session_where_it_was(made):
    shapes, left_out = made
    full, rest = resolve(DAY0, shapes), resolve(DAY0, without(shapes, left_out))
    assert all(rest[key] == full[key] for key in rest if key.startswith("s"))


@pytest.mark.parametrize(
    ("anchor", "offset", "day"), [("", -7, -7), ("ls1", 2, 31), ("gone", 1, None), ("none", 1, None)]
)
def test_a_task_is_due_some_days_from_its_anchor(anchor, offset, day):
    days = {"ls1": DAY0 + dt.timedelta(29), "none": None}
    due = due_on(anchor, offset, first_day=DAY0, days=days)
    assert due == (None if day is None else DAY0 + dt.timedelta(day))

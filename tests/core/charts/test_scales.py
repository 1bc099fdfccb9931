"""Numbers to draw with: plain, round, and side by side."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.charts.scales import clamp, finite, nice_ticks, plain, share_below, shares, spread


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


@pytest.mark.parametrize(
    ("value", "number"), [(None, None), (3, 3.0), (Decimal("2.5"), 2.5), (float("nan"), None), (float("inf"), None)]
)
def test_what_cannot_be_placed_is_missing(value, number):
    assert finite(value) == number


def test_without_room_the_middle_is_kept():
    assert [clamp(v, 0, 10) for v in (-1, 4, 11)] == [0, 4, 10]
    assert clamp(99, 10, 0) == 5


@given(st.lists(st.integers(0, 400), min_size=1, max_size=12), st.floats(100, 2000))
def test_shares_fill_the_room_and_none_is_too_small(days, room):
    widths = shares(days, room, 64)
    assert sum(widths) == pytest.approx(room)
    assert min(widths) >= min(64, room / len(days)) - 1e-6
    assert all(a <= b + 1e-6 for (x, a), (y, b) in pairwise(sorted(zip(days, widths, strict=True))) if x < y)


@given(st.lists(st.tuples(st.floats(-50, 400), st.floats(5, 30)), max_size=8))
def test_labels_that_have_room_do_not_overlap(wanted):
    centres = spread(wanted, 0, 320)
    boxes = sorted((c - h / 2, c + h / 2) for c, (_, h) in zip(centres, wanted, strict=True))
    assert all(a[1] <= b[0] + 1e-6 for a, b in pairwise(boxes))
    assert all(top >= -1e-6 and bottom <= 320 + 1e-6 for top, bottom in boxes)


def test_a_label_alone_stands_where_it_wishes():
    assert spread([(100, 17), (200, 17)], 0, 320) == [100, 200]
    assert spread([(100, 20), (100, 20)], 0, 320) == [90, 110]


@given(st.floats(1, 1.7e308), st.floats(0, 1), st.floats(-1.7e308, 0))
def test_every_value_between_the_two_ends_has_its_share(top, part, low):
    value = top * part + low * (1 - part)
    assert share_below(top, top, low) == 0
    assert share_below(top, low, low) == 1
    assert 0 <= share_below(top, min(max(value, low), top), low) <= 1

"""A share or a rate from its parts: rounded as it is kept, and too large ones handed on to be refused."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from improvement.shares import MOST, share_of


@pytest.mark.parametrize(
    ("part", "whole", "kind", "per", "value"),
    [
        (7, 9, "percent", None, "77.778"), (3, 1240, "rate", 1000, "2.419"), (1, 8, "rate", 1, "0.125"), (5, 2, "rate", None, "2.500"),
        (1, 2000, "rate", 1, "0.001"), (0, 4, "percent", None, "0.000"),
    ],
)  # fmt: skip
def test_a_share_is_rounded_half_up_to_three_decimals(part, whole, kind, per, value):
    found = share_of(Decimal(part), Decimal(whole), kind=kind, per=per)
    assert str(found) == value


PARTS = st.decimals(min_value=0, max_value=10**9, places=3)


@given(PARTS, PARTS.filter(bool), st.integers(1, 10**6))
def test_it_is_within_half_a_thousandth_or_too_large_to_keep(part, whole, per):
    found = share_of(part, whole, kind="rate", per=per)
    assert found >= MOST or abs(found * whole - part * per) <= whole * Decimal("0.0005") * (1 + Decimal("1e-12"))

"""What the coach and the planning team look at alike."""

import datetime as dt

import pytest

from collaborative.signs import FOUND_WITHIN_DAYS, empty_places

TODAY = dt.date(2026, 12, 16)


@pytest.mark.parametrize(
    ("leads", "partners", "days", "empty"),
    [
        (1, 1, 90, []),
        (0, 2, 90, ["lead"]),
        (2, 0, FOUND_WITHIN_DAYS, ["partner"]),
        (0, 0, 90, ["lead", "partner"]),
        (0, 0, FOUND_WITHIN_DAYS - 1, []),
    ],
)
def test_places_that_nobody_holds(leads, partners, days, empty):
    assert empty_places(leads=leads, partners=partners, began=TODAY - dt.timedelta(days=days), today=TODAY) == empty

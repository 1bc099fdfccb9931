"""When something was written, in words."""

import datetime as dt
from types import SimpleNamespace

import pytest

from core.moments import said

NOW = dt.datetime(2026, 12, 16, 3, 0, tzinfo=dt.UTC)
READER = SimpleNamespace(time_zone="America/St_Johns")


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (dt.timedelta(hours=1), "Today, 22:30"),
        (dt.timedelta(hours=36), "Yesterday, 11:30"),
        (dt.timedelta(days=4, hours=12), "Friday"),
        (dt.timedelta(days=21, hours=12), "24 November"),
        (dt.timedelta(days=400), "10 November 2025"),
    ],
)
def test_when_it_was_said_follows_the_readers_clock(ago, words):
    assert said(NOW - ago, READER, NOW) == words

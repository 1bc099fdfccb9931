"""How near a session is, in words that are true when they are read, whatever the mail was planned for."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

import config  # noqa: F401  (pins the zones)
from core.time import forward_utc
from sessions.nearness import Near, it_begins, near, we_meet, you_speak

START = forward_utc(dt.datetime(2027, 1, 13, 12, 0), "America/Toronto")


def told(before: dt.timedelta, words=we_meet, *, zone: str = "America/Toronto", lang: str = "en") -> str:
    with timezone.override(zone), translation.override(lang):
        return words(near(START, START - before))


@pytest.mark.parametrize(
    ("before", "says"),
    [
        ({"minutes": -20}, "It has begun."),
        ({"minutes": 0}, "It has begun."),
        ({"minutes": 1}, "We meet within the hour."),
        ({"hours": 1}, "We meet within the hour."),
        ({"hours": 1, "seconds": 1}, "We meet today."),
        ({"hours": 12}, "We meet today."),
        ({"hours": 12, "seconds": 1}, "We meet tomorrow."),
        ({"days": 2}, "We meet in two days."),
        ({"days": 3}, "We meet in 3 days."),
        ({"days": 6}, "We meet in 6 days."),
        ({"days": 7}, "A date to keep free."),
        ({"days": 14}, "A date to keep free."),
    ],
)
def test_it_counts_from_when_it_leaves(before, says):
    assert told(dt.timedelta(**before)) == says


def test_days_are_those_of_the_readers_calendar():
    # 23:45 in St. John's, 22:15 in Toronto: it is the day before in both; an hour later only in Toronto.
    assert told(dt.timedelta(hours=13, minutes=45)) == "We meet tomorrow."
    assert told(dt.timedelta(hours=13), zone="America/St_Johns") == "We meet today."
    assert told(dt.timedelta(hours=13)) == "We meet tomorrow."


def test_each_reader_has_sentences_of_their_own_in_both_languages():
    for days in (0, 1, 2, 3, 7):
        one = Near(within_the_hour=False, days=days)
        for words in (we_meet, it_begins, you_speak):
            with translation.override("en"):
                english = words(one)
            with translation.override("fr"):
                assert words(one) != english
    assert (
        told(dt.timedelta(days=1), you_speak)
        == "You speak tomorrow. Look once whether everything on your page is right."
    )
    assert told(dt.timedelta(minutes=5), it_begins, lang="fr") == "Cela commence dans moins d'une heure."
    assert told(dt.timedelta(0), it_begins) == "It has begun."
    assert told(dt.timedelta(0), you_speak) == "It has begun. The button to join stands on your page."
    assert told(dt.timedelta(minutes=-5), lang="fr") == "C'est commencé."
    assert told(dt.timedelta(days=4), lang="fr") == "On se rencontre dans 4 jours."


@given(
    minutes=st.integers(1, 40_000), zone=st.sampled_from(["America/Toronto", "America/St_Johns", "America/Vancouver"])
)
def test_within_the_hour_and_today_are_never_said_of_another_day(minutes, zone):
    before = dt.timedelta(minutes=minutes)
    says = told(before, zone=zone)
    assert ("within the hour" in says) == (minutes <= 60)
    with timezone.override(zone):
        days = (timezone.localtime(START).date() - timezone.localtime(START - before).date()).days
    if "today" in says:
        assert days == 0
    if "tomorrow" in says:
        assert days == 1

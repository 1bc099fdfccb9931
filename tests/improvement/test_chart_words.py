"""The sentences of a chart, in the source language."""

import re

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from improvement import rule_sets
from improvement.chart_words import (
    MeasureWords,
    Period,
    band_label,
    called,
    centre_label,
    count_word,
    description,
    explained,
    explanation,
    goal_label,
    headline,
    key_label,
    rules_line,
)
from improvement.run_chart import Direction, Finding
from tests.improvement.charted import charted

if not settings.configured:  # run without the project, these sentences need no more than this
    settings.configure(USE_I18N=False)

WORDS = MeasureWords("Conversations", "Safety conversations a week on 2 West")
SHARE = MeasureWords("The share of kept mornings", "Kept mornings", plural=False, period=Period.MONTH)
WEEKS = [4, 5, 4, 6, 5, 7, 4, 6, 8, 9, 7, 9, 11, 12]
UPS_AND_DOWNS = [4, 6, 6, 3, 7, 4, 4, 6, 7, 3, 6, 4]


@pytest.fixture(autouse=True)
def english():
    from django.utils import translation

    with translation.override("en"):
        yield


def chart(values, notes=(), **options):
    return charted(values, dict(notes), label="week {}", **options)


def test_the_sentences_and_labels_of_a_shift():
    shift = chart(WEEKS, [(8, "one question at the huddle")], baseline=8, goal=15, direction=Direction.UP)
    assert headline(shift, WORDS) == "Conversations have gone up since “one question at the huddle”."
    assert explanation(shift, WORDS) == (
        "Safety conversations a week on 2 West. "
        "The last six weeks all lie above the earlier median of 5: that is a shift, not chance."
    )
    assert band_label(shift) == "six above the median"
    assert centre_label(shift) == "median 5"
    assert goal_label(shift) == "goal 15"
    assert key_label(shift) == "diamond: part of a shift"
    assert description(shift, WORDS).startswith("14 weeks, from week 0 to week 13, between 4 and 12; the last is 12.")


def test_without_a_note_the_date_tells_since_when():
    assert headline(chart(WEEKS, baseline=8), WORDS) == "Conversations have gone up since week 8."
    down = chart([-v for v in WEEKS], baseline=8)
    assert headline(down, SHARE) == "The share of kept mornings has gone down since week 8."
    assert "The last six months all lie below the earlier median of -5" in explanation(down, SHARE)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ([], "Your first number makes the first dot. Ten dots can tell a story."),
        ([4], "One point so far. Ten can tell a story."),
        ([4, 5, None, 6, 7, 5, 6], "Six points so far. Ten can tell a story."),
        ([5] * 14, "Every number so far is 5."),
        ([5] * 14 + [4], "Many numbers are the same so far. A little more and they can tell a story."),
        (UPS_AND_DOWNS, "No change beyond chance so far."),
        ([4, 3, 4, 3, 4, 6, 7, 6, 7, 6], "The numbers cross the median less often than chance would."),
        ([4, 6] * 7, "The numbers jump across the median more often than chance would."),
    ],
)
def test_headlines_that_need_no_name(values, sentence):
    assert headline(chart(values), WORDS) == sentence


def test_rules_are_said_with_their_figures():
    assert explanation(chart([]), WORDS) == "Safety conversations a week on 2 West."
    assert explanation(chart([4]), WORDS).endswith("Too few to judge yet; every number is on the chart.")
    assert explanation(chart(UPS_AND_DOWNS), WORDS).endswith(
        "The numbers move around a median of 5. Six weeks in a row on one side of it would be a shift."
    )
    assert "14 points off the median of 5 make 14 runs; by chance alone there would be 4 to 12." in explanation(
        chart([4, 6] * 7), WORDS
    )
    assert "1 point lies off the median of 5; from ten on" in explanation(chart([5] * 14 + [4]), WORDS)


def test_a_trend_under_way_and_one_that_is_over():
    rising = chart([5, 9, 4, 8, 5, 9, 4, 3, 6, 7, 8, 9])
    assert rising.finding is Finding.TREND
    assert headline(rising, WORDS) == "Conversations have been rising since week 7."
    assert explanation(rising, WORDS).endswith(
        "Four weeks in a row, each higher than the one before: that is a trend, not chance."
    )
    assert band_label(rising) == "four rises in a row"
    over = chart([5, 9, 4, 3, 6, 7, 8, 9, 4, 8, 5, 9, 4])
    assert headline(over, WORDS) == "Conversations rose from week 3 to week 7."


def test_a_shift_that_is_over_is_told_as_past():
    over = chart([4, 6] * 4 + [9, 8] * 3 + [4, 6, 4, 6], baseline=8)
    assert headline(over, WORDS) == "Conversations were higher from week 8 to week 13."
    assert "Six weeks in a row lay above the median of 5" in explanation(over, WORDS)


def test_the_last_six_weeks_are_only_claimed_where_it_is_true():
    gap = chart([*WEEKS[:10], None, *WEEKS[10:]], baseline=8)
    assert "The last six numbers all lie above" in explanation(gap, WORDS)
    waiting = chart([*WEEKS, None], baseline=8)
    assert "The last six numbers all lie above" in explanation(waiting, WORDS)
    touching = chart([*WEEKS[:10], 5, *WEEKS[10:]], baseline=8)
    assert "Six numbers in a row lie above the median of 5, not counting those on it" in explanation(touching, WORDS)


def test_equal_neighbours_in_a_trend_are_owned_up_to():
    found = chart([5, 9, 4, 8, 5, 9, 4, 3, 6, 6, 7, 8, 9])
    assert explanation(found, WORDS).endswith(
        "Four rises in a row, equal numbers counted once: that is a trend, not chance."
    )


def test_below_ten_points_no_median_is_named():
    few = chart([4, 5, 6], goal=7)
    assert centre_label(few) == ""
    assert band_label(few) == key_label(few) == ""
    assert "edian" not in description(few, WORDS)
    assert "Goal 7." in description(few, WORDS)


def test_numbers_are_written_by_the_given_function():
    shift = chart([v / 2 for v in WEEKS], baseline=8)
    assert "earlier median of 2,5:" in explanation(shift, WORDS, number=lambda v: f"{v:f}".replace(".", ","))


def test_counts_are_words_up_to_twelve():
    assert [count_word(n) for n in (1, 6, 12, 13)] == ["one", "six", "twelve", "13"]


def test_the_rules_are_named():
    assert rules_line(chart([])) == (
        "Rules of Perla, Provost and Murray (2011), applied from ten points off the median."
    )
    assert rules_line(chart([], rules=rule_sets.MEAN)) == (
        "Rules of an audit in BMJ Open, applied from ten points off the mean."
    )


@pytest.mark.parametrize("rules", rule_sets.RULE_SETS.values(), ids=lambda one: one.key)
def test_every_set_has_a_name_and_says_what_it_asks_for(rules):
    assert called(rules)
    assert explained(rules).endswith(".")


def test_about_the_mean_every_sentence_says_mean():
    steady = chart(UPS_AND_DOWNS, rules=rule_sets.MEAN)
    shift = chart(WEEKS, rules=rule_sets.MEAN, baseline=8)
    slow = chart([4] * 6 + [9] * 6, rules=rule_sets.MEAN, baseline=None)
    for found in (steady, shift, slow):
        said = [headline(found, WORDS), explanation(found, WORDS), description(found, WORDS), band_label(found)]
        assert "median" not in " ".join([*said, centre_label(found)])
    assert centre_label(shift) == "mean 5.125"
    assert band_label(shift) == "six above the mean"


def test_a_set_that_knows_no_most_says_at_least():
    slow = chart([4] * 5 + [8] * 5, rules=rule_sets.ANHOEJ)
    assert "by chance alone there would be at least 3." in explanation(slow, WORDS)


@given(
    st.lists(st.one_of(st.none(), st.integers(0, 12)), max_size=40),
    st.none() | st.integers(1, 15),
    st.sampled_from(list(Period)),
    st.booleans(),
    st.sampled_from(list(rule_sets.RULE_SETS.values())),
)
def test_every_chart_has_whole_sentences(values, baseline, period, plural, rules):
    found = chart(values, baseline=baseline, goal=9, rules=rules)
    words = MeasureWords("Conversations", "Safety conversations", plural, period)
    for sentence in (headline(found, words), explanation(found, words), description(found, words)):
        assert sentence[0].isupper() or sentence[0].isdigit()
        assert sentence.endswith((".", "?"))
        assert not re.search(r"%\(|None|  ", sentence)
    assert (band_label(found) == "") is (found.signal is None)

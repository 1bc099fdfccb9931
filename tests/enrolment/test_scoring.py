"""The score, by examples and by what holds for any points."""

import datetime as dt
import random
from decimal import Decimal

import pytest

from enrolment.scoring import Reading, Weighed, of_one, place, score

FIVE = [Weighed("a", 5, 2), Weighed("b", 5, 1)]


@pytest.mark.parametrize(
    ("readings", "due"),
    [
        ([], None),
        ([Reading({})], None),
        ([Reading({"a": 5, "b": 5})], "10.0"),
        ([Reading({"a": 0, "b": 0})], "0.0"),
        # two parts of "a" and one of "b": (2 × 4/5 + 1 × 2/5) / 3 = 2/3
        ([Reading({"a": 4, "b": 2})], "6.7"),
        # who marked only one is judged on that one
        ([Reading({"b": 3})], "6.0"),
        # the mean of two readers: (10 + 6) / 2
        ([Reading({"a": 5, "b": 5}), Reading({"b": 3})], "8.0"),
        # a conflict of interest, points beyond the most, and criteria that are gone, do not count
        ([Reading({"a": 5}, conflict=True), Reading({"a": 3})], "6.0"),
        ([Reading({"a": 5}, conflict=True)], None),
        ([Reading({"a": 6, "b": 1})], "2.0"),
        ([Reading({"gone": 5})], None),
        # halves go up: 10 × 29/40 = 7.25
        ([Reading({"c": 29})], "7.3"),
    ],
)
def test_examples(readings, due):
    criteria = [*FIVE, Weighed("c", 40)]
    assert score(readings, criteria) == (None if due is None else Decimal(due))


def _any(chance):
    criteria = [Weighed(f"c{n}", chance.randint(1, 10), chance.randint(1, 5)) for n in range(chance.randint(1, 6))]
    readings = [
        Reading(
            {one.key: chance.randint(0, one.most) for one in criteria if chance.random() < 0.8},
            conflict=chance.random() < 0.2,
        )
        for _ in range(chance.randint(0, 4))
    ]
    return criteria, readings


@pytest.mark.parametrize("seed", range(200))
def test_what_holds_for_any_points(seed):
    chance = random.Random(seed)
    criteria, readings = _any(chance)
    value = score(readings, criteria)
    counted = [one for one in (of_one(reading, criteria) for reading in readings) if one is not None]
    assert (value is None) == (not counted)
    if value is None:
        return
    assert Decimal(0) <= value <= Decimal(10)
    assert value == value.quantize(Decimal("0.1"))
    # Neither the order of readers and criteria nor the size of all weights matters, and no reader's word is left out.
    assert score(reversed(readings), list(reversed(criteria))) == value
    assert score(readings, [Weighed(one.key, one.most, one.weight * 3) for one in criteria]) == value
    assert float(min(counted)) - 0.05 <= float(value) <= float(max(counted)) + 0.05
    # One point more from anybody who counts never lowers it.
    for reading in readings:
        for one in criteria:
            if not reading.conflict and reading.marks.get(one.key, one.most) < one.most:
                better = Reading({**reading.marks, one.key: reading.marks[one.key] + 1})
                assert score([better if other is reading else other for other in readings], criteria) >= value


def test_the_higher_score_then_the_rule_then_who_was_first_and_what_has_no_score_last():
    noon = dt.datetime(2026, 11, 1, 12, tzinfo=dt.UTC)
    rows = {
        "low": (Decimal("5.5"), "acute", noon),
        "rule": (Decimal("8.0"), "long_term", noon),
        "late": (Decimal("8.0"), "acute", noon + dt.timedelta(hours=1)),
        "early": (Decimal("8.0"), "acute", noon),
        "top": (Decimal("8.5"), "acute", noon),
        "none": (None, "acute", noon),
        "none, by the rule": (None, "long_term", noon),
        "never sent": (None, "acute", None),
    }

    def key(name):
        value, sector, sent = rows[name]
        return place(value, sector=sector, priority_sectors=["long_term"], sent=sent, key=name)

    assert sorted(rows, key=key) == [
        "top", "rule", "early", "late", "low", "none, by the rule", "none", "never sent",
    ]  # fmt: skip

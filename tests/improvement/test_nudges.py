"""What is worth a second look: gaps without a reason, the same number again and again, one far away."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils.translation import override

from collaborative import pausing
from collaborative.line import today_in
from improvement.charts import charts_of
from improvement.measuring import add_measure
from improvement.nudges import nudges_of
from improvement.services import record_number
from improvement.weeks import WEEK
from tests.improvement.conftest import MONDAY


@pytest.fixture
def falls(world):
    return add_measure(team=world.team, by=world.tess, name="Falls")


def fill(world, measure, values):
    for back, value in enumerate(reversed(values), start=1):
        if value == "not collected":
            record_number(
                measure=measure, by=world.tess, period_start=MONDAY - back * WEEK, missing_reason="not_collected"
            )
        elif value is not None:
            record_number(measure=measure, by=world.tess, period_start=MONDAY - back * WEEK, value=Decimal(value))
    (chart,) = charts_of(world.team, measures=[measure])
    return chart


def said(chart) -> list[str]:
    return [nudge.text for nudge in nudges_of(chart)]


def test_a_gap_without_a_reason_is_asked_about_with_a_link_to_each(world, falls):
    chart = fill(world, falls, [3, None, 4, None, 5])
    (nudge,) = nudges_of(chart)
    assert nudge.text == "Two gaps without a reason. Type the numbers, or say why there are none."
    assert [label for label, _url in nudge.places] == ["16 Nov", "30 Nov"]
    assert nudge.places[0][1].endswith("?week=2026-11-16")
    with override("fr"):
        assert said(charts_of(world.team, measures=[falls])[0])[0].startswith("Deux trous")


def test_a_gap_with_a_reason_is_none(world, falls):
    assert said(fill(world, falls, [3, "not collected", 5])) == []


def test_a_week_of_peace_is_no_gap_and_says_so_on_the_chart(world, falls, clock):
    clock.shift(-3 * WEEK)
    pausing.pause(team=world.team, reason="outbreak", until=today_in(world.cohort) + 2 * WEEK, by=world.tess)
    clock.shift(3 * WEEK)
    chart = fill(world, falls, [3, 4, 5, None, None, 6])
    assert [place.missing for place in chart.places] == ["", "", "", "paused", "paused", ""]
    assert not any("gap" in text for text in said(chart))


@pytest.mark.parametrize(
    ("values", "asks"),
    [([4] * 6, True), ([4] * 5, False), ([9, *[4] * 6], True), ([*[4] * 6, 5], False), ([0] * 8, False)],
)
def test_the_same_number_six_times_is_asked_about(world, falls, values, asks):
    found = [text for text in said(fill(world, falls, values)) if "counted anew" in text]
    assert bool(found) is asks
    if asks:
        assert found == ["The last six numbers are all 4. Is it counted anew each time?"]


def test_a_number_far_from_the_others_is_asked_about_and_never_changes_a_finding(world, falls):
    chart = fill(world, falls, [6, 3, 6, 4, 7, 4, 6, 3, 3, 4, 7, 40])
    assert "The last number, 40, lies far from the others. A slip, or something worth telling?" in said(chart)
    assert chart.chart.finding == "steady"
    assert chart.wide.count("rc-ring") == 1
    assert "ring: far from the others; what happened?" in str(chart.figure)


def test_a_number_that_is_part_of_a_shift_is_no_slip(world, falls):
    chart = fill(world, falls, [5, 4, 5, 4, 5, 4, 5, 4, 12, 13, 12, 13, 12, 14])
    assert not any("far from" in text for text in said(chart))
    assert "rc-ring" not in chart.wide

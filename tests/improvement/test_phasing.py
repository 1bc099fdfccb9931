"""The line of a chart: kept, begun anew with four answers, taken back; and what the chart says then."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from audit.models import Entry
from core.refusals import Overtaken, Refused
from improvement import judging, phasing
from improvement.charts import charts_of
from improvement.measuring import add_measure
from improvement.models import QUESTIONS, Began, MeasurePhase
from improvement.services import record_number
from improvement.weeks import WEEK
from tests.improvement.conftest import MONDAY

YES = dict.fromkeys(QUESTIONS, True)
VALUES = [5, 3, 5, 4, 6, 4, 5, 3, 5, 4, 9, 8, 9, 10, 9, 8]


def at(place: int) -> dt.date:
    """Return the Monday of a place of VALUES."""
    return MONDAY - (len(VALUES) - place) * WEEK


@pytest.fixture
def falls(world):
    measure = add_measure(team=world.team, by=world.tess, name="Falls")
    for place, value in enumerate(VALUES):
        save(measure, value, world.tess, at(place))
    return measure


def save(measure, value, by, start):
    return record_number(measure=measure, by=by, period_start=start, value=Decimal(value))


def chart(measure):
    return charts_of(measure.team, measures=[measure])[0]


def seen(measure) -> str:
    return phasing.mark(phasing.now_of(measure))


def begin(measure, by, place, **more):
    what = {"starts_on": at(place), "answers": YES, "why": "A huddle at noon", "seen": seen(measure)} | more
    return phasing.begin(measure=measure, by=by, **what)


def test_a_kept_line_does_not_move_with_new_numbers(world, falls):
    before = chart(falls).chart.now.centre
    phasing.fix(measure=falls, until=at(9), seen="", by=world.tess)
    kept = chart(falls)
    assert (before, kept.chart.now.centre) == (5, Decimal("4.5"))
    save(falls, 40, world.tess, MONDAY)
    assert chart(falls).chart.now.centre == Decimal("4.5")
    assert kept.wide.count("is-carried") == 1, "dotted where it is carried on"
    phasing.unfix(measure=falls, seen=seen(falls), by=world.tess)
    assert chart(falls).chart.now.centre == 5
    assert not falls.phases.exists(), "a line that nobody touches leaves no row"


def test_a_number_changed_in_a_kept_line_is_said_and_does_not_move_it(world, falls):
    phasing.fix(measure=falls, until=at(9), seen="", by=world.tess)
    assert "were changed since" not in chart(falls).explanation
    for place in (0, 1, 3):
        save(falls, 12, world.tess, at(place))
    after = chart(falls)
    assert after.chart.now.centre == Decimal("4.5")
    said = "The median is kept at 4.5. Numbers that it was made of were changed since; with them it would be 5."
    assert after.explanation.endswith(said)
    with override("fr"):
        assert "4,5" in chart(falls).explanation
        assert "4,5" in chart(falls).wide


def test_centre_and_spread_are_kept_together(world, falls):
    phase = phasing.fix(measure=falls, until=at(9), seen="", by=world.tess)
    assert phase.centre == Decimal("4.5")
    assert (phase.centre_is, phase.basis["chart"], phase.basis["points"]) == ("median", "x", 10)
    with pytest.raises(IntegrityError), transaction.atomic():
        MeasurePhase.objects.filter(pk=phase.pk).update(centre=None)


def test_a_line_kept_as_a_median_does_not_count_where_a_programme_draws_means(world, falls):
    phasing.fix(measure=falls, until=at(9), seen="", by=world.tess)
    judging.choose(programme=world.team.cohort.programme, rule_set="mean", version=1, by=None)
    assert chart(falls).chart.now.centre == Decimal("4.4"), "worked out anew, of the same ten numbers"


def test_four_numbers_make_no_line(world, falls):
    with pytest.raises(Refused) as refused:
        phasing.fix(measure=falls, until=at(3), seen="", by=world.tess)
    assert refused.value.field == "until"


def test_a_new_line_parts_what_was_from_what_is(world, falls):
    phase = begin(falls, world.tess, 10)
    after = chart(falls)
    assert [one.first for one in after.chart.stretches] == [0, 10]
    assert after.finding == "A new line since 2 November: six points so far. Ten can tell a story."
    assert after.wide.count("rc-break") == 1
    assert "Before 2 November the median was 4.5." in after.table["caption"]
    assert "2 November: a new line begins: A huddle at noon" in [note.text for note in after.notes]
    assert {name: getattr(phase, name) for name in QUESTIONS} == YES
    entry = Entry.objects.filter(verb="measure.line_begun").latest("at")
    assert entry.detail["has_changed"] is True


def test_a_new_line_is_taken_back(world, falls):
    before = chart(falls).finding
    begin(falls, world.tess, 10)
    phasing.take_back(measure=falls, seen=seen(falls), by=world.tess)
    assert chart(falls).finding == before
    with pytest.raises(Refused):
        phasing.take_back(measure=falls, seen="", by=world.tess)


def test_a_no_is_an_answer_and_none_is_not(world, falls):
    with pytest.raises(Refused) as refused:
        begin(falls, world.tess, 10, answers={"has_changed": True})
    assert refused.value.field == "is_known"
    assert begin(falls, world.tess, 10, answers={**YES, "is_known": False}).is_known is False


@pytest.mark.parametrize(
    ("what", "field"),
    [
        ({"why": " "}, "why"),
        ({"starts_on": MONDAY + WEEK}, "starts_on"),
        ({"starts_on": at(0)}, "starts_on"),
        ({"starts_on": at(4) + dt.timedelta(days=1)}, "starts_on"),
    ],
)
def test_a_line_cannot_begin_there(world, falls, what, field):
    with pytest.raises(Refused) as refused:
        begin(falls, world.tess, 10, **what)
    assert refused.value.field == field


def test_a_new_line_does_not_begin_inside_what_is_kept(world, falls):
    phasing.fix(measure=falls, until=at(9), seen="", by=world.tess)
    with pytest.raises(Refused) as refused:
        begin(falls, world.tess, 9)
    assert refused.value.field == "starts_on"
    begin(falls, world.tess, 10)
    assert [one.is_frozen for one in chart(falls).chart.stretches] == [True, False]


def test_the_second_of_two_sees_what_the_first_did(world, falls):
    shown = seen(falls)
    begin(falls, world.tess, 10)
    with pytest.raises(Overtaken) as overtaken:
        phasing.fix(measure=falls, until=at(9), seen=shown, by=world.tess)
    assert overtaken.value.theirs.began == Began.CHOSEN


def test_numbers_before_the_first_line_do_not_come_into_a_later_one(world, falls):
    begin(falls, world.tess, 6, seen="")
    begin(falls, world.tess, 10)
    centres = [one.centre for one in chart(falls).chart.stretches]
    assert centres == [Decimal("4.5"), Decimal("4.5"), 9]

"""Numbers: typed wins, corrections are kept, nonsense is refused, Undo takes back one act and no other."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from core.refusals import Refused
from improvement import measuring, phasing, services
from improvement.axis import spoken_number
from improvement.charts import charts_of
from improvement.measuring import add_measure
from improvement.models import DataPoint, DataPointCorrection
from improvement.services import Overtaken, record_number, undo_number
from improvement.sheets.grid import grid_of
from improvement.weeks import WEEK
from tests.improvement.conftest import MONDAY
from tests.improvement.test_conversations import log

LAST = MONDAY - WEEK


@pytest.fixture
def falls(world):
    return add_measure(team=world.team, by=world.tess, name="Falls", kind="count", direction="down", goal=Decimal(2))


def save(measure, value, by, week=LAST, **more):
    return record_number(
        measure=measure, by=by, period_start=week, value=None if value is None else Decimal(value), **more
    )


def test_the_first_measure_counts_the_log_and_what_is_typed_wins(world, clock):
    clock.shift(-dt.timedelta(days=7))
    for _number in range(3):
        log(world, again=True)
    clock.shift(dt.timedelta(days=7))
    (chart,) = charts_of(world.team)
    assert [(week.start, week.value, week.how) for week in chart.places] == [(LAST, 3, "from the log")]
    save(world.measure, 5, world.tess)
    (chart,) = charts_of(world.team)
    assert [(week.value, week.how) for week in chart.places] == [(5, "typed")]


def test_agreeing_with_the_log_does_not_freeze_the_week(world):
    log(world)
    saved = save(world.measure, 1, world.tess, MONDAY)
    assert saved.point.method == "log"
    log(world, again=True)
    (chart,) = charts_of(world.team)
    assert [(week.value, week.so_far) for week in chart.places] == [(2, True)]


def test_saving_keeps_what_stood_there(world, falls):
    save(falls, 7, world.tess)
    save(falls, 9, world.nia)
    assert [(p.value, p.by) for p in DataPoint.objects.all()] == [(9, world.nia)]
    (kept,) = DataPointCorrection.objects.all()
    assert (kept.value, kept.was_by, kept.by, kept.how) == (7, world.tess, world.nia, "corrected")


def test_the_same_value_twice_is_fine_and_changes_nothing(world, falls):
    first = save(falls, 7, world.tess)
    second = save(falls, "7.000", world.nia)
    assert (second.changed, second.point.deed, second.point.by) == (False, first.point.deed, world.tess)
    assert not DataPointCorrection.objects.exists()


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        ("count", "-1", "fewer than none"),
        ("count", "2.5", "whole numbers"),
        ("percent", "100.001", "between 0 and 100"),
        ("percent", "-0.5", "between 0 and 100"),
    ],
)
def test_the_impossible_is_refused(world, kind, value, words):
    measure = add_measure(team=world.team, by=world.tess, name="X", kind=kind)
    with pytest.raises(Refused, match=words) as refused:
        save(measure, value, world.tess)
    assert refused.value.field == "value"
    assert not DataPoint.objects.exists()


@pytest.mark.parametrize("value", ["0", "100", "33.333"])
def test_the_possible_is_taken(world, value):
    measure = add_measure(team=world.team, by=world.tess, name="X", kind="percent")
    assert save(measure, value, world.tess).point.value == Decimal(value)


@pytest.mark.parametrize(
    ("week", "words"),
    [
        (MONDAY + WEEK, "not begun"),
        (dt.date(2026, 12, 15), "Monday"),
        (dt.date(2025, 11, 17), "more than a year"),
        (dt.date(1, 1, 1), "more than a year"),
    ],
)
def test_a_week_that_cannot_be_is_refused(world, falls, week, words):
    with pytest.raises(Refused, match=words):
        save(falls, 1, world.tess, week)


def test_next_week_begins_on_the_wards_own_clock(world, falls, clock):
    clock.move_to(dt.datetime(2026, 12, 21, 3, 29, tzinfo=dt.UTC))  # Sunday 23:59 in St. John's
    with pytest.raises(Refused):
        save(falls, 1, world.tess, MONDAY + WEEK)
    clock.move_to(dt.datetime(2026, 12, 21, 3, 30, tzinfo=dt.UTC))
    save(falls, 1, world.tess, MONDAY + WEEK)


def test_a_goal_that_cannot_be_is_refused(world):
    with pytest.raises(Refused) as refused:
        add_measure(team=world.team, by=world.tess, name="X", kind="percent", goal=Decimal(120))
    assert refused.value.field == "goal"


def test_a_gap_has_a_reason_and_a_place(world, falls):
    save(falls, 4, world.tess, LAST - 2 * WEEK)
    save(falls, None, world.tess, LAST - WEEK, missing_reason="paused")
    save(falls, 3, world.tess, LAST)
    chart = charts_of(world.team, measures=[falls])[0]
    assert [(week.value, week.missing) for week in chart.places] == [(4, ""), (None, "paused"), (3, "")]
    assert ">paused</text>" in chart.wide
    assert [value for _week, value, _how in chart.table["rows"]] == ["4", "paused", "3"]
    with pytest.raises(Refused):
        save(falls, None, world.tess, missing_reason="because")


def test_undo_takes_the_first_number_away_again(world, falls):
    saved = save(falls, 7, world.tess)
    for changed in (True, False):
        result = undo_number(measure=falls, deed=saved.point.deed, by=world.tess)
        assert (result.point, result.changed) == (None, changed)
    assert not DataPoint.objects.exists()
    assert [(kept.value, kept.how) for kept in DataPointCorrection.objects.all()] == [(7, "undone")]


def test_undo_brings_back_what_stood_before_and_pressed_twice_no_more(world, falls):
    save(falls, 7, world.tess)
    second = save(falls, 9, world.tess).point.deed
    third = save(falls, 11, world.tess).point.deed
    for _press in range(2):
        undo_number(measure=falls, deed=third, by=world.tess)
        assert DataPoint.objects.get().value == 9
    undo_number(measure=falls, deed=second, by=world.tess)
    assert DataPoint.objects.get().value == 7
    assert list(DataPointCorrection.objects.values_list("value", "how")) == [
        (7, "corrected"), (9, "corrected"), (11, "undone"), (9, "undone"),
    ]  # fmt: skip


def test_undo_of_an_act_that_was_overtaken_is_refused(world, falls):
    deed = save(falls, 7, world.tess).point.deed
    save(falls, 9, world.nia)
    with pytest.raises(Refused, match="Another number"):
        undo_number(measure=falls, deed=deed, by=world.tess)
    with pytest.raises(Refused):
        undo_number(measure=falls, deed=uuid.uuid4(), by=world.tess)
    assert DataPoint.objects.get().value == 9


def test_undo_is_for_ten_minutes_and_for_oneself(world, falls, clock):
    deed = save(falls, 7, world.tess).point.deed
    with pytest.raises(Refused, match="Only the one"):
        undo_number(measure=falls, deed=deed, by=world.nia)
    clock.shift(dt.timedelta(minutes=10, seconds=1))
    with pytest.raises(Refused, match="10 minutes"):
        undo_number(measure=falls, deed=deed, by=world.tess)


def test_two_people_type_at_once_and_the_second_is_asked(world, falls):
    save(falls, 7, world.tess, seen=None)
    with pytest.raises(Overtaken) as overtaken:
        save(falls, 9, world.nia, seen=None)
    assert (overtaken.value.theirs.value, overtaken.value.theirs.by) == (7, world.tess)
    assert save(falls, 7, world.nia, seen=None).changed is False, "the same number is no quarrel"
    assert save(falls, 9, world.nia, seen=overtaken.value.theirs.deed).changed


@pytest.mark.parametrize(
    "nonsense",
    [
        {"period_start": dt.date(2026, 12, 8)},
        {"value": None},
        {"missing_reason": "paused"},
        {"value": None, "missing_reason": "whatever"},
        {"method": "fax"},
    ],
)
def test_the_database_refuses_nonsense(world, falls, nonsense):
    with pytest.raises(IntegrityError), transaction.atomic():
        DataPoint.objects.create(**{"measure": falls, "period_start": LAST, "value": 1, **nonsense})


def test_a_shift_is_found_said_and_marked_with_the_try(world, falls):
    services.try_change(team=world.team, by=world.tess, title="One question", started=True)
    values = [5, 3, 5, 4, 6, 4, 5, 3, 9, 9, 8, 9, 10, 9]
    for back, value in enumerate(reversed(values), start=1):
        save(falls, value, world.tess, MONDAY - back * WEEK)
    phasing.fix(measure=falls, until=MONDAY - 7 * WEEK, seen="", by=world.tess)
    chart = charts_of(world.team, measures=[falls])[0]
    assert chart.finding.startswith("The numbers for “Falls” have gone up since ")
    assert "that is a shift, not chance" in chart.explanation
    assert chart.wide.count('class="rc-point is-signal"') == 6
    assert 'class="rc is-narrow"' in chart.narrow
    assert chart.notes[0].text == "2 December: Phase s1"
    assert len(chart.notes) == 1, "the try began in the running week, which is not drawn yet"


def test_half_a_week_is_not_drawn_as_a_fall(world, clock):
    clock.shift(-dt.timedelta(days=7))
    log(world)
    clock.shift(dt.timedelta(days=7))
    log(world)
    (chart,) = charts_of(world.team)
    assert [week.start for week in chart.places] == [LAST]


def test_a_new_team_sees_the_first_sentence(world):
    (chart,) = charts_of(world.team)
    assert chart.finding == "Your first number makes the first dot. Ten dots can tell a story."
    assert (chart.wide, chart.table, chart.asked.start, chart.asked.typed) == ("", None, MONDAY, "")


def test_numbers_are_written_in_the_readers_language(world):
    from django.utils.translation import override

    assert (spoken_number(Decimal("12.500")), spoken_number(Decimal(40), "percent")) == ("12.5", "40%")
    with override("fr"):
        assert (spoken_number(Decimal("12.500")), spoken_number(Decimal(40), "percent")) == ("12,5", "40\u00a0%")


@pytest.mark.parametrize("measures", [1, 30])
def test_charts_need_the_same_statements_for_one_measure_and_for_thirty(world, measures, django_assert_num_queries):
    for number in range(measures - 1):
        extra = add_measure(team=world.team, by=world.tess, name=f"M{number}")
        save(extra, 1, world.tess)
    team = type(world.team).objects.select_related("unit", "cohort").get(pk=world.team.pk)
    with django_assert_num_queries(7):
        assert len([chart.wide for chart in charts_of(team)]) == measures


def test_what_is_not_counted_any_more_keeps_its_chart_behind_the_others(world, falls, as_):
    save(falls, 4, world.tess, MONDAY - 5 * WEEK)
    measuring.stop_counting(measure=falls, by=world.tess, version=falls.version)
    later = add_measure(team=world.team, by=world.tess, name="Later")
    save(later, 4, world.tess)
    charts = charts_of(world.team)
    assert [chart.measure.name for chart in charts][-1] == "Falls"
    page = as_(world.tess).get(reverse("numbers", args=[world.team.pk])).content.decode()
    assert "nobody is asked for it any more" in page
    assert f'id="number-{falls.pk}"' not in page
    assert f'id="number-{later.pk}"' in page
    assert falls not in grid_of(world.team).measures

"""Control charts of a team's measures: which one, in which unit, over which stretches, and what is said of them."""

from __future__ import annotations

import html
import xml.etree.ElementTree as ET
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils.translation import override

from core.charts.run import run_chart_svg
from improvement import control, control_words, judging, measuring, phasing
from improvement.charts import charts_of
from improvement.control import Judging, controlled
from improvement.control_figure import ControlFigure
from improvement.measuring import add_measure
from improvement.models import QUESTIONS, Measure, MeasureDefinition
from improvement.services import record_number
from improvement.spc_limits import Chart
from improvement.weeks import WEEK
from tests.improvement.conftest import MONDAY

ROOMS = [
    (7, 9),
    (6, 10),
    (8, 10),
    (5, 8),
    (9, 12),
    (6, 9),
    (7, 10),
    (8, 11),
    (5, 7),
    (6, 8),
    (7, 9),
    (9, 11),
    (8, 9),
    (1, 12),
]


def week(place: int, of: int):
    return MONDAY - (of - place) * WEEK


@pytest.fixture
def share(world):
    """A percentage of which both parts are known; the last one lies far below."""
    measure = add_measure(
        team=world.team, by=world.tess, name="Rooms visited", kind="percent", direction="up", goal=Decimal(60)
    )
    for place, (part, whole) in enumerate(ROOMS):
        what = {"numerator": Decimal(part), "denominator": Decimal(whole)}
        record_number(measure=measure, by=world.tess, period_start=week(place, len(ROOMS)), **what)
    return measure


@pytest.fixture
def count(world):
    measure = add_measure(team=world.team, by=world.tess, name="Falls", direction="down")
    for place, value in enumerate([5, 3, 5, 4, 6, 4, 5, 3, 5, 4, 6, 5, 4, 5, 15]):
        record_number(measure=measure, by=world.tess, period_start=week(place, 15), value=Decimal(value))
    return measure


def one_of(measure, chosen="", **how):
    (chart,) = charts_of(measure.team, measures=[measure])
    return controlled(chart, chosen, Judging(**how))


def test_a_share_with_both_parts_is_a_p_chart_in_percent(share):
    one = one_of(share)
    assert one.choice == control.Choice(Chart.P)
    parts, wholes = (sum(pair[which] for pair in ROOMS) for which in (0, 1))
    assert one.typed(one.chart.last.line.centre) == round(Decimal(100 * parts) / wholes, 6)
    assert one.typed(one.chart.last.value) == Decimal("8.333333")
    assert (one.chart.variation, one.chart.last.cause) == ("concern low", "outside")


def test_limits_step_with_the_sample(share):
    figure = ControlFigure(one_of(share))
    limits = [pair for pair in figure.data.limits if pair]
    assert len({high - low for low, high in limits}) > 3
    assert all(0 <= low <= high <= 100 for low, high in limits)


def test_a_share_without_its_parts_is_drawn_as_single_values_and_says_so(world, share):
    record_number(measure=share, by=world.tess, period_start=week(3, len(ROOMS)), value=Decimal(62))
    one = one_of(share)
    assert one.choice == control.Choice(Chart.X, instead_of=Chart.P)
    assert "A p chart of shares needs both parts" in control_words.foot(one)


@pytest.mark.parametrize(
    ("kind", "chosen", "drawn"),
    [
        ("count", "", Chart.X), ("count", "c", Chart.C), ("count", "p", Chart.X), ("number", "g", Chart.G), ("between", "", Chart.T),
        ("number", "x", Chart.X),
    ],
)  # fmt: skip
def test_what_is_counted_chooses_the_chart(world, count, kind, chosen, drawn):
    Measure.objects.filter(pk=count.pk).update(kind=kind)
    assert one_of(Measure.objects.get(pk=count.pk), chosen).choice.chart is drawn


def test_a_measure_of_the_library_is_drawn_as_it_suggests_unless_somebody_chose(world):
    concerns = measuring.add_ready(team=world.team, key="concerns", by=world.tess)
    assert control.chosen_for(concerns) == "c"
    MeasureDefinition.objects.update_or_create(measure=concerns, defaults={"chart": "x"})
    assert control.chosen_for(concerns) == "x"
    assert control.chosen_for(world.measure) == ""


def test_a_time_of_nothing_is_no_t_chart(world, count):
    Measure.objects.filter(pk=count.pk).update(kind="between")
    record_number(measure=count, by=world.tess, period_start=week(2, 15), value=Decimal(0))
    assert one_of(Measure.objects.get(pk=count.pk)).choice == control.Choice(Chart.X, instead_of=Chart.T)


def test_a_far_number_is_a_concern_where_less_is_better_and_good_where_more_is(count):
    assert control_words.headline(one_of(count)).startswith("Worth a look")
    Measure.objects.filter(pk=count.pk).update(direction="up")
    better = one_of(Measure.objects.get(pk=count.pk))
    assert control_words.headline(better) == "Better than usual: the last number is part of a change upward."
    assert control_words.because(better) == "It lies outside the limits."
    with override("fr"):
        assert control_words.headline(better).startswith("Mieux que d'habitude")


def test_screening_narrows_the_limits_and_is_said(count):
    plain, screened = one_of(count), one_of(count, screened=True)
    assert screened.chart.last.line.upper < plain.chart.last.line.upper
    assert "left out of the limits" in control_words.foot(screened)
    assert "left out of the limits" not in control_words.foot(plain)


def test_a_goal_beyond_the_limits_will_not_be_met(share):
    assert control_words.goal_sentence(one_of(share)) == "As things go, the goal will be met at times, by chance."
    Measure.objects.filter(pk=share.pk).update(goal=100, direction="down")
    met = control_words.goal_sentence(one_of(Measure.objects.get(pk=share.pk)))
    assert met == "As things go, the goal will be met at times, by chance.", "a limit at 100 % is no limit beyond"


def test_a_kept_line_keeps_its_limits(world, count):
    phasing.fix(measure=count, until=week(12, 15), seen="", by=world.tess)
    before = one_of(count).chart.last.line
    record_number(measure=count, by=world.tess, period_start=MONDAY, value=Decimal(40))
    after = one_of(count)
    assert after.chart.stages[0].frozen.points == 13
    assert (after.chart.last.line.upper, after.chart.last.line.centre) == (before.upper, before.centre)
    record_number(measure=count, by=world.tess, period_start=week(0, 15), value=Decimal(30))
    assert one_of(count).chart.last.line.upper == before.upper, "an edit in the kept numbers does not move it either"


def test_a_new_line_has_no_limits_before_it_has_enough_numbers(world, count):
    answers = dict.fromkeys(QUESTIONS, True)
    phasing.begin(measure=count, starts_on=week(10, 15), answers=answers, why="New rounds", seen="", by=world.tess)
    one = one_of(count)
    assert control_words.headline(one) == "Too few numbers for limits yet: they need 13."
    figure = ControlFigure(one)
    assert (figure.data.limits[-1], figure.data.breaks, figure.signs) == (None, [10], [])


def test_the_page_shows_it_where_the_programme_wants_it(world, count, client):
    client.force_login(world.nia)
    url = reverse("number", args=[world.team.pk, count.pk])
    assert "Control chart" not in client.get(url).content.decode()
    judging.choose(
        programme=world.cohort.programme, rule_set="perla", version=1, by=world.paula, control_charts=True, control_rules="nahq"
    )  # fmt: skip
    page = html.unescape(client.get(url).content.decode())
    assert "XmR chart of single values. Rules of the National Association for Healthcare Quality." in page
    assert page.count('class="si"') == 1, "no goal, no second sign"
    assert page.count("rc-limit") >= 2


def test_sentence_table_and_drawing_say_the_same(share):
    figure = ControlFigure(one_of(share))
    drawing = ET.fromstring(str(run_chart_svg(figure.data)))
    (square,) = [part for part in drawing.iter() if part.get("class") == "rc-point is-concern"]
    assert square.tag == "path"
    last = figure.table["rows"][-1]
    low, high = figure.data.limits[-1]
    assert last[1] == "8.33%"
    assert (last[2], last[3]) == tuple(figure.one.of.number(value) for value in (low, high))
    assert last[4] == "worth a look"
    assert figure.data.marks[len(ROOMS) - 1] == "concern"
    assert figure.finding.startswith("Worth a look")

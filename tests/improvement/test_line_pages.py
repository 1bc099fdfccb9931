"""The pages around a chart: its line, the story of one number, what happened on the unit."""

from __future__ import annotations

import datetime as dt
import html
import uuid
from decimal import Decimal

import pytest
from django.urls import reverse

from improvement import phasing
from improvement.measuring import add_measure
from improvement.models import QUESTIONS, ChartEvent, MeasurePhase
from improvement.services import record_number, undo_number
from improvement.weeks import WEEK
from tests.improvement.conftest import MONDAY

YES = dict.fromkeys(QUESTIONS, "yes")


@pytest.fixture
def falls(world):
    measure = add_measure(team=world.team, by=world.tess, name="Falls")
    for back in range(1, 13):
        record_number(
            measure=measure,
            by=world.tess,
            period_start=MONDAY - back * WEEK,
            value=Decimal(3 + back % 2 + 4 * (back < 6)),
        )
    return measure


def text(answer) -> str:
    return " ".join(html.unescape(answer.content.decode()).split())


def line_of(measure) -> str:
    return reverse("number_line", args=[measure.team_id, measure.pk])


def point_of(measure, start: dt.date) -> str:
    return reverse("number_point", args=[measure.team_id, measure.pk, start.isoformat()])


# ---------------------------------------------------------------- the line


def test_a_lead_keeps_the_line_and_lets_it_go(world, as_, falls):
    tess = as_(world.tess)
    page = text(tess.get(line_of(falls)))
    assert "Of all its numbers: each new one may move it a little." in page
    until = (MONDAY - 6 * WEEK).isoformat()
    assert tess.post(line_of(falls), {"deed": "fix", "until": until, "seen": ""}).status_code == 302
    page = text(tess.get(line_of(falls)))
    assert "It is kept at its numbers up to the period of Monday 2 November 2026." in page
    seen = phasing.mark(phasing.now_of(falls))
    tess.post(line_of(falls), {"deed": "unfix", "seen": seen})
    assert not MeasurePhase.objects.exists()


def test_a_new_line_needs_four_answers_and_loses_nothing_of_them(world, as_, falls):
    tess = as_(world.tess)
    typed = {
        "deed": "begin",
        "starts_on": (MONDAY - 5 * WEEK).isoformat(),
        "why": "A huddle at noon",
        "seen": "",
        **YES,
    }
    answer = tess.post(line_of(falls), {name: value for name, value in typed.items() if name != "is_known"})
    assert answer.status_code == 422
    assert "A huddle at noon" in answer.content.decode()
    assert answer.content.decode().count("checked") == 3
    assert tess.post(line_of(falls), typed).status_code == 302
    page = text(tess.get(line_of(falls)))
    assert "<strong>Monday 9 November 2026</strong> A huddle at noon" in page
    assert "Do you know why? Yes." in page
    tess.post(line_of(falls), {"deed": "back", "seen": phasing.mark(phasing.now_of(falls))})
    assert not MeasurePhase.objects.exists()


def test_the_second_of_two_is_told_and_keeps_what_was_chosen(world, as_, falls):
    phasing.fix(measure=falls, until=MONDAY - 6 * WEEK, seen="", by=world.nia)
    typed = {
        "deed": "begin",
        "starts_on": (MONDAY - 5 * WEEK).isoformat(),
        "why": "A huddle at noon",
        "seen": "",
        **YES,
    }
    answer = as_(world.tess).post(line_of(falls), typed)
    assert answer.status_code == 409
    assert "Somebody changed the line while you were looking." in text(answer)
    assert "A huddle at noon" in answer.content.decode()
    seen = answer.context["begin"]["seen"].value()
    assert as_(world.tess).post(line_of(falls), typed | {"seen": seen}).status_code == 302


def test_who_coaches_reads_and_has_no_button(world, as_, falls):
    page = as_(world.colin).get(line_of(falls)).content.decode()
    assert "deed" not in page
    assert as_(world.colin).post(line_of(falls), {"deed": "unfix"}).status_code == 403


# ---------------------------------------------------------------- one number


def test_a_number_tells_who_when_from_where_and_what_it_was(world, as_, falls):
    monday = MONDAY - WEEK
    record_number(measure=falls, by=world.nia, period_start=monday, value=Decimal(11), way="mail")
    page = text(as_(world.tess).get(point_of(falls, monday)))
    assert "Week of 7 December" in page
    assert "Nia Test, 16 December 2026, 10:00 (Toronto time): by answering a mail." in page
    assert "Tess Test" in page
    assert "Corrected by Nia Test" in page
    assert page.index("11") < page.index("Corrected by")


def test_what_was_taken_back_is_told(world, as_, falls):
    saved = record_number(measure=falls, by=world.nia, period_start=MONDAY - WEEK, value=Decimal(11))
    undo_number(measure=falls, deed=saved.point.deed, by=world.nia)
    page = text(as_(world.tess).get(point_of(falls, MONDAY - WEEK)))
    assert "Taken back by Nia Test" in page


def test_both_parts_stand_there(world, as_):
    share = add_measure(team=world.team, by=world.tess, name="Rooms", kind="percent")
    record_number(
        measure=share, by=world.tess, period_start=MONDAY - WEEK, numerator=Decimal(7), denominator=Decimal(9)
    )
    assert "7 of 9" in text(as_(world.tess).get(point_of(share, MONDAY - WEEK)))


def test_each_row_of_the_table_leads_there(world, as_, falls):
    page = as_(world.colin).get(reverse("number", args=[world.team.pk, falls.pk])).content.decode()
    assert page.count(f'href="{point_of(falls, MONDAY - WEEK)}"') == 1


@pytest.mark.parametrize("start", ["2026-12-08", "2031-01-06", "yesterday"])
def test_a_day_that_begins_no_period_has_no_page(world, as_, falls, start):
    url = reverse("number_point", args=[world.team.pk, falls.pk, start])
    assert as_(world.tess).get(url).status_code == 404


def test_who_has_left_has_no_name_there(world, as_, falls):
    falls.points.update(by=None)
    assert "somebody who has left" in text(as_(world.tess).get(point_of(falls, MONDAY - WEEK)))


# ---------------------------------------------------------------- what happened


def event_of(world) -> str:
    return reverse("chart_event", args=[world.team.pk])


def test_what_happened_stands_on_every_chart(world, as_, falls):
    tess = as_(world.tess)
    typed = {"once": uuid.uuid4(), "words": "Two new colleagues", "on": (MONDAY - 3 * WEEK).isoformat()}
    assert tess.post(event_of(world), typed).status_code == 302
    page = text(as_(world.nia).get(reverse("numbers", args=[world.team.pk])))
    assert "23 November: Two new colleagues" in page
    assert tess.post(event_of(world), typed).status_code == 302, "sent twice is sent once"
    assert ChartEvent.objects.count() == 1


@pytest.mark.parametrize(
    ("words", "on"), [(" ", MONDAY), ("x", MONDAY + 2 * WEEK), ("x", MONDAY - 200 * WEEK), ("x", "someday")]
)
def test_what_cannot_stand_there_is_refused_beside_its_box(world, as_, words, on):
    answer = as_(world.tess).post(event_of(world), {"once": uuid.uuid4(), "words": words, "on": on})
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert not ChartEvent.objects.exists()


def test_the_team_and_the_planning_team_take_it_off_again(world, as_):
    for who in (world.nia, world.paula):
        row = ChartEvent.objects.create(team=world.team, on=MONDAY, words="Outbreak", by=world.tess)
        url = reverse("chart_event_gone", args=[world.team.pk, row.pk])
        assert as_(world.colin).post(url).status_code == 403
        assert as_(who).post(url).status_code == 302
        assert not ChartEvent.objects.exists()
        assert as_(who).post(url).status_code == 302, "twice is the same as once"

"""The line: one sentence on every page, the drawing, and the list that says the same."""

import datetime as dt

import pytest
from django.utils.translation import override

from collaborative.line import Note, draw, position
from tests import make

pytestmark = pytest.mark.django_db
FIRST = dt.date(2026, 9, 29)


@pytest.fixture
def cohort():
    return make.cohort(first_day=FIRST)


def days(cohort):
    return {phase.key: phase for phase in cohort.phases.all()}


def test_where_we_are_in_three_parts(cohort):
    today = days(cohort)["ls1"].starts_on + dt.timedelta(days=3)
    assert position(cohort, today) == ["Week 5 of 17", "Action period 1", "Session 2 on 16 Dec"]
    with override("fr"):
        assert position(cohort, today) == ["Semaine 5 de 17", "Période d'action 1", "Séance 2 le 16 déc."]


def test_before_on_the_day_and_after(cohort):
    assert position(cohort, FIRST - dt.timedelta(days=9))[0] == "Begins on 29 Sep"
    assert "Session 1 is today" in position(cohort, days(cohort)["ls1"].starts_on)
    last = max(phase.ends_on for phase in cohort.phases.all())
    assert position(cohort, last + dt.timedelta(days=1)) == ["This series has ended"]


def test_the_list_says_what_the_drawing_shows(cohort):
    phases = days(cohort)
    notes = {phases["ls2"].pk: Note("Wednesday 16 December, 12:00", "/there/")}
    line = draw(cohort, today=phases["ls1"].starts_on + dt.timedelta(days=20), notes=notes)
    titles = [(row.kind, row.title) for row in line.rows if row.title]
    assert titles == [
        ("station", "Start"), ("stretch", "Getting ready"), ("station", "Session 1"), ("stretch", "Action period 1"),
        ("now", "Today, Tue 17 Nov"), ("station", "Session 2"), ("stretch", "Action period 2"), ("station", "Session 3"),
    ]  # fmt: skip
    assert [(row.text, row.url) for row in line.rows if row.title == "Session 2"] == [
        ("Wednesday 16 December, 12:00", "/there/")
    ]
    assert all(word in line.drawing for word in ("Session 1", "Session 2", "Session 3", "Action period 1"))


def test_a_cohort_without_phases_has_no_line(cohort):
    cohort.learning_sessions.all().delete()
    cohort.phases.all().delete()
    assert position(cohort) == []
    assert draw(cohort) is None

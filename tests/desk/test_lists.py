"""The lists of the planning team as workbooks: what is seen, in the reader's language, for nobody else."""

from __future__ import annotations

import io

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from core.time import wall_in
from enrolment.deciding import decide
from enrolment.models import ContactNote
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort():
    return make.cohort()


@pytest.fixture
def paula(cohort):
    return make.planner(cohort=cohort, name="Paula Whitford")


def rows(client, name: str, cohort, **query) -> list[tuple]:
    answer = client.get(reverse(name, args=[cohort.pk]), {"as": "xlsx", **query})
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith(f'attachment; filename="{cohort.slug}-')
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    return [tuple(cell.value for cell in row) for row in sheet.iter_rows()]


def test_teams_with_their_milestones(client, cohort, paula):
    team = make.team(cohort=cohort, name="2 West")
    make.lead(team=team)
    client.force_login(paula)
    head, row = rows(client, "planning_cohort", cohort)
    assert head[:3] == ("Team", "Organisation", "Province or territory")
    assert row[:3] == ("2 West", team.unit.organisation.name, "Newfoundland and Labrador")
    assert row[head.index("People")] == 1, "a number, to count with"


def test_tasks_with_their_days(client, cohort, paula):
    client.force_login(paula)
    head, *told = rows(client, "planning_tasks", cohort)
    assert head == ("What", "Day", "Because of", "Who", "Done")
    assert len(told) == cohort.tasks.count() > 10
    assert [row[1] for row in told] == sorted(row[1] for row in told)


def test_applications_as_the_filter_shows_them(client, cohort, paula):
    one = make.application(cohort=cohort, team_name="Lakeshore")
    make.application(cohort=cohort, team_name="Bayfront")
    decide(application=one, outcome="wait", by=paula)
    client.force_login(paula)
    head, *told = rows(client, "planning_applications", cohort)
    assert {row[0] for row in told} == {"Lakeshore", "Bayfront"}
    _head, only = rows(client, "planning_applications", cohort, outcome="wait")
    assert (only[0], only[head.index("Outcome")]) == ("Lakeshore", "on the waiting list")


def test_the_waiting_list_in_its_order(client, cohort, paula):
    for name in ("Bayfront", "Lakeshore"):
        decide(application=make.application(cohort=cohort, team_name=name), outcome="wait", by=paula)
    make.application(cohort=cohort, team_name="Undecided")
    client.force_login(paula)
    head, *told = rows(client, "planning_waiting", cohort)
    assert [row[:2] for row in told] == [(1, "Bayfront"), (2, "Lakeshore")]
    assert told[0][head.index("Was offered a place")] == "no"


def test_every_date_with_its_hour(client, cohort, paula):
    session = make.learning_session(cohort=cohort, minutes_ahead=60 * 24 * 9)
    cohort.quiet_weeks.create(starts_on=session.day, ends_on=session.day, name_en="Rest", name_fr="Repos")
    client.force_login(paula)
    head, *told = rows(client, "planning_dates", cohort)
    assert head == ("Date", "First day", "Last day", "Hour", "Look at it again")
    found = {row[0]: row for row in told}
    assert found["First day"][1].date() == cohort.first_day
    assert {"Last day to apply", "Quiet: Rest", session.title} <= set(found)
    assert found[session.title][3] == f"{wall_in(session.starts_at, cohort.time_zone):%H:%M}"


def test_questions_that_nobody_has_settled(client, cohort, paula):
    for name, settled in (("Mina Okpik", None), ("Al Roy", timezone.now())):
        ContactNote.objects.create(
            programme=cohort.programme, name=name, email="m@example.ca", language="fr", text="=May four apply?",
            settled_at=settled,
        )  # fmt: skip
    client.force_login(paula)
    _head, *told = rows(client, "planning_letters", cohort)
    assert [row[1:] for row in told] == [("Mina Okpik", "m@example.ca", "French", "=May four apply?")]


@pytest.mark.parametrize(
    "name",
    [
        "planning_cohort",
        "planning_tasks",
        "planning_applications",
        "planning_waiting",
        "planning_dates",
        "planning_letters",
    ],
)
def test_nobody_else_gets_them(client, cohort, name):
    client.force_login(make.lead(team=make.team(cohort=cohort)))
    assert client.get(reverse(name, args=[cohort.pk]), {"as": "xlsx"}).status_code == 404

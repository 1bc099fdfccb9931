"""Everybody of a cohort on one list, filtered, and taken along as a workbook."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from enrolment import people_list, services
from enrolment.models import Invitation
from notifications.inbound import bounces
from notifications.models import Suppression
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort():
    return make.cohort()


@pytest.fixture
def paula(cohort):
    return make.planner(cohort=cohort, name="Paula Whitford")


@pytest.fixture
def west(cohort, paula):
    """A team with a lead, a sponsor of its organisation, one who was asked and one whose invitation ran out."""
    west = make.team(cohort=cohort, name="2 West")
    make.lead(team=west, name="Tess Hart")
    make.sponsor(organisation=west.unit.organisation, by=paula, name="Sol Moss")
    services.invite(
        by=paula, team=west, role="participant", name="Élodie Roy", email="elodie@example.org", position="provider"
    )
    late = services.invite(by=paula, team=west, role="participant", name="Zoe Ames")
    Invitation.objects.filter(pk=late.pk).update(expires_at=timezone.now() - dt.timedelta(days=1))
    return west


def names(rows) -> list[str]:
    return [row.name for row in rows]


def test_everybody_is_there_in_the_order_of_names(cohort, west):
    rows = people_list.everybody(cohort)
    assert [(row.name, row.state) for row in rows] == [
        ("Élodie Roy", "asked"), ("Paula Whitford", "in"), ("Sol Moss", "in"), ("Tess Hart", "in"), ("Zoe Ames", "over"),
    ]  # fmt: skip


def test_people_of_other_cohorts_are_not(cohort, west):
    make.member(name="Somebody Else")
    assert "Somebody Else" not in names(people_list.everybody(cohort))


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"words": "elodie"}, ["Élodie Roy"]),
        ({"words": "2 west"}, ["Élodie Roy", "Tess Hart", "Zoe Ames"]),
        ({"state": "over"}, ["Zoe Ames"]),
        ({"role": "lead"}, ["Tess Hart"]),
        ({"role": "nothing"}, []),
        ({"team": "nonsense"}, []),
    ],
)
def test_the_list_is_filtered(cohort, west, asked, found):
    assert names(people_list.chosen(people_list.everybody(cohort), **asked)) == found


def test_what_is_seen_is_taken_along(client, cohort, west, paula):
    client.force_login(paula)
    page = reverse("planning_people", args=[cohort.pk])
    assert "Élodie Roy" in client.get(page).content.decode()
    answer = client.get(page, {"state": "asked", "as": "xlsx"})
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{cohort.slug}-people.xlsx"'
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    assert [cell.value for cell in sheet[2]][:5] == [
        "Élodie Roy", "elodie@example.org", "2 West", "team member", "point-of-care provider",
    ]  # fmt: skip
    assert sheet.max_row == 2


def test_whose_mail_comes_back_has_that_in_their_row_until_it_is_put_right(client, cohort, west, paula):
    bounces.count("Elodie@example.org", bounces.HARD)
    bounces.count(paula.email, bounces.SOFT)
    client.force_login(paula)
    page = reverse("planning_people", args=[cohort.pk])

    def marked() -> list[str]:
        answer = client.get(page)
        rows = answer.context["page"].object_list
        said = answer.content.decode().count("Mail to this address comes back")
        assert said == sum(row.comes_back for row in rows)
        return names(row for row in rows if row.comes_back)

    assert marked() == ["Élodie Roy"], "a full mailbox on one day is passing"
    sheet = load_workbook(io.BytesIO(client.get(page, {"words": "elodie", "as": "xlsx"}).content)).worksheets[0]
    assert sheet[2][7].value.endswith("mail to this address comes back")
    asked = Invitation.objects.get(person__name="Élodie Roy")
    alone = client.get(page, {"person": str(asked.person_id)})
    assert names(alone.context["page"].object_list) == ["Élodie Roy"]
    assert '<a href="?">Show all</a>' in alone.content.decode()
    Suppression.objects.update(last_bounce_at=timezone.now() - bounces.RESET - dt.timedelta(hours=1))
    assert marked() == []

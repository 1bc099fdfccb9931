"""Who plans a cohort: asked by mail, ended by a colleague, the last one stays."""

from __future__ import annotations

import pytest
from django.urls import reverse

from collaborative import tasks
from collaborative.models import Membership, Role
from collaborative.services import give_role
from core.refusals import Refused
from enrolment import planning_team
from enrolment.models import Invitation
from enrolment.querysets import planners_of
from notifications.models import PlannedMessage
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort():
    return make.cohort()


@pytest.fixture
def paula(client, cohort):
    person = make.planner(cohort=cohort, name="Paula Whitford")
    client.force_login(person)
    return person


def address(cohort) -> str:
    return reverse("planning_team", args=[cohort.pk])


def role_of(person, cohort) -> Membership:
    return planners_of(cohort).get(user=person)


def stop(cohort, person) -> str:
    return reverse("planning_team_stop", args=[cohort.pk, role_of(person, cohort).pk])


def test_a_second_planner_is_asked_by_mail_and_can_be_asked_back(client, cohort, paula):
    sent = {"name": "Benoît Lavoie", "email": "benoit@example.org", "language": "fr"}
    assert client.post(address(cohort), sent).url == address(cohort)
    asked = Invitation.objects.get()
    assert (asked.role, asked.cohort, asked.by) == (Role.PLANNER, cohort, paula)
    assert PlannedMessage.objects.get(kind="enrolment/invitation").recipient == asked.person
    page = client.get(address(cohort)).content.decode()
    assert "Benoît Lavoie" in page
    assert "benoit@example.org" in page
    answer = client.post(reverse("invitation_revoke", args=[asked.pk]))
    assert answer.url == address(cohort)
    assert not planning_team.asked(cohort).exists()


def test_nobody_is_asked_twice_and_nothing_typed_is_lost(client, cohort, paula):
    make.planner(cohort=cohort, name="Benoît", email="benoit@example.org")
    answer = client.post(address(cohort), {"name": "Benoît", "email": "benoit@example.org", "language": "fr"})
    assert "Benoît is in already." in answer.content.decode()
    assert answer.context["form"]["email"].value() == "benoit@example.org"


def test_who_plans_the_programme_stands_there_and_is_ended_by_their_like_only(client, cohort, paula):
    whole = make.person(name="Wren Hall")
    give_role(user=whole, role=Role.PLANNER, by=None, programme=cohort.programme)
    assert "plans every cohort of" in client.get(address(cohort)).content.decode()
    assert client.post(stop(cohort, whole)).status_code == 403
    assert role_of(whole, cohort).until is None
    client.force_login(whole)
    assert client.get(stop(cohort, paula)).status_code == 200


def test_who_stops_hands_the_open_tasks_over(client, cohort, paula):
    benoit = make.planner(cohort=cohort, name="Benoît")
    task = tasks.add_task(cohort=cohort, text="Bake", due_on=cohort.first_day, assignee=benoit, by=paula)
    assert "1 open task stands in their name." in client.get(stop(cohort, benoit)).content.decode()
    answer = client.post(stop(cohort, benoit), {"to": str(role_of(paula, cohort).pk)})
    assert answer.url == address(cohort)
    task.refresh_from_db()
    assert task.assignee == paula
    assert not planners_of(cohort).filter(user=benoit).exists()


def test_tasks_that_nobody_takes_over_are_nobodys(cohort, paula):
    benoit = make.planner(cohort=cohort, name="Benoît")
    task = tasks.add_task(cohort=cohort, text="Bake", due_on=cohort.first_day, assignee=benoit, by=paula)
    planning_team.end(membership=role_of(benoit, cohort), to=None, by=paula)
    task.refresh_from_db()
    assert task.assignee is None


def test_the_last_planner_stays(client, cohort, paula):
    assert "Stop planning" not in client.get(address(cohort)).content.decode()
    assert "Somebody has to plan." in client.post(stop(cohort, paula)).content.decode()
    with pytest.raises(Refused):
        planning_team.end(membership=role_of(paula, cohort), to=None, by=paula)


def test_the_next_cohort_offers_its_programmes_planners_once(cohort, paula):
    second = make.cohort(programme=cohort.programme)
    benoit = make.planner(cohort=cohort, name="Benoît")
    give_role(user=benoit, role=Role.PLANNER, by=paula, cohort=second)
    whole = make.person(name="Wren")
    give_role(user=whole, role=Role.PLANNER, by=None, programme=cohort.programme)
    other = make.cohort(programme=make.programme(slug_en="other", slug_fr="autre"))
    make.planner(cohort=other, name="Elsewhere")
    assert planning_team.colleagues(cohort.programme, of=paula) == [benoit]


def test_only_planners_of_the_programme_are_taken_over(cohort, paula):
    benoit, stranger = make.planner(cohort=cohort, name="Benoît"), make.person(name="Stranger")
    third = make.cohort(programme=cohort.programme)
    planning_team.take_over(cohort=third, people=[str(benoit.pk), str(stranger.pk)], by=paula)
    assert [one.user for one in planners_of(third)] == [benoit]


def test_the_page_costs_the_same_for_one_and_for_many(client, cohort, paula, django_assert_max_num_queries):
    for nth in range(5):
        make.planner(cohort=cohort)
        planning_team.ask(cohort=cohort, name=f"P{nth}", email=f"p{nth}@example.org", language="en", by=paula)
    client.get(address(cohort))
    with django_assert_max_num_queries(12):
        assert client.get(address(cohort)).status_code == 200

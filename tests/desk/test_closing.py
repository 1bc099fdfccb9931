"""The pages of a closed cohort: they are read as before, and none of them takes anything any more."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import get_resolver, resolve, reverse
from django.utils import timezone

from collaborative import closed_pages
from collaborative.models import Cohort
from core import registry
from tests import make
from tests.desk.test_schedule import boxes
from tests.doors import DOORS
from tests.world import undone

pytestmark = pytest.mark.django_db


@pytest.fixture
def paula(client, cohort):
    person = make.planner(cohort=cohort)
    client.force_login(person)
    return person


def shut(cohort, ago=dt.timedelta(0)):
    Cohort.objects.filter(pk=cohort.pk).update(closed_at=timezone.now() - ago)
    cohort.refresh_from_db()


def test_a_planner_reads_what_ends_says_why_closes_and_takes_it_back(client, cohort, paula):
    address = reverse("planning_close", args=[cohort.pk])
    assert address in client.get(reverse("planning_cohort", args=[cohort.pk])).content.decode()
    page = client.get(address)
    assert "keep reading their pages" in page.content.decode()
    sent = {"confirm": page.context["ends"].mark, "reason": ""}
    refused = client.post(address, sent)
    assert refused.context["form"].errors["reason"] == ["Say in a few words why it is closed."]
    make.team(cohort=cohort)
    other = client.post(address, sent | {"reason": "The series is over."})
    assert "something here is another" in other.content.decode()
    assert "The series is over." in other.content.decode()
    sent = {"confirm": other.context["ends"].mark, "reason": "The series is over."}
    room = client.post(address, sent, follow=True)
    assert "This series is closed" in room.content.decode()
    assert "The series is over." in room.content.decode()
    assert reverse("planning_close_undo", args=[cohort.pk]) in room.content.decode()
    client.post(reverse("planning_close_undo", args=[cohort.pk]))
    cohort.refresh_from_db()
    assert cohort.closed_at is None


def test_too_late_to_open_it_again_is_said(client, cohort, paula):
    shut(cohort, ago=dt.timedelta(hours=1))
    room = client.get(reverse("planning_cohort", args=[cohort.pk])).content.decode()
    assert reverse("planning_close_undo", args=[cohort.pk]) not in room
    page = client.post(reverse("planning_close_undo", args=[cohort.pk]), follow=True)
    assert "It is too late to undo this" in page.content.decode()
    assert "closed already" in client.get(reverse("planning_close", args=[cohort.pk])).content.decode()


def test_a_closed_cohort_stands_by_itself_in_the_lists(client, cohort, paula):
    other = make.cohort(programme=cohort.programme)
    make.planner(cohort=other, user=paula)
    shut(cohort)
    page = client.get(reverse("planning"))
    assert [row for row, _running in page.context["cohorts"]] == [other]
    assert page.context["closed"] == [cohort]
    today = client.get(reverse("today")).context["today"]
    assert today.planned == [other]


def test_nobody_is_asked_for_anything(client, cohort, paula):
    team = make.team(cohort=cohort)
    lead = make.member(team=team, role="lead")
    make.application(cohort=cohort)
    shut(cohort)
    room = client.get(reverse("planning_cohort", args=[cohort.pk]))
    assert room.context["needs"] == []
    mine = Client()
    mine.force_login(lead)
    today = mine.get(reverse("today")).context["today"]
    assert (today.strip, today.number, today.alone) == (None, None, None)
    assert mine.get(reverse("team", args=[team.pk])).context["prework"] == []


def test_what_somebody_typed_is_not_lost_and_the_page_says_so(client, cohort, paula):
    address = reverse("planning_enrolment_days", args=[cohort.pk])
    sent = boxes(client.get(address)) | {"reason": "More time for the north."}
    shut(cohort)
    answer = client.post(address, sent)
    assert answer.status_code == 409
    assert "This series is closed" in answer.content.decode()
    assert "More time for the north." in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    part = client.post(address, sent, headers={"HX-Request": "true"})
    assert (part.status_code, "HX-Redirect" in part.headers) == (204, True)


def test_a_stranger_learns_nothing_of_it(cohort):
    shut(cohort)
    other = Client()
    other.force_login(make.planner(cohort=make.cohort(programme=make.programme(slug_en="another"))))
    assert other.post(reverse("planning_shift", args=[cohort.pk]), {"days": "7"}).status_code == 404


@pytest.mark.everywhere
def test_every_page_of_a_closed_cohort_can_be_read_and_takes_nothing(world):
    """Each door that somebody may open in the near cohort, once it is closed."""
    wrong, shut_ones = [], 0
    with undone():
        Cohort.objects.filter(pk=world.near.cohort.pk).update(closed_at=timezone.now())
        for door in DOORS:
            url = door.address(world)
            match = resolve(url)
            named = any(registry.cohort_of.get(name) for name in match.kwargs)
            if not named or _cohort_of(match.kwargs) != world.near.cohort.pk:
                continue
            who = next(iter(sorted((door.post or door.get) or [])), None)
            if who is None:
                continue
            client = world.clients[who]
            if door.get and who in door.get and client.get(url).status_code not in (200, 302):
                wrong.append(f"{door.name} cannot be read")
            if door.post and not closed_pages.stays_open(door.name):
                shut_ones += 1
                if client.post(url, door.words(world)).status_code != 409:
                    wrong.append(f"{door.name} takes something")
    assert wrong == []
    assert shut_ones > 50


def _cohort_of(kwargs):
    for name, value in kwargs.items():
        if ask := registry.cohort_of.get(name):
            return Cohort.objects.filter(ask(value)).values_list("pk", flat=True).first()
    return None


def test_the_names_that_stay_open_are_names_of_pages():
    known = set(get_resolver().reverse_dict)
    assert {name for name in closed_pages._open if name not in known} == set()


def test_what_ends_is_counted_in_few_statements(client, cohort, paula, django_assert_max_num_queries):
    for _ in range(2):
        make.member(team=make.team(cohort=cohort))
        make.application(cohort=cohort)
    with django_assert_max_num_queries(12):
        client.get(reverse("planning_close", args=[cohort.pk]))

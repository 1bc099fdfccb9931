"""What a team gets ready before the first session."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from collaborative import prework
from collaborative.models import PreworkTick
from desk.cohort import sessions_of
from desk.planning import teams_and_milestones
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    """A team of a cohort whose first session is ahead."""
    return make.team(cohort=make.cohort(first_day=timezone.now().date() - dt.timedelta(days=3)))


@pytest.fixture
def items(team):
    team.cohort.programme.prework.all().delete()
    return [
        make.prework_item(programme=team.cohort.programme, text_en=text) for text in ("Name a lead", "Meet your coach")
    ]


def test_anybody_of_the_team_ticks_and_takes_it_back(team, items):
    nia, otto = make.member(team=team), make.member(team=team)
    prework.tick(team=team, item=items[0], ready=True, by=nia)
    prework.tick(team=team, item=items[0], ready=True, by=otto)
    assert [one.ready for one in prework.items_of(team)] == [True, False]
    assert PreworkTick.objects.get().by == nia
    prework.tick(team=team, item=items[0], ready=False, by=otto)
    prework.tick(team=team, item=items[0], ready=False, by=otto)
    assert [one.ready for one in prework.items_of(team)] == [False, False]
    verbs = list(Entry.objects.filter(verb__startswith="prework").order_by("pk").values_list("verb", "by__name"))
    assert verbs == [("prework.ticked", nia.name), ("prework.unticked", otto.name)]


def test_it_stands_on_the_teams_page_until_the_first_session(team, items):
    client = Client()
    client.force_login(make.member(team=team))
    page = client.get(reverse("team", args=[team.pk])).content.decode()
    assert "Before the first session" in page
    address = reverse("team_prework", args=[team.pk, items[1].pk])
    assert address in page
    client.post(address, {"ready": "1"})
    assert [one.ready for one in prework.items_of(team)] == [False, True]
    begun = make.team(cohort=make.cohort(programme=team.cohort.programme))
    client.force_login(make.member(team=begun))
    assert "Before the first session" not in client.get(reverse("team", args=[begun.pk])).content.decode()


def test_the_planning_room_counts_it(team, items):
    def cell():
        (row,) = teams_and_milestones(team.cohort, sessions_of(team.cohort))
        return next((one.kind, one.text) for one in row.cells if one.column == "Pre-work")

    nia = make.member(team=team)
    assert cell() == ("open", "0 of 2")
    for item in items:
        prework.tick(team=team, item=item, ready=True, by=nia)
    assert cell() == ("done", "2 of 2")


def test_an_item_of_another_programme_is_none_of_theirs(team, items):
    other = make.prework_item(programme=make.programme(slug_en="other-series"))
    client = Client()
    client.force_login(make.member(team=team))
    assert client.post(reverse("team_prework", args=[team.pk, other.pk]), {"ready": "1"}).status_code == 404

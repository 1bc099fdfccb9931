"""The planning pages of a session: one head, tabs in two rows, and the ways to them."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from core.tabs import in_groups
from sessions import tabs
from sessions.models import LearningSession
from tests import make

pytestmark = pytest.mark.django_db

ALL = [(key, route) for _name, pages in tabs.GROUPS for key, _text, route in pages]


@pytest.fixture
def cohort():
    return make.cohort(first_day=timezone.now().date() + dt.timedelta(days=30))


@pytest.fixture
def ahead(cohort):
    return make.learning_session(cohort=cohort, minutes_ahead=60 * 24 * 20)


def at(row, minutes: int) -> LearningSession:
    """Return the session as it is so many minutes before its start."""
    LearningSession.objects.filter(pk=row.pk).update(starts_at=timezone.now() + dt.timedelta(minutes=minutes))
    return LearningSession.objects.get(pk=row.pk)


@pytest.mark.parametrize(("key", "route"), ALL)
def test_every_page_has_the_same_head_and_marks_its_tab(
    client, cohort, ahead, key, route, django_assert_max_num_queries
):
    client.force_login(make.planner(cohort=cohort, language="en"))
    url = reverse(route, args=[ahead.pk])
    with django_assert_max_num_queries(12):
        page = client.get(url).content.decode()
    assert re.findall(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL) == [ahead.title]
    tab = tabs.tab_called(ahead, key)
    assert f"<title>{tab['text']} · {ahead.title}" in page
    assert f'<a href="{url}" aria-current="page">{tab["text"]}</a>' in page
    crumbs = re.search(r'<ol class="crumbs">(.*?)</ol>', page, re.DOTALL)[1]
    assert [reverse("planning"), reverse("planning_cohort", args=[cohort.pk]), reverse("session", args=[cohort.pk, ahead.pk])] == re.findall(r'href="([^"]*)"', crumbs)  # fmt: skip
    assert f'aria-current="page">{tab["text"]}</li>' in crumbs


def test_the_open_part_shows_its_pages_and_each_part_leads_to_its_first(client, cohort, ahead):
    client.force_login(make.planner(cohort=cohort, language="en"))
    page = client.get(reverse("planning_session_rooms", args=[ahead.pk])).content.decode()
    nav = re.search(r'<nav class="tabs-place".*?</nav>', page, re.DOTALL)[0]
    first, second = re.findall(r"<ul.*?</ul>", nav, re.DOTALL)
    assert re.findall(r">([^<]+)</a>", first) == ["Plan", "People", "On the day", "After"]
    assert re.findall(r">([^<]+)</a>", second) == ["Speakers", "Who comes", "Small rooms", "From outside"]
    assert f'<a href="{reverse("planning_session_people", args=[ahead.pk])}" aria-current="true">People</a>' in first


def test_a_part_with_one_page_goes_by_its_name_and_is_the_page_itself():
    tab = {"text": "Room", "url": "/room/", "here": True}
    assert in_groups([{"text": "", "tabs": [tab]}]) == [{"text": "Room", "url": "/room/", "here": True, "tabs": [tab]}]


def test_the_tabs_of_a_cohort_stand_in_parts_as_well(client, cohort):
    client.force_login(make.planner(cohort=cohort, language="en"))
    page = client.get(reverse("planning_dates", args=[cohort.pk])).content.decode()
    first, second = re.findall(r'<ul class="tabs.*?</ul>', page, re.DOTALL)
    assert re.findall(r">([^<]+)</a>", first) == ["Room", "Messages", "People", "Plan", "Results", "Public"]
    assert re.findall(r">([^<]+)</a>", second) == ["Dates", "Tasks", "Webinars"]
    room = client.get(reverse("planning_cohort", args=[cohort.pk])).content.decode()
    assert 'aria-current="page">Room</a>' in room
    assert "tabs-second" not in room


@pytest.mark.parametrize(
    ("minutes", "first"),
    [(60 * 24 * 20, "session_details"), (60 * 20, "planning_session_day"), (-10, "planning_session_day"),
     (-60 * 24, "planning_session_attendance")],
)  # fmt: skip
def test_a_planner_gets_to_what_is_next_from_the_session_and_from_the_room(client, cohort, ahead, minutes, first):
    row = at(ahead, minutes)
    url = reverse(first, args=[row.pk])
    assert tabs.next_pages(row, timezone.now())[0]["url"] == url
    client.force_login(make.planner(cohort=cohort))
    for page in (reverse("session", args=[cohort.pk, row.pk]), reverse("planning_cohort", args=[cohort.pk])):
        assert f'href="{url}"' in client.get(page).content.decode()


def test_others_see_no_way_to_the_planning_pages(client, cohort, ahead):
    client.force_login(make.member(team=make.team(cohort=cohort)))
    page = client.get(reverse("session", args=[cohort.pk, ahead.pk])).content.decode()
    assert not any(reverse(route, args=[ahead.pk]) in page for _key, route in ALL)

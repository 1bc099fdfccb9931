"""The directory of a cohort: name and team always, the rest as each chose."""

from __future__ import annotations

import itertools
import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts import seen
from collaborative.models import Membership
from collaborative.services import give_role
from enrolment.directory import directory_of
from tests import make

pytestmark = pytest.mark.django_db


def names(cast, text: str = "") -> list[str]:
    return [one.name for one in directory_of(cast.cohort, text=text)[1]]


def test_who_takes_part_by_name_and_nobody_else(cast):
    assert names(cast) == [
        "Colin MacLeod", "Cora Penney", "Fia Noble", "Max Noel", "Nia Roy", "Otto Reimer", "Paula Whitford",
        "Pierre Cyr", "Tess Holloway",
    ]  # fmt: skip
    Membership.objects.filter(user=cast.nia).update(since=cast.nia.created_at, until=cast.nia.created_at)
    assert "Nia Roy" not in names(cast)


def test_nothing_but_name_team_and_role_until_one_says_so(cast):
    entry = next(one for one in directory_of(cast.cohort)[1] if one.name == "Nia Roy")
    assert (entry.teams, entry.roles, entry.work, entry.town, entry.email) == ([cast.team.name], [], "", "", "")
    client = Client()
    client.force_login(cast.nia)
    client.post(
        "/me/", {"name": "Nia Roy", "language": "en", "city": "st-johns", "show_work": "on", "show_email": "on"}
    )
    entry = next(one for one in directory_of(cast.cohort)[1] if one.name == "Nia Roy")
    assert (entry.work, entry.town, entry.email) == ("nurse", "", "nia.roy@example.org")


@pytest.mark.parametrize("shows", list(itertools.product([False, True], repeat=3)))
def test_who_sees_what_of_me_says_what_the_directory_does(cast, shows):
    cast.nia.show_work, cast.nia.show_city, cast.nia.show_email = shows
    cast.nia.save()
    entry = next(one for one in directory_of(cast.cohort)[1] if one.name == "Nia Roy")
    told = {row.thing: seen.whoever_takes_part() in row.seen_by for row in seen.own_rows(cast.nia)}
    shown = {
        "Your name and your team": bool(entry.name and entry.teams), "The work you do": bool(entry.work),
        "Your place": bool(entry.town), "Your e-mail address": bool(entry.email),
    }  # fmt: skip
    assert {thing: told[thing] for thing in shown} == shown
    assert not any(said for thing, said in told.items() if thing not in shown)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("roy", ["Nia Roy"]),
        ("cedar ridge", ["Max Noel", "Otto Reimer"]),
        ("BC", ["Max Noel", "Otto Reimer"]),
        ("british columbia", ["Max Noel", "Otto Reimer"]),
        ("harbour pierre", ["Pierre Cyr"]),
        ("nobody of this name", []),
    ],
)
def test_found_by_name_organisation_and_province(cast, text, found):
    assert names(cast, text) == found


def test_somebody_in_two_teams_stands_there_once(cast):
    give_role(user=cast.nia, role="participant", by=cast.paula, team=cast.other_team)
    (entry,) = [one for one in directory_of(cast.cohort)[1] if one.name == "Nia Roy"]
    assert entry.teams == [cast.team.name, cast.other_team.name]


def test_sponsors_see_no_names_and_are_not_among_them(cast):
    client = Client()
    client.force_login(cast.sol)
    page = reverse("cohort_directory", args=[cast.cohort.pk])
    assert client.get(page).status_code == 403
    assert page not in client.get(reverse("cohort", args=[cast.cohort.pk])).content.decode()


def test_pages_of_fifty_cost_the_same_for_few_and_for_many(cast, django_assert_max_num_queries):
    client = Client()
    client.force_login(cast.nia)
    page = reverse("cohort_directory", args=[cast.cohort.pk])
    for nth in range(60):
        make.member(team=cast.team, name=f"Aide {nth:02}")
    with django_assert_max_num_queries(12):
        text = client.get(page).content.decode()
    assert "Page 1 of 2" in text
    assert len(set(re.findall(r"Aide \d\d", text))) in range(40, 51), (
        "a page of fifty, with those who were there before"
    )
    assert "Aide 59" not in text
    second = client.get(page, {"page": "2", "q": "aide"}).content.decode()
    assert "Aide 59" in second
    assert "last_login" not in second

"""What I see, and why; who sees me: what the two pages say is what the rules do."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import seen
from coaching.querysets import teams_coached_by
from collaborative.models import Membership, Role, Team
from collaborative.services import give_role
from forum.querysets import cohorts_with_forum
from improvement.models import TriedChange
from tests import make
from tests.cast import PEOPLE
from tests.world import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def said(cast):
    """What the page says to each person, in one text."""
    make.tried_change(team=cast.team, by=cast.nia)
    make.tried_change(team=cast.other_team, by=cast.otto)
    make.tried_change(team=cast.far_team, by=cast.olga)
    return {
        name: "\n".join(sentence for one in seen.opened_for(person) for sentence in one.sentences)
        for name, person in cast.people.items()
    }


def test_the_sentences_say_what_the_querysets_give(cast, said):
    for sentence, rows in {
        "All pages of the team": lambda user: Team.objects.filter(pk__in=_held_in_teams(user)).visible_to(user),
        "Every team of what you plan": lambda user: Team.objects.visible_to(user).exclude(pk__in=_held_in_teams(user)),
        "The forum of the cohort": cohorts_with_forum,
        "conversations, tries and numbers": TriedChange.objects.visible_to,
        "The names of the teams that you answer for": Team.objects.sponsored_by,
        "since your last visit": teams_coached_by,
    }.items():
        told = {name for name in PEOPLE if sentence in said[name]}
        assert told == {name for name in PEOPLE if rows(cast.people[name]).exists()}, sentence


def _held_in_teams(user):
    return Membership.objects.current().filter(user=user, team__isnull=False).values("team")


def test_the_page_names_each_role_its_place_who_gave_it_and_since_when(cast):
    give_role(user=cast.colin, role=Role.PARTICIPANT, by=cast.paula, team=cast.other_team)
    page = signed_in(cast.colin).get(reverse("what_i_see")).content.decode()
    for words in ("Coach", "Team member", cast.team.name, cast.other_team.name, "Given by Paula Whitford"):
        assert words in page
    assert "You hold no role now" in signed_in(cast.stan).get(reverse("what_i_see")).content.decode()
    assert "The back office" in signed_in(cast.root).get(reverse("what_i_see")).content.decode()


def test_a_role_that_ended_opens_nothing(cast):
    Membership.objects.filter(user=cast.nia).update(until="2020-01-02T00:00Z", since="2020-01-01T00:00Z")
    assert seen.opened_for(cast.nia) == []


def test_sponsors_are_named_beside_nothing(cast):
    """Who sees me names every kind of thing, and a sponsor stands beside none of them."""
    rows = seen.rows_for(cast.nia)
    things = " ".join(str(row.thing) for row in rows)
    for kind in ("name", "session", "Conversations", "tries", "forum", "Drafts", "sign in", "evaluation"):
        assert kind in things
    assert not [row for row in rows if any("sponsor" in str(one) for one in row.seen_by)]


def test_the_page_costs_the_same_for_many_roles(cast):
    client, costs = signed_in(cast.nia), []
    for more in (0, 5):
        for _nth in range(more):
            make.member(team=make.team(cohort=make.cohort()), user=cast.nia, by=cast.paula)
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("what_i_see"))
        costs.append(len(asked))
    assert costs[0] == costs[1] <= 12

"""Who reads what is written on a team's pages: in words, and counting exactly those who may open them."""

import pytest

from accounts.models import User
from coaching.audience import readers_of_note
from collaborative.audience import Audience, audience_of, readers_of_team
from collaborative.models import Team
from collaborative.querysets import teams_of, teams_seen_by
from tests import make

pytestmark = pytest.mark.django_db


def test_the_line_counts_exactly_those_who_may_read(cast):
    opens = {user for user in User.objects.all() if Team.objects.visible_to(user).filter(pk=cast.team.pk).exists()}
    assert opens == {cast.tess, cast.nia, cast.pierre, cast.colin, cast.cora, cast.paula}
    assert audience_of(cast.team) == Audience(3, ["Colin", "Cora"], 1)
    assert readers_of_team(cast.team) == [
        "your team (3)", "your coach Colin", "your coach Cora", "the planning team (1)",
    ]  # fmt: skip


def test_who_writes_for_the_others_is_not_among_the_readers(cast):
    assert readers_of_note(cast.team, cast.colin) == ["the team (3)", "its other coach (1)", "the planning team (1)"]


def test_somebody_with_two_roles_is_one_reader(cast):
    make.coach(team=cast.team, user=cast.nia)
    make.planner(cohort=cast.cohort, user=cast.colin)
    assert audience_of(cast.team) == Audience(3, ["Colin", "Cora"], 1)


def test_a_team_without_anybody():
    assert readers_of_team(make.team()) == ["your team (0)"]


def test_the_teams_of_a_person_come_with_what_their_pages_name(cast, django_assert_num_queries):
    for found, team in ((teams_seen_by(cast.colin), cast.team), (teams_of(cast.nia), cast.team)):
        with django_assert_num_queries(1):
            (row,) = found
            assert (row, row.unit.organisation, row.cohort.programme) == (team, cast.organisation, cast.programme)
    assert set(teams_seen_by(cast.paula)) == {cast.team, cast.other_team}
    assert not teams_of(cast.paula).exists()
    assert not teams_seen_by(cast.sol).exists()

"""The makers and the named people: they stand as they are told, in the rooms' own rules."""

from __future__ import annotations

import pytest
from django.utils import timezone

from collaborative.permissions import belongs, coaches, leads, plans, roles_of
from tests import make
from tests.cast import PEOPLE, build

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return build()


def test_everybody_may_what_their_part_says(people):
    assert plans(people.paula, people.cohort)
    assert not plans(people.paula, people.other_cohort)
    assert plans(people.pia, people.other_cohort)
    assert coaches(people.colin, people.team)
    assert not coaches(people.colin, people.other_team)
    assert leads(people.tess, people.team)
    assert belongs(people.nia, people.team)
    assert belongs(people.pierre, people.team)
    assert belongs(people.otto, people.other_team)
    assert belongs(people.olga, people.far_team)
    assert [held.role for held in roles_of(people.sol)] == ["sponsor"]
    assert [held.role for held in roles_of(people.fay)] == ["fellow"]
    assert roles_of(people.stan) == []
    assert (people.pierre.language, people.pierre.city) == ("fr", "gaspe")
    assert set(people.people) == set(PEOPLE)


def test_the_cohort_is_in_its_first_action_period(people):
    assert people.past_session.starts_at < timezone.now() < people.next_session.starts_at
    assert [row.phase.key for row in people.sessions] == ["ls1", "ls2", "ls3"]
    lengths = {phase.key: (phase.ends_on - people.cohort.first_day).days for phase in people.cohort.phases.all()}
    assert lengths["wrap-up"] == 118, "seventeen weeks"


def test_every_maker_makes_with_nothing_given():
    assert make.conversation().team.members().count() == 0
    assert make.data_point().measure.team
    for state in ("plan", "doing", "learned", "next"):
        assert make.tried_change(state=state).state == state
    assert make.post().number == 2
    assert make.team_note().text
    assert make.private_note().author_id
    assert make.measure(fills_itself=True, goal=10).goal == 10
    row = make.learning_session(minutes_ahead=5)
    assert row.state_at(timezone.now()) == "open"
    assert make.attendance(learning_session=row, person=make.person()).pk
    assert make.person("Nia Roy").email == "nia.roy@example.org"
    assert make.person("Nia Roy").email != "nia.roy@example.org"
    assert make.person("Joan Tilley", email=None).email is None

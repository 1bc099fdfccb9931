"""What a person sees is the same whether they ask themself or somebody asks for them."""

import pytest
from django.contrib.auth import get_user_model

from collaborative.models import Cohort, Role, Team
from collaborative.services import give_role
from sessions.models import LearningSession
from tests import make

pytestmark = pytest.mark.django_db

RULES = {
    "cohorts seen": lambda user: Cohort.objects.visible_to(user),
    "cohorts planned": lambda user: Cohort.objects.run_by(user),
    "teams opened": lambda user: Team.objects.visible_to(user),
    "own teams": lambda user: Team.objects.belonging_to(user),
    "teams coached": lambda user: Team.objects.coached_by(user),
    "teams sponsored": lambda user: Team.objects.sponsored_by(user),
    "sessions seen": lambda user: LearningSession.objects.visible_to(user),
}


def asking(user):
    """The person of a request."""
    user = get_user_model().objects.get(pk=user.pk)
    user.is_asking = True
    return user


def seen(user) -> dict[str, list]:
    return {name: sorted(row.pk for row in rule(user)) for name, rule in RULES.items()}


def test_two_ways_one_answer(cast):
    busy, nobody = make.person(name="Busy"), make.person(name="Nobody")
    give_role(user=busy, role=Role.PARTICIPANT, team=cast.team, by=cast.paula)
    give_role(user=busy, role=Role.COACH, team=cast.far_team, by=cast.paula)
    give_role(user=busy, role=Role.PLANNER, cohort=cast.other_cohort, by=cast.paula)
    found = []
    for person in (*cast.people.values(), busy, nobody):
        plain = seen(person)
        assert seen(asking(person)) == plain, person.name
        found.append(plain)
    assert all(any(plain[name] for plain in found) for name in RULES), "every rule lets somebody see something"
    assert not any(found[-1].values())


def test_only_the_person_of_the_request_is_remembered(cast):
    nia, asks = cast.nia, asking(cast.nia)
    before = seen(nia)
    assert seen(asks) == before
    nia.memberships.all().delete()
    assert not any(seen(nia).values())
    assert not any(seen(asking(nia)).values()), "the next request looks anew"
    assert seen(asks) == before, "within one request, one answer"

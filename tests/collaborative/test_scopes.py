"""What a person sees is the same whether they ask themself, somebody asks for them, or the statement was prepared."""

import pytest
from django.contrib.auth import get_user_model

from collaborative.models import Cohort, Team
from collaborative.permissions import Asker
from core.prepared import Prepared
from enrolment.services import end_role
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
PREPARED = {name: Prepared(lambda user, rule=rule: rule(user).order_by("pk")) for name, rule in RULES.items()}


def asking(user):
    """The person of a request."""
    user = get_user_model().objects.get(pk=user.pk)
    user.is_asking = True
    return user


def seen(user) -> dict[str, list]:
    return {name: sorted(row.pk for row in rule(user)) for name, rule in RULES.items()}


@pytest.fixture
def everybody(cast):
    """The named people, and some who hold several roles at once."""
    people = [one for one in vars(cast).values() if isinstance(one, get_user_model())]
    teams = list(Team.objects.order_by("pk"))
    for cohort in Cohort.objects.all():
        make.session(cohort=cohort) if hasattr(make, "session") else None
    busy = make.member(team=teams[0], name="Busy")
    make.membership(user=busy, team=teams[-1], role="coach")
    make.membership(user=busy, cohort=teams[-1].cohort, role="planner")
    return [*people, busy, make.person(name="Nobody")]


def test_three_ways_one_answer(everybody):
    assert len(everybody) > 8
    found = []
    for person in everybody:
        plain = seen(person)
        assert seen(asking(person)) == plain, person.name
        for one in (person, asking(person)):
            prepared = {name: [row.pk for row in ask(user=Asker(one))] for name, ask in PREPARED.items()}
            assert prepared == plain, person.name
        found.append(plain)
    assert all(any(plain[name] for plain in found) for name in RULES if name != "sessions seen")

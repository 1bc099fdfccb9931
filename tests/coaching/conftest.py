"""The same world as the forum tests, with one more team for its coach to be away from."""

from types import SimpleNamespace

import pytest

from collaborative.models import Role
from collaborative.services import give_role
from desk.demo import make


def build_world():
    programme = make.programme()
    cohort, elsewhere = make.cohort(programme=programme), make.cohort(programme=programme)
    home, other = make.team(cohort=cohort), make.team(cohort=cohort)
    foreign = make.team(cohort=elsewhere)
    world = SimpleNamespace(
        programme=programme, cohort=cohort, elsewhere=elsewhere, home=home, other=other, foreign=foreign
    )
    world.paula = make.planner(cohort=cohort, name="Paula Hynes")
    world.colin = make.coach(team=home, name="Colin Dawe")
    world.cora = make.coach(team=home, name="Cora Penney")
    world.tess = make.lead(team=home, name="Tess Whitford", title="nurse manager")
    world.nia = make.member(team=home, name="Nia Roy", title="nurse")
    world.joan = make.member(team=other, name="Joan Tilley")
    world.pierre = make.partner(team=other, name="Pierre Lavoie", language="fr")
    world.max = make.member(team=other, role=Role.MENTOR, name="Max Noel")
    world.sol = make.sponsor(organisation=home.unit.organisation, name="Sol Marche")
    world.sela = make.member(team=home, role=Role.SPONSOR, name="Sela Marche")
    world.fay = make.fellow(programme=programme, name="Fay Budden")
    world.fia = make.person("Fia Noble")
    give_role(user=world.fia, role=Role.FACULTY, by=None, cohort=cohort)
    world.stan = make.person("Stan Strange")
    world.otto = make.member(team=foreign, name="Otto Else")
    world.petra = make.planner(cohort=elsewhere, name="Petra Else")
    world.root = make.person("Root Admin", is_superuser=True, is_staff=True)
    return world


@pytest.fixture
def world(db):
    return build_world()

"""The named people of every test: who they are says what they may.

Two teams in one cohort, a team in another cohort, and another organisation:

    Paula plans the cohort          Tess leads the team             Sol sponsors the team's organisation
    Colin coaches the team          Nia nurses in it                Sela sponsors the team itself
    Cora coaches it with him        Pierre is its patient partner   Fay is a fellow of the programme
    Otto is in the other team       (he reads French, in Gaspé)     Fia is faculty of the cohort
    Max is its mentor                                               Root owns the installation
    Olga is in a team of another                                    Stan is a stranger
    cohort, which Pia plans
"""

from __future__ import annotations

import dataclasses
from typing import Any

from collaborative.models import Cohort, Organisation, Programme, Role, Team
from collaborative.services import give_role
from sessions.models import LearningSession
from tests import make


@dataclasses.dataclass(frozen=True)
class Cast:
    programme: Programme
    cohort: Cohort
    other_cohort: Cohort
    organisation: Organisation
    other_organisation: Organisation
    team: Team
    other_team: Team
    far_team: Team
    # The cohort's sessions in order: the first lies behind, the second is the next one.
    sessions: list[LearningSession]
    paula: Any
    colin: Any
    cora: Any
    tess: Any
    nia: Any
    pierre: Any
    sol: Any
    sela: Any
    fay: Any
    fia: Any
    root: Any
    stan: Any
    otto: Any
    max: Any
    olga: Any
    pia: Any

    @property
    def people(self) -> dict[str, Any]:
        """Return everybody by name."""
        return {name: getattr(self, name) for name in PEOPLE}

    @property
    def past_session(self) -> LearningSession:
        return self.sessions[0]

    @property
    def next_session(self) -> LearningSession:
        return self.sessions[1]


PEOPLE = (
    "paula", "colin", "cora", "tess", "nia", "pierre", "sol", "sela", "fay", "fia", "root", "stan", "otto", "max",
    "olga", "pia",
)  # fmt: skip


def build() -> Cast:
    """Make the cast: a cohort half-way through its first action period today, and who is in it and who is not."""
    programme = make.programme()
    cohort, other_cohort = make.cohort(programme=programme), make.cohort(programme=programme)
    organisation = make.organisation(name="Harbour View Health")
    other_organisation = make.organisation(name="Cedar Ridge Hospital", province="BC")
    unit = make.unit(organisation=organisation, name="2 West", city="st-johns")
    other_unit = make.unit(organisation=other_organisation, name="Medicine", city="prince-george")
    team = make.team(cohort=cohort, unit=unit)
    other_team = make.team(cohort=cohort, unit=other_unit)
    far_team = make.team(
        cohort=other_cohort, unit=make.unit(organisation=other_organisation, name="Surgery", city="trail")
    )
    paula = make.planner(cohort=cohort, name="Paula Whitford", city="toronto")
    fia = make.person("Fia Noble")
    give_role(user=fia, role=Role.FACULTY, by=paula, cohort=cohort)
    return Cast(
        programme=programme,
        cohort=cohort,
        other_cohort=other_cohort,
        organisation=organisation,
        other_organisation=other_organisation,
        team=team,
        other_team=other_team,
        far_team=far_team,
        sessions=list(cohort.learning_sessions.order_by("starts_at")),
        paula=paula,
        tess=make.lead(team=team, by=paula, name="Tess Holloway"),
        nia=make.member(team=team, by=paula, name="Nia Roy", title="nurse"),
        pierre=make.partner(team=team, by=paula, name="Pierre Cyr", language="fr", city="gaspe"),
        colin=make.coach(team=team, by=paula, name="Colin MacLeod", city="halifax"),
        cora=make.coach(team=team, by=paula, name="Cora Penney"),
        sol=make.sponsor(organisation=organisation, by=paula, name="Sol Brennan"),
        sela=make.member(team=team, by=paula, role=Role.SPONSOR, name="Sela Marche"),
        fay=make.fellow(programme=programme, by=paula, name="Fay Kowalchuk", city="saskatoon"),
        fia=fia,
        root=make.person("Root Admin", is_superuser=True, is_staff=True),
        stan=make.person("Stan Novak"),
        otto=make.member(team=other_team, by=paula, name="Otto Reimer"),
        max=make.member(team=other_team, by=paula, role=Role.MENTOR, name="Max Noel"),
        olga=make.member(team=far_team, name="Olga Ivanova"),
        pia=make.planner(cohort=other_cohort, name="Pia Lindqvist"),
    )

"""The named people of every test: who they are says what they may.

Two teams in one cohort, a team in another cohort, and another organisation:

    Paula plans the cohort          Tess leads the team             Sol sponsors the team's organisation
    Colin coaches the team          Nia nurses in it                Fay is a fellow of the programme
    Otto is in the other team       Pierre is its patient partner   Stan is a stranger
    Olga is in a team of another    (he reads French, in Gaspé)
    cohort, which Pia plans
"""

from __future__ import annotations

import dataclasses
from typing import Any

from collaborative.models import Cohort, Organisation, Programme, Team
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
    tess: Any
    nia: Any
    pierre: Any
    sol: Any
    fay: Any
    stan: Any
    otto: Any
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


PEOPLE = ("paula", "colin", "tess", "nia", "pierre", "sol", "fay", "stan", "otto", "olga", "pia")


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
        sol=make.sponsor(organisation=organisation, by=paula, name="Sol Brennan"),
        fay=make.fellow(programme=programme, by=paula, name="Fay Kowalchuk", city="saskatoon"),
        stan=make.person("Stan Novak"),
        otto=make.member(team=other_team, by=paula, name="Otto Reimer"),
        olga=make.member(team=far_team, name="Olga Ivanova"),
        pia=make.planner(cohort=other_cohort, name="Pia Lindqvist"),
    )

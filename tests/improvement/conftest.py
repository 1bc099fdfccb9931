"""A cohort on 1 December 2026 in its first action period, a ward in St. John's, and the people of it."""

from __future__ import annotations

import datetime as dt
import uuid
from types import SimpleNamespace

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.test import Client

from collaborative.making import make_cohort
from collaborative.models import Organisation, Programme, Team, TemplatePhase, Unit
from collaborative.services import give_role
from notifications.briefing import Briefing
from notifications.wording import Gone, render
from tests import again

# A Wednesday, 11:30 in St. John's: week of Monday 14 December.
NOW = dt.datetime(2026, 12, 16, 15, 0, tzinfo=dt.UTC)
MONDAY = dt.date(2026, 12, 14)


def make_person(name: str, *, language: str = "en"):
    return get_user_model().objects.create_user(f"{name.lower()}@example.org", name=f"{name} Test", language=language)


def make_team(cohort, *, name: str = "2 West", city: str = "st-johns", sector: str = "long_term", **unit) -> Team:
    organisation = Organisation.objects.create(name=f"Home {uuid.uuid4().hex[:6]}", province="NL", sector=sector)
    ward = Unit.objects.create(organisation=organisation, name=name, city=city, **unit)
    return Team.objects.create(cohort=cohort, unit=ward, name=f"Harbour View, {name} {uuid.uuid4().hex[:4]}")


@pytest.fixture
def clock():
    """Time stands at NOW; ``clock.shift(…)`` and ``clock.move_to(…)`` move it."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def world(db, clock, settings):
    settings.SECOND_FACTOR_DAYS = 400  # roles begin on the database's own clock, weeks before NOW
    return again.made(build)


def build() -> SimpleNamespace:
    """Make the cohort, its teams and its people."""
    programme = Programme.objects.create(
        slug_en="series", slug_fr="serie", name_en="Series", name_fr="Série", short_name_en="S", short_name_fr="S"
    )
    for ordinal, (key, kind, start, end) in enumerate(
        [("s1", "session", 2, 2), ("a1", "action", 3, 40), ("s2", "session", 42, 42), ("a2", "action", 43, 80)], 1
    ):
        TemplatePhase.objects.create(
            programme=programme, ordinal=ordinal, key=key, kind=kind, start_offset=start, end_offset=end,
            name_en=f"Phase {key}", name_fr=f"Étape {key}",
        )  # fmt: skip
    paula = make_person("Paula")
    cohort = make_cohort(
        programme=programme, slug="winter", name_en="Winter", name_fr="Hiver", first_day=dt.date(2026, 11, 30), by=paula
    )
    team = make_team(cohort, incident_route="4321")
    other_team = make_team(cohort, name="3 East")
    people = {name: make_person(name) for name in ("Colin", "Tess", "Nia", "Sol", "Fay", "Stan", "Olga")}
    pierre = make_person("Pierre", language="fr")
    give_role(user=paula, role="planner", by=None, cohort=cohort)
    give_role(user=people["Colin"], role="coach", by=paula, team=team)
    give_role(user=people["Tess"], role="lead", by=paula, team=team)
    give_role(user=people["Nia"], role="participant", by=paula, team=team)
    give_role(user=pierre, role="partner", by=paula, team=team)
    give_role(user=people["Sol"], role="sponsor", by=paula, organisation=team.unit.organisation)
    give_role(user=people["Fay"], role="fellow", by=paula, cohort=cohort)
    give_role(user=people["Olga"], role="participant", by=paula, team=other_team)
    return SimpleNamespace(
        cohort=cohort,
        team=team,
        other_team=other_team,
        paula=paula,
        pierre=pierre,
        measure=team.measures.get(fills_itself=True),
        **{name.lower(): person for name, person in people.items()},
    )


@pytest.fixture
def as_(world):
    """``as_(world.nia)`` is a browser in which Nia is signed in."""

    def browser(person) -> Client:
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return browser


def leaving(row):
    """Return the letter that the sender would make of this message now, None where it would not leave."""
    briefing = Briefing([row])
    if briefing.no_longer(row):
        return None
    try:
        return render(row, briefing.said)
    except Gone:
        return None

"""Names, places, campaign and address of a cohort: changed by who plans it, never below what is taken, nobody's words lost."""

from __future__ import annotations

import pytest
from django.urls import reverse

from audit.models import Entry
from core.refusals import Overtaken, Refused
from enrolment import cohort_facts
from enrolment.cohort_forms import CohortFactsForm
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort():
    return make.cohort(seats=3)


@pytest.fixture
def paula(cohort):
    return make.planner(cohort=cohort, name="Paula Whitford")


def test_what_changes_is_written_and_told_by_the_trail(cohort, paula):
    now = cohort_facts.change(cohort=cohort, version=1, by=paula, name_en="Wave nine", seats=5)
    assert (now.name_en, now.seats, now.version) == ("Wave nine", 5, 2)
    assert Entry.objects.get(verb="cohort.changed").detail == {"fields": ["name_en", "seats"]}


def test_saved_as_it_is_changes_nothing_however_old(cohort, paula):
    cohort_facts.change(cohort=cohort, version=0, by=paula, name_en=cohort.name_en)
    cohort.refresh_from_db()
    assert cohort.version == 1


def test_the_second_of_two_sees_both(cohort, paula):
    cohort_facts.change(cohort=cohort, version=1, by=paula, name_en="First")
    with pytest.raises(Overtaken):
        cohort_facts.change(cohort=cohort, version=1, by=paula, name_en="Second")


def test_there_are_never_fewer_places_than_teams(client, cohort, paula):
    for _nth in range(2):
        make.team(cohort=cohort)
    with pytest.raises(Refused):
        cohort_facts.change(cohort=cohort, version=1, by=paula, seats=1)
    client.force_login(paula)
    typed = {**CohortFactsForm.values_of(cohort), "seats": 1, "name_en": "Typed name"}
    page = client.post(reverse("planning_facts", args=[cohort.pk]), typed).content.decode()
    assert "2 places are taken already" in page
    assert "Typed name" in page
    cohort.refresh_from_db()
    assert (cohort.seats, cohort.version) == (3, 1)


def test_the_page_of_the_second_shows_what_the_first_saved(client, cohort, paula):
    client.force_login(paula)
    typed = {**CohortFactsForm.values_of(cohort), "name_en": "Mine"}
    cohort_facts.change(cohort=cohort, version=1, by=paula, name_en="Theirs")
    answer = client.post(reverse("planning_facts", args=[cohort.pk]), typed)
    assert answer.status_code == 409
    assert "Theirs" in answer.content.decode()
    assert "Mine" in answer.content.decode()

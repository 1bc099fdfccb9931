"""Rows that are made again are those that were made, and stand only where nobody else's do."""

from __future__ import annotations

import json

import pytest
import time_machine

from collaborative.models import Cohort, Team
from tests import again, cast, make
from tests.world import undone

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_remembered(monkeypatch):
    monkeypatch.setattr(again, "_REMEMBERED", {})
    # Days: the moment at which rows are too old does not come in the middle of a test.
    monkeypatch.setattr(again, "SLOT", 1_000_000)


def rows() -> dict[str, list[str]]:
    """Return all rows there are, in an order of their own."""
    read = {table: json.loads(text) if text else [] for table, text in again._rows().items()}
    return {table: sorted(json.dumps(one) for one in found) for table, found in read.items()}


@pytest.fixture
def first():
    """What the long way through the services makes, and the rows of it, which are gone again."""
    with undone():
        return again.made(cast.build), rows()


def test_the_second_is_as_the_first(first):
    people, written = first
    assert not Team.objects.exists()
    now = again.made(cast.build)
    assert rows() == written
    assert now is not people
    assert now == people
    assert now.team.cohort is now.cohort
    assert now.nia.memberships.get().team == now.team


def test_what_one_test_changes_does_not_reach_the_next(first):
    people, _written = first
    people.nia.name = "Somebody else"
    assert again.made(cast.build).nia.name == "Nia Roy"


def test_rows_of_others_are_left_alone(first):
    make.cohort()
    again.made(cast.build)
    assert Cohort.objects.count() == 3


def test_at_another_time_everything_is_made_anew(first):
    people, _written = first
    with time_machine.travel("2027-03-01 12:00"):
        now = again.made(cast.build)
    assert now.cohort.first_day > people.cohort.first_day


def test_a_cohort_that_is_the_first_of_a_test_is_made_again():
    with undone():
        made, written = make.cohort(seats=7), rows()
    again_made = make.cohort(seats=7)
    assert (again_made, rows()) == (made, written)
    assert again_made.seats == 7
    assert make.cohort(seats=7).slug != made.slug


def test_a_cohort_like_no_other_is_made_anew():
    with undone():
        seven = make.cohort(seats=7)
    assert make.cohort(seats=8).seats == 8
    assert not Cohort.objects.filter(pk=seven.pk).exists()

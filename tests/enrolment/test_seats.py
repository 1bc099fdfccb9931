"""Never more teams than places: the services say so in a sentence, the database has the last word."""

import datetime as dt
import threading

import pytest
from django.db import IntegrityError, connection, transaction

from audit.models import Entry
from collaborative.models import Cohort
from core.refusals import Refused
from enrolment import seats
from enrolment.deciding import decide
from enrolment.models import Application
from tests import make

pytestmark = pytest.mark.django_db
TODAY = dt.datetime.now(dt.UTC).date()


def fill(cohort, n):
    return [make.team(cohort=cohort) for _ in range(n)]


def test_a_place_is_taken_by_a_team_that_has_not_left_and_by_an_accepted_application_without_one():
    cohort = make.cohort(seats=5)
    stays, left = fill(cohort, 2)
    left.withdrawn_at = left.created_at
    left.save()
    make.application(cohort=cohort, outcome="accept")
    make.application(cohort=cohort, outcome="accept", team=stays)
    make.application(cohort=cohort, outcome="wait")
    make.application(cohort=cohort)
    assert seats.taken(cohort) == 2


@pytest.mark.parametrize("how", ["team", "application", "comes back", "accepted", "fewer seats"])
def test_whoever_writes_the_database_refuses_one_more_than_there_are_places(how):
    cohort = make.cohort(seats=2)
    team, gone = fill(cohort, 2)
    gone.withdrawn_at = gone.created_at
    gone.save()
    make.application(cohort=cohort, outcome="accept")
    waiting = make.application(cohort=cohort)
    unit = team.unit
    tries = {
        "team": lambda: cohort.teams.create(unit=unit, name="One more"),
        "application": lambda: make.application(cohort=cohort, outcome="accept"),
        "comes back": lambda: cohort.teams.filter(pk=gone.pk).update(withdrawn_at=None),
        "accepted": lambda: Application.objects.filter(pk=waiting.pk).update(outcome="accept"),
        "fewer seats": lambda: Cohort.objects.filter(pk=cohort.pk).update(seats=1),
    }
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        tries[how]()
    assert refused.value.__cause__.diag.constraint_name == seats.CONSTRAINT
    assert seats.taken(cohort) == 2


def test_the_databases_refusal_becomes_a_sentence_and_other_errors_stay_what_they_are():
    cohort = make.cohort(seats=1)
    [team] = fill(cohort, 1)
    with pytest.raises(Refused, match="full: 1 teams"), seats.never_overfull(cohort):
        cohort.teams.create(unit=team.unit, name="One more")
    with pytest.raises(IntegrityError), seats.never_overfull(cohort):
        cohort.teams.create(pk=team.pk, unit=team.unit, name="Twice")


def test_seats_are_never_fewer_than_are_taken():
    cohort = make.cohort(seats=5)
    fill(cohort, 3)
    with pytest.raises(Refused, match="3 places are taken") as refused:
        seats.set_seats(cohort=cohort, seats=2, by=None)
    assert refused.value.field == "seats"
    seats.set_seats(cohort=cohort, seats=3, by=None)
    assert Cohort.objects.get().seats == 3
    assert Entry.objects.get(verb="seats.set").detail == {"seats": 3}


@pytest.mark.django_db(transaction=True)
def test_fifty_planners_and_one_place():
    """Fifty press Accept at once, each for another team: one team has the place, 49 read a sentence, nobody waits in vain."""
    cohort = make.cohort(seats=2, first_day=TODAY + dt.timedelta(days=40))
    make.team(cohort=cohort)
    planner = make.planner(cohort=cohort)
    rows = [make.application(cohort=cohort) for _ in range(50)]
    said, gate, few = [], threading.Barrier(50), threading.Semaphore(20)

    def press(row):
        gate.wait()
        with few:
            try:
                decide(application=row, outcome="accept", by=planner)
                said.append("accepted")
            except Refused as refused:
                said.append(refused.sentence)
            finally:
                connection.close()

    threads = [threading.Thread(target=press, args=[row]) for row in rows]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(said) == ["This cohort is full: 2 teams have a place."] * 49 + ["accepted"]
    assert Application.objects.filter(outcome="accept").count() == 1
    assert seats.taken(cohort) == 2


@pytest.mark.django_db(transaction=True)
def test_fifty_who_forget_to_ask_are_stopped_by_the_database():
    """The same without any of our own checks: the rows are written straight, and one of them stands."""
    cohort = make.cohort(seats=1)
    rows = [make.application(cohort=cohort) for _ in range(50)]
    done, gate, few = [], threading.Barrier(50), threading.Semaphore(20)

    def write(row):
        gate.wait()
        with few:
            try:
                Application.objects.filter(pk=row.pk).update(outcome="accept")
                done.append("written")
            except IntegrityError:
                done.append("refused")
            finally:
                connection.close()

    threads = [threading.Thread(target=write, args=[row]) for row in rows]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(done) == ["refused"] * 49 + ["written"]
    assert seats.taken(cohort) == 1

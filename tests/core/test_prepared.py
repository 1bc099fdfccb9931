"""A prepared statement answers as its queryset does, and is written once."""

import datetime as dt
import threading
import uuid

import pytest
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from collaborative.models import Cohort, Membership, Team
from core import prepared
from core.prepared import Prepared
from tests import make

pytestmark = pytest.mark.django_db


def test_rows_with_what_belongs_to_them(django_assert_num_queries):
    teams = [make.team(), make.team()]

    def build(pk):
        return Team.objects.filter(pk=pk).select_related("cohort__programme").prefetch_related("cohort__phases")

    ask = Prepared(build)
    for team in teams:
        phases = list(team.cohort.phases.all())
        with django_assert_num_queries(2):
            (found,) = ask(pk=team.pk)
            assert (found, found.cohort, found.cohort.programme) == (team, team.cohort, team.cohort.programme)
            assert list(found.cohort.phases.all()) == phases


def test_it_is_built_once_for_each_length():
    built = []

    def build(pks):
        built.append(len(pks))
        return Team.objects.filter(pk__in=pks).order_by("name").values_list("pk", flat=True)

    ask = Prepared(build)
    one, two = make.team(name="A"), make.team(name="B")
    assert [ask(pks=[one.pk]), ask(pks=[two.pk]), ask(pks=[two.pk, one.pk]), ask(pks=[])] == [
        [one.pk], [two.pk], [one.pk, two.pk], []
    ]  # fmt: skip
    assert ask(pks=[uuid.uuid4(), two.pk]) == [two.pk]
    assert built == [1, 2, 0]


def test_days_moments_texts_and_lists_at_once():
    team = make.team()
    nia = make.member(team=team, name="Nia")
    ask = Prepared(
        lambda teams, role, at, day: Membership.objects.filter(
            Q(until=None) | Q(until__gt=at), team__in=teams, role=role, team__cohort__first_day__gte=day
        ).values_list("user__name", "role")
    )
    now, early = timezone.now(), dt.date(2000, 1, 1)
    assert ask(teams=[team.pk], role="participant", at=now, day=early) == [("Nia", "participant")]
    assert ask(teams=[team.pk], role="lead", at=now, day=early) == []
    assert ask(teams=[team.pk], role="participant", at=now, day=dt.date(2999, 1, 1)) == []
    nia.memberships.update(until=now)
    assert ask(teams=[team.pk], role="participant", at=now, day=early) == []
    assert ask(teams=[team.pk], role="participant", at=now - dt.timedelta(1), day=early) == [("Nia", "participant")]


def test_what_cannot_be_prepared_says_so():
    with pytest.raises(TypeError):
        Prepared(lambda closed: Cohort.objects.filter(closed_at=closed))(closed=None)
    with pytest.raises(ValueError, match="day"):
        Prepared(lambda day: Cohort.objects.filter(first_day__gt=day + dt.timedelta(1)))(day=dt.date(2026, 1, 1))


def test_the_oldest_is_forgotten(monkeypatch):
    monkeypatch.setattr(prepared, "MOST", 2)
    ask = Prepared(lambda pks: Team.objects.filter(pk__in=pks))
    for length in range(4):
        ask(pks=[uuid.uuid4() for _ in range(length)])
    assert len(ask._written) == 2


@pytest.mark.django_db(transaction=True)
def test_threads_use_their_own_connection():
    team = make.team()
    ask = Prepared(lambda pk: Team.objects.filter(pk=pk))
    assert ask(pk=team.pk) == [team]
    found = []

    def other():
        found.extend(ask(pk=team.pk))
        connection.close()

    thread = threading.Thread(target=other)
    thread.start()
    thread.join()
    assert found == [team]

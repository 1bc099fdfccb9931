"""A change that is tried: planned, begun, learned from, decided; and two people writing at once."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from core.refusals import Refused
from improvement.models import TriedChange
from improvement.services import Overtaken, change_plan, decide, learn_from_change, start_trying, try_change

TODAY = dt.date(2026, 12, 16)


@pytest.fixture
def tried(world) -> TriedChange:
    return try_change(team=world.team, by=world.nia, title="One question", plan="Joan, mornings", started=False)


def test_the_whole_way(world, tried):
    assert (tried.state, tried.step, tried.started_on, tried.version) == ("plan", 0, None, 1)
    tried = start_trying(tried=tried, by=world.nia, version=1)
    assert (tried.state, tried.started_on, tried.version) == ("doing", TODAY, 2)
    tried = learn_from_change(tried=tried, by=world.tess, version=2, what_happened="Six of seven.", matched="partly")
    assert (tried.state, tried.learned_on, tried.learned_by, tried.matched) == ("learned", TODAY, world.tess, "partly")
    tried = decide(tried=tried, by=world.tess, version=3, decision="adapt")
    assert (tried.state, tried.step, tried.decided_on, tried.decision) == ("next", 3, TODAY, "adapt")
    again = try_change(team=world.team, by=world.nia, title="Two questions", previous=tried)
    assert (again.previous, again.state, again.started_on) == (tried, "doing", TODAY)


def test_we_tried_it_may_come_before_we_have_begun(world, tried):
    tried = learn_from_change(tried=tried, by=world.nia, version=1, what_happened="It rained.")
    assert (tried.state, tried.started_on, tried.learned_on) == ("learned", TODAY, TODAY)


def test_what_was_learned_can_be_put_better_even_after_the_decision(world, tried):
    learn_from_change(tried=tried, by=world.nia, version=1, what_happened="It rained.")
    decide(tried=tried, by=world.nia, version=2, decision="abandon")
    better = learn_from_change(tried=tried, by=world.nia, version=3, what_happened="It rained for three days.")
    assert (better.state, better.decision, better.what_happened) == ("next", "abandon", "It rained for three days.")


def test_no_decision_before_anything_was_learned(world, tried):
    with pytest.raises(Refused, match="First say what happened"):
        decide(tried=tried, by=world.nia, version=1, decision="adopt")


@pytest.mark.parametrize("words", ["", "  \n "])
def test_a_try_and_what_was_learned_have_words(world, tried, words):
    with pytest.raises(Refused) as refused:
        try_change(team=world.team, by=world.nia, title=words)
    assert refused.value.field == "title"
    with pytest.raises(Refused) as refused:
        learn_from_change(tried=tried, by=world.nia, version=1, what_happened=words)
    assert refused.value.field == "what_happened"


def test_the_second_of_two_writers_is_told_and_nothing_is_overwritten(world, tried):
    change_plan(tried=tried, by=world.tess, version=1, title="One question", plan="Joan and Sanjay")
    with pytest.raises(Overtaken) as overtaken:
        change_plan(tried=tried, by=world.nia, version=1, title="One question", plan="Joan at nine")
    assert (overtaken.value.theirs.plan, overtaken.value.theirs.changed_by) == ("Joan and Sanjay", world.tess)
    tried.refresh_from_db()
    assert tried.plan == "Joan and Sanjay"
    change_plan(tried=tried, by=world.nia, version=overtaken.value.theirs.version, title="One question", plan="Both")
    tried.refresh_from_db()
    assert (tried.plan, tried.version) == ("Both", 3)


def test_a_try_of_another_team_cannot_be_gone_on_from(world, tried):
    with pytest.raises(Refused):
        try_change(team=world.other_team, by=world.olga, title="Theirs", previous=tried)


@pytest.mark.parametrize(
    "nonsense",
    [
        {"state": "learned", "started_on": TODAY},
        {"state": "doing"},
        {"state": "next", "started_on": TODAY, "learned_on": TODAY, "decided_on": TODAY},
        {"state": "learned", "started_on": TODAY, "learned_on": TODAY, "decision": "adopt"},
        {"state": "learned", "started_on": TODAY, "learned_on": TODAY - dt.timedelta(days=1)},
        {"state": "lost"},
    ],
)
def test_the_database_refuses_nonsense(world, nonsense):
    with pytest.raises(IntegrityError), transaction.atomic():
        TriedChange.objects.create(team=world.team, title="X", **nonsense)

"""By which rules a programme judges its charts, and who chooses them."""

import html
from decimal import Decimal

import pytest
from django.urls import reverse

from audit.models import Entry
from core.refusals import Overtaken
from improvement import judging, measuring, services
from improvement.models import ChartRules
from improvement.weeks import WEEK
from tests.improvement.conftest import MONDAY

pytestmark = pytest.mark.django_db


def address(world) -> str:
    return reverse("planning_charts", args=[world.cohort.programme_id])


def choose(world, rule_set: str, version: int = 1):
    return judging.choose(programme=world.cohort.programme, rule_set=rule_set, version=version, by=world.paula)


def test_a_planner_reads_what_each_set_asks_for_and_chooses(world, client):
    client.force_login(world.paula)
    page = html.unescape(client.get(address(world)).content.decode())
    for words in ("Perla, Provost and Murray (2011)", "Anhøj and Olesen (2014)", "it has been shown to mislead"):
        assert words in page
    answer = client.post(address(world), {"rule_set": "anhoej", "control_rules": "nhs", "version": 1})
    assert answer.status_code == 302
    assert judging.rules_of(world.cohort.programme_id).rule_set == "anhoej"
    entry = Entry.objects.get(verb="chart_rules.chosen")
    assert (entry.by, entry.detail) == (world.paula, {"before": ["rule_set: perla"], "after": ["rule_set: anhoej"]})


def test_every_chart_of_the_programme_names_them_and_is_judged_by_them(world, client):
    choose(world, "mean")
    measure = measuring.add_measure(team=world.team, by=world.tess, name="Huddles held", kind="count")
    for back in range(12):
        week = MONDAY - WEEK * (back + 1)
        value = Decimal(4 if back % 2 else 6)
        services.record_number(measure=measure, by=world.nia, period_start=week, value=value)
    client.force_login(world.nia)
    page = html.unescape(client.get(reverse("numbers", args=[world.team.pk])).content.decode())
    assert "Rules of an audit in BMJ Open, applied from ten points off the mean." in page
    assert "mean 5" in page
    assert "the median" not in page


def test_the_second_of_two_planners_sees_what_the_first_chose(world, client):
    client.force_login(world.paula)
    choose(world, "pq")
    with pytest.raises(Overtaken):
        choose(world, "mean")
    answer = client.post(address(world), {"rule_set": "mean", "control_rules": "nhs", "version": 1})
    assert answer.status_code == 409
    assert "PQ Systems" in answer.content.decode()
    assert client.post(address(world), {"rule_set": "mean", "control_rules": "nhs", "version": 2}).status_code == 302


def test_the_same_choice_twice_is_one(world):
    for _press in range(2):
        choose(world, "pq")
    assert ChartRules.objects.get().version == 2
    assert Entry.objects.filter(verb="chart_rules.chosen").count() == 1


def test_a_set_that_nobody_knows_is_refused_beside_the_choice(world, client):
    client.force_login(world.paula)
    answer = client.post(address(world), {"rule_set": "mine", "control_rules": "nhs", "version": 1})
    assert answer.status_code == 200
    assert "rule_set" in answer.context["form"].errors
    assert not ChartRules.objects.exists()

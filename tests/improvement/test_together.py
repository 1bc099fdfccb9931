"""All teams of a cohort beside each other: unnamed unless they say otherwise, from five teams on, and never one alone."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse

from collaborative.services import give_role
from core.refusals import Refused
from improvement.models import DataPoint, Measure
from improvement.services import ensure_default_measure
from improvement.together import groups_of, show_name
from improvement.weeks import WEEK
from tests.improvement.conftest import MONDAY, make_team


def teams(world, count: int) -> list[Measure]:
    """Let so many teams have numbers, the one of Tess and Nia first, that of Olga second; return their measures."""
    known = [world.team, world.other_team]
    known += [make_team(world.cohort, name=f"Ward {n}") for n in range(count - 2)]
    return [fill(ensure_default_measure(team), 3 + n) for n, team in enumerate(known[:count])]


def fill(measure, value: int) -> Measure:
    DataPoint.objects.bulk_create(
        DataPoint(measure=measure, period_start=MONDAY - back * WEEK, value=Decimal(value + back % 2))
        for back in range(1, 13)
    )
    return measure


def seen_by(world, person):
    (group,) = groups_of(world.cohort, person)
    return group


def names(group) -> list[str]:
    return [one.name for one in group.shown]


def test_four_teams_see_their_own_only(world):
    teams(world, 4)
    group = seen_by(world, world.nia)
    assert (names(group), group.too_few, group.kept_back) == ([world.team.name], True, 3)


def test_five_teams_see_each_other_unnamed(world):
    teams(world, 5)
    group = seen_by(world, world.nia)
    assert names(group) == [world.team.name, "", "", "", ""]
    assert [one.mine for one in group.shown] == [True, False, False, False, False]
    assert [bool(one.url) for one in group.shown] == [True, False, False, False, False]


def test_nothing_on_the_page_leads_to_an_unnamed_team(world, as_):
    measures = teams(world, 6)
    page = as_(world.nia).get(reverse("cohort_charts", args=[world.cohort.pk])).content.decode()
    assert page.count("rc-small") == 6
    for measure in measures[1:]:
        for trace in (measure.team.name, measure.team.unit.name, str(measure.pk)[:8], str(measure.team_id)[:8]):
            assert trace not in page
    assert world.team.name in page


def test_the_order_of_unnamed_teams_is_neither_that_of_their_names_nor_of_their_beginning(world):
    measures = teams(world, 12)
    group = seen_by(world, world.nia)
    order = [one.svg.rpartition("rc-last")[2] for one in group.shown[1:]]
    by_beginning = [3 + n + 1 for n in range(1, 12)]
    drawn = [int(text.partition(">")[2].partition("<")[0]) for text in order]
    assert sorted(drawn) == by_beginning
    assert drawn != by_beginning
    assert len(measures) == 12


def test_a_team_is_named_where_its_lead_said_so(world):
    measures = teams(world, 6)
    olga_leads(world)
    show_name(measure=measures[1], shown=True, by=world.olga)
    assert names(seen_by(world, world.nia)) == [world.team.name, world.other_team.name, "", "", "", ""]
    show_name(measure=measures[1], shown=False, by=world.olga)
    assert world.other_team.name not in names(seen_by(world, world.nia))


def olga_leads(world):
    give_role(user=world.olga, role="lead", by=world.paula, team=world.other_team)


def test_nobody_but_the_lead_decides_about_the_name(world, as_):
    (measure, *_others) = teams(world, 2)
    with pytest.raises(Refused):
        show_name(measure=measure, shown=True, by=world.nia)
    url = reverse("number_name", args=[world.team.pk, measure.pk])
    assert as_(world.nia).post(url, {"shown": "yes"}).status_code == 403
    assert as_(world.tess).post(url, {"shown": "yes"}).status_code == 302
    measure.refresh_from_db()
    assert (measure.named_by, bool(measure.named_at)) == (world.tess, True)


def test_one_unnamed_team_alone_is_not_shown(world):
    """Where all others are named, everybody would know which one it is."""
    measures = teams(world, 5)
    for measure in measures[1:4]:
        Measure.objects.filter(pk=measure.pk).update(named_at=measure.created_at)
    group = seen_by(world, world.nia)
    assert "" not in names(group)
    assert (len(group.shown), group.kept_back, group.too_few) == (4, 1, False)


def test_who_plans_sees_all_with_their_names_and_a_coach_those_of_their_teams(world):
    teams(world, 4)
    assert all(names(seen_by(world, world.paula)))
    assert names(seen_by(world, world.colin)) == [world.team.name]


def test_a_sponsor_sees_what_is_published_and_no_page_of_a_team(world):
    teams(world, 5)
    group = seen_by(world, world.sol)
    assert names(group) == [""] * 5
    assert not any(one.url for one in group.shown)


def test_two_rhythms_are_two_groups(world):
    for n, measure in enumerate(teams(world, 4)):
        Measure.objects.filter(pk=measure.pk).update(
            ready="huddles", fills_itself=False, frequency="monthly" if n % 2 else "weekly"
        )
        DataPoint.objects.filter(measure=measure).exclude(period_start__lte=MONDAY).delete()
    found = groups_of(world.cohort, world.paula)
    assert [(group.rhythm, group.teams) for group in found if group.rhythm == "weekly"] == [("weekly", 2)]
    assert len(found) == 2


def test_a_team_that_left_is_not_there(world):
    teams(world, 5)
    world.other_team.withdrawn_at = world.measure.created_at
    world.other_team.save()
    assert seen_by(world, world.nia).too_few


@pytest.mark.parametrize("count", [2, 12])
def test_as_many_statements_for_two_teams_as_for_twelve(world, count, django_assert_num_queries):
    teams(world, count)
    cohort = type(world.cohort).objects.get(pk=world.cohort.pk)
    nia = type(world.nia).objects.get(pk=world.nia.pk)
    with django_assert_num_queries(6):
        groups_of(cohort, nia)

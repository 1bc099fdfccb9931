"""Two entries of one place become one, and part again as if nothing had been."""

from __future__ import annotations

import random

import pytest
from django.apps import apps

from audit.models import Entry
from collaborative import merging, organisations
from collaborative.models import Apart, Membership, Merge, Organisation, Team, Unit
from core.refusals import Refused
from enrolment import services as enrolment
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def paula(cohort):
    return make.planner(cohort=cohort, name="Paula Whitford")


def team_at(cohort, organisation, unit="2 West", **fields) -> Team:
    """Return a team on a unit of ``organisation``."""
    return make.team(cohort=cohort, unit=make.unit(organisation=organisation, name=unit, **fields))


@pytest.fixture
def pair(cohort):
    """The same hospital twice, each with a team."""
    one = make.organisation(name="Hôpital général de Gaspé", province="QC", city="")
    two = make.organisation(name="HOPITAL GENERAL GASPE", province="QC", city="gaspe", size="middle")
    team_at(cohort, one, "Médecine")
    team_at(cohort, two, "Chirurgie", incident_route="99")
    return one, two


def everything() -> dict[str, list]:
    """Return every row that a merge could touch, whole; what is only ever added to (the trail, the merges) aside."""
    models = [one for one in apps.get_app_config("collaborative").get_models() if one not in (Merge, Apart)]
    return {model._meta.label: list(model._base_manager.order_by("pk").values()) for model in models}


# ---------------------------------------------------------------- what may be the same


def test_names_that_differ_in_accents_and_small_words_are_shown_side_by_side(pair, paula):
    make.organisation(name="Hôpital général de Gaspé", province="NB")
    rows = Organisation.objects.standing().in_order()
    assert [{one.pk, other.pk} for one, other in merging.alike(rows)] == [{row.pk for row in pair}]
    assert merging.alike_to(pair[0], rows) == [pair[1]]


def test_other_names_and_other_provinces_are_not(cohort):
    make.organisation(name="Cedar Ridge Hospital", province="ON")
    make.organisation(name="Lakeshore Family Health Team", province="ON")
    make.organisation(name="Cedar Ridge Hospital", province="BC")
    assert merging.alike(Organisation.objects.all()) == []


def test_two_that_somebody_told_apart_are_not_proposed_again(pair, paula):
    merging.keep_apart(one=pair[1], other=pair[0], by=paula)
    merging.keep_apart(one=pair[0], other=pair[1], by=paula)
    rows = Organisation.objects.all()
    assert merging.alike(rows) == []
    assert merging.alike_to(pair[0], rows) == merging.alike_to(pair[1], rows) == []
    assert Apart.objects.count() == 1


def test_units_are_alike_within_one_organisation_only(cohort):
    home = make.organisation()
    west, again = (team_at(cohort, home, name).unit for name in ("Medicine 2 West", "Médicine, 2 west"))
    team_at(cohort, make.organisation(), "Medicine 2 West")
    assert [{one.pk, other.pk} for one, other in merging.alike(Unit.objects.all())] == [{west.pk, again.pk}]


# ---------------------------------------------------------------- merge


def test_the_one_that_stays_is_both(pair, paula):
    keep, gone = pair
    make.sponsor(organisation=gone, by=paula, name="Sol Moss")
    gone.sites.create(name="Nord", city="gaspe")
    merge = merging.merge(keep=keep, gone=gone, by=paula)
    keep.refresh_from_db()
    gone.refresh_from_db()
    assert (keep.city, keep.size, gone.merged_into) == ("gaspe", "middle", keep)
    assert sorted(keep.units.values_list("name", flat=True)) == ["Chirurgie", "Médecine"]
    assert keep.sites.get().name == "Nord"
    assert Membership.objects.get(role="sponsor").organisation == keep
    assert list(Organisation.objects.visible_to(paula)) == [keep]
    assert [one.gone_name for one in merging.merges_of(keep)] == ["HOPITAL GENERAL GASPE"]
    assert Entry.objects.filter(verb="organisation.merged", about_id=str(keep.pk), by=paula).count() == 1
    assert {entry.verb for entry in organisations.history(keep, [merge])} == {
        "organisation.merged",
        "organisation.was_merged",
    }


def test_units_of_one_name_become_one_and_their_teams_stay(cohort, paula):
    keep, gone = make.organisation(name="Lakeshore"), make.organisation(name="Lake Shore")
    first = team_at(cohort, keep, "2 West", incident_route="")
    second = make.team(cohort=cohort, unit=make.unit(organisation=gone, name="2 WEST", incident_route="99"), name="N")
    merging.merge(keep=keep, gone=gone, by=paula)
    assert {team.unit for team in Team.objects.filter(pk__in=[first.pk, second.pk])} == {first.unit}
    assert Unit.objects.standing().get().incident_route == "99"


def test_who_sponsors_both_answers_once(pair, paula):
    sol = make.sponsor(organisation=pair[0], by=paula, name="Sol Moss")
    make.sponsor(organisation=pair[1], by=paula, user=sol)
    merging.merge(keep=pair[0], gone=pair[1], by=paula)
    assert [held.organisation for held in Membership.objects.current().filter(user=sol)] == [pair[0]]


def test_only_who_plans_every_cohort_of_both_may(pair, paula):
    elsewhere = make.cohort()
    team_at(elsewhere, pair[1], "Urgence")
    assert not merging.may_merge(paula, *pair)
    with pytest.raises(Refused, match="every cohort"):
        merging.merge(keep=pair[0], gone=pair[1], by=paula)
    make.planner(cohort=elsewhere, user=paula)
    assert merging.may_merge(paula, *pair)
    assert not merging.may_merge(make.person(), *pair)


def test_what_was_merged_is_never_found_again(pair, paula, cohort):
    keep, gone = pair
    old_name = gone.name
    merging.merge(keep=keep, gone=gone, by=paula)
    with pytest.raises(Refused, match="not there any more"):
        merging.merge(keep=gone, gone=keep, by=paula)
    assert merging.find_organisation(old_name.lower(), "QC") == keep
    team = enrolment.enrol_team(
        cohort=cohort, organisation=old_name, province="QC", sector=keep.sector, unit="Urgence", city="gaspe", by=paula
    )
    assert team.unit.organisation == keep
    assert Organisation.objects.count() == 2


def test_a_unit_typed_by_its_old_name_is_the_one_that_stayed(cohort, paula):
    home = make.organisation()
    west, again = (team_at(cohort, home, name).unit for name in ("2 West", "West wing"))
    merging.merge(keep=west, gone=again, by=paula)
    assert merging.find_unit(home, "west WING") == west
    assert Team.objects.filter(unit=west).count() == 2
    other = team_at(cohort, make.organisation(), "2 West").unit
    with pytest.raises(Refused, match="different organisations"):
        merging.merge(keep=west, gone=other, by=paula)


# ---------------------------------------------------------------- undo


@pytest.mark.parametrize("seed", range(12))
def test_merge_and_undo_leave_every_row_as_it_was(seed, cohort, paula):
    chance = random.Random(seed)  # a test chooses its rows
    homes = [make.organisation(name=name, city=chance.choice(["", "gaspe"])) for name in ("North", "The North")]
    people = [make.sponsor(organisation=chance.choice(homes), by=paula) for _nth in range(3)]
    make.sponsor(organisation=homes[0], by=paula, user=people[0])
    for nth in range(chance.randint(2, 6)):
        home = homes[nth % 2]
        names = [unit.name.lower() for unit in home.units.all()]
        name = chance.choice([one for one in ("2 west", "2 east", f"ward {nth}") if one not in names])
        name = chance.choice([name, name.upper()])
        site, _made = home.sites.get_or_create(name=chance.choice(["Main", "Annex"]), defaults={"city": "gander"})
        unit = make.unit(
            organisation=home, name=name, site=chance.choice([None, site]), places=chance.choice([None, 12]),
            incident_route=chance.choice(["", "77"]),
        )  # fmt: skip
        make.team(cohort=cohort, unit=unit, name=f"Team {nth}")
        unit.contacts.create(job="manager", name=f"Ann {nth}", reach="4321")
    before = everything()
    merge = merging.merge(keep=homes[0], gone=homes[1], by=paula)
    assert everything() != before
    assert not Team.objects.filter(unit__organisation=homes[1]).exists()
    assert not Unit.objects.standing().filter(organisation=homes[1]).exists()
    merging.part(merge=merge, by=paula)
    assert everything() == before
    assert Merge.objects.get().undone_at
    with pytest.raises(Refused, match="already"):
        merging.part(merge=merge, by=paula)


def test_it_is_not_undone_over_a_later_change(pair, paula):
    keep, gone = pair
    merge = merging.merge(keep=keep, gone=gone, by=paula)
    Team.objects.filter(unit__name="Chirurgie").update(unit=Unit.objects.get(name="Médecine"))
    Unit.objects.filter(name="Chirurgie").update(organisation=gone)
    after = everything()
    with pytest.raises(Refused, match="changed since"):
        merging.part(merge=merge, by=paula)
    assert everything() == after
    assert Merge.objects.get().undone_at is None


def test_it_is_not_undone_when_its_name_was_taken_since(pair, paula):
    merge = merging.merge(keep=pair[0], gone=pair[1], by=paula)
    make.organisation(name=pair[1].name, province="QC")
    with pytest.raises(Refused, match="has been taken since"):
        merging.part(merge=merge, by=paula)


def test_a_chain_is_undone_from_its_end(pair, paula, cohort):
    third = make.organisation(name="CHSLD Gaspé", province="QC")
    team_at(cohort, third, "Aile B")
    before = everything()
    first = merging.merge(keep=pair[0], gone=pair[1], by=paula)
    last = merging.merge(keep=third, gone=pair[0], by=paula)
    assert merging.find_organisation(pair[1].name, "QC") == third
    with pytest.raises(Refused):
        merging.part(merge=first, by=paula)
    merging.part(merge=last, by=paula)
    merging.part(merge=first, by=paula)
    assert everything() == before

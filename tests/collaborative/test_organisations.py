"""What is kept about places: who looks it up, who corrects it, and two who do so at once."""

from __future__ import annotations

import pytest

from accounts import services as accounts
from audit.models import Entry
from collaborative import organisations
from collaborative.models import Organisation, Site, Unit, UnitContact
from core.refusals import Overtaken, Refused
from enrolment.place_forms import UnitForm
from tests import make

pytestmark = pytest.mark.django_db

UNIT = {
    "name": "2 West", "city": "st-johns", "site": None, "incident_route": "4321", "places": None, "staff": None,
    "shifts": None, "word_person": "", "patient_relations_url": "",
}  # fmt: skip


@pytest.fixture
def unit(cast) -> Unit:
    return cast.team.unit


# ---------------------------------------------------------------- who sees, who keeps


def test_members_look_up_their_own_and_planners_what_their_series_ever_worked_with(cast):
    own, other = cast.organisation, cast.other_organisation
    seen = {name: set(Organisation.objects.visible_to(person)) for name, person in cast.people.items()}
    assert seen["nia"] == seen["colin"] == {own}
    assert seen["otto"] == seen["olga"] == {other}
    assert seen["paula"] == seen["pia"] == {own, other}
    assert not any(seen[name] for name in ("stan", "sol", "sela", "max", "fay", "fia"))
    make.organisation(name="Never in a series")
    assert set(Organisation.objects.visible_to(cast.paula)) == {own, other}


def test_planners_keep_those_with_a_team_in_a_cohort_of_theirs(cast):
    assert set(Organisation.objects.kept_by(cast.pia)) == {cast.other_organisation}
    assert set(Organisation.objects.kept_by(cast.paula)) == {cast.organisation, cast.other_organisation}
    assert not Organisation.objects.kept_by(cast.tess).exists()


def test_the_lead_and_the_planning_team_keep_a_unit(cast, unit):
    may = {name for name, person in cast.people.items() if organisations.keeps_unit(person, [cast.team])}
    assert may == {"tess", "paula"}


def test_a_list_is_searched_without_accents_by_name_and_by_place(cast):
    make.team(
        cohort=cast.cohort,
        unit=make.unit(organisation=make.organisation(name="Résidence des Érables"), city="montreal"),
    )
    everywhere = organisations.organisations_of(cast.paula, cast.cohort, everywhere=True)
    for words in ("erables", "ÉRABLES", "MONTRÉAL", "montreal", "  des   era "):
        assert [row.name for row in everywhere.matching(words)] == ["Résidence des Érables"], words
    assert not everywhere.matching("100%").exists()
    assert [row.name for row in everywhere] == ["Cedar Ridge Hospital", "Harbour View Health", "Résidence des Érables"]


def test_how_many_teams_are_in_the_cohort_is_counted(cast):
    make.team(cohort=cast.cohort, unit=make.unit(organisation=cast.organisation))
    rows = organisations.organisations_of(cast.pia, cast.other_cohort, everywhere=True)
    assert {row.name: row.teams_here for row in rows} == {"Cedar Ridge Hospital": 1, "Harbour View Health": 0}
    assert [row.name for row in organisations.organisations_of(cast.pia, cast.other_cohort, everywhere=False)] == [
        "Cedar Ridge Hospital"
    ]


# ---------------------------------------------------------------- correct


def test_a_wrong_place_and_a_wrong_route_are_corrected(cast, unit):
    now = organisations.correct_unit(
        unit=unit, version=1, by=cast.tess, **{**UNIT, "city": "gander", "incident_route": "5500", "places": 24}
    )
    assert (now.city, now.incident_route, now.places, now.version) == ("gander", "5500", 24, 2)
    entry = Entry.objects.get(verb="unit.changed")
    assert (entry.by, entry.detail) == (cast.tess, {"fields": ["city", "incident_route", "places"]})


def test_where_incidents_are_reported_on_a_shared_unit_the_planning_team_says(cast, unit):
    other = make.lead(team=make.team(cohort=cast.other_cohort, unit=unit), name="Lea Second")
    for lead in (cast.tess, other):
        with pytest.raises(Refused, match="Ask the planning team") as refused:
            organisations.correct_unit(unit=unit, version=1, by=lead, **{**UNIT, "incident_route": "5500"})
        assert refused.value.field == "incident_route"
    now = organisations.correct_unit(unit=unit, version=1, by=cast.tess, **{**UNIT, "city": "gander"})
    assert (now.city, now.incident_route) == ("gander", "4321")
    now = organisations.correct_unit(unit=unit, version=2, by=cast.paula, **{**UNIT, "incident_route": "5500"})
    assert now.incident_route == "5500"


def test_of_two_who_correct_at_once_neither_loses_anything(cast, unit):
    organisations.correct_unit(unit=unit, version=1, by=cast.tess, **{**UNIT, "city": "gander"})
    with pytest.raises(Overtaken) as overtaken:
        organisations.correct_unit(unit=unit, version=1, by=cast.paula, **{**UNIT, "incident_route": "99"})
    assert overtaken.value.theirs.city == "gander"
    organisations.correct_unit(unit=unit, version=1, by=cast.paula, **{**UNIT, "city": "gander"})
    assert Unit.objects.get(pk=unit.pk).version == 2, "who wants the same has it already"


def test_a_name_that_is_taken_is_refused_by_its_field(cast, unit):
    make.organisation(name="Harbour")
    with pytest.raises(Refused) as refused:
        organisations.correct_organisation(organisation=cast.organisation, version=1, by=cast.paula, name="HARBOUR")
    assert refused.value.field == "name"
    make.unit(organisation=cast.organisation, name="3 East")
    with pytest.raises(Refused, match="Another unit"):
        organisations.correct_unit(unit=unit, version=1, by=cast.paula, **{**UNIT, "name": "3 east"})


def test_the_word_for_the_person_is_one_of_four(cast, unit):
    form = UnitForm(sites=cast.organisation.sites.all())
    assert [key for key, _words in form.fields["word_person"].choices] == [
        "",
        "patient",
        "resident",
        "client",
        "person",
    ]
    organisations.correct_unit(unit=unit, version=1, by=cast.tess, **{**UNIT, "word_person": "resident"})
    assert Unit.objects.get(pk=unit.pk).word_person == "resident"


def test_sites_are_added_corrected_and_taken_away_while_nobody_is_there(cast, unit):
    site = organisations.add_site(organisation=cast.organisation, name="North", city="gander", by=cast.paula)
    with pytest.raises(Refused, match="already"):
        organisations.add_site(organisation=cast.organisation, name="NORTH", city="gander", by=cast.paula)
    organisations.correct_site(site=site, version=1, by=cast.paula, name="North campus", city="gander")
    organisations.correct_unit(unit=unit, version=1, by=cast.paula, **{**UNIT, "site": site})
    with pytest.raises(Refused, match="A unit is at this site"):
        organisations.remove_site(site=site, by=cast.paula)
    organisations.correct_unit(unit=unit, version=2, by=cast.paula, **UNIT)
    organisations.remove_site(site=site, by=cast.paula)
    assert not Site.objects.exists()


def test_a_site_of_another_organisation_is_refused(cast, unit):
    foreign = cast.other_organisation.sites.create(name="North", city="trail")
    with pytest.raises(Refused, match="another organisation"):
        organisations.correct_unit(unit=unit, version=1, by=cast.paula, **{**UNIT, "site": foreign})


def test_who_is_who_is_written_corrected_and_taken_away(cast, unit):
    line = {"job": "privacy", "name": "Ann Vale", "reach": "4400"}
    contact = organisations.add_contact(unit=unit, by=cast.tess, **line)
    assert organisations.add_contact(unit=unit, by=cast.tess, **line) == contact
    organisations.correct_contact(contact=contact, version=1, by=cast.tess, **{**line, "reach": "4401"})
    with pytest.raises(Overtaken):
        organisations.correct_contact(contact=contact, version=1, by=cast.paula, **{**line, "reach": "4402"})
    assert [one.reach for one in organisations.contacts_of(cast.team)] == ["4401"]
    organisations.remove_contact(contact=contact, by=cast.tess)
    assert not UnitContact.objects.exists()
    assert Entry.objects.filter(verb="unit.contacts_changed").count() == 3


# ---------------------------------------------------------------- what is kept about a person


def test_who_goes_is_taken_off_the_cards(cast, unit):
    for line in (
        {"job": "manager", "name": "tess holloway", "reach": "4400"},
        {"job": "it", "name": "T.", "reach": f"write to {cast.tess.email.upper()}"},
        {"job": "privacy", "name": "Ann Vale", "reach": "4400"},
    ):
        unit.contacts.create(**line)
    cast.other_team.unit.contacts.create(job="manager", name="Tess Holloway", reach="another Tess")
    assert len(organisations.data_of(cast.tess)["who_is_who"]) == 2
    accounts.forget(cast.tess, by=None)
    assert sorted(UnitContact.objects.values_list("name", flat=True)) == ["Ann Vale", "Tess Holloway"]

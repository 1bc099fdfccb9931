"""Pages about places: a list to take along, correcting, two entries side by side."""

from __future__ import annotations

import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from collaborative.models import Membership, Merge, Organisation, Unit
from tests import make
from tests.world import signed_in

pytestmark = pytest.mark.django_db


def address(name: str, row, *more) -> str:
    return reverse(name, args=[row.pk, *(one.pk for one in more)])


def typed(page, **instead) -> dict[str, str]:
    """Return what a browser would send of the form on ``page``, with some boxes filled otherwise."""
    form = page.context["form"]
    shown = {bound.name: bound.value() for bound in form}
    return {name: "" if value is None else str(value) for name, value in {**shown, **instead}.items()}


def test_the_list_is_filtered_and_taken_along(cast):
    client, url = signed_in(cast.paula), address("planning_organisations", cast.cohort)
    page = client.get(url, {"province": "NL"}).content.decode()
    assert "Harbour View Health" in page
    assert "Cedar Ridge" not in page
    assert "Cedar Ridge" in client.get(url, {"words": "prince george"}).content.decode()
    assert "Nothing matches" in client.get(url, {"sector": "home"}).content.decode()
    book = load_workbook(io.BytesIO(client.get(url, {"as": "xlsx", "words": "harbour"}).content))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert rows[1][:4] == ("Harbour View Health", "Newfoundland and Labrador", None, "Hospital")
    assert len(rows) == 2


def test_the_lead_corrects_the_unit_and_everybody_in_the_team_reads_it(cast):
    unit, client = cast.team.unit, signed_in(cast.tess)
    page = client.get(address("unit_change", unit))
    answer = client.post(address("unit_change", unit), typed(page, incident_route="5500", shifts="3"))
    assert answer.url == address("unit", unit)
    seen = signed_in(cast.nia).get(answer.url).content.decode()
    assert "on your unit, call 5500" in seen
    assert "Correct this" not in seen
    assert "call 5500" in signed_in(cast.nia).get(reverse("log_conversation_for", args=[cast.team.pk])).content.decode()


def test_who_was_slower_sees_both(cast):
    url = address("organisation_change", cast.organisation)
    page = signed_in(cast.paula).get(url)
    signed_in(cast.paula).post(url, typed(page, size="large"))
    answer = signed_in(cast.paula).post(url, typed(page, name="Harbour View", size="small"))
    assert answer.status_code == 409
    said = answer.content.decode()
    assert "1,001 to 5,000 people" in said
    assert 'value="Harbour View"' in said
    again = signed_in(cast.paula).post(url, typed(answer, size="small"))
    assert again.status_code == 302
    cast.organisation.refresh_from_db()
    assert (cast.organisation.name, cast.organisation.size) == ("Harbour View", "small")


def test_who_is_who_is_on_the_page_of_the_teams_people(cast):
    client, unit = signed_in(cast.tess), cast.team.unit
    page = client.get(address("unit_contact_new", unit))
    line = {"job": "quality", "name": "Ann Vale", "reach": "4400"}
    client.post(address("unit_contact_new", unit), typed(page, **line))
    for who in (cast.nia, cast.colin):
        seen = signed_in(who).get(reverse("team_people", args=[cast.team.pk])).content.decode()
        assert "Ann Vale" in seen
        assert "4400" in seen
    client.post(address("unit_contact_remove", unit, unit.contacts.get()))
    assert not unit.contacts.exists()


def test_two_entries_become_one_and_part_again(cast):
    twin = make.organisation(name="Harbourview Health")
    make.team(cohort=cast.cohort, unit=make.unit(organisation=twin, name="Nights"))
    client = signed_in(cast.paula)
    listed = client.get(address("planning_organisations", cast.cohort)).content.decode()
    assert "These may be the same" in listed
    url = address("organisation_same", cast.organisation)
    assert "Nights" in client.get(url, {"with": twin.pk}).content.decode()
    answer = client.post(url, {"with": twin.pk, "keep": cast.organisation.pk}, follow=True)
    assert answer.redirect_chain[-1][0] == address("organisation", cast.organisation)
    assert "They are one entry now." in answer.content.decode()
    assert Unit.objects.get(name="Nights").organisation == cast.organisation
    assert client.get(address("organisation", twin)).status_code == 404
    client.post(address("merge_undo", Merge.objects.get()))
    assert Unit.objects.get(name="Nights").organisation == twin
    client.post(url, {"with": twin.pk, "apart": "1"})
    assert "These may be the same" not in client.get(address("planning_organisations", cast.cohort)).content.decode()


def test_nonsense_chooses_nothing(cast):
    client, url = signed_in(cast.paula), address("organisation_same", cast.organisation)
    for key in ("x", str(cast.organisation.pk), "0" * 32, ""):
        assert client.get(url, {"with": key}).status_code == 200
        assert client.post(url, {"with": key, "keep": "x"}).status_code == 200
    other = client.post(url, {"with": cast.other_organisation.pk, "keep": cast.organisation.pk})
    assert "Only somebody who plans every cohort" in other.content.decode()
    assert Organisation.objects.filter(merged_into=None).count() == 2


def test_units_of_one_organisation_become_one(cast):
    nights = make.team(cohort=cast.cohort, unit=make.unit(organisation=cast.organisation, name="West 2"))
    client, url = signed_in(cast.paula), address("unit_same", cast.team.unit)
    assert "West 2" in client.get(url).content.decode()
    client.post(url, {"with": nights.unit.pk, "keep": cast.team.unit.pk})
    nights.refresh_from_db()
    assert nights.unit == cast.team.unit
    page = client.get(address("unit", cast.team.unit)).content.decode()
    assert "Part again" in page
    assert "Made one with another entry" in page
    assert Membership.objects.filter(team=cast.team).exists()

"""The pages of a table of people: sent as a file or pasted, looked at, confirmed, followed."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from enrolment.models import Invitation, PeopleImport
from jobs import services as jobs
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_bell(monkeypatch):
    monkeypatch.setattr(jobs, "call_to_work", lambda: True)


@pytest.fixture
def team():
    return make.team(name="2 West")


@pytest.fixture
def hers(client, team):
    """Paula's browser: she plans the cohort."""
    client.force_login(make.planner(cohort=team.cohort, name="Paula"))
    return client


def new(team) -> str:
    return reverse("planning_people_import", args=[team.cohort.pk])


def test_a_file_in_utf_16_is_looked_at_confirmed_and_done(hers, team):
    table = "Nom;Courriel;Équipe;Rôle\nÉlodie Roy;elodie@example.org;2 West;responsable\n;;2 West;membre\n"
    answer = hers.post(new(team), {"file": SimpleUploadedFile("x.bin", table.encode("utf-16"))}, follow=True)
    page = answer.content.decode()
    assert "Nothing has been sent yet" in page
    assert "will be invited by mail" in page
    assert "The name is missing." in page
    assert not Invitation.objects.exists()
    people = PeopleImport.objects.get()
    hers.post(reverse("people_import", args=[people.pk]))
    waiting = hers.get(reverse("people_import", args=[people.pk])).content.decode()
    assert "0 of 2 rows" in waiting
    jobs.work()
    done = hers.get(reverse("people_import", args=[people.pk])).content.decode()
    assert "invited by mail" in done
    assert "hx-trigger" not in done
    assert Invitation.objects.get().called == "Élodie Roy"
    people.refresh_from_db()
    workbook = hers.get(reverse("my_file", args=[people.job.pk]))
    assert workbook.content.startswith(b"PK")
    assert "People from a table" in hers.get(reverse("my_files")).content.decode()


def test_a_list_out_of_outlook_goes_into_the_chosen_team(hers, team):
    text = "Roy, Nia <nia@example.org>; tess.hart@example.org"
    hers.post(new(team), {"pasted": text, "team": team.pk}, follow=True)
    people = PeopleImport.objects.get()
    hers.post(reverse("people_import", args=[people.pk]))
    jobs.work()
    assert sorted(Invitation.objects.values_list("called", "team")) == [("Nia Roy", team.pk), ("Tess Hart", team.pk)]


def test_a_lead_pastes_into_the_own_team(client, team):
    client.force_login(make.lead(team=team))
    client.post(reverse("team_people_import", args=[team.pk]), {"pasted": "Nia Roy <nia@example.org>"})
    people = PeopleImport.objects.get()
    assert people.team == team
    assert "Take 1 person in" in client.get(reverse("people_import", args=[people.pk])).content.decode()


def test_what_cannot_be_read_is_said_beside_the_field_and_the_text_stays(hers, team):
    for sent, words in (
        ({"file": SimpleUploadedFile("a.xlsx", b"PK not really")}, "no table that we can read"),
        ({"file": SimpleUploadedFile("a.csv", b'Name,E-mail\n"Nia,x')}, "Row 2 cannot be read"),
        ({"file": SimpleUploadedFile("a.csv", b"Name\n" + b"x\n" * 200_000)}, "more than 5"),
        ({"pasted": "Name,E-mail\n"}, "nobody in this table"),
        ({}, "Choose a file, or paste a list below."),
    ):
        page = hers.post(new(team), sent).content.decode()
        assert words in page
    page = hers.post(new(team), {"pasted": 'Name,E-mail\n"Nia,x'}).content.decode()
    assert "&quot;Nia,x" in page
    assert not PeopleImport.objects.exists()


def test_a_double_click_makes_one_table(hers, team):
    page = hers.get(new(team)).content.decode()
    once = page.partition('name="once" value="')[2].partition('"')[0]
    for _time in range(2):
        hers.post(new(team), {"pasted": "Nia Roy <nia@example.org>", "team": team.pk, "once": once})
    assert PeopleImport.objects.count() == 1


def test_large_tables_are_shown_in_part(hers, team):
    rows = "".join(f"P{n},p{n}@example.org,2 West\n" for n in range(1, 301))
    page = hers.post(new(team), {"pasted": f"Name,E-mail,Team\n{rows}"}, follow=True).content
    assert "and 100 more rows" in page.decode()
    assert len(page) < 300_000

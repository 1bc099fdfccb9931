"""Pages, mails and public pages speak the words that their programme has chosen, from the next request on."""

from __future__ import annotations

import html

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import gettext, override

from audit.models import Entry
from collaborative import services as places
from collaborative import words
from collaborative.models import Cohort, Programme, Role, Unit
from collaborative.permissions import page_asked_for
from core.refusals import Overtaken
from core.words import STANDARD, Words, spoken
from enrolment import services
from enrolment.site import pages
from notifications import wording
from notifications.models import PlannedMessage
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def project():
    """A programme whose teams are projects, and whose people in care are residents."""
    return make.programme(word_team="project", word_person="resident")


@pytest.fixture
def team(project):
    return make.team(cohort=make.cohort(programme=project))


def read(who, name: str, *args, lang: str = "en") -> str:
    """Return a page as this person reads it."""
    client = Client()
    if who is not None:
        client.force_login(who)
    with override(lang):
        url = reverse(name, args=args)
    answer = client.get(url)
    assert answer.status_code == 200, (url, answer.status_code)
    return html.unescape(answer.content.decode()).replace("\N{NO-BREAK SPACE}", " ")


def as_asked(user, page=None) -> Words:
    """Return the words of a page as its request would find them."""
    fresh = type(user).objects.get(pk=user.pk)
    token = page_asked_for.set(page)
    try:
        return words.of_reader(fresh)
    finally:
        page_asked_for.reset(token)


# ---------------------------------------------------------------- pages


def test_a_page_of_a_team_speaks_as_its_programme_in_both_languages(team):
    tess = make.lead(team=team)
    page = read(tess, "team_people", team.pk)
    assert "Who is in the project, who helps it, and who has been asked." in page
    assert "Project lead" in page or "project lead" in page
    assert "resident or care partner" in page
    assert "patient, resident or care partner" not in page
    page = read(tess, "team_people", team.pk, lang="fr")
    assert "Qui est dans le projet, qui l'aide et qui a reçu une invitation." in page
    assert "responsable de projet" in page.lower()
    assert "équipe" not in page.replace("équipe de planification", "").replace("Équipe de planification", "")


def test_menus_follow_on_pages_of_no_team(team):
    tess = make.lead(team=team)
    assert "</svg>Project</a>" in read(tess, "today")
    assert "</svg>Projet</a>" in read(tess, "today", lang="fr")


def test_the_next_request_has_what_was_chosen(team, client):
    tess = make.lead(team=team)
    client.force_login(tess)
    address = reverse("team_people", args=[team.pk])
    assert "Who is in the project" in client.get(address).content.decode()
    words.choose(
        programme=team.cohort.programme, version=1, by=None, word_team="unit", word_person="patient", colour=""
    )
    assert "Who is in the unit" in client.get(address).content.decode()


def test_nothing_of_one_request_is_left_for_the_next(team, client):
    tess = make.lead(team=team)
    read(tess, "today")
    assert spoken() == STANDARD
    assert "équipe" in read(None, "card", lang="fr")


def test_in_two_programmes_each_page_speaks_as_its_own(team):
    plain = make.team(cohort=make.cohort(programme=make.programme(slug_en="plain-series")))
    tess = make.lead(team=team)
    make.lead(team=plain, user=tess)
    assert "Who is in the project" in read(tess, "team_people", team.pk)
    assert "Who is in the team" in read(tess, "team_people", plain.pk)
    # What belongs to both speaks the standard.
    assert as_asked(tess) == STANDARD
    assert "Choose the team to open." in read(tess, "team_home")


def test_what_a_planner_of_a_programme_opens_speaks_as_that_one(project, team):
    plain = make.cohort(programme=make.programme(slug_en="plain-series"))
    paula = make.person()
    for programme in (project, plain.programme):
        places.give_role(user=paula, role=Role.PLANNER, by=None, programme=programme)
    assert as_asked(paula) == STANDARD
    assert as_asked(paula, ("cohort", team.cohort_id)).team == "project"
    assert as_asked(paula, ("programme", project.pk)).team == "project"
    assert as_asked(paula, ("team", team.pk)).team == "project"
    assert as_asked(paula, ("cohort", plain.pk)) == STANDARD


def test_who_answers_for_an_organisation_speaks_as_everybody_here(team):
    sol = make.sponsor(organisation=team.unit.organisation)
    assert as_asked(sol) == Words("project", "resident")
    make.programme(slug_en="plain-series")
    assert as_asked(sol) == STANDARD
    assert as_asked(sol, ("cohort", team.cohort_id)).team == "project"


def test_a_unit_says_for_itself_whom_it_cares_for(team):
    Unit.objects.filter(pk=team.unit_id).update(word_person="client")
    nia, paula = make.member(team=team), make.planner(cohort=team.cohort)
    assert as_asked(nia) == Words("project", "client")
    assert as_asked(nia, ("team", team.pk)) == Words("project", "client")
    assert as_asked(paula, ("team", team.pk)) == Words("project", "client")
    assert as_asked(paula, ("cohort", team.cohort_id)) == Words("project", "resident")
    elsewhere = make.team(cohort=team.cohort)
    make.member(team=elsewhere, user=nia)
    assert as_asked(nia) == Words("project", "resident")
    assert as_asked(nia, ("team", elsewhere.pk)) == Words("project", "resident")


def test_the_buttons_of_the_log_name_whom_one_cares_for(team):
    nia = make.member(team=team)
    assert "A resident" in read(nia, "log_conversation")
    Unit.objects.filter(pk=team.unit_id).update(word_person="client")
    assert "A client" in read(nia, "log_conversation")
    assert "Une cliente ou un client" in read(nia, "log_conversation", lang="fr")


def test_it_costs_no_statement(team, client):
    client.force_login(make.lead(team=team))
    address = reverse("team_people", args=[team.pk])
    client.get(address)
    costs = []
    for key in ("project", "team"):
        Programme.objects.update(word_team=key)
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        costs.append(len(asked))
    assert costs[0] == costs[1] <= 12


# ---------------------------------------------------------------- mail, and who is not here yet


def test_a_mail_speaks_as_its_programme_in_the_language_of_its_reader(team):
    paula = make.planner(cohort=team.cohort)
    for language in ("en", "fr"):
        services.invite(
            team=team, by=paula, name="Ada Lind", email=f"ada.{language}@example.org", language=language,
            role=Role.PARTICIPANT,
        )  # fmt: skip
    rows = PlannedMessage.objects.filter(kind="enrolment/invitation").order_by("created_at")
    english, french = (wording.render(row) for row in rows)
    assert "invites you to join the project" in english.plain
    assert "Your place in the project" in english.subject
    assert "vous joindre au projet" in french.plain
    assert spoken() == STANDARD


def test_mails_of_two_programmes_that_leave_together_keep_their_words(team):
    plain = make.team(cohort=make.cohort(programme=make.programme(slug_en="plain-series")))
    for one in (team, plain):
        services.invite(
            team=one, by=make.planner(cohort=one.cohort), name="Ada Lind", email=f"a{one.pk}@example.org",
            language="en", role=Role.PARTICIPANT,
        )  # fmt: skip
    rows = list(PlannedMessage.objects.filter(kind="enrolment/invitation").order_by("created_at"))
    said = wording.Said()
    wording.load_sources(rows)
    said.load_words(rows)
    subjects = [wording.render(row, said).subject for row in rows]
    assert "the project" in subjects[0]
    assert "the team" in subjects[1]


def test_the_public_page_and_the_application_speak_as_their_programme(project):
    pages.write_defaults(programme=project, publish=True)
    cohort = make.open_cohort(programme=project)
    assert "20 projects" in read(None, "programme", project.slug_en)
    assert "20 projets" in read(None, "programme", project.slug_fr, lang="fr")
    assert "Apply with your project" in read(None, "apply", Cohort.objects.get(pk=cohort.pk).slug)


# ---------------------------------------------------------------- choosing


def test_a_planner_chooses_and_reads_a_sentence_of_each_set(team, client):
    paula = make.planner(cohort=team.cohort)
    client.force_login(paula)
    programme = team.cohort.programme
    address = reverse("planning_words", args=[programme.pk])
    page = html.unescape(client.get(address).content.decode())
    for sentence in ("Is the unit complete?", "L'unité est-elle complète?", "Le projet est-il complet?"):
        assert sentence in page, sentence
    answer = client.post(address, {"word_team": "unit", "word_person": "person", "colour": "sun", "version": 1})
    assert answer.status_code == 302
    programme.refresh_from_db()
    assert (programme.word_team, programme.word_person, programme.version) == ("unit", "person", 2)
    assert programme.colour == "sun"
    entry = Entry.objects.get(verb="programme.words_chosen")
    assert (entry.by, entry.detail) == (paula, {"team": "unit", "person": "person", "colour": "sun"})


def test_the_second_of_two_planners_sees_what_the_first_chose(team, client):
    paula = make.planner(cohort=team.cohort)
    client.force_login(paula)
    programme = team.cohort.programme
    words.choose(programme=programme, version=1, by=paula, word_team="unit", word_person="resident", colour="")
    with pytest.raises(Overtaken):
        words.choose(programme=programme, version=1, by=paula, word_team="team", word_person="resident", colour="")
    address = reverse("planning_words", args=[programme.pk])
    answer = client.post(address, {"word_team": "team", "word_person": "client", "version": 1})
    assert answer.status_code == 409
    programme.refresh_from_db()
    assert programme.word_team == "unit"


def test_words_that_are_no_set_are_refused_beside_their_box(team, client):
    paula = make.planner(cohort=team.cohort)
    client.force_login(paula)
    address = reverse("planning_words", args=[team.cohort.programme_id])
    answer = client.post(address, {"word_team": "gang", "word_person": "client", "version": 1})
    assert answer.status_code == 200
    assert Programme.objects.get().word_team == "project"


def test_a_new_programme_speaks_the_standard():
    assert words.of_programme(make.programme()) == STANDARD
    assert gettext("Team") == "Team"

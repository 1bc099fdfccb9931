"""Consent to evaluation: asked once, never a condition, changed at any time, and each answer kept with its wording."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts import consent, services
from accounts.models import Consent
from audit.models import Entry
from tests import make
from tests.browser import Reader
from tests.world import signed_in

pytestmark = pytest.mark.django_db
QUESTION = "how well this series works?"


@pytest.fixture
def nia():
    return make.member(team=make.team(), name="Nia Roy", email="nia.roy@example.org")


def asked(person) -> bool:
    return QUESTION in signed_in(person).get("/today/").content.decode()


def say(person, word: str):
    return signed_in(person).post(reverse("my_consent"), {"answer": word, "next": "/today/"})


@pytest.mark.parametrize("word", ["yes", "no"])
def test_it_is_asked_once(nia, word):
    assert asked(nia)
    assert say(nia, word).url == "/today/"
    assert not asked(nia)
    assert Consent.objects.get().said_yes is (word == "yes")


def test_only_after_the_first_visit_and_only_people_in_teams(nia):
    coach = make.coach(team=make.team())
    assert not asked(coach)
    assert not asked(make.person("Stan Novak"))
    nia.welcomed_at = None
    assert not consent.is_asked(nia)


def test_the_two_answers_weigh_the_same(nia):
    page = signed_in(nia).get("/today/").content.decode()
    yes, no = ((f'name="answer" value="{word}"') for word in ("yes", "no"))
    classes = [page[: page.index(one)].rsplit('class="', 1)[1].split('"')[0] for one in (yes, no)]
    assert classes[0] == classes[1]


def test_it_can_be_taken_back_and_given_and_every_answer_stays(nia):
    for word in ("yes", "yes", "no", "yes"):
        say(nia, word)
    assert list(Consent.objects.order_by("pk").values_list("said_yes", "version")) == [(True, 1), (False, 1), (True, 1)]
    assert [one.verb for one in Entry.objects.filter(verb__startswith="consent").order_by("pk")] == [
        "consent.given", "consent.refused", "consent.given",
    ]  # fmt: skip
    page = Reader.of(signed_in(nia).get(reverse("my_consent")))
    assert [value for form in page.forms for name, value in form.presses if name == "answer"] == ["no"]


def test_nonsense_is_no_answer(nia):
    assert say(nia, "maybe").status_code == 200
    assert not Consent.objects.exists()
    assert asked(nia)


def test_an_answer_is_never_changed_in_place(nia):
    say(nia, "no")
    with pytest.raises(DatabaseError), transaction.atomic():
        Consent.objects.update(said_yes=True)


def test_a_report_asks_who_had_said_yes_by_then(nia, django_assert_num_queries):
    others = [make.person(name) for name in ("Ana Petit", "Bo Lee", "Cy Dow")]
    now = timezone.now()
    for person, said in ((nia, (True, False)), (others[0], (False, True)), (others[1], (True,))):
        for days, yes in enumerate(reversed(said)):
            Consent.objects.create(
                user=person, kind="evaluation", version=1, said_yes=yes, at=now - dt.timedelta(days=days)
            )
    everybody = [nia, *others]
    with django_assert_num_queries(1):
        assert consent.consented(everybody) == {others[0], others[1]}
    assert consent.consented(everybody, on=now - dt.timedelta(hours=1)) == {nia}
    assert consent.consented(everybody, on=now - dt.timedelta(days=9)) == set()


def test_what_was_asked_is_kept_under_its_number():
    assert sorted(consent.WORDINGS) == list(range(1, consent.NEWEST + 1))


def test_a_forgotten_person_said_nothing(nia):
    say(nia, "yes")
    before = nia.study_id
    services.forget(nia, by=None)
    nia.refresh_from_db()
    assert not Consent.objects.exists()
    assert nia.study_id != before
    assert not nia.consent_answered


def test_everybody_and_every_team_and_organisation_has_a_number_that_says_nothing():
    teams = [make.team() for _nth in range(3)]
    numbers = [one.study_id for team in teams for one in (team, team.unit.organisation)]
    assert len(set(numbers)) == len({*(team.pk for team in teams), *(team.unit.organisation.pk for team in teams)})
    assert not {str(one) for one in numbers} & {str(team.pk) for team in teams}

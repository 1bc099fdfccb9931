"""What a kind of message says where none of it can be shown: made up from what the cohort has, in both languages."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from collaborative.models import Cohort, Membership, Role
from desk.demo import world
from desk.outbox.lists import Preview
from desk.series.of_kind import of_kind
from notifications import kinds
from notifications.models import PlannedMessage
from surveys import rounds
from surveys.models import Moment
from tests import make
from tests.test_budget import MORE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("silent_bell")]
SENT_AND_OVER = ("surveys/asked", "sessions/certificate", "sessions/catch-up", "collaborative/back")
# What a cohort that has everything shows no sample of, and why.
NOT_SHOWN = {
    # It holds the address of a meeting, which stands on no page; the page says that only its readers see its words.
    "sessions/address",
}


def shown(cohort, key: str, reader) -> list[Preview]:
    return of_kind(cohort, key, reader).samples


def test_of_what_was_answered_taken_back_or_is_over_an_example_is_shown_and_nothing_is_written(cohort, paula):
    make.team(cohort=cohort)
    survey = make.survey(cohort=cohort, moment=Moment.CLOSE.value)
    rounds.follow(cohort)
    survey.rounds.update(
        opens_at=timezone.now() - dt.timedelta(days=30), closes_at=timezone.now() - dt.timedelta(days=9)
    )
    before = PlannedMessage.objects.count()
    for key in SENT_AND_OVER:
        assert [one.lang for one in shown(cohort, key, paula)] == ["en", "fr"], key
    assert PlannedMessage.objects.count() == before


def test_the_page_says_that_an_example_is_made_up(client, cohort, paula):
    client.force_login(paula)
    page = client.get(reverse("planning_kind", args=[cohort.pk, "sessions", "certificate"])).content.decode()
    assert "Made up from what this series has" in page
    assert 'id="sample-en"' in page
    assert 'id="sample-fr"' in page


def test_the_page_says_what_is_missing_where_nothing_can_be_made(client, cohort, paula):
    client.force_login(paula)
    page = client.get(reverse("planning_kind", args=[cohort.pk, "collaborative", "paused"])).content.decode()
    assert "Made up" not in page
    assert "There is none in this cohort that could be shown." in page
    assert "It speaks of a team, and this cohort has none yet." in page
    make.team(cohort=cohort)
    page = client.get(reverse("planning_kind", args=[cohort.pk, "collaborative", "paused"])).content.decode()
    assert "Made up" in page
    assert "It speaks of a team" not in page


def test_what_is_missing_is_said_in_the_language_of_the_page(client, cohort, paula):
    client.force_login(paula)
    with override("fr"):
        url = reverse("planning_kind", args=[cohort.pk, "collaborative", "paused"])
    assert "Il parle d&#x27;une équipe, et cette cohorte n&#x27;en a pas encore." in client.get(url).content.decode()


def test_an_example_is_made_of_its_own_cohort_alone(cohort, paula):
    other = make.cohort(programme=cohort.programme)
    make.team(cohort=other, name="Ward of others")
    assert shown(cohort, "collaborative/paused", paula) == []
    make.team(cohort=cohort, name="2 West")
    assert all("2 West" in one.subject for one in shown(cohort, "collaborative/paused", paula))


def test_an_address_of_a_meeting_is_not_on_the_page_of_its_kind(client, cohort, paula):
    make.learning_session(cohort=cohort, minutes_ahead=60)
    client.force_login(paula)
    page = client.get(reverse("planning_kind", args=[cohort.pk, "sessions", "address"])).content.decode()
    assert "Only its readers see its words" in page
    assert 'id="sample-en"' not in page


def test_words_that_somebody_would_write_stand_in_no_example_and_names_are_the_readers_own(cohort, paula):
    odette = make.person("Odette Nurse")
    make.member(team=make.team(cohort=cohort), user=odette)
    make.post(thread=make.thread(by=odette, board=cohort.boards.first()), by=odette)
    (english, french) = shown(cohort, "forum/reply", paula)
    assert paula.name in english.words
    assert "Odette" not in english.words + french.words
    (english, _french) = shown(cohort, "enrolment/question", paula)
    assert "Here stand the words as they were written" in english.words


@pytest.fixture
def demo(settings, tmp_path):
    settings.DEMO, settings.DATA_DIR = True, tmp_path
    world.fill(now=timezone.now())
    return Cohort.objects.order_by("first_day").first()


@pytest.mark.everywhere
@pytest.mark.parametrize("are_there", [True, False])
def test_in_the_demo_every_kind_is_shown_in_both_languages_and_within_what_its_page_may_ask(demo, client, are_there):
    if not are_there:  # then all of them are examples
        PlannedMessage.objects.update(scope_id=str(uuid.uuid4()))
    planner = Membership.objects.current().filter(role=Role.PLANNER).order_by("since", "pk").first().user
    rows = PlannedMessage.objects.count()
    client.force_login(planner)
    for key in sorted(set(kinds.keys()) - NOT_SHOWN):
        with CaptureQueriesContext(connection) as asked:
            page = client.get(reverse("planning_kind", args=[demo.pk, *key.split("/")]))
        found = page.context["shown"]
        assert [one.lang for one in found.samples] == ["en", "fr"], (key, found.why_not)
        assert all(one.subject and one.words for one in found.samples), key
        assert len(asked) <= MORE["planning_kind"], key
    assert PlannedMessage.objects.count() == rows
    assert all(kinds.get(key).words_stay_hidden for key in NOT_SHOWN)

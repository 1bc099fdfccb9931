"""What a kind of message says where none of it can be shown: made up from what the cohort has, in both languages."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from collaborative.models import Cohort, Membership, Role
from desk.demo import world
from desk.outbox.lists import Preview
from desk.series.samples import examples_of_kind, samples_of_kind
from notifications import kinds
from notifications.models import PlannedMessage
from surveys import rounds
from surveys.models import Moment
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("silent_bell")]
SENT_AND_OVER = ("surveys/asked", "sessions/certificate", "sessions/catch-up", "collaborative/back")


def shown(cohort, key: str, reader) -> list[Preview]:
    return samples_of_kind(cohort, key, reader) or examples_of_kind(cohort, key, reader)


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
    page = client.get(reverse("planning_kind", args=[cohort.pk, "collaborative", "one-person"])).content.decode()
    assert "Made up" not in page
    assert "There is none in this cohort that could be shown." in page


def test_an_example_is_made_of_its_own_cohort_alone(cohort, paula):
    other = make.cohort(programme=cohort.programme)
    make.team(cohort=other, name="Ward of others")
    assert shown(cohort, "collaborative/paused", paula) == []
    make.team(cohort=cohort, name="2 West")
    assert all("2 West" in one.subject for one in shown(cohort, "collaborative/paused", paula))


def test_an_address_of_a_meeting_has_no_example(cohort, paula):
    make.learning_session(cohort=cohort, minutes_ahead=60)
    assert shown(cohort, "sessions/address", paula) == []


def test_of_the_demo_most_kinds_can_be_shown(settings, tmp_path):
    settings.DEMO, settings.DATA_DIR = True, tmp_path
    world.fill(now=dt.datetime(2026, 11, 25, 17, 0, tzinfo=dt.UTC))
    cohort = Cohort.objects.order_by("first_day").first()
    planner = Membership.objects.current().filter(role=Role.PLANNER).order_by("since", "pk").first().user
    found = [key for key in kinds.keys() if len(shown(cohort, key, planner)) == 2]  # noqa: SIM118
    assert len(found) >= 50, sorted(set(kinds.keys()) - set(found))

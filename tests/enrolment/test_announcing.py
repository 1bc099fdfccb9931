"""A cohort is public from a press on, and not before."""

from __future__ import annotations

import pytest
from django.urls import reverse

from audit.models import Entry
from collaborative.models import Cohort
from core.refusals import Refused
from enrolment import announcing
from enrolment.querysets import cohorts_with_a_form
from enrolment.site import interest, pages
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort():
    """A cohort whose days of applying have come, and of which nobody was told."""
    return make.open_cohort(announced_at=None)


@pytest.fixture
def paula(client, cohort):
    person = make.planner(cohort=cohort, name="Paula Whitford")
    client.force_login(person)
    return person


def press(client, cohort, **sent):
    return client.post(reverse("planning_announce", args=[cohort.pk]), sent, follow=True).content.decode()


def test_before_the_press_no_visitor_meets_it(client, cohort):
    assert pages.site_of(cohort.programme).enrolment is None
    assert pages.current_sites() == []
    assert not cohorts_with_a_form().exists()
    assert interest.opened_in(cohort.programme, cohort.created_at) is None
    assert client.get(reverse("apply", args=[cohort.slug])).status_code == 404
    assert client.get(reverse("programme", args=[cohort.programme.slug_en])).status_code == 200


def test_from_the_press_on_the_page_tells_of_it_until_it_is_taken_back(client, cohort, paula):
    assert "Announce this cohort" in client.get(reverse("planning_site", args=[cohort.pk])).content.decode()
    assert "The public page tells of it now." in press(client, cohort)
    assert pages.site_of(cohort.programme).enrolment.cohort == cohort
    assert client.get(reverse("apply", args=[cohort.slug])).status_code == 200
    since = Cohort.objects.get().announced_at
    press(client, cohort)
    assert Cohort.objects.get().announced_at == since, "pressed twice, it is announced once"
    assert "The public page says nothing of it any more." in press(client, cohort, verb="back")
    assert not cohorts_with_a_form().exists()
    told = Entry.objects.filter(verb__startswith="cohort.announce").values_list("verb", flat=True)
    assert sorted(told) == ["cohort.announced", "cohort.announcement_taken_back"]


def test_without_a_day_to_apply_nothing_is_announced(client, cohort, paula):
    Cohort.objects.update(apply_from=None, apply_until=None, answers_on=None)
    page = client.get(reverse("planning_site", args=[cohort.pk])).content.decode()
    assert "Say first on which day applying begins." in page
    with pytest.raises(Refused):
        announcing.announce(cohort=cohort, by=paula)


def test_once_somebody_applies_it_stays_announced(client, cohort, paula):
    announcing.announce(cohort=cohort, by=paula)
    make.application(cohort=cohort)
    assert "Somebody is applying already" in press(client, cohort, verb="back")
    assert Cohort.objects.get().announced_at

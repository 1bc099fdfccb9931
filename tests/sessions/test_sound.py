"""Sound and link are tried beforehand, elsewhere than in the meeting, and the planning team sees by how many."""

import pytest
from django.urls import reverse
from django.utils import timezone

from sessions.models import Attendance, SoundCheck
from tests import make

pytestmark = pytest.mark.django_db


def places(row):
    return [reverse(name, args=[row.cohort_id, row.pk]) for name in ("session", "session_sound")]


@pytest.mark.parametrize(
    ("minutes", "there"), [(49 * 60, False), (47 * 60, True), (5, True), (-30, True), (-61, False)]
)
def test_it_opens_two_days_before_and_closes_with_the_session(client, cohort, settings, minutes, there):
    settings.SOUND_TEST_URL = "https://zoom.us/test"
    row = make.learning_session(cohort=cohort, minutes_ahead=minutes, url="https://zoom.us/j/1?pwd=canary")
    client.force_login(make.member(team=make.team(cohort=cohort)))
    page, sound = places(row)
    assert ("Try your sound and link" in client.get(page).content.decode()) is there
    for _press in range(2):
        answer = client.post(sound)
        text = answer.content.decode()
        assert answer.status_code == (200 if there else 302)
        assert ('content="0;url=https://zoom.us/test"' in text) is there
        assert "canary" not in text
    assert SoundCheck.objects.count() == there
    assert not Attendance.objects.exists()


@pytest.mark.parametrize("what", ["cancelled", "closed"])
def test_nobody_tries_for_what_does_not_take_place(client, cohort, settings, what):
    settings.SOUND_TEST_URL = "https://zoom.us/test"
    row = make.learning_session(cohort=cohort, minutes_ahead=60)
    client.force_login(make.member(team=make.team(cohort=cohort)))
    page, sound = places(row)
    assert "Try your sound" in client.get(page).content.decode()
    if what == "cancelled":
        type(row).objects.filter(pk=row.pk).update(cancelled_at=timezone.now())
    else:
        type(cohort).objects.filter(pk=cohort.pk).update(closed_at=timezone.now())
    assert "Try your sound" not in client.get(page).content.decode()
    assert "zoom.us" not in client.post(sound).content.decode()
    assert not SoundCheck.objects.exists()


def test_without_an_address_for_it_nothing_is_offered(client, cohort, settings):
    settings.SOUND_TEST_URL = ""
    row = make.learning_session(cohort=cohort, minutes_ahead=60)
    client.force_login(make.member(team=make.team(cohort=cohort)))
    page, sound = places(row)
    assert "Try your sound" not in client.get(page).content.decode()
    assert client.post(sound).status_code == 302
    assert not SoundCheck.objects.exists()


def test_the_planning_team_sees_how_many_tried(client, cohort):
    row = make.learning_session(cohort=cohort, minutes_ahead=60)
    team = make.team(cohort=cohort)
    for number in range(3):
        client.force_login(make.member(team=team, name=f"P {number}"))
        client.post(places(row)[1])
    assert "have tried" not in client.get(places(row)[0]).content.decode()
    client.force_login(make.planner(cohort=cohort))
    assert "3 people have tried their sound" in client.get(places(row)[0]).content.decode()
    assert (
        "3 people have tried their sound"
        in client.get(reverse("planning_session_links", args=[row.pk])).content.decode()
    )

"""The first day of a real installation."""

import datetime as dt

import pytest
from django.core.management import CommandError, call_command
from django.urls import resolve, reverse

from collaborative.models import Cohort, Membership, Programme
from collaborative.template import PHASES
from core.refusals import Refused
from desk.begin import begin, first_day_after
from enrolment.models import Invitation
from notifications.models import PlannedMessage
from sessions.models import LearningSession
from tests import make

pytestmark = pytest.mark.django_db


def test_a_programme_with_its_phases_a_cohort_with_its_dates_and_two_planners_asked_in():
    begun = begin(
        programme="Talk  Safe", planners=["Paula.Roy@example.ca", "b@example.ca"], first_day=dt.date(2027, 1, 19)
    )
    programme = Programme.objects.get()
    assert (programme.name_en, programme.slug_en, programme.contact_email) == (
        "Talk Safe",
        "talk-safe",
        "Paula.Roy@example.ca",
    )
    assert programme.template.count() == len(PHASES)
    starts = [(phase.key, phase.starts_on) for phase in begun.cohort.phases.in_order()]
    assert starts[0] == ("pre-work", dt.date(2027, 1, 19))
    assert starts[1] == ("ls1", dt.date(2027, 2, 17))
    assert LearningSession.objects.count() == 3
    assert [one.person.name for one in Invitation.objects.order_by("person__email")] == ["B", "Paula Roy"]
    assert PlannedMessage.objects.filter(kind="enrolment/invitation").count() == 2
    assert [address for address, _door in begun.doors] == ["paula.roy@example.ca", "b@example.ca"]


@pytest.mark.parametrize(("language", "words"), [("en", "You are asked to plan the Talk Safe."), ("fr", "Talk Safe")])
def test_the_door_opens_once_and_its_person_plans(client, settings, language, words):
    begun = begin(programme="Talk Safe", planners=["paula@example.ca"], language=language)
    ((_address, door),) = begun.doors
    path = door.removeprefix(settings.SITE_URL)
    page = client.get(path)
    assert words in page.content.decode()
    client.post(path, {"name": "Paula Roy", "language": language, "city": "toronto"})
    assert Membership.objects.get().role == "planner"
    assert client.get(reverse("planning_cohort", args=[begun.cohort.pk])).status_code == 200
    assert resolve(path).url_name == "invitation"


def test_what_is_there_already_is_never_joined():
    make.person("Somebody")
    with pytest.raises(Refused, match="not empty"):
        begin(programme="Talk Safe", planners=["paula@example.ca"])
    assert not Cohort.objects.exists()


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"planner": ["paula"]}, "“paula” is not an e-mail address."),
        ({"programme": " "}, "The programme needs a name."),
        ({"city": "atlantis"}, "There is no place called “atlantis”"),
    ],
)
def test_what_cannot_be_is_one_sentence(more, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command("begin", **{"programme": "Talk Safe", "planner": ["paula@example.ca"], **more})
    assert not Programme.objects.exists()


@pytest.mark.parametrize("today", [dt.date(2026, 11, 22) + dt.timedelta(days=n) for n in range(7)])
def test_it_begins_on_a_tuesday_at_least_eight_weeks_ahead(today):
    day = first_day_after(today)
    assert day.weekday() == 1
    assert 56 <= (day - today).days <= 62

"""A calendar that subscribes reads what is true, and nothing once its address is dead."""

from __future__ import annotations

import datetime as dt

import icalendar
import pytest
import vobject
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from collaborative import belonging
from collaborative.models import Phase
from collaborative.services import end_role, give_role
from core.refusals import Refused
from enrolment import cohort_facts
from sessions import cancelling, services
from sessions.calendars import feeds, leaving
from sessions.models import CalendarFeed, CalendarLeft, LearningSession, MeetingAddress, SessionRules
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort():
    return make.cohort(first_day=timezone.now().date() + dt.timedelta(days=7), city="toronto")


@pytest.fixture
def paula(cohort):
    return make.planner(cohort=cohort)


@pytest.fixture
def nia(cohort):
    return make.member(
        team=make.team(cohort=cohort), name="Nia Roy", city="st-johns", time_zone="America/St_Johns", language="en"
    )


def get(secret, **headers):
    return Client().get(reverse("calendar_feed", args=[secret]), headers=headers)


def read(secret) -> dict:
    """What a subscribed calendar has afterwards, read by the second library: title without its cohort → entry."""
    answer = get(secret)
    assert answer.status_code == 200
    events = vobject.readOne(answer.content.decode()).vevent_list
    assert len(list(icalendar.Calendar.from_ical(answer.content).walk("VEVENT"))) == len(events)
    return {one.uid.value: one for one in events}


def uid(learning_session) -> str:
    return f"{learning_session.pk}@localhost"


def test_a_feed_tells_what_and_when_and_nothing_of_anybody(cohort, nia):
    second = cohort.learning_sessions.order_by("starts_at")[1]
    MeetingAddress.objects.create(learning_session=second, url="https://zoom.us/j/998877")
    LearningSession.objects.filter(pk=second.pk).update(dial_in="1 855 555-0188")
    secret = feeds.make(person=nia, by=nia)
    answer = get(secret)
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    text = answer.content.decode().replace("\r\n ", "")
    for hidden in ("zoom.us", "998877", "Nia", nia.email, "ATTENDEE", "ORGANIZER", secret, "0188"):
        assert hidden not in text
    entry = read(secret)[uid(second)]
    assert entry.dtstart.value == second.starts_at
    assert entry.dtend.value == second.ends_at
    assert entry.summary.value == f"{second.title_en} · {cohort.name_en}"
    assert entry.url.value == f"http://localhost:8000{reverse('session', args=[cohort.pk, second.pk])}"
    # Noon in Toronto is half past one in St. John's.
    assert entry.description.value.startswith("13:30 in St. John's (12:00, Toronto time)\n")
    assert (entry.location.value, entry.status.value, entry.sequence.value) == ("Online", "CONFIRMED", "0")
    SessionRules.objects.create(programme=cohort.programme, dial_in_is_told=True)
    assert "By phone: 1 855 555-0188" in read(secret)[uid(second)].description.value


def test_in_french_on_the_same_clock_the_hour_is_said_once(cohort):
    pierre = make.member(team=make.team(cohort=cohort), language="fr", city="montreal")
    second = cohort.learning_sessions.order_by("starts_at")[1]
    secret = feeds.make(person=pierre, by=pierre)
    entry = read(secret)[uid(second)]
    assert entry.summary.value.startswith(second.title_fr)
    assert entry.description.value.startswith("12\u00a0h, heure de Toronto\n")
    assert "/fr/" in entry.url.value


def test_the_days_of_an_action_period_are_days(cohort, nia):
    period = cohort.phases.filter(kind="action").earliest("starts_on")
    read_back = read(feeds.make(person=nia, by=nia))
    first, last = (read_back[f"{which}-{period.pk}@localhost"] for which in ("first", "last"))
    assert (first.dtstart.value, last.dtstart.value) == (period.starts_on, period.ends_on)
    assert last.dtend.value == period.ends_on + dt.timedelta(days=1)


def test_a_subscription_sees_a_move_a_new_title_and_the_end(cohort, nia, paula):
    second = cohort.learning_sessions.order_by("starts_at")[1]
    LearningSession.objects.update(changed_at=timezone.now() - dt.timedelta(hours=1))
    secret = feeds.make(person=nia, by=nia)
    first = read(secret)[uid(second)]
    services.move_session(learning_session=second, to=second.wall + dt.timedelta(minutes=10), by=paula)
    second.refresh_from_db()
    moved = read(secret)[uid(second)]
    assert moved.dtstart.value == second.starts_at == first.dtstart.value + dt.timedelta(minutes=10)
    assert int(moved.sequence.value) == int(first.sequence.value) + 1
    assert moved.last_modified.value > first.last_modified.value
    services.change_details(learning_session=second, by=paula, version=second.details_version, title_en="New name")
    named = read(secret)[uid(second)]
    assert named.summary.value.startswith("New name")
    assert int(named.sequence.value) == 2
    second.refresh_from_db()
    cancelling.cancel_session(learning_session=second, by=paula, reason="The speaker is ill.")
    gone = read(secret)[uid(second)]
    assert (gone.status.value, int(gone.sequence.value)) == ("CANCELLED", 3)
    LearningSession.objects.filter(pk=second.pk).update(cancelled_at=timezone.now() - dt.timedelta(days=31))
    assert uid(second) not in read(secret)


def test_what_was_left_is_cancelled_for_thirty_days_and_then_gone(cohort, nia, paula):
    other = make.cohort(first_day=cohort.first_day)
    make.member(team=make.team(cohort=other), user=nia)
    secret = feeds.make(person=nia, by=nia)
    ahead = list(cohort.learning_sessions.filter(starts_at__gt=timezone.now()))
    assert {read(secret)[uid(one)].status.value for one in ahead} == {"CONFIRMED"}
    end_role(membership=nia.memberships.get(team__cohort=cohort), by=paula)
    after = read(secret)
    assert {after[uid(one)].status.value for one in ahead} == {"CANCELLED"}
    assert {after[uid(one)].status.value for one in other.learning_sessions.all()} == {"CONFIRMED"}
    CalendarLeft.objects.update(at=timezone.now() - dt.timedelta(days=31))
    assert not {uid(one) for one in ahead} & set(read(secret))
    leaving.sweep()
    assert not CalendarLeft.objects.exists()
    give_role(user=nia, role="participant", by=paula, team=make.team(cohort=cohort))
    assert read(secret)[uid(ahead[0])].status.value == "CONFIRMED"


@pytest.mark.parametrize("how", ["left", "closed", "renewed", "ended", "wrong"])
def test_a_dead_address_opens_nothing_in_the_next_request(cohort, nia, paula, how):
    secret = feeds.make(person=nia, by=nia)
    assert get(secret).status_code == 200
    if how == "left":
        belonging.leave(membership=nia.memberships.get(), by=nia, why="moved")
    elif how == "closed":
        type(nia).objects.filter(pk=nia.pk).update(is_active=False)
    elif how == "renewed":
        assert get(feeds.make(person=nia, by=nia)).status_code == 200
    elif how == "ended":
        feeds.end(person=nia, by=nia)
    else:
        secret += "x"
    assert get(secret).status_code == 404
    assert secret not in str(CalendarFeed.objects.values_list())


def test_a_feed_of_a_team_ends_for_whoever_leaves_it(cohort, nia, paula):
    team = nia.memberships.get().team
    secret = feeds.make(person=nia, team=team, by=nia)
    assert uid(cohort.learning_sessions.first()) in read(secret)
    other = make.team(cohort=cohort)
    make.member(team=other, user=nia)
    end_role(membership=nia.memberships.get(team=team), by=paula)
    assert get(secret).status_code == 404
    with pytest.raises(Refused):
        feeds.make(person=nia, team=team, by=nia)


def three_cohorts(nia):
    for _more in range(2):
        make.member(team=make.team(cohort=make.cohort()), user=nia)
    return feeds.make(person=nia, by=nia)


def test_what_a_feed_costs(nia, django_assert_max_num_queries, django_assert_num_queries):
    secret = three_cohorts(nia)
    with django_assert_max_num_queries(8):
        answer = get(secret)
    assert answer.content.count(b"BEGIN:VEVENT") > 12
    for header in ({"if-none-match": answer.headers["ETag"]}, {"if-modified-since": answer.headers["Last-Modified"]}):
        with django_assert_num_queries(1):
            same = get(secret, **header)
        assert (same.status_code, same.content) == (304, b"")
    with django_assert_num_queries(1):
        assert get(secret).content == answer.content


def test_another_language_or_place_is_another_text(nia, cohort):
    secret = feeds.make(person=nia, by=nia)
    before = get(secret)
    type(nia).objects.filter(pk=nia.pk).update(language="fr")
    after = get(secret, **{"if-none-match": before.headers["ETag"]})
    assert after.status_code == 200
    assert after.headers["ETag"] != before.headers["ETag"]


def test_whatever_it_tells_is_another_text_in_the_next_request(cohort, nia, paula):
    second = cohort.learning_sessions.order_by("starts_at")[1]
    period = cohort.phases.filter(kind="action").earliest("starts_on")
    secret = feeds.make(person=nia, by=nia)
    told = get(secret).content.decode()

    def tells(words: str) -> bool:
        return words in get(secret).content.decode().replace("\r\n ", "")

    facts = {"name_en": "The north together", "name_fr": "Le Nord ensemble", "seats": cohort.seats}
    cohort_facts.change(cohort=cohort, by=paula, version=cohort.version, **facts)
    assert tells("The north together")
    Phase.objects.filter(pk=period.pk).update(name_en="Trying it out")
    assert tells("Trying it out begins")
    Phase.objects.filter(pk=period.pk).update(ends_on=period.ends_on + dt.timedelta(days=1))
    assert tells(f"DTSTART;VALUE=DATE:{period.ends_on + dt.timedelta(days=1):%Y%m%d}")
    services.change_details(
        learning_session=second,
        by=paula,
        version=second.details_version,
        purpose_en="Listen first.",
        purpose_fr="Écouter.",
    )
    assert tells("Listen first.")
    assert told != get(secret).content.decode()


def test_a_program_gone_wild_is_told_to_wait(nia, settings):
    settings.CALENDAR_ASKS = 2
    secret = feeds.make(person=nia, by=nia)
    assert [get(secret).status_code for _again in range(3)] == [200, 200, 429]


# ---------------------------------------------------------------- the page


def test_the_address_is_shown_once_and_can_be_renewed_and_ended(client, nia):
    client.force_login(nia, backend="django.contrib.auth.backends.ModelBackend")
    page, new = reverse("my_calendar"), reverse("make_calendar")
    assert "Make the address" in client.get(page).content.decode()
    shown = client.post(new, follow=True)
    address = shown.context["address"]
    assert address in shown.content.decode()
    assert shown.headers["Cache-Control"].startswith("max-age=0")
    assert shown.context["webcal"] == "webcal:" + address.partition(":")[2]
    assert address not in client.get(page).content.decode()
    secret = address.rpartition("/")[2].removesuffix(".ics")
    assert get(secret).status_code == 200
    assert "A calendar read it last on" in client.get(page).content.decode()
    again = client.post(new, follow=True).context["address"]
    assert get(secret).status_code == 404
    assert CalendarFeed.objects.count() == 1
    assert client.post(reverse("end_calendar"), follow=True).status_code == 200
    assert get(again.rpartition("/")[2].removesuffix(".ics")).status_code == 404


@pytest.mark.parametrize("team", ["nonsense", "00000000-0000-0000-0000-000000000000"])
def test_no_feed_of_a_team_of_others(client, nia, team):
    client.force_login(nia, backend="django.contrib.auth.backends.ModelBackend")
    for name in ("make_calendar", "end_calendar"):
        shown = client.post(reverse(name), {"team": team}, follow=True)
        assert "This team is none of yours." in shown.content.decode()
    assert not CalendarFeed.objects.exists()

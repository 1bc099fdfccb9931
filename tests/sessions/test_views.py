"""The session's page, Join, and moving with a preview."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from collaborative.models import Reschedule
from sessions.models import Attendance, LearningSession
from tests import make

pytestmark = pytest.mark.django_db
SECRET = "https://zoom.us/j/9876543210?pwd=canary"


@pytest.fixture
def cohort():
    return make.cohort(first_day=timezone.now().date() + dt.timedelta(days=7))


@pytest.fixture
def team(cohort):
    return make.team(cohort=cohort)


@pytest.fixture
def open_session(cohort):
    row = make.learning_session(cohort=cohort, url=SECRET, dial_in="1 855 555-0188")
    LearningSession.objects.filter(pk=row.pk).update(starts_at=timezone.now() + dt.timedelta(minutes=10))
    row.refresh_from_db()
    return row


def page_of(row):
    return reverse("session", args=[row.cohort_id, row.pk])


def test_the_time_stands_with_its_place_for_a_reader_elsewhere(client, cohort, team):
    row = cohort.learning_sessions.order_by("starts_at").first()
    client.force_login(make.member(team=team, city="st-johns", language="en"))
    text = client.get(page_of(row)).content.decode()
    assert "13:30 in St. John" in text
    assert "12:00, Toronto time" in text


def test_join_answers_with_a_page_that_sends_the_browser_on(client, team, open_session):
    nia = make.member(team=team)
    client.force_login(nia)
    page = client.get(page_of(open_session))
    assert "Join the session" in page.content.decode()
    assert "canary" not in page.content.decode()
    answer = client.post(reverse("session_join", args=[open_session.cohort_id, open_session.pk]))
    text = answer.content.decode()
    assert answer.status_code == 200
    assert '<meta http-equiv="refresh" content="0;url=https://zoom.us/j/9876543210?pwd=canary">' in text
    assert "1 855 555-0188" in text
    assert (answer.headers["Cache-Control"], answer.headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert "zoom.us" not in answer.headers["Content-Security-Policy"]
    assert Attendance.objects.get().person == nia


def test_join_by_get_does_nothing(client, team, open_session):
    client.force_login(make.member(team=team))
    assert client.get(reverse("session_join", args=[open_session.cohort_id, open_session.pk])).status_code == 405
    assert not Attendance.objects.exists()


def test_outside_the_window_the_page_says_so_and_nobody_came(client, team, open_session):
    LearningSession.objects.update(starts_at=timezone.now() + dt.timedelta(hours=3))
    client.force_login(make.member(team=team))
    answer = client.post(reverse("session_join", args=[open_session.cohort_id, open_session.pk]))
    assert answer.status_code == 409
    assert "not open yet" in answer.content.decode()
    assert not Attendance.objects.exists()


@pytest.mark.parametrize("who", ["stranger", "other cohort", "left"])
def test_others_find_nothing(client, team, open_session, who):
    user = {
        "stranger": make.person,
        "other cohort": lambda: make.member(team=make.team(cohort=make.cohort())),
        "left": lambda: make.member(team=team),
    }[who]()
    if who == "left":
        user.memberships.update(until=timezone.now())
    client.force_login(user)
    assert client.get(page_of(open_session)).status_code == 404
    assert client.post(reverse("session_join", args=[open_session.cohort_id, open_session.pk])).status_code == 404
    assert not Attendance.objects.exists()


def test_a_crossed_pair_of_keys_finds_nothing(client, team, open_session):
    client.force_login(make.member(team=team))
    other = make.cohort()
    assert client.get(reverse("session", args=[other.pk, open_session.pk])).status_code == 404


# ---------------------------------------------------------------- moving


@pytest.fixture
def second(cohort):
    return cohort.learning_sessions.order_by("starts_at")[1]


def test_a_move_is_seen_before_it_is_made(client, cohort, team, second):
    make.member(team=team)
    client.force_login(make.planner(cohort=cohort))
    to = second.wall + dt.timedelta(days=1)
    form = {"day": to.date().isoformat(), "clock": "13:00", "reason": "The speaker is away."}
    seen = client.post(reverse("session_move", args=[second.pk]), form)
    assert "2 people are told" in seen.content.decode()
    assert not Reschedule.objects.exists()
    done = client.post(reverse("session_move", args=[second.pk]), {**form, "confirm": "1"})
    assert done.headers["Location"] == page_of(second)
    second.refresh_from_db()
    assert second.wall == dt.datetime.combine(to.date(), dt.time(13))
    page = client.get(page_of(second)).content.decode()
    assert "Undo the move" in page
    change = Reschedule.objects.get()
    client.post(reverse("session_undo", args=[second.pk, change.pk]))
    second.refresh_from_db()
    assert second.wall == to - dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"day": "2027-03-14", "clock": "02:30"}, "clocks jump over this hour"),
        ({"day": "2020-01-01"}, "passed already"),
        ({"day": "not a day"}, "Enter a valid date"),
        ({"clock": "25:99"}, "Enter a valid time"),
        ({"reason": ""}, "Write something here"),
        ({"reason": "x" * 100_000}, "Shorten it"),
    ],
)
def test_what_cannot_be_is_told_beside_the_field_and_nothing_is_lost(client, cohort, second, changes, sentence):
    client.force_login(make.planner(cohort=cohort))
    form = {"day": second.day.isoformat(), "clock": "13:00", "reason": "The speaker is away.", **changes}
    page = client.post(reverse("session_move", args=[second.pk]), form)
    text = page.content.decode()
    assert page.status_code == 200
    assert sentence in text
    assert form["reason"] in text
    assert form["day"] in text


def test_a_session_before_the_one_that_precedes_it_is_refused(client, cohort, second):
    client.force_login(make.planner(cohort=cohort))
    first = cohort.learning_sessions.order_by("starts_at").first()
    form = {"day": (first.day - dt.timedelta(days=1)).isoformat(), "clock": "12:00", "reason": "x"}
    assert "must come after" in client.post(reverse("session_move", args=[second.pk]), form).content.decode()


def test_only_planners_of_this_cohort_move_and_change(client, cohort, team, second):
    known = [make.lead(team=team), make.coach(team=team)]  # they see the session, and may not do this to it
    for user, status in [*((one, 403) for one in known), (make.planner(cohort=make.cohort()), 404)]:
        client.force_login(user)
        for name in ("session_move", "session_details"):
            assert client.post(reverse(name, args=[second.pk])).status_code == status
        assert client.post(reverse("session_undo", args=[second.pk, second.pk])).status_code == status


def test_an_undo_for_a_change_of_another_cohort_finds_nothing(client, cohort, second):
    client.force_login(make.planner(cohort=cohort))
    foreign = Reschedule.objects.create(cohort=make.cohort())
    for change in (foreign.pk, second.pk):
        assert client.post(reverse("session_undo", args=[second.pk, change])).status_code == 404


def test_details_keep_the_address_out_of_sight_and_refuse_other_hosts(client, cohort, open_session):
    client.force_login(make.planner(cohort=cohort))
    url = reverse("session_details", args=[open_session.pk])
    assert "canary" not in client.get(url).content.decode()
    form = {
        "title_en": "Session",
        "title_fr": "Séance",
        "purpose_en": "",
        "purpose_fr": "",
        "minutes": 60,
        "dial_in": "",
    }
    page = client.post(url, {**form, "url": "https://evil.example/j"})
    assert "allowed here" in page.content.decode()
    assert client.post(url, {**form, "url": ""}).status_code == 302
    open_session.refresh_from_db()
    assert (open_session.title_fr, open_session.meeting.url) == ("Séance", SECRET)


@pytest.mark.parametrize("people", [1, 30])
def test_the_session_page_costs_the_same_for_one_and_for_thirty(client, cohort, team, open_session, people, django_assert_max_num_queries):  # fmt: skip
    for number in range(people):
        make.attendance(learning_session=open_session, person=make.member(team=team, name=f"P {number}"), team=team)
    client.force_login(make.planner(cohort=cohort))
    with django_assert_max_num_queries(12):
        assert client.get(page_of(open_session)).status_code == 200

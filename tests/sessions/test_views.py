"""The session's page, Join, and moving with a preview."""

import datetime as dt
import re

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from collaborative.models import Reschedule
from core.time import clock
from sessions import services
from sessions.models import Attendance, LearningSession
from sessions.room import joining
from tests import make
from tests.sessions.conftest import SECRET

pytestmark = pytest.mark.django_db


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


def confirmation(preview) -> str:
    """Return what the button under a preview sends."""
    return re.search(r'name="confirm" value="([^"]+)"', preview.content.decode())[1]


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
    assert "2 people are reminded" in seen.content.decode()
    done = client.post(reverse("session_move", args=[second.pk]), {**form, "confirm": confirmation(seen)})
    assert done.headers["Location"] == page_of(second)
    second.refresh_from_db()
    assert second.wall == dt.datetime.combine(to.date(), dt.time(13))
    change = Reschedule.objects.get()
    page = client.get(page_of(second)).content.decode()
    assert page.count(reverse("session_undo", args=[second.pk, change.pk])) == 1
    assert f"Until {clock(change.open_until, 'America/Toronto', 'en')} in Toronto" in page
    client.post(reverse("session_undo", args=[second.pk, change.pk]))
    second.refresh_from_db()
    assert second.wall == to - dt.timedelta(days=1)


def test_only_what_was_looked_at_is_moved(client, cohort, second):
    client.force_login(make.planner(cohort=cohort))
    url, to = reverse("session_move", args=[second.pk]), second.wall + dt.timedelta(days=1)
    form = {"day": to.date().isoformat(), "clock": "13:00", "reason": "The speaker is away."}
    seen = client.post(url, form)
    other = {**form, "clock": "15:30"}
    again = client.post(url, {**other, "confirm": confirmation(seen)})
    assert "Not moved" in again.content.decode()
    assert "15:30" in again.content.decode()
    assert not Reschedule.objects.exists()
    # Somebody else moves it meanwhile: what was seen is not what would follow.
    services.move_session(learning_session=second.as_stored(), to=to + dt.timedelta(days=1), by=None, reason="x")
    late = client.post(url, {**other, "confirm": confirmation(again)})
    assert "Not moved" in late.content.decode()
    assert client.post(url, {**other, "confirm": confirmation(late)}).status_code == 302
    second.refresh_from_db()
    assert second.wall == dt.datetime.combine(to.date(), dt.time(15, 30))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"day": "2027-03-14", "clock": "02:30"}, "clocks jump over this hour"),
        ({"day": "2020-01-01"}, "passed already"),
        ({"day": "not a day"}, "This is no date yet"),
        ({"clock": "25:99"}, "This is no time of day yet"),
        ({"reason": ""}, "Say in a few words why it moves"),
        ({"day": ""}, "Choose a day"),
        ({"day": "9999-12-31", "clock": "23:59"}, "too far ahead"),
        ({"day": "0001-01-01", "clock": "00:00"}, "passed already"),
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


def test_everything_that_is_wrong_with_a_move_is_told_at_once(client, cohort, second):
    client.force_login(make.planner(cohort=cohort))
    form = {"day": "2020-01-01", "clock": "12:00", "reason": ""}
    page = client.post(reverse("session_move", args=[second.pk]), form).content.decode()
    assert "passed already" in page
    assert "Say in a few words why it moves" in page
    assert "2 things need a look" in page
    assert "save" not in page.partition("<main")[2].lower(), "the button saves nothing"


def test_the_preview_takes_the_focus(client, cohort, second):
    client.force_login(make.planner(cohort=cohort))
    to = second.wall + dt.timedelta(days=1)
    form = {"day": to.date().isoformat(), "clock": "13:00", "reason": "The speaker is away."}
    page = client.post(reverse("session_move", args=[second.pk]), form).content.decode()
    assert page.count("autofocus") == 1
    assert re.search(r'aria-labelledby="follows" tabindex="-1" autofocus>', page)


def test_of_two_moves_only_the_last_is_offered_to_be_undone(client, cohort, second):
    paula = make.planner(cohort=cohort)
    client.force_login(paula)
    first = cohort.learning_sessions.order_by("starts_at").first()
    moves = [
        services.move_session(learning_session=one.as_stored(), to=one.wall + dt.timedelta(days=1), by=paula)
        for one in (second, first)
    ]
    assert "Undo the move" not in client.get(page_of(second)).content.decode()
    assert "Undo the move" in client.get(page_of(first)).content.decode()
    url = reverse("session_undo", args=[second.pk, moves[0].reschedule.pk])
    assert "Undo that one first" in client.post(url, follow=True).content.decode()
    second.refresh_from_db()
    assert second.wall == moves[0].change.to


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


DETAILS = {
    "title_en": "Session",
    "title_fr": "Séance",
    "purpose_en": "",
    "purpose_fr": "",
    "minutes": 60,
    "spoken": "en",
    "captions": "on",
    "version": 1,
}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        *[({"minutes": minutes}, "from 10 to 600 minutes") for minutes in (5, 601, "many")],
        ({"title_en": "T\r\nBcc: x"}, "Leave out line breaks"),
        ({"title_fr": "www.evil.example"}, "Write a name only"),
        ({"title_fr": " "}, "Write something here"),
        ({"purpose_en": "x" * 601}, "Shorten it"),
    ],
)
def test_refused_details_stand_by_their_field_and_nowhere_else(client, cohort, open_session, changes, sentence):
    client.force_login(make.planner(cohort=cohort))
    form = DETAILS | {"title_en": "Quite another title"} | changes
    page = client.post(reverse("session_details", args=[open_session.pk]), form).content.decode()
    assert sentence in page
    assert "Constraint" not in page
    assert f"<title>Details · {open_session.title_en}" in page
    assert page.count("Quite another title") == ("title_en" not in changes), "in its box alone"
    open_session.refresh_from_db()
    assert (open_session.title_fr, open_session.details_version) != ("Séance", 2)


def test_two_planners_who_change_the_details_lose_nothing(client, cohort, open_session):
    paula, pia = make.planner(cohort=cohort), make.planner(cohort=cohort)
    url = reverse("session_details", args=[open_session.pk])
    client.force_login(pia)
    assert 'name="version" value="1"' in client.get(url).content.decode()
    hers = DETAILS | {"title_en": "Hers"}
    services.change_details(
        learning_session=open_session, by=paula, version=1, title_en="His title", purpose_en="His\n\npurpose"
    )
    seen = client.post(url, hers)
    text = seen.content.decode()
    assert seen.status_code == 409
    assert "Somebody saved this while you were writing" in text
    assert "His title" in text
    assert "<p>purpose</p>" in text
    for typed in ("Hers", "Séance"):
        assert f'value="{typed}"' in text
    assert "canary" not in text
    open_session.refresh_from_db()
    assert open_session.title_en == "His title"
    again = int(re.search(r'name="version" value="(\d+)"', text)[1])
    assert client.post(url, {**hers, "version": again}).status_code == 302
    open_session.refresh_from_db()
    assert (open_session.title_en, open_session.details_version) == ("Hers", 3)


def test_the_same_details_twice_are_saved_once(client, cohort, open_session):
    client.force_login(make.planner(cohort=cohort))
    url = reverse("session_details", args=[open_session.pk])
    for _press in range(2):
        assert client.post(url, DETAILS).status_code == 302
    assert Entry.objects.filter(verb="session.changed").count() == 1


def test_a_move_meanwhile_is_no_reason_to_refuse_details(client, cohort, open_session):
    paula = make.planner(cohort=cohort)
    services.move_session(learning_session=open_session, to=open_session.wall + dt.timedelta(days=1), by=paula)
    client.force_login(paula)
    assert client.post(reverse("session_details", args=[open_session.pk]), DETAILS).status_code == 302


# ---------------------------------------------------------------- a page that stays open


def opens_in(row, minutes):
    begins = timezone.now() + dt.timedelta(minutes=minutes) + dt.timedelta(minutes=settings.JOIN_OPENS_MINUTES)
    LearningSession.objects.filter(pk=row.pk).update(starts_at=begins)
    row.refresh_from_db()


@pytest.mark.parametrize("left_open", ["session", "today"])
def test_join_comes_by_itself_to_a_page_left_open(client, cohort, team, open_session, left_open):
    nia = make.member(team=team, city="st-johns")
    client.force_login(nia)
    url = page_of(open_session) if left_open == "session" else reverse("today")
    opens_in(open_session, 5)
    text = client.get(url).content.decode()
    assert f'hx-get="{url}" hx-trigger="every 60s" hx-swap="outerHTML"' in text
    hour = clock(open_session.opens_at, nia.time_zone, "en")
    assert re.search(rf'<noscript><p class="small[ \w-]*">Reload this page at {hour} in St', text)
    part = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "every 60s" in part
    assert "Join the session" not in part
    opens_in(open_session, 0)
    part = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "Join the session" in part
    assert "csrfmiddlewaretoken" in part
    assert "hx-get" not in part


@pytest.mark.parametrize(("minutes", "trigger"), [(0, ""), (19, "every 60s"), (50, "load delay:18"), (25 * 60, "")])
def test_a_page_looks_again_only_when_the_room_is_about_to_open(client, team, open_session, minutes, trigger):
    client.force_login(make.member(team=team))
    opens_in(open_session, minutes)
    text = client.get(page_of(open_session)).content.decode()
    assert (f'hx-trigger="{trigger}' in text) if trigger else ("hx-trigger" not in text)


def test_a_sponsor_hears_nothing_of_the_room(client, team, open_session):
    client.force_login(make.sponsor(organisation=team.unit.organisation))
    for minutes in (5, 0):
        opens_in(open_session, minutes)
        text = client.get(page_of(open_session)).content.decode()
        assert "When the teams meet" in text
        assert "Opens in" not in text
        assert "The room is open" not in text
        assert "hx-get" not in text
    assert client.post(reverse("session_join", args=[open_session.cohort_id, open_session.pk])).status_code == 403


def test_who_has_joined_may_again_and_no_button_is_filled(client, team, open_session):
    nia = make.member(team=team)
    client.force_login(nia)
    assert "Lasts 60 minutes" in client.get(page_of(open_session)).content.decode()
    joining.join(learning_session=open_session, user=nia)
    text = client.get(page_of(open_session)).content.decode()
    assert "Join again" in text
    assert "btn-primary" not in text


@pytest.mark.parametrize("people", [1, 30])
def test_the_session_page_costs_the_same_for_one_and_for_thirty(client, cohort, team, open_session, people, django_assert_max_num_queries):  # fmt: skip
    for number in range(people):
        make.attendance(learning_session=open_session, person=make.member(team=team, name=f"P {number}"), team=team)
    client.force_login(make.planner(cohort=cohort))
    with django_assert_max_num_queries(12):
        assert client.get(page_of(open_session)).status_code == 200


def test_the_agenda_has_only_the_hour_and_nothing_is_promised_without_one(client, cohort, team, open_session):
    nia = make.member(team=team, city="st-johns", language="en")
    client.force_login(nia)
    assert "genda" not in client.get(page_of(open_session)).content.decode()
    open_session.agenda.create(ordinal=1, minutes=10, title_en="Welcome", title_fr="Accueil")
    hour = clock(open_session.starts_at, nia.time_zone, "en")
    assert f"<strong>{hour}</strong><span>Welcome</span>" in client.get(page_of(open_session)).content.decode()


def test_there_is_a_number_to_tap_and_somebody_to_write_to(client, cohort, team, open_session):
    LearningSession.objects.filter(pk=open_session.pk).update(dial_in="1 855 555-0188, 123#")
    client.force_login(make.member(team=team))
    text = client.get(page_of(open_session)).content.decode()
    assert 'href="tel:18555550188,,123%23">1 855 555-0188, code 123#<' in text
    assert f"mailto:{cohort.contact}" in text


def test_how_many_came_is_said_once_somebody_could(client, cohort, open_session):
    client.force_login(make.planner(cohort=cohort))
    assert "Attendance counts for 0 people so far" in client.get(page_of(open_session)).content.decode()
    LearningSession.objects.filter(pk=open_session.pk).update(starts_at=timezone.now() + dt.timedelta(days=30))
    assert "counts for" not in client.get(page_of(open_session)).content.decode()

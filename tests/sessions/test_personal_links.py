"""The link in the last reminder: one person, one session, no sign-in, and nothing happens by looking."""

import datetime as dt
import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from collaborative.models import Cohort, Membership
from core.refusals import Refused
from notifications.models import PlannedMessage
from notifications.wording import Gone, render
from sessions import services
from sessions.models import Attendance, Guest, LearningSession, PersonalLink
from sessions.room import personal_links
from tests import make
from tests.sessions.conftest import SECRET

pytestmark = pytest.mark.django_db


@pytest.fixture
def open_session(cohort):
    return make.learning_session(cohort=cohort, minutes_ahead=10, url=SECRET, dial_in="1 855 555-0188")


@pytest.fixture
def nia(team):
    return make.member(team=team, name="Nia Roy", language="en", city="st-johns")


def link_of(learning_session, person) -> str:
    return reverse("personal_join", args=[personal_links.token_for(learning_session, person)])


def at(learning_session, minutes, **more) -> None:
    """Let the session begin in so many minutes, its version as before."""
    begins = (timezone.now() + dt.timedelta(minutes=minutes)).replace(second=0, microsecond=0)
    LearningSession.objects.filter(pk=learning_session.pk).update(starts_at=begins, **more)
    learning_session.refresh_from_db()


def press(browser: Client, url: str):
    return browser.post(url)


def test_two_taps_lead_into_the_meeting_and_nobody_is_signed_in(client, open_session, nia, team):
    url = link_of(open_session, nia)
    for _scanner in range(3):
        page = client.get(url)
        text = page.content.decode()
        assert page.status_code == 200
        assert "Join as Nia Roy" in text
        assert "Not Nia Roy?" in text
        assert "in St. John" in text
        assert "canary" not in text
    assert not Attendance.objects.exists()
    assert not PersonalLink.objects.exists()
    answer = press(client, url)
    assert answer.status_code == 200
    assert f'<meta http-equiv="refresh" content="0;url={SECRET}">' in answer.content.decode()
    assert (answer.headers["Cache-Control"], answer.headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert "zoom.us" not in answer.headers["Content-Security-Policy"]
    assert "sessionid" not in client.cookies
    row = Attendance.objects.get()
    assert (row.person, row.team, row.role, row.source) == (nia, team, "participant", "join")
    assert client.get(reverse("today")).status_code == 302
    assert press(client, url).status_code == 200, "the same browser joins again"
    assert Attendance.objects.count() == 1


def test_a_press_of_join_reads_nothing_twice(client, open_session, nia, django_assert_max_num_queries):
    url = link_of(open_session, nia)
    with django_assert_max_num_queries(10):
        assert press(client, url).status_code == 200


def test_the_page_speaks_the_language_of_the_person_and_the_other_one_is_there(client, open_session, team):
    pierre = make.partner(team=team, name="Pierre Cyr", language="fr", city="gaspe")
    page = client.get(link_of(open_session, pierre))
    assert page.headers["Content-Language"] == "fr"
    assert '<html lang="fr-CA"' in page.content.decode()
    assert "language=en" in page.content.decode()
    other = client.get(link_of(open_session, pierre), {"language": "en"})
    assert "Join as Pierre Cyr" in other.content.decode()


@pytest.mark.parametrize(
    ("minutes", "sentence"), [(180, "You are early"), (16, "You are early"), (-61, "This session has ended")]
)
def test_outside_of_its_time_the_page_says_when_and_nothing_happens(client, open_session, nia, minutes, sentence):
    at(open_session, minutes)
    url = link_of(open_session, nia)
    for answer in (client.get(url), press(client, url)):
        text = answer.content.decode()
        assert sentence in text
        assert reverse("session", args=[open_session.cohort_id, open_session.pk]) in text
        assert "canary" not in text
    assert answer.status_code == 409
    assert not Attendance.objects.exists()
    assert not PersonalLink.objects.exists()


def test_a_moved_session_has_other_links(client, open_session, nia):
    url = link_of(open_session, nia)
    at(open_session, 5)
    text = client.get(url).content.decode()
    assert "at another time than your mail says" in text
    assert press(client, url).status_code == 409
    assert not Attendance.objects.exists()
    assert press(client, link_of(open_session, nia)).status_code == 200


def test_a_link_is_of_one_session(client, open_session, nia):
    other = make.learning_session(cohort=open_session.cohort, minutes_ahead=10, url=SECRET)
    press(client, link_of(open_session, nia))
    assert list(Attendance.objects.values_list("learning_session", flat=True)) == [open_session.pk]
    assert link_of(other, nia) != link_of(open_session, nia)


def test_a_link_that_is_taken_back_while_it_is_pressed_is_dead_and_not_in_use(open_session, nia, cohort):
    found = personal_links.find(personal_links.token_for(open_session, nia))
    personal_links.revoke_link(learning_session=open_session, person=nia, by=make.planner(cohort=cohort))
    with pytest.raises(Refused) as said:
        personal_links.join(found=found, browser="x")
    assert not isinstance(said.value, personal_links.InUse)
    assert not Attendance.objects.exists()


@pytest.mark.parametrize("what", ["left", "deactivated", "taken back"])
def test_a_dead_link_tells_nothing_of_the_session(client, open_session, nia, cohort, what):
    url = link_of(open_session, nia)
    if what == "left":
        Membership.objects.filter(user=nia).update(until=timezone.now())
    elif what == "deactivated":
        type(nia).objects.filter(pk=nia.pk).update(is_active=False)
    else:
        personal_links.revoke_link(learning_session=open_session, person=nia, by=make.planner(cohort=cohort))
    for answer in (client.get(url), press(client, url)):
        text = answer.content.decode()
        assert "does not work any more" in text
        assert open_session.title_en not in text
        assert "555-0188" not in text
        assert "Nia" not in text
    assert not Attendance.objects.exists()


@pytest.mark.parametrize("what", ["cancelled", "closed"])
def test_what_does_not_take_place_says_so(client, open_session, nia, cohort, what):
    if what == "cancelled":
        LearningSession.objects.filter(pk=open_session.pk).update(cancelled_at=timezone.now())
    else:
        Cohort.objects.filter(pk=cohort.pk).update(closed_at=timezone.now())
    url = link_of(open_session, nia)
    words = {"cancelled": "has been cancelled", "closed": "This series has ended"}[what]
    assert words in client.get(url).content.decode()
    assert press(client, url).status_code == 409
    assert not Attendance.objects.exists()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda t: t[:-1],
        lambda t: ("B" if t[0] == "A" else "A") + t[1:],
        lambda t: "x",
        lambda t: ":",
        lambda t: "é" * 40,
    ],
)
def test_what_is_no_link_of_ours_is_not_found(client, open_session, nia, spoil):
    token = spoil(personal_links.token_for(open_session, nia))
    for name in ("personal_join", "personal_colleague", "personal_room"):
        for method in (client.get, client.post):
            assert method(reverse(name, args=[token])).status_code == 404
    assert not Attendance.objects.exists()


def test_a_link_is_worth_nothing_once_its_person_has_another_mailbox(client, open_session, nia):
    url = link_of(open_session, nia)
    assert client.get(url).status_code == 200
    nia.email = "nia.elsewhere@example.org"
    nia.save(update_fields=["email"])
    assert client.get(url).status_code == 404
    assert press(client, url).status_code == 404
    assert client.get(link_of(open_session, nia)).status_code == 200


def test_another_browser_is_led_to_the_colleague_route(open_session, nia, team):
    make.lead(team=team, name="Tess Holloway")
    first, second, url = Client(), Client(), link_of(open_session, nia)
    assert press(first, url).status_code == 200
    assert "in another browser" in second.get(url).content.decode()
    answer = press(second, url)
    assert answer.url == reverse("personal_colleague", args=[url.split("/")[-2]])
    text = second.get(answer.url).content.decode()
    assert "Tess Holloway is asked to let you in" in text
    assert "canary" not in text
    assert Attendance.objects.count() == 1
    assert press(first, url).status_code == 200


def test_the_number_to_call_is_shown_to_the_browser_that_may_join(open_session, nia):
    first, second, url = Client(), Client(), link_of(open_session, nia)
    assert "555-0188" in first.get(url).content.decode()
    press(first, url)
    assert "555-0188" in first.get(url).content.decode()
    assert "555-0188" not in second.get(url).content.decode()
    assert "555-0188" not in second.get(press(second, url).url).content.decode()


def test_two_presses_the_first_without_an_answer_come_from_one_browser(open_session, nia):
    browser, lost, url = Client(), Client(), link_of(open_session, nia)
    browser.get(url)
    lost.cookies = browser.cookies.copy()
    assert press(lost, url).status_code == 200
    assert press(browser, url).status_code == 200
    given = browser.cookies["came_in"].value
    assert "came_in" not in browser.get(url).cookies
    assert browser.cookies["came_in"].value == given


@pytest.mark.parametrize("minutes", [60 * 5, -60 * 5])
def test_outside_of_its_time_a_browser_that_looks_is_given_nothing(client, open_session, nia, minutes):
    at(open_session, minutes)
    assert "came_in" not in client.get(link_of(open_session, nia)).cookies


def test_a_forged_mark_of_the_browser_is_none(open_session, nia):
    first, second, url = Client(), Client(), link_of(open_session, nia)
    press(first, url)
    second.cookies["came_in"] = first.cookies["came_in"].value.split(":")[0] + ":forged"
    assert press(second, url).status_code == 302


def test_the_mark_is_kept_for_these_pages_alone_and_only_its_hash_with_us(open_session, nia):
    browser = Client()
    press(browser, link_of(open_session, nia))
    mark = browser.cookies["came_in"]
    assert (mark["path"], mark["httponly"], mark["samesite"]) == ("/join/", True, "Lax")
    row = PersonalLink.objects.get()
    assert mark.value.split(":")[0] not in row.browser
    assert re.fullmatch("[0-9a-f]{64}", row.browser)


def test_who_stands_beside_asks_the_lead_and_comes_in_as_a_guest(open_session, nia, team):
    tess = make.lead(team=team, name="Tess Holloway")
    colleague, lead, url = Client(), Client(), link_of(open_session, nia)
    ask = reverse("personal_colleague", args=[url.split("/")[-2]])
    assert colleague.post(ask, {"name": "", "position": "x"}).status_code == 200
    assert not Guest.objects.exists()
    mine = colleague.post(ask, {"name": "Sam Lee", "position": "provider"}).url
    text = colleague.get(mine).content.decode()
    assert "You have asked to come in" in text
    assert "Join as" not in text
    assert colleague.post(mine).status_code == 200, "nothing is joined before"
    assert not Attendance.objects.exists()
    lead.force_login(tess)
    guest = Guest.objects.get()
    row = PlannedMessage.objects.get(kind="sessions/asks")
    mail = render(row)
    assert (row.recipient, mail.subject) == (tess, f"Sam Lee asks to come in: {open_session.title_en}")
    assert reverse("session_guests", args=[open_session.cohort_id, open_session.pk]) in mail.plain
    page = lead.get(reverse("session", args=[open_session.cohort_id, open_session.pk])).content.decode()
    assert "Sam Lee" in page
    let = reverse("session_guest", args=[open_session.cohort_id, open_session.pk, guest.pk])
    assert let in page
    lead.post(let, {"let_in": "1"})
    with pytest.raises(Gone):
        render(row)
    assert "Join as Sam Lee" in colleague.get(mine).content.decode()
    assert SECRET in colleague.post(mine).content.decode()
    row = Attendance.objects.get()
    assert (row.guest, row.person, row.team, row.source) == (guest, None, team, "join")


def test_a_person_may_not_press_without_end_and_an_address_may(open_session, team, nia):
    """Many people behind one address press once each; one link pressed over and over is held back."""
    people = [make.member(team=team, name=f"P {number}") for number in range(12)]
    for one in people:
        assert press(Client(REMOTE_ADDR="203.0.113.7"), link_of(open_session, one)).status_code == 200
    same, url = Client(REMOTE_ADDR="203.0.113.7"), link_of(open_session, nia)
    statuses = [press(same, url).status_code for _ in range(21)]
    assert statuses == [200] * 20 + [429]


def test_valid_links_do_not_count_against_their_address(open_session, nia, monkeypatch):
    monkeypatch.setattr("core.limits.ADDRESS_AMOUNT", 0)
    assert press(Client(), link_of(open_session, nia)).status_code == 200
    assert Client().get(reverse("personal_join", args=["guessed"])).status_code == 429


def test_a_press_costs_little(open_session, nia, django_assert_max_num_queries):
    with django_assert_max_num_queries(14):
        assert press(Client(), link_of(open_session, nia)).status_code == 200


# ---------------------------------------------------------------- the mail


def letter(learning_session, reader, occurrence="T-1h"):
    row = PlannedMessage.objects.about(learning_session).filter(recipient=reader, occurrence=occurrence).first()
    return render(row)


def test_the_last_reminder_carries_the_link_and_no_other_mail_does(cohort, team):
    second = cohort.learning_sessions.order_by("starts_at")[1]
    make.member(team=team, name="Otto Reimer")
    nia = make.member(team=team, name="Nia Roy", language="en")
    mine = f"{settings.SITE_URL}{link_of(second, nia)}"
    mail = letter(second, nia)
    for words in (mail.plain, mail.html):
        assert mine in words
        assert words.count("/join/") == 1
        assert "Join as Nia Roy" in words
    for occurrence in ("T-14d", "T-2d"):
        assert "/join/" not in letter(second, nia, occurrence).plain


@pytest.mark.parametrize("occurrence", ["invited", "T-1h"])
def test_a_link_that_was_taken_back_is_not_mailed(open_session, nia, cohort, occurrence):
    services.plan_reminders(open_session)
    assert "/join/" in letter(open_session, nia, occurrence).plain
    personal_links.revoke_link(learning_session=open_session, person=nia, by=make.planner(cohort=cohort))
    assert "/join/" not in letter(open_session, nia, occurrence).plain


# ---------------------------------------------------------------- for who plans


def test_a_planner_finds_a_person_and_takes_their_link_back(client, open_session, nia, cohort, team):
    other = Client()
    press(other, link_of(open_session, nia))
    make.member(team=team, name="Otto Reimer")
    paula = make.planner(cohort=cohort)
    client.force_login(paula)
    page = reverse("planning_session_links", args=[open_session.pk])
    text = client.get(page).content.decode()
    assert "Nia Roy" in text
    assert "Otto" not in text
    assert "not used yet" in client.post(page, {"name": "otto"}).content.decode()
    assert "Otto" not in client.get(page, {"name": "otto"}).content.decode(), "a name never stands in an address"
    revoke = reverse("planning_session_link_revoke", args=[open_session.pk, nia.pk])
    assert revoke in text
    for _press in range(2):
        assert client.post(revoke).status_code == 302
    assert "taken back" in client.get(page).content.decode()
    assert other.get(link_of(open_session, nia)).status_code == 410
    entry = Entry.objects.get(verb="session.link_revoked")
    assert (entry.by, entry.detail) == (paula, {"person": str(nia.pk)})
    assert (
        client.post(reverse("planning_session_link_revoke", args=[open_session.pk, make.person().pk])).status_code
        == 404
    )


@pytest.mark.parametrize(("minutes", "leads_there"), [(-61, True), (-60 - 60 * 23, True), (-60 - 60 * 25, False)])
def test_after_the_end_it_leads_to_who_was_in_the_room_for_a_day(client, open_session, nia, team, minutes, leads_there):
    make.member(team=team, name="Otto Reimer")
    press(client, link_of(open_session, nia))
    at(open_session, minutes)
    text = client.get(link_of(open_session, nia), follow=True).content.decode()
    assert "This session has ended" in text
    room = reverse("personal_room", args=[personal_links.token_for(open_session, nia)])
    assert (room in text) is leads_there
    assert ("Who was in the room with you?" in text) is leads_there
    elsewhere = Client().get(link_of(open_session, nia), follow=True).content.decode()
    assert room not in elsewhere
    assert ("For a day you can say so where you joined" in elsewhere) is leads_there
    if leads_there:
        assert "Otto Reimer" in client.get(room, follow=True).content.decode()

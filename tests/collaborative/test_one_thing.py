"""A link that asks one person one thing: looking changes nothing, it works once, and it does no more than that one thing."""

from __future__ import annotations

import base64
import datetime as dt
import html
import re
import uuid
from decimal import Decimal

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from audit.models import Entry
from collaborative import one_thing
from collaborative.models import Cohort, Membership, SpentLink
from core.moments import read
from core.refusals import Refused
from improvement import number_link, services
from improvement.models import DataPoint
from improvement.weeks import WEEK, day_at, monday_of
from sessions.coming import by_link
from sessions.models import LearningSession, Rsvp
from tests.browser import Reader
from tests.world import written

pytestmark = pytest.mark.django_db


@pytest.fixture
def week(cast) -> dt.date:
    services.ensure_default_measure(cast.team)
    return monday_of(day_at(timezone.now(), cast.team))


def today() -> dt.date:
    return timezone.now().date()


def number_url(cast, week, person=None, on=None) -> str:
    return number_link.path_for(team=cast.team, person=person or cast.tess, week=week, on=on or today())


def coming_url(cast, person=None, on=None) -> str:
    return by_link.path_for(learning_session=cast.next_session, person=person or cast.tess, on=on or today())


def box(cast) -> str:
    return f"value-{cast.team.measures.get(fills_itself=True).pk}"


def text_of(answer) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())))


# ---------------------------------------------------------------- looking, and doing


def test_a_scanner_changes_nothing_however_often_it_looks(client, cast, week):
    for url in (number_url(cast, week), coming_url(cast), number_url(cast, week) + "not-me/"):
        before = written()
        for _n in range(5):
            assert client.get(url).status_code == client.head(url).status_code == 200
        assert written() == before
    assert not client.cookies


def test_the_form_is_filled_in_and_says_who_answers(client, cast, week):
    for _n in range(3):
        services.log_conversation(
            team=cast.team, by=cast.nia, with_whom="colleague", client_key=uuid.uuid4(), again=True
        )
    answer = client.get(number_url(cast, week))
    assert "How many conversations this week?" in text_of(answer)
    assert "You answer as Tess Holloway · Not you?" in text_of(answer)
    (form,) = Reader.of(answer).forms
    assert form.sent()[box(cast)] == "3"


def test_sent_it_is_saved_without_a_sign_in_and_kept_as_by_link(client, cast, week):
    answer = client.post(number_url(cast, week), {box(cast): "7"})
    assert answer.status_code == 200
    assert "Safety conversations a week: 7" in text_of(answer)
    point = DataPoint.objects.get()
    assert (point.value, point.by, point.way, point.period_start) == (7, cast.tess, "link", week)
    assert Entry.objects.filter(verb="number.recorded", by=cast.tess, detail__way="link").count() == 1
    assert "sessionid" not in client.cookies
    assert client.get(reverse("today")).status_code == 302, "nobody is signed in"


def test_that_none_was_collected_can_be_said(client, cast, week):
    client.post(number_url(cast, week), {box(cast): "", box(cast).replace("value", "missing"): "on"})
    assert DataPoint.objects.get().missing_reason == "not_collected"


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Type a number, or say that there is none."),
        ("many", "Type a whole number"),
        ("-1", "fewer than none"),
        ("7.5", "whole numbers"),
    ],
)
def test_what_cannot_be_saved_comes_back_in_its_box_and_the_link_still_works(client, cast, week, typed, says):
    answer = client.post(number_url(cast, week), {box(cast): typed})
    assert answer.status_code == 422
    assert says in text_of(answer)
    (form,) = Reader.of(answer).forms
    assert form.sent()[box(cast)] == typed
    assert not DataPoint.objects.exists()
    assert not SpentLink.objects.exists()
    assert client.post(number_url(cast, week), {box(cast): "7"}).status_code == 200


@pytest.mark.parametrize("said", ["yes", "maybe", "no"])
def test_whether_one_comes(client, cast, said):
    assert cast.next_session.title in text_of(client.get(coming_url(cast)))
    answer = client.post(coming_url(cast), {"coming": said})
    row = Rsvp.objects.get()
    assert (row.person, row.coming, row.via) == (cast.tess, said, "link")
    assert "You said that you are" in text_of(answer)


def test_an_answer_that_is_none_asks_again(client, cast):
    answer = client.post(coming_url(cast), {"coming": "never"})
    assert (answer.status_code, Rsvp.objects.count()) == (422, 0)
    assert "Choose one of the three answers." in text_of(answer)


# ---------------------------------------------------------------- no more than that


def test_the_page_names_the_team_and_shows_nothing_else_of_it(client, cast, week):
    services.record_number(
        measure=cast.team.measures.get(fills_itself=True), by=cast.nia, period_start=week - WEEK, value=Decimal(41)
    )
    text = text_of(client.get(number_url(cast, week)))
    others = [one.name for one in cast.people.values() if one != cast.tess]
    assert cast.team.name in text, "whose numbers they are, as in the mail"
    assert [name for name in [*others, " 41 "] if name in text] == []


def test_a_forwarded_link_can_do_that_one_thing_and_no_more(cast, week):
    """Whoever has it may answer once; no other address of the team opens, for another week it is another link."""
    stranger = Client()
    stranger.post(number_url(cast, week), {box(cast): "7", "period": str(week - WEEK), "coming": "no"})
    assert [(one.period_start, one.value) for one in DataPoint.objects.all()] == [(week, 7)]
    assert not Rsvp.objects.exists()
    for url in (reverse("team", args=[cast.team.pk]), reverse("numbers", args=[cast.team.pk])):
        assert stranger.get(url).status_code == 302
    assert number_url(cast, week) != number_url(cast, week - WEEK)


def test_a_signed_in_browser_answers_as_the_one_of_the_link(cast, week):
    browser = Client()
    browser.force_login(cast.nia, backend="django.contrib.auth.backends.ModelBackend")
    assert "You answer as Tess Holloway" in text_of(browser.get(number_url(cast, week)))
    browser.post(number_url(cast, week), {box(cast): "7"})
    assert DataPoint.objects.get().by == cast.tess


def test_no_page_of_it_is_kept_and_no_other_site_learns_of_it(client, cast, week):
    url = number_url(cast, week)
    for answer in (
        client.get(url),
        client.get(url + "not-me/"),
        client.post(url, {box(cast): "x"}),
        client.get("/answer/x/"),
    ):
        assert (answer.headers["Cache-Control"], answer.headers["Referrer-Policy"]) == ("no-store", "no-referrer")


def test_a_form_is_taken_without_cookie_and_without_a_word_where_it_comes_from(cast, week):
    """A browser that tells no site where it was sends "null" as origin."""
    strict = Client(enforce_csrf_checks=True, headers={"origin": "null"})
    assert strict.post(number_url(cast, week), {box(cast): "7"}).status_code == 200
    assert DataPoint.objects.count() == 1


# ---------------------------------------------------------------- dead on use, leave or revoke


def once_it_is_too_late():
    SpentLink.objects.update(used_at=timezone.now() - dt.timedelta(seconds=settings.UNDO_SECONDS + 1))


def test_a_link_works_once(client, cast, week):
    url = number_url(cast, week)
    client.post(url, {box(cast): "7"})
    once_it_is_too_late()
    DataPoint.objects.all().delete()
    for answer in (client.get(url), client.post(url, {box(cast): "8"})):
        assert answer.status_code == 200
        assert "Your answer is in" in text_of(answer)
        assert Reader.of(answer).forms == []
    assert not DataPoint.objects.exists()
    again = number_url(cast, week, on=today() - dt.timedelta(days=1))
    assert client.post(again, {box(cast): "8"}).status_code == 200
    assert DataPoint.objects.get().value == 8, "the link of another mail is another link"


# ---------------------------------------------------------------- a slip


def test_a_slip_about_coming_is_put_right_with_the_same_link_for_some_minutes(client, cast):
    url, moment = coming_url(cast), read(cast.next_session.starts_at, cast.cohort, cast.tess, lang="en").mine
    answer = client.post(url, {"coming": "no"})
    for said in (
        "You said that you are not coming.",
        cast.next_session.title,
        moment,
        "your answer can be changed until",
    ):
        assert said in text_of(answer)
    before = written()
    page = client.get(url)
    assert written() == before
    for said in ("You said that you are not coming.", cast.next_session.title, moment):
        assert said in text_of(page)
    pressed = re.findall(r'value="(\w+)" aria-pressed="true"', page.content.decode())
    assert pressed == ["no"]
    assert page.content.decode().count("btn-primary") == 1
    assert "You said that you are coming." in text_of(client.post(url, {"coming": "yes"}))
    assert Rsvp.objects.get().coming == "yes"
    once_it_is_too_late()
    late = client.post(url, {"coming": "maybe"})
    assert "To change your answer, sign in." in text_of(late)
    assert Rsvp.objects.get().coming == "yes"


def test_before_an_answer_no_answer_is_marked(client, cast):
    page = client.get(coming_url(cast)).content.decode()
    assert page.count('aria-pressed="false"') == 3
    assert "btn-primary" not in page


def test_a_slip_in_a_number_is_put_right_with_the_same_link_for_some_minutes(client, cast, week):
    url = number_url(cast, week)
    answer = client.post(url, {box(cast): "70"})
    for said in ("Safety conversations a week: 70", cast.team.name, "From ", "your answer can be changed until"):
        assert said in text_of(answer)
    page = client.get(url)
    assert "Safety conversations a week: 70" in text_of(page)
    (form,) = Reader.of(page).forms
    assert form.sent()[box(cast)] == "70"
    client.post(url, {box(cast): "7"})
    point = DataPoint.objects.get()
    assert (point.value, point.by, point.way) == (7, cast.tess, "link")
    once_it_is_too_late()
    client.post(url, {box(cast): "9"})
    assert DataPoint.objects.get().value == 7


def test_what_somebody_else_put_right_since_is_not_written_over(client, cast, week):
    url, measure = number_url(cast, week), cast.team.measures.get(fills_itself=True)
    client.post(url, {box(cast): "70"})
    services.record_number(measure=measure, by=cast.nia, period_start=week, value=Decimal(41))
    for answer in (client.get(url), client.post(url, {box(cast): "7"})):
        assert "41" not in text_of(answer)
    assert DataPoint.objects.get().value == 41


def test_not_you_ends_a_link_that_was_used_too(client, cast):
    url = coming_url(cast)
    client.post(url, {"coming": "no"})
    client.post(url + "not-me/")
    assert client.get(url).status_code == client.post(url, {"coming": "yes"}).status_code == 410
    assert Rsvp.objects.get().coming == "no"


def test_a_number_that_came_in_first_is_neither_shown_nor_written_over(client, cast, week):
    url, measure = number_url(cast, week), cast.team.measures.get(fills_itself=True)
    services.record_number(measure=measure, by=cast.nia, period_start=week, value=Decimal(41))
    for answer in (client.get(url), client.post(url, {box(cast): "7"})):
        text = text_of(answer)
        assert "is there already" in text
        assert "41" not in text
        assert "Nia" not in text
    assert DataPoint.objects.get().value == 41


def test_of_two_who_press_at_once_the_second_changes_nothing(cast, week):
    found = one_thing.find(number_url(cast, week).split("/")[2])
    late = one_thing.find(number_url(cast, week).split("/")[2])
    forms = [one.thing.form({box(cast): value}) for one, value in ((found, "7"), (late, "8"))]
    assert all(form.is_valid() for form in forms)
    one_thing.use(found=found, form=forms[0])
    with pytest.raises(Refused):
        one_thing.use(found=late, form=forms[1])
    assert [one.value for one in DataPoint.objects.all()] == [7]


@pytest.mark.parametrize(
    "what", ["left", "deactivated", "signed out everywhere", "other mailbox", "too old", "withdrew", "revoked"]
)
def test_a_link_that_does_not_hold_any_more_tells_nothing(client, cast, week, what):
    url, on = number_url(cast, week), today()
    if what == "left":
        Membership.objects.filter(user=cast.tess).update(until=timezone.now())
    elif what == "deactivated":
        User.objects.filter(pk=cast.tess.pk).update(is_active=False)
    elif what == "signed out everywhere":
        User.objects.filter(pk=cast.tess.pk).update(session_version=1)
    elif what == "other mailbox":
        User.objects.filter(pk=cast.tess.pk).update(email="tess.elsewhere@example.org")
    elif what == "too old":
        url = number_url(cast, week, on=on - dt.timedelta(days=15))
    elif what == "withdrew":
        type(cast.team).objects.filter(pk=cast.team.pk).update(withdrawn_at=timezone.now())
    else:
        assert "Nobody can answer with it now" in text_of(client.post(url + "not-me/"))
    gone = 404 if what in ("signed out everywhere", "other mailbox") else 410
    for answer in (client.get(url), client.post(url, {box(cast): "7"}), client.get(url + "not-me/")):
        assert answer.status_code == gone
        assert "How many" not in text_of(answer)
        assert "You answer as" not in text_of(answer)
    assert not DataPoint.objects.exists()


def test_it_is_good_for_fourteen_days(client, cast, week):
    made = today()
    url = number_url(cast, week, on=made)
    with time_machine.travel(dt.datetime.combine(made + dt.timedelta(days=14), dt.time(23), dt.UTC), tick=False):
        assert client.get(url).status_code == 200
    with time_machine.travel(dt.datetime.combine(made + dt.timedelta(days=15), dt.time(1), dt.UTC), tick=False):
        assert client.get(url).status_code == 410


@pytest.mark.parametrize("what", ["closed", "cancelled", "over"])
def test_what_is_over_says_so_and_takes_nothing(client, cast, week, what):
    url = coming_url(cast)
    if what == "closed":
        Cohort.objects.filter(pk=cast.cohort.pk).update(closed_at=timezone.now())
        assert "This series is closed" in text_of(client.get(number_url(cast, week)))
    elif what == "cancelled":
        LearningSession.objects.filter(pk=cast.next_session.pk).update(cancelled_at=timezone.now())
    else:
        LearningSession.objects.filter(pk=cast.next_session.pk).update(starts_at=timezone.now() - dt.timedelta(hours=9))
    words = {"closed": "This series is closed", "cancelled": "has been cancelled", "over": "has ended"}[what]
    for answer in (client.get(url), client.post(url, {"coming": "yes"})):
        assert (answer.status_code, words in text_of(answer)) == (200, True)
    assert not Rsvp.objects.exists()


# ---------------------------------------------------------------- not you?


def test_not_you_leads_to_the_sign_in_and_says_whom_to_tell(client, cast, week):
    Cohort.objects.filter(pk=cast.cohort.pk).update(contact_email="team@example.org")
    answer = client.get(number_url(cast, week) + "not-me/")
    assert "This link was sent to Tess Holloway. Please do not answer in their place." in text_of(answer)
    assert "team@example.org" in text_of(answer)
    assert reverse("account_login") in Reader.of(answer).links
    for _press in range(2):
        assert "Nobody can answer with it now" in text_of(client.post(number_url(cast, week) + "not-me/"))
    assert SpentLink.objects.get().revoked_at is not None
    assert Entry.objects.filter(verb="link.revoked").count() == 1


def test_a_link_that_was_used_stays_used_when_somebody_says_it_is_not_theirs(client, cast, week):
    client.post(number_url(cast, week), {box(cast): "7"})
    client.post(number_url(cast, week) + "not-me/")
    assert SpentLink.objects.get().used_at is not None
    assert DataPoint.objects.count() == 1


# ---------------------------------------------------------------- the address itself


@pytest.mark.parametrize(
    "spoil",
    [lambda t: t[:-1], lambda t: "A" + t[1:], lambda t: "x", lambda t: ":", lambda t: "é" * 40, lambda t: t * 9],
)
def test_what_is_no_link_of_ours_is_not_found(client, cast, week, spoil):
    token = spoil(number_url(cast, week).split("/")[2])
    for name in ("one_thing", "one_thing_not_me"):
        for method in (client.get, client.post):
            assert method(reverse(name, args=[token])).status_code == 404


def test_nothing_but_keys_stands_in_it(cast, week):
    token = number_url(cast, week).split("/")[2]
    raw = base64.urlsafe_b64decode(token.partition(":")[0] + "==")
    for word in (cast.tess.name, cast.tess.email, cast.team.name, "Tess"):
        assert word.encode() not in raw
    assert cast.tess.pk.bytes in raw


def test_the_same_link_is_made_again_and_every_fact_makes_another(cast, week):
    urls = {
        number_url(cast, week), number_url(cast, week - WEEK), number_url(cast, week, cast.nia),
        number_url(cast, week, on=today() - dt.timedelta(days=1)), coming_url(cast),
    }  # fmt: skip
    assert len(urls) == 5
    assert number_url(cast, week) in urls


def test_the_page_speaks_the_language_of_its_person_and_the_words_of_its_series(client, cast, week):
    url = number_url(cast, week, cast.pierre)
    page = client.get(url)
    assert page.headers["Content-Language"] == "fr"
    assert "Combien de conversations cette semaine?" in text_of(page)
    assert "Vous répondez sous le nom : Pierre Cyr" in text_of(page)
    assert "How many conversations" in text_of(client.get(url, {"language": "en"}))


def test_how_fast_is_limited_by_the_link_and_not_by_where_it_comes_from(client, cast, week):
    for _n in range(20):
        assert client.post(number_url(cast, week), {box(cast): "x"}).status_code == 422
    assert client.post(number_url(cast, week), {box(cast): "7"}).status_code == 429
    other = number_url(cast, week, cast.nia)
    assert client.post(other, {box(cast): "7"}).status_code == 200, "another link from the same ward"


def test_a_look_takes_few_statements(client, cast, week, django_assert_max_num_queries):
    for url in (number_url(cast, week), coming_url(cast)):
        with django_assert_max_num_queries(12):
            assert client.get(url).status_code == 200


def test_rows_of_links_long_run_out_are_forgotten(client, cast, week):
    client.post(coming_url(cast), {"coming": "yes"})
    SpentLink.objects.update(made_on=today() - dt.timedelta(days=61))
    client.post(number_url(cast, week), {box(cast): "7"})
    assert [one.purpose for one in SpentLink.objects.all()] == ["number"]


def test_a_purpose_that_no_room_offers_leads_nowhere(client, cast):
    assert one_thing.asks.get("nothing") is None
    url = one_thing.path_for("nothing", person=cast.tess, about=cast.team.pk, on=today())
    assert client.get(url).status_code == 410

"""The list of one's messages with its bell, the choices, and "no more of these", as a person meets them."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from collaborative import permissions
from notifications import choosing, inbox, kinds, services, tokens
from notifications.models import Choice, ConsentEntry, KindChoice, PlannedMessage
from notifications.wording import STOP
from tests.notifications import trial

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _kinds(monkeypatch, settings):
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    trial.register()
    trial.register_one(monkeypatch, "trial/extra", trial.thing, importance=kinds.Importance.EXTRA, name="Gossip")
    trial.register_one(monkeypatch, "trial/secret", trial.thing, listed=False, name="A code")
    trial.use_templates(settings)
    # Which kinds stand in no list is written into the statement once, when the first page is read.
    permissions._statement.cache_clear()
    yield
    permissions._statement.cache_clear()
    trial.forget_templates()


def told(to, about="7", *, kind="trial/reminder", channel="inbox", **more) -> PlannedMessage:
    row = services.post(kind, to=to, about=("trial.thing", about))
    PlannedMessage.objects.filter(pk=row.pk).update(state="sent", channel=channel, sent_at=timezone.now(), **more)
    return PlannedMessage.objects.get(pk=row.pk)


@pytest.fixture
def nia(cast, client):
    client.force_login(cast.nia)
    return cast.nia


def bell(client) -> str:
    """What the bell says on a page, in words."""
    page = client.get(reverse("who_sees_me")).content.decode()
    found = re.search(r'<a id="bell-top".*?</a>', page, re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())


def test_the_bell_counts_what_stands_here_alone_and_was_not_read(client, nia):
    assert bell(client) == "Messages"
    first = told(nia, "1")
    told(nia, "2", kind="trial/extra")
    told(nia, "3", channel="mail")
    told(nia, "4", kind="trial/secret")
    assert bell(client) == "Messages 2 2 unread"
    client.post(reverse("read_message", args=[first.pk]))
    assert bell(client) == "Messages 1 1 unread"
    client.post(reverse("read_all_messages"))
    assert bell(client) == "Messages"


def test_who_has_no_role_has_a_bell_too(client, cast):
    client.force_login(cast.stan)
    told(cast.stan)
    assert bell(client) == "Messages 1 1 unread"


def test_the_bell_costs_no_statement_of_its_own_where_there_are_roles(client, nia):
    counts = []
    for about in "12":
        with CaptureQueriesContext(connection) as asked:
            bell(client)
        counts.append(len(asked))
        told(nia, about)
    assert counts[0] == counts[1]
    assert sum("planned_message" in one["sql"] for one in asked) == 1


def opened(client, row) -> str:
    """One message of the list as it reads on its own page."""
    return client.get(reverse("my_message", args=[row.pk])).content.decode()


def test_the_list_names_what_it_holds_and_what_stands_here_alone_reads_in_full(client, nia):
    alone = told(nia, "1", kind="trial/extra")
    mailed = told(nia, "2", kind="trial/extra", channel="mail")
    secret = told(nia, "3", kind="trial/secret")
    page = client.get(reverse("my_messages")).content.decode()
    assert page.count("Gossip") == 2
    assert [reverse("my_message", args=[one.pk]) in page for one in (alone, mailed, secret)] == [True, True, False]
    assert "About 1 for Nia" in opened(client, alone)
    assert "1 is team" in opened(client, alone)
    assert "2 is team" not in opened(client, mailed), "its words are in the mailbox"
    assert client.get(reverse("my_message", args=[secret.pk])).status_code == 404


def test_a_mail_that_is_opened_has_its_title_and_the_way_where_it_can_still_be_said(client, nia, monkeypatch):
    there = {"5": "a session"}

    def sources(keys):
        return {key: there[key] for key in keys if key in there}

    def said(row):
        return trial.thing(row) | {"path": f"/today/?about={row.source_id}"}

    trial.register_one(monkeypatch, "trial/titled", said, sources=sources, name="Reminder of a thing")
    row, gone = (told(nia, about, kind="trial/titled", channel="mail") for about in "56")
    assert client.get(reverse("my_messages")).content.decode().count("Reminder of a thing") == 2
    page = opened(client, row)
    assert "About 5 for Nia" in page
    assert 'href="/today/?about=5"' in page
    assert "5 is team" not in page, "its words are in the mailbox"
    assert "About 6" not in opened(client, gone), "what it speaks of is gone"
    assert "nothing left to read" in opened(client, gone)


def test_what_only_the_mailbox_may_lead_to_is_titled_without_a_way(nia, monkeypatch):
    def said(row):
        return trial.thing(row) | {"path": "/a-token/"}

    trial.register_one(monkeypatch, "trial/asked", said, sources=lambda keys: dict.fromkeys(keys, 1), at_most_once=True)
    note = inbox.note_of(nia, told(nia, "5", kind="trial/asked", channel="mail").pk)
    assert (note.subject, note.path, note.words) == ("About 5 for Nia", "", "")


def test_many_mails_cost_no_more_than_one_and_are_asked_about_along_with_the_list(
    client, nia, monkeypatch, django_assert_num_queries
):
    trial.register_one(monkeypatch, "trial/titled", trial.thing, sources=lambda keys: dict.fromkeys(keys, 1), name="T")
    told(nia, "1", kind="trial/titled", channel="mail")
    with CaptureQueriesContext(connection) as asked:
        assert [len(notes) for notes in inbox.list_of(nia)] == [0, 1]
    for about in "23456":
        told(nia, about, kind="trial/titled", channel="mail")
    told(nia, "7")
    with django_assert_num_queries(len(asked)):
        assert [len(notes) for notes in inbox.list_of(nia)] == [1, 6]


def test_the_address_to_which_the_button_leads_is_not_said_twice(settings):
    plain = f"Title\n\nHello Nia,\n\nIt moved.\n\nSee it\n{settings.SITE_URL}/s/1/\n\nBye.\n\n-- \nWhy"
    assert inbox.body_of(plain, "/s/1/") == "Hello Nia,\n\nIt moved.\n\n\nBye."
    assert f"{settings.SITE_URL}/s/1/" in inbox.body_of(plain, "/s/2/")
    assert f"{settings.SITE_URL}/s/1/" in inbox.body_of(plain)


def test_reading_the_list_marks_nothing_pressing_does(client, nia):
    row = told(nia)
    for _scanner in range(3):
        client.get(reverse("my_messages"))
    row.refresh_from_db()
    assert row.read_at is None
    answer = client.post(reverse("read_message", args=[row.pk]), {"next": "/today/"})
    assert answer.url == "/today/"
    row.refresh_from_db()
    assert row.read_at is not None
    assert client.post(reverse("read_message", args=[row.pk]), {"next": "https://evil.example/"}).url == reverse(
        "my_messages"
    )


def test_a_mail_that_came_back_can_be_read_here(client, nia):
    row = told(nia, "5", channel="mail")
    code = told(nia, "6", kind="trial/secret", channel="mail")
    PlannedMessage.objects.filter(pk__in=[row.pk, code.pk]).update(state="bounced")
    page = client.get(reverse("my_messages")).content.decode()
    assert reverse("my_message", args=[row.pk]) in page.partition("By mail")[0]
    assert str(code.pk) not in page
    page = opened(client, row)
    assert '<div class="words">' in page
    assert "I have read it" not in page
    assert client.get(reverse("my_message", args=[code.pk])).status_code == 404
    assert bell(client) == "Messages"


def test_on_a_page_in_the_other_language_the_words_say_which_theirs_is(client, nia):
    row, mailed = told(nia, "5"), told(nia, "6", channel="mail")
    with override("fr"):
        page, mail = opened(client, row), opened(client, mailed)
    assert '<div class="words" lang="en">' in page
    assert '<span lang="en">About 6 for Nia</span>' in mail
    page = opened(client, row)
    assert '<div class="words">' in page
    assert "<span>About 5 for Nia</span>" in page


def test_with_htmx_the_card_and_the_counts_change_in_place(client, nia):
    row, last = told(nia), told(nia, "8")
    answer = client.post(reverse("read_message", args=[row.pk]), headers={"HX-Request": "true"}).content.decode()
    assert answer.count('hx-swap-oob="true"') == answer.count("1 unread") == answer.count('aria-current="page"') == 2
    assert "I have read it" not in answer
    assert "About 7 for Nia" in answer
    assert "autofocus" in answer
    assert 'hx-swap-oob="delete"' not in answer
    answer = client.post(reverse("read_message", args=[last.pk]), headers={"HX-Request": "true"}).content.decode()
    assert " unread" not in answer
    assert '<div id="read-all" hx-swap-oob="delete"></div>' in answer


def test_nobody_reads_or_marks_what_is_somebody_elses(client, cast, nia):
    theirs = told(cast.tess, "99")
    client.post(reverse("read_message", args=[theirs.pk]))
    client.post(reverse("read_all_messages"))
    theirs.refresh_from_db()
    assert theirs.read_at is None
    assert "About 99" not in client.get(reverse("my_messages")).content.decode()
    answer = client.post(reverse("read_message", args=[theirs.pk]), headers={"HX-Request": "true"})
    assert answer.content == b""


# ---------------------------------------------------------------- choices

SAID = {
    "level": "must",
    "rhythm": "weekly",
    "shift": "own",
    "quiet_from": "22:00",
    "quiet_until": "06:30",
    "version": "0",
}


def test_three_choices_and_the_hours(client, nia):
    assert client.post(reverse("my_choices"), SAID).url == reverse("my_choices")
    choice = Choice.objects.get(user=nia)
    assert (choice.level, f"{choice.quiet_from:%H:%M}", f"{choice.quiet_until:%H:%M}") == ("must", "22:00", "06:30")
    page = client.get(reverse("my_choices")).content.decode()
    assert re.search(r'value="must"[^>]*checked', page)
    assert 'value="06:30"' in page


def test_the_first_screen_says_when_the_digest_comes_and_what_was_chosen_of_single_kinds(client, nia):
    def page() -> str:
        return " ".join(re.sub(r"<[^>]+>", " ", client.get(reverse("my_choices")).content.decode()).split())

    assert "You chose something else for" not in page()
    said = SAID | {"level": "normal", "quiet_from": "", "quiet_until": ""}
    client.post(reverse("my_choices"), said | {"shift": "nights"})
    comes = page().partition("it comes to you next:")[2]
    assert re.match(r" Monday \d+ \w+, 16:00", comes), "eight o'clock lies in the quiet hours: when they end"
    client.post(reverse("my_choices"), said | {"shift": "none", "rhythm": "daily"})
    assert ", 8:00 " in page().partition("it comes to you next:")[2][:40]
    client.post(reverse("my_choices"), said | {"level": "must", "shift": "none", "version": "1"})
    assert "it comes to you next" not in page(), "nothing is put together for them"
    client.post(reverse("my_kinds"), {"trial-extra": "mail"})
    assert "You chose something else for: Gossip (by mail, at once)" in page()


@pytest.mark.parametrize(
    ("posted", "kept"),
    [
        # Typed hours are never lost, whatever is chosen above them.
        ({"shift": "nights", "quiet_from": "22:00", "quiet_until": "06:00"}, ("own", "22:00", "06:00")),
        ({"shift": "none", "quiet_from": "22:00", "quiet_until": "06:00"}, ("own", "22:00", "06:00")),
        ({"shift": "days", "quiet_from": "22:00", "quiet_until": "08:00"}, ("own", "22:00", "08:00")),
        # What stood in the boxes, the hours of the shift itself, and empty boxes are none.
        ({"shift": "nights", "quiet_from": "21:00", "quiet_until": "08:00"}, ("nights", "08:00", "16:00")),
        ({"shift": "nights", "quiet_from": "08:00", "quiet_until": "16:00"}, ("nights", "08:00", "16:00")),
        ({"shift": "nights", "quiet_from": "", "quiet_until": ""}, ("nights", "08:00", "16:00")),
    ],
)
def test_hours_that_were_typed_are_hours_of_ones_own(client, nia, settings, posted, kept):
    settings.QUIET_HOURS = "21:00-08:00"
    assert client.post(reverse("my_choices"), SAID | posted).status_code == 302
    choice = Choice.objects.get(user=nia)
    assert (choice.shift, f"{choice.quiet_from:%H:%M}", f"{choice.quiet_until:%H:%M}") == kept


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"quiet_until": ""}, "Say from when until when you want no messages."),
        ({"quiet_until": "22:00"}, "These hours begin when they end."),
        ({"level": "loud"}, "One thing needs a look"),
        ({"quiet_from": "25:00"}, "One thing needs a look"),
    ],
)
def test_what_makes_no_sense_is_said_beside_its_box_and_nothing_typed_is_lost(client, nia, wrong, says):
    answer = client.post(reverse("my_choices"), SAID | wrong)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert says in page
    assert 'value="06:30"' in page or wrong.get("quiet_until") is not None
    assert not Choice.objects.exists()


def test_two_windows(client, nia):
    client.post(reverse("my_choices"), SAID)
    client.post(reverse("my_choices"), SAID | {"level": "everything"})
    answer = client.post(reverse("my_choices"), SAID | {"level": "normal"})
    text = unescape(answer.content.decode())
    assert "You chose something else in another window meanwhile: “Everything, at once” and “Hours of my own”" in text
    assert re.search(r'value="normal"[^>]*checked', text), "what was chosen here stands there still"
    assert Choice.objects.get().level == "everything"


def test_each_kind_by_itself_of_those_that_one_gets(client, nia):
    page = client.get(reverse("my_kinds")).content.decode()
    assert "if you like" not in page, "each list has a value always"
    assert "Gossip" in page, "it matters little: whoever may get it decides"
    assert "A code" not in page
    assert str(kinds.get("coaching/note").name) not in page
    services.post("coaching/note", to=nia, about=("trial.thing", "7"))
    assert str(kinds.get("coaching/note").name) in client.get(reverse("my_kinds")).content.decode()
    answer = client.post(reverse("my_kinds"), {"trial-extra": "mail"})
    assert answer.url == reverse("my_kinds")
    assert choosing.ways_of(nia) == {"trial/extra": "mail"}
    assert client.post(reverse("my_kinds"), {"trial-extra": "shout"}).status_code == 200
    assert choosing.ways_of(nia) == {"trial/extra": "mail"}


def test_who_has_no_mailbox_is_not_told_that_mail_comes(client, nia):
    type(nia).objects.filter(pk=nia.pk).update(email=None)
    page = client.get(reverse("my_kinds")).content.decode()
    assert "always comes by mail" not in page
    assert "You have no e-mail here, so all of it stands in your list." in page
    assert "counts from the day on which you have one" in client.get(reverse("my_choices")).content.decode()


def test_each_kind_speaks_to_its_reader_and_not_of_them(client, nia):
    note = kinds.get("coaching/note")
    services.post(note.key, to=nia, about=("trial.thing", "7"))
    page = unescape(client.get(reverse("my_kinds")).content.decode())
    assert note.audience
    assert str(note.audience) in page
    assert note.when
    assert str(note.when) not in page, "that is for planners"


def test_whoever_stopped_the_digest_finds_the_way_back_in_the_details(client, nia):
    assert "What was put together" not in client.get(reverse("my_kinds")).content.decode()
    digest = services.post(kinds.DIGEST, to=nia, about=nia)
    stopped = client.post(reverse("stop_mail", args=[tokens.token_of(digest.pk, STOP)])).content.decode()
    assert "So does from now on what is too much for one day." in stopped
    page = client.get(reverse("my_kinds")).content.decode()
    box = re.search(r'<select name="notifications-digest".*?</select>', page, re.S)[0]
    assert re.findall(r'value="(\w*)"', box) == ["", "mail", "product"]
    assert re.search(r'value="product"\s+selected', box)
    assert "stands in your list alone, also when it is too much for one day" in page
    client.post(reverse("my_kinds"), {"notifications-digest": "", "trial-extra": ""})
    assert choosing.ways_of(nia) == {}


# ---------------------------------------------------------------- no more of these


@pytest.fixture
def mailed(cast):
    row = told(cast.nia, kind="trial/extra", channel="mail")
    return row, reverse("stop_mail", args=[tokens.token_of(row.pk, STOP)])


def test_reading_the_page_changes_nothing_and_the_button_does_it_without_a_sign_in(client, mailed):
    row, url = mailed
    for _scanner in range(5):
        answer = client.get(url)
        assert "No more of these by mail?" in answer.content.decode()
    assert (answer["Referrer-Policy"], "no-store" in answer["Cache-Control"]) == ("no-referrer", True)
    assert not KindChoice.objects.exists()
    answer = client.post(url)
    assert (answer.status_code, "These mails come no more" in answer.content.decode()) == (200, True)
    assert KindChoice.objects.get().recipient_key == str(row.recipient_id)
    again = client.post(url, {"again": "1"}).content.decode()
    assert not KindChoice.objects.exists()
    assert "These mails come again" in again
    assert "<form" not in again.partition("<main")[2], "a second press of the same place takes nothing back"


def test_a_mail_program_presses_it_with_one_click(mailed):
    _row, url = mailed
    bare = Client(enforce_csrf_checks=True)
    answer = bare.post(url, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert "sessionid" not in answer.cookies
    assert KindChoice.objects.get().way == "product"
    assert ConsentEntry.objects.get().by == "one_click"


def test_the_page_says_nothing_of_its_reader(client, mailed, cast):
    page = client.get(mailed[1]).content.decode()
    assert cast.nia.name not in page
    assert cast.nia.email not in page


def test_in_french_and_a_wrong_token_is_nothing(client, mailed):
    token = mailed[1].rstrip("/").rpartition("/")[2]
    assert "Ne plus recevoir ces courriels?" in client.get(f"/fr/ne-plus-recevoir/{token}/").content.decode()
    assert client.get(mailed[1].replace(token, "A" * 34)).status_code == 404
    assert client.post(mailed[1].replace(token, "A" * 34)).status_code == 404

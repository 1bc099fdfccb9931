"""Visitors write to us: letters, "tell me when", and the page for the privacy office."""

import datetime as dt
import email
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from collaborative.models import Cohort, Programme
from enrolment.models import ContactNote, Interest
from enrolment.site import interest, pages
from notifications.models import ConsentEntry, PlannedMessage
from notifications.wording import Gone, render
from tests import make

pytestmark = pytest.mark.django_db
CONTACT = "/programs/safety-conversations/contact/"
TELL_ME = "/programs/safety-conversations/tell-me/"
LETTER = {"name": "Mina Okpik", "email": "mina@example.ca", "text": "May a team of four apply?"}


@pytest.fixture(autouse=True)
def _silent_bell(monkeypatch):
    monkeypatch.setattr("notifications.bell.kick", lambda: True)


@pytest.fixture
def cohort():
    """A cohort whose enrolment opens in three days."""
    made = make.cohort(first_day=timezone.now().date() + dt.timedelta(days=60))
    pages.write_defaults(programme=made.programme, publish=True)
    opens_in(made, 3)
    return made


def opens_in(cohort, days: int) -> None:
    """Let applying begin in so many days on the cohort's clock, and last ten days."""
    day = timezone.now().astimezone(dt.timezone(dt.timedelta(hours=-5))).date() + dt.timedelta(days=days)
    Cohort.objects.filter(pk=cohort.pk).update(
        apply_from=day, apply_until=day + dt.timedelta(days=10), answers_on=day + dt.timedelta(days=14)
    )


# ---------------------------------------------------------------- a letter


def test_a_letter_is_kept_and_mailed_and_the_address_is_nowhere(client, cohort):
    page = client.get(CONTACT).content.decode()
    assert cohort.contact not in page
    assert "mailto:" not in page
    answer = client.post(CONTACT, LETTER, follow=True)
    assert "Your letter is here" in answer.content.decode()
    note = ContactNote.objects.get()
    assert (note.name, note.text, note.settled_at) == (LETTER["name"], LETTER["text"], None)
    message = PlannedMessage.objects.get(kind="enrolment/question")
    letter = render(message)
    assert (message.address, letter.reply_to) == (cohort.contact, "mina@example.ca")
    assert "go to this address" in letter.plain, "a mailbox plans nothing"
    assert LETTER["text"] in letter.plain


def test_sent_twice_it_is_one_letter(client, cohort):
    once = re.search(r'name="once" value="([^"]+)"', client.get(CONTACT).content.decode())[1]
    for _nth in range(2):
        assert client.post(CONTACT, {**LETTER, "once": once}).status_code == 302
    assert ContactNote.objects.count() == 1


def test_without_an_address_every_planner_gets_it(client, cohort):
    Programme.objects.update(contact_email="")
    Cohort.objects.update(contact_email="")
    paula = make.planner(cohort=cohort)
    client.post(CONTACT, LETTER)
    row = PlannedMessage.objects.get(kind="enrolment/question")
    assert row.recipient == paula
    assert "because you plan this series" in render(row).plain


@pytest.mark.parametrize(
    "typed",
    [
        {"name": "Mina\r\nBcc: everybody@example.ca"},
        {"name": "http://win.example"},
        {"name": "mina@example.ca"},
        {"email": "mina@example.ca\r\nBcc: everybody@example.ca"},
        {"email": "mina@example.ca, everybody@example.ca"},
        {"name": ""},
        {"text": ""},
        {"text": "x" * 4001},
    ],
)
def test_what_is_wrong_is_said_and_nothing_leaves(client, cohort, typed):
    answer = client.post(CONTACT, {**LETTER, **typed})
    assert answer.status_code == 200
    assert "invalid-feedback" in answer.content.decode()
    assert not ContactNote.objects.exists()
    assert not PlannedMessage.objects.filter(kind="enrolment/question").exists()


def test_words_that_look_like_headers_stay_words(client, cohort):
    text = "Hello\n\nBcc: everybody\r\nSubject: win\n\n<script>alert(1)</script>"
    client.post(CONTACT, {**LETTER, "text": text})
    letter = render(PlannedMessage.objects.get(kind="enrolment/question"))
    read = email.message_from_bytes(letter.as_bytes())
    assert read["Bcc"] is None
    assert read["Subject"].startswith("A question about")
    assert "<script>" not in letter.html


def test_past_the_limit_a_sentence_and_the_text_stays(client, cohort, monkeypatch):
    monkeypatch.setattr("enrolment.site.letters.PER_ADDRESS", 2)
    for _nth in range(2):
        assert client.post(CONTACT, LETTER).status_code == 302
    page = client.post(CONTACT, LETTER).content.decode()
    assert "Many letters were sent within an hour" in page
    assert LETTER["text"] in page
    assert ContactNote.objects.count() == 2


def test_only_the_forms_touch_the_token(client, cohort):
    assert "csrftoken" in client.get(CONTACT).cookies
    assert not client.get(pages.address(cohort.programme, "overview", "en")).cookies


def test_planners_see_letters_and_settle_them(client, cohort):
    client.post(CONTACT, LETTER)
    client.force_login(paula := make.planner(cohort=cohort))
    url = reverse("planning_letters", args=[cohort.pk])
    assert LETTER["text"] in client.get(url).content.decode()
    note = ContactNote.objects.get()
    client.post(reverse("planning_letter_settle", args=[cohort.pk, note.pk]))
    note.refresh_from_db()
    assert note.settled_by == paula
    assert "No letter waits" in client.get(url).content.decode()
    with pytest.raises(Gone):
        render(PlannedMessage.objects.get(kind="enrolment/question"))


def test_another_programmes_letters_are_not_theirs(client, cohort):
    client.post(CONTACT, LETTER)
    other = make.cohort(programme=make.programme(slug_en="another"))
    client.force_login(make.planner(cohort=other))
    note = ContactNote.objects.get()
    assert client.get(reverse("planning_letters", args=[cohort.pk])).status_code == 404
    assert client.post(reverse("planning_letter_settle", args=[other.pk, note.pk])).status_code == 404


# ---------------------------------------------------------------- tell me when


def ask(client, address="mina@example.ca", language="en"):
    return client.post(TELL_ME, {"email": address, "language": language}, follow=True)


def links(letter) -> list[str]:
    return re.findall(r"/(?:fr/)?[\w-]+/[\w:.=-]{30,}/(?:[\w-]+/)?", letter.plain)


def confirmed(client, cohort, address="mina@example.ca", language="en") -> Interest:
    ask(client, address, language)
    row = Interest.objects.get(email=address)
    client.post(links(render(PlannedMessage.objects.get(kind="enrolment/interest_confirm", address=address)))[0])
    row.refresh_from_db()
    assert row.confirmed_at
    return row


def test_reading_the_link_changes_nothing_and_the_button_confirms(client, cohort):
    assert "A mail is on its way" in ask(client).content.decode()
    letter = render(PlannedMessage.objects.get(kind="enrolment/interest_confirm"))
    path = links(letter)[0]
    for _nth in range(3):
        assert "Yes, tell me" in client.get(path).content.decode()
    assert Interest.objects.get().confirmed_at is None
    assert Entry.objects.filter(verb="interest.asked").count() == 1
    assert "We will tell you" in client.post(path).content.decode()
    assert Interest.objects.get().confirmed_at
    said = ConsentEntry.objects.get()
    assert (said.recipient_key, said.said, said.what) == (Interest.objects.get().email, "asked", "tell-me-when 1")
    interest.stop(row=Interest.objects.get())
    assert not ConsentEntry.objects.exists(), "what it was asked for is over: it is erased with the address"


def test_the_answer_is_the_same_for_every_mailbox(client, cohort, monkeypatch):
    monkeypatch.setattr("enrolment.site.interest.PER_MAILBOX", 2)
    confirmed(client, cohort)
    pages_seen = {
        re.sub(r'name="csrf.*?>', "", ask(client, address).content.decode())
        for address in ("mina@example.ca", "mina@example.ca", "mina@example.ca", "new@example.ca")
    }
    assert len(pages_seen) == 1


def test_told_at_nine_on_the_opening_day_and_a_moved_day_moves_it(client, cohort, monkeypatch):
    row = confirmed(client, cohort, language="fr")
    opening = Cohort.objects.get(pk=cohort.pk).apply_from
    nine = dt.datetime.combine(opening, dt.time(9), dt.timezone(dt.timedelta(hours=-5))).astimezone(dt.UTC)
    interest.sweep(nine - dt.timedelta(hours=2))
    assert not PlannedMessage.objects.filter(kind="enrolment/interest_open").exists()
    opens_in(cohort, 5)
    interest.sweep(nine + dt.timedelta(hours=2))
    assert not PlannedMessage.objects.filter(kind="enrolment/interest_open").exists()
    opens_in(cohort, -1)
    for _nth in range(2):
        interest.sweep()
    message = PlannedMessage.objects.get(kind="enrolment/interest_open")
    assert (message.address, message.lang) == (row.email, "fr")
    letter = render(message)
    assert pages.address(cohort.programme, "overview", "fr") in letter.plain
    row.refresh_from_db()
    assert row.told_at is None, "it waits"
    PlannedMessage.objects.filter(pk=message.pk).update(state="sent", sent_at=timezone.now())
    for _nth in range(2):
        interest.sweep()
    row.refresh_from_db()
    assert row.told_at
    assert PlannedMessage.objects.get(kind="enrolment/interest_open") == message


def test_a_day_that_moves_before_the_word_leaves_silences_nobody(client, cohort):
    row = confirmed(client, cohort)
    opens_in(cohort, -1)
    interest.sweep()
    first = PlannedMessage.objects.get(kind="enrolment/interest_open")
    opens_in(cohort, 5)
    with pytest.raises(Gone):
        render(first)
    PlannedMessage.objects.filter(pk=first.pk).update(state="void", reason="source_gone")
    interest.sweep()
    opens_in(cohort, -1)
    for _nth in range(2):
        interest.sweep()
    again = PlannedMessage.objects.exclude(pk=first.pk).get(kind="enrolment/interest_open")
    assert render(again).to == row.email
    PlannedMessage.objects.filter(pk=again.pk).update(state="void", reason="a planner said no")
    interest.sweep()
    assert PlannedMessage.objects.filter(kind="enrolment/interest_open").count() == 2, "dropped is dropped"
    row.refresh_from_db()
    assert row.told_at


def test_who_did_not_confirm_is_never_told_and_erased_after_a_week(client, cohort):
    ask(client)
    opens_in(cohort, -1)
    interest.sweep()
    assert not PlannedMessage.objects.filter(kind="enrolment/interest_open").exists()
    interest.sweep(timezone.now() + dt.timedelta(days=8))
    assert not Interest.objects.exists()
    assert not PlannedMessage.objects.filter(recipient_key__contains="mina").waiting().exists()


def test_erased_after_the_wave(client, cohort):
    confirmed(client, cohort)
    opens_in(cohort, -1)
    interest.sweep()
    PlannedMessage.objects.filter(kind="enrolment/interest_open").update(state="sent", sent_at=timezone.now())
    interest.sweep(timezone.now() + dt.timedelta(days=5))
    assert Interest.objects.count() == 1, "the enrolment is still open"
    interest.sweep(timezone.now() + dt.timedelta(days=30))
    assert not Interest.objects.exists()


def test_the_link_in_the_mail_erases_at_once(client, cohort):
    row = confirmed(client, cohort)
    path = reverse("interest_stop", args=[interest.token_for(row)])
    assert "Erase your address?" in client.get(path).content.decode()
    assert Interest.objects.exists()
    assert "Your address is erased" in client.post(path).content.decode()
    assert not Interest.objects.exists()
    assert client.get(path).status_code == 404


def test_a_forged_link_leads_nowhere(client, cohort):
    for name in ("interest_confirm", "interest_stop"):
        assert client.post(reverse(name, args=["forged"])).status_code == 404


def test_the_sweep_of_nobody_waiting_costs_next_to_nothing(cohort, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        interest.sweep()


def test_past_the_limit_nobody_more_is_asked(client, cohort, monkeypatch):
    monkeypatch.setattr("enrolment.site.interest.PER_ADDRESS", 2)
    for nth in range(2):
        ask(client, f"one{nth}@example.ca")
    assert "Too many have asked" in ask(client, "three@example.ca").content.decode()


# ---------------------------------------------------------------- the privacy office


def test_a_privacy_office_gets_our_words_and_never_the_askers_name(client, cohort):
    url = reverse("programme_privacy_office", args=["safety-conversations"])
    assert reverse("trust") in client.get(url).content.decode()
    answer = client.post(url, {"email": "privacy@hospital.example", "language": "fr"}, follow=True)
    assert "A mail is on its way" in answer.content.decode()
    message = PlannedMessage.objects.get(kind="enrolment/pass_on")
    letter = render(message)
    assert message.lang == "fr"
    assert "/fr/" in letter.plain
    client.post(url, {"email": "privacy@hospital.example", "language": "fr"})
    assert PlannedMessage.objects.filter(kind="enrolment/pass_on").count() == 1
    assert Entry.objects.filter(verb="site.passed_on", about_id=str(cohort.programme.pk)).count() == 1


@pytest.mark.parametrize("name", ["programme_tell_me", "programme_privacy_office", "programme_contact"])
def test_the_slug_of_the_other_language_leads_on(client, cohort, name):
    answer = client.get(reverse(name, args=[cohort.programme.slug_fr]))
    assert (answer.status_code, answer.url) == (302, reverse(name, args=[cohort.programme.slug_en]))

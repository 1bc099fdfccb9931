"""The planners' shared inbox: who sees it, who answers, how long its words are kept, and how it is forgotten."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils import timezone

from audit.models import Entry
from core import registry
from core.refusals import Refused
from notifications import services as messages
from notifications.inbound import addresses, conversations, people
from notifications.inbound.receiving import receive
from notifications.models import Conversation, ConversationAnswer, InboundFile, InboundMail, PlannedMessage, Suppression
from notifications.wording import render
from tests.notifications.conftest import go

pytestmark = pytest.mark.django_db
OURS = "answers@collaborative.example"


@pytest.fixture(autouse=True)
def _takes_mail(settings):
    settings.INBOUND_ADDRESS = OURS


@pytest.fixture
def nia(cast):
    cast.nia.email = "nia@example.ca"
    cast.nia.save()
    return cast.nia


def write(
    words="Can't, sick kid", *, sender="nia@example.ca", to=OURS, subject="Re: Session 2", own_id="", more=""
) -> str:
    own = f"Message-ID: {own_id}\n" if own_id else ""
    return receive(f"From: {sender}\nTo: {to}\nSubject: {subject}\n{own}{more}\n{words}\n".encode())


def told(to, scope=None, *, kind="trial/reminder", about="7", **more) -> PlannedMessage:
    """Return a message that has left."""
    with transaction.atomic():
        row = messages.post(kind, to=to, about=("trial.thing", about), scope=scope, **more)
    PlannedMessage.objects.filter(pk=row.pk).update(state="sent")
    return row


# ---------------------------------------------------------------- whose it is


def test_it_is_of_those_who_plan_what_was_answered(cast, nia):
    row = told(nia, cast.cohort)
    write(to=addresses.answer_address(row))
    conversation = Conversation.objects.get()
    assert (conversation.scope_type, conversation.scope_id) == ("collaborative.cohort", str(cast.cohort.pk))
    for who, sees in cast.people.items():
        mine = list(Conversation.objects.visible_to(sees))
        assert mine == ([conversation] if who == "paula" else []), who
    assert not Conversation.objects.visible_to(AnonymousUser()).exists()


def test_without_an_answer_it_is_of_the_last_series_that_wrote_to_them(cast, nia):
    told(nia, cast.cohort)
    write(subject="Something else")
    assert Conversation.objects.get().scope_id == str(cast.cohort.pk)


def test_what_belongs_to_nobody_s_series_is_seen_by_all_who_plan(cast):
    write(sender="stranger@elsewhere.example")
    seen = [who for who, person in cast.people.items() if Conversation.objects.visible_to(person).exists()]
    assert sorted(seen) == ["paula", "pia"]


# ---------------------------------------------------------------- one thread


def test_mails_of_one_thread_are_one_conversation(cast, nia):
    row = told(nia, cast.cohort)
    to = addresses.answer_address(row)
    write("first", to=to, own_id="<1@mail>")
    write("by its subject", to=to, subject="RE: re : Session 2", own_id="<2@mail>")
    write("by what it follows", subject="And another thing", own_id="<3@mail>", more="In-Reply-To: <1@mail>\n")
    conversation = Conversation.objects.get()
    assert [mail.words for mail in conversation.mails.all()] == ["first", "by its subject", "by what it follows"]
    # Somebody else does not come into it by naming it.
    write("me too", sender="stranger@elsewhere.example", more="In-Reply-To: <1@mail>\n")
    assert Conversation.objects.count() == 2


def test_it_waits_since_the_first_mail_that_nobody_answered(cast, nia):
    write("first", own_id="<1@mail>")
    since = Conversation.objects.get().waits_since
    write("second", own_id="<2@mail>")
    conversation = Conversation.objects.get()
    assert (conversation.waits_since, conversation.version) == (since, 2)
    assert list(Conversation.objects.open()) == [conversation]


# ---------------------------------------------------------------- answering


def test_an_answer_leaves_in_their_thread_and_language(cast, nia, sink, settings):
    settings.UNDO_SECONDS = 0
    nia.language = "fr"
    nia.save()
    write("Je ne peux pas", own_id="<their@mail>", more="References: <root@mail>\n")
    conversation = Conversation.objects.get()
    conversations.answer(conversation, words="Pas de souci.\n\nÀ la prochaine <3", by=cast.paula)
    go()
    (letter,) = [
        one for one in sink.kept if one.message_id == PlannedMessage.objects.get(kind=conversations.ANSWER).message_id
    ]
    assert letter.to == "nia@example.ca"
    assert letter.parsed["Subject"] == "Re: Session 2"
    assert (letter.parsed["In-Reply-To"], letter.parsed["References"]) == ("<their@mail>", "<root@mail> <their@mail>")
    assert letter.parsed["Content-Language"] == "fr-CA"
    assert "Pas de souci.\n\nÀ la prochaine <3" in letter.text().replace("\r\n", "\n")
    assert "Pas de souci." in letter.text("html")
    assert "prochaine &lt;3" in letter.text("html")
    assert cast.paula.name in letter.text()
    conversation.refresh_from_db()
    assert (conversation.state, conversation.owner, conversation.is_unread) == ("answered", cast.paula, False)
    assert Entry.objects.filter(verb="conversation.answered", by=cast.paula).count() == 1
    # What they say to that comes back into the conversation, and it waits again.
    write("Merci !", to=letter.parsed["Reply-To"], subject="Autre chose")
    conversation.refresh_from_db()
    assert (conversation.state, conversation.mails.count()) == ("open", 2)


def test_it_goes_to_the_address_that_they_wrote_from(cast, nia, sink, settings):
    settings.UNDO_SECONDS = 0
    nia.emailaddress_set.create(email="nia.home@example.net", verified=True)
    write(sender="nia.home@example.net")
    conversations.answer(Conversation.objects.get(), words="Fine.", by=cast.paula)
    go()
    assert "nia.home@example.net" in [one.to for one in sink.kept]


def test_a_stranger_is_answered_too(cast, sink):
    write("Bonjour, comment peut-on participer?", sender="mina@clinique.example")
    conversations.answer(Conversation.objects.get(), words="Voici comment.", by=cast.paula)
    row = PlannedMessage.objects.get(kind=conversations.ANSWER)
    assert (row.address, row.lang, render(row).subject) == ("mina@clinique.example", "fr", "Re: Session 2")


def test_within_its_minutes_it_is_taken_back_and_nothing_is_kept_or_sent(cast, nia, sink, settings):
    write()
    row = Conversation.objects.get()
    before = row.waits_since
    written = conversations.answer(row, words="A word too much", by=cast.paula)
    go()
    assert "A word too much" not in "".join(one.text() for one in sink.kept)
    assert PlannedMessage.objects.get(kind=conversations.ANSWER).state == "planned"
    with pytest.raises(Refused, match="Only the one who wrote it"):
        conversations.take_back(written, by=cast.pia)
    assert conversations.take_back(written, by=cast.paula) == "A word too much"
    row.refresh_from_db()
    assert (row.state, row.waits_since, row.owner) == ("open", before, cast.paula)
    assert not ConversationAnswer.objects.exists()
    message = PlannedMessage.objects.get(kind=conversations.ANSWER)
    assert (message.state, message.reason) == ("void", "taken_back")
    assert Entry.objects.filter(verb="conversation.answer_taken_back", by=cast.paula).count() == 1


def test_once_it_has_left_it_cannot_be_taken_back(cast, nia, sink, settings):
    settings.UNDO_SECONDS = 0
    write()
    written = conversations.answer(Conversation.objects.get(), words="Fine.", by=cast.paula)
    go()
    with pytest.raises(Refused, match="It has left already"):
        conversations.take_back(written, by=cast.paula)
    assert ConversationAnswer.objects.get().words == "Fine."
    assert Conversation.objects.get().state == "answered"


def test_taken_back_its_reader_waits_as_before_whatever_came_between(cast, nia):
    write()
    row = Conversation.objects.get()
    first = conversations.answer(row, words="One.", by=cast.paula)
    again = conversations.answer(row, words="Two.", by=cast.paula)
    conversations.take_back(again, by=cast.paula)
    row.refresh_from_db()
    assert (row.state, row.waits_since) == ("answered", None), "they have the first one"
    write("And this?")
    row.refresh_from_db()
    later = row.waits_since
    conversations.take_back(first, by=cast.paula)
    row.refresh_from_db()
    assert (row.state, row.waits_since) == ("open", first.waited_since)
    assert first.waited_since < later
    conversations.close(row, by=cast.paula)
    last = conversations.answer(row, words="Three.", by=cast.paula)
    conversations.take_back(last, by=cast.paula)
    row.refresh_from_db()
    assert row.state == "open", "nobody has answered them"


@pytest.mark.parametrize(("words", "field"), [("  ", "words"), ("x" * 10_001, "words")])
def test_no_words_and_too_many_are_refused(cast, nia, words, field):
    write()
    with pytest.raises(Refused) as refused:
        conversations.answer(Conversation.objects.get(), words=words, by=cast.paula)
    assert refused.value.field == field
    assert not ConversationAnswer.objects.exists()


def test_taking_closing_and_opening_again(cast, nia):
    write()
    row = Conversation.objects.get()
    assert conversations.take(row, by=cast.paula).owner == cast.paula
    conversations.mark_read(row)
    closed = conversations.close(row, by=cast.paula)
    assert (closed.state, closed.closed_at is not None, closed.waits_since) == ("closed", True, None)
    assert conversations.reopen(row, by=cast.paula).state == "open"
    conversations.close(row, by=cast.paula)
    write("one thing more", to=OURS, own_id="<9@mail>", more="")
    assert Conversation.objects.count() == 2, "what is closed is not gone on with by its subject alone"
    verbs = Entry.objects.filter(verb__startswith="conversation.").order_by("pk").values_list("verb", flat=True)
    assert [one.partition(".")[2] for one in verbs] == ["taken", "closed", "reopened", "closed"]


# ---------------------------------------------------------------- how long


def days_pass(days: int) -> None:
    for row in Conversation.objects.all():
        Conversation.objects.filter(pk=row.pk).update(
            closed_at=row.closed_at and row.closed_at - dt.timedelta(days=days)
        )
    past = timezone.now() - dt.timedelta(days=days)
    InboundMail.objects.update(received_at=past)


def attached(words: str) -> str:
    raw = (
        "From: nia@example.ca\nSubject: see\nContent-Type: multipart/mixed; boundary=q\n\n--q\nContent-Type: text/plain\n\n"
        f"{words}\n--q\nContent-Type: application/pdf; name=a.pdf\n\n%PDF\n--q--\n"
    )
    return receive(raw.encode())


def test_words_go_a_year_after_it_was_closed(cast, nia):
    attached("with a file")
    first = Conversation.objects.get()
    conversations.answer(first, words="Thanks.", by=cast.paula)
    conversations.close(first, by=cast.paula)
    write("still open", own_id="<2@mail>")
    days_pass(364)
    assert people.sweep() == 0
    days_pass(366)
    assert people.sweep() == 1
    first.refresh_from_db()
    mail = first.mails.get()
    assert (mail.words, mail.everything, mail.subject, first.subject) == ("", "", "", "")
    assert mail.outcome == "people", "that it came, and what became of it, stays"
    assert not InboundFile.objects.exists()
    assert ConversationAnswer.objects.get().words == ""
    assert InboundMail.objects.get(message_id="<2@mail>").words == "still open"
    assert people.sweep() == 0


def test_words_of_what_machines_wrote_go_as_well(nia):
    write("I am away", more="Auto-Submitted: auto-replied\n")
    days_pass(366)
    assert people.sweep() == 1
    assert InboundMail.objects.get().everything == ""


# ---------------------------------------------------------------- whose own it is


def test_a_person_takes_along_what_they_wrote_and_is_forgotten(cast, nia):
    attached("my own words")
    conversations.answer(Conversation.objects.get(), words="our answer", by=cast.paula)
    Suppression.objects.create(
        address="nia@example.ca", score=1, last_step=1, last_step_on="2026-01-01", last_bounce_at=timezone.now()
    )
    kept = people.data_of(nia)
    assert "my own words" in kept["mails"][0]["everything"]
    assert kept["answers_to_mails"][0]["words"] == "our answer"
    assert kept["came_back"][0]["score"] == 1
    assert people.data_of(cast.paula)["answered"][0]["words"] == "our answer"
    people.forget(nia)
    row, conversation = InboundMail.objects.get(), Conversation.objects.get()
    assert (row.sender, row.person, row.everything, row.subject) == ("", None, "", "")
    assert (conversation.person, conversation.address, conversation.subject, conversation.state) == (
        None,
        "",
        "",
        "closed",
    )
    assert not Suppression.objects.exists()
    assert ConversationAnswer.objects.get().words == ""
    assert PlannedMessage.objects.get(kind=conversations.ANSWER).state == "void"
    with pytest.raises(Refused):
        conversations.answer(conversation, words="hello?", by=cast.paula)


def test_a_stranger_is_forgotten_by_their_address(cast):
    write("who I am", sender="mina@clinique.example")
    assert people.data_of_address("Mina@clinique.example")["mails"]
    people.forget_address("Mina@clinique.example")
    assert people.data_of_address("mina@clinique.example") == {}
    assert InboundMail.objects.get().everything == ""


def test_who_plans_is_forgotten_too(cast, nia):
    write()
    conversations.take(Conversation.objects.get(), by=cast.paula)
    conversations.answer(Conversation.objects.get(), words="by Paula", by=cast.paula)
    people.forget(cast.paula)
    assert Conversation.objects.get().owner is None
    written = ConversationAnswer.objects.get()
    assert (written.by, written.words) == (None, "")


def test_who_plans_what_is_asked_of_the_rooms_above(cast):
    ids = dict(registry.scopes_planned.ask_all(cast.paula))
    assert str(cast.cohort.pk) in ids["collaborative.cohort"]
    assert str(cast.programme.pk) in ids["collaborative.programme"]
    assert not any(found for _scope, found in registry.scopes_planned.ask_all(cast.nia))

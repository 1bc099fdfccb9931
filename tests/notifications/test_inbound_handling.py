"""A mail comes in: once, in one transaction, never lost; mail that comes back; and the ways in but a provider's."""

from __future__ import annotations

import datetime as dt
import io
import sys
import threading
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection, transaction

from accounts.models import User
from core import registry
from notifications import by_hand, causes, people, services, states
from notifications.inbound import addresses, bounces, mailbox, outcomes, receiving, telling
from notifications.inbound.receiving import receive
from notifications.models import Conversation, InboundMail, MessageEvent, PlannedMessage, Suppression
from tests.notifications import trial
from tests.notifications.conftest import ABOUT, OURS, go, plain, trail

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("takes_mail")]


def planned(to, **more) -> PlannedMessage:
    with transaction.atomic():
        return services.post("trial/reminder", to=to, about=ABOUT, **more)


def put(row: PlannedMessage, state: str) -> PlannedMessage:
    PlannedMessage.objects.filter(pk=row.pk).update(state=state)
    row.refresh_from_db()
    return row


def gone_wrong(row: PlannedMessage, code: str = "5.1.1") -> str:
    """Let a message come back; return what became of the bounce."""
    raw = plain(f"It could not be delivered: {code}", to=addresses.bounce_address(row, bounces.address_of(row)),
                sender="mailer-daemon@mx.example", subject="Undelivered mail", own_id=f"<{id(row)}{code}{row.pk}@mx>")  # fmt: skip
    return receive(raw, envelope="")


# ---------------------------------------------------------------- what leaves


def test_letters_bear_the_addresses_to_which_answers_and_bounces_come(nia, sink):
    row = planned(nia)
    go()
    (letter,) = sink.kept
    assert letter.parsed["Reply-To"] == addresses.answer_address(row)
    assert letter.sender == addresses.bounce_address(row, nia.email)
    assert addresses.read(letter.sender).message == row.pk


def test_a_code_can_come_back_and_not_be_answered(nia, sink, monkeypatch):
    trial.register_one(monkeypatch, "account/code", trial.thing, at_most_once=True)
    with transaction.atomic():
        row = services.post("account/code", to=nia, about=ABOUT)
    go()
    (letter,) = sink.kept
    assert letter.parsed["Reply-To"] == "contact@example.ca"
    assert letter.sender == addresses.bounce_address(row, nia.email)


def test_without_mail_that_comes_in_all_is_as_before(nia, sink, settings):
    settings.INBOUND_ADDRESS = ""
    planned(nia)
    go()
    (letter,) = sink.kept
    assert (letter.parsed["Reply-To"], letter.sender) == ("contact@example.ca", "series@localhost")


# ---------------------------------------------------------------- once, and never lost


def test_the_same_mail_is_handled_once(nia):
    seen = []
    registry.handle_reply.add("a", lambda mail: seen.append(mail) or "done")
    raw = plain(own_id="<1@mail>")
    assert [receive(raw), receive(raw), receive(raw + b"\nadded on the way")] == ["a/done", "again", "again"]
    assert [mail.person for mail in seen] == [nia]


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_handle_it_once(nia):
    inside, go_on, seen = threading.Event(), threading.Event(), []

    def slow(mail):
        seen.append(mail)
        inside.set()
        go_on.wait(10)
        return "done"

    registry.handle_reply.add("a", slow)
    became = []

    def take():
        try:
            became.append(receive(plain(own_id="<1@mail>")))
        finally:
            connection.close()

    threads = [threading.Thread(target=take) for _ in range(2)]
    threads[0].start()
    assert inside.wait(10)
    threads[1].start()
    go_on.set()
    for one in threads:
        one.join(20)
    assert sorted(became) == ["a/done", "again"]
    assert len(seen) == 1


def test_rooms_are_asked_in_order_until_one_takes_it(nia):
    asked = []
    for room, code in (("a", None), ("b", "taken"), ("c", "never asked")):
        registry.handle_reply.add(room, lambda mail, room=room, code=code: asked.append(room) or code)
    assert receive(plain()) == "b/taken"
    assert asked == ["a", "b"]
    assert not Conversation.objects.exists()


def test_a_room_that_fails_leaves_the_mail_to_people_and_nothing_else(nia, caplog):
    def breaks(mail):
        Suppression.objects.create(
            address="half@done", last_step=1, last_step_on="2026-01-01", last_bounce_at="2026-01-01T00:00Z"
        )
        raise KeyError("nia@example.ca")

    registry.handle_reply.add("a", breaks)
    assert receive(plain("what I said")) == "failed:KeyError"
    assert not Suppression.objects.exists()
    row = InboundMail.objects.get()
    assert (row.words, row.conversation.state) == ("what I said", "open")
    assert "did not work" in outcomes.note_on(row)


def test_when_the_database_is_away_nothing_is_stored_and_it_comes_again(nia):
    def away(mail):
        raise OperationalError("gone")

    registry.handle_reply.add("a", away)
    raw = plain(own_id="<1@mail>")
    with pytest.raises(OperationalError):
        receive(raw)
    assert not InboundMail.objects.exists()
    registry.handle_reply.add("a", lambda mail: "done")
    assert receive(raw) == "a/done"


def test_what_breaks_in_ourselves_is_read_by_people(nia, monkeypatch):
    monkeypatch.setattr(receiving.telling, "is_automatic", lambda *_: 1 / 0)
    assert receive(plain("keep me")) == "failed:ZeroDivisionError"
    assert Conversation.objects.get().mails.get().words == "keep me"


@pytest.mark.parametrize("of", ["an answer", "somebody's"])
def test_what_breaks_is_read_by_those_alone_who_plan_for_its_writer(nia, monkeypatch, of):
    letter = put(planned(nia, scope=("collaborative.cohort", "3")), "sent")
    monkeypatch.setattr(receiving.telling, "is_automatic", lambda *_: 1 / 0)
    to = addresses.answer_address(letter) if of == "an answer" else OURS
    assert receive(plain("Je ne peux pas venir à la réunion", to=to)) == "failed:ZeroDivisionError"
    row = InboundMail.objects.get()
    assert (row.person, row.answers) == (nia, letter if of == "an answer" else None)
    assert (row.conversation.person, row.conversation.scope_id) == (nia, "3")


def test_what_breaks_where_nobody_can_be_recognised_is_kept_all_the_same(nia, monkeypatch):
    monkeypatch.setattr(receiving, "_person_of", lambda address: 1 / 0)
    assert receive(plain("keep me")) == "failed:ZeroDivisionError"
    assert Conversation.objects.get().mails.get().words == "keep me"


def test_what_cannot_be_read_or_is_too_large_is_people_s(nia):
    asked = []
    registry.handle_reply.add("a", asked.append)
    deep = b"From: nia@example.ca\n" + b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" * 500
    assert receive(deep) == "unreadable"
    assert receive(plain("x" * 27_000_000)) == "too_large"
    assert asked == []
    assert Conversation.objects.count() == 2


# ---------------------------------------------------------------- whose answer it is


def test_only_its_reader_answers_a_message(nia, pierre):
    seen = []
    registry.handle_reply.add("a", lambda mail: seen.append(mail.answers) or "done")
    row = put(planned(nia), "sent")
    to = addresses.answer_address(row)
    assert receive(plain("9", to=to)) == "a/done"
    assert receive(plain("9", to=to, sender="pierre@example.ca")) == "other_sender"
    assert receive(plain("9", to=to, sender="stranger@example.ca")) == "other_sender"
    assert seen == [row]


def test_a_mail_that_nothing_proves_does_nothing_by_itself(nia, settings):
    settings.INBOUND_PROOF = "mx.ours.example"
    registry.handle_reply.add("a", lambda mail: "done")
    proof = "Authentication-Results: mx.ours.example; dmarc=pass header.from=example.ca\n"
    assert receive(plain("one")) == "unproven"
    assert receive(plain("two", more=proof)) == "a/done"
    # Who has the address that stands in the letter has got the letter.
    assert receive(plain("three", to=addresses.answer_address(put(planned(nia), "sent")))) == "a/done"


def test_machines_that_answer_each_other_are_left_to_people(nia, settings):
    settings.INBOUND_A_DAY = 3
    registry.handle_reply.add("a", lambda mail: "done")
    became = [receive(plain(f"number {place}")) for place in range(5)]
    assert became == ["a/done"] * 3 + ["too_many"] * 2
    assert Conversation.objects.count() == 1, "and do not fill their inbox"


def test_a_stranger_whom_nothing_proves_is_not_written_to(settings):
    settings.INBOUND_PROOF = "mx.ours.example"
    assert receive(plain("May I come?", sender="mina@clinique.example")) == "unknown_sender"
    assert not PlannedMessage.objects.exists()
    proof = "Authentication-Results: mx.ours.example; dmarc=pass header.from=clinique.example\n"
    assert receive(plain("May I come, please?", sender="mina@clinique.example", more=proof)) == "unknown_sender"
    assert PlannedMessage.objects.get().kind == receiving.UNKNOWN_SENDER


def test_a_stranger_is_told_how_to_be_recognised_once_a_day(sink):
    for place in range(3):
        assert (
            receive(plain(f"Bonjour, c'est la {place}e fois que je vous écris", sender="mina@clinique.example"))
            == "unknown_sender"
        )
    go()
    (letter,) = sink.kept
    assert letter.to == "mina@clinique.example"
    assert letter.parsed["Content-Language"] == "fr-CA"
    conversation = Conversation.objects.get()
    assert (conversation.person, conversation.scope_type, conversation.mails.count()) == (None, "", 3)


# ---------------------------------------------------------------- what comes back


def test_a_bounce_marks_its_message(nia):
    row = put(planned(nia), "sent")
    PlannedMessage.objects.filter(pk=row.pk).update(smtp_code=250, smtp_text="2.0.0 queued as 77")
    assert gone_wrong(row) == "bounced"
    row.refresh_from_db()
    assert (row.state, row.reason, row.bounced_at is not None) == ("bounced", "bounced_hard", True)
    assert causes.said_by_server(row) == "", "the words of the server that took it would deny that"
    assert trail(row)[-1] == "sent>bounced"
    assert "no such mailbox" in causes.why(row)
    assert gone_wrong(row, "5.1.10") == "bounced", "a second report changes nothing"
    assert MessageEvent.objects.filter(message=row, to_state="bounced").count() == 1


def test_a_forged_bounce_harms_nobody(nia):
    row = put(planned(nia), "sent")
    to = addresses.bounce_address(row, nia.email)
    forged = to.replace("+b", "+b" + ("a" if to[9] != "a" else "c"), 1).replace(to[9:10], "", 1)
    assert (
        receive(plain("5.1.1", to=forged, sender="mailer-daemon@evil.example", subject="Undelivered"), envelope="")
        == "auto"
    )
    row.refresh_from_db()
    assert row.state == "sent"
    assert not Suppression.objects.exists()


def test_who_has_another_address_since_is_not_blamed(nia):
    row = put(planned(nia), "sent")
    to = addresses.bounce_address(row, nia.email)
    nia.email = "nia.new@example.ca"
    nia.save()
    assert (
        receive(plain("5.1.1", to=to, sender="mailer-daemon@mx.example", subject="Undelivered"), envelope="")
        == "bounced"
    )
    row.refresh_from_db()
    assert (row.state, row.reason) == ("bounced", "bounced_old")
    assert "not theirs any more" in causes.why(row)
    assert not Suppression.objects.exists()


def undelivered(row: PlannedMessage, words: bytes) -> bytes:
    """Return the report of a mail server that a message came back, with what was said to it."""
    head = (
        f"From: mailer-daemon@mx.example\nTo: {addresses.bounce_address(row, 'nia@example.ca')}\nSubject: Undelivered\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=B\n\n--B\nContent-Type: text/plain\n\nno\n"
        "--B\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\nAction: failed\nStatus: 5.1.1\n"
    )
    return head.encode() + b"Diagnostic-Code: smtp; " + words + b"\n\n--B--\n"


@pytest.mark.parametrize(
    "words", [b"550 no such\x00 user", "550 no such \u202euser".encode(), b"550 no such\x1b user", b"550 no such user"]
)
def test_what_a_server_says_is_kept_in_signs_that_can_be_read(nia, words):
    row = put(planned(nia), "sent")
    assert receive(undelivered(row, words), envelope="") == "bounced"
    row.refresh_from_db()
    assert row.state == "bounced"
    assert " ".join(row.smtp_text.split()) == "550 no such user"


@pytest.mark.parametrize("sign", ["\u00ad", "\x00", "\u200b", ""])
def test_a_sign_that_cannot_be_seen_hides_no_address(nia, sign):
    row = put(planned(nia), "sent")
    receive(undelivered(row, f"550 <jane.doe{sign}@example.com> unknown".encode()), envelope="")
    row.refresh_from_db()
    assert row.smtp_text == "550 <(address)> unknown"


def test_of_who_was_forgotten_a_late_bounce_writes_nothing_down(nia):
    row = put(planned(nia), "sent")
    late = undelivered(row, b"550 5.1.1 Nia Roy of 2 West has left")
    people.forget(nia)
    User.objects.filter(pk=nia.pk).update(email=None, is_active=False)
    assert receive(late, envelope="") == "bounced"
    row.refresh_from_db()
    assert (row.state, row.smtp_text) == ("bounced", "")


def counted(address="nia@example.ca") -> int:
    return Suppression.objects.get(address=address).score


def days_pass(days: int) -> None:
    for row in Suppression.objects.all():
        row.last_step_on -= dt.timedelta(days=days)
        row.last_bounce_at -= dt.timedelta(days=days)
        row.save()


def test_each_day_counts_its_worst_step_alone():
    for points, score in ((bounces.SOFT, 1), (bounces.SOFT, 1), (bounces.HARD, 2), (bounces.SOFT, 2)):
        bounces.count("Nia@example.ca", points)
        assert counted() == score
    days_pass(1)
    bounces.count("nia@example.ca", bounces.SOFT)
    assert counted() == 3
    days_pass(29)
    bounces.count("nia@example.ca", bounces.HARD)
    assert counted() == 5
    days_pass(31)
    bounces.count("nia@example.ca", bounces.SOFT)
    assert counted() == 1, "a month without one begins anew"


def stopped(address="nia@example.ca") -> None:
    bounces.count(address, bounces.HARD)
    days_pass(1)
    bounces.count(address, bounces.HARD)


def test_an_address_that_keeps_coming_back_is_left_alone(nia, pierre, sink):
    stopped()
    stopped("luc@ailleurs.example")
    mine, theirs, other = planned(nia), planned("luc@ailleurs.example"), planned(pierre)
    go()
    assert [one.to for one in sink.kept] == [pierre.email]
    for row in (mine, theirs, other):
        row.refresh_from_db()
    # Who has an account finds it in the product; for the others somebody has to look.
    assert (mine.state, mine.channel, mine.reason) == ("sent", "inbox", "suppressed")
    assert (theirs.state, theirs.reason) == ("dead", "suppressed")
    assert "keeps coming back" in causes.why(mine)
    assert list(PlannedMessage.objects.failed()) == [theirs]


@pytest.mark.parametrize(
    ("said", "phase", "weight"),
    [
        ("550 5.1.1 <a@b.example>: no such user", "rcpt", telling.GONE),
        ("550 no such user here", "rcpt", telling.GONE),
        ("550 5.2.1 mailbox disabled", "rcpt", telling.GONE),
        ("552 5.2.2 over quota", "rcpt", telling.FULL),
        ("552 mailbox full", "rcpt", telling.FULL),
        ("550 5.7.1 relaying denied", "rcpt", telling.NOTHING),
        ("554 5.7.1 Relay access denied", "rcpt", telling.NOTHING),
        ("550 relay not permitted", "rcpt", telling.NOTHING),
        ("530 5.7.0 authentication required", "rcpt", telling.NOTHING),
        ("550 5.1.8 sender address rejected", "rcpt", telling.NOTHING),
        ("550 5.4.1 no route", "rcpt", telling.NOTHING),
        ("554 no valid recipients", "data", telling.NOTHING),
        ("554 message refused", "dot", telling.NOTHING),
        ("550 5.7.1 looks like spam", "dot", telling.NOTHING),
        ("550 5.1.1 no such user", "dot", telling.GONE),
        ("550 5.1.1 no such user", "mail", telling.NOTHING),
        ("450 5.1.1 no such user", "rcpt", telling.NOTHING),
    ],
)
def test_a_refusal_counts_against_an_address_only_where_it_speaks_of_it(said, phase, weight):
    code, _blank, words = said.partition(" ")
    assert telling.weight_of_refusal(int(code), phase, words) == weight


def test_a_relay_that_refuses_everything_stops_no_address(nia, sink, monkeypatch):
    async def refuse(server, session, envelope, address, options):
        return "550 5.7.1 relaying denied"

    monkeypatch.setattr(sink, "handle_RCPT", refuse)
    for day in range(3):
        row = planned(nia, occurrence=f"day-{day}")
        go()
        row.refresh_from_db()
        assert (row.state, row.reason) == ("dead", "refused")
        days_pass(1)
    assert not Suppression.objects.exists()


def test_somebody_who_plans_tries_again(nia, paula, sink):
    stopped("luc@ailleurs.example")
    row = planned("luc@ailleurs.example")
    go()
    row.refresh_from_db()
    by_hand.retry(row, by=paula, reason="they have a new server")
    assert not Suppression.objects.exists()
    go()
    assert [one.to for one in sink.kept] == ["luc@ailleurs.example"]


def test_after_thirty_days_it_is_tried_by_itself(nia, sink):
    stopped()
    days_pass(31)
    planned(nia)
    go()
    assert [one.to for one in sink.kept] == [nia.email]


def test_a_code_that_somebody_waits_for_is_sent_all_the_same(nia, sink):
    stopped()
    with transaction.atomic():
        services.post("trial/code", to=nia, about=ABOUT, secret="1234")
    go()
    assert [one.to for one in sink.kept] == [nia.email]


def test_a_refusal_at_the_hand_over_counts(nia, sink):
    sink.script.append("550")
    row = planned(nia)
    go()
    row.refresh_from_db()
    assert (row.state, row.reason) == ("dead", "refused")
    assert counted() == bounces.HARD


def test_what_is_only_put_off_does_not_count(nia, sink):
    sink.script.append("451")
    planned(nia)
    go()
    assert not Suppression.objects.exists()


def test_a_briefing_asks_once_for_all(nia, pierre, django_assert_num_queries):
    rows = [planned(nia), planned(pierre), planned("luc@ailleurs.example")]
    for row in rows:
        row.recipient  # noqa: B018  (loaded before)
    with django_assert_num_queries(1):
        assert bounces.suppressed_among(rows) == set()


# ---------------------------------------------------------------- the ways in


def piped(monkeypatch, raw: bytes, *arguments: str) -> str:
    said = io.StringIO()
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(raw)))
    call_command("receive_mail", *arguments, stdout=said)
    return said.getvalue()


def test_a_mail_server_pipes_it_in(nia, monkeypatch):
    assert piped(monkeypatch, plain("by pipe"), "--sender", "nia@example.ca") == "people\n"
    # The address that it came to goes before what its headers say.
    row = put(planned(nia), "sent")
    piped(monkeypatch, plain("hidden"), "--recipient", addresses.answer_address(row))
    assert InboundMail.objects.get(words="hidden").answers == row


def test_the_mail_server_keeps_what_could_not_be_stored(nia, monkeypatch):
    def away(*_, **__):
        raise OperationalError("gone")

    monkeypatch.setattr("notifications.management.commands.receive_mail.receive", away)
    with pytest.raises(SystemExit) as ended:
        piped(monkeypatch, plain())
    assert ended.value.code == 75


def test_a_maildir_is_emptied_after_what_lay_there_is_stored(nia, tmp_path, capsys):
    for folder in ("new", "cur", "tmp"):
        (tmp_path / folder).mkdir()
    for place in range(3):
        (tmp_path / "new" / f"{place}.mail").write_bytes(plain(f"letter {place}", own_id=f"<{place}@mail>"))
    # Killed after it was stored and before it was moved.
    receive(plain("letter 1", own_id="<1@mail>"))
    call_command("receive_mail", "--maildir", str(tmp_path))
    assert capsys.readouterr().out == "3\n"
    assert sorted(one.name for one in (tmp_path / "cur").iterdir()) == [f"{place}.mail:2,S" for place in range(3)]
    assert not list((tmp_path / "new").iterdir())
    assert InboundMail.objects.count() == 3


def test_a_maildir_keeps_what_could_not_be_stored(nia, tmp_path, monkeypatch):
    (tmp_path / "new").mkdir()
    for name in ("1", "2"):
        (tmp_path / "new" / name).write_bytes(plain(name))

    def picky(raw):
        if b"\n1\n" in raw:
            raise ValueError
        return receive(raw)

    monkeypatch.setattr(mailbox, "receive", picky)
    assert mailbox.take(tmp_path) == 1
    assert [one.name for one in (tmp_path / "new").iterdir()] == ["1"], "and the others are taken in"


def test_a_mail_never_moves_a_message_of_ours_but_by_a_bounce(nia):
    row = put(planned(nia), states.SENT)
    receive(plain("words", to=addresses.answer_address(row)))
    receive(plain("I am away", to=addresses.answer_address(row), more="Auto-Submitted: auto-replied\n"))
    row.refresh_from_db()
    assert row.state == "sent"

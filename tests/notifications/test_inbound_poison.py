"""A mail that no row can hold does not stand in the way: it is stored for people, once, and its server is told so."""

from __future__ import annotations

import io
import json
import sys
import types

import pytest
from django.core.management import call_command
from django.db import OperationalError, transaction
from django.test import Client
from django.urls import reverse

from core import registry
from notifications import services
from notifications.inbound import addresses, provider, receiving
from notifications.inbound.reading import read
from notifications.inbound.receiving import receive
from notifications.models import Conversation, InboundMail, PlannedMessage
from tests.notifications.conftest import ABOUT, OURS, SECRET, saying

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("takes_mail")]


def plain(words="Hello", *, to=OURS, more="", own_id="") -> bytes:
    own = f"Message-ID: {own_id}\n" if own_id else ""
    return f"{more}From: nia@example.ca\nTo: {to}\nSubject: x\n{own}\n{words}\n".encode()


NUL = {
    "its number": plain(own_id="<n\x00l@e>"),
    "the other half": plain(own_id="<nl@\x00e>"),
    "what it follows": plain(more="References: <a\x00@b> <c@d>\nIn-Reply-To: <\x00@e>\n"),
    "another sign": plain(own_id="<a\x0b\x1b\x7f@e>"),
}


@pytest.mark.parametrize("raw", NUL.values(), ids=NUL)
def test_signs_that_no_row_can_hold_are_in_no_number(nia, raw):
    assert receive(raw) == "people"
    row = InboundMail.objects.get()
    assert row.message_id == ""
    assert row.references in ("", "<c@d>")
    assert receive(raw) == "again"


def piped(monkeypatch, raw: bytes, *arguments: str) -> None:
    monkeypatch.setattr(sys, "stdin", types.SimpleNamespace(buffer=io.BytesIO(raw)))
    call_command("receive_mail", *arguments, stdout=io.StringIO())


def test_the_pipe_and_the_folder_let_go_of_it(nia, tmp_path, monkeypatch):
    piped(monkeypatch, NUL["its number"])  # it would end with 75, and come again for ever
    for folder in ("new", "cur"):
        (tmp_path / folder).mkdir()
    (tmp_path / "new" / "1").write_bytes(NUL["what it follows"] + b"and more")
    call_command("receive_mail", "--maildir", str(tmp_path))
    assert not list((tmp_path / "new").iterdir())
    assert InboundMail.objects.count() == 2


def test_whatever_cannot_be_stored_is_stored_as_it_came(nia, monkeypatch):
    """Something that nobody has thought of: a field that no row can hold."""
    monkeypatch.setattr(
        receiving.reading,
        "read",
        lambda raw: read(raw).__class__(once="x" * 99, sender="nia@example.ca", subject="a\x00"),
    )
    raw = plain("What I wrote")
    assert receive(raw) == "unreadable"
    row = InboundMail.objects.get()
    assert "What I wrote" in row.everything
    assert row.conversation == Conversation.objects.get()
    assert receive(raw) == "again", "and once"


def test_but_not_while_the_database_is_away(nia, monkeypatch):
    def away(*_):
        raise OperationalError("gone")

    monkeypatch.setattr(receiving, "_store", away)
    with pytest.raises(OperationalError):
        receive(plain())


# ---------------------------------------------------------------- which mails are the same


def letter(nia, about="7") -> PlannedMessage:
    with transaction.atomic():
        row = services.post("trial/reminder", to=nia, about=(ABOUT[0], about))
    PlannedMessage.objects.filter(pk=row.pk).update(state="sent")
    return row


def test_one_mail_to_two_of_our_addresses_answers_both(nia):
    """The mail server hands over a copy for each."""
    seen = []
    registry.handle_reply.add("a", lambda mail: seen.append(mail.answers) or "done")
    rows = [letter(nia, "7"), letter(nia, "8")]
    to = [addresses.answer_address(row) for row in rows]
    raw = plain(to=", ".join(to), own_id="<1@mail>")
    assert [receive(raw, recipient=one) for one in to] == ["a/done", "a/done"]
    assert [receive(raw, recipient=one) for one in to] == ["again", "again"]
    assert seen == rows


def test_without_a_number_the_way_that_it_came_tells_nothing():
    bare = b"From: a@b.ca\nDate: Mon, 23 Nov 2026 08:00:00 -0330\nSubject: x\n\none\n"
    once = read(b"Received: from a by b; 1\n" + bare).once
    assert read(b"Received: from a by b; 2\n" + bare).once == once
    assert read(bare.replace(b"\n", b"\r\n")).once == once
    for old, new in ((b"one", b"two"), (b"08:00", b"08:01"), (b"a@b", b"c@d"), (b"Subject: x", b"Subject: y")):
        assert read(bare.replace(old, new)).once != once
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (nth, nth) for nth in range(500))
    assert read(b"Received: 1\nFrom: a@b.ca\n" + deep).once == read(b"Received: 2\nFrom: a@b.ca\n" + deep).once


# ---------------------------------------------------------------- a provider


def handed(body: str | bytes, **more):
    return Client(raise_request_exception=False).generic(
        "POST", reverse("mail_in"), body, "application/json", headers=saying(SECRET), **more
    )


def raw_mail(text: str) -> str:
    return json.dumps({"OriginalRecipient": OURS, "RawEmail": text})


@pytest.mark.usefixtures("provider")
class TestAProvider:
    def test_is_rid_of_a_poisoned_mail(self, nia):
        for raw in NUL.values():
            assert handed(raw_mail(raw.decode())).status_code == 200

    def test_may_send_half_a_letter(self, nia):
        """JSON can bear half of a pair, which is no letter."""
        text = plain("half @@ of it").decode().replace("@@", "\ud83d")
        assert handed(raw_mail(text)).status_code == 200
        assert "of it" in InboundMail.objects.get().words

    def test_may_have_taken_it_apart_already(self, nia):
        body = {
            "From": "nia@example.ca", "FromFull": {"Email": "nia@example.ca", "Name": "N \ud800"}, "Subject": "a\ud800b",
            "ToFull": [{"Email": OURS, "Name": ""}], "TextBody": "half \ud83d of it", "Attachments": [],
            "Headers": [{"Name": "Message-ID", "Value": "<\ud800@e>"}], "OriginalRecipient": OURS,
        }  # fmt: skip
        assert handed(json.dumps(body)).status_code == 200
        assert "of it" in InboundMail.objects.get().words

    def test_that_does_not_say_how_long_it_is_is_asked_to(self, nia):
        """What comes in chunks has no length, and Django reads nothing of it."""
        answer = handed(raw_mail("x"), CONTENT_LENGTH="", HTTP_TRANSFER_ENCODING="chunked")
        assert answer.status_code == 411

    def test_hands_over_what_is_taken_apart_by_nobody_but_us(self, nia, monkeypatch):
        """Its mail has no limits yet."""
        deep = plain(more="".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(3)))
        message = provider.Handed.parse_raw_mime(deep.decode())
        assert not message.is_multipart()
        came = []
        monkeypatch.setattr(provider, "receive", lambda raw, **_: came.append(raw))
        assert handed(raw_mail(deep.decode())).status_code == 200
        assert came == [deep], "each byte of it"

    def test_leaves_no_words_in_the_log(self, nia, caplog, monkeypatch):
        assert handed(b'{"RawEmail": "Sick since Monday').status_code == 500
        monkeypatch.setattr(provider, "receive", lambda raw, **_: int(raw))
        assert handed(raw_mail("Sick since Monday")).status_code == 500
        assert "ValueError" in caplog.text
        assert "provider.py" in caplog.text
        assert "Sick" not in caplog.text


def test_nor_does_anything_that_breaks_on_a_mail(nia, caplog, tmp_path, monkeypatch):
    words = "Sick since Monday"

    def breaks(mail):
        raise ValueError(mail.words)

    registry.handle_reply.add("a", breaks)
    receive(plain(words))
    assert "ValueError" in caplog.text
    assert "test_inbound_poison.py" in caplog.text
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "1").write_bytes(b"x")
    for module in ("notifications.inbound.mailbox", "notifications.management.commands.receive_mail"):
        monkeypatch.setattr(f"{module}.receive", lambda *_, **__: int(words))
    call_command("receive_mail", "--maildir", str(tmp_path))
    with pytest.raises(SystemExit):
        piped(monkeypatch, b"x")
    assert "Sick" not in caplog.text

"""Nobody speaks for somebody else: what proves a sender, what does not, and what forged mails use up."""

from __future__ import annotations

import itertools

import pytest
from django.db import transaction

from core import registry
from notifications import services
from notifications.inbound import addresses, receiving, telling
from notifications.inbound.reading import read
from notifications.inbound.receiving import receive
from notifications.models import Conversation, InboundMail, PlannedMessage
from tests.notifications.conftest import ABOUT

OURS = "answers@collaborative.example"
SERVER = "mx.ours.example"
PASSED = "dmarc=pass (p=none) header.from=example.ca"
FAILED = "dmarc=fail header.from=example.ca"
_number = itertools.count()


def mail(said: str = "", *, sender="From: Nia <nia@example.ca>", to=OURS, more="", words="7") -> bytes:
    proof = f"Authentication-Results: {SERVER}; {said}\n" if said else ""
    return f"{proof}{sender}\nTo: {to}\nSubject: x\nMessage-ID: <{next(_number)}@mail>\n{more}\n{words}\n".encode()


def is_proven(said: str, **more) -> bool:
    return telling.is_proven(read(mail(said, **more)), SERVER)


@pytest.fixture
def _takes_mail(db, settings, monkeypatch):
    settings.INBOUND_ADDRESS, settings.INBOUND_PROOF = OURS, SERVER
    monkeypatch.setattr(registry.handle_reply, "_answers", {})
    registry.handle_reply.add("a", lambda mail: "done")


@pytest.fixture
def letter(_takes_mail, nia) -> PlannedMessage:
    """A message that Nia got."""
    with transaction.atomic():
        row = services.post("trial/reminder", to=nia, about=ABOUT)
    PlannedMessage.objects.filter(pk=row.pk).update(state="sent")
    return row


# ---------------------------------------------------------------- what the server says


@pytest.mark.parametrize("said", [
    PASSED, f"spf=pass smtp.mailfrom=nia@example.ca; {PASSED}", "dmarc = pass header.from=EXAMPLE.ca",
    "dmarc/1=pass header.from=example.ca", "dkim=pass (1024-bit key; unprotected) header.d=x.example; " + PASSED,
    'dmarc=pass reason="all; of it" header.from="example.ca"', "dmarc=pass action=none header.from=example.ca;compauth=pass",
    "arc=pass (i=1 spf=pass dmarc=pass fromdomain=example.ca); " + PASSED,
    "spf=none smtp.mailfrom=nia@example.ca;\n\tdmarc=pass (p=NONE sp=NONE\n\tdis=NONE) header.from=example.ca",
])  # fmt: skip
def test_what_proves_a_sender(said):
    assert is_proven(said)


@pytest.mark.parametrize("said", [
    # What whoever hands a mail over may choose stands in there as well.
    f"spf=pass smtp.mailfrom=dmarc=pass@evil.example; {FAILED}",
    f'spf=pass smtp.mailfrom="; {PASSED} "@evil.example; {FAILED}', f'spf=pass smtp.mailfrom="\\"; {PASSED} "@evil.example; {FAILED}',
    f"spf=pass (it said ; {PASSED}) smtp.mailfrom=x; {FAILED}", f"spf=pass ((a) ; {PASSED}) smtp.mailfrom=x; {FAILED}",
    f"spf=pass (it said \\) ; {PASSED} ) smtp.mailfrom=x; {FAILED}",
    f"spf=none smtp.helo=;{PASSED} (; {FAILED}", f"spf=none smtp.helo=;{PASSED} (; {FAILED}; dkim=pass header.d=)",
    f'spf=none smtp.helo=;{PASSED} x="; {FAILED}', f'spf=pass (of ") ; {PASSED} ; (("@evil.example) smtp.mailfrom=x; {FAILED}',
    f"spf=pass smtp.mailfrom=x; {PASSED}; {FAILED}", f"spf=pass smtp.mailfrom=x; {PASSED}; {PASSED}",
    # It says so of somebody else.
    "dmarc=pass header.from=evil.example", "dmarc=pass", "dmarc=pass header.from=example.ca header.from=evil.example",
    "dmarc=pass header.from=ca", "dmarc=pass header.from=xample.ca", "dmarc=pass (header.from=example.ca)",
    "dmarc=passable header.from=example.ca", "dmarc=none header.from=example.ca", "x-dmarc=pass header.from=example.ca",
    'dmarc=fail reason="dmarc=pass" header.from=example.ca', "(", '"',
    "spf=pass smtp.mailfrom=" + "x" * 9000 + "; " + PASSED,
])  # fmt: skip
def test_what_does_not(said):
    assert not is_proven(said)


def test_a_domain_may_be_proven_by_the_one_above_it():
    assert is_proven("dmarc=pass header.from=example.ca", sender="From: nia@ward.example.ca")
    assert not is_proven("dmarc=pass header.from=ward.example.ca")


@pytest.mark.parametrize("sender", [
    "From: nia@example.ca, x@evil.example", "From: x@evil.example, nia@example.ca", "From: nia@example.ca\nFrom: x@evil.example",
    "From: x@evil.example\nFrom: nia@example.ca", "From: nia@example.ca\nFrom: nia@example.ca", "From: nia@example.ca <x@evil.example>",
    "From: <nia@example.ca> <x@evil.example>", "From: all: nia@example.ca, x@evil.example;",
])  # fmt: skip
def test_a_mail_of_several_is_nobodys(letter, nia, sender):
    for said in ("dmarc=pass header.from=evil.example", PASSED):
        for to in (OURS, addresses.answer_address(letter)):
            assert receive(mail(said, sender=sender, to=to)) == "unproven"
    assert not InboundMail.objects.exclude(person=None).exists()
    assert not PlannedMessage.objects.exclude(pk=letter.pk).exists(), "and nobody is written to because of it"


def test_nor_where_the_mail_server_has_looked(letter, settings):
    settings.INBOUND_PROOF = ""
    assert receive(mail(sender="From: nia@example.ca\nFrom: x@evil.example")) == "unproven"
    assert receive(mail(sender='From: "Roy, Nia" <nia@example.ca> (nurse)')) == "a/done"


# ---------------------------------------------------------------- what stands for proof


def test_the_number_of_a_letter_proves_nothing(letter):
    """Message-IDs stand in the logs of every server on the way."""
    for follows in ("In-Reply-To", "References"):
        assert receive(mail(FAILED, more=f"{follows}: {letter.message_id}\n")) == "unproven"
        assert receive(mail(PASSED, more=f"{follows}: {letter.message_id}\n")) == "a/done"
    assert InboundMail.objects.filter(answers=letter).count() == 4


def test_the_envelopes_sender_proves_nothing_either(letter):
    assert receive(mail(FAILED, to=addresses.bounce_address(letter, "nia@example.ca"))) == "unproven"


def test_only_the_address_that_stands_in_the_letter_does(letter):
    assert receive(mail(FAILED, to=addresses.answer_address(letter))) == "a/done"


# ---------------------------------------------------------------- what is used up


def test_forged_mails_use_up_nothing(letter, settings):
    settings.INBOUND_A_DAY = 2
    for _ in range(3):
        assert receive(mail(FAILED)) == "unproven"
    deep = "Content-Type: multipart/mixed; boundary=b\n\n--b\n" * 500
    assert receive(mail(more=deep)) == "unreadable"
    assert receive(mail(FAILED, to=addresses.answer_address(letter))) == "a/done"
    assert receive(mail(PASSED)) == "a/done"
    assert receive(mail(PASSED)) == "too_many"


def strangers(count: int, name: str = "bystander+{}@third.example") -> int:
    """Let so many mails of strangers come in, each proven; return how many were told how to be recognised."""
    for nth in range(count):
        address = name.format(nth)
        proof = f"dmarc=pass header.from={address.rpartition('@')[2]}"
        assert receive(mail(proof, sender=f"From: {address}", words="Hello, I would like to join.")) == "unknown_sender"
    return PlannedMessage.objects.filter(kind=receiving.UNKNOWN_SENDER).count()


@pytest.mark.usefixtures("_takes_mail")
def test_one_mailbox_is_told_once_a_day_under_whatever_name():
    assert strangers(5) == 1
    assert strangers(1, "BYSTANDER@third.example") == 1
    assert strangers(1, "other@third.example") == 2
    assert not PlannedMessage.objects.filter(source_id__contains="bystander").exists()


@pytest.mark.usefixtures("_takes_mail")
def test_so_many_strangers_an_hour_are_answered(monkeypatch):
    monkeypatch.setattr(receiving, "STRANGERS_AN_HOUR", 3)
    assert strangers(5, "n{}@third.example") == 3
    assert Conversation.objects.count() == 5, "people see to the others"

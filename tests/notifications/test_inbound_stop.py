"""STOP, alone, as the answer to a mail: it is done and said, or it is said why not; nothing else is taken for it."""

from __future__ import annotations

import pytest

from core import registry
from notifications import kinds, states, stopping
from notifications.inbound import addresses
from notifications.inbound.receiving import receive
from notifications.inbound.stop_words import TOLD, is_stop
from notifications.models import ConsentEntry, PlannedMessage
from notifications.services import post
from notifications.wording import Gone, render
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mail_is_read(settings, monkeypatch):
    settings.INBOUND_ADDRESS = "answers@collaborative.example"
    settings.INBOUND_PROOF = "mx.example"
    monkeypatch.setattr(registry.handle_reply, "_answers", {})
    registry.handle_reply.add("a", lambda mail: "posted")


@pytest.fixture
def nia():
    return make.person("Nia Roy", email="nia@example.org", language="en")


def sent(to, kind="trial/reminder", **more) -> PlannedMessage:
    row = post(kind, to=to, about=("trial.thing", "7"), **more)
    PlannedMessage.objects.filter(pk=row.pk).update(state=states.SENT)
    return PlannedMessage.objects.select_related("recipient").get(pk=row.pk)


def answer(row, words, *, sender="nia@example.org", signed=True) -> str:
    to = addresses.answer_address(row) if signed else "answers@collaborative.example"
    head = [
        f"From: {sender}",
        f"To: {to}",
        "Subject: Re: x",
        "Message-ID: <1@example.org>",
        "Content-Type: text/plain; charset=utf-8",
    ]
    if not signed:
        head.append(f"In-Reply-To: {row.message_id}")
    return receive(("\r\n".join(head) + "\r\n\r\n" + words).encode(), envelope=sender)


def told() -> PlannedMessage:
    return PlannedMessage.objects.select_related("recipient").get(kind=TOLD)


@pytest.mark.parametrize(
    "words",
    [
        "STOP",
        "stop.",
        "ARRÊT",
        "arrêtez",
        "Arrêtez svp",
        "unsubscribe",
        "Please unsubscribe me",
        "désabonner",
        "STOP\n\nNia",
    ],
)
def test_stop_alone_is_stop(words):
    assert is_stop(words, "Nia Roy")


@pytest.mark.parametrize(
    "words", ["", "Merci", "Stop by at noon", "The bus does not stop", "On arrête à quelle heure?", "stop " * 99]
)
def test_anything_else_is_not(words):
    assert not is_stop(words, "Nia Roy")


def test_it_is_stopped_before_any_room_sees_it_and_one_line_says_how_to_go_on(nia, client):
    row = sent(nia)
    assert answer(row, "STOP") == "notifications/stopped"
    assert stopping.state_of(row) == stopping.STOPPED
    assert ConsentEntry.objects.get().by == ConsentEntry.By.ANSWER
    letter = render(told())
    assert letter.subject == "These mails come no more"
    path = next(word for word in letter.plain.split() if "/no-more/" in word)
    client.post(path[path.index("/no-more/") :], {"again": "1"})
    assert stopping.state_of(row) == stopping.COMES
    with pytest.raises(Gone):
        render(told())


def test_what_has_to_come_is_not_stopped_and_says_why(nia, monkeypatch):
    row = sent(nia)
    must = kinds.find(row.kind)
    monkeypatch.setitem(
        kinds._kinds,
        row.kind,
        kinds.Kind(row.kind, must.template, must.audience, must.context, importance=kinds.Importance.MUST),
    )
    assert answer(row, "STOP") == "notifications/must_come"
    assert stopping.state_of(row) == stopping.MUST
    letter = render(told())
    assert letter.subject == "These mails have to come"
    assert "They say what somebody has to know who takes part" in letter.plain
    assert "/no-more/" not in letter.plain


def test_a_reader_without_an_account_stops_as_well_in_their_language():
    row = sent("luc@ailleurs.example", language="fr")
    assert answer(row, "Arrêtez", sender="luc@ailleurs.example") == "notifications/stopped"
    assert stopping.state_of(row) == stopping.STOPPED
    letter = render(told())
    assert (letter.to, letter.subject) == ("luc@ailleurs.example", "Ces courriels ne viennent plus")


def test_neither_somebody_else_nor_an_unproven_mail_stops_anything(nia):
    row = sent(nia)
    assert answer(row, "STOP", sender="mina@clinic.example") == "other_sender"
    assert answer(row, "STOP", signed=False) == "unproven"
    assert stopping.state_of(row) == stopping.COMES
    assert not PlannedMessage.objects.filter(kind=TOLD).exists()

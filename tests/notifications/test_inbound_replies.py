"""Mails as they come in: each is handled as it should be, and none is lost."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.db import transaction

from core import registry
from notifications import causes, states
from notifications.inbound import addresses
from notifications.inbound.receiving import receive
from notifications.models import Conversation, InboundMail, PlannedMessage, Suppression
from notifications.services import post
from sessions.models import Rsvp
from tests import make
from tests.notifications.sample_replies import ALL, Box

pytestmark = pytest.mark.django_db


def sent(kind: str, to, about: str, scope=None, **more) -> PlannedMessage:
    """Return a message that has left."""
    with transaction.atomic():
        row = post(kind, to=to, about=("trial.thing", about), scope=scope, **more)
    PlannedMessage.objects.filter(pk=row.pk).update(state=states.SENT)
    row.refresh_from_db()
    return row


def _numbers(mail) -> str | None:
    if mail.answers is None or not mail.answers.source_id.startswith("number"):
        return None
    if mail.words.startswith("divide"):
        return str(1 // 0)
    return "number" if mail.words.replace("/", "").replace(",", "").isdigit() else None


def _forum(mail) -> str | None:
    return "forum" if mail.answers is not None and mail.answers.source_id.startswith("forum") else None


@pytest.fixture
def rooms(monkeypatch, settings):
    """Two rooms more that take answers, as those above do; what they were handed."""
    settings.INBOUND_ADDRESS = "answers@collaborative.example"
    settings.INBOUND_A_DAY = 1000
    seen: list = []
    monkeypatch.setattr(registry.handle_reply, "_answers", dict(registry.handle_reply._answers))

    def ask(mail) -> str | None:
        seen.append(mail)
        return _numbers(mail) or _forum(mail)

    registry.handle_reply.add("trial", ask)
    return seen


@pytest.fixture
def cohort(db):
    return make.cohort()


@pytest.fixture
def box(rooms, cohort) -> Box:
    team = make.team(cohort=cohort)
    nia = make.member(team=team, name="Nia Roy", email="nia@example.org", language="en")
    EmailAddress.objects.create(user=nia, email="nia.home@example.net", verified=True)
    pierre = make.member(team=team, name="Pierre Côté", email="pierre@example.org", language="fr")
    make.member(team=team, name="Otto", email="otto@example.org")
    rows = {
        "reminder": sent("trial/reminder", nia, "7", cohort), "reminder_fr": sent("trial/reminder", pierre, "7", cohort),
        "number": sent("trial/reminder", nia, "number", cohort), "number_fr": sent("trial/reminder", pierre, "number", cohort),
        "forum": sent("trial/reminder", nia, "forum", cohort), "forum_fr": sent("trial/reminder", pierre, "forum", cohort),
        "guest": sent("trial/reminder", "luc@ailleurs.example", "8", cohort, language="fr"),
        **{name: sent("trial/reminder", f"{name}@example.org", name, cohort) for name in ("late", "hard", "soft", "exim", "exchange")},
    }  # fmt: skip
    return Box(
        learning_session=cohort.learning_sessions.order_by("starts_at")[1],
        to={name: addresses.answer_address(row) for name, row in rows.items()},
        back={name: addresses.bounce_address(row, row.address or row.recipient.email) for name, row in rows.items()},
        ids={name: row.message_id for name, row in rows.items()},
    )


@pytest.mark.parametrize("sample", ALL, ids=lambda one: one.name)
def test_each_becomes_what_it_should(sample, box, rooms):
    raw = sample.raw(box)
    assert receive(raw, envelope=sample.envelope) == sample.outcome
    row = InboundMail.objects.get()
    assert row.outcome == sample.outcome
    if sample.words is not None:
        assert row.words == sample.words
        handed = [mail.words for mail in rooms]
        if sample.outcome.startswith("trial/"):
            assert handed == [sample.words], "the room got it once, without quotes and signature"
    if sample.outcome.partition("/")[0] in ("trial", "people"):
        assert row.language == sample.language
    assert (row.conversation is not None) == sample.is_for_people
    if row.conversation is not None:
        assert (row.conversation.state, row.conversation.is_unread) == ("open", True)
    assert receive(raw, envelope=sample.envelope) == "again"
    assert InboundMail.objects.count() == 1


def test_all_of_them_none_lost(box, rooms):
    became = [receive(sample.raw(box), envelope=sample.envelope) for sample in ALL]
    wrong = [(sample.name, code) for sample, code in zip(ALL, became, strict=True) if code != sample.outcome]
    assert wrong == []
    # Each stands somewhere: a room took it, people have it, or a machine wrote it.
    assert InboundMail.objects.count() == len(ALL) >= 60
    read = InboundMail.objects.exclude(conversation=None).count()
    assert read == sum(sample.is_for_people for sample in ALL)
    assert not InboundMail.objects.filter(outcome="").exists()
    print(f"{len(ALL)} of {len(ALL)}, none lost")
    # What came back is marked, and what only hints at it is not.
    came_back = PlannedMessage.objects.filter(state="bounced").values_list("address", "reason")
    assert sorted(came_back) == [
        ("exchange@example.org", "bounced_hard"), ("exim@example.org", "bounced_hard"),
        ("hard@example.org", "bounced_hard"), ("soft@example.org", "bounced_soft"),
    ]  # fmt: skip
    said = PlannedMessage.objects.get(address="hard@example.org")
    assert causes.said_by_server(said) == "550 5.1.1 <(address)> no", (
        "why, in the words of the server that sent it back"
    )
    assert dict(Suppression.objects.values_list("address", "score")) == {
        "exchange@example.org": 2, "exim@example.org": 2, "hard@example.org": 2, "soft@example.org": 1,
    }  # fmt: skip
    assert Rsvp.objects.get().coming == "no"
    # Two strangers wrote in their own words, and each is told once, in their language.
    told = PlannedMessage.objects.filter(kind="notifications/unknown-sender").values_list("address", "lang")
    assert sorted(told) == [("mina@clinique.example", "fr"), ("someone@elsewhere.example", "en")]
    assert not PlannedMessage.objects.filter(kind="notifications/unknown-sender", address__contains="robot").exists()


def test_the_attached_picture_is_kept_for_people(box):
    (sample,) = [one for one in ALL if one.name == "a photograph and words"]
    receive(sample.raw(box))
    (file,) = Conversation.objects.get().mails.get().files.all()
    assert (file.name, file.content_type, bytes(file.data)) == (
        "board.jpg",
        "image/jpeg",
        b"\xff\xd8\xff\xe0 a picture",
    )

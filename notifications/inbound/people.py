"""How long mail that came in is kept, what of it is whose, and how it is forgotten."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from notifications import services
from notifications.models import Conversation, ConversationAnswer, InboundFile, InboundMail, Suppression

# So many rows are emptied at one tick.
_AT_ONCE: Final = 200


def to_sweep(now: dt.datetime) -> list[QuerySet]:
    """Return what was closed, and what was handled without anybody, long ago at ``now`` (``notifications.sweep.looks``)."""
    return [_closed_long_ago(now), _alone_long_ago(now)]


def _closed_long_ago(now: dt.datetime) -> QuerySet[Conversation]:
    until = now - dt.timedelta(days=settings.INBOUND_KEEP_DAYS)
    return Conversation.objects.filter(state=Conversation.State.CLOSED, emptied_at=None, closed_at__lt=until)


def _alone_long_ago(now: dt.datetime) -> QuerySet[InboundMail]:
    until = now - dt.timedelta(days=settings.INBOUND_KEEP_DAYS)
    return InboundMail.objects.filter(conversation=None, emptied_at=None, received_at__lt=until)


def sweep(now: dt.datetime | None = None) -> int:
    """Empty the words of what was closed, or handled without anybody, long ago (INBOUND_KEEP_DAYS). Return of how many."""
    now = now or timezone.now()
    closed = list(_closed_long_ago(now).order_by("closed_at").values_list("pk", flat=True)[:_AT_ONCE])
    alone = list(_alone_long_ago(now).order_by("received_at").values_list("pk", flat=True)[:_AT_ONCE])
    if not closed and not alone:
        return 0
    with transaction.atomic():
        _empty_conversations(Conversation.objects.filter(pk__in=closed, state=Conversation.State.CLOSED))
        _empty(InboundMail.objects.filter(pk__in=alone))
    return len(closed) + len(alone)


def _empty_conversations(rows: QuerySet[Conversation]) -> None:
    keys = list(rows.values_list("pk", flat=True))
    _empty(InboundMail.objects.filter(conversation__in=keys))
    ConversationAnswer.objects.filter(conversation__in=keys).update(words="")
    Conversation.objects.filter(pk__in=keys).update(subject="", emptied_at=Now())


def _empty(mails: QuerySet[InboundMail]) -> None:
    """Take out what was written; that a mail came, when, and what became of it stays."""
    keys = list(mails.values_list("pk", flat=True))
    InboundFile.objects.filter(mail__in=keys).delete()
    InboundMail.objects.filter(pk__in=keys).update(
        subject="", words="", everything="", message_id="", references="", emptied_at=Now()
    )


def data_of(user: Any) -> dict[str, Any]:
    """Return what this person wrote to us by mail, what they were answered, and what they answered others."""
    mails = _mails_of(user.pk, _addresses_of(user))
    return {
        "mails": _told(mails),
        "answers_to_mails": list(_answers_to(user.pk, _addresses_of(user)).values("at", "words")),
        "answered": list(ConversationAnswer.objects.filter(by=user).order_by("at").values("at", "words")),
        "conversations": Conversation.objects.filter(owner=user).count(),
        "came_back": list(
            Suppression.objects.filter(address__in=_addresses_of(user)).values("score", "last_bounce_at")
        ),
    }


def data_of_address(address: str) -> dict[str, list]:
    """Return what was written by mail from an address without an account."""
    address = address.strip().lower()
    told: dict[str, list] = {
        "mails": _told(_mails_of(None, {address})),
        "answers_to_mails": list(_answers_to(None, {address}).values("at", "words")),
        "came_back": list(Suppression.objects.filter(address=address).values("score", "last_bounce_at")),
    }
    return {name: found for name, found in told.items() if found}


def forget(user: Any) -> None:
    """Empty what a person wrote by mail and was answered, with its addresses, and what they answered others."""
    with transaction.atomic():
        _forget(user.pk, _addresses_of(user))
        ConversationAnswer.objects.filter(by=user).update(words="", by=None)
        Conversation.objects.filter(owner=user).update(owner=None)


def forget_address(address: str) -> None:
    """Empty what was written by mail from an address without an account, and what it was answered."""
    with transaction.atomic():
        _forget(None, {address.strip().lower()})


def _forget(person: Any, addresses: set[str]) -> None:
    mails = _mails_of(person, addresses)
    mine = Conversation.objects.filter(_whose(person, addresses, "address"))
    keys = list(mine.values_list("pk", flat=True))
    for written in ConversationAnswer.objects.filter(conversation__in=keys):
        services.void(written, "forgotten")
    found = list(mails.values_list("pk", flat=True))
    _empty(InboundMail.objects.filter(Q(pk__in=found) | Q(conversation__in=keys)))
    InboundMail.objects.filter(pk__in=found).update(sender="", person=None)
    ConversationAnswer.objects.filter(conversation__in=keys).update(words="")
    Conversation.objects.filter(pk__in=keys).update(
        person=None, address="", subject="", state=Conversation.State.CLOSED, waits_since=None, closed_at=Now(),
        is_unread=False, emptied_at=Now(),
    )  # fmt: skip
    Suppression.objects.filter(address__in=addresses).delete()


def _addresses_of(user: Any) -> set[str]:
    confirmed = user.emailaddress_set.filter(verified=True).values_list("email", flat=True)
    return {one.lower() for one in (user.email, *confirmed) if one}


def _whose(person: Any, addresses: set[str], column: str) -> Q:
    mine = Q(**{f"{column}__in": addresses}, person=None)
    return mine if person is None else mine | Q(person=person)


def _mails_of(person: Any, addresses: set[str]) -> QuerySet[InboundMail]:
    return InboundMail.objects.filter(_whose(person, addresses, "sender"))


def _answers_to(person: Any, addresses: set[str]) -> QuerySet[ConversationAnswer]:
    mine = Conversation.objects.filter(_whose(person, addresses, "address"))
    return ConversationAnswer.objects.filter(conversation__in=mine).order_by("at")


def _told(mails: QuerySet[InboundMail]) -> list[Any]:
    return list(mails.order_by("received_at").values("received_at", "sender", "subject", "everything", "outcome"))

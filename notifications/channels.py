"""The ways to a reader beside mail and the list in the product: to a browser, and as a text message.

A row goes by the way that its `channel` names. Each way is a `Carrier`; mail has more phases than these and its own code
(notifications.delivery). There are no text messages until somebody names a provider's class (SMS_BACKEND).
"""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Protocol
from uuid import uuid4

from django.conf import settings
from django.db.models.functions import Now
from django.utils import timezone, translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext

from core import registry
from core.words import speaking
from notifications import gsm, kinds
from notifications.models import Channel, PlannedMessage, PushSubscription, make_message_id
from notifications.smtp import Lost
from notifications.wording import Gone, Said, reader_of

if TYPE_CHECKING:
    from notifications.services import Wanted

# What a push service says of a browser that is not there any more.
_GONE: Final = (404, 410)


@dataclass(frozen=True)
class Answer:
    """What whoever carries a message said: a number as of HTTP (0: nothing came), and whether the message was handed over.

    Not `handed` means for certain that nothing left our hands.
    """

    code: int
    handed: bool
    text: str = ""


class Carrier(Protocol):
    """One way to a reader."""

    def hand_over(self, row: PlannedMessage, said: Said, before: Callable[[], bool]) -> Answer:
        """Hand over what `row` says and return the answer.

        `before` is called once, just before anything leaves: it commits that it is about to leave, and where it returns False,
        Lost is raised and nothing leaves. Raises Gone where there is nothing to say any more; whatever else it raises before
        that, the row is held for a person. After that it raises nothing but what means that the database is away.
        """
        ...


class Texting(Protocol):
    """A provider of text messages: its class is named by SMS_BACKEND and made without arguments, once a process."""

    def send(self, number: str, words: str) -> Answer:
        """Hand one text message over, at most 160 places of the alphabet of GSM, and return what the provider said.

        Within some seconds, and without trying twice: what is to be tried again, the diary tries again.
        """
        ...


# ---------------------------------------------------------------- to a browser


class _ToBrowser:
    """That something is waiting, and never what."""

    def hand_over(self, row: PlannedMessage, said: Said, before: Callable[[], bool]) -> Answer:
        from notifications import webpush

        subscription: PushSubscription | None = row.source
        if subscription is None or subscription.user_id != row.recipient_id:
            raise Gone
        with translation.override(subscription.language):
            words = gettext("Something is waiting")
        try:
            request = webpush.request_for(subscription, words)
        except webpush.NoKey:
            return Answer(0, handed=False)
        if webpush.is_resting(request.host):
            return Answer(0, handed=False)
        if not before():
            raise Lost
        answer = webpush.ask(request)
        if answer.code in _GONE:
            subscription.delete()
        elif 300 <= answer.code < 500 and answer.code != 429:
            PushSubscription.objects.filter(pk=subscription.pk).update(failed_at=Now())
        return answer


# ---------------------------------------------------------------- as a text message


class _AsText:
    """A few words and a link, to the number that the rooms know of a person."""

    def hand_over(self, row: PlannedMessage, said: Said, before: Callable[[], bool]) -> Answer:
        provider, kind = _provider(settings.SMS_BACKEND), kinds.get(row.kind)
        if provider is None or kind.text is None or row.recipient is None or (kind.sources and row.source is None):
            raise Gone
        number = numbers_of([row.recipient.pk]).get(row.recipient.pk, "")
        if not number:
            raise Gone
        reader = reader_of(row)
        clock = timezone.override(zoneinfo.ZoneInfo(reader.time_zone))
        with translation.override(reader.language), clock, speaking(said.words_of(row)):
            words = gsm.fitted(*kind.text.words(row))
        if not before():
            raise Lost
        try:
            return provider.send(number, words)
        except Exception:  # whatever a provider's code does, nobody knows whether it left
            return Answer(0, handed=True)


@cache
def _provider(name: str) -> Texting | None:
    return import_string(name)() if name else None


def numbers_of(keys: Collection[Any]) -> dict[Any, str]:
    """Return the telephone numbers for text messages of the people with these keys; {} while no room keeps any."""
    found: dict[Any, str] = {}
    for _room, answer in registry.text_numbers.ask_all(keys):
        found |= {key: number for key, number in answer.items() if number}
    return found


def with_texts(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows that are about to be planned, each that is worth a text message with its twin that goes as one.

    Without a provider they are returned as they are, and nothing is asked.
    """
    if not settings.SMS_BACKEND:
        return rows
    worth = [row for row in rows if row["recipient_id"] and _is_worth_a_text(row)]
    if not worth:
        return rows
    numbers = numbers_of({row["recipient_id"] for row in worth})
    twins = [
        {
            **row,
            "id": uuid4(),
            "message_id": make_message_id(),
            "channel": Channel.SMS.value,
            "address": "",
            "secret": "",
        }
        for row in worth
        if row["recipient_id"] in numbers
    ]
    return rows + twins


def by_text_alone(wanted: Iterable[Wanted]) -> list[Wanted]:
    """Return what goes as a text message of what is said by another mail already; without a provider nothing is asked."""
    if not settings.SMS_BACKEND:
        return []
    worth = [one for one in wanted if (text := kinds.get(one.kind).text) and one.occurrence in text.occurrences]
    numbers = numbers_of({one.to.pk for one in worth}) if worth else {}
    return [replace(one, channel=Channel.SMS.value) for one in worth if one.to.pk in numbers]


def _is_worth_a_text(row: dict[str, Any]) -> bool:
    kind = kinds.get(row["kind"])
    return kind.text is not None and row["occurrence"] in kind.text.occurrences and row["channel"] != Channel.SMS


CARRIERS: Final[dict[str, Carrier]] = {Channel.PUSH.value: _ToBrowser(), Channel.SMS.value: _AsText()}


def carrier_of(row: PlannedMessage) -> Carrier | None:
    """Return what carries this row, None for mail and the list in the product."""
    return CARRIERS.get(row.channel)

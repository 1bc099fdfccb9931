"""What django-anymail makes of what a provider sends: a mail, and the envelope in which it came."""

from __future__ import annotations

import email.policy
import importlib
from collections.abc import Callable, Iterable, Iterator
from email.parser import BytesParser
from functools import cache
from typing import Any, Final

from anymail.inbound import AnymailInboundMessage
from anymail.signals import inbound
from django.conf import settings
from django.http import HttpResponse

from notifications.inbound.receiving import receive

# Where anymail keeps each provider's view of what comes in.
_VIEWS: Final = {
    "amazon_ses": "AmazonSESInboundWebhookView",
    "brevo": "BrevoInboundWebhookView",
    "mailersend": "MailerSendInboundWebhookView",
    "mailgun": "MailgunInboundWebhookView",
    "mailjet": "MailjetInboundWebhookView",
    "mailtrap": "MailtrapInboundWebhookView",
    "mandrill": "MandrillCombinedWebhookView",
    "postal": "PostalInboundWebhookView",
    "postmark": "PostmarkInboundWebhookView",
    "resend": "ResendInboundWebhookView",
    "sendgrid": "SendGridInboundWebhookView",
    "sparkpost": "SparkPostInboundWebhookView",
}


def is_known(name: str) -> bool:
    """Return whether mail can be taken from a provider of this name."""
    return name in _VIEWS


def view() -> Callable[..., HttpResponse]:
    """Return the view of the provider in the settings (INBOUND_WEBHOOK)."""
    return _view(settings.INBOUND_WEBHOOK)


@cache
def _view(name: str) -> Callable[..., HttpResponse]:
    module: Any = importlib.import_module(f"anymail.webhooks.{name}")
    module.AnymailInboundMessage = Handed
    found: Any = getattr(module, _VIEWS[name])
    # Our door has asked for the secret: anymail would warn that there is no second one.
    own: Any = type(found.__name__, (found,), {"warn_if_no_basic_auth": False})
    return own.as_view()


class Handed(AnymailInboundMessage):
    """A mail as a provider hands it over. Of a raw one only the head is read here.

    Anymail would take it apart before our limits are asked (notifications.inbound.bearable), and give on what it made of it.
    """

    came: bytes | None = None

    @classmethod
    def parse_raw_mime(cls, s: str | bytes) -> Handed:
        return cls.parse_raw_mime_bytes(s if isinstance(s, bytes) else _encoded(s))

    @classmethod
    def parse_raw_mime_chunks(cls, chunks: Iterable[str | bytes]) -> Handed:
        return cls.parse_raw_mime_bytes(b"".join(one if isinstance(one, bytes) else _encoded(one) for one in chunks))

    @classmethod
    def parse_raw_mime_bytes(cls, b: bytes) -> Handed:
        made: Any = BytesParser(cls, policy=email.policy.compat32).parsebytes(b, headersonly=True)
        made.came = b
        return made

    @classmethod
    def construct(cls, **given: Any) -> Any:
        return super().construct(**_of_letters(given))

    @classmethod
    def construct_attachment(cls, **given: Any) -> Any:
        return super().construct_attachment(**_of_letters(given))


def _encoded(text: str) -> bytes:
    """Return a text of JSON as bytes: it may hold half of a pair, which is no letter."""
    return text.encode("utf-8", "replace")


def _of_letters(said: Any) -> Any:
    """Return what a provider says, with nothing in it that is no letter."""
    if isinstance(said, str):
        return _encoded(said).decode()
    if isinstance(said, dict):
        return {name: _of_letters(one) for name, one in said.items()}
    if isinstance(said, tuple | list | Iterator):
        return tuple(_of_letters(one) for one in said)
    return said


def take(sender: Any, event: Any, esp_name: str, **more: Any) -> None:
    """Take in a mail that a provider handed over. What it raises makes the provider send it again."""
    message: Handed = event.message
    receive(
        message.as_bytes(policy=email.policy.compat32) if message.came is None else message.came,
        envelope=_known(message.envelope_sender),
        recipient=_known(message.envelope_recipient) or "",
    )


def _known(address: Any) -> str | None:
    return None if address is None else str(address).strip("<> ")


inbound.connect(take, dispatch_uid="inbound")

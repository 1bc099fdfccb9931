"""What django-anymail makes of what a provider sends: a mail, and the envelope in which it came."""

from __future__ import annotations

import email.policy
import importlib
from collections.abc import Callable
from functools import cache
from typing import Any, Final

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
    module = importlib.import_module(f"anymail.webhooks.{name}")
    found: Any = getattr(module, _VIEWS[name])
    # Our door has asked for the secret: anymail would warn that there is no second one.
    own: Any = type(found.__name__, (found,), {"warn_if_no_basic_auth": False})
    return own.as_view()


def take(sender: Any, event: Any, esp_name: str, **more: Any) -> None:
    """Take in a mail that a provider handed over. What it raises makes the provider send it again."""
    message = event.message
    receive(
        message.as_bytes(policy=email.policy.compat32),
        envelope=_known(message.envelope_sender),
        recipient=_known(message.envelope_recipient) or "",
    )


def _known(address: Any) -> str | None:
    return None if address is None else str(address).strip("<> ")


inbound.connect(take, dispatch_uid="inbound")

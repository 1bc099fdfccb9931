"""The link in the mail with the code: whoever opens it meets a button, and the button signs in, once.

The link is signed and stands for the row of the mail itself: how long it is good, to whom and where it went is what the row
says. It ends early when the address is not the person's any more, their password changes, or they were signed out everywhere.
A mail scanner that reads the page uses nothing up. A second factor is asked for as after a code.
"""

from __future__ import annotations

import dataclasses
import uuid

from allauth.account.models import Login
from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.addresses import signing_in_with
from accounts.allauth_inside import clear_login, perform_login, record_authentication, verify_email_indirectly
from accounts.models import SubmittedOnce, User
from notifications.models import PlannedMessage

KIND = "account/login-code"
_SALT = "accounts/sign-in"


@dataclasses.dataclass(frozen=True)
class Found:
    """A link that still signs in: whom, and which mailbox it was mailed to."""

    user: User
    mailbox: str
    key: uuid.UUID


def token_for(message: PlannedMessage) -> str:
    """Return the text that stands in the address of the link in ``message``."""
    assert message.recipient is not None  # a code is mailed to a person
    return signing.dumps([str(message.pk), _state(message.recipient, _mailbox(message))], salt=_SALT)


def find(token: str) -> Found | None:
    """Return what a link leads to, None once it ran out or was used, its person signed in since, or what it rests on changed."""
    try:
        pk, state = signing.loads(token, salt=_SALT)
        key = uuid.UUID(pk)
    except (signing.BadSignature, ValueError, TypeError, AttributeError):
        return None
    row = (
        PlannedMessage.objects.select_related("recipient")
        .filter(pk=key, kind=KIND, not_after__gt=timezone.now(), recipient__is_active=True)
        .first()
    )
    if row is None or row.recipient is None or SubmittedOnce.objects.filter(user=row.recipient, key=key).exists():
        return None
    user = row.recipient
    if user.last_login and user.last_login > row.created_at:
        return None
    mailbox = _mailbox(row)
    if not constant_time_compare(state, _state(user, mailbox)) or signing_in_with(mailbox) != user:
        return None
    return Found(user, mailbox, key)


def _mailbox(message: PlannedMessage) -> str:
    return message.address or getattr(message.recipient, "email", None) or ""


def _state(user: User, mailbox: str) -> str:
    """Return a digest of what a link rests on: the mailbox, the password, and how often sessions were ended by hand."""
    rests_on = f"{mailbox.lower()}:{user.get_session_auth_hash()}"
    return salted_hmac(_SALT, rests_on, algorithm="sha256").hexdigest()[:20]


def sign_in(request: HttpRequest, token: str) -> HttpResponse | None:
    """Use the link up and sign its person in. Returns where that leads, None if the link does not work (any more)."""
    found = find(token)
    if found is None or not _take(found):
        return None
    clear_login(request)
    record_authentication(request, found.user, method="code", email=found.mailbox)
    verify_email_indirectly(request, found.user, found.mailbox)
    return perform_login(request, Login(user=found.user, email=found.mailbox))


def _take(found: Found) -> bool:
    """Two presses, one sign-in: the first one has the link."""
    with transaction.atomic():
        _row, new = SubmittedOnce.objects.get_or_create(user=found.user, key=found.key)
    return new

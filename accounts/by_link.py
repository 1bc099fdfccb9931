"""The link in the mail with the code: whoever opens it meets a button, and the button signs in, once.

The link is signed and stands for the row of the mail itself: how long it is good, to whom and where it went is what the row
says. A mail scanner that reads the page uses nothing up. A second factor is asked for as after a code.
"""

from __future__ import annotations

import dataclasses
import uuid

from allauth.account.internal.flows.email_verification import verify_email_indirectly
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.internal.stagekit import clear_login
from allauth.account.models import Login
from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

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
    return signing.dumps(str(message.pk), salt=_SALT)


def find(token: str) -> Found | None:
    """Return what a link leads to, None once it ran out, was used, or its person signed in after it was asked for."""
    try:
        key = uuid.UUID(signing.loads(token, salt=_SALT))
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
    return Found(user, row.address or user.email or "", key)


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

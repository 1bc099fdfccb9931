"""News from Django and allauth."""

from __future__ import annotations

import time

from allauth.account.models import EmailAddress
from allauth.account.signals import authentication_step_completed
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver

from accounts.sessions_policy import SINCE


@receiver(user_logged_in)
def begin(sender, request, user, **kwargs) -> None:
    """Note in the session when it began."""
    request.session[SINCE] = int(time.time())


@receiver(user_logged_out)
def end(sender, request, user, **kwargs) -> None:
    """Let the device forget who was here (accounts.sessions_policy)."""
    if request is not None:
        request.signed_out = True


@receiver(authentication_step_completed)
def keep_address(sender, request, user, method, **details) -> None:
    """Give allauth its row of the address before it asks for it: people are made without one, by invitation or import.

    A right code confirms the address it went to; without the row it would be asked to be confirmed once more.
    """
    email = (details.get("email") or "").lower()
    if method == "code" and email and email == user.email:
        EmailAddress.objects.get_or_create(user=user, email=email, defaults={"primary": True, "verified": False})

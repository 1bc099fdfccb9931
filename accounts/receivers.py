"""News from Django and allauth."""

from __future__ import annotations

import time

from allauth.account.models import EmailAddress
from allauth.account.signals import authentication_step_completed
from allauth.mfa.signals import authenticator_removed
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver

from accounts import second_factor
from accounts.sessions_policy import SINCE


@receiver(user_logged_in)
def begin(sender, request, user, **kwargs) -> None:
    """Note in the session when it began, and whether the person has a second factor."""
    request.session[SINCE] = int(time.time())
    second_factor.remember(request, user)


@receiver(user_logged_out)
def end(sender, request, user, **kwargs) -> None:
    """Let the device forget who was here (accounts.sessions_policy)."""
    if request is not None:
        request.signed_out = True


@receiver(authenticator_removed)
def forget_use(sender, request, user, **kwargs) -> None:
    """A second factor that was switched off does not go on counting as used."""
    if not second_factor.is_set_up(user):
        second_factor.forget_use(request)


@receiver(authentication_step_completed)
def keep_address(sender, request, user, method, **details) -> None:
    """Give allauth its row of the address before it asks for it: people are made without one, by invitation or import.

    A right code confirms the address it went to; without the row it would be asked to be confirmed once more.
    """
    email = (details.get("email") or "").lower()
    if method == "code" and email and email == user.email:
        EmailAddress.objects.get_or_create(user=user, email=email, defaults={"primary": True, "verified": False})

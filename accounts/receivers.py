"""News from Django and allauth."""

from __future__ import annotations

import time

from allauth.account.signals import authentication_step_completed, email_added, email_confirmed
from allauth.mfa.signals import authenticator_removed
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db.models.signals import pre_save
from django.dispatch import receiver

from accounts import addresses, devices, messages, second_factor, view_as
from accounts.sessions_policy import SINCE
from audit.services import record
from notifications import push


@receiver(user_logged_in)
def begin(sender, request, user, **kwargs) -> None:
    """Note in the session when it began, and whether the person has a second factor."""
    request.session[SINCE] = int(time.time())
    devices.begin(request, user)
    second_factor.remember(request, user)


@receiver(user_logged_out)
def end(sender, request, user, **kwargs) -> None:
    """Let the device forget who was here (accounts.sessions_policy); a visit to somebody's pages ends with it."""
    if request is not None:
        request.signed_out = True
        devices.forget_here(request)
        push.end_session(request.session.session_key)
        view_as.leave(request)


@receiver(pre_save, sender=SocialAccount)
def keep_no_claims(sender, instance, **kwargs) -> None:
    """Of an account at an organisation its number is kept, nothing of what the organisation tells about the person."""
    instance.extra_data = {}


@receiver(authenticator_removed)
def forget_use(sender, request, user, **kwargs) -> None:
    """A second factor that was switched off does not go on counting as used."""
    if not second_factor.is_set_up(user):
        second_factor.forget_use(request)


@receiver(authentication_step_completed)
def keep_address(sender, request, user, method, **details) -> None:
    """A right code confirms the address it went to; without its row it would be asked to be confirmed once more."""
    email = (details.get("email") or "").lower()
    if method == "code" and email and email == user.email:
        addresses.keep_own(user)


@receiver(email_added)
def tell_added(sender, request, user, email_address, **kwargs) -> None:
    """Whoever adds an address can soon sign in with it: the main one is told."""
    record("person.address_added", user, by=user)
    _tell_main_address("account/email/email_added", user, email_address)


@receiver(email_confirmed)
def tell_confirmed(sender, request, email_address, **kwargs) -> None:
    """From now on a code can go there: the main address is told, and what others claimed about it is dropped."""
    user = email_address.user
    addresses.settle(email_address)
    record("person.address_confirmed", user, by=user)
    _tell_main_address("account/email/email_confirm", user, email_address)


def _tell_main_address(mail: str, user, email_address) -> None:
    if user.email and user.email != email_address.email:
        messages.post(mail, email=user.email, user=user, secret="")  # nosec B106

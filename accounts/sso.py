"""Signing in with an organisation's own account: who that is here. Nobody is made by it, and no address is taken on trust.

The organisation vouches for an address of its own domains, confirmed. Its holder here is signed in, and from then on known by
the organisation's own number for them: an address that is given to somebody else later opens nothing. Who was asked in and has
not come yet is led to their invitation. Everybody else meets one and the same page.
"""

from __future__ import annotations

import logging
from typing import Any, cast

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import addresses
from accounts.models import User
from audit.services import record
from core.refusals import Refused
from core.registry import Slot

log = logging.getLogger("web")

invitation_of = Slot(
    "sso_invitation", "room -> fn(user) -> path of the invitation that waits for this person, '' for none"
)


def organisation(provider_id: str) -> dict[str, Any] | None:
    """Return what the installation says about an organisation, None where it knows none of this name."""
    return next((one for one in settings.OIDC if one["id"] == provider_id), None)


def vouched_for(provider_id: str, claims: dict) -> str:
    """Return the address that the organisation vouches for, "" if there is none: confirmed, and of its own domains."""
    email, known = str(claims.get("email") or "").strip().lower(), organisation(provider_id)
    confirmed = claims.get("email_verified") in (True, "true")
    inside = known is not None and email.count("@") == 1 and email.partition("@")[2] in known["domains"]
    return email if confirmed and inside else ""


@transaction.atomic
def person_of(provider_id: str, *, subject: str, email: str) -> User:
    """Return who this is, bound to the organisation's number for them. Refuses where that cannot be said for sure.

    ``email`` is what ``vouched_for`` returned.
    """
    bound = SocialAccount.objects.select_related("user").filter(provider=provider_id, uid=subject).first()
    holder = addresses.signing_in_with(email) if email else None
    user = cast("User | None", bound.user if bound else holder)
    if user is None or holder != user or not user.is_active or user.welcomed_at is None:
        raise Refused(_("Nobody signs in here with this account."))
    if bound is None:
        if SocialAccount.objects.filter(provider=provider_id, user=user).exists():
            raise Refused(_("Nobody signs in here with this account."))
        SocialAccount.objects.create(provider=provider_id, uid=subject, user=user)
        record("person.organisation_bound", user, by=user, organisation=provider_id)
    if email == user.email:
        addresses.confirm_own(user)
    return user


def waiting_for(email: str) -> str:
    """Return the path of the invitation that waits for whoever has this address and has not come yet, "" for none."""
    user = addresses.signing_in_with(email) if email else None
    if user is None or user.welcomed_at is not None:
        return ""
    return next((path for _room, path in invitation_of.ask_all(user) if path), "")


class OrganisationAdapter(DefaultSocialAccountAdapter):
    """allauth's hooks."""

    def is_open_for_signup(self, request, sociallogin) -> bool:
        """Nobody is made by signing in."""
        return False

    def populate_user(self, request, sociallogin, data):
        """Take nothing over from what the organisation tells about the person."""
        return sociallogin.user

    def pre_social_login(self, request, sociallogin) -> None:
        """Decide who this is; whatever is not sure ends on one page."""
        account = sociallogin.account
        email = vouched_for(account.provider, getattr(request, "sso_claims", {}))
        try:
            user = person_of(account.provider, subject=account.uid, email=email)
        except Refused:
            if path := waiting_for(email):
                raise ImmediateHttpResponse(HttpResponseRedirect(path)) from None
            log.info("single sign-on of %s: nobody here", account.provider)
            raise ImmediateHttpResponse(render(request, "account/sso_refused.html", status=403)) from None
        sociallogin.user, sociallogin.account.user = user, user

    def on_authentication_error(self, request, provider, error=None, exception=None, extra_context=None) -> None:
        """Lead back to the sign-in page, with words. Of what went wrong only its kind is logged: the rest holds tokens."""
        log.warning(
            "single sign-on of %s failed: %s", provider.sub_id, type(exception).__name__ if exception else error
        )
        raise ImmediateHttpResponse(failed(request))


def failed(request: HttpRequest) -> HttpResponseRedirect:
    """Return the way back to the sign-in page, which says that another way works."""
    messages.error(request, _("Your organisation’s sign-in did not work just now. A code by mail works as well."))
    return redirect(reverse("account_login"))

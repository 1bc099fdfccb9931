"""Is it still this person? Asked before what opens an account for good: an address, a first password, a second factor.

Who has a password or a second factor shows that, on allauth's own page. Everybody else has signed in a few minutes ago, or
enters a code that is mailed to them now; without a mailbox, the PIN of their card. What they were about to send waits
meanwhile (allauth keeps it in the session).
"""

from __future__ import annotations

import time
from typing import cast

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts import cards
from accounts.allauth_inside import (
    CodeProcess,
    did_recently_reauthenticate,
    get_reauthentication_flows,
    record_authentication,
    verify_email_indirectly,
)
from accounts.models import User
from accounts.sessions_policy import SINCE
from core import limits
from core.refusals import Refused

_STATE = "proof_by_code"


def has_own_way(user) -> bool:
    """Has this person neither password nor second factor, so that allauth has nothing to ask for?"""
    return not get_reauthentication_flows(user)


def by_pin(user) -> bool:
    """Is the PIN of their card the way for this person? No mail reaches them."""
    return not user.email and has_own_way(user) and cards.with_pin(user) is not None


def by_code(user) -> bool:
    """Is a code by mail the way for this person?"""
    return has_own_way(user) and not by_pin(user)


def show_pin(request: HttpRequest, *, pin: str) -> None:
    """Note that the PIN of the person's card was shown just now. Refuses a wrong one, counted as at the sign-in."""
    user = cast(User, request.user)
    card = cards.with_pin(user)
    if card is None or not cards.try_pin(card=card, pin=pin):
        raise Refused(
            _("This is not your PIN. After five wrong ones your card rests for a quarter of an hour."), field="pin"
        )
    record_authentication(request, user, method="card", reauthenticated=True)


def is_fresh(request: HttpRequest) -> bool:
    """Did this person show lately who they are?"""
    if not has_own_way(request.user):
        return did_recently_reauthenticate(request)
    shown = [one["at"] for one in get_authentication_records(request, request.user) if one.get("reauthenticated")]
    return time.time() - max([request.session.get(SINCE, 0), *shown]) < app_settings.REAUTHENTICATION_TIMEOUT


def require(request: HttpRequest) -> None:
    """Lead who has not shown it lately to the page that asks, and from there back."""
    if not is_fresh(request):
        raise ReauthenticationRequired


def address_first(request: HttpRequest) -> HttpResponse | None:
    """Lead who has no address yet from a page that makes another way to sign in to the one that adds an address.

    A password opens nothing without an address, and a second step would shut the card out (accounts.cards).
    """
    if not request.user.is_authenticated or request.user.email:
        return None
    messages.info(request, _("Add an e-mail address first: without one, only a card and its PIN sign you in."))
    return redirect("account_email")


class ProofByCode(CodeProcess):
    """A code that is mailed to whoever is signed in; the session remembers it until it is entered or runs out."""

    def __init__(self, request: HttpRequest, state: dict) -> None:
        super().__init__(
            max_attempts=app_settings.LOGIN_BY_CODE_MAX_ATTEMPTS,
            timeout=app_settings.LOGIN_BY_CODE_TIMEOUT,
            state=state,
            user=cast(User, request.user),
        )
        self.request = request

    @classmethod
    def begin(cls, request: HttpRequest) -> None:
        """Mail a code to the person's own address. Refuses more than three an hour."""
        user = cast(User, request.user)
        if not limits.spend("proof", user.pk, amount=3, seconds=3600):
            raise Refused(_("That was asked often. Wait a little, then try again."))
        process = cls(request, cls.initial_state(user, user.email))
        process.send()
        process.persist()

    @classmethod
    def resume(cls, request: HttpRequest) -> ProofByCode | None:
        """Return the code that waits to be entered, None where none was asked for or it has run out."""
        state = request.session.get(_STATE)
        return cls(request, state).abort_if_invalid() if state else None

    def finish(self) -> None:
        """Note that the right code was entered just now; whoever read it there has confirmed the address as well."""
        self.abort()
        user, email = cast(User, self.user), self.state["email"]
        record_authentication(self.request, user, method="code", email=email, reauthenticated=True)
        verify_email_indirectly(self.request, user, email)

    def send(self) -> None:
        self.state["code"] = get_adapter().generate_login_code()
        context = {"user": self.user, "code": self.code}
        get_adapter().send_mail("account/email/login_code", self.state["email"], context)

    def persist(self) -> None:
        self.request.session[_STATE] = self.state

    def abort(self) -> None:
        self.request.session.pop(_STATE, None)

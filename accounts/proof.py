"""Is it still this person? Asked before what opens an account for good: an address, a first password, a second factor.

Who has a password or a second factor shows that, on allauth's own page. Everybody else has signed in a few minutes ago, or
enters a code that is mailed to them now. What they were about to send waits meanwhile (allauth keeps it in the session).
"""

from __future__ import annotations

import time
from typing import cast

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired
from django.http import HttpRequest
from django.utils.translation import gettext as _

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


def by_code(user) -> bool:
    """Is a code by mail the way for this person? They have neither password nor second factor."""
    return not get_reauthentication_flows(user)


def is_fresh(request: HttpRequest) -> bool:
    """Did this person show lately who they are?"""
    if not by_code(request.user):
        return did_recently_reauthenticate(request)
    shown = [one["at"] for one in get_authentication_records(request, request.user) if one.get("reauthenticated")]
    return time.time() - max([request.session.get(SINCE, 0), *shown]) < app_settings.REAUTHENTICATION_TIMEOUT


def require(request: HttpRequest) -> None:
    """Lead who has not shown it lately to the page that asks, and from there back."""
    if not is_fresh(request):
        raise ReauthenticationRequired


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

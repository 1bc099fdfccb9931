"""What we use of allauth's inside, which any minor version may change. No other module of ours reaches in there."""

from allauth.account.internal.flows.code_verification import AbstractCodeVerificationProcess as CodeProcess
from allauth.account.internal.flows.email_verification import verify_email_indirectly
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess as LoginCode
from allauth.account.internal.flows.reauthentication import (
    did_recently_reauthenticate,
    get_reauthentication_flows,
    resume_request,
)
from allauth.account.internal.stagekit import clear_login, get_pending_stage, redirect_to_pending_stage
from allauth.account.stages import LoginByCodeStage
from allauth.core.internal import ratelimit
from allauth.core.internal.ratelimit import respond_429
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.webauthn.internal import auth as passkey_ceremony
from allauth.socialaccount.internal import jwtkit

from accounts import trusted

CODE_STAGE = LoginByCodeStage.key


class SecondStep(AuthenticateStage):
    """Asks for the second factor at the sign-in, but not in a browser that its owner trusts."""

    def _should_handle(self, request) -> bool:
        return super()._should_handle(request) and not trusted.is_trusted(request, self.login.user)


__all__ = [
    "CODE_STAGE",
    "CodeProcess",
    "LoginCode",
    "SecondStep",
    "clear_login",
    "did_recently_reauthenticate",
    "get_pending_stage",
    "get_reauthentication_flows",
    "jwtkit",
    "passkey_ceremony",
    "perform_login",
    "ratelimit",
    "record_authentication",
    "redirect_to_pending_stage",
    "respond_429",
    "resume_request",
    "verify_email_indirectly",
]

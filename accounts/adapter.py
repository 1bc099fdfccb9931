"""How allauth does things here: mail through the diary, links from SITE_URL, limits that a hospital does not meet."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.contrib import messages as toasts
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from accounts import addresses, messages, proof
from accounts.allauth_inside import ratelimit, respond_429
from core.language import language
from core.limits import client_address
from core.redirects import safe_path


class AccountAdapter(DefaultAccountAdapter):
    # Each says what to do next.
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is closed. Ask the person who invited you."),
        "cannot_remove_primary_email": _("This is your main address. Make another one the main one first."),
        "duplicate_email": _("This address is yours already: it stands above."),
        "email_password_mismatch": _(
            "This address and this password do not go together. Try again, or have a code sent to you."
        ),
        "email_taken": _("Somebody else signs in with this address."),
        "enter_current_password": _(
            "This is not the password you have now. Try again, or have a link sent to choose another."
        ),
        "incorrect_code": _("This is not the code. Look at the newest mail once more, or have a new code sent."),
        "incorrect_password": _("This is not your password. Try again, or have a link sent to choose another."),
        "invalid_or_expired_key": _("This link has run out or was used before. Ask for a new one."),
        "invalid_password_reset": _("This link has run out or was used before. Ask for a new one."),
        "max_email_addresses": _("No more than %d addresses fit here. Remove one first."),
        "rate_limited": _("That was asked often. Wait a little, then try again."),
        "same_as_current": _("This is what stands there already. Choose another."),
        "too_many_login_attempts": _("That was tried often. Wait a quarter of an hour, then ask for a new code."),
        "unknown_email": _("We know nobody with this address. Use the one your invitation came to."),
        "unverified_primary_email": _("Confirm this address first: open the link that we sent there."),
    }

    def is_open_for_signup(self, request) -> bool:
        """People come by invitation, unless the installation says otherwise (SIGNUP_OPEN)."""
        return settings.SIGNUP_OPEN

    def get_client_ip(self, request) -> str:
        return client_address(request)

    def get_login_redirect_url(self, request) -> str:
        """Lead to Today in the person's own language, whatever the sign-in page spoke."""
        with override(request.user.language):
            return resolve_url(settings.LOGIN_REDIRECT_URL)

    def is_safe_url(self, url: str) -> bool:
        """Only a path of this site is somewhere to go to after a sign-in."""
        return bool(safe_path(url))

    # ---------------------------------------------------------------- whose account, whose address

    def get_reauthentication_methods(self, user) -> list[dict]:
        """allauth knows no way for people without password and second factor: they get a code by mail, or have a PIN."""
        if user.is_authenticated and proof.has_own_way(user):
            if proof.by_pin(user):
                return [{"id": "pin", "description": _("Use the PIN of your card"), "url": reverse("prove_by_pin")}]
            return [{"id": "code", "description": _("Use a code by mail"), "url": reverse("prove_by_code")}]
        return super().get_reauthentication_methods(user)

    def confirm_email(self, request, email_address) -> bool:
        """Confirm an address, unless it is somebody else's by now."""
        if not addresses.may_be_confirmed(email_address):
            toasts.error(request, self.error_messages["email_taken"])
            return False
        if addresses.waits_for_its_claimant(email_address, visitor=request.user):
            toasts.error(request, _("Sign in first, then open the link again."))
            return False
        addresses.take_over(email_address)
        addresses.keep_main(email_address.user)
        return super().confirm_email(request, email_address)

    def can_delete_email(self, email_address) -> bool:
        """A person's own address stays until another one is the main one, confirmed or not."""
        return email_address.email != email_address.user.email and super().can_delete_email(email_address)

    def get_login_stages(self) -> list[str]:
        """Put our own second step, which knows trusted browsers, in the place of allauth's."""
        ours = {"allauth.mfa.stages.AuthenticateStage": "accounts.allauth_inside.SecondStep"}
        return [ours.get(stage, stage) for stage in super().get_login_stages()]

    # ---------------------------------------------------------------- mail

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        """Promise the mail; a worker sends it. What it must carry goes along sealed, and is gone when it has left."""
        user = context.get("user")
        if user is None and template_prefix != "account/email/unknown_account":
            user = addresses.signing_in_with(email)
        messages.post(template_prefix, email=email, user=user, secret=self._secret(user, context))

    def _secret(self, user, context: dict) -> str:
        """Return what the mail carries: a code, or the path of a link in the reader's language."""
        with override(getattr(user, "language", None) or language()):
            if "uid" in context and "key" in context:
                args = {"uidb36": context["uid"], "key": context["key"]}
                return reverse("account_reset_password_from_key", kwargs=args)
            if "activate_url" in context:
                return reverse("account_confirm_email", args=[context["key"]])
        return context.get("code", "")

    # Links in allauth's own context would be made from the request's host, which its sender chooses.
    def get_reset_password_from_key_url(self, key: str) -> str:
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return settings.SITE_URL + path.replace("UID-KEY", key)

    def get_email_confirmation_url(self, request, emailconfirmation) -> str:
        return settings.SITE_URL + reverse("account_confirm_email", args=[emailconfirmation.key])

    # ---------------------------------------------------------------- limits

    def _get_login_attempts_cache_key(self, request, **credentials) -> str:
        """Count wrong passwords by account alone, whatever name the site was called by."""
        return credentials.get("email", "").strip().lower()

    def pre_authenticate(self, request, **credentials) -> None:
        """Count the try before it is made; too many are answered with the page that says so, status 429."""
        key = self._get_login_attempts_cache_key(request, **credentials)
        self._login_failed_rl_usage = ratelimit.consume(request, app="allauth.account", action="login_failed", key=key)
        if not self._login_failed_rl_usage:
            raise ImmediateHttpResponse(respond_429(request))

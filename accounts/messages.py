"""The mails about signing in. Each leaves at once, at most once, and not after what it carries has run out."""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import by_link
from core.language import language
from notifications import kinds, services
from notifications.sealing import unseal


@dataclass(frozen=True)
class _Mail:
    """One of allauth's mails as ours: the name of its kind, and for how many seconds it is worth sending."""

    name: str
    seconds: int
    template: str = ""


_HOUR, _DAY = 3600, 24 * 3600
_MAILS: dict[str, _Mail] = {
    "account/email/login_code": _Mail("login-code", settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT),
    "account/email/password_reset_key": _Mail("password-reset", settings.PASSWORD_RESET_TIMEOUT),
    "account/email/email_confirmation": _Mail("confirm-email", settings.ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS * _DAY),
    "account/email/email_confirmation_signup": _Mail(
        "confirm-email", settings.ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS * _DAY
    ),
    "account/email/unknown_account": _Mail("unknown-address", _HOUR),
    "account/email/account_already_exists": _Mail("known-address", _HOUR),
    **{
        f"{room}/email/{name}": _Mail(f"notice-{name.replace('_', '-')}", 3 * _DAY, "accounts/emails/notice")
        for room, names in {
            "account": (
                "password_changed", "password_set", "password_reset",
                "email_added", "email_changed", "email_confirm", "email_deleted",
            ),
            "mfa": (
                "totp_activated", "totp_deactivated", "recovery_codes_generated", "webauthn_added", "webauthn_removed",
            ),
        }.items()
        for name in names
    },
}  # fmt: skip


_ABOUT_ADDRESSES = frozenset({"notice-email-added", "notice-email-changed", "notice-email-confirm"})


def _happened(name: str) -> str:
    """Return what a notice says has happened."""
    return {
        "notice-password-changed": _("Your password was changed."),
        "notice-password-set": _("A password was set for your account."),
        "notice-password-reset": _("Your password was reset with a link that we sent you."),
        "notice-email-added": _("An e-mail address was added to your account."),
        "notice-email-changed": _("The e-mail address of your account was changed."),
        "notice-email-confirm": _("An e-mail address of your account was confirmed."),
        "notice-email-deleted": _("An e-mail address was removed from your account."),
        "notice-totp-activated": _("An authenticator app now protects your account."),
        "notice-totp-deactivated": _("The authenticator app was removed from your account."),
        "notice-webauthn-added": _("A passkey was added to your account."),
        "notice-webauthn-removed": _("A passkey was removed from your account."),
        "notice-recovery-codes-generated": _("New recovery codes were made for your account."),
    }[name]


def post(template_prefix: str, *, email: str, user: Any, secret: str) -> None:
    """Promise one of allauth's mails to ``email``. Each is an occurrence of its own: asked twice, it is sent twice."""
    mail = _MAILS[template_prefix]
    to = user if user is not None else email
    own = getattr(user, "email", None) or ""
    services.post(
        f"account/{mail.name}",
        to=to,
        about=user if user is not None else ("accounts.user", "nobody"),
        occurrence=uuid.uuid4().hex,
        secret=secret,
        address=email if user is not None and email.lower() != own.lower() else "",
        language="" if user is not None else language(),
        not_after=timezone.now() + datetime.timedelta(seconds=mail.seconds),
    )


def _path(mail: _Mail, message, secret: str) -> str:
    """Return where the mail's link leads: what it carries, a page with a button that signs in, or the sign-in page."""
    if secret.startswith("/"):
        return secret
    if mail.name == "login-code":
        return reverse("sign_in_by_link", args=[by_link.token_for(message)])
    return reverse("account_login")


def _context(mail: _Mail):
    def context(message) -> dict | None:
        secret = unseal(message.secret)
        needs_secret = mail.name in ("login-code", "password-reset", "confirm-email")
        if needs_secret and not secret:
            return None
        words: dict[str, Any] = {
            "secret": secret,
            "path": _path(mail, message, secret),
            "minutes": mail.seconds // 60,
            "hours": mail.seconds // _HOUR,
            "days": mail.seconds // _DAY,
        }
        if mail.name.startswith("notice-"):
            words["happened"] = _happened(mail.name)
            # A strange address is taken off; everything else ends with a new password.
            words["addresses"] = mail.name in _ABOUT_ADDRESSES
            words["path"] = reverse("account_email" if words["addresses"] else "account_reset_password")
        return words

    return context


# What planners call it, and why its reader gets it.
_NAMED = {
    "login-code": (
        gettext_lazy("A code to sign in"),
        gettext_lazy("You get this because somebody used this address to sign in here."),
    ),
    "password-reset": (
        gettext_lazy("A new password"),
        gettext_lazy("You get this because somebody asked for a new password with this address."),
    ),
    "confirm-email": (
        gettext_lazy("An address to confirm"),
        gettext_lazy("You get this because somebody gave this address for an account here."),
    ),
    "unknown-address": (
        gettext_lazy("Somebody signed in with an address that is not known"),
        gettext_lazy("You get this because somebody used this address to sign in here."),
    ),
    "known-address": (
        gettext_lazy("Somebody signed up with an address that is known"),
        gettext_lazy("You get this because somebody wanted to make an account with this address."),
    ),
}
_NAMED_NOTICE = (
    gettext_lazy("Notice that something changed in an account"),
    # It goes to the old address as well as to the new one.
    gettext_lazy("You get this because this address is, or was, one of an account here."),
)
# When each is told, and what stops it.
_TOLD = {
    "login-code": (
        gettext_lazy("At once, when somebody asks for a code to sign in, or to show once more who they are."),
        gettext_lazy("The code has run out before it could leave, or the account is closed."),
    ),
    "password-reset": (
        gettext_lazy("At once, when somebody asks for a link to choose a new password."),
        gettext_lazy("The link has run out before it could leave, or the account is closed."),
    ),
    "confirm-email": (
        gettext_lazy("At once, when an address of an account has to be confirmed."),
        gettext_lazy("The link has run out before it could leave, or the account is closed."),
    ),
    "unknown-address": (
        gettext_lazy("At once, when somebody asks for a code or a new password with an address that has no account."),
        gettext_lazy("An hour has passed before it could leave."),
    ),
    "known-address": (
        gettext_lazy("At once, when somebody wants to make an account with an address that has one already."),
        gettext_lazy("An hour has passed before it could leave, or the account is closed."),
    ),
}
_TOLD_OF_A_CHANGE = (
    gettext_lazy("At once, when a password, an address or another way to sign in to an account has changed."),
    gettext_lazy("Three days have passed before it could leave, or the account is closed."),
)


for _mail in {mail.name: mail for mail in _MAILS.values()}.values():
    _name, _audience = _NAMED.get(_mail.name, _NAMED_NOTICE)
    _when, _stops = _TOLD.get(_mail.name, _TOLD_OF_A_CHANGE)
    kinds.register(
        kinds.Kind(
            key=f"account/{_mail.name}",
            template=_mail.template or f"accounts/emails/{_mail.name.replace('-', '_')}",
            name=_name,
            audience=_audience,
            when=_when,
            stops=_stops,
            context=_context(_mail),
            at_most_once=True,
            importance=kinds.Importance.MUST,
            keeps_hour=True,
            # A code or a link that opens the account stands in no list.
            listed=_mail.name in ("known-address", "unknown-address") or _mail.name.startswith("notice-"),
            priority=kinds.FIRST,
            any_address=True,
        )
    )

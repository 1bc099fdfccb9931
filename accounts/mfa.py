"""Second factors: their keys are sealed, so that a copy of the database opens nobody's account."""

from __future__ import annotations

from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from notifications.sealing import seal, unseal


class SealedMFAAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "add_email_blocked": _("Switch the second step off before you add an address."),
        "cannot_delete_authenticator": _("The second step cannot be switched off now."),
        "cannot_generate_recovery_codes": _("Switch the second step on first: the codes belong to it."),
        "incorrect_code": _(
            "These are not the digits. They change every half minute: type those that stand there now."
        ),
        "unverified_email": _("Confirm your address first: open the link that we sent there."),
    }

    def generate_authenticator_name(self, user, type) -> str:
        """Return how a passkey is called before its owner names it."""
        return gettext("My passkey")

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return whom a passkey is for: the address that people use, never the name by which a request called us."""
        return {"id": settings.SITE_HOST, "name": render_to_string("components/site_name.html")}

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)

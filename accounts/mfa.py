"""Second factors: their keys are sealed, so that a copy of the database opens nobody's account."""

from __future__ import annotations

from allauth.mfa.adapter import DefaultMFAAdapter
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

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)

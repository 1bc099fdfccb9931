"""Second factors: their keys are sealed, so that a copy of the database opens nobody's account."""

from __future__ import annotations

from allauth.mfa.adapter import DefaultMFAAdapter

from notifications.sealing import seal, unseal


class SealedMFAAdapter(DefaultMFAAdapter):
    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)

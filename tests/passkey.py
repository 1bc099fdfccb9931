"""A phone that holds a passkey, in software: it answers what a page asks as a browser with a real one would."""

from __future__ import annotations

import hashlib
import json
import os

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

ORIGIN = "http://localhost:8000"
_PRESENT, _VERIFIED, _WITH_KEY = 0x01, 0x04, 0x40


class Phone:
    """Holds one passkey. ``verified`` False: it was touched, but knows nobody's finger."""

    def __init__(self, *, origin: str = ORIGIN, verified: bool = True) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id, self.owner, self.rp, self.count = os.urandom(16), b"", "", 0
        self.origin, self.flags = origin, _PRESENT | (_VERIFIED if verified else 0)

    def create(self, options: dict) -> str:
        """Make the passkey that a page asks for; return what the form sends."""
        asked = options["publicKey"]
        self.owner, self.rp = websafe_decode(asked["user"]["id"]), asked["rp"]["id"]
        public = ES256.from_cryptography_key(self.key.public_key())
        made = AttestedCredentialData.create(bytes(16), self.id, public)
        data = AuthenticatorData.create(self._rp_hash(), self.flags | _WITH_KEY, self._next(), made)
        return self._answer(
            attestationObject=websafe_encode(bytes(AttestationObject.create("none", data, {}))),
            clientDataJSON=websafe_encode(self._client("webauthn.create", asked["challenge"])),
        )

    def get(self, options: dict) -> str:
        """Sign what a page asks; return what the form sends."""
        asked = options["publicKey"]
        client = self._client("webauthn.get", asked["challenge"])
        data = bytes(AuthenticatorData.create(self._rp_hash(), self.flags, self._next()))
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            authenticatorData=websafe_encode(data),
            clientDataJSON=websafe_encode(client),
            signature=websafe_encode(signature),
            userHandle=websafe_encode(self.owner),
        )

    def _rp_hash(self) -> bytes:
        return hashlib.sha256(self.rp.encode()).digest()

    def _next(self) -> int:
        self.count += 1
        return self.count

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}).encode()

    def _answer(self, **response: str) -> str:
        return json.dumps({
            "id": websafe_encode(self.id), "rawId": websafe_encode(self.id), "type": "public-key", "response": response,
            "clientExtensionResults": {"credProps": {"rk": True}}, "authenticatorAttachment": "platform",
        })  # fmt: skip

"""An organisation's own sign-in (OpenID Connect), small and on this machine: discovery, authorise, token, keys (RS256)."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "series", "only-we-two-know"


class Provider:
    """Signs in whoever ``claims`` describes. Tests bend it: ``changes`` goes into the token, ``key`` signs it."""

    def __init__(self) -> None:
        self.claims: dict[str, Any] = {}
        self.changes: dict[str, Any] = {}
        self.key = self.published = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.codes: dict[str, dict] = {}
        self.asked: list[str] = []
        self.broken: str | None = None  # a path that answers nonsense
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.issuer = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    # ---------------------------------------------------------------- what a browser does there

    def visit(self, address: str) -> str:
        """Sign in at the page to which a browser was sent; return where it is sent back to."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = {**asked, "claims": dict(self.claims)}
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    # ---------------------------------------------------------------- what the site asks

    def answer(self, path: str, sent: dict[str, str]) -> tuple[int, Any]:
        if path == self.broken:
            return 200, "<html>maintenance</html>"
        if path == "/.well-known/openid-configuration":
            names = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
            return 200, {"issuer": self.issuer, **{name: f"{self.issuer}/{one}" for name, one in names.items()}}
        if path == "/keys":
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.published.public_key()))
            return 200, {"keys": [{**public, "kid": "one", "alg": "RS256", "use": "sig"}]}
        if path == "/token":
            return self._token(sent)
        return 404, {}

    def _token(self, sent: dict[str, str]) -> tuple[int, Any]:
        asked = self.codes.pop(sent.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(sent.get("code_verifier", "").encode()).digest())
        right = (
            asked is not None
            and (sent["client_id"], sent["client_secret"]) == (CLIENT, SECRET)
            and asked["redirect_uri"] == sent["redirect_uri"]
            and asked["code_challenge"] == challenge.decode().rstrip("=")
        )
        if not right or asked is None:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        told = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, **asked["claims"], **self.changes}
        signed = jwt.encode(told, self.key, algorithm="RS256", headers={"kid": "one"})
        return 200, {"access_token": "a-token-nobody-logs", "token_type": "Bearer", "id_token": signed}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._say(*provider.answer(urlsplit(self.path).path, {}))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                sent = {name: values[0] for name, values in parse_qs(body).items()}
                self._say(*provider.answer(urlsplit(self.path).path, sent))

            def _say(self, status: int, words: Any) -> None:
                provider.asked.append(self.path)
                said = (words if isinstance(words, str) else json.dumps(words)).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json" if not isinstance(words, str) else "text/html")
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, *args: Any) -> None:
                """Keep quiet."""

        return Handler

"""A push service on this machine: keeps what it is given, opens it with the browser's keys, and misbehaves when asked.

    with PushService() as service:
        browser = service.browser()       # what a browser sends when it subscribes: browser.said
        ...
        assert browser.heard() == ["Something is waiting"]

``answers`` are given before anything else, one for each request: a status, (status, headers), or None for no answer at all.
"""

from __future__ import annotations

import base64
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@dataclass
class Asked:
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Browser:
    """A browser that has asked to be told: its keys, and what its push service keeps for it."""

    service: PushService
    path: str
    key: Any = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    secret: bytes = b"sixteen bytes ok"

    @property
    def endpoint(self) -> str:
        return f"{self.service.base}{self.path}"

    @property
    def said(self) -> dict[str, str]:
        """Return what it fills into the form."""
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"endpoint": self.endpoint, "p256dh": _text(point), "auth": _text(self.secret)}

    def heard(self) -> list[str]:
        """Return everything that it was told, opened."""
        bodies = [one.body for one in self.service.asked if one.path == self.path]
        return [http_ece.decrypt(body, private_key=self.key, auth_secret=self.secret).decode() for body in bodies]


class PushService:
    """Starts on a free port of the loopback, and ends with the block."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.answers: list[Any] = []
        self._browsers = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self) -> PushService:
        self._thread.start()
        return self

    def __exit__(self, *exc) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def browser(self) -> Browser:
        self._browsers += 1
        return Browser(self, f"/wake/{self._browsers}")


def _handler(service: PushService):
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *args) -> None:
            pass

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            service.asked.append(Asked(self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            answer = service.answers.pop(0) if service.answers else 201
            if answer is None:
                time.sleep(0.6)
                self.connection.close()
                return
            status, headers = answer if isinstance(answer, tuple) else (answer, {})
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

    return Handler

"""A server on this machine that speaks as much of Zoom's API as we use, and misbehaves when it is asked to.

    with ZoomServer() as zoom:
        settings.ZOOM_API_URL, settings.ZOOM_TOKEN_URL = zoom.api_url, zoom.token_url

``meetings`` holds what stands there by its number; ``asked`` what was asked, as (method, path without query, body).
``next_answers`` are given before anything else, one for each request to the API: a status, (status, headers), a text that is
no JSON, or a callable that is given the handler and answers itself.
"""

from __future__ import annotations

import base64
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

ACCOUNT, CLIENT, SECRET, USER = "acc-1", "client-1", "s3cret-canary", "host@example.ca"


class ZoomServer:
    """Starts on a free port of the loopback, and ends with the block."""

    def __init__(self) -> None:
        self.meetings: dict[int, dict[str, Any]] = {}
        self.asked: list[tuple[str, str, Any]] = []
        self.next_answers: list[Any] = []
        self.tokens_given = 0
        self.valid: set[str] = set()
        self.expires_in: Any = 3600
        self.token_answer: Any = None
        self.page_size = 300
        self.host = "example.zoom.us"
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self) -> ZoomServer:
        self._thread.start()
        return self

    def __exit__(self, *exc) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def api_url(self) -> str:
        return f"{self.base}/v2"

    @property
    def token_url(self) -> str:
        return f"{self.base}/oauth/token"

    def said(self, method: str) -> list[tuple[str, Any]]:
        """Return path and body of each request by this method to the API."""
        return [(path, body) for how, path, body in self.asked if how == method and path.startswith("/v2")]

    def add(self, **fields: Any) -> dict[str, Any]:
        """Let a meeting stand there; return it."""
        number = 81000000000 + len(self.meetings) + 1
        made = {
            "id": number, "topic": "Another meeting", "agenda": "", "type": 2, "created_at": f"2026-01-01T00:00:{number % 60:02}Z",
            "join_url": f"https://{self.host}/j/{number}?pwd=canary", **fields,
        }  # fmt: skip
        self.meetings[number] = made
        return made


def _handler(zoom: ZoomServer):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args) -> None:
            pass

        def answer(self, status: int, body: Any = None, headers: dict[str, str] | None = None) -> None:
            text = body.encode() if isinstance(body, str) else b"" if body is None else json.dumps(body).encode()
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def heard(self) -> Any:
            text = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            try:
                return json.loads(text)
            except ValueError:
                return text.decode()

        def do(self) -> None:
            body, parts = self.heard(), urlsplit(self.path)
            zoom.asked.append((self.command, parts.path, body))
            if parts.path == "/oauth/token":
                return self.token(body)
            if zoom.next_answers:
                return self.as_told(zoom.next_answers.pop(0))
            if self.headers.get("Authorization", "").removeprefix("Bearer ") not in zoom.valid:
                return self.answer(401, {"code": 124, "message": "Invalid access token."})
            return self.api(parts.path.removeprefix("/v2"), parse_qs(parts.query), body)

        def as_told(self, told: Any) -> None:
            if callable(told):
                return told(self)
            if isinstance(told, str):
                return self.answer(200, told)
            status, headers = told if isinstance(told, tuple) else (told, {})
            return self.answer(status, {"code": status, "message": "As the test wants it."}, headers)

        def token(self, body: Any) -> None:
            if zoom.token_answer is not None:
                return self.as_told(zoom.token_answer)
            pair = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
            words = parse_qs(body if isinstance(body, str) else "")
            if self.headers.get("Authorization") != f"Basic {pair}":
                return self.answer(401, {"reason": "Invalid client_id or client_secret", "error": "invalid_client"})
            if words != {"grant_type": ["account_credentials"], "account_id": [ACCOUNT]}:
                return self.answer(400, {"reason": "Bad Request", "error": "invalid_request"})
            zoom.tokens_given += 1
            token = f"token-{zoom.tokens_given}"
            zoom.valid = {token}
            more = {"token_type": "bearer", "expires_in": zoom.expires_in, "scope": "meeting:write:meeting:admin"}
            return self.answer(200, {"access_token": token, **more})

        def api(self, path: str, query: dict, body: Any) -> None:
            match [unquote(part) for part in path.strip("/").split("/")]:
                case ["users", user, *_rest] if user != USER:
                    return self.answer(404, {"code": 1001, "message": f"User does not exist: {user}."})
                case ["users", _user] if self.command == "GET":
                    return self.answer(200, {"id": "u1", "email": USER})
                case ["users", _user, "meetings"] if self.command == "GET":
                    return self.listed(query)
                case ["users", _user, "meetings"] if self.command == "POST":
                    wanted = {"topic", "type", "start_time", "duration", "agenda", "settings"}
                    if not isinstance(body, dict) or set(body) != wanted or body["type"] != 2:
                        return self.answer(400, {"code": 300, "message": "Validation Failed."})
                    return self.answer(201, zoom.add(**body))
                case ["meetings", number] if number.isdigit() and int(number) in zoom.meetings:
                    if self.command == "PATCH":
                        zoom.meetings[int(number)].update(body)
                        return self.answer(204)
                    if self.command == "DELETE":
                        del zoom.meetings[int(number)]
                        return self.answer(204)
            return self.answer(404, {"code": 3001, "message": "Meeting does not exist."})

        def listed(self, query: dict) -> None:
            begin = int(query.get("next_page_token", ["0"])[0])
            rows = list(zoom.meetings.values())[begin : begin + zoom.page_size]
            more = begin + zoom.page_size
            told = {"next_page_token": str(more) if more < len(zoom.meetings) else "", "meetings": rows}
            return self.answer(200, told)

        do_GET = do_POST = do_PATCH = do_DELETE = do

    return Handler


def hangs_up(handler) -> None:
    """Close the line without an answer."""
    handler.close_connection = True
    handler.connection.close()


def makes_and_hangs_up(zoom: ZoomServer):
    """Return an answer that does what was asked and loses the line before it says so."""

    def told(handler) -> None:
        zoom.add(**zoom.asked[-1][2])
        hangs_up(handler)

    return told


def says_nothing(seconds: float):
    """Return an answer that takes so long that nobody waits for it."""

    def told(handler) -> None:
        time.sleep(seconds)
        hangs_up(handler)

    return told

"""Zoom, by its documented API with server-to-server OAuth (an app of one's own in the Zoom Marketplace).

The meetings are made in the name of one account (ZOOM_USER). Zoom knows no key of the caller's, so ours stands in the
meeting's agenda, where the list of meetings shows it again. Times are told in UTC: no table of time zones but our own
decides when people meet.
"""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import email.utils
import http.client
import json
import logging
import threading
import time
import urllib.parse
import urllib.request
from typing import Any, Final

from django.conf import settings

from sessions.meetings.base import Failed, Gone, Made, Wish
from sessions.meetings.plain import is_allowed
from sessions.models import Trouble

log = logging.getLogger(__name__)

# One word over the network takes no longer than this, an answer not longer than that, and is no larger.
_TIMEOUT: Final = 10.0
_ANSWER_SECONDS: Final = 20.0
_MOST_BYTES: Final = 2_000_000
# The list of meetings is read so far: 3,000 meetings that lie ahead of one account.
_PAGES: Final = 10
# An hour is what Zoom gives a token; the last minute is not used.
_SPARE: Final = 60.0
_LONGEST_WAIT: Final = 24 * 3600.0
# Codes in answers: the token is not valid, the token may not do this, no such user, no such meeting.
_NO_TOKEN, _NO_SCOPE, _NO_USER, _NO_MEETING = 124, 4711, 1001, 3001


def _opener() -> urllib.request.OpenerDirector:
    """Return what speaks http and https and nothing else: it follows no redirect, so that a key goes nowhere it was not sent."""
    opener = urllib.request.OpenerDirector()
    for handler in (urllib.request.ProxyHandler(), urllib.request.HTTPHandler(), urllib.request.HTTPSHandler()):
        opener.add_handler(handler)
    return opener


class Zoom:
    """Meetings of Zoom. The token is kept in this process alone."""

    key = "zoom"
    is_outside = True

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._token, self._until = "", 0.0

    def is_set_up(self) -> bool:
        """Return whether everything that Zoom needs to know us was entered."""
        return all((settings.ZOOM_ACCOUNT_ID, settings.ZOOM_CLIENT_ID, settings.ZOOM_CLIENT_SECRET, settings.ZOOM_USER))

    def make(self, wish: Wish, *, may_exist: bool = False) -> Made:
        """Make a scheduled meeting and return it; with ``may_exist``, take up the one that an earlier try made."""
        if may_exist and (found := self.find(wish.key)):
            first, *doubles = found
            for double in doubles:
                self.cancel(double.outside_id)
            self.change(first.outside_id, wish)
            return first
        return _made(self._ask("POST", f"/users/{_quoted(settings.ZOOM_USER)}/meetings", self._body(wish)))

    def change(self, outside_id: str, wish: Wish) -> None:
        """Tell Zoom the time, the length and the title as they are now. Raises Gone."""
        self._ask("PATCH", f"/meetings/{_quoted(outside_id)}", self._body(wish))

    def cancel(self, outside_id: str) -> None:
        """Delete the meeting. One that is gone already is as good."""
        with contextlib.suppress(Gone):
            self._ask("DELETE", f"/meetings/{_quoted(outside_id)}")

    def find(self, key: str) -> list[Made]:
        """Return the meetings ahead that carry our key, the oldest first."""
        found, page = [], ""
        for _nth in range(_PAGES):
            more = f"&next_page_token={_quoted(page)}" if page else ""
            path = f"/users/{_quoted(settings.ZOOM_USER)}/meetings?type=scheduled&page_size=300{more}"
            answer = self._ask("GET", path)
            meetings = answer.get("meetings")
            if not isinstance(meetings, list):
                raise Failed(Trouble.STRANGE)
            found += [one for one in meetings if isinstance(one, dict) and key in str(one.get("agenda", ""))]
            page = str(answer.get("next_page_token") or "")
            if not page:
                break
        return [_made(one) for one in sorted(found, key=lambda one: str(one.get("created_at", "")))]

    def health(self) -> None:
        """Ask Zoom for the account in whose name meetings are made; raises Failed."""
        if not self.is_set_up():
            raise Failed(Trouble.NOT_SET_UP)
        try:
            self._ask("GET", f"/users/{_quoted(settings.ZOOM_USER)}")
        except Gone:
            raise Failed(Trouble.NO_HOST) from None

    @staticmethod
    def _body(wish: Wish) -> dict[str, Any]:
        return {
            "topic": wish.topic[:200],
            "type": 2,  # scheduled
            "start_time": wish.starts_at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "duration": wish.minutes,
            "agenda": wish.key,
            # No registration and no Zoom account: whoever has pressed Join may come in.
            "settings": {"approval_type": 2, "meeting_authentication": False},
        }

    # ---------------------------------------------------------------- over the network

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return what Zoom answered. A token that does not hold any more is renewed once."""
        status, answer, wait = self._send(method, path, body, self._bearer())
        if status == 401:
            self._forget_token()
            status, answer, wait = self._send(method, path, body, self._bearer())
        if 200 <= status < 300:
            return answer
        code = answer.get("code")
        log.warning(
            "Zoom answered %d to a %s (its code: %s)", status, method, code if isinstance(code, int) else "none"
        )
        if code == _NO_USER:
            raise Failed(Trouble.NO_HOST)
        if status == 404 or code == _NO_MEETING:
            raise Gone
        if status == 429:
            raise Failed(Trouble.BUSY, wait=wait)
        if status >= 500:
            raise Failed(Trouble.AWAY, wait=wait)
        if status in (401, 403) or code in (_NO_TOKEN, _NO_SCOPE):
            raise Failed(Trouble.REFUSED)
        raise Failed(Trouble.STRANGE)

    def _bearer(self) -> str:
        with self._lock:
            if not self._token or time.monotonic() >= self._until:
                self._renew()
            return f"Bearer {self._token}"

    def _forget_token(self) -> None:
        with self._lock:
            self._token = ""

    def _renew(self) -> None:
        pair = f"{settings.ZOOM_CLIENT_ID}:{settings.ZOOM_CLIENT_SECRET}".encode()
        words = urllib.parse.urlencode(
            {"grant_type": "account_credentials", "account_id": settings.ZOOM_ACCOUNT_ID}
        ).encode()
        request = urllib.request.Request(settings.ZOOM_TOKEN_URL, data=words, method="POST")
        request.add_header("Authorization", f"Basic {base64.b64encode(pair).decode()}")
        request.add_header("Content-Type", "application/x-www-form-urlencoded")
        status, answer, wait = _speak(request)
        if status == 429:
            raise Failed(Trouble.BUSY, wait=wait)
        if status >= 500:
            raise Failed(Trouble.AWAY)
        token = answer.get("access_token")
        if status != 200:
            log.warning("Zoom gave no token: %d", status)
            raise Failed(Trouble.REFUSED if 400 <= status < 500 else Trouble.STRANGE)
        if not isinstance(token, str) or not token.isascii() or not token.isprintable() or not token:
            raise Failed(Trouble.STRANGE)
        lasts = answer.get("expires_in")
        self._token = token
        self._until = time.monotonic() + (float(lasts) if isinstance(lasts, int | float) else 0.0) - _SPARE

    @staticmethod
    def _send(method: str, path: str, body: dict[str, Any] | None, bearer: str) -> tuple[int, dict[str, Any], float]:
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(f"{settings.ZOOM_API_URL}{path}", data=data, method=method)
        request.add_header("Authorization", bearer)
        request.add_header("Accept", "application/json")
        if data:
            request.add_header("Content-Type", "application/json")
        return _speak(request)


def _speak(request: urllib.request.Request) -> tuple[int, dict[str, Any], float]:
    """Return status, answer and the seconds to wait. Nothing of what was sent stands in what is raised."""
    try:
        with _opener().open(request, timeout=_TIMEOUT) as response:
            status, headers, text = response.status, response.headers, _read(response)
    except (OSError, http.client.HTTPException, ValueError):
        raise Failed(Trouble.AWAY) from None
    return status, _parsed(text, status), _wait_of(headers.get("Retry-After") or "")


def _read(response: Any) -> bytes:
    until, parts, size = time.monotonic() + _ANSWER_SECONDS, [], 0
    while part := response.read1(65536):
        parts.append(part)
        size += len(part)
        if size > _MOST_BYTES:
            raise Failed(Trouble.STRANGE)
        if time.monotonic() > until:
            raise Failed(Trouble.AWAY)
    return b"".join(parts)


def _parsed(text: bytes, status: int) -> dict[str, Any]:
    if not text.strip():
        return {}
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        answer = None
    if isinstance(answer, dict):
        return answer
    if 200 <= status < 300:
        raise Failed(Trouble.STRANGE)
    return {}


def _wait_of(words: str) -> float:
    """Return the seconds that a Retry-After asks for, in any of its forms: seconds, a moment as Zoom writes it, a date."""
    now = dt.datetime.now(dt.UTC)
    try:
        if words.strip().isdigit():
            return min(float(words), _LONGEST_WAIT)
        until = dt.datetime.fromisoformat(words) if "T" in words[:11] else email.utils.parsedate_to_datetime(words)
        until = until if until.tzinfo else until.replace(tzinfo=dt.UTC)
        return max(0.0, min((until - now).total_seconds(), _LONGEST_WAIT))
    except (ValueError, TypeError, OverflowError):
        return 0.0


def _made(answer: dict[str, Any]) -> Made:
    """Return the meeting that an answer speaks of. Its address counts only where Join may lead."""
    number, url = answer.get("id"), answer.get("join_url")
    if not isinstance(number, int | str) or not str(number).isdigit() or len(str(number)) > 64:
        raise Failed(Trouble.STRANGE)
    if not isinstance(url, str) or len(url) > 500 or not is_allowed(url):
        raise Failed(Trouble.STRANGE)
    return Made(str(number), url)


def _quoted(part: str) -> str:
    return urllib.parse.quote(part, safe="")

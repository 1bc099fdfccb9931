"""A browser without a window: it keeps cookies, sends forms as they stand, and may reload what broke off."""

from __future__ import annotations

import http.client
import time
import urllib.error
import urllib.request
from collections.abc import Iterable
from http.cookiejar import CookieJar
from urllib.parse import urlencode, urljoin, urlsplit

from tests.browser import Form, Reader

_REDIRECTS = 10
_PAUSE = 0.2


class _StayHere(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args, **_more):
        return None


class Page:
    """What a visitor has before them."""

    def __init__(self, url: str, status: int, headers, content: bytes) -> None:
        self.url, self.status, self.headers, self.content = url, status, headers, content

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    @property
    def text(self) -> str:
        return self.content.decode()

    def forms(self) -> list[Form]:
        """Return the forms of the page that are sent by POST."""
        return Reader.of(self).forms

    def form(self, *names: str) -> Form:
        """Return the first form with all of these fields or named buttons."""
        for one in self.forms():
            has = {field.name for field in one.fields} | {name for name, _value in one.presses}
            if has.issuperset(names):
                return one
        raise AssertionError(f"no form with {names} on {self.url} ({self.status})")

    def link(self, *parts: str) -> str:
        """Return the first link with all of these signs."""
        found = [one for one in sorted(Reader.of(self).links) if all(part in one for part in parts)]
        assert found, f"no link with {parts} on {self.url} ({self.status})"
        return found[0]


class Visitor:
    """One person at one browser.

    ``patience``: for so many seconds a request that broke off is sent again as it was, as a person reloads a page.
    ``reloads`` counts these.
    """

    def __init__(self, site: str, *, language: str = "en", patience: float = 0.0) -> None:
        self.site, self.language, self.patience, self.reloads = site, language, patience, 0
        self.cookies = CookieJar()
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self.cookies), _StayHere()
        )

    def open(self, address: str) -> Page:
        """Go to an address and on to where it leads."""
        return self._follow(self._ask(urljoin(self.site, address)))

    def press(self, page: Page, form: Form, *, twice: bool = False, **values: str | Iterable[str]) -> Page:
        """Send a form of a page as it stands, with ``values`` in its fields, and go where it leads.

        ``twice``: a double click. Raises AssertionError where the server broke.
        """
        words = urlencode({**form.sent(), **values}, doseq=True).encode()
        address = urljoin(page.url, form.action or page.url)
        answer = self._ask(address, words, referer=page.url)
        if twice:
            answer = self._ask(address, words, referer=page.url)
        return self._follow(answer)

    def _follow(self, answer: Page) -> Page:
        for _hop in range(_REDIRECTS):
            where = answer.headers.get("Location") if answer.status in (301, 302, 303) else None
            if not where:
                return answer
            answer = self._ask(urljoin(answer.url, where))
        raise AssertionError(f"{answer.url} leads in a circle")

    def _ask(self, address: str, words: bytes | None = None, *, referer: str = "") -> Page:
        address = address.partition("#")[0]
        until = time.monotonic() + self.patience
        while True:
            try:
                answer = self._once(address, words, referer)
            except (OSError, http.client.HTTPException):
                if time.monotonic() > until:
                    raise
            else:
                assert answer.status < 500, f"{answer.status} at {address}"
                return answer
            self.reloads += 1
            time.sleep(_PAUSE)

    def _once(self, address: str, words: bytes | None, referer: str) -> Page:
        headers = {"Accept-Language": f"{self.language}-CA", "Accept": "text/html"}
        if words is not None:
            headers |= {"Origin": self.site, "Referer": referer}
        request = urllib.request.Request(address, data=words, headers=headers)
        try:
            with self._opener.open(request, timeout=30) as answer:
                return Page(address, answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return Page(address, error.code, error.headers, error.read())

"""The really started product as the browser tests meet it: its processes, its mailbox, its diary, and people at browsers."""

from __future__ import annotations

import contextlib
import email
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from stack import REPOSITORY
from stack.data_folder import DataFolder
from stack.embedded import forget_home
from stack.processes import dies_with_us, identity
from stack.supervisor import free_port

PASSWORD = "learning-together"
KEPT = ("PATH", "HOME", "LANG", "TMPDIR")
# Seconds instead of minutes; Join opens long before the drop-in hour, which begins about forty minutes after the start.
WAITS = {
    "TICK_SECONDS": "2",
    "UNDO_SECONDS": "3",
    "LEASE_SECONDS": "10",
    "UNCERTAIN_SECONDS": "5",
    "TAKE_BACK_SECONDS": "3",
    "JOIN_OPENS_MINUTES": "180",
}
# 404 and the like are asked for on purpose by some tests, and Chromium writes them into its console.
ANSWERED_SO = "Failed to load resource: the server responded with a status of 4"


def wait_for(what: Callable, seconds: float = 60.0, why: str = ""):
    """Return the first answer that is true; fail with ``why`` after ``seconds``."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if answer := what():
            return answer
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds:.0f} s: {why or what}")


class House:
    """One copy of the product with its demo, in a folder and on a port of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = DataFolder(folder)
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.environment = {name: os.environ[name] for name in KEPT if name in os.environ}
        self.environment |= {"DATA_DIR": str(folder), "PORT": str(self.port), **WAITS}
        self.output = folder.with_suffix(".output")
        self.process: subprocess.Popen | None = None

    # ---------------------------------------------------------------- start, kill, end
    def begin(self) -> House:
        """Start everything, as start.py does once the packages are there, and wait until it says that it is ready."""
        with open(self.output, "w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "stack", "run"],
                cwd=REPOSITORY,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=dies_with_us(signal.SIGTERM),
            )
        wait_for(self._is_ready, 180, "the product was not ready")
        return self

    def _is_ready(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.said()
        return "ready after" in self.said()

    def said(self) -> str:
        """What the terminal shows."""
        return self.output.read_text()

    def pids(self) -> dict[str, int]:
        return json.loads(self.folder.pids.read_text())

    def kill(self, name: str) -> None:
        """Kill one part without a word (SIGKILL), and wait until it has been started again."""
        before = self.pids()[name]
        os.kill(before, signal.SIGKILL)
        wait_for(lambda: self.pids()[name] != before and identity(self.pids()[name]), 30, f"{name} did not come back")
        assert f"{name} was ended by signal 9; it is started again" in self.said()
        wait_for(self.answers, 60, "the pages did not answer again")

    def answers(self) -> bool:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{self.url}/healthz", timeout=5) as answer:
            return answer.status == 200
        return False

    def interrupt(self) -> int:
        """Press Ctrl-C and return the exit code; ended already: 0."""
        if self.process is None or self.process.poll() is not None:
            return self.process.returncode if self.process else 0
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)

    def processes(self) -> list[int]:
        """Return every process that was told of this folder."""
        mark = f"DATA_DIR={self.folder.path}".encode()
        found = []
        for place in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if mark in (place / "environ").read_bytes().split(b"\0") and identity(int(place.name)):
                    found.append(int(place.name))
        return found

    def clear(self) -> None:
        """Leave nothing running and nothing behind, whatever happened."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        forget_home(self.folder)

    # ---------------------------------------------------------------- the diary, looked at from outside
    def ask(self, statement: str, *values) -> list[tuple]:
        """Ask (or change) the database itself, in a connection of its own."""
        address = json.loads(self.folder.running.read_text())["addresses"]["DATABASE_URL"]
        connection = psycopg2.connect(address)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(statement, values)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def one(self, statement: str, *values):
        """Return the only value of the only row."""
        ((value,),) = self.ask(statement, *values)
        return value

    # ---------------------------------------------------------------- the mailbox
    def letters(self, to: str = "", saying: str = "") -> list[Letter]:
        """Return the mails that really arrived over SMTP: to an address, with these words in subject or text."""
        found = [Letter.read(path) for path in sorted(self.folder.mail.glob("*.eml"))]
        return [one for one in found if (not to or to in one.to) and (not saying or saying in one.subject + one.words)]

    def letter(self, to: str, saying: str, seconds: float = 60.0) -> Letter:
        """Wait for a mail and return it; more than one of it is a failure."""
        wait_for(lambda: self.letters(to, saying), seconds, f"no mail to {to} saying {saying!r}")
        (found,) = self.letters(to, saying)
        return found

    def doubled(self) -> list[str]:
        """Return the Message-IDs that arrived more than once and were not flagged as possible duplicates beforehand."""
        often = [name for name, count in Counter(one.message_id for one in self.letters()).items() if count > 1]
        flagged = {row[0] for row in self.ask("SELECT message_id FROM planned_message WHERE possible_duplicate")}
        return [name for name in often if name not in flagged]


class Letter:
    """A mail as its reader's program shows it."""

    def __init__(self, path: Path, message: EmailMessage) -> None:
        self.name = path.name
        self.raw = path.read_bytes()
        self.to = str(message["x-envelope-to"])
        self.subject = str(message["subject"])
        self.language = str(message["content-language"])
        self.message_id = str(message["message-id"])
        parts = [message.get_body((kind,)) for kind in ("plain", "html")]
        self.words = "\n".join(part.get_content() for part in parts if part is not None)

    @classmethod
    def read(cls, path: Path) -> Letter:
        return cls(path, email.message_from_bytes(path.read_bytes(), policy=default))

    def address(self, path_like: str) -> str:
        """Return the first address of the site in the mail that holds these signs."""
        return next(one for one in re.findall(r"http://localhost:\d+[^\s\"<>]*", self.words) if path_like in one)


class People:
    """Everybody who sits at a browser in a test, and what went wrong in their browsers."""

    def __init__(self, browser: Browser, house: House) -> None:
        self.browser = browser
        self.house = house
        self.problems: list[str] = []
        self.contexts: dict[str, BrowserContext] = {}
        self.meeting_allowed = False

    def sit_down(self, name: str, **settings) -> Page:
        """Return a fresh browser of a person (English, Toronto, a desk), watched for errors."""
        settings = {"locale": "en-CA", "timezone_id": "America/Toronto", **settings}
        context = self.browser.new_context(base_url=self.house.url, **settings)
        context.set_default_timeout(15_000)
        page = context.new_page()
        page.on("console", lambda message: self._console(name, message))
        page.on("pageerror", lambda error: self.problems.append(f"{name}: {error}"))
        page.on("request", lambda request: self._request(name, request.url))
        self.contexts[name] = context
        return page

    def _console(self, name: str, message) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(ANSWERED_SO):
            self.problems.append(f"{name}, console {message.type}: {message.text[:300]}")

    def _request(self, name: str, url: str) -> None:
        parts = urlsplit(url)
        ours = parts.scheme in ("data", "blob", "about") or parts.netloc == f"localhost:{self.house.port}"
        if not ours and not (self.meeting_allowed and parts.netloc == f"127.0.0.1:{self.house.port}"):
            self.problems.append(f"{name} left the site: {url[:200]}")

    def signed_in(self, name: str, address: str, *, french: bool = False, **settings) -> Page:
        """Return the browser of a demo person who has signed in with the password, on Today."""
        page = self.sit_down(name, **({"locale": "fr-CA"} if french else {}), **settings)
        page.goto("/fr/comptes/connexion/" if french else "/accounts/login/")
        sign_in(page, address)
        return page

    def leave(self) -> None:
        for context in self.contexts.values():
            context.close()
        self.contexts.clear()

    def check(self) -> None:
        """Fail with what went wrong in anybody's browser so far."""
        found, self.problems = self.problems, []
        assert found == []


def sign_in(page: Page, address: str) -> None:
    """Fill in the sign-in page that is open."""
    page.locator("input[name=login]").fill(address)
    page.locator("input[type=password]").fill(PASSWORD)
    page.locator("form:has(input[type=password]) button[type=submit]").click()
    page.wait_for_url(re.compile(r"/(today|aujourdhui|invitation|fr/invitation)/"))


def crawl(context: BrowserContext, start: str, most: int = 40) -> Iterator[tuple[str, str]]:
    """Follow the links of the site from a page and yield (address, text) of each page, ``most`` of them at most."""
    waiting, seen = [start], set()
    while waiting and len(seen) < most:
        path = waiting.pop(0)
        if path in seen or "logout" in path:
            continue
        seen.add(path)
        answer = context.request.get(path)
        if "html" not in answer.headers.get("content-type", ""):
            continue
        text = answer.text()
        yield path, text
        for link in re.findall(r'href="(/[^"#]*)"', text):
            if not link.startswith(("/static/", "//")) and link not in seen:
                waiting.append(link)


def without_browser() -> None:
    """Skip where no browser is."""
    if os.environ.get("WITHOUT_BROWSER") == "1":
        pytest.skip("no browser here (WITHOUT_BROWSER)")

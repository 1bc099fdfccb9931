"""The browser of the tests: Debian's Chromium, found, installed where that is allowed, and tried."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
IN_A_CONTAINER = ("--no-sandbox", "--disable-dev-shm-usage")


@dataclass(frozen=True)
class Browser:
    """A browser that has shown a page, and what it had to be told for that."""

    path: str
    arguments: tuple[str, ...] = ()

    def environment(self) -> dict[str, str]:
        """How the tests are told of it."""
        return {"CHROMIUM": self.path, "CHROMIUM_ARGUMENTS": " ".join(self.arguments)}


def find() -> str | None:
    """The path of a browser, if there is one."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    return next((path for path in map(shutil.which, NAMES) if path), None)


def starts(path: str, arguments: Iterable[str]) -> bool:
    """Whether the browser shows an empty page with these arguments."""
    with tempfile.TemporaryDirectory(prefix="lc-chromium-", ignore_cleanup_errors=True) as profile:
        command = [path, "--headless=new", "--disable-gpu", f"--user-data-dir={profile}", *arguments]
        try:
            done = subprocess.run(
                [*command, "--dump-dom", "data:text/html,<p>here</p>"],
                capture_output=True,
                text=True,
                timeout=30,
                stdin=subprocess.DEVNULL,
            )
        except (OSError, subprocess.TimeoutExpired):
            return False
    return done.returncode == 0 and "here" in done.stdout


def install() -> bool:
    """Install Chromium by apt-get, as root or with a sudo that asks nothing."""
    if not shutil.which("apt-get"):
        return False
    rights: list[str] = []
    if os.geteuid() != 0:
        if not shutil.which("sudo") or subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode:
            return False
        rights = ["sudo", "-n"]
    print("Installing Chromium for the browser tests …", flush=True)
    apt = [*rights, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    for words in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
        done = subprocess.run([*apt, *words], stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode:
            print(done.stderr.rstrip())
            return False
    return True


def ready() -> Browser | str:
    """A browser that works here, or a sentence that says what is missing."""
    path = find()
    if path is None and install():
        path = find()
    if path is None:
        return (
            "Chromium is missing: install it with `apt install chromium`, or name one with CHROMIUM=/path/to/it; "
            "--without-browser leaves its tests out."
        )
    # Root never gets a sandbox from Chromium, so asking for one only costs time.
    if os.geteuid() != 0 and starts(path, ()):
        return Browser(path)
    if starts(path, IN_A_CONTAINER):
        return Browser(path, IN_A_CONTAINER)
    return (
        f"Chromium is there ({path}) but shows no page: run `{path} --headless=new --dump-dom about:blank` to see why."
    )

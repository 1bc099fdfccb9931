#!/usr/bin/env python3
"""One command from nothing to a running product: `python3 start.py [WORD ...]`.

Standard library only. It makes `.venv`, installs the locked packages into it
when the lock has changed, and hands over to `python -m stack`.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

try:
    import fcntl
except ImportError:
    sys.exit("This runs on Linux, on macOS, and on Windows inside WSL: open a WSL terminal and start it there.")

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed.json"
LISTS = {"plain": HERE / "requirements.txt", "dev": HERE / "requirements-dev.txt"}
WORDS_THAT_DEVELOP = {"test", "check", "bench"}
OLDEST, TOO_NEW = (3, 11), (3, 14)


class Stop(Exception):
    """Something the person at the keyboard has to know, in one sentence."""


def list_for(words: list[str]) -> str:
    """Which of the two lists of packages the first word needs."""
    return "dev" if words and words[0] in WORDS_THAT_DEVELOP else "plain"


def hashes() -> dict[str, str]:
    """What each list of packages says today."""
    return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in LISTS.items()}


def satisfied(stamp: Mapping[str, str], wanted: str, today: Mapping[str, str]) -> bool:
    """Whether what was installed last holds everything that is wanted now.

    The larger list holds the smaller one, so a venv made for the tests also
    runs the product, and going to and fro installs nothing.
    """
    installed = stamp.get("list")
    if installed not in ("dev", wanted):
        return False
    return all(stamp.get(name) == today[name] for name in {wanted, installed})


def read_stamp() -> dict[str, str]:
    """What was installed last; nothing where that is not known."""
    try:
        stamp = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def list_to_install(wanted: str, stamp: Mapping[str, str]) -> str:
    """Which list to bring the venv to: a developer's tools are never taken away by a plain start."""
    if wanted == "plain" and (stamp.get("list") == "dev" or (not stamp and has_tools())):
        return "dev"
    return wanted


def has_tools() -> bool:
    """Whether somebody has installed the developers' list by hand."""
    return subprocess.run([PYTHON, "-c", "import pytest"], capture_output=True).returncode == 0


def check_python(version: tuple[int, ...] = sys.version_info[:2]) -> None:
    """Refuse a Python that the locked packages were not chosen for."""
    if not OLDEST <= version < TOO_NEW:
        raise Stop(
            f"This needs Python 3.11, 3.12 or 3.13, and this is {version[0]}.{version[1]}: "
            "run start.py with one of those, for example `python3.12 start.py`."
        )


def quietly(command: list[str], *, env: Mapping[str, str], doing: str) -> None:
    """Run a command without its chatter; show the chatter only when it fails."""
    done = subprocess.run(
        command,
        cwd=HERE,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    if done.returncode == 0:
        return
    if "No space left on device" in done.stdout:
        raise Stop(f"The disk is full: make room, then start again (this was {doing}).")
    print(done.stdout.rstrip(), file=sys.stderr)
    raise Stop(
        f"It did not work out while {doing}; the lines above are what the installer said. "
        "Check the connection to your package index and start again."
    )


def venv_works() -> bool:
    """Whether there is a venv, and its Python still starts and has pip."""
    if not PYTHON.exists():
        return False
    probe = subprocess.run([PYTHON, "-c", "import pip"], capture_output=True)
    return probe.returncode == 0


def make_venv() -> None:
    """Make `.venv`, or say what is missing for it."""
    try:
        import ensurepip  # noqa: F401  (Debian ships Python without it)
        import venv
    except ImportError:
        raise Stop(
            "This Python cannot make a virtual environment: "
            "on Debian or Ubuntu run `apt install python3-venv`, then start again."
        ) from None
    STAMP.unlink(missing_ok=True)
    try:
        venv.EnvBuilder(with_pip=True, symlinks=True, upgrade_deps=False).create(VENV)
    except subprocess.CalledProcessError as error:
        raise Stop(f"Making .venv did not work out ({error}): delete the folder .venv and start again.") from None


def installer_environment() -> dict[str, str]:
    """The environment for pip and uv: uv is told the package index that pip uses."""
    env = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "UV_NO_PROGRESS": "1"}
    env.pop("VIRTUAL_ENV", None)
    if {"UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_CONFIG_FILE"} & env.keys():
        return env
    answer = subprocess.run([PYTHON, "-m", "pip", "config", "list"], capture_output=True, text=True, env=env).stdout
    # pip's own order: a setting in the environment beats one in a file.
    for where in (":env:", "install", "global"):
        found = re.search(rf"^{re.escape(where)}\.index-url='([^']+)'$", answer, re.MULTILINE)
        if found:
            env["UV_DEFAULT_INDEX"] = found[1]
            break
    return env


def install(wanted: str) -> None:
    """Bring the venv to exactly what the wanted list says."""
    print("Installing what the product needs (only when the list has changed) …", flush=True)
    env = installer_environment()
    if subprocess.run([PYTHON, "-m", "uv", "--version"], capture_output=True).returncode:
        quietly(
            [str(PYTHON), "-m", "pip", "install", "--quiet", "uv"],
            env=env,
            doing="fetching the installer (uv)",
        )
    STAMP.unlink(missing_ok=True)
    sync = [str(PYTHON), "-m", "uv", "pip", "sync", "--python", str(PYTHON), "--require-hashes", "--compile-bytecode"]
    quietly([*sync, str(LISTS[wanted])], env=env, doing=f"installing {LISTS[wanted].name}")
    STAMP.write_text(json.dumps({"list": wanted, **hashes()}))


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Keep two starts from installing into the same venv at once."""
    VENV.mkdir(exist_ok=True)
    with open(VENV / "installing.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def prepare(words: list[str]) -> None:
    """Make the venv ready for these words; nothing is done when it is."""
    check_python()
    wanted = list_for(words)
    with alone():
        if not venv_works():
            make_venv()
        stamp = read_stamp()
        if not satisfied(stamp, wanted, hashes()):
            install(list_to_install(wanted, stamp))


def main(words: list[str]) -> int:
    """Prepare, then become `python -m stack WORD …`."""
    try:
        prepare(words)
    except Stop as stop:
        print(stop, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. Start again whenever you like: it goes on from here.", file=sys.stderr)
        return 130
    except OSError as error:
        full = error.errno == 28
        print(
            "The disk is full: make room, then start again."
            if full
            else f"The folder {HERE} cannot be written ({error.strerror}): "
            "copy the product to a folder of your own and start it there.",
            file=sys.stderr,
        )
        return 1
    os.chdir(HERE)
    return os.execv(PYTHON, [str(PYTHON), "-m", "stack", *words])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

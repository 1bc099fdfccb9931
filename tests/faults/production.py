"""The parts of a real installation, started one by one as docker-compose.yml starts them, on the servers of the tests."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import time
import uuid
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import yaml

from stack import REPOSITORY
from stack.smtp_sink import __file__ as _SINK
from stack.supervisor import free_port

COMPOSE = yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text())
PARTS = ("migrate", "web", "worker", "beat")
# What differs from machine to machine, and therefore from the test: addresses and places, nothing else.
OURS = {
    "DATABASE_URL",
    "REDIS_URL",
    "CELERY_BROKER_URL",
    "EMAIL_URL",
    "DATA_DIR",
    "STATIC_ROOT",
    "BIND",
    "TICK_SECONDS",
}
SECRETS = {"SECRET_KEY": "a-key-of-the-tests-" + "k" * 40, "POSTGRES_PASSWORD": "sesame"}
KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "TZ")
PROGRAMS = {"python": [sys.executable], "gunicorn": [sys.executable, "-m", "gunicorn"],
            "celery": [sys.executable, "-m", "celery"]}  # fmt: skip


def env_file() -> dict[str, str]:
    """What .env.example says, the secrets filled in."""
    lines = (REPOSITORY / ".env.example").read_text().splitlines()
    said = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    return said | SECRETS


def told(part: str) -> dict[str, str]:
    """The environment that compose gives to a part."""
    file = env_file()
    said = COMPOSE["services"][part]["environment"]
    return file | {k: re.sub(r"\$\{(\w+)\}", lambda found: file[found[1]], str(v)) for k, v in said.items()}


def command_of(part: str, place: Path) -> list[str]:
    """The command that compose gives to a part, its program taken from our venv, its /tmp a folder of the test."""
    program, *words = COMPOSE["services"][part]["command"]
    return [*PROGRAMS[program], *(word.replace("/tmp/", f"{place}/") for word in words)]


def database(name: str) -> str:
    """The address of another database on the server of the tests."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    if parts.query:
        return urlunsplit(parts._replace(path=f"/{name}"))
    return os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{name}"


def connect(name: str):
    """A connection to one of them, as Django would make it."""
    from django.db import connection

    params = connection.get_connection_params() | {"dbname": name}
    for ours in ("cursor_factory", "client_encoding", "options"):
        params.pop(ours, None)
    return psycopg2.connect(**params)


@contextlib.contextmanager
def fresh_database(*, migrated: bool = False):
    """A database of its own, gone afterwards; with its tables where the lane has them at hand."""
    template = os.environ.get("TEST_DATABASE_TEMPLATE") if migrated else None
    name = f"lc_faults_{uuid.uuid4().hex[:10]}"
    server = connect("postgres")
    server.autocommit = True
    try:
        with server.cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if template else ""))
            try:
                yield name
            finally:
                cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    finally:
        server.close()


class Sink:
    """The mail server of the tests as a process: what it took lies in a folder."""

    def __init__(self, place: Path) -> None:
        self.port, self.folder = free_port(), place / "mail"
        words = [sys.executable, _SINK, "--port", str(self.port), "--folder", str(self.folder)]
        self.process = subprocess.Popen(words, cwd=REPOSITORY, env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
                                        stdout=subprocess.DEVNULL)  # fmt: skip

    def letters(self) -> list[str]:
        return [path.read_text() for path in sorted(self.folder.glob("*.eml"))]

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(10)


class Installation:
    """Everything that compose would run, in a folder of the test."""

    def __init__(self, place: Path, name: str) -> None:
        self.place, self.port, self.sink = place, free_port(), Sink(place)
        (place / "data").mkdir(exist_ok=True)
        self.database = name
        broker = os.environ["CELERY_BROKER_URL"]
        self.ours = {
            "DATABASE_URL": database(name),
            "REDIS_URL": os.environ["REDIS_URL"].rpartition("=")[0] + "=8",
            "CELERY_BROKER_URL": broker + ("?virtual_host=9" if broker.startswith("redis+socket") else ""),
            "EMAIL_URL": f"smtp://127.0.0.1:{self.sink.port}",
            "DATA_DIR": str(place / "data"),
            "STATIC_ROOT": str(place / "static"),
            "BIND": f"127.0.0.1:{self.port}",
            "TICK_SECONDS": "10",  # the floor of production
            "QUIET_HOURS": "",  # a test runs at any hour
        }
        self.running: dict[str, subprocess.Popen] = {}

    def environment(self, part: str, **more: str) -> dict[str, str]:
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        return kept | told(part) | self.ours | {"PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"} | more

    def run(self, *words: str, part: str = "migrate", **more: str) -> subprocess.CompletedProcess:
        """Run a command to its end in the environment of a part."""
        return subprocess.run(
            [sys.executable, *words], cwd=REPOSITORY, env=self.environment(part, **more), stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=100,
        )  # fmt: skip

    def build(self) -> None:
        """What the image does when its packages are there."""
        (script,) = re.findall(
            r"ENVIRONMENT_FILE=/dev/null (\S+)", (REPOSITORY / "deploy" / "Containerfile").read_text()
        )
        done = subprocess.run(
            [REPOSITORY / script], cwd="/", env=self.environment("migrate", ENVIRONMENT_FILE="/dev/null"),
            capture_output=True, text=True, timeout=100,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr

    def start(self, part: str) -> subprocess.Popen:
        with open(self.log(part), "wb") as log:
            self.running[part] = subprocess.Popen(
                command_of(part, self.place), cwd=REPOSITORY, env=self.environment(part), stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        return self.running[part]

    def log(self, part: str) -> Path:
        return self.place / f"{part}.log"

    def end(self) -> None:
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.sink.end()


def wait_for(what, seconds: float = 60.0):
    """The first answer that is true, or a failure that says how long was waited."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if answer := what():
            return answer
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds:.0f} s")

"""The stack that is measured: production settings, gunicorn, worker, PostgreSQL that waits for its disk, Valkey."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from stack import REPOSITORY
from stack.problems import Problem, last_lines
from stack.processes import Child, end_together
from stack.services import Temporary, temporary
from stack.supervisor import beat_command, free_port, worker_command

SETTINGS = "bench.settings"
SECONDS_TO_START = 60.0


@dataclass
class Stage:
    """Where the measured stack is, and how to speak to it."""

    servers: Temporary
    port: int
    mail_port: int
    environment: dict[str, str]

    def manage(self, *words: str) -> None:
        """Run a management command to its end."""
        self._python("manage.py", *words)

    def seed(self, word: str, *rest: str, text: str = "") -> Any:
        """Run one of bench.seed's words and return its answer."""
        return json.loads(self._python("-m", "bench.seed", word, *rest, text=text).splitlines()[-1])

    def _python(self, *words: str, text: str = "") -> str:
        done = subprocess.run(
            [sys.executable, *words], cwd=REPOSITORY, env=self.environment, input=text, capture_output=True, text=True
        )
        if done.returncode:
            raise Problem(f"`{' '.join(words)}` did not work out:\n{done.stderr.strip()[-2000:]}")
        return done.stdout


@contextlib.contextmanager
def stage() -> Iterator[Stage]:
    """Start everything, migrated and empty; end everything afterwards."""
    with temporary(hurried=False) as servers:
        port, mail_port = free_port(), free_port()
        environment = servers.environment(settings=SETTINGS) | {
            "BENCH": "1", "BIND": f"127.0.0.1:{port}", "SITE_URL": f"http://localhost:{port}", "LOG_LEVEL": "WARNING",
            "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}", "ALLOWED_HOSTS": "localhost,127.0.0.1", "PORT": str(port),
            "TICK_SECONDS": "10",  # the floor of production: a round that ends early is taken up again
        }  # fmt: skip
        environment.pop("DEBUG", None)
        made = Stage(servers, port, mail_port, environment)
        logs = servers.folder.logs
        web = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", "config.wsgi:application"]
        children = [
            Child("counter", [sys.executable, "-m", "bench.mail", str(mail_port)], logs / "counter.log", environment),
            Child("worker", worker_command(), logs / "worker.log", environment),
            Child("beat", beat_command(servers.folder), logs / "beat.log", environment),
            Child("web", web, logs / "web.log", environment),
        ]
        made.manage("build_messages")
        made.manage("migrate", "--noinput", "--verbosity", "0")
        try:
            for child in children:
                child.start()
            _wait(made, children[-1])
            yield made
        finally:
            end_together(children[::-1])


def _wait(made: Stage, web: Child) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and web.is_alive():
        with contextlib.suppress(OSError), urllib.request.urlopen(f"http://localhost:{made.port}/healthz") as answer:  # nosec B310
            if answer.status == 200:
                return
        time.sleep(0.1)
    raise Problem(f"The pages did not answer; the last words were:{last_lines(web.log)}")

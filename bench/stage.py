"""The stack that is measured: production settings, gunicorn, worker, PostgreSQL that waits for its disk, Valkey."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
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
    worker: Child

    def manage(self, *words: str) -> None:
        """Run a management command to its end."""
        self._python("manage.py", *words)

    def seed(self, word: str, *rest: str, text: str = "", module: str = "bench.seed") -> Any:
        """Run one of bench.seed's words (or of another ``module``'s) and return its answer."""
        return json.loads(self._python("-m", module, word, *rest, text=text).splitlines()[-1])

    def beside(self, name: str, settings: str = SETTINGS) -> Stage:
        """Return the same stage with an empty database of this name, at which no worker looks."""
        self.servers.postgres.make_database(name)
        more = {"DATABASE_URL": self.servers.postgres.url(name), "DJANGO_SETTINGS_MODULE": settings}
        made = replace(self, environment=self.environment | more)
        made.manage("migrate", "--noinput", "--verbosity", "0")
        return made

    def memory(self) -> float:
        """Return the most memory in MB that a process of the worker has had, 0 where the system does not say."""
        found = [0.0]
        mother = self.worker.process.pid if self.worker.process else 0
        for place in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError, ValueError):
                facts = dict(line.split(":", 1) for line in (place / "status").read_text().splitlines() if ":" in line)
                if mother in (int(facts["PPid"]), int(facts["Pid"])):
                    found.append(int(facts["VmHWM"].split()[0]) / 1024)
        return max(found)

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
            "QUIET_HOURS": "",
            "MAILS_A_DAY": "1000000",
        }  # fmt: skip
        environment.pop("DEBUG", None)
        logs = servers.folder.logs
        worker = Child("worker", worker_command(), logs / "worker.log", environment)
        made = Stage(servers, port, mail_port, environment, worker)
        web = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", "config.wsgi:application"]
        children = [
            Child("counter", [sys.executable, "-m", "bench.mail", str(mail_port)], logs / "counter.log", environment),
            worker,
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

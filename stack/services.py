"""PostgreSQL and Valkey for the time of one word: those of the data folder, or throw-away ones."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from stack.data_folder import DataFolder, read_json
from stack.embedded import Postgres, Valkey
from stack.environment import DEVELOPMENT, child_environment, port_of
from stack.problems import Problem, last_lines
from stack.processes import Child, end_together
from stack.supervisor import Supervisor


@contextlib.contextmanager
def at_hand(folder: DataFolder) -> Iterator[dict[str, str]]:
    """The environment for a command on this folder's data, whether or not the product runs now."""
    folder.prepare()
    running = read_json(folder.running)
    if folder.is_locked() and running:
        yield child_environment(
            folder,
            port=port_of(),
            settings=os.environ.get("DJANGO_SETTINGS_MODULE") or DEVELOPMENT,
            addresses=running["addresses"],
            demo=running["demo"],
        )
        return
    with folder.lock():
        demo = os.environ.get("DEMO", "1") not in ("0", "", "false", "no") and not folder.real.exists()
        supervisor = Supervisor(folder, port=port_of(), demo=demo)
        supervisor.listen_for_signals()
        try:
            supervisor.end_orphans()
            supervisor.start_services()
            yield supervisor.environment()
        finally:
            supervisor.end_all()


@dataclass(frozen=True)
class Temporary:
    """Throw-away servers: where they are, and the cluster to make databases in."""

    folder: DataFolder
    postgres: Postgres
    valkey: Valkey

    def environment(self, *, settings: str, database: str = "lc") -> dict[str, str]:
        """The environment for a command on these servers, whatever the person has set for others."""
        addresses = {
            "DATABASE_URL": self.postgres.url(database),
            "REDIS_URL": self.valkey.redis_url,
            "CELERY_BROKER_URL": self.valkey.broker_url,
            "EMAIL_URL": "smtp://127.0.0.1:1",
        }
        base = {name: value for name, value in os.environ.items() if name not in ("SITE_URL", "SECRET_KEY_FILE")}
        return child_environment(self.folder, port=8000, settings=settings, addresses=addresses, demo=False, base=base)


@contextlib.contextmanager
def temporary(*, hurried: bool = True) -> Iterator[Temporary]:
    """Servers of their own in a folder that is removed afterwards; hurried ones never wait for the disk."""
    place = Path(tempfile.mkdtemp(prefix="lc-"))
    place.chmod(0o711)  # PostgreSQL may run as another user, who has to pass through
    folder = DataFolder(place / "data")
    children: list[Child] = []
    try:
        folder.prepare()
        postgres = Postgres(place, folder.logs, hurried=hurried)
        postgres.make()
        valkey = Valkey(folder.path, folder.logs)
        for child, is_ready in ((postgres.child(), postgres.is_ready), (valkey.child(), valkey.is_ready)):
            children.append(child)
            child.start()
            _wait(child, is_ready)
        postgres.make_database()
        yield Temporary(folder, postgres, valkey)
    finally:
        end_together(children[::-1])
        shutil.rmtree(place, ignore_errors=True)


def _wait(child: Child, is_ready: Callable[[], bool], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not is_ready():
        if not child.is_alive() or time.monotonic() > deadline:
            raise Problem(f"{child.name} did not start; its last words were:{last_lines(child.log)}")
        time.sleep(0.02)

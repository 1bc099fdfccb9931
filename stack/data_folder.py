"""The data folder: where it is, what lies in it, and who may use it now."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stack import REPOSITORY
from stack.problems import Problem

MARK = "README.txt"
MARK_TEXT = (
    "This folder holds the data of one copy of the product: its database, mail, logs and keys.\n"
    "`python3 start.py reset` empties it. Please change nothing in it by hand.\n"
)


def write_whole(path: Path, text: str, mode: int = 0o644) -> None:
    """Write a file so that a reader sees the old one or the new one, never a half."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    try:
        with os.fdopen(handle, "w") as file:
            file.write(text)
        os.replace(unfinished, path)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise


def read_json(path: Path) -> Any:
    """What a JSON file says; None where it is missing or broken."""
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError):
        return None


@dataclass(frozen=True)
class DataFolder:
    """The folder that `DATA_DIR` names, and the places inside it."""

    path: Path

    @classmethod
    def of(cls, environment: Mapping[str, str] = os.environ) -> DataFolder:
        """The folder named by the environment, or `.local` in the repository."""
        named = environment.get("DATA_DIR")
        return cls((Path(named).expanduser() if named else REPOSITORY / ".local").absolute())

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def mail(self) -> Path:
        return self.path / "mail"

    @property
    def run(self) -> Path:
        return self.path / "run"

    @property
    def pids(self) -> Path:
        """{name: pid} of every child that runs now."""
        return self.path / "pids.json"

    @property
    def running(self) -> Path:
        """The environment that the running children were given, for words said meanwhile."""
        return self.run / "environment.json"

    @property
    def secret_key(self) -> Path:
        return self.path / "secret-key"

    @property
    def demo_accounts(self) -> Path:
        return self.path / "demo-accounts.json"

    @property
    def real(self) -> Path:
        """Lies there once somebody has begun for real: from then on the demo stays out of this folder."""
        return self.path / "real-installation"

    def prepare(self) -> None:
        """Make the folder and its places; say so in one sentence where that is impossible."""
        try:
            fresh = not self.path.exists() or not any(self.path.iterdir())
            for place in (self.path, self.logs, self.mail, self.run):
                place.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_whole(self.run / "writable", "")
            if fresh or self.path == REPOSITORY / ".local":
                write_whole(self.path / MARK, MARK_TEXT)
            if not self.secret_key.exists():
                write_whole(self.secret_key, secrets.token_urlsafe(50), mode=0o600)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise
            raise Problem(
                f"The data folder {self.path} cannot be written ({error.strerror}): "
                "make it yours, or name another with DATA_DIR."
            ) from None

    @contextlib.contextmanager
    def lock(self, **owner: object) -> Iterator[None]:
        """Hold the folder for this process; a second start is told who has it.

        The lock goes with the process however it ends, so it is never stale.
        """
        with open(self.path / "lock", "a+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                if error.errno not in (errno.EAGAIN, errno.EACCES):
                    raise
                raise Problem(self._taken()) from None
            file.truncate(0)
            file.write(json.dumps({"pid": os.getpid(), **owner}))
            file.flush()
            try:
                yield
            finally:
                file.truncate(0)

    def is_locked(self) -> bool:
        """Whether another process holds the folder now."""
        try:
            with open(self.path / "lock") as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except BlockingIOError:
            return True
        return False

    def _taken(self) -> str:
        owner = read_json(self.path / "lock") or {}
        process = f" (process {owner['pid']})" if "pid" in owner else ""
        address = f" at {owner['address']}" if "address" in owner else ""
        return (
            f"It already runs from the folder {self.path}{address}{process}: "
            "stop that one first, or start a second copy with another DATA_DIR and PORT."
        )

    def is_ours(self) -> bool:
        """Whether this folder was made by us, so that we may empty it."""
        return (self.path / MARK).exists()

    def empty(self) -> None:
        """Remove everything in the folder but the lock and the mark that it is ours."""
        for entry in self.path.iterdir():
            if entry.name in ("lock", MARK):
                continue
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()

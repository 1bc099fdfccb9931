"""One child process: started in a session of its own, and ended with all its descendants."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from stack import REPOSITORY

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
LOG_LIMIT = 5 * 1024 * 1024


@dataclass(frozen=True)
class Account:
    """The user that a child runs as, where it must not be the one that started us."""

    user: int
    group: int


def dies_with_us(signal_number: int) -> Callable[[], None]:
    """What a child does between fork and exec: ask the kernel to be told of our death."""
    parent = os.getpid()

    def ask() -> None:
        if LIBC is not None:
            LIBC.prctl(PR_SET_PDEATHSIG, signal_number)
            if os.getppid() != parent:
                os._exit(1)

    return ask


@dataclass
class Child:
    """A process that is kept running, and how it is started and ended."""

    name: str
    command: list[str]
    log: Path
    environment: Mapping[str, str]
    stop_signal: signal.Signals = signal.SIGTERM
    seconds_to_end: float = 8.0
    account: Account | None = None
    before: Callable[[], None] | None = None
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    started_at: float = 0.0

    def start(self) -> None:
        """Start it, with its words going to its log."""
        if self.before is not None:
            self.before()
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=dict(self.environment),
                cwd="/" if self.account else REPOSITORY,
                start_new_session=True,
                preexec_fn=dies_with_us(self.stop_signal),
                user=self.account.user if self.account else None,
                group=self.account.group if self.account else None,
                extra_groups=[] if self.account else None,
            )
        self.started_at = time.monotonic()

    def is_alive(self) -> bool:
        """Whether it runs; the descendants of one that has died are ended too."""
        if self.process is None:
            return False
        if self.process.poll() is None:
            return True
        kill_group(self.process.pid, signal.SIGKILL)
        return False

    def ask_to_stop(self) -> None:
        """Ask it to end in its own good way."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(self.stop_signal)

    def make_sure(self) -> None:
        """Wait for a child that was asked to stop, and end it by force when it takes too long."""
        if self.process is None:
            return
        try:
            self.process.wait(self.seconds_to_end)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        kill_group(self.process.pid, signal.SIGKILL)

    def how_it_ended(self) -> str:
        """A few words on the end of the process, for a line to the person."""
        code = self.process.returncode if self.process else None
        if code is None:
            return "did not start"
        return f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"


def kill_group(leader: int, signal_number: signal.Signals) -> None:
    """Send a signal to every process of a child's session that is still there."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal_number)


def end_together(children: list[Child]) -> None:
    """Ask all of these at once, then wait for each."""
    for child in children:
        child.ask_to_stop()
    for child in children:
        child.make_sure()


def identity(pid: int) -> str | None:
    """When this process began, which with its number names it beyond doubt; None if gone."""
    if sys.platform == "linux":
        try:
            # The name in brackets may hold blanks; the fields after it do not.
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return None
        return None if fields[0] in "ZX" else fields[19]
    answer = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True).stdout.strip()
    return answer or None


def end_orphan(pid: int, signal_number: signal.Signals = signal.SIGTERM, seconds: float = 5.0) -> None:
    """End a process that a killed supervisor of ours has left behind, then whatever it had started."""
    # The first one alone: it tells its own in a good way, as when it is asked by a supervisor that lives.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, signal_number)
    deadline = time.monotonic() + seconds
    while identity(pid) is not None and time.monotonic() < deadline:
        time.sleep(0.05)
    kill_group(pid, signal.SIGKILL)

"""Killing senders on purpose and counting what came of it."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from django.db import connection
from django.db.models import Q
from django.db.models.functions import Now

from notifications import services, states
from notifications.models import PlannedMessage
from tests.notifications import invariants
from tests.notifications.conftest import ABOUT
from tests.smtp_sink import Sink

ROOT = Path(__file__).parents[2]
LEASE = 1.0
WAITS = {
    "LEASE_SECONDS": str(LEASE), "UNCERTAIN_SECONDS": "0.5", "TICK_SECONDS": "0.1", "RETRY_MINUTES": "0.002,0.004",
    "LOG_LEVEL": "ERROR", "DJANGO_SETTINGS_MODULE": "config.settings.test",
}  # fmt: skip


@dataclass
class Senders:
    """Sender processes beside a test, as a context: ended politely at the end."""

    sink: Sink
    count: int = 2
    point: str = ""
    more: dict[str, str] = field(default_factory=dict)  # of the environment
    pids: list[int] = field(default_factory=list)

    def __enter__(self) -> Senders:
        words = [sys.executable, "-m", "tests.notifications.senders", str(self.count), self.point]
        self.process = subprocess.Popen(words, cwd=ROOT, env=self.environment(), stdout=subprocess.PIPE, text=True)
        for _ in range(self.count):
            self.next_pid()
        return self

    def environment(self) -> dict[str, str]:
        """The environment of a process that sends: the database of this test, its mail server, short waits."""
        name = connection.settings_dict["NAME"]
        address = os.environ["DATABASE_URL"].partition("?")
        database = address[0].rpartition("/")[0] + f"/{name}" + address[1] + address[2]
        ours = {"DATABASE_URL": database, "EMAIL_URL": f"smtp://127.0.0.1:{self.sink.port}"}
        return os.environ | WAITS | ours | self.more

    def _line(self) -> list[str]:
        line = self.process.stdout.readline()
        assert line, "the senders have ended"
        return line.split()

    def next_pid(self) -> int:
        """Wait until another sender has been started."""
        word, pid = self._line()
        assert word == "pid"
        self.pids.append(int(pid))
        return int(pid)

    def kill(self, pid: int) -> None:
        """kill -9, and wait for the one that takes its place."""
        os.kill(pid, signal.SIGKILL)
        self.pids.remove(pid)
        self.next_pid()

    def kill_any(self) -> None:
        self.kill(random.choice(self.pids))

    def wait_at_point(self) -> int:
        """Wait until a sender stands at the point; return its number."""
        word, _point, pid = self._line()
        assert word == "at"
        return int(pid)

    def __exit__(self, *_error) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            for pid in (self.process.pid, *self.pids):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self.process.wait()
            raise AssertionError("a sender did not end when it was asked to") from None
        finally:
            self.process.stdout.close()


def plan_many(count: int, start: int = 0) -> None:
    """Plan `count` messages to addresses without account."""
    to = [f"reader{number}@example.ca" for number in range(start, start + count)]
    assert services.plan_many("trial/reminder", to=to, about=ABOUT, due=None) == count


def wait_until_settled(seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not invariants.settled():
        assert time.monotonic() < until, Counter(PlannedMessage.objects.values_list("state", flat=True))
        time.sleep(0.1)


def figures(sink: Sink, kills: int = 0, cuts: int = 0) -> dict[str, int]:
    """Return sent, lost, doubled, flagged, kills; print them in one line; check everything that must hold.

    Lost is what has gone by mail, or was never settled, and was not seen. ``cuts``: how often no answer to a dot came.
    """
    seen = Counter(sink.message_ids)
    rows = PlannedMessage.objects.all()
    flagged = set(rows.filter(possible_duplicate=True).values_list("message_id", flat=True))
    doubled = {one for one, times in seen.items() if times > 1}
    due = rows.filter(Q(state="sent", channel="mail") | Q(state__in=states.LIVE, next_attempt_at__lte=Now()))
    lost = {one for one in due.exclude(state=states.HELD).values_list("message_id", flat=True) if not seen[one]}
    found = {
        "sent": rows.filter(state="sent").count(), "lost": len(lost), "doubled": len(doubled), "flagged": len(flagged),
        "copies": sum(times - 1 for times in seen.values()), "kills": kills,
    }  # fmt: skip
    print("\n" + " ".join(f"{name}={number}" for name, number in found.items()))
    broken = {name: number for name, number in invariants.broken(sink.message_ids).items() if number}
    assert broken == {}
    assert doubled <= flagged
    assert found["copies"] <= kills + cuts
    return found

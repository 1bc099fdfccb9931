"""A worker that is asked to end finishes the message in hand; one that hears nothing any more ends, to be started again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest
from celery import Celery
from kombu import Connection

from notifications.models import MessageEvent, PlannedMessage
from stack import REPOSITORY
from stack.embedded import Valkey
from stack.processes import dies_with_us
from tests.faults.production import wait_for
from tests.notifications.conftest import _trial_kinds  # noqa: F401  (a fixture)
from tests.notifications.kills import Senders, plan_many
from tests.smtp_sink import sink  # noqa: F401  (a fixture)

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True), pytest.mark.timeout(120)]

TICK = "notifications.tasks.tick"


class Worker:
    """A real worker with a broker of its own, as a context."""

    def __init__(self, sink, place, **more: str) -> None:  # noqa: F811
        self.server = Valkey(place, place)
        self.broker = self.server.child()
        self.log = place / "worker.log"
        self.environment = Senders(sink).environment() | {
            "CELERY_BROKER_URL": self.server.broker_url, "LEASE_SECONDS": "120", "UNCERTAIN_SECONDS": "600",
            "LOG_LEVEL": "INFO", "DATA_DIR": str(place), "VAPID_PRIVATE_KEY": "", **more,
        }  # fmt: skip
        # Said with each call: the environment's broker goes before what an app is told.
        self.bell, self.line = Celery(), Connection(self.server.broker_url)

    def __enter__(self) -> Worker:
        self.broker.start()
        wait_for(self.server.is_ready, 20)
        words = [sys.executable, "-m", "celery", "-A", "tests.notifications.working", "worker", "--pool", "prefork"]
        words += ["-c", "2", "--loglevel", "INFO", "--without-gossip", "--without-mingle"]
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(
                words, cwd=REPOSITORY, env=self.environment, stdout=log, stderr=log, start_new_session=True,
                preexec_fn=dies_with_us(signal.SIGKILL),
            )  # fmt: skip
        wait_for(lambda: " ready." in self.said(), 60)
        return self

    def said(self) -> str:
        return self.log.read_text()

    def ring(self) -> None:
        self.bell.send_task(TICK, ignore_result=True, connection=self.line)

    def run(self, *words: str) -> None:
        whole = [sys.executable, "-m", "celery", "-A", "tests.notifications.working", *words]
        subprocess.run(whole, cwd=REPOSITORY, env=self.environment, check=True, capture_output=True, timeout=60)

    def __exit__(self, *_error) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)
        self.line.release()
        self.bell.close()
        self.broker.process.kill()
        self.broker.process.wait(10)


def test_asked_to_end_it_finishes_the_message_in_hand_and_gives_back_the_rest(sink, tmp_path):  # noqa: F811
    plan_many(200)
    sink.script.extend(["stall dot 0.25"] * 200)
    with Worker(sink, tmp_path) as worker:
        worker.ring()
        wait_for(lambda: len(sink.kept) >= 5, 30)
        asked = time.monotonic()
        worker.process.send_signal(signal.SIGTERM)
        worker.process.wait(60)
        took = time.monotonic() - asked
        print(f"ended after {took:.1f} s, {len(sink.kept)} of 200 sent")
    assert took < 10
    left = Counter(PlannedMessage.objects.values_list("state", flat=True))
    assert left == {"sent": len(sink.kept), "planned": 200 - len(sink.kept)}
    assert len(sink.kept) < 100
    assert not MessageEvent.objects.filter(to_state__in=("uncertain", "retry")).exists()
    assert not PlannedMessage.objects.filter(state="planned", attempts__gt=0).exists()


def test_one_that_takes_no_call_any_more_ends_itself(sink, tmp_path):  # noqa: F811
    with Worker(sink, tmp_path, DEAF_SECONDS="3") as worker:
        time.sleep(6)
        assert worker.process.poll() is None, "nobody has called: that is no reason to end"
        assert (tmp_path / "push-key").exists(), "made by the worker, not by whoever looks at a page"
        worker.ring()
        wait_for(lambda: "succeeded" in worker.said(), 10)
        worker.run("control", "cancel_consumer", "celery")
        worker.ring()
        assert worker.process.wait(20) == 1
        assert "this worker took none" in worker.said()

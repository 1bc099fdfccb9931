"""K4 of the fault plan, for mail: the database crashes under its senders, and what it had not written down is gone."""

import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import psycopg2
import pytest

from stack import REPOSITORY
from stack.data_folder import DataFolder
from stack.embedded import Postgres
from stack.processes import end_together
from tests.notifications.kills import WAITS
from tests.smtp_sink import Sink

pytestmark = pytest.mark.faults

CRASHES, MESSAGES, SENDERS = 6, 600, 2

PLAN = """
from tests.notifications.kills import plan_many
plan_many({count})
"""
# Everything that must hold, what may have gone twice, and whether all is at rest.
LOOK = """
import json, sys
from notifications.models import PlannedMessage
from tests.notifications import invariants
rows = list(PlannedMessage.objects.values_list("message_id", "state", "possible_duplicate"))
print(json.dumps({"settled": invariants.settled(), "rows": rows, "broken": invariants.broken(json.load(sys.stdin))}))
"""
WITH_TRIAL_KINDS = """
import django
django.setup()
from notifications import bell
from tests.notifications import trial
bell.kick = lambda: True
trial.register()
"""


@pytest.fixture
def postgres():
    """A server of its own that waits for its disk: this one may be crashed."""
    place = Path(tempfile.mkdtemp(prefix="lc-"))
    place.chmod(0o711)  # PostgreSQL may run as another user, who has to pass through
    folder = DataFolder(place / "data")
    folder.prepare()
    server = Postgres(place, folder.logs)
    server.make()
    server.running = server.child()
    try:
        start(server)
        server.make_database()
        yield server
    finally:
        end_together([server.running])
        shutil.rmtree(place, ignore_errors=True)


def start(server):
    server.running.start()
    until = time.monotonic() + 30
    while not server.is_ready():
        assert time.monotonic() < until, server.log.read_text()[-2000:]
        time.sleep(0.05)


def crash(server):
    """End it at once, without a last word to the disk."""
    server.running.process.send_signal(signal.SIGQUIT)
    server.running.process.wait(20)
    start(server)


def test_k4_crashes_of_the_database_lose_nothing(postgres):
    sink = Sink().start()
    sink.jitter = 0.01
    env = os.environ | WAITS | {"DATABASE_URL": postgres.url(), "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}"}

    def run(*words, text=""):
        done = subprocess.run(
            [sys.executable, *words], cwd=REPOSITORY, env=env, input=text, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def look():
        return json.loads(run("-c", WITH_TRIAL_KINDS + LOOK, text=json.dumps(sink.message_ids)))

    run("manage.py", "migrate", "--noinput", "--verbosity", "0")
    run("-c", WITH_TRIAL_KINDS + PLAN.format(count=MESSAGES))
    senders = subprocess.Popen([sys.executable, "-m", "tests.notifications.senders", str(SENDERS)], cwd=REPOSITORY, env=env,
                               stdout=subprocess.DEVNULL)  # fmt: skip
    try:
        for number in range(CRASHES):
            until = time.monotonic() + 60
            while len(sink.kept) < (number + 1) * MESSAGES // (2 * CRASHES):
                assert time.monotonic() < until, "nothing leaves any more"
                time.sleep(0.005)
            time.sleep(random.uniform(0, 0.1))
            crash(postgres)
        until = time.monotonic() + 60
        while not (found := look())["settled"]:
            assert time.monotonic() < until, Counter(state for _id, state, _flag in found["rows"])
            time.sleep(0.3)
    finally:
        senders.terminate()
        senders.wait(20)
    found = look()
    sink.stop()
    seen = Counter(sink.message_ids)
    flagged = {message_id for message_id, _state, flag in found["rows"] if flag}
    doubled = {message_id for message_id, times in seen.items() if times > 1}
    print(f"\nsent={len(seen)} doubled={len(doubled)} flagged={len(flagged)} crashes={CRASHES}")
    assert {name: number for name, number in found["broken"].items() if number} == {}
    assert {state for _id, state, _flag in found["rows"]} == {"sent"}
    assert len(seen) == MESSAGES
    assert doubled <= flagged
    assert sum(times - 1 for times in seen.values()) <= CRASHES * SENDERS, "one in hand for each sender"


def test_the_log_of_the_database_tells_nobodys_words(postgres):
    connection = psycopg2.connect(postgres.url())
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE said (email text UNIQUE, words jsonb)")
        for words in ("{}", "{}", "not json of Nia's"):
            with contextlib.suppress(psycopg2.Error):
                cursor.execute("INSERT INTO said VALUES (%s, %s)", ("nia@hospital.example", words))
    connection.close()
    log = postgres.log.read_text()
    assert 'duplicate key value violates unique constraint "said_email_key"' in log
    assert "nia@hospital.example" not in log
    assert "Nia's" not in log

"""K5 and K6 of the fault plan: the broker is stopped, silent, emptied, killed; pages answer, and mail leaves in time."""

from __future__ import annotations

import json
import os
import signal
import statistics
import time
from collections import Counter
from pathlib import Path

import pytest
import redis

from stack.embedded import Valkey
from tests.faults.production import Installation, connect, fresh_database, wait_for
from tests.visitor import Visitor

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]  # making the house counts for the first one

TIMES, EACH = 10, 20
PASSWORD = "correct horse battery staple"
SIGNED_IN = "/today/"
# A cohort with people in it who can sign in.
MAKE = f"""
import django, json
django.setup()
from allauth.account.models import EmailAddress
from desk.demo import make
cohort = make.cohort()
team = make.team(cohort=cohort)
people = [make.member(team=team, password={PASSWORD!r}) for _nth in range(8)]
for one in people:
    EmailAddress.objects.create(user=one, email=one.email, verified=True, primary=True)
print(json.dumps([one.email for one in people]))
"""
# Due one after the other, so that the bell is needed again and again.
PLAN = f"""
import django, datetime as dt
django.setup()
from django.db import transaction
from django.utils import timezone
from enrolment import services as enrolment
from notifications.models import PlannedMessage
from desk.demo import make
cohort = make.cohort()
before = set(PlannedMessage.objects.values_list("pk", flat=True))
with transaction.atomic():
    for nth in range({TIMES * EACH}):
        enrolment.invite(by=None, role="faculty", name=f"W {{nth}}", email=f"waits{{nth}}@example.ca", cohort=cohort)
    rows = PlannedMessage.objects.exclude(pk__in=before)
    begun = timezone.now() + dt.timedelta(seconds=8)
    for nth, row in enumerate(rows.order_by("pk")):
        at = begun + dt.timedelta(seconds=5 * (nth % {TIMES}))
        PlannedMessage.objects.filter(pk=row.pk).update(due_at=at, next_attempt_at=at)
    print(rows.count())
"""
# Everything that must hold.
LOOK = """
import django, json, sys
django.setup()
from tests.notifications import invariants
print(json.dumps(invariants.broken(json.load(open(sys.argv[1])))))
"""


class Broker:
    """A Valkey of one's own, that may be stopped, silenced and emptied."""

    def __init__(self, place: Path) -> None:
        self.server = Valkey(place, place)
        self.child = self.server.child()
        self.start()

    def start(self) -> None:
        self.child.start()
        wait_for(self.server.is_ready, 20)

    def kill(self) -> None:
        self.child.process.kill()
        self.child.process.wait(10)

    def silence(self) -> None:
        """It takes every call, and never says a word."""
        self.child.process.send_signal(signal.SIGSTOP)

    def speak(self) -> None:
        self.child.process.send_signal(signal.SIGCONT)

    def flush(self) -> None:
        redis.Redis(unix_socket_path=str(self.server.socket)).flushall()


@pytest.fixture(scope="module")
def broker(tmp_path_factory):
    made = Broker(tmp_path_factory.mktemp("broker"))
    yield made
    made.speak()
    made.kill()


@pytest.fixture(scope="module")
def house(tmp_path_factory, broker):
    """The whole product under production's settings on that broker, with somebody signed in, and cron's `send_due` ready."""
    place = tmp_path_factory.mktemp("house")
    with fresh_database(migrated=True) as name:
        made = Installation(place, name)
        made.ours |= {
            "REDIS_URL": broker.server.redis_url, "CELERY_BROKER_URL": broker.server.broker_url,
            "SITE_URL": f"http://localhost:{made.port}", "MAILS_A_DAY": "1000",
        }  # fmt: skip
        try:
            made.build()
            assert made.start("migrate").wait(100) == 0, made.log("migrate").read_text()
            done = made.run("-c", MAKE)
            assert done.returncode == 0, done.stderr
            made.people = json.loads(done.stdout.splitlines()[-1])
            for part in ("web", "worker", "beat"):
                made.start(part)
            made.nia = Visitor(f"http://localhost:{made.port}")
            wait_for(lambda: answers(made.nia), 60)
            page = made.nia.open("/accounts/login/")
            made.nia.press(page, page.form("password"), login=made.people[0], password=PASSWORD)
            assert made.nia.open(SIGNED_IN).path == SIGNED_IN
            yield made
        finally:
            made.end()


def answers(visitor: Visitor) -> bool:
    try:
        return visitor.open("/").status == 200
    except OSError:
        return False


def mails(house) -> list[str]:
    return [line for one in house.sink.letters() for line in one.splitlines() if line.startswith("X-Envelope-To")]


def last_tick(house):
    line = connect(house.database)
    try:
        with line.cursor() as cursor:
            cursor.execute("SELECT last_tick FROM message_tick")
            return (cursor.fetchone() or [None])[0]
    finally:
        line.close()


def forget_the_password(house, person: str) -> float:
    """Ask for a new password by mail; return how long the write took."""
    visitor = Visitor(f"http://localhost:{house.port}")
    page = visitor.open("/accounts/password/reset/")
    form = page.form("email")
    begun = time.monotonic()
    answer = visitor.press(page, form, email=person)
    assert answer.status == 200
    return time.monotonic() - begun


# Silent first: what is known to be away is not asked again for half a minute, and that would be the easier case.
@pytest.mark.parametrize("way", ["silent", "killed"])
def test_k5_without_a_broker_pages_answer_and_due_mail_leaves(house, broker, way):
    usual = [timed(house) for _time in range(10)]
    before = len(mails(house))
    broker.kill() if way == "killed" else broker.silence()
    cron = None
    try:
        asked = house.people[1:4] if way == "killed" else house.people[4:7]
        writes = [forget_the_password(house, person) for person in asked]
        pages = [timed(house) for _time in range(20)]
        begun = time.monotonic()
        cron = house.run("manage.py", "send_due", "--once", part="worker")
        assert cron.returncode == 0, cron.stderr
        wait_for(lambda: len(mails(house)) >= before + 3, 120)
        late = time.monotonic() - begun
    finally:
        broker.start() if way == "killed" else broker.speak()
    print(
        f"\n{way}: writes {max(writes):.1f} s at most, pages {statistics.median(pages) * 1000:.0f} ms"
        f" (usually {statistics.median(usual) * 1000:.0f}), mail after {late:.0f} s"
    )
    assert max(writes) <= 3
    assert late <= 120
    there = last_tick(house)
    wait_for(lambda: last_tick(house) > there, 60)  # the worker goes on, started by nobody


def timed(house) -> float:
    begun = time.monotonic()
    page = house.nia.open(SIGNED_IN)
    assert (page.status, page.path) == (200, SIGNED_IN), "still signed in"
    return time.monotonic() - begun


def test_k6_emptied_killed_and_started_again_ten_times(house, broker, tmp_path):
    pids = {name: house.running[name].pid for name in ("worker", "beat")}
    before = len(mails(house))
    done = house.run("-c", PLAN)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[-1] == str(TIMES * EACH)
    for turn in range(TIMES):
        time.sleep(3)
        if turn % 2:
            broker.flush()
        else:
            broker.kill()
            time.sleep(1)
            broker.start()
        assert house.nia.open(SIGNED_IN).path == SIGNED_IN, "nobody is signed out"
    begun = time.monotonic()
    wait_for(lambda: len(mails(house)) >= before + TIMES * EACH, 60)
    print(f"all there {time.monotonic() - begun:.0f} s after the last of {TIMES}")
    there = last_tick(house)
    wait_for(lambda: last_tick(house) > there, 60)
    assert {name: house.running[name].pid for name in pids if house.running[name].poll() is None} == pids
    to = Counter(mails(house))
    waited = {address: times for address, times in to.items() if "waits" in address}
    assert len(waited) == TIMES * EACH
    assert max(waited.values()) == 1
    ids = [line.partition(": ")[2] for one in house.sink.letters() for line in one.splitlines() if line.startswith("Message-ID: ")]  # fmt: skip
    seen = tmp_path / "seen.json"
    seen.write_text(json.dumps(ids))
    look = house.run("-c", LOOK, str(seen), PYTHONPATH=os.getcwd())
    assert look.returncode == 0, look.stderr
    assert {name: count for name, count in json.loads(look.stdout.splitlines()[-1]).items() if count} == {}
    print(f"sent={len(ids)} lost={TIMES * EACH - len(waited)} doubled=0 flagged=0 kills={TIMES // 2}")

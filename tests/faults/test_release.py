"""Five minutes before a session the web process is killed: one command, and everybody has the address in time."""

import re
import signal
import time

import pytest

from tests.faults.production import Installation, fresh_database, wait_for

pytestmark = pytest.mark.faults

PEOPLE = 120
WITHIN = 180
SECRET = "https://example.zoom.us/j/5550100?pwd=canary"
# A cohort of twenty teams of six, and a session that begins in five minutes; its last reminders are leaving as well.
MAKE = f"""
import django
django.setup()
from desk.demo import make
cohort = make.cohort()
for nth in range({PEOPLE // 6}):
    team = make.team(cohort=cohort)
    make.lead(team=team)
    for _member in range(5):
        make.member(team=team)
row = make.learning_session(cohort=cohort, minutes_ahead=5, url="{SECRET}", dial_in="1 855 555-0188, 123#")
print(row.pk)
"""


@pytest.fixture(scope="module")
def installation(tmp_path_factory):
    place = tmp_path_factory.mktemp("release")
    with fresh_database(migrated=True) as name:
        running = Installation(place, name)
        try:
            running.build()
            assert running.start("migrate").wait(100) == 0, running.log("migrate").read_text()
            for part in ("web", "worker", "beat"):
                running.start(part)
            yield running
        finally:
            running.end()


def test_with_the_web_process_dead_all_have_the_address_within_three_minutes(installation):
    made = installation.run("-c", MAKE)
    assert made.returncode == 0, made.stderr
    session = made.stdout.split()[-1]
    installation.running["web"].send_signal(signal.SIGKILL)
    installation.running["web"].wait(20)
    begun = time.monotonic()
    listed = installation.run("manage.py", "release_join")
    assert session in listed.stdout
    released = installation.run("manage.py", "release_join", session, "--reason", "the web process is dead")
    assert released.returncode == 0, released.stderr
    assert f"{PEOPLE} people are told" in released.stdout

    def letters() -> list[str]:
        return [one for one in installation.sink.letters() if "5550100" in one]

    wait_for(lambda: len(letters()) >= PEOPLE, WITHIN)
    took = time.monotonic() - begun
    told = {re.search(r"X-Envelope-To: (\S+)", one)[1] for one in letters()}
    print(f"{len(told)} of {PEOPLE} within {took:.0f} s")
    assert len(told) == PEOPLE
    assert all("1 855 555-0188" in one for one in letters())
    again = installation.run("manage.py", "release_join", session, "--reason", "once more")
    assert again.returncode == 1
    assert "a moment ago" in again.stderr
    time.sleep(2)
    assert len(letters()) == PEOPLE
    assert "canary" not in installation.log("worker").read_text() + installation.log("beat").read_text()

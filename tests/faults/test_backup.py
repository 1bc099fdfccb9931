"""The backup comes back on an empty machine, all of it, even when it was killed, and nothing is sent twice."""

import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import tarfile
import time

import pytest

from stack import REPOSITORY
from tests.faults.production import Installation, connect, fresh_database, wait_for

pytestmark = pytest.mark.faults

# A series, 121 people asked into it (a message due for each), and 30 uploads.
FILL = """
import django, pathlib
django.setup()
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from desk.begin import begin
from enrolment import services as enrolment
begun = begin(programme="Talk Safe", planners=["paula@example.ca"])
for number in range(120):
    enrolment.invite(by=None, role="faculty", name=f"Person {number}", email=f"p{number}@example.ca", cohort=begun.cohort)
media = pathlib.Path(settings.MEDIA_ROOT)
for number in range(30):
    (media / f"d{number % 3}").mkdir(parents=True, exist_ok=True)
    (media / f"d{number % 3}" / f"{number}.bin").write_bytes(bytes([number]) * (number * 997))
"""


@pytest.fixture
def old(tmp_path):
    place = tmp_path / "old"
    place.mkdir()
    with fresh_database(migrated=True) as name:
        installation = Installation(place, name)
        yield installation
        installation.end()


@pytest.fixture
def new(tmp_path):
    place = tmp_path / "new"
    place.mkdir()
    with fresh_database(migrated=True) as name:
        installation = Installation(place, name)
        yield installation
        installation.end()


def well(done):
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def filled(installation):
    well(installation.run("manage.py", "migrate", "--noinput", "-v", "0"))
    well(installation.run("-c", FILL))
    return installation


def ask(installation, sql):
    connection = connect(installation.database)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else None
    finally:
        connection.close()


def rows(installation):
    """Every row of every table as one hash, but those that a backup, a restore, migrate and a sender write."""
    tables = [t for (t,) in ask(installation, "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")]
    spared = {
        "message_tick",
        "message_event",
        "planned_message",
        "sender_check",
        "audit_entry",
        "django_content_type",
        "auth_permission",
    }
    return {
        table: ask(installation, f"SELECT count(*), md5(string_agg(t::text, '' ORDER BY t::text)) FROM \"{table}\" t")[0]
        for table in tables if table not in spared
    }  # fmt: skip


def files(installation):
    folder = installation.place / "data" / "media"
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*") if path.is_file()
    }  # fmt: skip


def sender(installation):
    """Somebody who sends all the time, beside whatever else happens."""
    return subprocess.Popen(
        [sys.executable, "manage.py", "send_due", "--loop"], cwd=REPOSITORY,
        env=installation.environment("worker", TICK_SECONDS="0.2", ALLOW_SHORT_WAITS="1"),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def letters(installation):
    return len(list(installation.sink.folder.glob("*.eml")))


def test_everything_comes_back_and_nothing_is_sent_again(old, new, tmp_path):
    filled(old)
    file = tmp_path / "copy.tar"
    well(old.run("manage.py", "backup", str(file)))
    assert file.stat().st_mode & 0o777 == 0o600
    before = rows(old)
    # The old machine goes on for a while, and sends what the copy still calls planned.
    beside = sender(old)
    wait_for(lambda: letters(old) == 121, 60)
    beside.terminate()
    beside.wait(20)
    # A sender is at work on the new machine from before the first table is there.
    well(new.run("manage.py", "migrate", "--noinput", "-v", "0"))
    beside = sender(new)
    try:
        began = time.monotonic()
        said = well(new.run("manage.py", "restore", str(file)))
        seconds = time.monotonic() - began
        time.sleep(3)
        assert beside.poll() is None
        assert letters(new) == 0
        assert rows(new) == before
        assert files(new) == files(old) != {}
        assert "121 messages that may have gone already are held" in said
        # Resumed, what may have gone waits for a person still; what is new leaves.
        well(new.run("manage.py", "sending", "resume"))
        time.sleep(2)
        assert letters(new) == 0
        assert ask(new, "SELECT state, reason, count(*) FROM planned_message GROUP BY 1, 2") == [
            ("held", "may_have_gone", 121)
        ]
    finally:
        beside.terminate()
        beside.wait(20)
    print(f"\nrestored {sum(count for count, _hash in before.values())} rows in {seconds:.1f} s")


def test_a_drill_of_the_newest_proves_it_and_the_doctor_knows(old):
    filled(old)
    nothing = old.run("manage.py", "restore", "--drill")
    assert nothing.returncode == 1
    assert nothing.stderr.startswith("CommandError: There is no backup in ")
    assert old.run("manage.py", "restore").stderr == "CommandError: Say which file to bring back.\n"
    well(old.run("manage.py", "backup"))
    assert "can be brought back" in well(old.run("manage.py", "restore", "--drill"))
    page = old.run("manage.py", "doctor").stdout
    assert re.search(r"good +last backup ", page)
    assert re.search(r"good +last restore drill ", page)


def test_a_full_database_a_changed_and_a_cut_file_are_refused(old, new, tmp_path):
    filled(old)
    file = tmp_path / "copy.tar"
    well(old.run("manage.py", "backup", str(file)))
    before = rows(old)
    refused = old.run("manage.py", "restore", str(file))
    assert refused.returncode == 1
    assert f"The database {old.database} is not empty" in refused.stderr
    assert old.run("manage.py", "restore", str(file), "--force", "--erase", "another").returncode == 1
    assert rows(old) == before
    changed = tmp_path / "changed.tar"
    data = bytearray(file.read_bytes())
    data[4096] ^= 1
    changed.write_bytes(data)
    cut = tmp_path / "cut.tar"
    cut.write_bytes(file.read_bytes()[:-30_000])
    sly = tmp_path / "sly.tar"
    with tarfile.open(sly, "w") as tar:
        tar.add(file, "media/../../outside")
    for wrong in (changed, cut, sly, tmp_path / "nothing.tar"):
        refused = new.run("manage.py", "restore", str(wrong))
        assert refused.returncode == 1, wrong
        assert refused.stderr.count("\n") == 1, refused.stderr
    # And with its name typed out it is lost on purpose.
    ask(old, "DELETE FROM enrolment_invitation")
    well(old.run("manage.py", "restore", str(file), "--force", "--erase", old.database))
    assert rows(old) == before


def test_killed_in_the_middle_it_is_done_again(old, new, tmp_path):
    filled(old)
    file = tmp_path / "copy.tar"

    def killed(installation, words, after):
        process = subprocess.Popen(
            [sys.executable, "manage.py", *words], cwd=REPOSITORY, env=installation.environment("migrate"),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        try:
            process.wait(after)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    for after in (0.7, 0.9, 1.1):
        killed(old, ("backup", str(file)), after)
        if file.exists():  # it was there whole before the kill
            with tarfile.open(file) as tar:
                assert json.loads(tar.extractfile("manifest.json").read())["format"] == 1
            file.unlink()
    well(old.run("manage.py", "backup", str(file)))
    for after in (0.8, 1.0, 1.2, 1.4):
        killed(new, ("restore", str(file)), after)
        if "planned_message" in {t for (t,) in ask(new, "SELECT tablename FROM pg_tables")} and ask(
            new, "SELECT 1 FROM collaborative_programme"
        ):
            assert ask(new, "SELECT 1 FROM message_tick WHERE paused_at IS NOT NULL")
            break
    else:
        well(new.run("manage.py", "restore", str(file)))
    assert rows(new) == rows(old)

"""The whole product as a person starts it; then its parts are killed, one after another."""

import contextlib
import json
import os
import signal
import smtplib
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from stack import REPOSITORY
from stack.data_folder import DataFolder
from stack.embedded import forget_home
from stack.processes import dies_with_us, end_orphan, identity
from stack.supervisor import free_port

pytestmark = pytest.mark.faults

CHILDREN = ("postgres", "valkey", "sink", "worker", "beat", "web")
KEPT = ("PATH", "HOME", "LANG", "TMPDIR")


def wait_for(what, seconds=60.0):
    """The first answer that is true, or a failure that says how long was waited."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if answer := what():
            return answer
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds:.0f} s")


class Copy:
    """One copy of the product, in a folder and on a port of its own."""

    def __init__(self, folder, **environment):
        self.folder = DataFolder(folder)
        self.port = free_port()
        self.environment = {name: os.environ[name] for name in KEPT if name in os.environ}
        self.environment |= {"DATA_DIR": str(folder), "PORT": str(self.port), **environment}
        self.output = folder.with_suffix(".output")
        self.process = None

    def begin(self, *words):
        with open(self.output, "w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "stack", "run", "--no-demo", *words],
                cwd=REPOSITORY,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=dies_with_us(signal.SIGTERM),
            )
        return self

    def is_ready(self):
        assert self.process.poll() is None, self.said()
        return "ready after" in self.said()

    def said(self):
        return self.output.read_text()

    def pids(self):
        return json.loads(self.folder.pids.read_text())

    def answers(self):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def refusal(self):
        """The exit code and the words of a start that cannot be."""
        code = self.begin().process.wait(60)
        return code, self.said()

    def processes(self):
        """Every process anywhere that was told of this folder (the servers are told by their arguments)."""
        mark = f"DATA_DIR={self.folder.path}".encode()
        found = []
        for place in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if mark in (place / "environ").read_bytes().split(b"\0") and identity(int(place.name)):
                    found.append(int(place.name))
        return found

    def end(self):
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(40)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        forget_home(self.folder)


@pytest.fixture
def copy(tmp_path):
    copy = Copy(tmp_path / "data")
    yield copy
    copy.end()


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    copy = Copy(tmp_path_factory.mktemp("supervision") / "data").begin()
    try:
        wait_for(copy.is_ready)
        yield copy
    finally:
        copy.end()


@pytest.mark.parametrize("name", CHILDREN)
def test_a_killed_child_is_back_at_once_and_the_pages_answer(running, name):
    before = running.pids()[name]
    os.kill(before, signal.SIGKILL)
    wait_for(lambda: running.pids()[name] != before and identity(running.pids()[name]))
    assert f"{name} was ended by signal 9; it is started again" in running.said()
    wait_for(running.answers)
    assert set(running.pids()) == set(CHILDREN)


def test_mail_arrives_again_after_the_sink_was_killed(running):
    wait_for(lambda: identity(running.pids()["sink"]))
    port = int(json.loads(running.folder.running.read_text())["addresses"]["EMAIL_URL"].rpartition(":")[2])
    os.kill(running.pids()["sink"], signal.SIGKILL)
    before = len(list(running.folder.mail.glob("*.eml")))

    def sent():
        try:
            with smtplib.SMTP("127.0.0.1", port, timeout=5) as client:
                return client.sendmail("a@example.org", ["b@example.org"], "Subject: x\r\n\r\ny") == {}
        except (OSError, smtplib.SMTPException):
            return False

    wait_for(sent)
    assert len(list(running.folder.mail.glob("*.eml"))) == before + 1


def test_a_second_start_from_the_same_folder_is_told_so(running):
    second = Copy(running.folder.path)
    second.output = running.folder.path.with_suffix(".second")
    code, said = second.refusal()
    assert code == 1
    assert said == (
        f"It already runs from the folder {running.folder.path} at http://localhost:{running.port} "
        f"(process {running.process.pid}): stop that one first, "
        "or start a second copy with another DATA_DIR and PORT.\n"
    )
    assert running.answers()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_everything_with_zero(copy, number):
    wait_for(copy.begin().is_ready)
    pids = copy.pids()
    began = time.monotonic()
    copy.process.send_signal(number)
    assert copy.process.wait(30) == 0
    assert time.monotonic() - began < 20
    assert [name for name, pid in pids.items() if identity(pid)] == []
    assert copy.processes() == []
    assert not copy.folder.pids.exists()
    assert copy.said().endswith("Everything has ended.\n")
    assert "Traceback" not in copy.said()


def test_a_signal_while_starting_ends_everything_with_zero(copy):
    copy.begin()
    wait_for(lambda: copy.folder.pids.exists())
    copy.process.send_signal(signal.SIGINT)
    assert copy.process.wait(30) == 0
    assert copy.processes() == []


def test_children_go_with_a_killed_supervisor_and_the_next_start_works(copy):
    wait_for(copy.begin().is_ready)
    pids = copy.pids()
    copy.process.kill()
    copy.process.wait()
    wait_for(lambda: not [pid for pid in pids.values() if identity(pid)], 30)
    wait_for(copy.begin().is_ready)
    assert copy.answers()


def test_an_orphan_is_ended_by_the_next_start(copy):
    orphan = subprocess.Popen(["sleep", "600"], start_new_session=True)
    stranger = subprocess.Popen(["sleep", "600"], start_new_session=True)
    try:
        copy.folder.prepare()
        births = {"worker": [orphan.pid, identity(orphan.pid)], "beat": [stranger.pid, "another birth"]}
        (copy.folder.run / "births.json").write_text(json.dumps(births))
        wait_for(copy.begin().is_ready)
        assert orphan.wait(1) == -signal.SIGTERM
        assert stranger.poll() is None
        assert "A worker of an earlier start was still there; it is ended first." in copy.said()
    finally:
        orphan.kill()
        stranger.kill()
        orphan.wait()
        stranger.wait()


def test_a_taken_port(copy):
    with socket.socket() as other:
        other.bind(("127.0.0.1", copy.port))
        other.listen()
        code, said = copy.refusal()
    assert code == 1
    assert said.startswith(f"Port {copy.port} is in use by another program: ")
    assert said.count("\n") == 1


def test_a_data_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    copy = Copy(tmp_path / "data", DATA_DIR=str(tmp_path / "file" / "data"))
    code, said = copy.refusal()
    assert code == 1
    assert said.startswith(f"The data folder {tmp_path}/file/data cannot be written (Not a directory): ")
    assert said.count("\n") == 1


def test_a_database_that_is_not_there(tmp_path):
    copy = Copy(tmp_path / "data", DATABASE_URL=f"postgres://lc:secret@127.0.0.1:{free_port()}/lc")
    code, said = copy.refusal()
    assert code == 1
    assert "The database that DATABASE_URL names (127.0.0.1, lc) cannot be reached: Connection refused." in said
    assert "secret" not in said
    assert "Traceback" not in said


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
def test_a_full_disk(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)], capture_output=True).returncode:
        pytest.skip("this machine lets nobody mount")
    copy = Copy(tmp_path / "data", DATA_DIR=str(disk / "data"))
    try:
        with contextlib.suppress(OSError):
            (disk / "filler").write_bytes(b"x" * 64 * 1024)
        code, said = copy.refusal()
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)
    assert code == 1
    assert said == "The disk is full: make room, then start again; what was stored so far is safe.\n"


def test_what_was_left_behind_is_asked_to_end_and_not_its_children():
    """As a worker's: the children have the messages in hand."""
    child = "import signal, sys, time; signal.signal(15, lambda *_: sys.exit(9)); print('there', flush=True); time.sleep(60)"
    parent = (
        "import os, signal, subprocess, sys, time\n"
        f"child = subprocess.Popen([sys.executable, '-c', {child!r}], stdout=subprocess.PIPE)\n"
        "child.stdout.readline()\n"
        "def end(*_args):\n"
        "    time.sleep(0.5)\n"
        "    print('ended by' if child.poll() else 'finished', flush=True)\n"
        "    os._exit(0)\n"
        "signal.signal(signal.SIGTERM, end)\n"
        "print('ready', flush=True)\n"
        "time.sleep(60)\n"
    )
    words = [sys.executable, "-c", parent]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        try:
            assert process.stdout.readline() == "ready\n"
            begun = time.monotonic()
            end_orphan(process.pid, signal.SIGTERM, 10)
            assert time.monotonic() - begun < 5
            assert process.stdout.readline() == "finished\n"
        finally:
            process.kill()

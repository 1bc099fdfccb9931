"""The pure parts of keeping things running, and the sentences for what stands in the way."""

import configparser
import errno
import os
import socket

import pytest
import yaml

from notifications.smtp import MESSAGE_SECONDS
from stack import REPOSITORY, embedded
from stack.embedded import socket_folder
from stack.problems import DISK_IS_FULL, Problem, of_system_error
from stack.processes import identity
from stack.supervisor import SECONDS_FOR_THE_WORKER, Patience, check_database, check_port, free_port
from stack.words.run import demo_people, wants_demo


def test_a_child_that_dies_is_started_at_once_then_ever_later_and_for_ever():
    patience = Patience()
    assert [patience.after(0.1) for _ in range(7)] == [0, 1, 2, 5, 10, 10, 10]


def test_a_long_life_wipes_the_slate():
    patience = Patience()
    for _ in range(4):
        patience.after(0.1)
    assert [patience.after(31), patience.after(0.1)] == [0, 1]


def test_a_taken_port_is_named_with_the_way_out():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Problem, match=f"Port {port} is in use by another program.*PORT="):
            check_port(port)
    check_port(free_port())


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgres://lc:secret@127.0.0.1:1/lc", r"\(127.0.0.1, lc\) cannot be reached: Connection refused\."),
        ("sqlite:///db.sqlite3", "only PostgreSQL is supported"),
        ("postgres://[secret/lc", "is not an address"),
        ("postgres://lc:secret@127.0.0.1:port/lc", "is not an address: it looks like"),
        ("postgres://lc:secret@127.0.0.1/lc?nonsense=1", "is not an address that PostgreSQL understands"),
    ],
)
def test_a_database_that_does_not_answer_is_named_without_its_password(url, said):
    with pytest.raises(Problem, match=said) as told:
        check_database(url)
    assert "secret" not in str(told.value)


def test_the_demo_stays_out_of_a_database_of_ones_own():
    assert wants_demo(asked=False, refused=False, foreign_database=False)
    assert wants_demo(asked=True, refused=False, foreign_database=True)
    assert not wants_demo(asked=False, refused=True, foreign_database=True)
    with pytest.raises(Problem, match=r"say --no-demo .* or --demo"):
        wants_demo(asked=False, refused=False, foreign_database=True)


class Accounts:
    def __init__(self, path):
        self.demo_accounts = path


def test_the_demo_people_stand_in_a_table(tmp_path):
    accounts = tmp_path / "accounts.json"
    accounts.write_text(
        '[{"email": "paula@example.org", "password": "a b", "role": "planner", "name": "Paula"},'
        ' {"email": "stan@example.org", "password": "c", "role": "stranger", "name": "Stan"}]'
    )
    assert demo_people(Accounts(accounts))[-2:] == [
        "    planner   Paula  paula@example.org  a b",
        "    stranger  Stan   stan@example.org   c",
    ]
    assert demo_people(Accounts(tmp_path / "missing")) == []


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_one_sentence(number):
    assert of_system_error(OSError(number, "x")) == DISK_IS_FULL


def test_any_other_refusal_names_the_place():
    told = of_system_error(PermissionError(errno.EACCES, "Permission denied", "/somewhere"))
    assert told == "The system refused something that is needed here (/somewhere): Permission denied."


def test_a_process_is_known_by_its_birth():
    assert identity(os.getpid()) == identity(os.getpid()) is not None
    assert identity(2**22 + 1) is None


def test_sockets_move_where_their_path_is_short_enough(tmp_path):
    assert socket_folder(tmp_path, None) == tmp_path / "sockets"
    deep = tmp_path / ("d" * 100)
    deep.mkdir()
    short = socket_folder(deep, None)
    try:
        assert len(str(short / embedded.SOCKET_NAME)) <= embedded.LONGEST_SOCKET_PATH
        assert short.stat().st_mode & 0o777 == 0o700
        assert socket_folder(deep, None) == short
    finally:
        short.rmdir()


def test_a_socket_folder_of_somebody_else_is_refused(tmp_path, monkeypatch):
    (tmp_path / "sockets").symlink_to(tmp_path)
    with pytest.raises(Problem, match="belongs to somebody else"):
        socket_folder(tmp_path, None)


def test_whoever_stops_a_worker_lets_it_finish_the_message_in_hand():
    """Ours, systemd and compose alike: time enough, and the signal to the first process alone."""
    unit = configparser.ConfigParser(strict=False)
    unit.optionxform = str
    unit.read(REPOSITORY / "deploy" / "systemd" / "collaborative@.service")
    parts = yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text())["services"]
    assert unit["Service"]["KillMode"] == "mixed"
    waits = (unit["Service"]["TimeoutStopSec"], parts["worker"]["stop_grace_period"].rstrip("s"))
    assert min(SECONDS_FOR_THE_WORKER, *map(float, waits)) > MESSAGE_SECONDS
    assert parts["worker"]["command"][0] == "celery", "no shell in between, which would keep the signal"

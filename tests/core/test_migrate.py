"""Two machines that start together migrate one after the other."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection

from core.management.commands.migrate import Command, alone


@pytest.mark.django_db(transaction=True)
def test_the_second_waits_for_the_first():
    inside: list[str] = []

    def run(name: str) -> None:
        with alone("default"):
            inside.append(f"{name} in")
            time.sleep(0.3)
            inside.append(f"{name} out")

    threads = [threading.Thread(target=run, args=[name]) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    first, second = inside[0][0], inside[2][0]
    assert inside == [f"{first} in", f"{first} out", f"{second} in", f"{second} out"]


def test_migrate_is_ours():
    from django.core.management import get_commands

    assert get_commands()["migrate"] == "core"
    assert Command.help.endswith("finish first.")


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_two_at_once_both_succeed():
    name = f"twice_{os.getpid()}"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name}")
    here = urlsplit(os.environ["DATABASE_URL"])
    url = here._replace(path=f"{here.path.rpartition('/')[0]}/{name}").geturl()
    root = Path(__file__).resolve().parents[2]
    try:
        both = [
            subprocess.Popen(
                [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
                cwd=root, env={**os.environ, "DATABASE_URL": url}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            )
            for _ in range(2)
        ]  # fmt: skip
        said = [one.communicate(timeout=110)[0].decode() for one in both]
        assert [one.returncode for one in both] == [0, 0], said
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

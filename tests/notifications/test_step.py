"""The statement by which messages move is the one that a reader finds in the file."""

import hashlib
import importlib
import re
from pathlib import Path

import pytest
from django.db import connection

import notifications

pytestmark = pytest.mark.django_db

HERE = Path(notifications.__file__).parent
SQL = (HERE / "sql" / "message_step.sql").read_text()


def test_the_database_runs_what_the_file_says():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef('message_step'::regproc)")
        stored = cursor.fetchone()[0]
    body = re.compile(r"\$(?:function)?\$(.*)\$(?:function)?\$", re.S)
    assert body.search(stored)[1].strip() == body.search(SQL)[1].strip()


def test_a_change_of_the_file_comes_with_a_migration():
    """A database that is there already has only what a migration applied."""
    applying = [
        path.stem for path in sorted((HERE / "migrations").glob("0*.py")) if "message_step.sql" in path.read_text()
    ]
    last = importlib.import_module(f"notifications.migrations.{applying[-1]}")
    assert hashlib.sha256(SQL.encode()).hexdigest() == last.DIGEST

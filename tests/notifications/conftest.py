"""A kind of message of its own, a person or two, and a mail server that misbehaves on demand."""

from __future__ import annotations

import datetime
import uuid

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.utils import timezone

from notifications import kinds, sweep
from notifications.models import PlannedMessage
from tests.notifications import trial
from tests.smtp_sink import sink  # noqa: F401  (a fixture)

ABOUT = ("trial.thing", "7")


@pytest.fixture(autouse=True)
def _trial_kinds(monkeypatch, settings):
    """The kinds of this folder, known for the length of a test; quick waits; the bell is silent."""
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    trial.register()
    trial.use_templates(settings)
    settings.RETRY_MINUTES = [1, 5, 15, 60, 240]
    monkeypatch.setattr("notifications.bell.kick", lambda: True)


def person(name: str = "Nia Roy", email: str | None = "", **fields):
    """A person; `email` None has no mailbox, "" gets one of their own."""
    if email == "":
        email = f"{uuid.uuid4().hex[:12]}@example.ca"
    return get_user_model().objects.create(name=name, email=email, **fields)


@pytest.fixture
def nia(db):
    return person("Nia Roy", "nia@example.ca", city="st_johns", time_zone="America/St_Johns")


@pytest.fixture
def pierre(db):
    return person("Pierre Côté", "pierre@example.ca", language="fr", time_zone="America/Toronto")


@pytest.fixture
def paula(db):
    return person("Paula", "paula@example.ca")


def in_hours(hours: float) -> datetime.datetime:
    return timezone.now() + datetime.timedelta(hours=hours)


def shift(row: PlannedMessage, **seconds: float) -> None:
    """Move moments of a row by seconds (negative: into the past): the database's clock cannot be moved."""
    for column, value in seconds.items():
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE planned_message SET {column} = {column} + %s * interval '1 second' WHERE id = %s",
                [value, row.pk],
            )
    row.refresh_from_db()


def go() -> int:
    """Go round once, as the worker does."""
    return sweep.tick(seconds=20)


def trail(row: PlannedMessage) -> list[str]:
    """What became of a row, as "from>to" in order."""
    return [f"{event.from_state}>{event.to_state}" for event in row.events.all()]

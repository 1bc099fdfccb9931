"""A kind of message of its own, a person or two, a mail server that misbehaves on demand, and mail that comes in."""

from __future__ import annotations

import base64
import datetime
import uuid

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.utils import timezone

from core import registry
from notifications import kinds, sweep
from notifications.models import PlannedMessage
from tests.notifications import trial
from tests.smtp_sink import sink  # noqa: F401  (a fixture)

ABOUT = ("trial.thing", "7")
# The address to which answers come, and the secret of the provider that hands them over.
OURS = "answers@collaborative.example"
SECRET = "s" * 40


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


# ---------------------------------------------------------------- mail that comes in


@pytest.fixture
def takes_mail(settings, monkeypatch):
    """Mail is taken in, and no room is asked about it but those that a test adds."""
    settings.INBOUND_ADDRESS = OURS
    monkeypatch.setattr(registry.handle_reply, "_answers", {})


@pytest.fixture
def provider(settings):
    settings.INBOUND_WEBHOOK, settings.INBOUND_WEBHOOK_SECRET = "postmark", SECRET


def saying(secret: str) -> dict[str, str]:
    """Return the header in which a provider says the secret."""
    return {"Authorization": "Basic " + base64.b64encode(f"mail:{secret}".encode()).decode()}


def plain(words="Hello", *, to=OURS, sender="nia@example.ca", subject="A word", own_id="", more="") -> bytes:
    """Return a mail of a few words, as it comes in."""
    own = f"Message-ID: {own_id}\n" if own_id else ""
    return f"From: {sender}\nTo: {to}\nSubject: {subject}\n{own}{more}\n{words}\n".encode()

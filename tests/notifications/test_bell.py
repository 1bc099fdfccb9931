"""The bell is only speed: broken, it costs nobody anything."""

import socket
import time

import pytest

from notifications import bell, tasks

ring = bell.kick


@pytest.fixture(autouse=True)
def _fresh(monkeypatch):
    monkeypatch.setattr(bell, "_silent_until", 0.0)


def test_it_rings_without_waiting_for_a_retry(monkeypatch, settings):
    settings.TICK_SECONDS = 60
    asked = {}
    monkeypatch.setattr(tasks.tick, "apply_async", lambda **words: asked.update(words))
    assert ring() is True
    assert asked == {"retry": False, "ignore_result": True, "expires": 55}


def test_a_broken_bell_is_silent_for_half_a_minute(monkeypatch, caplog):
    calls = []

    def broken(**_):
        calls.append(1)
        raise OSError("redis://secret@host")

    monkeypatch.setattr(tasks.tick, "apply_async", broken)
    assert [ring(), ring(), ring()] == [False] * 3
    assert calls == [1]
    assert "OSError" in caplog.text
    assert "secret" not in caplog.text
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + 31)
    assert ring() is False
    assert calls == [1, 1]


def nothing() -> None:
    """Do nothing: nobody hears the bell."""


def test_a_broker_that_never_answers_costs_three_seconds_once(monkeypatch):
    """It takes connections and stays silent: with Celery's own defaults a request would hang."""
    from celery import Celery
    from django.conf import settings

    silent = socket.create_server(("127.0.0.1", 0))
    monkeypatch.delenv("CELERY_BROKER_URL")  # Celery prefers it to what it is told
    other = Celery("other", broker=f"redis://127.0.0.1:{silent.getsockname()[1]}/0", set_as_current=False)
    other.conf.broker_transport_options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    other.conf.task_publish_retry = settings.CELERY_TASK_PUBLISH_RETRY
    monkeypatch.setattr(tasks, "tick", other.task(name="tick", shared=False)(nothing))
    begun = time.monotonic()
    assert ring() is False
    assert time.monotonic() - begun < 5
    begun = time.monotonic()
    assert ring() is False
    assert time.monotonic() - begun < 0.1
    other.close()
    silent.close()

"""The bell is only speed: broken, it costs nobody anything."""

import socket
import time

import pytest
from django.core.cache import caches

from core import cache
from notifications import bell, tasks
from tests import redis_away

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


@pytest.mark.parametrize("one_server", [True, False])
def test_where_the_cache_waited_for_the_same_server_the_bell_does_not(monkeypatch, settings, one_server):
    with socket.create_server(("127.0.0.1", 0)) as silent, socket.create_server(("127.0.0.1", 0)) as another:
        place = f"redis://127.0.0.1:{silent.getsockname()[1]}"
        broker = place if one_server else f"redis://127.0.0.1:{another.getsockname()[1]}"
        settings.CELERY_BROKER_URL = f"{broker}/0"
        rung = []
        monkeypatch.setattr(tasks.tick, "apply_async", lambda **words: rung.append(words))
        redis_away.aim(settings, f"{place}/1")
        assert ring() is True, "nobody has waited for it yet"
        caches["default"].get("anything")
        assert ring() is not one_server
        assert len(rung) == (1 if one_server else 2)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("redis://valkey:6379/1", "redis://valkey:6379/0", True),
        ("redis://valkey/1", "redis://:word@valkey:6379/0", True),
        ("redis://valkey:6379/1", "redis://valkey:6380/1", False),
        ("redis://[::1]:6379/1", "redis://[::1]/0", True),
        ("unix:///run/valkey.sock?db=1", "redis+socket:///run/valkey.sock?virtual_host=0", True),
        ("unix:///run/valkey.sock?db=1", "redis+socket:///run/other.sock?virtual_host=1", False),
    ],
)
def test_one_server_is_known_by_where_it_listens(one, other, same):
    assert (cache._place(one) == cache._place(other)) is same

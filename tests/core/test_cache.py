"""The cache that may be away: every error is a miss, nothing waits long, and the limits stay."""

from __future__ import annotations

import threading
import time
import uuid

import pytest
import redis
from django.core.cache import cache, caches
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st

from core import cache as ours
from core import limits
from tests import redis_away


@pytest.fixture
def well(settings):
    redis_away.aim(settings, settings.CACHES["default"]["LOCATION"])


@pytest.fixture(params=redis_away.WAYS)
def away(request, settings, tmp_path):
    """No server at all (its socket file is gone), or one that takes the call and never says a word."""
    with redis_away.nobody(request.param, tmp_path) as (location, _broker):
        redis_away.aim(settings, location)
        yield request.param


# ---------------------------------------------------------------- well


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@how(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=VALUES)
def test_what_is_kept_comes_back(well, value):
    cache.set("k", value, 30)
    assert cache.get("k", "missing") == value
    assert cache.get_many(["k", "other"]) == {"k": value}


def test_the_contract_of_a_cache(well):
    assert cache.add("a", 1, 30) is True
    assert cache.add("a", 2, 30) is False
    assert cache.incr("a", 4) == 5
    assert cache.decr("a") == 4
    assert cache.has_key("a")
    assert "a" in cache
    assert cache.touch("a", 40) is True
    assert cache.touch("b", 40) is False
    assert cache.delete("a") is True
    assert cache.delete("a") is False
    with pytest.raises(ValueError, match="not found"):
        cache.incr("a")
    cache.set("gone", 1, timeout=0)
    assert cache.get("gone") is None
    cache.set_many({"x": 1, "y": 2})
    assert cache.get_or_set("x", 9) == 1
    cache.delete_many(["x", "y"])
    assert cache.get_many(["x", "y"]) == {}


def test_a_count_and_what_is_kept_beside_it_are_one_way(well):
    cache.set("kept", ["a text"], 30)
    assert cache.count("limit:c", 1, beside="kept") == (1, ["a text"])
    assert cache.count("limit:c", 1, beside="nothing") == (2, None)
    assert cache.count("limit:other", 1) == (1, None)
    time.sleep(2.1)
    assert cache.count("limit:c", 1) == (1, None), "it runs out"


def test_while_it_is_away_the_table_counts_and_nothing_stands_beside(away, db):
    assert [cache.count("limit:c", 60, beside="kept") for _ in range(2)] == [(1, None), (2, None)]


def test_clearing_takes_our_own_keys_only(well, settings, db):
    server = redis.Redis.from_url(settings.CACHES["default"]["LOCATION"])
    theirs = f"other-{uuid.uuid4().hex}"
    server.set(theirs, 1, ex=30)
    cache.set("mine", 1)
    cache.clear()
    assert cache.get("mine") is None
    assert server.exists(theirs)
    server.delete(theirs)


def test_a_value_of_another_kind_is_a_miss(well, settings):
    server = redis.Redis.from_url(settings.CACHES["default"]["LOCATION"])
    prefix = settings.CACHES["default"]["KEY_PREFIX"]
    server.rpush(f"{prefix}:1:list", "x")
    server.set(f"{prefix}:1:junk", b"\x80not a pickle", ex=30)
    assert cache.get("list", "miss") == "miss"
    assert cache.get("junk", "miss") == "miss"
    cache.set("after", 1)
    assert cache.get("after") == 1, "the server is well: the breaker stays closed"


# ---------------------------------------------------------------- away


def test_everything_misses_and_nothing_waits(away):
    began = time.monotonic()
    cache.set("k", 1)
    assert cache.get("k", "miss") == "miss"
    assert cache.add("k", 1) is False
    assert cache.get_many(["k"]) == {}
    assert cache.delete("k") is False
    assert cache.touch("k") is False
    assert not cache.has_key("k")
    with pytest.raises(ValueError, match="not found"):
        cache.incr("k")
    for _ in range(1000):
        cache.get("k")
    assert time.monotonic() - began < 1.5, "one patience of half a second, then the breaker is open"


def test_limits_count_on_in_the_table(away, db):
    allowed = [limits.spend("try", "somebody", amount=5, seconds=600) for _ in range(12)]
    assert allowed == [True] * 5 + [False] * 7
    assert limits.spend("try", "somebody else", amount=5, seconds=600)


@pytest.mark.django_db(transaction=True)
def test_limits_in_the_table_hold_for_many_at_once(away):
    passed: list[bool] = []
    ready = threading.Barrier(8)

    def run() -> None:
        from django.db import connection

        ready.wait()
        passed.extend(limits.spend("try", "one", amount=10, seconds=3600) for _ in range(5))
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(passed) == 40
    assert sum(passed) == 10


def test_people_sign_in_and_are_still_limited(away, db):
    from allauth.account.models import EmailAddress

    from accounts.models import User
    from notifications.models import PlannedMessage

    user = User.objects.create_user("nia@example.org", "lantern-under-the-bridge", name="Nia Roy")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    client, began = Client(), time.monotonic()
    answer = client.post("/accounts/login/", {"login": user.email, "password": "lantern-under-the-bridge"})
    assert answer.status_code == 302
    assert client.get("/me/").status_code == 200
    assert time.monotonic() - began < 3
    wrong = [
        Client().post("/accounts/login/", {"login": user.email, "password": f"no {n}"}).status_code for n in range(20)
    ]
    assert 429 in wrong
    assert wrong.index(429) == 10
    codes = [Client().post("/accounts/login/code/", {"email": user.email}).status_code for _ in range(5)]
    assert codes == [302, 302, 302, 200, 200], "the form says to be patient"
    assert PlannedMessage.objects.count() == 3


def test_a_used_one_time_code_stays_used(away, db):
    assert cache.add("allauth.mfa.totp.used?user=1&code=123456", "y", timeout=30) is True
    assert cache.add("allauth.mfa.totp.used?user=1&code=123456", "y", timeout=30) is False


# ---------------------------------------------------------------- the breaker


def test_the_breaker_opens_for_thirty_seconds_and_lets_one_try():
    now = [100.0]
    breaker = ours.Breaker(lambda: now[0])
    assert breaker.lets_through()
    assert breaker.failed() is True
    now[0] += 29.9
    assert not breaker.lets_through()
    now[0] += 0.2
    assert breaker.lets_through(), "the first may try"
    assert not breaker.lets_through(), "the others wait for what it finds"
    breaker.succeeded()
    assert breaker.lets_through()
    assert breaker.lets_through()


def test_counts_in_the_table_run_out(db):
    table = caches["limits"]
    table.set("limit:x", 1, timeout=1)
    assert table.incr("limit:x") == 2
    time.sleep(2.1)
    with pytest.raises(ValueError, match="not found"):
        table.incr("limit:x")

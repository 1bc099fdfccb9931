"""The cache that may be away. Every error is a miss, nothing waits longer than half a second, nobody is let off.

Redis holds nothing of value, so that a page never depends on it. What must not be forgotten while it is away, the counts
of the rate limits, goes to a small table in PostgreSQL for as long as the breaker is open (the cache alias ``limits``).
"""

from __future__ import annotations

import logging
import pickle  # nosec B403
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

import redis
from django.core.cache import caches
from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.db import DatabaseCache
from django.db import connections, router, transaction
from redis.backoff import NoBackoff
from redis.retry import Retry

log = logging.getLogger("cache")

WAIT_SECONDS = 0.5
OPEN_SECONDS = 30.0
# Keys that count tries: allauth's (rate limits, used one-time codes) and ours (core.limits).
COUNTING = ("allauth:rl:", "allauth.mfa.", "limit:")

_MISSING = object()


class Breaker:
    """Open after an error, for ``OPEN_SECONDS``; then one caller at a time may try whether the server is back."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._open_until = 0.0

    def lets_through(self) -> bool:
        """May this caller ask the server? After the time is over the first one may, and stands for the others."""
        if not self._open_until:
            return True
        with self._lock:
            now = self._clock()
            if now < self._open_until:
                return False
            if self._open_until:
                self._open_until = now + OPEN_SECONDS
            return True

    def is_open(self) -> bool:
        """Is the server left alone for now? Asks nothing, and stands for nobody."""
        return self._clock() < self._open_until

    def failed(self) -> bool:
        """Note a failure. Returns whether it is news."""
        with self._lock:
            now = self._clock()
            news = self._open_until <= now
            self._open_until = now + OPEN_SECONDS
            return news

    def succeeded(self) -> None:
        """Note that the server answered."""
        if self._open_until:
            with self._lock:
                self._open_until = 0.0


class _Line:
    """One server as this process sees it: a client with short patience, and a breaker. Shared by all threads."""

    def __init__(self, url: str) -> None:
        self.breaker = Breaker()
        self.client = redis.Redis.from_url(
            url,
            socket_timeout=WAIT_SECONDS,
            socket_connect_timeout=WAIT_SECONDS,
            retry=Retry(NoBackoff(), 0),
            retry_on_timeout=False,
            health_check_interval=0,
            # Without these two a new connection says HELLO and CLIENT SETINFO first: three waits more for a server that
            # stalls, and an error where it is too old to know the words.
            protocol=2,
            driver_info=None,
        )


_lines: dict[str, _Line] = {}
_lines_lock = threading.Lock()


def _line(url: str) -> _Line:
    with _lines_lock:
        if url not in _lines:
            _lines[url] = _Line(url)
        return _lines[url]


def is_away(url: str) -> bool:
    """Return whether the server at ``url``, whichever of its databases, has just left a question of ours unanswered.

    For others who would wait for the same server: where the cache is silent, the broker beside it is too.
    """
    place = _place(url)
    return any(_place(known) == place and line.breaker.is_open() for known, line in list(_lines.items()))


def _place(url: str) -> tuple[str, str]:
    """Return where a server listens: its host and port, or its socket file."""
    parts = urlsplit(url)
    try:
        return (parts.hostname, str(parts.port or 6379)) if parts.hostname else ("", parts.path)
    except ValueError:  # several in one address: known only by all of it
        return "", url


def _dumps(value: Any) -> Any:
    # Plain integers stay plain, so that the server can count them up.
    return value if type(value) is int else pickle.dumps(value, pickle.HIGHEST_PROTOCOL)


def _loads(raw: Any) -> Any:
    """Return what was put there, ``_MISSING`` where that cannot be read any more."""
    try:
        return int(raw)
    except ValueError:
        pass
    try:
        return pickle.loads(raw)  # nosec B301  (our own server, our own values, as in Django's backend)
    except Exception as error:  # pickle may raise anything; written by an older version of a class, or by somebody else
        log.warning("cache value unreadable (%s)", type(error).__name__)
        return _MISSING


class PatientRedis(BaseCache):
    """Django's cache over redis-py, for a server that may stop, stall or come back at any time."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._url = server

    # ---------------------------------------------------------------- asking

    def _ask(self, ask: Callable[[redis.Redis], Any]) -> Any:
        """Return what ``ask`` gets from the server, or ``_MISSING`` if it is away or answers nonsense."""
        line = _line(self._url)
        if not line.breaker.lets_through():
            return _MISSING
        try:
            answer = ask(line.client)
        except redis.ResponseError:  # the server is well; it only cannot do this with this key
            line.breaker.succeeded()
            return _MISSING
        except (redis.RedisError, OSError) as error:
            if line.breaker.failed():
                log.warning("cache away (%s): going on without for %d s", type(error).__name__, OPEN_SECONDS)
            return _MISSING
        line.breaker.succeeded()
        return answer

    def _either(self, key: str, ask: Callable[[redis.Redis], Any], else_: Callable[[BaseCache], Any], miss: Any) -> Any:
        """Ask the server; while it is away ask the table about keys that count, and miss about all others."""
        answer = self._ask(ask)
        if answer is not _MISSING:
            return answer
        return else_(caches["limits"]) if key.startswith(COUNTING) else miss

    def _seconds(self, timeout: Any) -> int | None:
        """Return whole seconds to keep a value; None = for ever, 0 = not at all."""
        if timeout is DEFAULT_TIMEOUT:
            timeout = self.default_timeout
        return None if timeout is None else max(0, int(timeout + 0.999))

    @staticmethod
    def _put(client: redis.Redis, key: str, value: Any, seconds: int | None, *, only_new: bool = False) -> bool:
        if seconds == 0:
            if only_new and client.exists(key):
                return False
            client.delete(key)
            return True
        return bool(client.set(key, _dumps(value), ex=seconds, nx=only_new))

    # ---------------------------------------------------------------- Django's contract

    def add(self, key, value, timeout=DEFAULT_TIMEOUT, version=None):
        made, seconds = self.make_and_validate_key(key, version=version), self._seconds(timeout)
        return self._either(
            key,
            lambda client: self._put(client, made, value, seconds, only_new=True),
            lambda table: table.add(key, value, timeout, version),
            False,
        )

    def get(self, key, default=None, version=None):
        made = self.make_and_validate_key(key, version=version)

        def ask(client: redis.Redis) -> Any:
            raw = client.get(made)
            value = _MISSING if raw is None else _loads(raw)
            return default if value is _MISSING else value

        return self._either(key, ask, lambda table: table.get(key, default, version), default)

    def set(self, key, value, timeout=DEFAULT_TIMEOUT, version=None):
        made, seconds = self.make_and_validate_key(key, version=version), self._seconds(timeout)
        self._either(
            key,
            lambda client: self._put(client, made, value, seconds),
            lambda table: table.set(key, value, timeout, version),
            None,
        )

    def touch(self, key, timeout=DEFAULT_TIMEOUT, version=None):
        made, seconds = self.make_and_validate_key(key, version=version), self._seconds(timeout)

        def ask(client: redis.Redis) -> bool:
            if seconds is None:
                return bool(client.persist(made) or client.exists(made))
            return bool(client.expire(made, seconds))

        return self._either(key, ask, lambda table: table.touch(key, timeout, version), False)

    def delete(self, key, version=None):
        made = self.make_and_validate_key(key, version=version)
        return self._either(
            key, lambda client: bool(client.delete(made)), lambda table: table.delete(key, version), False
        )

    def has_key(self, key, version=None):
        made = self.make_and_validate_key(key, version=version)
        return self._either(
            key, lambda client: bool(client.exists(made)), lambda table: table.has_key(key, version), False
        )

    def incr(self, key, delta=1, version=None):
        """Count up a key that exists. Raises ValueError where there is none, as the server being away looks like."""
        made = self.make_and_validate_key(key, version=version)

        def ask(client: redis.Redis) -> int | None:
            return client.incrby(made, delta) if client.exists(made) else None

        answer = self._either(key, ask, lambda table: table.incr(key, delta, version), None)
        if answer is None:
            raise ValueError(f"Key '{key}' not found")
        return answer

    def count(self, key: str, timeout: float, *, beside: str = "") -> tuple[int, Any]:
        """Count up ``key``, from 1 where there is none, and read ``beside`` on the same way to the server.

        Returns the count and what is kept beside it (None: nothing, or the server is away). ``timeout`` begins anew.
        """
        made, seconds = self.make_and_validate_key(key), self._seconds(timeout)
        other = self.make_and_validate_key(beside) if beside else ""

        def ask(client: redis.Redis) -> list[Any]:
            with client.pipeline(transaction=False) as line:
                line.incrby(made, 1)
                line.expire(made, seconds or 0)
                if other:
                    line.get(other)
                return line.execute()

        answer = self._ask(ask)
        if answer is _MISSING:
            return caches["limits"].count(key, timeout)  # type: ignore[attr-defined]  # a CountingTable
        raw = answer[2] if other else None
        value = None if raw is None else _loads(raw)
        return answer[0], None if value is _MISSING else value

    def get_many(self, keys: Iterable[str], version=None) -> dict[str, Any]:
        made = {self.make_and_validate_key(key, version=version): key for key in keys}
        if not made:
            return {}
        if any(key.startswith(COUNTING) for key in made.values()):
            return super().get_many(list(made.values()), version)
        answer = self._ask(lambda client: client.mget(list(made)))
        if answer is _MISSING:
            return {}
        found: dict[str, Any] = {}
        for key, raw in zip(made.values(), answer, strict=True):
            value = _MISSING if raw is None else _loads(raw)
            if value is not _MISSING:
                found[key] = value
        return found

    def set_many(self, data: Mapping[str, Any], timeout=DEFAULT_TIMEOUT, version=None) -> list[str]:
        for key, value in data.items():
            self.set(key, value, timeout, version)
        return []

    def delete_many(self, keys: Iterable[str], version=None) -> None:
        for key in keys:
            self.delete(key, version)

    def clear(self) -> None:
        """Empty our own keys, here and in the table; other users of the server keep theirs."""

        def ask(client: redis.Redis) -> bool:
            found = list(client.scan_iter(match=f"{self.key_prefix}:*", count=1000))
            if found:
                client.delete(*found)
            return True

        self._ask(ask)
        caches["limits"].clear()


class CountingTable(DatabaseCache):
    """Django's cache in a table, with a count that two workers cannot take at once."""

    def count(self, key: str, timeout: float, *, beside: str = "") -> tuple[int, Any]:
        """Count up ``key``, from 1 where there is none; return the count. Nothing else is kept here, so that None is ``beside``."""
        for _attempt in range(3):
            if self.add(key, 1, timeout):
                return 1, None
            try:
                return self.incr(key), None
            except ValueError:  # it ran out between the two lines
                continue
        return sys.maxsize, None

    def incr(self, key, delta=1, version=None):
        made = self.make_and_validate_key(key, version=version)
        db = router.db_for_write(self.cache_model_class)
        table = connections[db].ops.quote_name(self._table)  # type: ignore[attr-defined]
        with transaction.atomic(using=db), connections[db].cursor() as cursor:
            cursor.execute(f"SELECT cache_key FROM {table} WHERE cache_key = %s FOR UPDATE", [made])  # nosec B608
            value = self.get(key, _MISSING, version)
            if value is _MISSING:
                raise ValueError(f"Key '{key}' not found")
            cursor.execute(f"SELECT expires FROM {table} WHERE cache_key = %s", [made])  # nosec B608
            left = max(1.0, cursor.fetchone()[0].timestamp() - time.time())
            self.set(key, value + delta, left, version)
        return value + delta

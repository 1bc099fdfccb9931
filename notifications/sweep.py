"""Going round: settle what was left behind, send what is due, say that we were here. As often and as many as one likes."""

from __future__ import annotations

import datetime
import logging
import time
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import CharField, QuerySet, Value

from core.accidents import log_accident
from core.registry import Slot
from notifications import delivery, sending, services
from notifications.catching_up import catch_up, note_tick
from notifications.smtp import Line

log = logging.getLogger(__name__)

# Shorter than the regular tick, so that two rounds of one worker do not overlap.
ROUND_SECONDS: Final = 50.0
LONGEST_CLAIM_SECONDS: Final = 1.0

sweeps = Slot(
    "sweeps",
    "room -> fn(now): other work found by a sweep, done at every tick; must be idempotent. `now` is the moment of the tick by the "
    "database's clock: what is due is what is due then, whatever the clock of this machine says",
)
looks = Slot(
    "looks",
    "key of a sweep -> fn(now) -> querysets: at least one of them has a row whenever the sweep would do anything at `now`. All are "
    "asked in one statement, and sweeps of which none has are passed over; a sweep without a look is done at every tick",
)


def tick(*, seconds: float = ROUND_SECONDS, stop: Callable[[], bool] = lambda: False) -> int:
    """Go round once: reap, other rooms' sweeps, then send until nothing is due, `seconds` are over or `stop` says so.

    Return how many messages were settled. Safe at any time, beside any number of others.
    """
    until = time.monotonic() + seconds
    left = sending.look()
    catch_up(left.last_tick, now=left.now)
    sending.reap(left)
    _other_sweeps(stop, left.now)
    settled = send_due(until=until, stop=stop)
    note_tick()
    return settled


def send_due(*, until: float, stop: Callable[[], bool]) -> int:
    """Send what is due over one connection until `until` (time.monotonic()); return how many were settled."""
    line, settled, usable, limit = Line(), 0, True, sending.BATCH
    try:
        # When the server is away, the rows behind the first one are not tried: it is not their failure.
        while usable and not stop() and time.monotonic() < until:
            began = time.monotonic()
            with transaction.atomic():
                rows = sending.claim(limit=limit)
            if not rows:
                break
            # A server that has become slow gets few at a time again: what is more urgent waits for those in the hand.
            enough = until if len(rows) <= sending.BATCH else min(until, began + LONGEST_CLAIM_SECONDS)
            more, usable = delivery.deliver_batch(rows, line, partial(_is_over, stop, enough))
            settled += more
            limit = sending.batch_after(more, time.monotonic() - began)
    finally:
        line.goodbye()
    return settled


def _is_over(stop: Callable[[], bool], moment: float) -> bool:
    return stop() or time.monotonic() >= moment


def _other_sweeps(stop: Callable[[], bool], now: datetime.datetime) -> None:
    found = with_work(now)
    for key in sweeps.keys():  # noqa: SIM118  (a Slot, not a dict)
        if stop():
            return
        try:
            if key in found and (sweep := sweeps.get(key)) is not None:
                sweep(now)
        except Exception:  # one room's trouble must not keep mail from leaving
            log_accident(log, "the sweep of %s failed", key)


def with_work(now: datetime.datetime) -> set[str]:
    """Return the keys of the sweeps that may have something to do at ``now``. One statement, however many rooms there are.

    A look that fails spares nobody any work: its sweep is done, and where the statement fails, all of them are.
    """
    found: set[str] = set()
    asked: list[QuerySet] = []
    for key in sweeps.keys():  # noqa: SIM118  (a Slot, not a dict)
        look = looks.get(key)
        try:
            if look is None:
                found.add(key)
            else:
                asked += [_named(rows, key) for rows in look(now)]
        except Exception:
            log_accident(log, "the look of %s failed", key)
            found.add(key)
    try:
        return found | set(asked[0].union(*asked[1:], all=True)) if asked else found
    except Exception:
        log_accident(log, "the looks failed")
        return set(sweeps.keys())


def _named(rows: QuerySet, key: str) -> QuerySet:
    """Return at most one of these rows, of which nothing is asked but the name of its sweep."""
    named = rows.order_by().annotate(of_sweep=Value(key, output_field=CharField()))
    return named.values_list("of_sweep", flat=True)[:1]


def pulse() -> dict[str, Any]:
    """Return this room's readings for /healthz: `messages` is False when the tick has been silent for five minutes.

    An installation where no tick has ever been is new, not ill.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT last_tick > clock_timestamp() - %s * interval '1 second', paused_at IS NOT NULL FROM message_tick",
            [services.patience()],
        )
        recent, paused = cursor.fetchone() or (None, None)
    return {"messages": recent is not False, "sending_paused": "yes" if paused else "no"}

"""How a row is taken out of the diary and what is written back: claim, begin, move, give back, reap.

The clock is the database's. What is looked for is compared with `statement_timestamp()`: it is the same for all rows of a
statement, so that an index can serve it, and known when the statement is planned, so that it does: asked for with
`clock_timestamp()`, a third of all rows seem to be due, and a million that wait are walked through. Every write on a claimed
row is fenced, `WHERE id AND claim_token AND state`: no row changed means that somebody else has it now, and
the caller stops. Events are written in the same statement as the state; the claim itself, which costs nothing and
may be given back, leaves none.
"""

from __future__ import annotations

import datetime
import random
import uuid
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError

from notifications import kinds, states
from notifications.models import Channel, PlannedMessage
from notifications.states import Move

# So many rows at first, and at most: whoever has rows in the hand keeps what is more urgent waiting.
BATCH: Final = 20
LARGEST_BATCH: Final = 100

# SKIP LOCKED under autocommit would lock nothing; MATERIALIZED, because a plain IN (subquery) may lock more than BATCH.
_CLAIM: Final = """
WITH due AS MATERIALIZED (
    SELECT id FROM planned_message
    WHERE state IN ('planned', 'retry') AND next_attempt_at <= statement_timestamp()
      AND NOT EXISTS (SELECT 1 FROM message_tick WHERE paused_at IS NOT NULL)
    ORDER BY priority, next_attempt_at
    FOR UPDATE SKIP LOCKED LIMIT %(limit)s
)
UPDATE planned_message m SET state = 'claimed', claim_token = %(token)s, claimed_at = clock_timestamp(),
    lease_until = clock_timestamp() + %(lease)s * interval '1 second', begun_at = NULL, updated_at = clock_timestamp()
FROM due WHERE m.id = due.id
RETURNING m.*
"""

# A function of the database (migration 0003_step): it moves one row, or begins one, or moves one and begins the next: what
# was sent is on the disk before anything else is begun, so that a crash of the database leaves one row in doubt for
# each sender. Only the mark before the dot is "hurried" and does not wait for the disk; what a crash may take away with
# it is put right by `reap` (states.lease_ran_out, `db_restarted`).
_STEP: Final = """
SELECT * FROM message_step(%(id)s, %(token)s, %(from)s, %(to)s, %(reason)s, %(wait)s, %(duplicate)s, %(code)s, %(text)s,
    %(channel)s, %(ended)s, %(hurried)s, %(next_id)s, %(next_token)s, %(lease)s)
"""
_NOTHING: Final = dict.fromkeys(
    ("id", "token", "from", "to", "reason", "wait", "duplicate", "code", "text", "channel", "ended", "hurried", "next_id",
     "next_token")
)  # fmt: skip

_GIVE_BACK: Final = """
UPDATE planned_message SET state = 'planned', claim_token = NULL, lease_until = NULL, updated_at = clock_timestamp()
WHERE id = ANY(%(ids)s) AND claim_token = %(token)s AND state = 'claimed' AND begun_at IS NULL
"""

# What waits is locked as well: a sender that takes it meanwhile would not know yet what its reader has just said.
_LET_GO: Final = """
WITH theirs AS MATERIALIZED (
    SELECT id, state FROM planned_message
    WHERE recipient_key = %(reader)s AND state IN ('planned', 'retry', 'claimed')
      AND (%(kinds)s::text[] IS NULL OR kind = ANY(%(kinds)s))
    ORDER BY id FOR NO KEY UPDATE
)
UPDATE planned_message m SET state = 'planned', claim_token = NULL, lease_until = NULL, updated_at = clock_timestamp(),
    attempts = m.attempts - CASE WHEN m.begun_at IS NULL THEN 0 ELSE 1 END
FROM theirs WHERE m.id = theirs.id AND theirs.state = 'claimed'
"""

_RAN_OUT: Final = "state IN ('claimed', 'sending') AND lease_until < statement_timestamp()"
_LONG_UNCERTAIN: Final = (
    "state = 'uncertain' AND updated_at < statement_timestamp() - %(seconds)s * interval '1 second'"
)
_TOO_LATE: Final = "state = ANY(%(can_expire)s) AND not_after IS NOT NULL AND not_after < statement_timestamp()"

# Whether anything was left behind, and when sending last went round: nearly always there is nothing, and this is all it costs.
_LOOK: Final = f"""
SELECT EXISTS (SELECT 1 FROM planned_message WHERE {_RAN_OUT}),
    EXISTS (SELECT 1 FROM planned_message WHERE {_LONG_UNCERTAIN}),
    EXISTS (SELECT 1 FROM planned_message WHERE {_TOO_LATE}),
    (SELECT last_tick FROM message_tick WHERE paused_at IS NULL), clock_timestamp()
"""  # nosec B608 # names of ours alone; every value is a parameter

# A postmaster that restarts its children after a crash keeps its start time; the statistics begin anew in both cases.
_LOST: Final = f"""
SELECT id, state, begun_at IS NOT NULL, attempts, coalesce(not_after < clock_timestamp(), false),
    claimed_at < (SELECT greatest(pg_postmaster_start_time(), stats_reset) FROM pg_stat_bgwriter)
FROM planned_message
WHERE {_RAN_OUT}
ORDER BY id FOR UPDATE SKIP LOCKED LIMIT 500
"""  # nosec B608

_UNCERTAIN: Final = f"""
SELECT id, kind, channel, coalesce(not_after < clock_timestamp(), false) FROM planned_message
WHERE {_LONG_UNCERTAIN}
ORDER BY id FOR UPDATE SKIP LOCKED LIMIT 500
"""  # nosec B608

_EXPIRE: Final = f"""
WITH late AS MATERIALIZED (
    SELECT id, state FROM planned_message
    WHERE {_TOO_LATE}
    ORDER BY id FOR UPDATE SKIP LOCKED LIMIT 1000
),
moved AS (
    UPDATE planned_message m SET state = 'expired', secret = '', updated_at = clock_timestamp(),
        reason = CASE WHEN late.state = 'uncertain' OR m.reason = 'may_have_gone' THEN 'may_have_gone'
            ELSE 'too_late' END
    FROM late WHERE m.id = late.id RETURNING m.id, late.state, m.reason
)
INSERT INTO message_event (message_id, from_state, to_state, at, note)
SELECT id, state, 'expired', clock_timestamp(), reason FROM moved
"""  # nosec B608


@dataclass(frozen=True)
class Begun:
    """A row whose turn has come: how often it was tried, this one included, and the database's clock."""

    attempts: int
    now: datetime.datetime

    def late(self, row: PlannedMessage) -> bool:
        """Return whether the row's last useful moment has passed."""
        return row.not_after is not None and row.not_after < self.now


@dataclass(frozen=True)
class Left:
    """What was left behind: by senders that are gone, in doubt for long enough, past its last moment; and the database's clock.

    ``last_tick``: when sending last went round; None while paused, and where it never has.
    """

    lost: bool
    uncertain: bool
    late: bool
    last_tick: datetime.datetime | None
    now: datetime.datetime


def look() -> Left:
    """Return what was left behind. One statement on small indexes, however much waits."""
    with connection.cursor() as cursor:
        cursor.execute(_LOOK, {"seconds": settings.UNCERTAIN_SECONDS, "can_expire": list(states.CAN_EXPIRE)})
        return Left(*cursor.fetchone())


def claim(*, limit: int = BATCH) -> list[PlannedMessage]:
    """Take up to `limit` due rows for this sender, the most urgent first; [] while paused.

    Must run in a transaction, committed before anything is done with the rows.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("claim inside a transaction: under autocommit SKIP LOCKED locks nothing")
    params = {"limit": limit, "token": uuid.uuid4(), "lease": settings.LEASE_SECONDS}
    rows = PlannedMessage.objects.raw(_CLAIM, params)
    return sorted(rows, key=lambda row: (row.priority, row.next_attempt_at))


def batch_after(settled: int, seconds: float) -> int:
    """Return how many rows to claim after so many were settled in so many seconds: what leaves in half a second, BATCH at least.

    Where mail leaves quickly, what is asked for all of them is asked less often; a code to sign in with waits no longer.
    """
    return max(BATCH, min(LARGEST_BATCH, int(settled / max(seconds, 0.001) / 2)))


def begin(row: PlannedMessage) -> Begun | None:
    """Count an attempt and renew the lease: this row's own turn. None when it is not ours any more, or all is paused."""
    _moved, begun = _step(_begin(row))
    return _begun(row, begun)


def move(row: PlannedMessage, to: Move) -> bool:
    """Write what became of a row in our hand; return False when it was not in our hand any more (then stop)."""
    moved, _none = _step(_move(row.pk, row.state, to, token=row.claim_token))
    if moved:
        row.state = to.to
    return moved


def move_on(
    row: PlannedMessage,
    to: Move,
    *,
    then: PlannedMessage | None,
    code: int | None = None,
    text: str | None = None,
    channel: str | None = None,
) -> tuple[bool, Begun | None]:
    """Do `move` for one row and `begin` for the next, if there is one, in one statement; return what both return."""
    said = {"code": code or None, "text": text, "channel": channel}
    what = _move(row.pk, row.state, to, token=row.claim_token) | said
    moved, begun = _step(what | _begin(then) if then is not None else what)
    if moved:
        row.state = to.to
    return moved, _begun(then, begun) if then is not None else None


def _step(what: dict[str, Any]) -> tuple[bool, Sequence[Any]]:
    with connection.cursor() as cursor:
        cursor.execute(_STEP, _NOTHING | {"lease": settings.LEASE_SECONDS} | what)
        moved, *begun = cursor.fetchone()
    return moved, begun


def _begin(row: PlannedMessage) -> dict[str, Any]:
    return {"next_id": row.pk, "next_token": row.claim_token}


def _begun(row: PlannedMessage, found: Sequence[Any]) -> Begun | None:
    if found[0] is None:
        return None
    row.attempts, now, row.source_version, row.due_at, row.not_after = found
    return Begun(attempts=row.attempts, now=now)


def _move(pk: uuid.UUID, before: str, to: Move, *, token: uuid.UUID | None) -> dict[str, Any]:
    if not states.may_move(before, to.to):
        raise ValueError(f"a message never goes from {before} to {to.to}")
    return {
        "id": pk, "token": token, "from": before, "to": to.to, "reason": to.reason, "wait": to.wait,
        "duplicate": to.possible_duplicate, "ended": to.to in states.TERMINAL, "hurried": to.to == states.SENDING,
    }  # fmt: skip


def give_back(rows: list[PlannedMessage]) -> int:
    """Let go of claimed rows whose turn never came; return how many. It costs them no attempt."""
    if not rows:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_GIVE_BACK, {"ids": [row.pk for row in rows], "token": rows[0].claim_token})
        return cursor.rowcount


def let_go(reader: str, of_kinds: Collection[str] | None = None) -> int:
    """Take what goes to this reader out of every sender's hand, of these kinds or of all; return how many were there.

    What they want has changed, so each is asked about again; it costs no attempt. Must run in the transaction of that change,
    and before anything of it is written down: what is marked as leaving by then had left before.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("letting go inside a transaction: under autocommit the lock ends at once")
    if of_kinds is not None and not of_kinds:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_LET_GO, {"reader": reader, "kinds": None if of_kinds is None else list(of_kinds)})
        return cursor.rowcount


def wait_after(attempts: int) -> float:
    """Return the seconds until the next try after the `attempts`-th failure (RETRY_MINUTES, give or take 20 %)."""
    # Spreading retries needs no unpredictable chance.
    return states.back_off(attempts, settings.RETRY_MINUTES, random.random())  # nosec B311


def reap(left: Left | None = None) -> Counter:
    """Settle what senders left behind and what has become too late; return how many rows went where."""
    left = left or look()
    done: Counter = Counter()
    if left.lost:
        done += _settle_lost()
    if left.uncertain:
        done += _settle_uncertain()
    if left.late:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_EXPIRE, {"can_expire": list(states.CAN_EXPIRE)})
            done[states.EXPIRED] += cursor.rowcount
    return +done


def _settle_lost() -> Counter:
    done: Counter = Counter()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LOST)
        for pk, state, begun, attempts, late, restarted in cursor.fetchall():
            wait = wait_after(attempts)
            to = states.lease_ran_out(
                state, begun=begun, db_restarted=restarted, attempts=attempts, late=late, wait=wait
            )
            done[to.to] += _step(_move(pk, state, to, token=None))[0]
    return done


def _settle_uncertain() -> Counter:
    done: Counter = Counter()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_UNCERTAIN, {"seconds": settings.UNCERTAIN_SECONDS})
        for pk, kind, channel, late in cursor.fetchall():
            once = channel in (Channel.PUSH, Channel.SMS) or not kinds.may_be_sent_again(kind)
            to = states.after_uncertainty(at_most_once=once, late=late)
            done[to.to] += _step(_move(pk, states.UNCERTAIN, to, token=None))[0]
    return done

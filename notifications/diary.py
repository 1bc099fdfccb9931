"""The statements that write plans into the diary and take them back. Each is one statement for one row or a thousand.

Every one of them writes the row and its event together, so that neither can stand without the other. Callers are in
a transaction: a plan is committed with the thing it speaks about, or not at all.
"""

from __future__ import annotations

import datetime
import json
import uuid
from collections.abc import Sequence
from typing import Any, Final

from django.db import connection
from django.db.transaction import TransactionManagementError

from notifications import states

# The occurrence that a room names ("T-7d") may be planned more than once for good reason: the text after this sign
# tells such rows apart, and rules compare what stands before it.
AGAIN: Final = "~"

# Taken back because somebody went away: they may come back, and are then told after all.
CAME_BACK: Final = ["not_wanted", "may_not_know", "inactive"]

_COLUMNS: Final = {
    "id": "uuid",
    "recipient_id": "uuid",
    "recipient_key": "text",
    "address": "text",
    "channel": "text",
    "lang": "text",
    "tz": "text",
    "kind": "text",
    "source_type": "text",
    "source_id": "text",
    "source_version": "int",
    "occurrence": "text",
    "secret": "text",
    "scope_type": "text",
    "scope_id": "text",
    "due_at": "timestamptz",
    "not_after": "timestamptz",
    "priority": "smallint",
    "message_id": "text",
    "resend": "boolean",
    "held": "boolean",
    "news": "boolean",
}
_WANTED: Final = (
    "wanted AS MATERIALIZED (SELECT * FROM jsonb_to_recordset(%(rows)s::jsonb) AS w("  # nosec B608 # names of ours alone
    + ", ".join(f"{name} {kind}" for name, kind in _COLUMNS.items())
    + "))"
)
_COPIED: Final = [name for name in _COLUMNS if name not in ("occurrence", "due_at", "resend", "held", "news")]

# One reader, one kind, one source, one occurrence, whatever the version and however often planned. Looked for by the
# reader, who has few: asked for with "=", the source would be looked for by its index where the database does not know
# yet how many rows it has, and each of five thousand readers would walk through those of all.
_SAME: Final = """old.recipient_key = w.recipient_key AND old.kind = w.kind
    AND (old.source_type, old.source_id) IS NOT DISTINCT FROM (w.source_type, w.source_id)
    AND split_part(old.occurrence, '~', 1) = w.occurrence"""

_INSERT: Final = f"""
WITH {_WANTED},
named AS (
    SELECT w.*, coalesce(w.due_at, clock_timestamp()) AS due,
        CASE WHEN again.needed THEN w.occurrence || '~' || w.source_version || '.' || again.times ELSE w.occurrence END
            AS called
    FROM wanted w
    CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE old.source_version = w.source_version) AS times,
            coalesce(bool_or(
                (old.state = 'void' AND old.source_version = w.source_version AND old.reason = ANY(%(came_back)s))
                OR (w.resend AND old.state IN ('sending', 'uncertain'))
            ), false) AND %(replanned)s AS needed,
            coalesce(bool_or(old.state IN ('sent', 'bounced')), false) AS told,
            coalesce(bool_or(old.state = ANY(%(live)s) AND old.source_version = w.source_version
                AND old.channel = w.channel), false) AS promised,
            (array_agg(old.id ORDER BY old.source_version DESC, old.created_at DESC)
                FILTER (WHERE (old.channel = 'sms') = (w.channel = 'sms')))[1] AS latest
        FROM planned_message old WHERE {_SAME}
    ) again
    WHERE (w.not_after IS NULL OR w.not_after > clock_timestamp())
      AND NOT (%(replanned)s AND (again.promised OR (again.told AND NOT w.resend)))
      AND NOT (%(replanned)s AND NOT w.news AND EXISTS (
        SELECT 1 FROM message_event e WHERE e.message_id = again.latest AND e.note = %(dropped)s))
),
made AS (
    INSERT INTO planned_message ({", ".join(_COPIED)}, occurrence, due_at, next_attempt_at, state, reason, attempts,
        possible_duplicate, smtp_text, created_at, updated_at)
    SELECT {", ".join(_COPIED)}, called, due, due, CASE WHEN held THEN 'held' ELSE 'planned' END,
        CASE WHEN held THEN %(held_by_person)s ELSE '' END, 0, false, '', clock_timestamp(), clock_timestamp()
    FROM named ORDER BY recipient_key, kind, occurrence
    ON CONFLICT DO NOTHING RETURNING id, state
),
noted AS (
    INSERT INTO message_event (message_id, from_state, to_state, at, note)
    SELECT id, before, after, clock_timestamp(), why FROM (
        SELECT id, 1 AS step, '' AS before, 'planned' AS after, '' AS why FROM made
        UNION ALL SELECT id, 2, 'planned', 'held', %(still_held)s FROM made WHERE state = 'held'
    ) steps ORDER BY step
)
SELECT id FROM made
"""  # nosec B608 # names of ours alone; every value is a parameter

_TAKE_BACK: Final = """
doomed AS MATERIALIZED (
    SELECT old.id, old.state, old.reason, old.recipient_key, old.kind, split_part(old.occurrence, '~', 1) AS occurrence
    FROM planned_message old
    WHERE old.source_type = %(source_type)s AND old.source_id = ANY(%(source_ids)s) AND old.state = ANY(%(taken_back)s)
      AND ({which})
    ORDER BY old.id FOR NO KEY UPDATE
),
moved AS (
    UPDATE planned_message m SET state = 'void', reason = %(reason)s, secret = '', claim_token = NULL,
        lease_until = NULL, updated_at = clock_timestamp()
    FROM doomed WHERE m.id = doomed.id RETURNING m.id, doomed.state
),
noted AS (
    INSERT INTO message_event (message_id, from_state, to_state, at, actor_id, note)
    SELECT id, state, 'void', clock_timestamp(), %(actor)s, %(note)s FROM moved
)
"""
_TAKEN: Final = "SELECT id FROM moved"

_HELD: Final = "SELECT recipient_key, kind, occurrence FROM doomed WHERE state = 'held' AND reason = %(held_by_person)s"
_SUPERSEDE: Final = "WITH " + _TAKE_BACK.format(which="old.source_version < %(version)s") + _HELD  # nosec B608

_UNWANTED: Final = (
    f"WITH {_WANTED}, "
    + _TAKE_BACK.format(
        which=f"""old.kind = ANY(%(kinds)s) AND NOT EXISTS (
        SELECT 1 FROM wanted w WHERE {_SAME} AND old.channel = w.channel)"""  # nosec B608 # names of ours alone; every value is a parameter
    )
    + _TAKEN
)

_VOID: Final = (
    "WITH "
    + _TAKE_BACK.format(which="%(occurrence)s::text IS NULL OR split_part(old.occurrence, '~', 1) = %(occurrence)s")
    + _TAKEN
)

# A row in somebody's hand, or that may have gone, cannot be taken back. Without `resend` it stands for the new
# version: when it turns out that it did not go, it goes with what is true then, and not before the new hour.
_ADOPT: Final = f"""
WITH {_WANTED}
UPDATE planned_message old SET source_version = w.source_version, due_at = w.due_at, not_after = w.not_after,
    next_attempt_at = greatest(old.next_attempt_at, w.due_at)
FROM wanted w
WHERE {_SAME} AND old.channel = w.channel AND NOT w.resend AND old.state IN ('sending', 'uncertain')
  AND old.source_version < w.source_version
  AND NOT EXISTS (
    SELECT 1 FROM planned_message other WHERE other.id <> old.id AND other.recipient_key = old.recipient_key
      AND other.kind = old.kind AND other.channel = old.channel AND other.source_type = old.source_type
      AND other.source_id = old.source_id AND other.occurrence = old.occurrence
      AND other.source_version = w.source_version)
"""  # nosec B608 # names of ours alone; every value is a parameter

# Same version, other hour: the reader moved to another time zone, or the rule for the hour changed.
_RETIME: Final = f"""
WITH {_WANTED}
UPDATE planned_message old SET due_at = w.due_at, not_after = w.not_after,
    next_attempt_at = CASE WHEN old.attempts = 0 THEN w.due_at ELSE greatest(old.next_attempt_at, w.due_at) END
FROM wanted w
WHERE {_SAME} AND old.channel = w.channel AND old.source_version = w.source_version
  AND old.state IN ('planned', 'retry', 'held')
  AND (old.due_at, old.not_after) IS DISTINCT FROM (w.due_at, w.not_after)
"""  # nosec B608 # names of ours alone; every value is a parameter


def _need_transaction() -> None:
    if not connection.in_atomic_block:
        raise TransactionManagementError("a plan is written in the transaction of what it speaks about")


def _as_json(rows: Sequence[dict[str, Any]]) -> str:
    def plain(value: Any) -> str:
        if isinstance(value, datetime.datetime):
            return value.isoformat()
        if isinstance(value, uuid.UUID):
            return str(value)
        raise TypeError(f"{type(value).__name__} has no place in the diary")

    return json.dumps(list(rows), default=plain)


def insert(rows: Sequence[dict[str, Any]], *, replanned: bool = False) -> list[uuid.UUID]:
    """Write rows that are not there yet; return the ids of those written. One statement.

    Both unique keys decide what is there already. With `replanned`, an occurrence that the reader has been told of
    (or that is promised) is left out too, unless its row says `resend`; and one that a person has dropped ("never send
    it"), whatever was moved since, unless its row says `news`. What is past its last moment is not planned.
    """
    _need_transaction()
    if not rows:
        return []
    params: dict[str, Any] = {
        "rows": _as_json(rows), "replanned": replanned, "came_back": CAME_BACK, "live": list(states.LIVE),
        "held_by_person": states.HELD_BY_PERSON, "still_held": states.STILL_HELD,
        "dropped": states.DROPPED,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, params)
        return [row[0] for row in cursor.fetchall()]


def _run(statement: str, **params: Any) -> int:
    _need_transaction()
    with connection.cursor() as cursor:
        cursor.execute(statement, {"taken_back": list(states.TAKEN_BACK), "actor": None, **params})
        return cursor.rowcount


def supersede(source_type: str, source_id: str, *, version: int) -> set[tuple[str, str, str]]:
    """Take back what waits about this source in an older version.

    Return what of it a person held back, as (recipient's key, kind, occurrence).
    """
    _need_transaction()
    params: dict[str, Any] = {
        "source_type": source_type, "source_ids": [source_id], "version": version, "actor": None,
        "reason": "superseded", "note": "superseded", "taken_back": list(states.TAKEN_BACK),
        "held_by_person": states.HELD_BY_PERSON,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_SUPERSEDE, params)
        return set(cursor.fetchall())


def take_back_unwanted(source_type: str, source_id: str, *, kinds: list[str], rows: Sequence[dict[str, Any]]) -> int:
    """Take back what waits about this source, is of `kinds` and is not among `rows`; return how many."""
    return _run(
        _UNWANTED, source_type=source_type, source_ids=[source_id], kinds=kinds, rows=_as_json(rows),
        reason="not_wanted", note="not_wanted",
    )  # fmt: skip


def void(
    source_type: str, source_ids: Sequence[str], *, reason: str, occurrence: str | None, actor: uuid.UUID | None
) -> int:
    """Take back what waits about these sources (one occurrence, or all); return how many. `reason` is a code."""
    return _run(
        _VOID, source_type=source_type, source_ids=list(source_ids), reason=reason, note=reason, occurrence=occurrence,
        actor=actor,
    )  # fmt: skip


def adopt(rows: Sequence[dict[str, Any]]) -> int:
    """Let rows that may have gone already stand for the new version; return how many."""
    return _run(_ADOPT, rows=_as_json(rows))


def retime(rows: Sequence[dict[str, Any]]) -> int:
    """Give waiting rows of the same version their new hour; return how many."""
    return _run(_RETIME, rows=_as_json(rows))

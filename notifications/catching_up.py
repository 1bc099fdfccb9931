"""After a standstill: what has piled up is put in order before anything of it leaves.

Of several things about one matter only the newest is still news. Who would get mails about several matters at once gets one
with all of them. The rest leaves by the minute, not in a flood. What is over was never meant to leave late: it expires
(`not_after`).
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection, transaction

from notifications import digests, kinds, services, states

# Rows of a pile: waiting, due before `since`, of kinds that stand in people's lists, to readers with an account. What changes a
# calendar or carries a file must arrive itself, and what may never be doubled is left to its own rules.
_PILE: Final = """
pile AS MATERIALIZED (
    SELECT id, state, recipient_id, recipient_key, source_type, source_id, due_at, created_at FROM planned_message
    WHERE state IN ('planned', 'retry') AND channel = 'mail' AND recipient_id IS NOT NULL
      AND next_attempt_at <= statement_timestamp() AND due_at < %(since)s AND kind <> ALL(%(left_alone)s)
      AND (not_after IS NULL OR not_after > statement_timestamp())
    ORDER BY id FOR UPDATE SKIP LOCKED
)
"""

_NEWEST_ONLY: Final = f"""
WITH {_PILE},
old AS (
    SELECT id, state FROM (
        SELECT id, state, row_number() OVER (
            PARTITION BY recipient_key, source_type, source_id ORDER BY due_at DESC, created_at DESC, id) AS place
        FROM pile
    ) ordered WHERE place > 1
),
moved AS (
    UPDATE planned_message m SET state = 'void', reason = 'superseded', secret = '', updated_at = clock_timestamp()
    FROM old WHERE m.id = old.id RETURNING m.id, old.state
)
INSERT INTO message_event (message_id, from_state, to_state, at, note)
SELECT id, state, 'void', clock_timestamp(), 'superseded' FROM moved
"""  # nosec B608 # names of ours alone; every value is a parameter

_TOGETHER: Final = f"""
WITH {_PILE},
crowded AS (SELECT recipient_key FROM pile GROUP BY recipient_key HAVING count(*) > 1),
moved AS (
    UPDATE planned_message m SET state = 'sent', channel = 'inbox', reason = %(for_digest)s, secret = '',
        sent_at = clock_timestamp(), updated_at = clock_timestamp()
    FROM pile JOIN crowded USING (recipient_key) WHERE m.id = pile.id
      AND NOT EXISTS (
        SELECT 1 FROM planned_message other WHERE other.recipient_key = m.recipient_key AND other.kind = m.kind
          AND other.channel = 'inbox' AND other.source_type = m.source_type AND other.source_id = m.source_id
          AND other.occurrence = m.occurrence AND other.source_version = m.source_version)
    RETURNING m.id, pile.state, pile.recipient_id
),
noted AS (
    INSERT INTO message_event (message_id, from_state, to_state, at, note)
    SELECT id, state, 'sent', clock_timestamp(), %(for_digest)s FROM moved
)
SELECT DISTINCT recipient_id FROM moved
"""  # nosec B608 # names of ours alone; every value is a parameter

_BY_THE_MINUTE: Final = """
WITH waiting AS (
    SELECT id, row_number() OVER (ORDER BY priority, due_at, id) - 1 AS place FROM planned_message
    WHERE state IN ('planned', 'retry') AND priority > %(first)s AND next_attempt_at <= statement_timestamp()
)
UPDATE planned_message m SET next_attempt_at = clock_timestamp() + waiting.place / %(a_minute)s * interval '1 minute'
FROM waiting WHERE m.id = waiting.id AND waiting.place >= %(a_minute)s
"""

_NOTE_TICK: Final = """
INSERT INTO message_tick (id, last_tick, pause_reason) VALUES (1, clock_timestamp(), '')
ON CONFLICT (id) DO UPDATE SET last_tick = clock_timestamp()
WHERE message_tick.last_tick IS NULL OR message_tick.last_tick < clock_timestamp() - interval '5 seconds'
"""


def note_tick() -> None:
    """Say that sending has gone round."""
    with connection.cursor() as cursor:
        cursor.execute(_NOTE_TICK)


def catch_up(since: dt.datetime | None, *, now: dt.datetime | None = None) -> int:
    """Put in order what has piled up, where nothing was sent ``since`` a moment that is long enough ago.

    Both moments are the database's: a machine whose own clock is wrong would see a standstill where none was. Returns for how many people several things are put together. One transaction; safe beside any number of others.
    """
    if since is None:
        return 0
    now = now or services.database_clock()
    if now - since < dt.timedelta(seconds=settings.STANDSTILL_SECONDS):
        return 0
    with transaction.atomic():
        known: dict[str, Any] = {
            "since": now - dt.timedelta(seconds=60),
            "left_alone": [kind.key for kind in kinds.every() if kinds.goes_alone(kind)],
            "for_digest": states.FOR_DIGEST,
        }
        with connection.cursor() as cursor:
            cursor.execute(_NEWEST_ONLY, known)
            cursor.execute(_TOGETHER, known)
            keys = [row[0] for row in cursor.fetchall()]
            people = get_user_model()._default_manager.in_bulk(keys)
            digests.promise_now(people.values(), now=now)
            cursor.execute(_BY_THE_MINUTE, {"first": kinds.FIRST, "a_minute": settings.CATCH_UP_A_MINUTE})
        note_tick()
        return len(people)

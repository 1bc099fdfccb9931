"""What becomes of the diary when it was brought back from a backup: what may have gone since then waits for a person."""

from __future__ import annotations

from typing import Final

from django.db import connection, transaction

# In the middle of a hand-over when the copy was made: nobody can know.
_UNCERTAIN: Final = """
WITH moved AS (
    UPDATE planned_message SET state = 'uncertain', reason = 'restored', claim_token = NULL, lease_until = NULL,
        updated_at = clock_timestamp()
    WHERE state = 'sending' RETURNING id
)
INSERT INTO message_event (message_id, from_state, to_state, at, note)
SELECT id, 'sending', 'uncertain', clock_timestamp(), 'restored' FROM moved
"""

# Due by now, so that the installation this was copied from may have sent it after the copy was made.
_HOLD: Final = """
WITH may_have_gone AS MATERIALIZED (
    SELECT id, state FROM planned_message
    WHERE state IN ('uncertain', 'claimed')
       OR (state IN ('planned', 'retry') AND next_attempt_at <= clock_timestamp())
    ORDER BY id FOR UPDATE
),
moved AS (
    UPDATE planned_message m SET state = 'held', reason = 'may_have_gone', claim_token = NULL, lease_until = NULL,
        updated_at = clock_timestamp()
    FROM may_have_gone f WHERE m.id = f.id RETURNING m.id, f.state
)
INSERT INTO message_event (message_id, from_state, to_state, at, note)
SELECT id, state, 'held', clock_timestamp(), 'restored' FROM moved
"""


def hold_what_may_have_gone() -> int:
    """Hold every message that was due by now or in hand; return how many. Released, it is flagged as a possible copy."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_UNCERTAIN)
        cursor.execute(_HOLD)
        return cursor.rowcount

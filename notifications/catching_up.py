"""After a standstill: what has piled up is put in order before anything of it leaves.

Of several things of one kind about one matter only the newest is still news. Who would get mails about several matters at once
gets one with all of them that can wait; what must be known, or keeps its hour, comes by itself, and so does everything for
whoever wants nothing put together. The rest leaves by the minute, not in a flood, what is over soonest first. What is over was
never meant to leave late: it expires (`not_after`).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Now

from notifications import choosing, digests, kinds, services, states
from notifications.kinds import Importance
from notifications.models import Channel, PlannedMessage, Way
from notifications.respect import Wishes

# So many rows of a pile are in the memory at once.
_AT_ONCE: Final = 2000

_NEWEST_ONLY: Final = """
WITH moved AS (
    UPDATE planned_message m SET state = 'void', reason = 'superseded', secret = '', updated_at = clock_timestamp()
    FROM planned_message old WHERE old.id = m.id AND m.id = ANY(%(ids)s) RETURNING m.id, old.state
)
INSERT INTO message_event (message_id, from_state, to_state, at, note)
SELECT id, state, 'void', clock_timestamp(), 'superseded' FROM moved
"""

_TOGETHER: Final = """
WITH moved AS (
    UPDATE planned_message m SET state = 'sent', channel = 'inbox', reason = %(for_digest)s, secret = '',
        sent_at = clock_timestamp(), updated_at = clock_timestamp()
    FROM planned_message old WHERE old.id = m.id AND m.id = ANY(%(ids)s)
      AND NOT EXISTS (
        SELECT 1 FROM planned_message other WHERE other.recipient_key = m.recipient_key AND other.kind = m.kind
          AND other.channel = 'inbox' AND other.source_type = m.source_type AND other.source_id = m.source_id
          AND other.occurrence = m.occurrence AND other.source_version = m.source_version)
    RETURNING m.id, old.state, m.recipient_id
),
noted AS (
    INSERT INTO message_event (message_id, from_state, to_state, at, note)
    SELECT id, state, 'sent', clock_timestamp(), %(for_digest)s FROM moved
)
SELECT DISTINCT recipient_id FROM moved
"""

# Whoever takes plans back or changes them locks in the same order; what they hold already is left to them. Nothing is put
# behind its own end: what would be over by its minute leaves sooner, faster than so many a minute where it has to be.
_BY_THE_MINUTE: Final = """
WITH free AS MATERIALIZED (
    SELECT id, priority, not_after, due_at FROM planned_message
    WHERE state IN ('planned', 'retry') AND priority > %(first)s AND next_attempt_at <= statement_timestamp()
    ORDER BY id FOR NO KEY UPDATE SKIP LOCKED
),
waiting AS (
    SELECT id, not_after, row_number() OVER (ORDER BY priority, not_after NULLS LAST, due_at, id) - 1 AS place FROM free
)
UPDATE planned_message m
SET next_attempt_at = least(clock_timestamp() + waiting.place / %(a_minute)s * interval '1 minute',
    greatest(clock_timestamp(), coalesce(waiting.not_after, 'infinity') - interval '2 minutes'))
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


# Of several senders that come back together one puts the pile in order; who waited for it finds that it is done.
_ONE_BY_ONE: Final = """
SELECT paused_at IS NULL AND last_tick > %s FROM message_tick FOR NO KEY UPDATE
"""


class Piled(NamedTuple):
    """What has to be known of one message of the pile. ``stays``: it must be known, or keeps its hour."""

    id: UUID
    recipient_key: str
    recipient_id: Any
    kind: str
    about: tuple[str, str]
    age: tuple[dt.datetime, dt.datetime]
    importance: Importance
    stays: bool


def catch_up(since: dt.datetime | None, *, now: dt.datetime | None = None) -> int:
    """Put in order what has piled up, where nothing was sent ``since`` a moment that is long enough ago.

    Both moments are the database's: a machine whose own clock is wrong would see a standstill where none was. Returns for how many
    people several things are put together. One transaction; beside others, the first does it and all wait for its end: two
    that share a pile would each see one of a person's two messages, and put nothing together.
    """
    if since is None:
        return 0
    now = now or services.database_clock()
    if now - since < dt.timedelta(seconds=settings.STANDSTILL_SECONDS):
        return 0
    with transaction.atomic():
        if _is_done(since):
            return 0
        pile = _pile(now - dt.timedelta(seconds=60))
        old = overtaken(pile)
        wishes = choosing.wishes_by_key({one.recipient_key: one.recipient_id for one in pile})
        several = together([one for one in pile if one.id not in old], wishes)
        with connection.cursor() as cursor:
            cursor.execute(_NEWEST_ONLY, {"ids": list(old)})
            cursor.execute(_TOGETHER, {"ids": several, "for_digest": states.FOR_DIGEST})
            keys = [row[0] for row in cursor.fetchall()]
            people = get_user_model()._default_manager.in_bulk(keys)
            digests.promise_now(people.values(), now=now)
            cursor.execute(_BY_THE_MINUTE, {"first": kinds.FIRST, "a_minute": settings.CATCH_UP_A_MINUTE})
        note_tick()
        return len(people)


def _is_done(since: dt.datetime) -> bool:
    """Return whether somebody has been round since then; others who ask wait until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(_ONE_BY_ONE, [since])
        return bool((cursor.fetchone() or (False,))[0])


def _pile(since: dt.datetime) -> list[Piled]:
    """Return what waits by mail for people with an account and was due before ``since``, and lock it.

    Not what changes a calendar, carries a file or a secret, or may never be doubled: that is left to its own rules.
    """
    alone = [kind.key for kind in kinds.every() if kinds.goes_alone(kind)]
    rows = PlannedMessage.objects.filter(
        Q(not_after=None) | Q(not_after__gt=Now()), state__in=states.WAITING, channel=Channel.MAIL,
        recipient_id__isnull=False, next_attempt_at__lte=Now(), due_at__lt=since, kind__in=kinds.keys(),
    ).exclude(kind__in=alone)  # fmt: skip
    locked = rows.order_by("id").select_for_update(skip_locked=True, no_key=True)
    return [_piled(row) for row in locked.iterator(chunk_size=_AT_ONCE)]


def _piled(row: PlannedMessage) -> Piled:
    importance, keeps_hour = kinds.weight_of(row)
    return Piled(
        row.pk, row.recipient_key, row.recipient_id, row.kind, (row.source_type, row.source_id),
        (row.due_at, row.created_at), importance, stays=importance == Importance.MUST or keeps_hour,
    )  # fmt: skip


def overtaken(pile: Collection[Piled]) -> set[UUID]:
    """Return those of a pile that are no news any more: a newer one of the kind says the same to the same reader."""
    newest = {(one.recipient_key, one.kind, one.about): one.id for one in sorted(pile, key=lambda one: one.age)}
    last = set(newest.values())
    return {one.id for one in pile if not one.stays and one.id not in last}


def together(pile: Collection[Piled], wishes: Mapping[str, Wishes]) -> list[UUID]:
    """Return those of a pile that come in one mail instead of several.

    Not for who has no digest by mail, and not what goes by no mail anyway: both are kept where the message leaves.
    """
    by_reader: defaultdict[str, list[UUID]] = defaultdict(list)
    for one in pile:
        wanted = wishes[one.recipient_key]
        if not one.stays and wanted.digest_by_mail and wanted.way(one.kind, one.importance) == Way.MAIL:
            by_reader[one.recipient_key].append(one.id)
    return [key for several in by_reader.values() if len(several) > 1 for key in several]

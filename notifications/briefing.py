"""What a sender asks about rows that leave together: once for up to twenty of them, just before they leave."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils import timezone

from core import registry
from notifications import choosing, kinds, mailboxes, states
from notifications.inbound.bounces import SUPPRESSED, is_suppressed, suppressed_among
from notifications.kinds import Importance
from notifications.models import Channel, PlannedMessage, Way
from notifications.respect import Wishes, quiet_until
from notifications.sending import Begun
from notifications.states import Move
from notifications.wording import Said, load_sources

# An answer that is older is asked for again, so that a slow mail server does not turn "just before" into minutes. What
# changes in that second is caught all the same where it matters most: what takes a promise back takes the row out of
# the sender's hand, and the mark before the dot then finds nothing to mark.
FRESH_SECONDS: Final = 1.0


class Briefing:
    """Readers, versions and rights as they are now, and the sources of the rows; `said`: the words made from them."""

    def __init__(self, rows: Sequence[PlannedMessage], *, at_their_hour: bool = False) -> None:
        """Ask, in a number of statements that does not depend on how many rows there are. Sets recipients and sources.

        `at_their_hour`: who rests is asked of the hour of each row, not of now.
        """
        self._asked_at = time.monotonic()
        self.said = Said()
        _load_recipients(rows)
        by_type = defaultdict(list)
        for row in rows:
            by_type[row.source_type].append(row)
        self._versions: dict[str, dict[str, int]] = {}
        self._may: dict[str, set[tuple[Any, str]]] = {}
        self._hidden: set[tuple[str, str]] = set()
        for source_type, group in by_type.items():
            if (versions := registry.current_version.get(source_type)) is not None:
                self._versions[source_type] = versions({row.source_id for row in group})
            if (may := registry.may_receive.get(source_type)) is not None:
                pairs = [(row.recipient, row.source_id) for row in group if row.recipient is not None]
                self._may[source_type] = may(pairs) if pairs else set()
            if (hidden := registry.hidden_for_now.get(source_type)) is not None:
                self._hidden |= {(source_type, key) for key in hidden({row.source_id for row in group})}
        self._closed = _closed_among(rows)
        self._at_rest = _at_rest_among(rows, None if at_their_hour else timezone.now())
        self._rows = rows
        # After the versions, so that words are never older than the version they were allowed for.
        load_sources([row for row in rows if row.pk not in self._at_rest])
        self.said.load_words(rows)

    # Asked only where something is to leave: who reads a list has it before them already.

    @cached_property
    def _wishes(self) -> dict[str, Wishes]:
        return choosing.wishes_of(self._rows)

    @cached_property
    def _suppressed(self) -> set[str]:
        return suppressed_among(self._rows)

    @cached_property
    def _astray(self) -> set[Any]:
        return mailboxes.astray_among(self._rows)

    @cached_property
    def _mailed(self) -> dict[str, int]:
        return choosing.mailed_lately({row.recipient_key for row in self._rows})

    def is_fresh(self) -> bool:
        """Return whether it may still be relied on."""
        return time.monotonic() - self._asked_at < FRESH_SECONDS

    def why_not(self, row: PlannedMessage, begun: Begun) -> Move | None:
        """Return the move of a row that must not leave now, or None."""
        if begun.late(row):
            return Move(states.EXPIRED, "too_late")
        if row.pk in self._astray and row.for_account:
            return Move(states.HELD, mailboxes.NOT_THEIRS)
        return self.no_longer(row) or self._quiet(row, begun)

    def _quiet(self, row: PlannedMessage, begun: Begun) -> Move | None:
        """Return the move of a row that must not disturb its reader now and can wait, or None."""
        until = self._quiet_until(row, begun.now)
        if until is None:
            return None
        if row.not_after is not None and row.not_after <= until:
            # There is no better hour. Of a mail `place` says what becomes of it; a device is not woken for what stands elsewhere.
            return None if row.channel == Channel.MAIL else Move(states.EXPIRED, "quiet_expired")
        return Move(states.PLANNED, "quiet", wait=(until - begun.now).total_seconds())

    def waits_until(self, row: PlannedMessage, now: datetime) -> datetime | None:
        """Return when the quiet hours end for which a row would wait that is to leave now; None where it would not wait."""
        until = self._quiet_until(row, now)
        return None if until is None or (row.not_after is not None and row.not_after <= until) else until

    def _quiet_until(self, row: PlannedMessage, now: datetime) -> datetime | None:
        if row.channel == Channel.INBOX or row.recipient is None or kinds.weight_of(row)[1]:
            return None
        return quiet_until(now, row.recipient.time_zone, self.wishes_of(row).quiet)

    def place(self, row: PlannedMessage, begun: Begun) -> str:
        """Return "" for a row that goes by mail now, else the code of why it stands in the product instead.

        Who was written to often enough in a day gets the rest put together, or, without a digest, in the product alone; but for
        what arrives by itself or not at all (`kinds.goes_alone`). What would be too late after the quiet hours disturbs only
        where it has to be known.
        """
        if is_suppressed(row, self._suppressed):
            return SUPPRESSED
        importance, keeps_hour = kinds.weight_of(row)
        if importance == Importance.MUST:
            return ""
        wishes = self.wishes_of(row)
        if (way := wishes.way(row.kind, importance)) != Way.MAIL:
            return wishes.instead(way)
        if keeps_hour or row.recipient is None:
            return ""
        if quiet_until(begun.now, row.recipient.time_zone, wishes.quiet) is not None:
            return "quiet_expired"
        full = self._mailed.get(row.recipient_key, 0) >= settings.MAILS_A_DAY
        return wishes.instead(Way.DIGEST) if full and not kinds.goes_alone(kinds.get(row.kind)) else ""

    def wishes_of(self, row: PlannedMessage) -> Wishes:
        """Return what the reader of a row wants."""
        return self._wishes.get(row.recipient_key) or Wishes()

    def mailed(self, row: PlannedMessage) -> None:
        """Take note that this row has gone by mail, for those that come after it."""
        self._mailed[row.recipient_key] = self._mailed.get(row.recipient_key, 0) + 1

    def at_rest(self, row: PlannedMessage) -> str:
        """Return why a row does not leave since a team is left in peace, in words; "" where nothing of the kind keeps it."""
        return self._at_rest.get(row.pk, "")

    def no_longer(self, row: PlannedMessage) -> Move | None:
        """Return the move of a row that is not true any more, or that its reader may not know any more; None for the others."""
        if (kind := kinds.find(row.kind)) is None:
            return Move(states.HELD, "unknown_kind")
        closed = None if kind.also_when_closed else self._closed.get((row.scope_type, row.scope_id))
        if closed is not None:
            # While the closing can be undone it waits, so that nothing is lost then.
            return Move(states.RETRY, "closed", wait=closed) if closed else Move(states.VOID, "closed")
        if row.for_account and (row.recipient is None or not row.recipient.is_active):
            return Move(states.VOID, "inactive")
        if (row.source_type, row.source_id) in self._hidden:
            return Move(states.HELD, states.HIDDEN)
        if (versions := self._versions.get(row.source_type)) is not None:
            if (version := versions.get(row.source_id)) is None:
                return Move(states.VOID, "source_gone")
            if version > row.source_version:
                return Move(states.VOID, "superseded")
        may = self._may.get(row.source_type)
        if may is not None and row.recipient is not None and (row.recipient.pk, row.source_id) not in may:
            return Move(states.VOID, "may_not_know")
        # Last: what keeps it for good is a truer reason than what keeps it for a while.
        return Move(states.VOID, states.AT_REST) if row.pk in self._at_rest else None


def _at_rest_among(rows: Sequence[PlannedMessage], at: datetime | None) -> dict[Any, str]:
    """Return by key why some of these rows do not leave at this moment (None: at their hour), since a team is left in peace."""
    by_type = defaultdict(list)
    for row in rows:
        by_type[row.scope_type].append(row)
    return {
        key: words
        for scope_type, group in by_type.items()
        if (ask := registry.left_in_peace.get(scope_type)) is not None
        for key, words in ask(group, at).items()
    }


def _closed_among(rows: Sequence[PlannedMessage]) -> dict[tuple[str, str], float]:
    """Return the scopes of these rows that are closed, with the seconds for which that can be undone."""
    by_type = defaultdict(set)
    for row in rows:
        by_type[row.scope_type].add(row.scope_id)
    return {
        (scope_type, scope_id): seconds
        for scope_type, ids in by_type.items()
        if (ask := registry.scope_closed.get(scope_type)) is not None
        for scope_id, seconds in ask(ids).items()
    }


def _load_recipients(rows: Sequence[PlannedMessage]) -> None:
    keys = sorted({row.recipient_id for row in rows if row.recipient_id})
    people = get_user_model()._default_manager.in_bulk(keys)
    for row in rows:
        row.recipient = people.get(row.recipient_id)

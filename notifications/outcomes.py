"""What became of messages: for the pages of those who may see the state of them, and not their words."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core.time import wall_in
from notifications import states
from notifications.models import Channel, PlannedMessage

# Of these nobody was told, and none of them leaves by itself any more.
NOT_TOLD = (states.HELD, states.UNCERTAIN, states.EXPIRED, states.BOUNCED, states.DEAD)


@dataclass(frozen=True)
class Outcome:
    """What became of one message: in words, since when (None while it waits), and whether that was ``today`` for the reader."""

    words: str
    at: datetime.datetime | None
    today: bool


def outcomes(source_type: str, source_ids: Collection[Any], *, kind: str, reader: Any) -> dict[str, Outcome]:
    """Return what became of the latest message of a kind about each of these objects, by their keys; one statement."""
    rows = (
        PlannedMessage.objects.filter(
            kind=kind, source_type=source_type, source_id__in=[str(one) for one in source_ids]
        )
        .order_by("source_id", "-source_version", "-created_at")
        .distinct("source_id")
    )
    return {row.source_id: _outcome(row, reader) for row in rows}


def _outcome(row: PlannedMessage, reader: Any) -> Outcome:
    at = {
        states.SENT: row.sent_at,
        states.BOUNCED: row.bounced_at or row.updated_at,
        states.DEAD: row.updated_at,
        states.HELD: row.updated_at,
        states.UNCERTAIN: row.updated_at,
    }.get(row.state)
    now = timezone.now()
    today = at is not None and wall_in(at, reader.time_zone).date() == wall_in(now, reader.time_zone).date()
    return Outcome(_words(row), at, today)


def _words(row: PlannedMessage) -> str:
    if row.channel == Channel.INBOX:
        return _("no mailbox: to be found in the product")
    if row.state == states.DEAD and row.reason == "refused":
        return _("address refused")
    if row.state == states.VOID and row.reason in ("taken_back", "revoked"):
        return _("mail taken back before it left")
    if row.state == states.VOID and row.reason == "closed":
        return _("mail not sent: the series is closed")
    return {
        states.PLANNED: _("mail waiting"),
        states.CLAIMED: _("mail about to leave"),
        states.SENDING: _("mail about to leave"),
        states.RETRY: _("mail waiting, to be tried again"),
        states.UNCERTAIN: _("mail may have gone"),
        states.HELD: _("mail held for the planning team"),
        states.SENT: _("mail sent"),
        states.VOID: _("mail not needed any more"),
        states.EXPIRED: _("mail too late to be sent"),
        states.BOUNCED: _("mail came back"),
        states.DEAD: _("mail could not be delivered"),
    }[row.state]


@dataclass(frozen=True)
class Tally:
    """Messages of one kind since a moment: to how many mailboxes they went, how many found it in the product, how many neither."""

    kind: str
    mailed: int
    in_product: int
    not_told: int


def tallies(scope_type: str, scope_id: Any, since: datetime.datetime) -> list[Tally]:
    """Return what left since ``since`` in this scope, and what should have and did not, by kind; one statement.

    What the planning team holds back, or has still to look at because it was hidden, is neither.
    """
    sent, inbox = Q(state=states.SENT, sent_at__gte=since), Q(channel=Channel.INBOX)
    failed = Q(state__in=NOT_TOLD, updated_at__gte=since) & ~Q(state=states.HELD, reason__in=states.KEPT)
    rows = (
        PlannedMessage.objects.in_scope(scope_type, scope_id)
        .filter(sent | failed)
        .order_by("kind")
        .values("kind")
        .annotate(
            mailed=Count("pk", filter=sent & ~inbox),
            in_product=Count("pk", filter=sent & inbox),
            not_told=Count("pk", filter=failed),
        )
    )
    return [Tally(**row) for row in rows]

"""The look before many messages leave ahead of their hour: to how many people, what it is, and when it would have left."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib

from django.utils import timezone

from desk.outbox.lists import Preview, preview_of
from notifications import kinds
from notifications.briefing import Briefing
from notifications.models import MessageQuerySet, PlannedMessage


@dataclasses.dataclass(frozen=True)
class Look:
    """What would leave at once. ``people`` may be fewer than the messages: somebody may get several of them.

    ``first`` and ``last``: between when they would have left by themselves.
    """

    rows: list[PlannedMessage]
    people: int
    first: dt.datetime
    last: dt.datetime
    preview: Preview

    @property
    def messages(self) -> MessageQuerySet:
        """Return the messages that were looked at, and no others."""
        return PlannedMessage.objects.filter(pk__in=[row.pk for row in self.rows])

    def mark(self) -> str:
        """Return what confirms that these messages go, and nothing else."""
        keys = "".join(f"{row.pk}/{row.source_version};" for row in sorted(self.rows, key=lambda row: row.pk))
        return hashlib.sha256(keys.encode()).hexdigest()[:24]


def waiting_for_quiet_hours(rows: list[PlannedMessage]) -> int:
    """Return how many of these messages, which leave now, wait until the quiet hours of their readers are over."""
    if not rows:
        return 0
    briefing, now = Briefing(rows), timezone.now()
    return sum(briefing.waits_until(row, now) is not None for row in rows)


def look_at(rows: MessageQuerySet) -> Look | None:
    """Return what of these messages would leave at once if somebody said so; None where nothing may."""
    found = list(rows.waiting().exclude(kind__in=kinds.untold_before()).select_related("recipient"))
    preview = preview_of(found[0], at_once=True) if found else None
    if preview is None or not preview.can_go:
        return None
    hours = [row.next_attempt_at for row in found]
    return Look(found, len({row.recipient_key for row in found}), min(hours), max(hours), preview)

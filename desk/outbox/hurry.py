"""The look before messages leave ahead of their hour: to how many people, what it says, and when it would have left."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
from collections import Counter

from django.utils import timezone

from desk.outbox.lists import Preview, preview_in
from notifications import kinds
from notifications.briefing import Briefing
from notifications.models import Channel, MessageQuerySet, PlannedMessage
from notifications.wording import reader_of


@dataclasses.dataclass(frozen=True)
class Look:
    """What would leave at once. ``people`` may be fewer than the messages: somebody may get several of them.

    ``spoken``: how many of the people read which language ("en", "fr"). ``on_site``: to how many of them no mail goes.
    ``later``: how many of the messages wait for the quiet hours of their readers even then.
    ``first`` and ``last``: between when they would have left by themselves. ``previews``: one in each language.
    """

    rows: list[PlannedMessage]
    people: int
    spoken: dict[str, int]
    on_site: int
    later: int
    first: dt.datetime
    last: dt.datetime
    previews: list[Preview]

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
    return _waiting_in(Briefing(rows), rows)


def _waiting_in(briefing: Briefing, rows: list[PlannedMessage]) -> int:
    now = timezone.now()
    return sum(briefing.waits_until(row, now) is not None for row in rows)


def look_at(rows: MessageQuerySet) -> Look | None:
    """Return what of these messages would leave at once if somebody said so; None where nothing may."""
    found = list(rows.waiting().exclude(kind__in=kinds.untold_before()).select_related("recipient"))
    spoken = {reader_of(row).language: row for row in reversed(found)}  # the first of each language
    briefing = Briefing(found)
    previews = [preview_in(briefing, spoken[lang], at_once=True) for lang in sorted(spoken)]
    can_go = [one for one in previews if one is not None and one.can_go]
    if not can_go:
        return None
    by_reader = {row.recipient_key: row for row in found}
    languages = Counter(reader_of(row).language for row in by_reader.values())
    mailed = {row.recipient_key for row in found if row.channel == Channel.MAIL}
    hours = [row.next_attempt_at for row in found]
    return Look(
        rows=found,
        people=len(by_reader),
        spoken=dict(sorted(languages.items())),
        on_site=len(by_reader) - len(mailed),
        later=_waiting_in(briefing, found),
        first=min(hours),
        last=max(hours),
        previews=can_go,
    )

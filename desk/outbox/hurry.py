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
    ``first`` and ``last``: between when they would have left by themselves. ``previews``: one in each language, one whose words
    cannot be made included, since the others leave all the same.
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
        """Return what confirms that these messages go with these words, and nothing else."""
        keys = "".join(f"{row.pk}/{row.source_version};" for row in sorted(self.rows, key=lambda row: row.pk))
        words = "".join(f"{one.subject}\n{one.words}\n" for one in self.previews)
        return hashlib.sha256(f"{keys}\n{words}".encode()).hexdigest()[:24]


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
    waiting = list(rows.waiting().exclude(kind__in=kinds.untold_before()).select_related("recipient"))
    briefing = Briefing(waiting)
    # The others would not leave: the sender asks the same.
    found = [row for row in waiting if briefing.no_longer(row) is None]
    previews = _previews(briefing, found)
    if not any(one.can_go for one in previews):
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
        previews=previews,
    )


def _previews(briefing: Briefing, rows: list[PlannedMessage]) -> list[Preview]:
    """Return how the first message in each language reads that has something to say; one that cannot be made is among them."""
    first: dict[str, Preview] = {}
    for row in rows:
        language = reader_of(row).language
        if language not in first and (preview := preview_in(briefing, row, at_once=True)) is not None:
            first[language] = dataclasses.replace(preview, lang=language)
    return [first[language] for language in sorted(first)]

"""To whom of those who registered there may be something to tell: what the sweep of ``registration`` looks for."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.conf import settings
from django.db.models import CharField, DateTimeField, Exists, F, OuterRef, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast, Coalesce

from notifications import states
from notifications.models import PlannedMessage
from sessions.models import Appearance, Recap, Registration
from sessions.querysets import ends_at

HOUR_BEFORE: Final = dt.timedelta(hours=1)
# What brings the session into a calendar from outside, or changes it there.
ENTRIES: Final = tuple(f"sessions/registration-{what}" for what in ("done", "moved", "changed"))
# The first reminder leaves two days before on the wall, be there a change of the clocks or not.
_TWO_DAYS: Final = dt.timedelta(hours=49)


def rows() -> QuerySet[Registration]:
    """Return those who have confirmed and were not told the last there is to tell."""
    return Registration.objects.filter(confirmed_at__isnull=False, last_told_at=None)


def to_tell(now: dt.datetime) -> list[QuerySet[Registration]]:
    """Return those to whom there may be something to tell at ``now``; nearly always there is not."""
    known = rows().alias(starts=F("learning_session__starts_at"), ends=ends_at("learning_session__"))
    stands = known.filter(learning_session__cancelled_at=None)
    takes_place = stands.filter(ends__gt=now)
    return [
        _cancelled(known, now),
        stands.filter(_recording_is_out(), ends__lte=now),
        takes_place.exclude(told_start=F("starts")),
        takes_place.filter(
            Q(reminded__lt=1, starts__lte=now + _TWO_DAYS) | Q(reminded__lt=2, starts__lte=now + HOUR_BEFORE)
        ),
        _with_another_entry(takes_place.filter(starts__gt=now)),
    ]


def _cancelled(known: QuerySet[Registration], now: dt.datetime) -> QuerySet[Registration]:
    """Return those of sessions whose cancelling cannot be taken back any more."""
    until = now - dt.timedelta(seconds=settings.UNDO_SECONDS)
    for_good = Q(learning_session__cancelled_at__lte=until) | Q(starts__lte=now)
    return known.filter(for_good, learning_session__cancelled_at__isnull=False)


def _recording_is_out() -> Exists:
    """Is there a recording, and has everybody in it agreed that it may be shown?"""
    recorded = ~Q(recording_en="") | ~Q(recording_fr="")
    out = Recap.objects.filter(recorded, learning_session=OuterRef("learning_session"), published_at__isnull=False)
    asked = Appearance.objects.filter(learning_session=OuterRef("learning_session"))
    return Exists(out.exclude(Exists(asked.filter(Q(recording_agreed_at=None) | Q(publication_agreed_at=None)))))


def _with_another_entry(known: QuerySet[Registration]) -> QuerySet[Registration]:
    """Return those whom the entry of their session was sent, and no more since it last said something else."""
    said = KeyTextTransform("0", KeyTransform("-1", "learning_session__stood"))
    sent = PlannedMessage.objects.filter(
        source_type=Registration._meta.label_lower, source_id=Cast(OuterRef("pk"), CharField()), kind__in=ENTRIES,
        state__in=states.MAY_HAVE_ARRIVED,
    ).alias(at=Coalesce("begun_at", "sent_at", "updated_at"))  # fmt: skip
    changed = known.exclude(learning_session__stood=[]).annotate(until=Cast(said, DateTimeField()))
    return changed.filter(Exists(sent), ~Exists(sent.filter(at__gte=OuterRef("until"))))

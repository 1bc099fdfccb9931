"""What is put together: one mail by week, or by day, with what stands in the product and was not read there yet.

It is promised when the first thing for it is put there, so that no digest is ever empty; and what one carries is marked
before it leaves, so that no other repeats it. Where that one never left, what it had is the next one's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any, Final

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from notifications import choosing, inbox, kinds, services, signals, states
from notifications.inbound.bounces import SUPPRESSED
from notifications.models import PlannedMessage
from notifications.respect import next_digest

KIND: Final = kinds.DIGEST
# So many are named; of the others it says how many there are.
NAMED: Final = 15
# So many characters of the words of each stand under its title.
BEGINS: Final = 220
# Later than that the next one is nearer.
KEEPS: Final = dt.timedelta(hours=20)


def promise(user: Any, rhythm: str, *, now: dt.datetime | None = None) -> PlannedMessage | None:
    """Promise the next digest of a person; return it, None where it is promised already."""
    due, day = next_digest(now or timezone.now(), user.time_zone, rhythm)
    which = day.isoformat()
    turn = _turns([user], {which}).get((str(user.pk), which), 0)
    return services.plan(KIND, to=user, about=user, due=due, occurrence=which, version=turn, not_after=due + KEEPS)


@receiver(signals.chosen, dispatch_uid="notifications.digests")
def move(user: Any, **_signal: Any) -> None:
    """Let the digest that a person was promised come when they now want it; nothing where none is promised."""
    wishes = choosing.wishes_by_key({str(user.pk): user.pk})[str(user.pk)]
    now = timezone.now()
    _due, day = next_digest(now, user.time_zone, wishes.rhythm)
    promised = PlannedMessage.objects.to(user).filter(kind=KIND, state__in=states.WAITING, due_at__gt=now)
    if services.take_back(promised.exclude(occurrence=day.isoformat()), reason="superseded"):
        promise(user, wishes.rhythm, now=now)


def promise_now(people: Iterable[Any], *, now: dt.datetime) -> int:
    """Promise each of these people a digest at once, out of its turn; return how many are new. A constant number of statements."""
    return _promise_each((one, now, now.isoformat(timespec="minutes")) for one in people)


def to_sweep(now: dt.datetime) -> list[QuerySet[PlannedMessage]]:
    """Return the digests that never left and after which none is promised (``notifications.sweep.looks``).

    Not where mail keeps coming back: the next one would end as the last one did.
    """
    live = PlannedMessage.objects.filter(recipient_key=OuterRef("recipient_key"), kind=KIND, state__in=states.LIVE)
    ended = PlannedMessage.objects.ended_lately().filter(kind=KIND, recipient__is_active=True)
    return [ended.exclude(Exists(live)).exclude(reason=SUPPRESSED)]


def promise_again(now: dt.datetime | None = None) -> int:
    """Promise the next digest to whoever's last one never left, where something waits for one; return how many are new."""
    now = now or timezone.now()
    rows: list[Any] = [row for found in to_sweep(now) for row in found.select_related("recipient")]
    if not rows:
        return 0
    people = {row.recipient_key: row.recipient for row in rows}
    keys = PlannedMessage.objects.for_digests_of(people).values_list("recipient_key", flat=True).distinct()
    wishes = choosing.wishes_of(rows)
    wanted = [(people[key], wishes[key].rhythm) for key in keys if wishes[key].digest_by_mail]
    coming = [(one, *next_digest(now, one.time_zone, rhythm)) for one, rhythm in wanted]
    return _promise_each((one, due, day.isoformat()) for one, due, day in coming)


def _promise_each(wanted: Iterable[tuple[Any, dt.datetime, str]]) -> int:
    """Promise each of these people a digest, given as (person, when, which); return how many are new."""
    wanted = list(wanted)
    turns = _turns([one for one, _due, _which in wanted], {which for _one, _due, which in wanted})
    return services.plan_each(
        (
            one,
            turns.get((str(one.pk), which), 0),
            services.Wanted(KIND, to=one, due=due, occurrence=which, not_after=due + KEEPS),
        )
        for one, due, which in wanted
    )


def _turns(people: Iterable[Any], which: Collection[str]) -> dict[tuple[str, str], int]:
    """Return by (reader's key, which digest) how often it was promised and moved away again: the next promise is a new one."""
    keys = [str(one.pk) for one in people]
    moved = PlannedMessage.objects.filter(recipient_key__in=keys, kind=KIND, occurrence__in=which)
    moved = moved.filter(state=states.VOID, reason="superseded").order_by()
    counted = moved.values_list("recipient_key", "occurrence").annotate(times=Count("pk"))
    return {(key, occurrence): times for key, occurrence, times in counted}


def _gather(row: PlannedMessage) -> None:
    keys = PlannedMessage.objects.for_digest_of(row.recipient).values("pk")
    PlannedMessage.objects.filter(pk__in=keys).update(digest_id=row.pk)


def _carried(row: PlannedMessage):
    """What this digest carries; before its turn has come: what it would carry now."""
    there = PlannedMessage.objects.unread_by(row.recipient).filter(reason=states.FOR_DIGEST)
    gathered = there.filter(digest_id=row.pk)
    return (gathered if row.state == states.CLAIMED else gathered | there.in_no_digest()).order_by("sent_at", "id")


def _context(row: PlannedMessage) -> dict | None:
    if row.recipient is None:
        return None
    # An example has them put before it; what is real carries what its reader has.
    notes = row.source if row.source is not None else list(inbox.notes_among(_carried(row)[: NAMED + 1]))
    if not notes:
        return None
    reader = row.recipient
    told = [
        (note.subject, _begins(note.words, reader.first_name)) if _may_say(note) else (_name_of(note), "")
        for note in notes
    ]
    return {
        "told": told[:NAMED], "first": told[0][0], "others": len(told) - 1, "more": len(told) > NAMED,
        "path": reverse("my_messages"), "why": _why(reader),
    }  # fmt: skip


def _may_say(note: inbox.Note) -> bool:
    return not kinds.get(note.kind).words_stay_hidden


def _name_of(note: inbox.Note) -> str:
    return str(kinds.get(note.kind).name)


def _begins(words: str, first_name: str) -> str:
    """Return the first words of a message in a few lines, without greeting and without addresses, which may be its reader's own."""
    parts: list[str] = []
    for part in words.split("\n\n"):
        lines = [line.strip() for line in part.split("\n") if line.strip() and "://" not in line]
        if lines and not parts and len(lines[0]) < 80 and lines[0].endswith((f" {first_name},", f" {first_name}!")):
            lines = lines[1:]
        parts += lines
    begins = "\n".join(parts)
    return begins if len(begins) <= BEGINS else begins[:BEGINS].rsplit(maxsplit=1)[0].rstrip(" ,;:") + " …"


def _why(user: Any) -> str:
    """Return why this reader gets it: they have asked for it, or it goes so for whoever says nothing else."""
    if choosing.asked_for_digest(user):
        return gettext("You get this because you chose to have messages that can wait put together in one.")
    return gettext(
        "You get this because messages that can wait, or are too many for one day, are put together in one, as long as you "
        "choose nothing else."
    )


kinds.register(
    kinds.Kind(
        key=KIND,
        template="notifications/emails/digest",
        name=_("What was put together"),
        audience=_("You get this because messages that can wait are put together in one."),
        when=_(
            "On Monday at 8 on the reader’s clock, or each morning where they want that; after a standstill once, with what "
            "piled up."
        ),
        stops=_("Everything in it was read in the product, or is over."),
        context=_context,
        gather=_gather,
        listed=False,
    )
)

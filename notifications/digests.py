"""What is put together: one mail by week, or by day, with what stands in the product and was not read there yet.

It is promised when the first thing for it is put there, so that no digest is ever empty; and what one carries is marked
before it leaves, so that no other repeats it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, Final

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notifications import inbox, kinds, services, states
from notifications.models import PlannedMessage
from notifications.respect import next_digest

KIND: Final = "notifications/digest"
# So many are named; of the others it says how many there are.
NAMED: Final = 15
# Later than that the next one is nearer.
KEEPS: Final = dt.timedelta(hours=20)


def promise(user: Any, rhythm: str, *, now: dt.datetime | None = None) -> PlannedMessage | None:
    """Promise the next digest of a person; return it, None where it is promised already."""
    due, day = next_digest(now or timezone.now(), user.time_zone, rhythm)
    return services.plan(KIND, to=user, about=user, due=due, occurrence=day.isoformat(), not_after=due + KEEPS)


def promise_now(people: Iterable[Any], *, now: dt.datetime) -> int:
    """Promise each of these people a digest at once, out of its turn; return how many are new. A constant number of statements."""
    occurrence = now.isoformat(timespec="minutes")
    return services.plan_each(
        (one, 0, services.Wanted(KIND, to=one, due=now, occurrence=occurrence, not_after=now + KEEPS)) for one in people
    )


def _gather(row: PlannedMessage) -> None:
    keys = PlannedMessage.objects.for_digest_of(row.recipient).values("pk")
    PlannedMessage.objects.filter(pk__in=keys).update(digest_id=row.pk)


def _carried(row: PlannedMessage):
    """What this digest carries; before its turn has come: what it would carry now."""
    there = PlannedMessage.objects.unread_by(row.recipient).filter(reason=states.FOR_DIGEST)
    gathered = Q(digest_id=row.pk)
    return there.filter(gathered if row.state == states.CLAIMED else gathered | Q(digest_id=None)).order_by(
        "sent_at", "id"
    )


def _context(row: PlannedMessage) -> dict | None:
    if row.recipient is None:
        return None
    notes = list(inbox.notes_among(_carried(row)[: NAMED + 1]))
    if not notes:
        return None
    return {"notes": notes[:NAMED], "more": len(notes) > NAMED, "path": reverse("my_messages")}


kinds.register(
    kinds.Kind(
        key=KIND,
        template="notifications/emails/digest",
        name=_("What was put together"),
        audience=_("You get this because you want some messages put together in one."),
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

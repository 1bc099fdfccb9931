"""What waits about words that a reader has hidden: it is kept until somebody has looked, and leaves once they can be read again.

One reader's press must not cost others a message: it is void only once the planning team, or the writer, has decided. What a
sender finds about such words, however it came to wait, is held as well (notifications.briefing).
"""

from __future__ import annotations

from typing import Final

from django.db import models, transaction
from django.db.models.functions import Now

from notifications import bell, states
from notifications.models import MessageEvent, PlannedMessage

# The note of the step with which a message is let go again.
SHOWN: Final = "shown"


@transaction.atomic
def keep(about: models.Model) -> int:
    """Hold all that waits about a source, or is in a sender's hand; return how many. What a person holds stays theirs."""
    rows = PlannedMessage.objects.about(about).filter(state__in=(*states.WAITING, states.CLAIMED))
    return _move(rows, to=states.HELD, reason=states.HIDDEN, note=states.HIDDEN)


@transaction.atomic
def let_go(about: models.Model) -> int:
    """Let leave what was kept about a source, each at its hour, or now where that has passed; return how many.

    What would be too late by now ends as every message does that is.
    """
    rows = PlannedMessage.objects.about(about).filter(state=states.HELD, reason=states.HIDDEN)
    made = _move(rows, to=states.PLANNED, reason="", note=SHOWN)
    bell.kick_after_commit()
    return made


def _move(rows: models.QuerySet, *, to: str, reason: str, note: str) -> int:
    # Nobody stands behind the step: who hides something does not want to be read of.
    found = list(rows.select_for_update(no_key=True).order_by("id").only("id", "state"))
    MessageEvent.objects.bulk_create(
        MessageEvent(message=row, from_state=row.state, to_state=to, note=note) for row in found
    )
    return PlannedMessage.objects.filter(pk__in=[row.pk for row in found]).update(
        state=to, reason=reason, claim_token=None, lease_until=None, updated_at=Now()
    )

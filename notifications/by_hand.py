"""What the planning team decides about messages: never to send one, to try it again, to hold some back, to let them leave now."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from audit.services import record, record_many
from core.refusals import Refused
from notifications import bell, kinds, readdressing, signals, states
from notifications.inbound import bounces
from notifications.models import Channel, MessageEvent, PlannedMessage
from notifications.services import database_clock


def drop(message: PlannedMessage, *, by: Any, reason: str | None) -> PlannedMessage:
    """Never send this message; rooms that have said something else for its sake hear of it (``signals.dropped``).

    ``reason``: why, in words; None where nobody was asked. Raises Refused when it has gone, or is leaving now.
    """
    before = (*states.WAITING, states.HELD, states.DEAD)
    with transaction.atomic():
        row = _decide(message, "dropped", by=by, reason=reason, before=before, to=states.VOID)
        signals.dropped.send(PlannedMessage, message=row)
    return row


def retry(message: PlannedMessage, *, by: Any, reason: str | None, address: str = "") -> PlannedMessage:
    """Try a dead or held message again from the first attempt, to another `address` if one is given. It leaves now, unless its
    hour was moved since it was tried.

    Where mail to its address kept coming back, it goes there again from now on. Refuses what the planning team keeps back (it
    is let go), what a reader has hidden (that is looked at first), and a mailbox that is not its reader's (`readdressing`).
    """
    before = (states.DEAD, states.HELD)
    with transaction.atomic():
        row = _decide(message, "tried_again", by=by, reason=reason, before=before, to=states.PLANNED, address=address)
        bounces.clear(bounces.address_of(row), by=by, about=row)
    return row


def may_be_tried_again(row: PlannedMessage) -> bool:
    """Return whether a person may let a message be tried again as it stands."""
    return row.state == states.DEAD or (row.state == states.HELD and row.reason not in states.KEPT)


def hold(rows: QuerySet, *, by: Any) -> int:
    """Keep those of these messages that wait from leaving until somebody lets them go; return how many."""
    return _settle_all(rows, "held", before=states.WAITING, to=states.HELD, by=by, reason=states.HELD_BY_PERSON)


def release(rows: QuerySet, *, by: Any) -> int:
    """Let go what the planning team held back, each at its hour, or now where that has passed; return how many."""
    held = rows.filter(reason=states.HELD_BY_PERSON)
    made = _settle_all(held, "released", before=(states.HELD,), to=states.PLANNED, by=by, reason="")
    bell.kick_after_commit()
    return made


def send_now(rows: QuerySet, *, by: Any) -> int:
    """Let those of these messages that wait for their hour leave now; return how many.

    Never what nobody may know before its minute.
    """
    rows = rows.exclude(kind__in=kinds.untold_before())
    made = _settle_all(rows, "hurried", before=states.WAITING, by=by, next_attempt_at=database_clock())
    bell.kick_after_commit()
    return made


def _settle_all(
    rows: QuerySet, verb: str, *, before: Collection[str], by: Any, to: str | None = None, **values: Any
) -> int:
    """Write what a person decided about many at once, with an event each and one line in the trail. Five statements."""
    with transaction.atomic():
        locked = rows.filter(state__in=before).select_for_update(no_key=True).order_by("id")
        found = list(locked.only("id", "state", "kind", "scope_type", "scope_id"))
        if not found:
            return 0
        if to is not None:
            values["state"] = to
        PlannedMessage.objects.filter(pk__in=[row.pk for row in found]).update(updated_at=Now(), **values)
        MessageEvent.objects.bulk_create(
            MessageEvent(
                message=row, from_state=row.state, to_state=to or row.state, actor_id=by.pk, note=f"by_person_{verb}"
            )
            for row in found
        )
        record_many(f"message.{verb}", found, by=by, cohort_id=_cohort_of(found[0]), kind=found[0].kind)
    return len(found)


def _cohort_of(row: PlannedMessage) -> str | None:
    return row.scope_id if row.scope_type == "collaborative.cohort" else None


def _decide(
    message: PlannedMessage,
    verb: str,
    *,
    by: Any,
    reason: str | None,
    before: tuple[str, ...],
    to: str,
    address: str = "",
) -> PlannedMessage:
    if reason is not None and not (reason := " ".join(reason.split())):
        raise Refused(_("Say why, in a few words."), field="reason")
    try:
        with transaction.atomic():
            row = PlannedMessage.objects.select_for_update(no_key=True).get(pk=message.pk)
            if row.state not in before:
                raise Refused(_("This message has moved on in the meantime: look at it again."))
            was = row.state
            _change(row, to=to, reason=reason, address=address)
            MessageEvent.objects.create(
                message=row, from_state=was, to_state=to, actor_id=by.pk, note=f"by_person_{verb}"
            )
            record(f"message.{verb}", row, by=by, cohort_id=_cohort_of(row), kind=row.kind, before=was, after=to)
    except IntegrityError:
        raise Refused(_("A newer message about the same thing is already waiting.")) from None
    if to == states.PLANNED:
        bell.kick_after_commit()
    return row


def _change(row: PlannedMessage, *, to: str, reason: str | None, address: str) -> None:
    """Write what a person decided. What may have gone is flagged before it can go again."""
    why = states.BY_PERSON if reason is None else states.typed(reason)
    values: dict[str, Any] = {"state": to, "reason": why, "updated_at": Now()}
    if to == states.PLANNED:
        if not may_be_tried_again(row):
            by_person = row.reason == states.HELD_BY_PERSON
            raise Refused(
                _("The planning team holds it back: let it go at its hour instead.")
                if by_person
                else _("A reader has hidden what it speaks of: look at that first.")
            )
        now = database_clock()
        if row.not_after and row.not_after <= now:
            raise Refused(_("It is too late for this message: what it speaks about is over."))
        values |= {
            "attempts": 0, "next_attempt_at": max(row.next_attempt_at, now), "smtp_code": None, "smtp_text": "",
            "possible_duplicate": row.possible_duplicate or row.reason == "may_have_gone",
        }  # fmt: skip
        if (goes_to := readdressing.chosen(row, address)) is not None:
            values |= {"address": goes_to, "channel": Channel.MAIL}
    if to in states.TERMINAL:
        values["secret"] = ""
    PlannedMessage.objects.filter(pk=row.pk).update(**values)
    row.refresh_from_db()

"""What this room keeps about a person, or about an address without an account, and how it forgets them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import models, transaction
from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Cast, Concat, Now

from notifications import choosing, diary, kinds, states
from notifications.models import Choice, ConsentEntry, KindChoice, MessageEvent, PlannedMessage, Tick
from notifications.services import take_back


def data_of(user: Any) -> dict[str, Any]:
    """Return what this room keeps about a person: every message with its hour, state and cause, no words.

    An answer that waits for its minute is left out until then.
    """
    fields = ("kind", "channel", "address", "due_at", "state", "reason", "sent_at", "created_at")
    return {
        "messages": list(
            PlannedMessage.objects.to(user)
            .exclude(kind__in=kinds.untold_before(), state__in=states.WAITING, due_at__gt=Now())
            .order_by("created_at", "id")
            .values(*fields)
        ),
        "settled": MessageEvent.objects.filter(actor=user).count(),
        **choosing.data_of(str(user.pk)),
    }


def forget(user: Any) -> None:
    """Take back what waits for a person, and empty every address of theirs, every reply that may name one, their reasons."""
    # An address that they typed and never confirmed may be somebody else's.
    confirmed = user.emailaddress_set.filter(verified=True).values_list("email", flat=True)
    with transaction.atomic():
        _forget_readers(str(user.pk), *{one.lower() for one in (user.email, *confirmed) if one})
        _empty_reasons_of(user)
        Choice.objects.filter(user=user).delete()


def data_of_address(address: str) -> dict[str, list]:
    """Return what was planned for somebody without an account."""
    rows = PlannedMessage.objects.filter(recipient=None, recipient_key=address.lower())
    told = list(rows.order_by("id").values("kind", "state", "created_at"))
    said = {name: found for name, found in choosing.data_of(address.lower()).items() if found}
    return said | ({"messages": told} if told else {})


def forget_address(address: str) -> None:
    """Take back what waits for an address, and empty it wherever a message went there."""
    with transaction.atomic():
        _forget_readers(address.lower())


def _forget_readers(*keys: str) -> None:
    told = PlannedMessage.objects.filter(recipient_key__in=keys)
    take_back(told, reason="forgotten")
    told.update(address="", smtp_text="", secret="")
    PlannedMessage.objects.filter(address__in=keys).update(address="", smtp_text="")
    for table in (KindChoice, ConsentEntry):
        table.objects.filter(recipient_key__in=keys).delete()
    # A reader without an account is known by the address alone.
    nobody = Concat(Value("forgotten-"), Cast("id", models.CharField()))
    PlannedMessage.objects.filter(recipient_key__in=[key for key in keys if "@" in key]).update(recipient_key=nobody)


def forget_readers_of(source_type: str, ids: Collection[str]) -> None:
    """Take back what waits about these sources, and empty the addresses of readers without an account who were told."""
    with transaction.atomic():
        diary.void(source_type, list(ids), reason="forgotten", occurrence=None, actor=None)
        nobody = Concat(Value("forgotten-"), Cast("id", models.CharField()))
        about = PlannedMessage.objects.filter(source_type=source_type, source_id__in=ids, recipient=None)
        about.filter(state__in=states.TERMINAL).update(address="", smtp_text="", secret="", recipient_key=nobody)


def _empty_reasons_of(user: Any) -> None:
    """Take out the words with which this person decided about messages, or paused all of them."""
    last = MessageEvent.objects.filter(message=OuterRef("pk")).order_by("-id")
    decided = PlannedMessage.objects.filter(pk__in=MessageEvent.objects.filter(actor=user).values("message")).annotate(
        last_by=Subquery(last.values("actor")[:1]), last_note=Subquery(last.values("note")[:1])
    )
    typed = decided.filter(last_by=user.pk, last_note__startswith="by_person_").exclude(reason=states.HELD_BY_PERSON)
    typed.exclude(reason="").update(reason=states.BY_PERSON)
    Tick.objects.filter(paused_by=user).update(paused_by=None, pause_reason="")

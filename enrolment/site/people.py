"""What the public pages keep about a person, told and forgotten, and for how long they keep it."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db.models import QuerySet
from django.utils import timezone

from accounts.addresses import addresses_of
from enrolment.models import ContactNote, Interest, SiteVersion

# A letter that was answered is needed as long as its writer may ask again.
SETTLED_KEPT: Final = dt.timedelta(days=60)


def to_sweep(now: dt.datetime) -> list[QuerySet[ContactNote]]:
    """Return the letters that were settled more than 60 days ago (``notifications.sweep.looks``)."""
    return [ContactNote.objects.filter(settled_at__lt=now - SETTLED_KEPT)]


def sweep(now: dt.datetime | None = None) -> int:
    """Erase letters 60 days after they were settled. Returns how many went."""
    return sum(rows.delete()[0] for rows in to_sweep(now or timezone.now()))


def data_of(user) -> dict:
    """Return what ``user`` wrote to the planning team, and the programmes whose opening they want to hear of."""
    return _told(addresses_of(user))


def data_of_address(address: str) -> dict:
    """Return the same of whoever has this address."""
    told = _told({address.lower()})
    return told if any(told.values()) else {}


def _told(addresses: set[str]) -> dict:
    letters, wishes = ContactNote.objects.filter(email__in=addresses), Interest.objects.filter(email__in=addresses)
    return {
        "letters": list(letters.values("created_at", "name", "text", "settled_at")),
        "wants_to_be_told": list(wishes.values("created_at", "confirmed_at", "told_at")),
    }


def forget(user) -> None:
    """Erase what came from the addresses of ``user``, and take them off what they wrote or settled as a planner."""
    for address in addresses_of(user):
        forget_address(address)
    ContactNote.objects.filter(settled_by=user).update(settled_by=None)
    SiteVersion.objects.filter(by=user).update(by=None)


def forget_address(address: str) -> None:
    """Erase the letters and wishes that came from this address."""
    ContactNote.objects.filter(email__iexact=address).delete()
    Interest.objects.filter(email__iexact=address).delete()

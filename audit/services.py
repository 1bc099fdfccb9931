"""The one way into the audit trail. Called by services only, inside their transaction."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable

from django.db import models

from audit.models import Entry

# What a detail may hold: facts that identify nobody by themselves. Text that a person typed is not among them.
_Detail = str | int | float | bool | None | uuid.UUID | datetime.date | list


def record(verb: str, about: models.Model, *, by=None, cohort_id=None, **detail: _Detail) -> Entry:
    """Write that ``by`` did ``verb`` to ``about``. ``by`` None means the system itself did it.

    ``detail`` takes ids, codes, counts and moments. Never pass names, addresses or typed text: entries outlive people.
    """
    return Entry.objects.create(
        verb=verb,
        by=by if getattr(by, "pk", None) else None,
        about_type=about._meta.label_lower,
        about_id=str(about.pk),
        cohort_id=cohort_id or getattr(about, "cohort_id", None),
        detail={key: _plain(value) for key, value in detail.items()},
    )


def record_many(verb: str, about: Iterable[models.Model], *, by=None, cohort_id=None, **detail: _Detail) -> None:
    """Write the same of many rows of one kind, in one statement. As `record` otherwise."""
    known = {key: _plain(value) for key, value in detail.items()}
    Entry.objects.bulk_create(
        Entry(
            verb=verb,
            by=by if getattr(by, "pk", None) else None,
            about_type=one._meta.label_lower,
            about_id=str(one.pk),
            cohort_id=cohort_id or getattr(one, "cohort_id", None),
            detail=known,
        )
        for one in about
    )


def data_of(user) -> dict:
    """Return what is written down about ``user``: what they did, and what others did to their account."""
    own = models.Q(about_type=user._meta.label_lower, about_id=str(user.pk))
    return {
        "did": list(Entry.objects.filter(by=user).order_by("pk").values("at", "verb", "about_type", "detail")),
        "done_to_account": list(
            Entry.objects.filter(own).exclude(by=user).order_by("pk").values("at", "verb", "detail")
        ),
    }


def _plain(value: _Detail):
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value

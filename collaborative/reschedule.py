"""Dates move as one: a change, everything that follows from it, a preview that cannot differ, and a way back.

A room that owns dates writes a ``Change``; this module applies it, lets the stretches follow their anchors, lets the
change say what follows from it, and keeps a ledger. A preview does all of it and rolls back.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
from collections.abc import Collection, Hashable, Set
from typing import Any, Generic, Protocol, TypeVar

from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.db.models import F, OuterRef
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from collaborative import order, signals, timeline
from collaborative.making import anchor_days, shape_of
from collaborative.merging import as_text
from collaborative.models import Cohort, Reschedule
from core import registry
from core.refusals import Refused


class Ledger:
    """What was changed, in order, precisely enough to put it back."""

    def __init__(self) -> None:
        self.entries: list[dict] = []

    def set(self, obj: models.Model, **values) -> None:
        """Write ``values`` to ``obj`` and remember what stood there. Values that do not change leave no entry."""
        changed = {name: value for name, value in values.items() if getattr(obj, name) != value}
        for name, value in changed.items():
            field = obj._meta.get_field(name)
            assert isinstance(field, models.Field)  # a column: the other side of a relation has no value to write
            self.entries.append(
                {
                    "model": obj._meta.label_lower,
                    "id": str(obj.pk),
                    "field": name,
                    "before": as_text(field, getattr(obj, name)),
                    "after": as_text(field, value),
                }
            )
            setattr(obj, name, value)
        if changed:
            obj.save(update_fields=list(changed))

    def touched(self) -> Set[tuple[str, str]]:
        """Return (model label, id) of everything that has an entry."""
        return {(entry["model"], entry["id"]) for entry in self.entries}

    def made(self, obj: models.Model) -> None:
        """Remember that ``obj`` has just been made."""
        self.entries.append(_whole(obj, before=None, after=_columns(obj)))

    def remove(self, obj: models.Model) -> None:
        """Delete ``obj`` and remember what it was."""
        self.entries.append(_whole(obj, before=_columns(obj), after=None))
        obj.delete()

    def mark(self) -> str:
        """Return a mark of everything in it: two ledgers that do the same to the same rows have the same one."""
        told = [{**entry, "id": ""} if entry["field"] == WHOLE else entry for entry in self.entries]
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:32]


# The field of an entry that tells of a row made or removed, not of one value in it.
WHOLE = "*"


def _columns(obj: models.Model) -> dict[str, str | None]:
    return {
        field.name: as_text(field, getattr(obj, field.attname))
        for field in obj._meta.concrete_fields
        if field.editable and not field.primary_key
    }


def _whole(obj: models.Model, *, before, after) -> dict:
    return {"model": obj._meta.label_lower, "id": str(obj.pk), "field": WHOLE, "before": before, "after": after}


class Change(Protocol):
    """A change of dates that a room wants to make in ``cohort``.

    ``box``, where it has one, is the field beside which a page shows that the change breaks the order of the dates.
    """

    cohort: Cohort

    def apply(self, ledger: Ledger) -> None:
        """Write the change itself through ``ledger``. Raises Refused."""

    def follow(self, moved: Moved[Any]) -> None:
        """Do what belongs to the change once all dates stand: messages, versions. Adds to ``moved.consequences``."""


ChangeT = TypeVar("ChangeT", bound=Change)


@dataclasses.dataclass
class Consequence:
    """One thing that happens because dates move: a code that pages word, and how many."""

    code: str
    count: int = 1


@dataclasses.dataclass
class Moved(Generic[ChangeT]):
    """What a change did, or in a preview would do."""

    change: ChangeT
    ledger: Ledger
    # What a preview shows and a confirmation brings back (``seen``).
    mark: str = ""
    consequences: list[Consequence] = dataclasses.field(default_factory=list)
    reschedule: Reschedule | None = None
    # Until when it can be undone, where that is sooner than UNDO_SECONDS after it.
    closes_at: dt.datetime | None = None

    def close_by(self, moment: dt.datetime, *, at: dt.datetime) -> None:
        """Let the way back of what is done ``at`` a moment be open until another at most: then people hear of it."""
        if moment >= at + dt.timedelta(seconds=settings.UNDO_SECONDS):
            return
        self.closes_at = min(moment, self.closes_at or moment)
        if self.reschedule:
            self.reschedule.closes_at = self.closes_at
            self.reschedule.save(update_fields=["closes_at"])


class _Preview(Exception):
    pass


def reschedule(
    change: ChangeT, *, by, reason: str = "", dry_run: bool = False, seen: str | None = None
) -> Moved[ChangeT]:
    """Apply ``change`` with all that follows, in one transaction; a dry run does the same and rolls back.

    ``seen`` is the mark of the preview that somebody confirms: what would do anything else than that rolls back as well,
    and comes back as a new preview. Raises Refused when an order rule is broken. The way back stays open for UNDO_SECONDS, or
    for less where the change says so (``Moved.close_by``).
    """
    moved = Moved(change, Ledger())
    try:
        with transaction.atomic():
            cohort = Cohort.objects.select_for_update().get(pk=change.cohort.pk)
            broken = order.breaches(cohort)
            change.apply(moved.ledger)
            rooms = [follow for _room, follow in registry.what_moves.ask_all(change, moved.ledger) if follow]
            cohort.refresh_from_db()  # the change may have moved its first day
            stretches_follow(cohort, moved.ledger)
            _keep_order(change, but_for=broken)
            tasks_follow(cohort, moved.ledger)
            moved.mark = moved.ledger.mark()
            moved.reschedule = Reschedule.objects.create(
                cohort=cohort, by=by, reason=reason, ledger=moved.ledger.entries
            )
            change.follow(moved)
            for follow in rooms:
                follow(moved)
            record("dates.moved", moved.reschedule, by=by, cohort_id=cohort.pk, entries=len(moved.ledger.entries))
            if dry_run or (seen is not None and seen != moved.mark):
                raise _Preview
            moved.reschedule.refresh_from_db(fields=["created_at"])
    except _Preview:
        moved.reschedule = None
    return moved


def _keep_order(change: Change, *, but_for: Collection[Hashable]) -> None:
    """Refuse what breaks the order of the dates, unless it was broken before: that can be mended one date at a time."""
    for about, sentence in order.breaches(change.cohort).items():
        if about not in but_for:
            raise Refused(sentence, field=getattr(change, "box", ""))


def stretches_follow(cohort: Cohort, ledger: Ledger) -> None:
    """Let every phase that is a stretch take the days that its anchors now give it."""
    phases = list(cohort.phases.in_order())
    spans = timeline.resolve(cohort.first_day, [shape_of(phase) for phase in phases])
    for phase in phases:
        ledger.set(phase, starts_on=spans[phase.key].start, ends_on=spans[phase.key].end)


def tasks_follow(cohort: Cohort, ledger: Ledger) -> None:
    """Let the planning team's tasks that are not done and not pinned take the days that their anchors now give them."""
    days = anchor_days(cohort, cohort.phases.all())
    for task in cohort.tasks.open().filter(pinned_on=None):
        due = timeline.due_on(task.anchor, task.offset, first_day=cohort.first_day, days=days)
        if due:
            ledger.set(task, due_on=due)


def can_undo(user) -> models.QuerySet[Reschedule]:
    """Return the changes in cohorts planned by ``user`` that may be taken back now: of each cohort the last one at most."""
    window = dt.timedelta(seconds=settings.UNDO_SECONDS)
    changes = Reschedule.objects.filter(
        cohort__in=Cohort.objects.run_by(user), undone_at=None, created_at__gt=Now() - window
    )
    return changes.filter(
        _not_closed(), ~models.Exists(_made_after(OuterRef("cohort"), OuterRef("created_at")))
    ).order_by("-created_at")


def _not_closed() -> models.Q:
    return models.Q(closes_at=None) | models.Q(closes_at__gt=Now())


def _made_after(cohort, moment) -> models.QuerySet[Reschedule]:
    """Return the changes of ``cohort`` that were made after ``moment`` and stand."""
    return Reschedule.objects.filter(cohort=cohort, created_at__gt=moment, undone_at=None)


@transaction.atomic
def undo(*, reschedule: Reschedule, by) -> None:
    """Put every date back, last one first.

    Refuses once the way back is closed (``Reschedule.open_until``), while a later change of the cohort stands (it was made
    upon this one), when a date was changed since, and when one of the moments has passed.
    """
    Cohort.objects.select_for_update().get(pk=reschedule.cohort_id)
    window = dt.timedelta(seconds=settings.UNDO_SECONDS)
    row = Reschedule.objects.select_for_update().annotate(open=F("created_at") + window).filter(pk=reschedule.pk)
    if not row.filter(_not_closed(), undone_at=None, open__gt=Now()).exists():
        raise Refused(_("It is too late to undo this; the messages have gone. Move it again instead."))
    if _made_after(reschedule.cohort_id, reschedule.created_at).exists():
        raise Refused(_("Another date was moved since. Undo that one first."))
    _put_back(reschedule.ledger)
    row.update(undone_at=Now())
    record("dates.restored", reschedule, by=by, cohort_id=reschedule.cohort_id)
    touched = {(entry["model"], entry["id"]) for entry in reschedule.ledger}
    signals.dates_restored.send(sender=Reschedule, reschedule=reschedule, touched=touched, by=by)


def _put_back(ledger: list[dict]) -> None:
    """Give every row its values from before the ledger, a row at a time: half a span may break its constraint."""
    rows: dict[tuple[str, str], dict[str, tuple]] = {}
    for entry in ledger:
        values = rows.setdefault((entry["model"], entry["id"]), {})
        first_before = values.get(entry["field"], (entry["before"],))[0]
        values[entry["field"]] = (first_before, entry["after"])
    for (label, pk), values in rows.items():
        model = apps.get_model(label)
        obj = model._base_manager.select_for_update().filter(pk=pk).first()
        if WHOLE in values:
            _unmake(model, pk, obj, *values[WHOLE])
            continue
        for name, (before, after) in values.items():
            field = model._meta.get_field(name)
            if obj is None or as_text(field, now := getattr(obj, field.attname)) != after:
                raise Refused(_("This cannot be undone: one of the dates has been changed again since."))
            earlier = None if before is None else field.to_python(before)
            if isinstance(field, models.DateTimeField) and _has_passed(now, earlier):
                raise Refused(_("This cannot be undone any more: one of the two times has passed."))
            setattr(obj, field.attname, earlier)
        obj.save(update_fields=list(values))


def _unmake(model, pk: str, obj, before: dict | None, after: dict | None) -> None:
    """Take away a row that was made, bring back one that was removed."""
    now = _columns(obj) if obj else None
    if now != after:
        raise Refused(_("This cannot be undone: one of the dates has been changed again since."))
    if obj:
        obj.delete()
    if before is not None:
        fields = [(model._meta.get_field(name), value) for name, value in before.items()]
        values = {field.attname: None if value is None else field.to_python(value) for field, value in fields}
        model._base_manager.create(pk=pk, **values)


def _has_passed(*moments: dt.datetime | None) -> bool:
    return any(moment <= timezone.now() for moment in moments if moment)

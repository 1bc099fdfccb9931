"""A series is over, and its planning team closes the cohort: what then ends, what stays, and the way back.

From the press on, no message leaves, and no page of the cohort takes anything any more (``collaborative.closed_pages``);
everything can be read as before. Until UNDO_SECONDS have passed nothing is taken away, so that the way back is whole.
Then ``sweep`` lets every room end for good what must not stay open (``core.registry.closed_for_good``).
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
from collections.abc import Collection

from django.conf import settings
from django.db import transaction
from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.services import record
from collaborative.models import Cohort, Membership
from core import registry
from core.refusals import Refused
from notifications import services as notifications


def sentence() -> str:
    """Return what everybody reads who would change something in a closed cohort."""
    return _("This series is closed. Everything can still be read; nothing can be changed any more.")


def must_be_open(cohort: Cohort) -> None:
    """Refuse a change in a cohort that is closed."""
    if cohort.closed_at:
        raise Refused(sentence())


@dataclasses.dataclass(frozen=True)
class Ends:
    """What ends when a cohort is closed, as (icon, sentence). ``mark`` stands for all of it: only what was seen is done."""

    lines: list[tuple[str, str]]
    mark: str


def ends_with(cohort: Cohort) -> Ends:
    """Return what ends when ``cohort`` is closed now, with its counts, from every room."""
    lines = [line for _room, found in registry.ends_with.ask_all(cohort) for line in found]
    return Ends(lines, hashlib.sha256(repr(lines).encode()).hexdigest()[:32])


def own_ends(cohort: Cohort) -> list[tuple[str, str]]:
    """Return what this room has to say: whose series it was, what waits to be sent, what the planners have not done."""
    many = Cohort.objects.filter(pk=cohort.pk).aggregate(
        teams=Count("teams", filter=Q(teams__withdrawn_at=None), distinct=True),
        tasks=Count("tasks", filter=Q(tasks__done_at=None), distinct=True),
    )
    teams, tasks = many["teams"], many["tasks"]
    people = Membership.objects.current().filter_cohort(cohort.pk).values("user").distinct().count()
    waiting = notifications.waiting_in(cohort)
    found = [
        (
            "users",
            _("%(teams)s and %(people)s keep reading their pages. They change nothing there any more.")
            % {
                "teams": ngettext("%(n)d team", "%(n)d teams", teams) % {"n": teams},
                "people": ngettext("%(n)d person", "%(n)d people", people) % {"n": people},
            },
        )
    ]
    if waiting:
        text = ngettext("%(n)d planned message does not leave.", "%(n)d planned messages do not leave.", waiting)
        found.append(("mail-x", text % {"n": waiting}))
    if tasks:
        text = ngettext(
            "%(n)d task of the planning team is not done and stays so.",
            "%(n)d tasks of the planning team are not done and stay so.",
            tasks,
        )
        found.append(("list-checks", text % {"n": tasks}))
    return found


@transaction.atomic
def close(*, cohort: Cohort, reason: str, seen: str, by) -> Ends | None:
    """Close a cohort; nobody is told. Returns None once it is closed.

    ``seen`` is the mark of what somebody looked at: where something else would end, nothing is done and that comes back.
    Refuses where a room has something under way that has to end first (``core.registry.keeps_open``).
    """
    row = Cohort.objects.select_for_update().get(pk=cohort.pk)
    if row.closed_at:
        raise Refused(_("Somebody has closed this cohort already."))
    for _room, why in registry.keeps_open.ask_all(row):
        if why:
            raise Refused(why)
    found = ends_with(row)
    if found.mark != seen:
        return found
    row.closed_at, row.closed_by, row.closed_reason = timezone.now(), by, reason
    row.save(update_fields=["closed_at", "closed_by", "closed_reason"])
    record("cohort.closed", row, by=by, cohort_id=row.pk, with_reason=bool(reason))
    return None


def undo_until(cohort: Cohort) -> dt.datetime | None:
    """Return until when the closing of ``cohort`` can be undone, None where it cannot (any more)."""
    if cohort.closed_at is None or cohort.settled_at is not None:
        return None
    until = cohort.closed_at + dt.timedelta(seconds=settings.UNDO_SECONDS)
    return until if until > timezone.now() else None


@transaction.atomic
def undo(*, cohort: Cohort, by) -> None:
    """Open a cohort again as it stood. Open already is as good. Refuses after UNDO_SECONDS."""
    row = Cohort.objects.select_for_update().get(pk=cohort.pk)
    if row.closed_at is None:
        return
    if undo_until(row) is None:
        raise Refused(_("It is too late to undo this: what was open is ended."))
    row.closed_at, row.closed_by, row.closed_reason = None, None, ""
    row.save(update_fields=["closed_at", "closed_by", "closed_reason"])
    record("cohort.reopened", row, by=by, cohort_id=row.pk)


def to_sweep(now: dt.datetime) -> list[QuerySet[Cohort]]:
    """Return the closed cohorts that are still to be ended for good at ``now`` (``notifications.sweep.looks``)."""
    return [_closed_for_good(now - dt.timedelta(seconds=settings.UNDO_SECONDS))]


def _closed_for_good(before: dt.datetime) -> QuerySet[Cohort]:
    return Cohort.objects.filter(settled_at=None, closed_at__lte=before)


def sweep(now: dt.datetime | None = None) -> int:
    """End for good what closed cohorts must not have open, once their closing cannot be undone. Returns how many."""
    before = (now or timezone.now()) - dt.timedelta(seconds=settings.UNDO_SECONDS)
    return sum(_settle(pk, before) for pk in _closed_for_good(before).values_list("pk", flat=True)[:50])


@transaction.atomic
def _settle(pk, before: dt.datetime) -> bool:
    row = _closed_for_good(before).select_for_update(skip_locked=True).filter(pk=pk).first()
    if row is None:
        return False
    notifications.void_scope(row, reason="closed")
    for _room, _nothing in registry.closed_for_good.ask_all(row):
        pass
    Cohort.objects.filter(pk=pk).update(settled_at=Now())
    return True


def scopes_closed(ids: Collection[str]) -> dict[str, float]:
    """Return the closed cohorts among ``ids``, with the seconds for which that can be undone (0: for good)."""
    now, found = timezone.now(), {}
    closed = Cohort.objects.filter(pk__in=ids, closed_at__isnull=False)
    for pk, closed_at, settled_at in closed.values_list("pk", "closed_at", F("settled_at")):
        left = (closed_at + dt.timedelta(seconds=settings.UNDO_SECONDS) - now).total_seconds()
        found[str(pk)] = 0.0 if settled_at or left <= 0 else left + 1
    return found

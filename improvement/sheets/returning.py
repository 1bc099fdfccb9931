"""Take a sheet in: look at it, keep what it would change, save it as if each number were typed. The same sheet twice changes
nothing."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace
from decimal import Decimal
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from collaborative import closing
from collaborative.models import Team
from collaborative.permissions import belongs
from core.refusals import Overtaken, Refused
from improvement import pasting, services
from improvement.models import Measure, Method, ReturnedSheet
from improvement.sheets import reading
from improvement.sheets.checking import (
    Change,
    Checked,
    Trouble,
    check,
    overtaken_trouble,
    refused_trouble,
    value_and_reason,
)
from improvement.sheets.grid import folded, grid_of
from improvement.sheets.model import CameBy
from improvement.weeks import day_at

KEPT: Final = dt.timedelta(days=30)
# More would be a sheet in which every cell is wrong: the first ones say it.
_MOST_TROUBLES: Final = 300


@transaction.atomic
def look_at(*, team: Team, content: bytes, by, came_by: str = CameBy.PAGE) -> ReturnedSheet:
    """Keep what a file says that is new, so that it can be looked at before anything is saved. Raises reading.NotOurs."""
    grid = grid_of(team)
    kinds = {one.pk: (one.kind, one.per) for one in grid.measures}
    said = reading.read(content, team_id=team.pk, kinds=kinds).said
    return _kept(check(said, grid), team=team, by=by, came_by=came_by)


@transaction.atomic
def look_at_table(*, team: Team, text: str, chosen: Measure | None, by) -> ReturnedSheet:
    """Keep what a pasted table says that is new, so that it can be looked at before anything is saved. Raises pasting.NotRead."""
    grid = grid_of(team)
    names = {folded(name): measure for measure in grid.measures for name in (measure.name_en, measure.name_fr) if name}
    names |= {folded(heading): one for heading, one in zip(grid.headings, grid.measures, strict=True)}
    said = pasting.read(text, measures=names, chosen=chosen, today=day_at(timezone.now(), team))
    # Who pastes sees what stands there before it is saved: nothing was overtaken.
    known = {one.pk: one for one in grid.measures}
    said = tuple(replace(one, was=grid.standing(known[one.measure], one.week).text if one.week else "") for one in said)
    return _kept(check(said, grid), team=team, by=by, came_by=CameBy.PAGE)


def _kept(found: Checked, *, team: Team, by, came_by: str) -> ReturnedSheet:
    told = {
        "changes": [one.plain() for one in found.changes],
        "troubles": [one.plain() for one in found.troubles[:_MOST_TROUBLES]],
        "same": sorted(set(found.same)),
    }
    returned = ReturnedSheet.objects.create(team=team, by=by, came_by=came_by, told=told)
    record("sheet.read", returned, by=by, cohort_id=team.cohort_id, team=team.pk, numbers=len(found.changes))
    return returned


def not_read(*, team: Team, by, code: str, sentence: str = "", came_by: str = CameBy.MAIL) -> ReturnedSheet:
    """Keep that nothing of a file was read, and why: for the answer to who sent it."""
    told = {"sentence": sentence} if sentence else {}
    return ReturnedSheet.objects.create(team=team, by=by, came_by=came_by, told=told, refused=code)


@transaction.atomic
def save(*, returned: ReturnedSheet, by) -> ReturnedSheet:
    """Save the numbers that a sheet would change, by whoever sent it. Pressed twice, the first press holds.

    What somebody else changed since it was looked at stays, and joins what needs a person.
    """
    returned = ReturnedSheet.objects.select_for_update(of=("self",)).select_related("team__cohort").get(pk=returned.pk)
    if returned.saved_at or returned.refused:
        return returned
    closing.must_be_open(returned.team.cohort)
    if not belongs(by, returned.team):
        raise Refused(_("Numbers are saved by those who belong to the team."))
    measures = Measure.objects.select_related("team").in_bulk([uuid.UUID(one["measure"]) for one in returned.changes])
    saved, troubles = [], []
    # By the key of the measure, as everybody who saves several: two at once wait for each other, and never in a ring.
    for change in sorted((Change(**one) for one in returned.changes), key=lambda one: (one.measure, one.week)):
        trouble = _save_one(change, measures.get(uuid.UUID(change.measure)), by=by, way=returned.came_by)
        if trouble is None:
            saved.append(change.plain())
        else:
            troubles.append(trouble.plain())
    returned.told |= {"changes": saved, "troubles": sorted([*returned.troubles, *troubles], key=lambda one: one["row"])}
    returned.saved_at = timezone.now()
    returned.save(update_fields=["told", "saved_at"])
    record("sheet.saved", returned, by=by, cohort_id=returned.team.cohort_id, team=returned.team_id, numbers=len(saved))
    return returned


def _save_one(change: Change, measure: Measure | None, *, by, way: str) -> Trouble | None:
    """Save one number; return what keeps it from being saved, None for nothing."""
    if measure is None:
        return None
    value, reason = value_and_reason(change.text)
    parts = {"numerator": Decimal(change.part), "denominator": Decimal(change.whole)} if change.whole else {}
    try:
        services.record_number(
            measure=measure,
            by=by,
            period_start=dt.date.fromisoformat(change.week),
            value=value,
            missing_reason=reason,
            **parts,
            method=Method.IMPORT,
            way=way,
            seen=uuid.UUID(change.seen) if change.seen else None,
        )
    except Overtaken as overtaken:
        return overtaken_trouble(change, overtaken.theirs)
    except Refused as refused:
        return refused_trouble(change.row, measure.pk, change.week, refused, change.text)
    return None


def to_sweep(now: dt.datetime) -> list[QuerySet[ReturnedSheet]]:
    """Return what came back more than thirty days ago (``notifications.sweep.looks``)."""
    return [ReturnedSheet.objects.filter(created_at__lt=now - KEPT)]


def sweep(now: dt.datetime | None = None) -> None:
    """Take away what came back more than thirty days ago: the numbers are saved, or are not wanted any more."""
    for rows in to_sweep(now or timezone.now()):
        rows.delete()


def data_of(user) -> dict:
    """Return the sheets that ``user`` sent in."""
    rows = ReturnedSheet.objects.filter(by=user).order_by("created_at")
    return {"sheets_sent": list(rows.values("team__name", "came_by", "created_at", "saved_at"))}


def forget(user) -> None:
    """Take away the sheets that ``user`` sent in. The numbers stay: they are the team's."""
    ReturnedSheet.objects.filter(by=user).delete()

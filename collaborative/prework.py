"""What a team gets ready before the first session: the programme's list, ticked by anybody in the team."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.db import transaction
from django.db.models import Exists, OuterRef

from audit.services import record, record_many
from collaborative.line import phases_of, today_in
from collaborative.models import Cohort, PreworkItem, PreworkTick, Team


def items_of(team: Team) -> list[PreworkItem]:
    """Return the programme's list in its order, each with whether ``team`` has it ready (``ready``); one statement."""
    ticks = PreworkTick.objects.filter(team=team, item=OuterRef("pk"))
    return list(PreworkItem.objects.filter(programme=team.cohort.programme_id).annotate(ready=Exists(ticks)))


def is_due(team: Team) -> bool:
    """Is the first session of a series that nobody has closed still ahead, or today?"""
    first = min((phase.starts_on for phase in phases_of(team.cohort) if phase.is_moment), default=None)
    return first is not None and team.cohort.closed_at is None and today_in(team.cohort) <= first


@transaction.atomic
def tick_known(*, cohort: Cohort, ready: Mapping[Team, Collection[str]], by) -> None:
    """Note what new teams have ready already: by team, things of the list as ``collaborative.template`` words them.

    What a programme says in words of its own is left to the team. The same few statements for any number of teams.
    """
    wanted = {text for some in ready.values() for text in some}
    if not wanted:
        return
    items = {one.text_en: one for one in PreworkItem.objects.filter(programme=cohort.programme_id, text_en__in=wanted)}
    rows = [
        PreworkTick(team=team, item=items[text], by=by)
        for team, some in ready.items()
        for text in some
        if text in items
    ]
    PreworkTick.objects.bulk_create(rows, ignore_conflicts=True)
    record_many("prework.ticked", rows, by=by, cohort_id=cohort.pk)


@transaction.atomic
def tick(*, team: Team, item: PreworkItem, ready: bool, by) -> None:
    """Note that ``team`` has this ready, or take that back. Said twice, it is noted once."""
    if ready:
        row, made = PreworkTick.objects.get_or_create(team=team, item=item, defaults={"by": by})
        if made:
            record("prework.ticked", row, by=by, cohort_id=team.cohort_id, team=team.pk, item=item.pk)
    else:
        for row in PreworkTick.objects.filter(team=team, item=item):
            record("prework.unticked", row, by=by, cohort_id=team.cohort_id, team=team.pk, item=item.pk)
            row.delete()

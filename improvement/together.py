"""The charts of all teams of a cohort beside each other: unnamed, unless a team has said that its name may stand there.

Published from five teams up (``product.md`` rule 8 of the design: a team's own counts are no secret of persons, but no team is
held up before the others). Whoever may open a team's page sees its name here too.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from collaborative import closing
from collaborative.models import Cohort, Role, Team
from collaborative.permissions import plans, roles_of
from core.charts.run_data import ChartWords
from core.charts.small import small_chart_svg
from core.charts.svg import Svg
from core.refusals import Refused
from improvement.chart_words import called
from improvement.charts import charts_beside
from improvement.measure_chart import MeasureChart
from improvement.models import Measure

# From so many teams on charts are shown to others; and never one unnamed team alone, whom everybody could tell.
LEAST: Final = 5
LEAST_UNNAMED: Final = 2


@dataclass(frozen=True)
class Small:
    """One team's chart among the others. ``name`` "" for a team that is not named; ``mine``: of a team of the reader."""

    svg: Svg
    finding: str
    name: str = ""
    url: str = ""
    mine: bool = False


@dataclass(frozen=True)
class Group:
    """The charts of one measure. ``teams``: how many have numbers; ``kept_back``: how many are not shown to this reader."""

    key: str
    name: str
    rhythm: str
    rules: str
    teams: int
    shown: tuple[Small, ...]
    kept_back: int = 0

    @property
    def too_few(self) -> bool:
        """Return whether nothing is published yet, because fewer than five teams have numbers."""
        return self.teams < LEAST


def groups_of(cohort: Cohort, reader: Any, now: dt.datetime | None = None) -> list[Group]:
    """Return what is shown to ``reader`` of the measures that teams of a cohort have in common. A fixed number of statements."""
    measures = list(_shared(cohort))
    open_to_reader = set(Team.objects.visible_to(reader).filter(cohort=cohort).values_list("pk", flat=True))
    charts = [chart for chart in charts_beside(cohort, measures, now=now) if not chart.is_empty]
    groups: dict[tuple[str, str], list[MeasureChart]] = {}
    for chart in charts:
        groups.setdefault((chart.measure.ready, chart.rhythm), []).append(chart)
    mine = {held.team_id for held in roles_of(reader) if held.team_id}
    return [_group(key, some, open_to_reader, mine, plans(reader, cohort)) for key, some in sorted(groups.items())]


def _shared(cohort: Cohort):
    """Return the measures that several teams may have: the one that fills itself, and those of the library."""
    rows = Measure.objects.filter(team__cohort=cohort, team__withdrawn_at=None).counted()
    return rows.filter(Q(fills_itself=True) | ~Q(ready="")).select_related("team__unit").with_rules()


def _group(
    key: tuple[str, str], charts: list[MeasureChart], open_to_reader: Collection[Any], mine: Collection[Any], all_named: bool
) -> Group:  # fmt: skip
    ready, rhythm = key
    enough = len(charts) >= LEAST or all_named
    named = [one for one in charts if one.team.pk in open_to_reader or (enough and one.measure.named_at)]
    others = [one for one in charts if one not in named]
    unnamed = others if enough and len(others) >= LEAST_UNNAMED else []
    top = max((value for one in charts for value in one.chart.values if value is not None), default=None)
    shown = [
        _small(one, number, top, named=one in named, mine=one.team.pk in mine, opens=one.team.pk in open_to_reader)
        for number, one in enumerate([*_by_name(named, mine), *_by_chance(unnamed)], start=1)
    ]
    first = charts[0]
    return Group(
        key=f"{ready or 'conversations'}-{rhythm}",
        name=first.measure.name if ready else _("Safety conversations a week"),
        rhythm=rhythm,
        rules=called(first.rules),
        teams=len(charts),
        shown=tuple(shown),
        kept_back=len(charts) - len(shown),
    )


def _small(chart: MeasureChart, number: int, top: Any, *, named: bool, mine: bool, opens: bool) -> Small:
    name = chart.team.name if named else ""
    words = name or _("A team of this cohort")
    # Neither its key nor its place in a list leads from an unnamed drawing to its team; what moved it stays with the team.
    data = dataclasses.replace(chart.data, words=ChartWords(words, chart.finding))
    svg = small_chart_svg(data, high=top, uid=f"beside-{chart.measure.ready}-{number}", number=chart.number)
    return Small(svg, chart.finding, name, chart.url if opens else "", mine)


def _by_name(charts: Iterable[MeasureChart], mine: Collection[Any]) -> list[MeasureChart]:
    return sorted(charts, key=lambda one: (one.team.pk not in mine, one.team.name))


def _by_chance(charts: Iterable[MeasureChart]) -> list[MeasureChart]:
    """Return unnamed charts in an order that is the same each time and says nothing."""
    return sorted(charts, key=lambda one: hashlib.sha256(f"beside {one.measure.pk}".encode()).digest())


# ---------------------------------------------------------------- a team's consent


def may_name(user: Any, team: Team) -> bool:
    """Return whether ``user`` may say that the team's name stands beside its charts: who leads it."""
    return any(held.role == Role.LEAD and held.team_id == team.pk for held in roles_of(user))


def named_by_leads(cohort: Cohort, user: Any) -> list[Measure]:
    """Return the shared measures of the teams that ``user`` leads here, in their order: beside each their name may stand."""
    led = {held.team_id for held in roles_of(user) if held.role == Role.LEAD}
    return list(_shared(cohort).filter(team__in=led)) if led else []


@transaction.atomic
def show_name(*, measure: Measure, shown: bool, by: Any) -> None:
    """Let the team's name stand beside this chart where others see it, or take it away. Saying it again changes nothing."""
    row = Measure.objects.select_for_update(of=("self",)).select_related("team__cohort").get(pk=measure.pk)
    closing.must_be_open(row.team.cohort)
    if not may_name(by, row.team):
        raise Refused(_("Whoever leads the team decides about its name."))
    if bool(row.named_at) is shown:
        return
    row.named_at, row.named_by = (timezone.now(), by) if shown else (None, None)
    row.save(update_fields=["named_at", "named_by"])
    verb = "measure.name_shown" if shown else "measure.name_taken_away"
    record(verb, row, by=by, cohort_id=row.team.cohort_id, team=row.team_id)

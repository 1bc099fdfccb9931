"""What a pause or quiet weeks keep from leaving: the messages that ask a team, or somebody by way of their teams, for something.

Each room says which of its kinds those are and how they find the days of peace. The sender asks just before a message leaves
(``core.registry.left_in_peace``), and the outbox asks about its hour: so the two never differ, nor does the reason that is given.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from collaborative.models import Cohort, Team
from collaborative.resting import Rest, in_words, rest_on, rests_everywhere, rests_of
from core.time import wall_in
from notifications.models import MessageQuerySet, PlannedMessage

# Given a team's days of peace, a message and the day on which it would leave: what keeps it, or None.
Keeps = Callable[[Sequence[Rest], PlannedMessage, dt.date], Rest | None]
_of_team: dict[str, Keeps] = {}
_of_reader: dict[str, Callable[[], QuerySet]] = {}


def _that_day(rests: Sequence[Rest], _row: PlannedMessage, on: dt.date) -> Rest | None:
    return rest_on(rests, on)


def keeps_of_team(kind: str, keeps: Keeps = _that_day) -> None:
    """Let messages of this kind, which are about a team, not leave while that is left in peace."""
    _of_team[kind] = keeps


def keeps_of_reader(kind: str, roles: Callable[[], QuerySet]) -> None:
    """Let messages of this kind not leave while all teams of their reader are left in peace.

    ``roles``: the roles by which somebody's teams are found.
    """
    _of_reader[kind] = roles


def kept(rows: Iterable[PlannedMessage], at: dt.datetime | None = None) -> dict[Any, Rest]:
    """Return by key what keeps these messages of cohorts from leaving at their hour (or at ``at``); the others are left out.

    One statement for the teams, one for each kind that asks people; none for kinds that no rest stops.
    """
    asked = [row for row in rows if row.kind in _of_team or row.kind in _of_reader]
    if not asked:
        return {}
    teams = Team.objects.with_rests().filter(cohort__in={row.scope_id for row in asked}, withdrawn_at=None)
    return _kept_of(list(teams.select_related("cohort")), asked, at)


def kept_in(cohort: Cohort, waiting: MessageQuerySet, teams: Iterable[Team] | None = None) -> dict[Any, Rest]:
    """Return by key what keeps messages of ``cohort`` that wait from leaving at their hour. No statement more where no team rests.

    ``teams``: those of the cohort that have not withdrawn, with their rests, where somebody has them.
    """
    today = wall_in(timezone.now(), cohort.time_zone).date()
    found = list(Team.objects.with_rests().filter(cohort=cohort, withdrawn_at=None) if teams is None else teams)
    if not any(rest.last >= today for team in found for rest in rests_of(team)):
        return {}
    for team in found:
        team.cohort = cohort
    fields = ("kind", "source_id", "scope_id", "recipient_id", "occurrence", "sent_at", "due_at", "next_attempt_at")
    return _kept_of(found, list(waiting.filter(kind__in=[*_of_team, *_of_reader]).only(*fields)), None)


def _kept_of(teams: list[Team], asked: list[PlannedMessage], at: dt.datetime | None) -> dict[Any, Rest]:
    rests = {team.pk: rests_of(team) for team in teams}
    if not any(rests.values()):
        return {}
    by_key = {str(key): some for key, some in rests.items()}
    zones = {str(team.cohort_id): team.cohort.time_zone for team in teams}
    held = _teams_of_readers(asked, set(rests))
    found = {}
    for row in asked:
        if row.scope_id in zones:
            on = wall_in(at or row.hour, zones[row.scope_id]).date()
            if (rest := _rest_of(row, on, rests, by_key, held)) is not None:
                found[row.pk] = rest
    return found


def _rest_of(
    row: PlannedMessage,
    on: dt.date,
    rests: Mapping[Any, list[Rest]],
    by_key: Mapping[str, list[Rest]],
    held: Mapping[Any, set],
) -> Rest | None:
    if row.kind in _of_team:
        return _of_team[row.kind](by_key.get(row.source_id, []), row, on)
    theirs = [rests[key] for key in held.get((row.kind, row.scope_id, row.recipient_id), ())]
    if not rests_everywhere(theirs, on):
        return None
    # Of several teams the one that comes back first is why.
    return min((one for days in theirs if (one := rest_on(days, on))), key=lambda one: one.last)


def _teams_of_readers(rows: Collection[PlannedMessage], teams: set[Any]) -> dict[Any, set]:
    """Return by (kind, cohort, person) the teams through which messages to readers are kept; a statement for each such kind."""
    found: dict[Any, set] = {}
    for kind in sorted({row.kind for row in rows} & set(_of_reader)):
        people = {row.recipient_id for row in rows if row.kind == kind and row.recipient_id}
        asked = _of_reader[kind]().filter(user__in=people, team__in=teams)
        for user, team, cohort in asked.values_list("user", "team", "team__cohort"):
            found.setdefault((kind, str(cohort), user), set()).add(team)
    return found


def left_in_peace(rows: Collection[PlannedMessage], at: dt.datetime | None = None) -> dict[Any, str]:
    """Return by key why these messages do not leave at ``at`` (default: at their hour), in words: "paused until 5 December"."""
    return {key: in_words(rest) for key, rest in kept(rows, at).items()}

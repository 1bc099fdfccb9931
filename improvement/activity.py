"""What teams did lately, and what is waiting for them: read by the coach's brief and by Today.

A fixed number of statements for any number of teams.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collaborative.models import Team
from core.time import day
from improvement.charts import Week, lang, spoken_number, week_of
from improvement.models import DataPoint, Measure, SafetyConversation, TriedChange, TryState
from improvement.weeks import WEEK, by_week, day_at, monday_of


@dataclass(frozen=True)
class Activity:
    """One thing that happened in a team: its words in the reader's language, when, and where to look."""

    team_id: uuid.UUID
    kind: str  # "conversations", "number", "try"
    at: dt.datetime
    text: str
    url: str
    count: int = 1


def since(team_ids: Iterable[uuid.UUID], moment: dt.datetime) -> list[Activity]:
    """Return what happened in these teams after ``moment``, the newest first: conversations, numbers, tries.

    The caller has found the teams through ``visible_to``. Nobody is named and no sentence is shown.
    """
    teams = list(team_ids)
    rows = [*_conversations(teams, moment), *_numbers(teams, moment), *_tries(teams, moment)]
    return sorted(rows, key=lambda row: row.at, reverse=True)


def _conversations(teams, moment) -> Iterable[Activity]:
    found = (
        SafetyConversation.objects.filter(team__in=teams, at__gt=moment)
        .standing()
        .order_by()
        .values_list("team_id")
        .annotate(Count("pk"), Max("at"))
    )
    for team_id, count, at in found:
        text = ngettext("%(count)d conversation logged", "%(count)d conversations logged", count) % {"count": count}
        yield Activity(team_id, "conversations", at, text, reverse("team_conversations", args=[team_id]), count)


def _numbers(teams, moment) -> Iterable[Activity]:
    for point in DataPoint.objects.filter(measure__team__in=teams, at__gt=moment).select_related("measure"):
        measure = point.measure
        values = {
            "measure": measure.name,
            "number": spoken_number(point.value, measure.kind) or point.get_missing_reason_display(),
            "day": day(point.period_start, lang(), weekday=False),
        }
        text = _("%(measure)s: %(number)s for the week of %(day)s") % values
        yield Activity(measure.team_id, "number", point.at, text, reverse("numbers", args=[measure.team_id]))


def _tries(teams, moment) -> Iterable[Activity]:
    words: dict[str, str] = {
        TryState.PLAN: _("Planned: %(what)s"),
        TryState.DOING: _("Trying: %(what)s"),
        TryState.LEARNED: _("Learned from: %(what)s"),
        TryState.NEXT: _("Decided: %(what)s"),
    }
    for tried in TriedChange.objects.filter(team__in=teams, changed_at__gt=moment):
        text = words[tried.state] % {"what": str(tried)}
        yield Activity(tried.team_id, "try", tried.changed_at, text, reverse("try", args=[tried.team_id, tried.pk]))


# ---------------------------------------------------------------- Today


@dataclass(frozen=True)
class NumberDue:
    """The number of the week that has just ended, asked with what the log offers."""

    team: Team
    measure: Measure
    week: Week
    minutes: int = 1

    @property
    def question(self) -> str:
        if self.measure.fills_itself:
            return _("How many conversations last week?")
        return _("%(measure)s: how was last week?") % {"measure": self.measure.name}

    @property
    def detail(self) -> str:
        """Return what we know already: the log's count, and between which days."""
        days = {
            "first": _day_in(self.week.monday, self.week.sunday),
            "last": day(self.week.sunday, lang(), weekday=False),
        }
        if self.week.value is None:
            return _("From %(first)s to %(last)s.") % days
        count = int(self.week.value)
        return ngettext(
            "Your unit logged %(count)d from %(first)s to %(last)s. Right? Then just save.",
            "Your unit logged %(count)d from %(first)s to %(last)s. Right? Then just save.",
            count,
        ) % {"count": count, **days}

    @property
    def label(self) -> str:
        return self.measure.unit[:1].upper() + self.measure.unit[1:] if self.measure.unit else _("Number")

    @property
    def period(self) -> str:
        return self.week.monday.isoformat()

    @property
    def value(self) -> str:
        return spoken_number(self.week.value)

    @property
    def url(self) -> str:
        """Return where the form posts to: fields ``period``, ``value``, ``seen`` (empty) and ``next``."""
        return reverse("number", args=[self.team.pk, self.measure.pk])


def today_cards(user, teams: Iterable[Team], now: dt.datetime | None = None) -> list[NumberDue]:
    """Return the numbers of last week that these teams of ``user`` still owe, the most natural first; Today shows one.

    ``teams`` are those that ``user`` belongs to, with ``unit`` and ``cohort`` at hand.
    """
    now = now or timezone.now()
    this_week = {team.pk: monday_of(day_at(now, team)) for team in teams}
    running = {team.pk: team for team in teams if _is_running(team, this_week[team.pk])}
    if not running:
        return []
    weeks = {monday - WEEK for monday in this_week.values()}
    first, last = min(weeks), max(weeks) + WEEK
    said = set(
        DataPoint.objects.filter(measure__team__in=running, period_start__in=weeks).values_list(
            "measure_id", "period_start"
        )
    )
    days: dict[uuid.UUID, list] = {}
    for team_id, on, count in SafetyConversation.objects.filter(
        team__in=running, on__gte=first, on__lt=last
    ).counts_by_day():
        days.setdefault(team_id, []).append((on, count))
    due = []
    for measure in Measure.objects.filter(team__in=running):
        team, monday = running[measure.team_id], this_week[measure.team_id] - WEEK
        if (measure.pk, monday) in said:
            continue
        logged = by_week(days.get(team.pk, [])).get(monday, 0) if measure.fills_itself else None
        due.append(NumberDue(team, measure, week_of(monday, None, logged, this_week[team.pk])))
    return sorted(due, key=lambda card: (not card.measure.fills_itself, card.measure.ordinal, card.team.name))


def _is_running(team: Team, this_week: dt.date) -> bool:
    """Is there a last week to ask about: one in which the series ran already, and runs still?"""
    return team.cohort.closed_at is None and team.cohort.first_day <= this_week - dt.timedelta(days=1)


def _day_in(first: dt.date, last: dt.date) -> str:
    """Return the first day of a stretch; its month only where it differs from the last day's."""
    if first.month == last.month:
        return "1er" if lang() == "fr" and first.day == 1 else str(first.day)
    return day(first, lang(), weekday=False)

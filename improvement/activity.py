"""What teams did lately, and what is waiting for them: read by the coach's brief and by Today.

A fixed number of statements for any number of teams.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, Count, F, Max, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, JSONObject
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collaborative.models import NotThisWeek, Team
from collaborative.resting import mostly, rest_on, rests_of
from core.language import language
from core.quotes import inside
from core.time import day, day_of_month, wall_in
from improvement import periods
from improvement.axis import Place, place_of, spoken_number
from improvement.models import DataPoint, Measure, Missing, SafetyConversation, TriedChange, TryState
from improvement.numbers_due import SOURCE
from improvement.periods import Rhythm
from improvement.weeks import WEEK, by_week, day_at, monday_of


@dataclass(frozen=True)
class Activity:
    """One thing that happened in a team: its words in the reader's language, when, and where to look."""

    team_id: uuid.UUID
    kind: str  # "conversations", "number", "try", or one of the room that asks
    at: dt.datetime
    text: str
    url: str
    count: int = 1


@dataclass(frozen=True)
class Kind:
    """A kind of thing that happens in teams: its rows after a moment (made by ``happened``), and how one of them is told.

    ``tell`` makes a row's words and where to look from the team's key and the row's facts.
    """

    rows: Callable[[list[uuid.UUID], dt.datetime], QuerySet]
    tell: Callable[[uuid.UUID, dict[str, Any]], tuple[str, str]]


# More than anybody reads at once.
MOST = 500


def happened(rows: QuerySet, what: str, *, team: str, at: Any, **facts: Any) -> QuerySet:
    """Return ``rows`` in the one shape of things that happen: what, in which team, when, and the facts to tell it by.

    With an aggregate among them, one row for all that is alike in the rest.
    """
    shaped = rows.order_by().values(of=F(team))
    shaped = shaped.annotate(what=Value(what, CharField()), moment=at, facts=JSONObject(**facts))
    return shaped.values_list("what", "of", "moment", "facts")


def since(
    team_ids: Iterable[uuid.UUID], moment: dt.datetime, *, also: Mapping[str, Kind] | None = None
) -> list[Activity]:
    """Return what happened in these teams after ``moment``, the newest first, in one statement for all kinds.

    Conversations, numbers, tries, and what the asking room adds (``also``). The caller has found the teams through
    ``visible_to``. Nobody is named and no sentence is shown.
    """
    teams, kinds = list(team_ids), {**KINDS, **(also or {})}
    first, *others = [kind.rows(teams, moment) for kind in kinds.values()]
    found = first.union(*others, all=True).order_by("-moment")[:MOST]
    return [
        Activity(of, what, at, *kinds[what].tell(of, facts), count=facts.get("count", 1))
        for what, of, at, facts in found
    ]


def _conversations(teams, moment) -> QuerySet:
    rows = SafetyConversation.objects.filter(team__in=teams, at__gt=moment).standing()
    return happened(rows, "conversations", team="team_id", at=Max("at"), count=Count("pk"))


def _tell_conversations(team_id, facts) -> tuple[str, str]:
    count = facts["count"]
    text = ngettext("%(count)d conversation logged", "%(count)d conversations logged", count) % {"count": count}
    return text, reverse("team_conversations", args=[team_id])


def _numbers(teams, moment) -> QuerySet:
    return happened(
        DataPoint.objects.filter(measure__team__in=teams, at__gt=moment),
        "number",
        team="measure__team_id",
        at=F("at"),
        name_en=F("measure__name_en"),
        name_fr=F("measure__name_fr"),
        kind=F("measure__kind"),
        # As text: a number of JSON would lose its decimals.
        value=Cast("value", CharField()),
        missing=F("missing_reason"),
        week=F("period_start"),
    )


def _tell_number(team_id, facts) -> tuple[str, str]:
    number = spoken_number(facts["value"], facts["kind"]) if facts["value"] else str(Missing(facts["missing"]).label)
    text = _("%(measure)s: %(number)s for the week of %(day)s") % {
        "measure": Measure(name_en=facts["name_en"], name_fr=facts["name_fr"]).name,
        "number": number,
        "day": day(dt.date.fromisoformat(facts["week"]), language(), weekday=False),
    }
    return text, reverse("numbers", args=[team_id])


def _tries(teams, moment) -> QuerySet:
    rows = TriedChange.objects.filter(team__in=teams, changed_at__gt=moment)
    named = {name: F(name) for name in ("id", "title", "state", "hidden_why")}
    return happened(rows, "try", team="team_id", at=F("changed_at"), **named)


def _tell_try(team_id, facts) -> tuple[str, str]:
    words: dict[str, str] = {
        TryState.PLAN: _("Planned: %(what)s"),
        TryState.DOING: _("Trying: %(what)s"),
        TryState.LEARNED: _("Learned from: %(what)s"),
        TryState.NEXT: _("Decided: %(what)s"),
    }
    return words[facts["state"]] % {"what": str(TriedChange(**facts))}, reverse("try", args=[team_id, facts["id"]])


KINDS = {
    "conversations": Kind(_conversations, _tell_conversations),
    "number": Kind(_numbers, _tell_number),
    "try": Kind(_tries, _tell_try),
}


# ---------------------------------------------------------------- Today


@dataclass(frozen=True)
class NumberDue:
    """The number of the week or the month that has just ended, asked with what the log offers."""

    team: Team
    measure: Measure
    week: Place

    @property
    def question(self) -> str:
        if self.measure.fills_itself:
            return _("How many conversations last week?")
        if self.week.rhythm == Rhythm.MONTHLY:
            return _("%(measure)s: how was last month?") % {"measure": self.measure.name}
        return _("%(measure)s: how was last week?") % {"measure": self.measure.name}

    @property
    def detail(self) -> str:
        """Return what we know already: the log's count, and between which days."""
        days = {
            "first": _day_in(self.week.start, self.week.last),
            "last": day(self.week.last, language(), weekday=False),
        }
        if self.week.value is None and self.measure.fills_itself:
            return _("Nothing was logged from %(first)s to %(last)s. If there was none, type 0.") % days
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
        return self.week.start.isoformat()

    @property
    def value(self) -> str:
        return spoken_number(self.week.value)

    @property
    def url(self) -> str:
        """Return where the form posts to: fields ``period``, ``value``, ``seen`` (empty) and ``next``."""
        return reverse("number", args=[self.team.pk, self.measure.pk])


def today_cards(user, teams: Iterable[Team], now: dt.datetime | None = None) -> list[NumberDue]:
    """Return the numbers of last week and last month that these teams of ``user`` still owe, the most natural first; Today shows one.

    ``teams`` are those that ``user`` belongs to, with ``unit``, ``cohort`` and their rests at hand. A team that is left
    in peace owes nothing, and what ``user`` has put off is not asked.
    """
    now = now or timezone.now()
    this_week = {team.pk: monday_of(day_at(now, team)) for team in teams}
    running = {team.pk: team for team in teams if _is_running(team, this_week[team.pk]) and not _is_left(team, now)}
    if not running:
        return []
    weeks = {monday - WEEK for monday in this_week.values()}
    first, last = min(weeks), max(weeks) + WEEK
    today = {key: day_at(now, team) for key, team in running.items()}
    asked = {*weeks, *(_last_one(rhythm, on) for rhythm in Rhythm for on in today.values())}
    said = set(
        DataPoint.objects.filter(measure__team__in=running, period_start__in=asked).values_list(
            "measure_id", "period_start"
        )
    )
    days: dict[uuid.UUID, list] = {}
    logged = SafetyConversation.objects.filter(team__in=running, on__gte=first, on__lt=last)
    for team_id, on, count in logged.counts_by_day():
        days.setdefault(team_id, []).append((on, count))
    due = []
    later = NotThisWeek.objects.filter(person=user, task=SOURCE, about=OuterRef("team"), week__in=weeks)
    measures = Measure.objects.filter(team__in=running).counted().annotate(put_off=ArraySubquery(later.values("week")))
    for measure in measures:
        team, monday, rhythm = running[measure.team_id], this_week[measure.team_id] - WEEK, measure.frequency
        start = _last_one(rhythm, today[team.pk])
        counted = by_week(days.get(team.pk, [])).get(start, 0) if measure.fills_itself else 0
        there = counted or not _joined_after(team, rhythm, start)
        if monday in measure.put_off or (measure.pk, start) in said or not there:
            continue
        so_far = counted if measure.fills_itself else None
        due.append(NumberDue(team, measure, place_of(start, None, so_far, dt.date.max, rhythm=rhythm)))
    return sorted(due, key=lambda card: (not card.measure.fills_itself, card.measure.ordinal, card.team.name))


def _is_running(team: Team, this_week: dt.date) -> bool:
    """Is there a last week to ask about: one in which the series ran already, and runs still?"""
    return team.cohort.closed_at is None and team.cohort.first_day <= this_week - dt.timedelta(days=1)


def _is_left(team: Team, now: dt.datetime) -> bool:
    """Is the team left in peace today, or was it for most of last week?"""
    found = rests_of(team)
    today = wall_in(now, team.cohort.time_zone).date()
    return rest_on(found, today) is not None or mostly(found, monday_of(today) - WEEK)


def _last_one(rhythm: str, today: dt.date) -> dt.date:
    """Return the first day of the last period that is over."""
    return periods.preceding(rhythm, periods.start_of(rhythm, today))


def _joined_after(team: Team, rhythm: str, start: dt.date) -> bool:
    """Was the team enrolled only when this period was over? Then nobody was there to count."""
    return day_at(team.created_at, team) > periods.last_day(rhythm, start)


def _day_in(first: dt.date, last: dt.date) -> str:
    """Return the first day of a stretch; its month only where it differs from the last day's."""
    if first.month == last.month:
        return day_of_month(first, language())
    return day(first, language(), weekday=False)


# ---------------------------------------------------------------- after a break


def pick_up(team: Team, reader: Any) -> list[str]:
    """Return in words what a team that comes back was trying."""
    rows = TriedChange.objects.filter(team=team, state__in=[TryState.PLAN, TryState.DOING], hidden_at=None)
    titles = rows.exclude(title="").order_by("-changed_at").values_list("title", flat=True)[:2]
    return [_("You were trying: “%(what)s”.") % {"what": inside(title)} for title in titles]

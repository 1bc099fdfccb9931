"""The numbers that a team owes for a week, and the one mail that asks for them.

In an action period, on Friday afternoon on the cohort's clock, whoever leads the team is asked for all of its numbers at
once. What is written into the diary is only the coming week, by a sweep that may run as often as it likes; whether somebody
is to be asked at all is asked again when the mail leaves. So a pause, a quiet week, another lead, a number that has come in
or a closed cohort need no work of their own. Afterwards nobody is reminded by mail: Today asks.

A team that has said nothing three times in a row is asked once in eight weeks until it does: a mail each week that nobody
answers helps nobody. That is why these mails stand beside the thirty that people were promised (``desk.series.load``): they
come each week only to a team that answers them.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.core.cache import cache
from django.db import transaction
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from collaborative import not_this_week
from collaborative.line import phases_of, today_in
from collaborative.models import (
    MOMENT_KINDS,
    TEAM_ROLES,
    Cohort,
    Membership,
    NotThisWeek,
    Phase,
    PhaseKind,
    Role,
    Team,
)
from collaborative.permissions import belongs
from collaborative.resting import Rest, mostly, rest_on, rests_of
from core.language import language
from core.registry import Followed, Foreseen
from core.time import day, forward_utc, wall_in
from improvement import periods
from improvement.axis import month_and_year, spoken_number
from improvement.models import DataPoint, Measure, Missing, SafetyConversation
from improvement.periods import Rhythm
from improvement.services import period_is_possible
from improvement.signals import number_said
from improvement.weeks import WEEK, between, by_week, day_at, monday_of, zone_of
from notifications import services as notifications
from notifications import states
from notifications.models import PlannedMessage
from notifications.services import Wanted

KIND: Final = "improvement/number-due"
# What the messages about a team's week are about: the team; the occurrence names the Monday.
SOURCE: Final = "improvement.numbers"
# Friday, when most of the week is known, and somebody still has time to look.
WEEKDAY, HOUR = 4, dt.time(14, 0)
AHEAD: Final = dt.timedelta(days=7)
# What is asked for lies at most so far back; a mail about an older week has nothing to say any more.
# Three weeks that were asked about in vain are remembered so long, though between each of them and the next lie eight weeks
# and a session or a break.
_RECENT: Final = dt.timedelta(weeks=30)
# So often in a row a team is asked in vain; then again when it was left alone for so long.
_IN_VAIN: Final = 3
_THEN_EVERY: Final = dt.timedelta(weeks=8)
_EVERY_SECONDS: Final = 1800


@dataclasses.dataclass(frozen=True)
class Owed:
    """A measure without a number for a week, or for the month that is over then (``start`` is its first day).

    ``counted``: what the log says so far, None where none stands behind it.
    """

    measure: Measure
    counted: int | None
    start: dt.date | None = None

    @property
    def name(self) -> str:
        """Return what is asked for; of a month, with its name."""
        return named(self.measure, self.start)

    @property
    def offered(self) -> int | None:
        """Return the log's count, where there is one to agree with: silence is not a zero until somebody says so."""
        return self.counted or None


@dataclasses.dataclass(frozen=True)
class Season:
    """When the numbers of a cohort are asked for: in its action periods, but for the week of a session.

    That week has the session's own mails; Today asks for its number on the Monday after. A cohort without action periods is
    asked from its first day to its last.
    """

    stretches: tuple[tuple[dt.date, dt.date], ...]
    moments: tuple[dt.date, ...]

    @classmethod
    def of(cls, phases: Iterable[tuple[str, dt.date, dt.date]]) -> Season:
        """Return that of a cohort with these phases: kind, first and last day of each."""
        known = list(phases)
        action = tuple((first, last) for kind, first, last in known if kind == PhaseKind.ACTION)
        whole = tuple((first, last) for _kind, first, last in known)
        moments = tuple(first for kind, first, _last in known if kind in MOMENT_KINDS)
        if not action and whole:
            action = ((min(first for first, _last in whole), max(last for _first, last in whole)),)
        return cls(action, moments)

    def asks_in(self, monday: dt.date) -> bool:
        """Return whether the week of this Monday is one of those that are asked about."""
        friday = monday + dt.timedelta(days=WEEKDAY)
        return any(first <= friday <= last for first, last in self.stretches) and not any(
            monday <= one < monday + WEEK for one in self.moments
        )


def due_at(cohort: Cohort, monday: dt.date) -> dt.datetime:
    """Return when the numbers of the week of this Monday are asked for, on the cohort's clock."""
    return forward_utc(dt.datetime.combine(monday + dt.timedelta(days=WEEKDAY), HOUR), cohort.time_zone)


def over_at(team: Team, monday: dt.date) -> dt.datetime:
    """Return when the week is over on the wall of the team's unit: "this week" is another one then."""
    return forward_utc(dt.datetime.combine(monday + WEEK, dt.time()), zone_of(team))


def is_asked(team: Team, monday: dt.date) -> bool:
    """Is ``team`` (as ``_known`` brings it) asked for its numbers of this week? Not while it is left in peace.

    A team that came in on the very day of the mail has nothing to tell yet.
    """
    friday = monday + dt.timedelta(days=WEEKDAY)
    return (
        team.cohort.closed_at is None
        and team.withdrawn_at is None
        and season_of(team).asks_in(monday)
        and day_at(team.created_at, team) < friday
        and _rest_of_week(rests_of(team), monday) is None
    )


def _rest_of_week(rests: Sequence[Rest], monday: dt.date) -> Rest | None:
    """Return what a team rests in on the Friday of this week, or for more than half of it; None where it is at work."""
    days = [monday + dt.timedelta(days=n) for n in range(7)]
    if (rest := rest_on(rests, days[WEEKDAY])) is not None or not mostly(rests, monday):
        return rest
    return next(rest for on in reversed(days) if (rest := rest_on(rests, on)) is not None)


def keeps(rests: Sequence[Rest], row: PlannedMessage, on: dt.date) -> Rest | None:
    """Return what keeps the mail about a week from leaving on this day: a break in that week, or one that began after its hour."""
    return _rest_of_week(rests, _monday_in(row.occurrence)) or rest_on(rests, on)


# ---------------------------------------------------------------- planning


def sweep(now: dt.datetime | None = None) -> None:
    """At every tick, twice an hour: write down what is asked for in the coming days."""
    if cache.add("improvement.numbers-due", 1, timeout=_EVERY_SECONDS):
        plan_coming(now)


@transaction.atomic
def plan_coming(now: dt.datetime | None = None) -> int:
    """Promise the mails of the coming days that are not promised yet; return how many. The same few statements always."""
    now = now or timezone.now()
    return notifications.plan_each((_source(team), 0, one) for team, one in _wanted(_at_work(), now))


def _source(team: Team) -> Any:
    return SOURCE, str(team.pk)


def _at_work():
    return _known(Team.objects.told().filter(withdrawn_at=None, cohort__closed_at=None))


def _known(rows):
    """Return the teams with all that is asked about them here: their rests, and the phases of their cohort."""
    span = JSONObject(kind="kind", first="starts_on", last="ends_on")
    phases = Phase.objects.filter(cohort=OuterRef("cohort")).order_by("ordinal")
    rows = rows.annotate(phases_found=ArraySubquery(phases.values(json=span)))
    return rows.select_related("unit__organisation", "cohort__programme").with_rests()


def season_of(team: Any) -> Season:
    """Return the season of a team that came with ``_known``."""
    read = dt.date.fromisoformat
    return Season.of((one["kind"], read(one["first"]), read(one["last"])) for one in team.phases_found)


def _wanted(teams: Iterable[Team], now: dt.datetime) -> list[tuple[Team, Wanted]]:
    """Return what should wait: for each team that is asked in the coming days, a mail to each who leads it."""
    asked = [(team, monday) for team in teams for monday in _weeks(team, now)]
    leads: dict[Any, list] = {}
    rows = Membership.objects.current().filter(team__in={team.pk for team, _monday in asked}, role=Role.LEAD)
    for row in rows.select_related("user").order_by("since", "pk") if asked else ():
        leads.setdefault(row.team_id, []).append(row.user)
    return [
        (team, _mail(team, monday, person))
        for team, monday in asked
        for person in leads.get(team.pk, ())
    ]  # fmt: skip


def _weeks(team: Team, now: dt.datetime) -> list[dt.date]:
    """Return the Mondays of the weeks of which ``team`` is asked in the coming days, or may be still."""
    this = monday_of(today_in(team.cohort, now))
    near = [one for one in (this, this + WEEK) if due_at(team.cohort, one) <= now + AHEAD and over_at(team, one) > now]
    return [one for one in near if is_asked(team, one)]


def _mail(team: Team, monday: dt.date, person) -> Wanted:
    return Wanted(
        kind=KIND,
        to=person,
        due=due_at(team.cohort, monday),
        occurrence=monday.isoformat(),
        not_after=over_at(team, monday),
        scope=team.cohort,
    )


def work_out_again() -> list[Followed]:
    """Work out again when the mails that wait leave; return those for which that is another moment by the rules of today."""
    waits = PlannedMessage.objects.filter(
        kind=KIND, source_type=SOURCE, state__in=(*states.WAITING, states.HELD), due_at__gt=timezone.now()
    )
    found = set(waits.values_list("source_id", "occurrence", "due_at"))
    teams = Team.objects.select_related("cohort").in_bulk({uuid.UUID(key) for key, _occurrence, _due in found})
    changed = []
    for key, occurrence, before in sorted(found):
        team = teams.get(uuid.UUID(key))
        after = due_at(team.cohort, _monday_in(occurrence)) if team else before
        if team and after != before:
            notifications.retime_each([_source(team)], before=before, after=after)
            changed.append(Followed(f"numbers of {team.name}", before, after))
    return changed


def _monday_in(occurrence: str) -> dt.date:
    return dt.date.fromisoformat(occurrence.partition("~")[0])


@receiver(number_said, dispatch_uid="improvement.numbers_due")
def settle(sender, team: Team, week: dt.date, **kwargs) -> None:
    """A number has come in or was taken back: what waits is what is still to be asked for, at once and not at the sweep.

    Only where a mail about this week was promised; a Friday that is over is not looked at again.
    """
    promised = PlannedMessage.objects.filter(
        kind=KIND, source_type=SOURCE, source_id=str(team.pk), occurrence__startswith=week.isoformat()
    )
    now = timezone.now()
    if over_at(team, week) <= now or not promised.exists():
        return
    wanted = []
    for one, mail in _wanted(_at_work().filter(pk=team.pk), now):
        if owed_by(one, dt.date.fromisoformat(mail.occurrence)):
            wanted.append(mail)
    notifications.replan(_source(team), wanted, version=0, kinds_planned=[KIND])


# ---------------------------------------------------------------- what is owed


def owed_by(team: Team, monday: dt.date) -> list[Owed]:
    """Return the measures of ``team`` without a number for this week, in their order. Three statements."""
    return owed_by_each([team], monday)[team.pk].get(monday, [])


def owed_by_each(teams: Collection[Team], since: dt.date) -> dict[uuid.UUID, dict[dt.date, list[Owed]]]:
    """Return what teams owe, by team and by the Monday of the weeks from ``since`` to the present one. Three statements."""
    found = _asked_of_each(teams, since)
    return {
        key: {monday: [one for one, said in asked if not said] for monday, asked in weeks.items()}
        for key, weeks in found.items()
    }


def _asked_of_each(teams: Collection[Team], since: dt.date) -> dict[uuid.UUID, dict[dt.date, list[tuple[Owed, bool]]]]:
    """Return what teams are asked for, by team and by Monday, each with whether it has been said."""
    keys = [team.pk for team in teams]
    measures: dict[Any, list[Measure]] = {key: [] for key in keys}
    for measure in Measure.objects.filter(team__in=keys).counted():
        measures[measure.team_id].append(measure)
    first = periods.preceding(Rhythm.MONTHLY, since)  # a month that is over is asked for in the week after it
    said = set(
        DataPoint.objects.filter(measure__team__in=keys, period_start__gte=first).values_list("measure", "period_start")
    )
    days: dict[Any, list] = {}
    for key, on, count in SafetyConversation.objects.filter(team__in=keys, on__gte=since).counts_by_day():
        days.setdefault(key, []).append((on, count))
    now, found = timezone.now(), {}
    for team in teams:
        counted = by_week(days.get(team.pk, []))
        # A week ahead is owed whole: so a mail that waits for it can be looked at.
        mondays = [since + n * WEEK for n in range((monday_of(day_at(now, team)) - since).days // 7 + 2)]
        mine = sorted(measures[team.pk], key=lambda one: (not one.fills_itself, one.ordinal))
        found[team.pk] = {
            monday: [
                (Owed(one, counted.get(monday, 0) if one.fills_itself else None, start), (one.pk, start) in said)
                for one in mine
                if (start := periods.asked_in(one.frequency, monday)) is not None and _is_over_for(team, one, start)
            ]
            for monday in mondays
        }
    return found


def _is_over_for(team: Team, measure: Measure, start: dt.date) -> bool:
    """Return whether the team was there in this month; of a week the present one is asked for as well."""
    return measure.frequency == Rhythm.WEEKLY or day_at(team.created_at, team) <= periods.last_day(
        measure.frequency, start
    )


# ---------------------------------------------------------------- asked when a mail leaves


@dataclasses.dataclass
class Asking:
    """A team with what its mails need to know: what it owes by week, of which weeks it has told something, who has put which
    week off, and when it was asked."""

    team: Team
    owed: dict[dt.date, list[Owed]]
    told: set[dt.date]
    put_off: set[tuple[Any, dt.date]]
    asked: set[dt.date]

    def asks(self, person, monday: dt.date) -> list[Owed]:
        """Return what ``person`` is asked for of this week now; [] where there is nothing to ask, or no time to do so."""
        if not is_asked(self.team, monday):
            return []
        if self.says_nothing_before(monday) and monday - self._asked_before(monday)[0] < _THEN_EVERY:
            return []
        return [] if (person.pk, monday) in self.put_off else self.owed.get(monday, [])

    def put_off_by(self, person, monday: dt.date) -> NotThisWeek | None:
        """Return what ``person`` said when they put this week off, None where they did not."""
        if (person.pk, monday) not in self.put_off:
            return None
        return NotThisWeek.objects.filter(person=person, task=SOURCE, about=self.team.pk, week=monday).first()

    def said_by(self, person, monday: dt.date, *, only: Collection[Any] | None = None) -> list[DataPoint]:
        """Return the numbers of this week that ``person`` has said, in their order; ``only`` those of measures with these keys."""
        points = DataPoint.objects.filter(measure__team=self.team, by=person).asked_in(monday)
        points = points if only is None else points.filter(measure__in=only)
        return list(points.select_related("measure").order_by("measure__ordinal", "measure__created_at"))

    def says_nothing_before(self, monday: dt.date) -> bool:
        """Return whether the team was asked three times before this week, and has not said one number of any week since."""
        before = self._asked_before(monday)
        if len(before) < _IN_VAIN:
            return False
        return not any(before[_IN_VAIN - 1] <= week < monday for week in self.told)

    def _asked_before(self, monday: dt.date) -> list[dt.date]:
        """Return the weeks before this one of which the team was asked, the last one first."""
        return sorted((week for week in self.asked if week < monday and week in self.owed), reverse=True)


def asking(keys: Collection[str]) -> dict[str, Asking]:
    """Return the teams of these keys with what their mails need to know. Six statements, however many teams."""
    teams = list(_known(Team.objects.filter(pk__in=keys, withdrawn_at=None)))
    if not teams:
        return {}
    every = _asked_of_each(teams, monday_of(timezone.now().date()) - _RECENT)
    later: dict[Any, set] = {}
    for person, about, week in not_this_week.put_off_each(SOURCE, [team.pk for team in teams]):
        later.setdefault(about, set()).add((person, week))
    asked = _asked([str(team.pk) for team in teams])
    return {
        str(one.pk): _asking(one, every[one.pk], later.get(one.pk, set()), asked.get(str(one.pk), set()))
        for one in teams
    }


def _asking(team: Team, weeks: dict[dt.date, list[tuple[Owed, bool]]], later: set, asked: set[dt.date]) -> Asking:
    owed = {monday: [one for one, said in some if not said] for monday, some in weeks.items()}
    told = {monday for monday, some in weeks.items() if any(said for _one, said in some)}
    return Asking(team, owed, told, later, asked)


def _asked(keys: Collection[str]) -> dict[str, set[dt.date]]:
    """Return about which weeks these teams were asked by mail, as Mondays."""
    found: dict[str, set[dt.date]] = {}
    rows = PlannedMessage.objects.filter(kind=KIND, source_type=SOURCE, source_id__in=keys, state=states.SENT)
    for key, occurrence in rows.values_list("source_id", "occurrence"):
        found.setdefault(key, set()).add(_monday_in(occurrence))
    return found


def may_be_asked(asked: Collection[tuple[Any, str]]) -> set[tuple[Any, str]]:
    """Return those of the pairs (person, team's key), as two keys, who belong to the team now."""
    keys = {key for _user, key in asked}
    held = set(
        Membership.objects.current()
        .filter(team__in=keys, role__in=TEAM_ROLES, team__withdrawn_at=None)
        .values_list("user", "team")
    )
    return {(user.pk, key) for user, key in asked if (user.pk, uuid.UUID(key)) in held}


def put_off(*, team: Team, week: dt.date, by) -> NotThisWeek:
    """Ask ``by`` no more for the numbers of the week of this Monday, neither by mail nor on Today.

    Refuses no such week, and one of which every number is saved.
    """
    period_is_possible(team, week)
    return not_this_week.not_this_week(person=by, task=SOURCE, about=team.pk, week=week, by=by)


def task(about: uuid.UUID) -> not_this_week.Task | None:
    """Return the week's numbers of a team as a task that can be put off."""
    team = Team.objects.filter(pk=about, withdrawn_at=None).with_place().first()
    if team is None:
        return None
    return not_this_week.Task(
        name=_("this week’s number"),
        cohort=team.cohort,
        path=reverse("numbers", args=[team.pk]),
        is_theirs=lambda person: belongs(person, team),
        team=team,
        done=lambda week: _is_saved(team, week),
    )


def _is_saved(team: Team, week: dt.date) -> str:
    """Return in a sentence without numbers that all of this week are saved: whoever holds a link of a mail may read it."""
    if not already_saved(team, week):
        return ""
    return _("Every number of the week of %(day)s is saved already.") % {"day": day(week, language(), weekday=False)}


def already_saved(team: Team, week: dt.date) -> str:
    """Return in a sentence which numbers are saved for the week of this Monday, "" while one of them is not."""
    measures = Measure.objects.filter(team=team).asked_in(week)
    points = {one.measure_id: one for one in DataPoint.objects.filter(measure__in=measures).asked_in(week)}
    named = []
    for measure in sorted(measures, key=lambda one: (not one.fills_itself, one.ordinal)):
        if measure.pk not in points:
            return ""
        points[measure.pk].measure = measure
        named.append(in_words(points[measure.pk]))
    words = {"day": day(week, language(), weekday=False), "numbers": " · ".join(named)}
    return _("Already saved for the week of %(day)s. %(numbers)s") % words if named else ""


def in_words(point: DataPoint) -> str:
    """Return what is saved, with the name of what is counted: "Huddles held: 4"."""
    number = spoken_number(point.value, point.measure.kind) or str(Missing(point.missing_reason).label)
    return _("%(name)s: %(number)s") % {"name": named(point.measure, point.period_start), "number": number}


def named(measure: Measure, start: dt.date | None) -> str:
    """Return what is counted, of a month with its name: "Falls, November 2026"."""
    if measure.frequency == Rhythm.WEEKLY or start is None:
        return measure.name
    return _("%(measure)s, %(month)s") % {"measure": measure.name, "month": month_and_year(start)}


def foreseen(cohort: Cohort, role: str) -> list[Foreseen]:
    """Return the mails with which whoever leads a team is asked for its numbers (``core.registry.series_of``)."""
    if role != Role.LEAD:
        return []
    season = Season.of((one.kind, one.starts_on, one.ends_on) for one in phases_of(cohort))
    quiet = [(one.starts_on, one.ends_on) for one in cohort.quiet_weeks.all()]
    last = max((one.ends_on for one in phases_of(cohort)), default=cohort.first_day)
    # Foretold for who always answers: that is the most that somebody gets.
    return [
        Foreseen(
            KIND, due_at(cohort, monday), occurrence=monday.isoformat(), optional=True,
            thing=f"number {monday}", nudge="before", while_answered=True,
        )
        for monday in between(monday_of(cohort.first_day), last)
        if season.asks_in(monday) and not any(first <= monday + dt.timedelta(days=WEEKDAY) <= end for first, end in quiet)
    ]  # fmt: skip


def is_this_week(team: Team, monday: dt.date, now: dt.datetime | None = None) -> bool:
    """Is it still the week of this Monday on the wall of the team's unit?"""
    return monday_of(wall_in(now or timezone.now(), zone_of(team)).date()) == monday

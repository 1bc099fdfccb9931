"""When a survey is put, and to whom: rounds follow the dates of their cohort, and a sweep asks those who have not been asked.

    before          from the announcement of the cohort (or two weeks ahead) until the first session begins
    after a session from its end for a week, of who was there; the last one of the series has none where the survey at the
                    close asks anyway, and one beside the series only where nobody is asked of another in that week
    at the close    from the end of the last session for two weeks
    later           three months after the cohort's last day for four weeks

Sessions live above this room: theirs comes through ``meetings``, and they call ``follow`` when they move.
"""

from __future__ import annotations

import calendar
import dataclasses
import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any, Final

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from collaborative.models import Cohort, Phase, Team
from collaborative.resting import Rest, next_day_at_work, rests_everywhere, rests_of
from core.language import language
from core.registry import Slot
from core.time import forward_utc, wall_in
from notifications import services as notifications
from notifications.services import Wanted
from surveys.models import Asked, Moment, Response, Round, Survey
from surveys.querysets import belonging, ended_with_the_cohort

ASKED, ASKED_LATER = "surveys/asked", "surveys/asked-later"
FIRST, AGAIN = "", "again"
AHEAD = dt.timedelta(days=14)
OPEN_FOR: Final = {
    Moment.SESSION: dt.timedelta(days=7),
    Moment.CLOSE: dt.timedelta(days=14),
    Moment.LATER: dt.timedelta(days=28),
}
MONTHS_LATER = 3
# Days after which who has not answered is reminded, once.
REMIND_AFTER: Final = {Moment.SESSION: 3}
REMIND_OTHERS_AFTER = 7
# Mails leave in these hours of the cohort's clock, but for those right after a session.
MORNING, EVENING = dt.time(10), dt.time(17)
RIGHT_AFTER = dt.timedelta(hours=3)
DRAFTS = "surveys/"


@dataclasses.dataclass(frozen=True)
class Meeting:
    """A session as surveys need it: its key, its names, from when to when it takes place, whether it stands beside the series."""

    key: str
    name_en: str
    name_fr: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    is_added: bool = False


meetings = Slot(
    "survey_meetings", "room -> fn(keys of cohorts) -> (key of cohort, Meeting) of every session that surveys hang on"
)
were_there = Slot("survey_were_there", "room -> fn(key of a session) -> the keys of the people who were there")
was_there = Slot(
    "survey_was_there",
    "room -> fn(session, person) -> queryset that has a row where somebody was there; both name columns of outer queries (OuterRef)",
)


def meetings_of(cohort: Cohort) -> list[Meeting]:
    """Return the sessions of a cohort that take place, in order."""
    return meetings_of_each([cohort.pk])[cohort.pk]


def meetings_of_each(keys: Collection[Any]) -> dict[Any, list[Meeting]]:
    """Return the sessions of these cohorts that take place, in order, by the key of the cohort. One statement a room."""
    found: dict[Any, list[Meeting]] = {key: [] for key in keys}
    for key, one in sorted((one for _room, some in meetings.ask_all(keys) for one in some), key=_start):
        found[key].append(one)
    return found


def _start(found: tuple[Any, Meeting]) -> dt.datetime:
    return found[1].starts_at


# ---------------------------------------------------------------- when


@dataclasses.dataclass(frozen=True)
class Span:
    """When a round should be, about which session, and what that is called."""

    opens_at: dt.datetime
    closes_at: dt.datetime
    about: str = ""
    name_en: str = ""
    name_fr: str = ""

    @property
    def name(self) -> str:
        """Return what the session is called in the language that speaks now."""
        return self.name_fr if language() == "fr" else self.name_en


def asked_after(
    found: list[Meeting], zone: str, *, added: bool, closes: bool, standing: Collection[str] = ()
) -> list[Meeting]:
    """Return the sessions after which people are asked: ``added`` ones too, the last of the series not where it ``closes``.

    Of an added one only in a week in which nobody is asked, or reminded, of another, so that with the mails of other rooms
    nobody gets more in a week than they were promised. ``standing``: the keys of those of which people have been asked
    already: they keep their week, whatever is moved into it afterwards.
    """
    series = [one for one in found if not one.is_added]
    asked = series[: len(series) - closes]
    full = {week for one in series for week in _weeks_of(one, zone)}
    beside = [one for one in found if added and one.is_added]
    for one in sorted(beside, key=lambda one: one.key not in standing):
        week = _week(one.ends_at, zone)
        if one.key in standing or week not in full:
            full.add(week)
            asked.append(one)
    return sorted(asked, key=lambda one: one.starts_at)


def added_among(found: Iterable[Meeting]) -> set[str]:
    """Return the keys of the sessions beside the series: who does not answer after one of these is not reminded."""
    return {one.key for one in found if one.is_added}


def _weeks_of(one: Meeting, zone: str) -> set[dt.date]:
    """Return the weeks in which people are asked about a session of the series, and once more."""
    return {_week(one.ends_at, zone), _week(one.ends_at + dt.timedelta(days=REMIND_AFTER[Moment.SESSION]), zone)}


def _week(moment: dt.datetime, zone: str) -> dt.date:
    on = wall_in(moment, zone).date()
    return on - dt.timedelta(days=on.weekday())


def spans(
    survey: Survey,
    cohort: Cohort,
    found: list[Meeting],
    last_day: dt.date | None,
    *,
    closes: bool,
    standing: Collection[str] = (),
) -> list[Span]:
    """Return when a survey should be put. ``closes``: the one at the close is on; ``standing``: as for ``asked_after``.

    Asks nothing.
    """
    moment = survey.moment
    if moment == Moment.LATER:
        return _later(cohort, last_day)
    if moment == Moment.SESSION:
        after = asked_after(found, cohort.time_zone, added=survey.with_added, closes=closes, standing=standing)
        return [
            Span(one.ends_at, one.ends_at + OPEN_FOR[Moment.SESSION], one.key, one.name_en, one.name_fr)
            for one in after
        ]
    series = [one for one in found if not one.is_added]
    if not series:
        return []
    first, last = series[0], series[-1]
    if moment == Moment.BEFORE:
        opens = cohort.announced_at or first.starts_at - AHEAD
        return [Span(opens, first.starts_at)] if opens < first.starts_at else []
    return [Span(last.ends_at, last.ends_at + OPEN_FOR[Moment.CLOSE])]


def _later(cohort: Cohort, last_day: dt.date | None) -> list[Span]:
    if last_day is None:
        return []
    opens = forward_utc(dt.datetime.combine(months_after(last_day, MONTHS_LATER), MORNING), cohort.time_zone)
    return [Span(opens, opens + OPEN_FOR[Moment.LATER])]


def months_after(day: dt.date, months: int) -> dt.date:
    """Return the same day so many months on; the last of its month where that is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


@transaction.atomic
def follow(cohort: Cohort, now: dt.datetime | None = None) -> None:
    """Let the rounds of a cohort be when its dates say. One in which people were asked is never taken away, only ended."""
    locked = list(Survey.objects.select_for_update().filter(cohort=cohort))
    if not locked:
        return
    # What is being laid down at this moment is waited for: a round that has been read is not opened again.
    rows = Round.objects.filter(survey__in=locked)
    list(rows.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    for survey, row, values in changes(Survey.objects.filter(cohort=cohort), now or timezone.now()):
        if row is None:
            Round.objects.create(survey=survey, **values)
        elif values:
            Round.objects.filter(pk=row.pk).update(**values)
        else:
            row.delete()


def changes(rows: QuerySet[Survey], now: dt.datetime) -> Iterable[tuple[Survey, Round | None, dict[str, Any]]]:
    """Yield what the dates of their cohorts change in the rounds of these surveys: all those of some cohorts.

    As many statements for many as for one: for the surveys, for their rounds, and for the sessions one a room.
    (survey, None, values): a round is to be made; (survey, round, values): to be changed; (survey, round, {}): to be taken away.
    """
    last = Phase.objects.filter(cohort=OuterRef("cohort")).order_by("-ends_on").values("ends_on")[:1]
    surveys = list(rows.select_related("cohort").annotate(last_day=Subquery(last)))
    found = meetings_of_each({one.cohort_id for one in surveys})
    closing = {one.cohort_id for one in surveys if one.is_on and one.moment == Moment.CLOSE}
    standing: dict[Any, dict[str, Any]] = {one.pk: {} for one in surveys}
    begun = Exists(Asked.objects.filter(round=OuterRef("pk")))
    answered = Exists(Response.objects.filter(round=OuterRef("pk")))
    for row in Round.objects.filter(survey__in=standing).annotate(has_asked=begun, has_answers=answered):
        standing[row.survey_id][row.about] = row
    for survey in surveys:
        cohort = survey.cohort
        over = not survey.is_on or (cohort.closed_at is not None and survey.moment != Moment.LATER)
        closes = survey.cohort_id in closing
        rounds = standing[survey.pk]
        kept = {about for about, row in rounds.items() if row.has_asked}
        wanted = [] if over else spans(survey, cohort, found[cohort.pk], survey.last_day, closes=closes, standing=kept)
        for stands, values in _differences({one.about: one for one in wanted}, rounds, now):
            yield survey, stands, values


def _differences(
    wanted: dict[str, Span], standing: dict[str, Any], now: dt.datetime
) -> Iterable[tuple[Round | None, dict[str, Any]]]:
    for about, row in standing.items():
        if about not in wanted and not row.has_asked:
            yield row, {}
        elif about not in wanted and row.closes_at > now:
            # It may have been asked for the very moment in which it opened.
            closes_at = max(now, row.opens_at + dt.timedelta(seconds=1))
            if row.closes_at != closes_at:
                yield row, {"closes_at": closes_at}
    for about, span in wanted.items():
        if span.closes_at <= now:
            continue
        row = standing.get(about)
        if row is None:
            yield None, dataclasses.asdict(span)
            continue
        if row.mixed_at and row.has_answers:
            # What was answered can be read since: were it opened again, the difference would be what the next one said.
            continue
        values = dataclasses.asdict(span) | ({"opens_at": row.opens_at} if row.has_asked else {})
        values["mixed_at"] = None
        if any(getattr(row, name) != value for name, value in values.items()):
            yield row, values


def closed_for_good(cohort: Cohort) -> None:
    """End what a closed cohort still has open; only the survey three months later goes on."""
    follow(cohort)


def ends_with(cohort: Cohort) -> list[tuple[str, str]]:
    """Say what a closed cohort still asks, and of whom."""
    ahead = Round.objects.filter(survey__cohort=cohort, survey__is_on=True, survey__moment=Moment.LATER)
    if not ahead.filter(closes_at__gt=timezone.now()).exists():
        return []
    return [
        ("clipboard-list", _("The survey three months later still goes to everybody who was in a team at the end."))
    ]


# ---------------------------------------------------------------- whom


@transaction.atomic
def ask(round_id, now: dt.datetime | None = None) -> int:
    """Ask everybody of a round who has not been asked and is not left in peace today: after a session, who was there.

    Returns how many.
    """
    rows = Round.objects.open().select_for_update(skip_locked=True, of=("self",))
    row = rows.select_related("survey__cohort").filter(pk=round_id).first()
    if row is None:
        return 0
    now = now or timezone.now()
    cohort, moment = row.survey.cohort, row.survey.moment
    people = _people(cohort, alumni=moment == Moment.LATER)
    if moment == Moment.SESSION:
        there = {key for _room, keys in were_there.ask_all(row.about) for key in keys}
        people = {person: days for person, days in people.items() if person.pk in there}
    known = set(Asked.objects.filter(round=row).values_list("person", flat=True))
    today = wall_in(now, cohort.time_zone).date()
    new = {
        person: days for person, days in people.items() if person.pk not in known and not rests_everywhere(days, today)
    }
    Asked.objects.bulk_create(Asked(round=row, person=person) for person in new)
    kind = ASKED_LATER if moment == Moment.LATER else ASKED
    once = bool(new) and moment == Moment.SESSION and row.about in added_among(meetings_of(cohort))
    notifications.plan_each(
        (row, 1, Wanted(kind=kind, to=person, due=due, occurrence=step, not_after=row.closes_at, scope=cohort))
        for person, days in new.items()
        for step, due in _steps(row, days, now, once=once)
    )
    return len(new)


def _people(cohort: Cohort, *, alumni: bool) -> dict[Any, list[list[Rest]]]:
    """Return whom a survey asks, each with the days of peace of every team of theirs."""
    held = list(belonging(team__cohort=cohort).select_related("user"))
    if alumni:
        held += ended_with_the_cohort(team__cohort=cohort).select_related("user")
    rests = {one.pk: rests_of(one) for one in Team.objects.with_rests().filter(cohort=cohort)}
    found: dict[Any, list[list[Rest]]] = {}
    for one in held:
        found.setdefault(one.user, []).append(rests[one.team_id])
    return found


def _steps(row: Round, teams: list[list[Rest]], now: dt.datetime, *, once: bool) -> Iterable[tuple[str, dt.datetime]]:
    """Return when somebody is asked, and when once more if they have not answered by then."""
    span = Span(row.opens_at, row.closes_at)
    return steps(Moment(row.survey.moment), span, row.survey.cohort.time_zone, teams, now, once=once)


def steps(
    moment: Moment, span: Span, zone: str, teams: list[list[Rest]], now: dt.datetime, *, once: bool = False
) -> Iterable[tuple[str, dt.datetime]]:
    """Return when somebody is asked whose turn it is ``now``, and when again (not where ``once``). ``teams``: their days of peace.

    Pure.
    """
    wall = wall_in(now, zone)
    at_once = moment == Moment.SESSION and now < span.opens_at + RIGHT_AFTER
    first = now if at_once or wall.time() <= EVENING else now + dt.timedelta(days=1)
    if not at_once and not MORNING <= wall.time() <= EVENING:
        first = forward_utc(dt.datetime.combine(wall_in(first, zone).date(), MORNING), zone)
    yield FIRST, first
    if once:
        return
    on = wall_in(first, zone).date() + dt.timedelta(days=REMIND_AFTER.get(moment, REMIND_OTHERS_AFTER))
    on = min(next_day_at_work(days, on) for days in teams)
    again = forward_utc(dt.datetime.combine(on, MORNING), zone)
    if again < span.closes_at - dt.timedelta(hours=12):
        yield AGAIN, again


# ---------------------------------------------------------------- what is asked just before messages leave


def may_hear_of(asked: Collection[tuple[Any, str]]) -> set[tuple[Any, str]]:
    """Return those of the pairs (person, round's key), as two keys, who may still be asked: in it, and it is open."""
    people = {user.pk for user, _key in asked}
    rows = Asked.objects.filter(person__in=people, round__in={key for _user, key in asked}, finished_on=None)
    rows = rows.of_an_open_round().of_those_who_belong()
    return {(person, str(key)) for person, key in rows.values_list("person", "round")}


def versions(source_ids: Collection[str]) -> dict[str, int]:
    """Return the rounds that are there, each in its only version."""
    return {str(pk): 1 for pk in Round.objects.filter(pk__in=source_ids).values_list("pk", flat=True)}

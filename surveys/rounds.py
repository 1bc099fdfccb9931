"""When a survey is put, and to whom: rounds follow the dates of their cohort, and a sweep asks those who have not been asked.

    before          from the announcement of the cohort (or two weeks ahead) until the first session begins
    after a session from its end for a week, of who was there; the last one of the series has none where the survey at the
                    close asks anyway
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

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef, TextField, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Draft
from collaborative.models import Cohort, Team
from collaborative.resting import Rest, next_day_at_work, rests_everywhere, rests_of
from core.language import language
from core.registry import Slot
from core.time import forward_utc, wall_in
from notifications import services as notifications
from notifications.services import Wanted
from surveys import envelopes
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
# For so long after its last day a cohort's dates are looked at.
WATCHED_FOR = dt.timedelta(days=150)
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


meetings = Slot("survey_meetings", "room -> fn(cohort) -> the sessions that surveys hang on, as Meeting, in order")
were_there = Slot("survey_were_there", "room -> fn(key of a session) -> the keys of the people who were there")


def meetings_of(cohort: Cohort) -> list[Meeting]:
    """Return the sessions of a cohort that take place, in order."""
    return sorted((one for _room, some in meetings.ask_all(cohort) for one in some), key=lambda one: one.starts_at)


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


def asked_after(found: list[Meeting], *, added: bool, closes: bool) -> list[Meeting]:
    """Return the sessions after which people are asked: ``added`` ones too, the last of the series not where it ``closes``."""
    series = [one for one in found if not one.is_added]
    last = series[-1:] if closes else []
    return [one for one in found if one not in last and (added or not one.is_added)]


def spans(
    survey: Survey, cohort: Cohort, found: list[Meeting], last_day: dt.date | None, *, closes: bool
) -> list[Span]:
    """Return when a survey should be put. ``closes``: the one at the close is on. Asks nothing."""
    moment = survey.moment
    if moment == Moment.LATER:
        return _later(cohort, last_day)
    if moment == Moment.SESSION:
        return [
            Span(one.ends_at, one.ends_at + OPEN_FOR[Moment.SESSION], one.key, one.name_en, one.name_fr)
            for one in asked_after(found, added=survey.with_added, closes=closes)
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
def follow(cohort: Cohort) -> None:
    """Let the rounds of a cohort be when its dates say. One in which people were asked is never taken away, only ended."""
    surveys = list(Survey.objects.select_for_update().filter(cohort=cohort))
    if not surveys:
        return
    cohort = Cohort.objects.get(pk=cohort.pk)
    found, now = meetings_of(cohort), timezone.now()
    last_day = cohort.phases.aggregate(last=Max("ends_on"))["last"]
    closes = any(one.is_on and one.moment == Moment.CLOSE for one in surveys)
    standing: dict[Any, dict[str, Round]] = {one.pk: {} for one in surveys}
    begun = Exists(Asked.objects.filter(round=OuterRef("pk")))
    answered = Exists(Response.objects.filter(round=OuterRef("pk")))
    # What is being laid down at this moment is waited for: a round that has been read is not opened again.
    rows = Round.objects.filter(survey__in=surveys)
    list(rows.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    for row in rows.annotate(has_asked=begun, has_answers=answered):
        standing[row.survey_id][row.about] = row
    for survey in surveys:
        over = not survey.is_on or (cohort.closed_at is not None and survey.moment != Moment.LATER)
        wanted = [] if over else spans(survey, cohort, found, last_day, closes=closes)
        _make_so(survey, {one.about: one for one in wanted}, standing[survey.pk], now)


def _make_so(survey: Survey, wanted: dict[str, Span], standing: dict[str, Any], now: dt.datetime) -> None:
    for about, row in standing.items():
        if about not in wanted and not row.has_asked:
            row.delete()
        elif about not in wanted and row.closes_at > now:
            # It may have been asked for the very moment in which it opened.
            row.closes_at = max(now, row.opens_at + dt.timedelta(seconds=1))
            row.save(update_fields=["closes_at"])
    for about, span in wanted.items():
        if span.closes_at <= now:
            continue
        row = standing.get(about)
        if row is None:
            Round.objects.create(survey=survey, **dataclasses.asdict(span))
            continue
        if row.mixed_at and row.has_answers:
            # What was answered can be read since: were it opened again, the difference would be what the next one said.
            continue
        values = dataclasses.asdict(span) | ({"opens_at": row.opens_at} if row.has_asked else {})
        values["mixed_at"] = None
        if any(getattr(row, name) != value for name, value in values.items()):
            Round.objects.filter(pk=row.pk).update(**values)


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


def sweep() -> None:
    """Let rounds follow their dates, ask whoever has not been asked, note who has begun, and lay down what was answered."""
    lately = timezone.now().date() - WATCHED_FOR
    for cohort in Cohort.objects.filter(surveys__is_on=True, phases__ends_on__gt=lately).distinct():
        follow(cohort)
    for key in Round.objects.open().values_list("pk", flat=True):
        ask(key)
    _tidy_drafts()
    # Whoever turned a survey off by mistake can take that back; what is laid down can be read, and stays closed.
    settled = timezone.now() - dt.timedelta(seconds=settings.UNDO_SECONDS)
    for key in Round.objects.closed().filter(mixed_at=None, closes_at__lte=settled).values_list("pk", flat=True):
        envelopes.open_all(key)


@transaction.atomic
def ask(round_id) -> int:
    """Ask everybody of a round who has not been asked and is not left in peace today: after a session, who was there.

    Returns how many.
    """
    rows = Round.objects.open().select_for_update(skip_locked=True, of=("self",))
    row = rows.select_related("survey__cohort").filter(pk=round_id).first()
    if row is None:
        return 0
    cohort, moment = row.survey.cohort, row.survey.moment
    people = _people(cohort, alumni=moment == Moment.LATER)
    if moment == Moment.SESSION:
        there = {key for _room, keys in were_there.ask_all(row.about) for key in keys}
        people = {person: days for person, days in people.items() if person.pk in there}
    known = set(Asked.objects.filter(round=row).values_list("person", flat=True))
    today = wall_in(timezone.now(), cohort.time_zone).date()
    new = {
        person: days for person, days in people.items() if person.pk not in known and not rests_everywhere(days, today)
    }
    Asked.objects.bulk_create(Asked(round=row, person=person) for person in new)
    kind = ASKED_LATER if moment == Moment.LATER else ASKED
    notifications.plan_each(
        (row, 1, Wanted(kind=kind, to=person, due=due, occurrence=step, not_after=row.closes_at, scope=cohort))
        for person, days in new.items()
        for step, due in _steps(row, days)
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


def _steps(row: Round, teams: list[list[Rest]]) -> Iterable[tuple[str, dt.datetime]]:
    """Return when somebody is asked, and when once more if they have not answered by then."""
    span = Span(row.opens_at, row.closes_at)
    return steps(Moment(row.survey.moment), span, row.survey.cohort.time_zone, teams, timezone.now())


def steps(
    moment: Moment, span: Span, zone: str, teams: list[list[Rest]], now: dt.datetime
) -> Iterable[tuple[str, dt.datetime]]:
    """Return when somebody is asked whose turn it is ``now``, and when once more. ``teams``: their days of peace. Pure."""
    wall = wall_in(now, zone)
    at_once = moment == Moment.SESSION and now < span.opens_at + RIGHT_AFTER
    first = now if at_once or wall.time() <= EVENING else now + dt.timedelta(days=1)
    if not at_once and not MORNING <= wall.time() <= EVENING:
        first = forward_utc(dt.datetime.combine(wall_in(first, zone).date(), MORNING), zone)
    yield FIRST, first
    on = wall_in(first, zone).date() + dt.timedelta(days=REMIND_AFTER.get(moment, REMIND_OTHERS_AFTER))
    on = min(next_day_at_work(days, on) for days in teams)
    again = forward_utc(dt.datetime.combine(on, MORNING), zone)
    if again < span.closes_at - dt.timedelta(hours=12):
        yield AGAIN, again


def _tidy_drafts() -> None:
    """Note who has begun, on the day of their cohort, and throw away what was kept of answers that were given."""
    key = Concat(Value(DRAFTS), Cast(OuterRef("round"), TextField()), output_field=TextField())
    kept = Draft.objects.filter(user=OuterRef("person"), key=key)
    begun: dict[str, list[Any]] = {}
    rows = Asked.objects.filter(Exists(kept), started_on=None)
    for pk, zone in rows.values_list("pk", "round__survey__cohort__time_zone"):
        begun.setdefault(zone, []).append(pk)
    for zone, keys in begun.items():
        today = wall_in(timezone.now(), zone).date()
        Asked.objects.filter(pk__in=keys, started_on=None).update(started_on=today)
    done = Asked.objects.filter(finished_on__isnull=False, person=OuterRef("user"))
    named = Concat(Value(DRAFTS), Cast(F("round"), TextField()), output_field=TextField())
    done = done.annotate(draft=named).filter(draft=OuterRef("key"))
    Draft.objects.filter(Exists(done), key__startswith=DRAFTS).delete()


# ---------------------------------------------------------------- what is asked just before messages leave


def may_hear_of(asked: Collection[tuple[Any, str]]) -> set[tuple[Any, str]]:
    """Return those of the pairs (person, round's key), as two keys, who may still be asked: in it, open, not left in peace."""
    people = {user.pk for user, _key in asked}
    rows = Asked.objects.filter(person__in=people, round__in={key for _user, key in asked}, finished_on=None)
    rows = rows.of_an_open_round().of_those_who_belong().select_related("round__survey__cohort")
    rests = _rests_of_people(people)
    now = timezone.now()
    found = set()
    for row in rows:
        cohort = row.round.survey.cohort
        days = rests.get((row.person_id, cohort.pk), [])
        if not rests_everywhere(days, wall_in(now, cohort.time_zone).date()):
            found.add((row.person_id, str(row.round_id)))
    return found


def _rests_of_people(people: Collection[Any]) -> dict[tuple[Any, Any], list[list[Rest]]]:
    held = list(belonging(user__in=people).values_list("user", "team"))
    teams = {one.pk: one for one in Team.objects.with_rests().filter(pk__in={team for _user, team in held})}
    found: dict[tuple[Any, Any], list[list[Rest]]] = {}
    for user, team in held:
        found.setdefault((user, teams[team].cohort_id), []).append(rests_of(teams[team]))
    return found


def versions(source_ids: Collection[str]) -> dict[str, int]:
    """Return the rounds that are there, each in its only version."""
    return {str(pk): 1 for pk in Round.objects.filter(pk__in=source_ids).values_list("pk", flat=True)}

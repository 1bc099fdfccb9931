"""What happened: who came, what was talked about, the numbers, the tries. Straight rows, a few statements in all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from collaborative.models import Cohort, Role
from core.time import forward_utc
from desk.demo.figures import (
    FROM_POSTER,
    GOALS,
    LOGGED,
    PATTERNS,
    PAUSED,
    SAY_ABOUT,
    SAY_CHANGE,
    SAY_SENTENCE,
    WITH_WHOM,
)
from desk.demo.marks import demo_id
from desk.demo.organisations import PLACES, Place
from desk.demo.populate import World
from desk.demo.sayings import SENTENCES
from desk.demo.series import SESSIONS
from desk.demo.tries import TRIES
from improvement import services as improvement
from improvement.lines import kept
from improvement.models import About, Began, DataPoint, Measure, MeasurePhase, SafetyConversation, TriedChange
from improvement.rule_sets import Centre
from improvement.run_chart import centre_of
from improvement.spc_limits import Chart, Observation
from improvement.weeks import WEEK, day_at, monday_of, zone_of
from sessions.models import AgendaItem, Attendance, LearningSession, MeetingAddress

# Of a hundred members, how many came to session 1; in the team in trouble only its lead did.
CAME = 86


def dress_sessions(cohort: Cohort, url: Callable[[LearningSession], str]) -> list[LearningSession]:
    """Give the cohort's sessions their titles, purpose, agenda and address. Returns them in order."""
    rows = list(cohort.learning_sessions.filter(phase__isnull=False).select_related("phase").order_by("starts_at"))
    items = []
    for row in rows:
        assert row.phase is not None  # so filtered above
        words = SESSIONS[row.phase.key]
        for name in ("title_en", "title_fr", "purpose_en", "purpose_fr"):
            setattr(row, name, words[name])
        row.dial_in = "1 833 555-0110"
        row.cohort = cohort
        items += [
            AgendaItem(learning_session=row, ordinal=place, minutes=minutes, title_en=en, title_fr=fr)
            for place, (minutes, en, fr) in enumerate(words["agenda"], start=1)
        ]
    LearningSession.objects.bulk_update(rows, ["title_en", "title_fr", "purpose_en", "purpose_fr", "dial_in"])
    AgendaItem.objects.bulk_create(items)
    MeetingAddress.objects.bulk_create(MeetingAddress(learning_session=row, url=url(row)) for row in rows)
    return rows


def take_attendance(world: World, learning_session: LearningSession, all_places: Iterable[Place]) -> None:
    """Write who came to a session that was held: most people, some of them beside a colleague's screen."""
    rows = []
    for place in all_places:
        chance = world.chance("came", place.key)
        for role, user, _title in world.members[place.key]:
            alone = place.pattern == "fading"
            if (alone and role != Role.LEAD) or (not alone and role != Role.LEAD and chance.randrange(100) >= CAME):
                continue
            together = role == Role.PARTICIPANT and chance.randrange(100) < 22
            rows.append(_came(learning_session, user, role, chance, team=world.teams[place.key], together=together))
    for key, role in (
        ("paula", "planner"),
        ("benoit", "planner"),
        ("colin", "coach"),
        ("lucie", "coach"),
        ("amrit", "coach"),
    ):
        rows.append(_came(learning_session, world.people[key], role, world.chance("came", key)))
    Attendance.objects.bulk_create(rows)


def _came(learning_session, user, role, chance, *, team=None, together=False) -> Attendance:
    return Attendance(
        id=demo_id("came", learning_session.phase.key, user.pk), learning_session=learning_session, person=user, team=team,
        role=role, source="room" if together else "join", by=user,
        at=learning_session.starts_at + dt.timedelta(minutes=chance.randrange(-12, 9), seconds=chance.randrange(60)),
    )  # fmt: skip


# ---------------------------------------------------------------- numbers


def figures_of(place: Place) -> tuple[int, ...]:
    """Return the team's figures: the teams of one pattern take its rows in turn."""
    choices = PATTERNS[place.pattern]
    same = [one.key for one in PLACES if one.pattern == place.pattern]
    return choices[same.index(place.key) % len(choices)]


def count(world: World, all_places: Iterable[Place]) -> None:
    """Write the default measure of every team, its conversations, and the numbers that were typed or agreed with."""
    talks: list[SafetyConversation] = []
    points: list[DataPoint] = []
    measures: list[Measure] = []
    lines: list[MeasurePhase] = []
    for place in all_places:
        team = world.teams[place.key]
        measure = improvement.ensure_default_measure(team)
        goal, baseline = GOALS.get(place.key, (None, 0))
        measure.goal = goal and Decimal(goal)
        measures.append(measure)
        this_week = monday_of(day_at(world.now, team))
        figures = figures_of(place)
        for place_in_line, number in enumerate(figures):
            weeks_ago = len(figures) - place_in_line
            monday = this_week - weeks_ago * WEEK
            logged = weeks_ago <= LOGGED and number != PAUSED
            if logged:
                talks += _talks(world, place, monday, number)
            if point := _point(world, place, measure, monday, number, logged=logged, weeks_ago=weeks_ago):
                points.append(point)
        if baseline:
            lines.append(
                _line(world, place, measure, this_week - (len(figures) + 1 - baseline) * WEEK, figures[:baseline])
            )
        if figures and figures[-1]:
            talks += _talks(world, place, this_week, figures[-1])
    Measure.objects.bulk_update(measures, ["goal"])
    MeasurePhase.objects.bulk_create(lines)
    SafetyConversation.objects.bulk_create(talks, batch_size=500)
    DataPoint.objects.bulk_create(points)


def _line(world, place, measure, until: dt.date, made_of: tuple[int, ...]) -> MeasurePhase:
    """Return a line that its lead fixed at the first numbers."""
    lead = world.members[place.key][0][1]
    numbers = [Observation(number) for number in made_of]
    return MeasurePhase(
        id=demo_id("line", place.key), measure=measure, began=Began.FIRST, made_until=until, fixed_at=world.now, fixed_by=lead, by=lead,
        centre=centre_of([Decimal(number) for number in made_of], Centre.MEDIAN), centre_is=Centre.MEDIAN.value,
        basis=kept(Chart.X, numbers, screened=False), created_at=world.now,
    )  # fmt: skip


def _point(world, place, measure, monday, number, *, logged, weeks_ago) -> DataPoint | None:
    """Return what somebody saved for a week: a typed number, a pause, or that the log is right (not for last week yet)."""
    lead = world.members[place.key][0][1]
    keeps_up = place.pattern in {"shining", "climbing", "shifted", "long"}
    if logged and not (keeps_up and weeks_ago > 1):
        return None
    saved: dict[str, Any] = {"value": Decimal(number), "method": "log" if logged else "typed"}
    if number == PAUSED:
        saved = {"value": None, "missing_reason": "paused"}
    at = forward_utc(
        dt.datetime.combine(monday + dt.timedelta(days=8), dt.time(9, 10)), zone_of(world.teams[place.key])
    )
    return DataPoint(
        id=demo_id("number", place.key, weeks_ago), measure=measure, period_start=monday, by=lead, at=min(at, world.now),
        created_at=min(at, world.now), deed=demo_id("deed", place.key, weeks_ago), **saved,
    )  # fmt: skip


def _talks(world: World, place: Place, monday: dt.date, number: int) -> Iterable[SafetyConversation]:
    """Yield the conversations of one week, spread over its days and its people; of the running week what is past."""
    team = world.teams[place.key]
    zone = zone_of(team)
    weeks_ago = (monday_of(day_at(world.now, team)) - monday).days // 7
    chance = world.chance("talks", place.key, weeks_ago)
    people = [user for _role, user, _title in world.members[place.key]]
    for turn in range(number):
        on = monday + dt.timedelta(days=chance.randrange(7))
        wall = dt.datetime.combine(
            on, dt.time(chance.choice((3, 7, 8, 9, 10, 13, 14, 15, 16, 19, 20)), chance.randrange(60))
        )
        with_whom = chance.choices([who for who, _n in WITH_WHOM], [n for _who, n in WITH_WHOM])[0]
        about = chance.choice(About.values) if chance.randrange(100) < SAY_ABOUT else ""
        will_change = (
            chance.choice(("done", "will_try", "will_try", "no")) if chance.randrange(100) < SAY_CHANGE else ""
        )
        before = world.said.setdefault(place.key, set())
        said = [text for text in SENTENCES[place.language].get(about, ()) if text not in before]
        sentence = chance.choice(said) if said and chance.randrange(100) < SAY_SENTENCE else ""
        before.add(sentence)
        poster = chance.randrange(100) < FROM_POSTER
        by = chance.choice(people)
        at = forward_utc(wall, zone)
        if at > world.now:
            continue
        yield SafetyConversation(
            id=demo_id("talk", place.key, weeks_ago, turn), client_key=demo_id("key", place.key, weeks_ago, turn), team=team,
            by=None if poster else by, with_whom=with_whom, at=at, created_at=at, on=on, about=about, will_change=will_change,
            sentence=sentence, via="qr" if poster else "signed_in",
        )  # fmt: skip


# ---------------------------------------------------------------- tries


def try_changes(world: World, session_1: dt.date, all_places: Iterable[Place]) -> None:
    """Write the tries of every team, each in its state, with the days that lie behind it."""
    made: list[TriedChange] = []
    for place in all_places:
        team = world.teams[place.key]
        own: list[TriedChange] = []
        chance = world.chance("tries", place.key)
        people = [user for _role, user, _title in world.members[place.key]]
        for number, one in enumerate(TRIES.get(place.key, ())):
            days = [session_1 + dt.timedelta(days=day) for day in one.days]
            last = days[-1] if days else session_1 + dt.timedelta(days=14 + number)
            at = forward_utc(
                dt.datetime.combine(last, dt.time(chance.randrange(9, 17), chance.randrange(60))), zone_of(team)
            )
            by = chance.choice(people)
            started, learned, decided = (*days, None, None, None)[:3]
            row = TriedChange(
                id=demo_id("try", place.key, number), team=team,
                previous=own[one.after] if one.after is not None else None, title=one.title, plan=one.plan,
                prediction=one.prediction, state=one.state, what_happened=one.what_happened, matched=one.matched,
                decision=one.decision, started_on=started, learned_on=learned, decided_on=decided, by=by,
                learned_by=by if learned else None, decided_by=by if decided else None, changed_by=by,
                changed_at=min(at, world.now), version=1 + len(days), created_at=min(at, world.now),
            )  # fmt: skip
            own.append(row)
        made += own
    TriedChange.objects.bulk_create(made)

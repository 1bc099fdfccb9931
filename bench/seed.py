"""What the cases need in the database. Runs under bench.settings: `python -m bench.seed WORD …`; answers in JSON."""

from __future__ import annotations

import datetime as dt
import io
import json
import sys
import time
import uuid
from collections.abc import Callable
from typing import Any

import django

ROOMS = ("collaborative", "improvement", "forum", "learning_sessions", "coaching")
READERS = 10_000
PEOPLE = 2000
# So many people are in the report of a meeting, each in two lines.
REPORTED = 300


def world() -> dict[str, Any]:
    """The demo's world once, a member and a planner signed in by session rows, and the pages that are measured as whom."""
    from django.db import connection
    from django.urls import reverse

    from bench.floor import TABLE
    from desk.demo import world as demo

    made = demo.fill()
    team = made.teams["harbour-view"]
    nia, paula = (_signed_in(made.people[key]) for key in ("nia", "paula"))
    with connection.cursor() as cursor:
        cursor.execute(TABLE)
    analyze()
    return {
        "pages": {
            "page.today": (reverse("today"), nia),
            "page.team": (reverse("team", args=[team.pk]), nia),
            "page.cohort": (reverse("cohort", args=[team.cohort_id]), nia),
            "page.planning": (reverse("planning_cohort", args=[team.cohort_id]), paula),
            "page.board": (reverse("planning_applications", args=[demo.NEXT_ID]), paula),
        },
    }


def _signed_in(person: Any) -> str:
    """Sign somebody in, a second step shown where one is needed, and return the cookie."""
    from allauth.mfa.models import Authenticator
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from accounts import second_factor
    from accounts.services import BACKEND
    from accounts.sessions_policy import SINCE

    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(person.pk), BACKEND
    session[HASH_SESSION_KEY], session[SINCE] = person.get_session_auth_hash(), int(time.time())
    if second_factor.needed_from(person):
        Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "none"})
        session[second_factor.HAD] = True
    session.create()
    return f"sessionid={session.session_key}"


def applications(number: str) -> dict[str, Any]:
    """Let so many teams have applied for the cohort that is ahead; two of three were read by a planner."""
    from accounts.models import User
    from collaborative.models import Cohort
    from desk.demo import make
    from desk.demo import world as demo
    from desk.demo.marks import demo_id
    from enrolment import reviewing
    from enrolment.models import Application, Review

    cohort = Cohort.objects.select_related("programme").get(pk=demo.NEXT_ID)
    standing = Application.objects.filter(cohort=cohort, state="submitted").count()
    made = [make.application(cohort=cohort) for _more in range(int(number) - standing)]
    planner = User.objects.get(pk=demo_id("person", "paula"))
    criteria = reviewing.criteria_of(cohort.programme)
    Review.objects.bulk_create(
        Review(application=one, by=planner, marks={str(what.pk): 1 + place % what.most for what in criteria})
        for place, one in enumerate(made)
        if place % 3
    )
    return {"made": len(made)}


def feed() -> dict[str, Any]:
    """Let one person be in three cohorts with forty sessions in all, and give them a calendar to subscribe to."""
    from urllib.parse import urlsplit

    from desk.demo import make
    from sessions.calendars import feeds

    cohorts = [make.cohort() for _which in range(3)]
    reader = make.member(team=make.team(cohort=cohorts[0]), city="st-johns", time_zone="America/St_Johns")
    for cohort in cohorts[1:]:
        make.member(team=make.team(cohort=cohort), user=reader)
    for place in range(30):
        make.learning_session(cohort=cohorts[place % 3], minutes_ahead=60 * 24 * (place + 1))
    return {"path": urlsplit(feeds.address_of(feeds.make(person=reader, by=reader))).path}


def store(page: str, html: str) -> dict[str, Any]:
    """Store what a page shows between its frame, in twenty pieces, for its floor."""
    from django.db import connection

    size = max(1, -(-len(html) // 20))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM bench_row WHERE page = %s", [page])
        for place, start in enumerate(range(0, len(html), size)):
            cursor.execute("INSERT INTO bench_row VALUES (%s, %s, %s)", [page, place, html[start : start + size]])
    return {}


# An organisation's name is its own in a province, the address of a series in its programme.
OWN_NAMES = {("organisation", "name"), ("series", "slug_en"), ("series", "slug_fr")}


def hundred(times: int = 100) -> dict[str, Any]:
    """A hundred times the world: every row of every room again and again, with keys of its own."""
    from django.apps import apps
    from django.contrib.auth import get_user_model
    from django.db import connection, transaction

    programme = apps.get_model("collaborative", "Programme")
    # A programme is there once, with its template.
    template = (apps.get_model("collaborative", name) for name in ("TemplatePhase", "TemplateTask", "PreworkItem"))
    # A version of somebody's slides has its one file; the other two hang on a row whose key is that of its session.
    alone = (apps.get_model("learning_sessions", name) for name in ("Slides", "Chapter", "BreakoutSeat"))
    spared = {programme, *template, *alone}
    models = [
        get_user_model(),
        *(m for room in ROOMS for m in apps.get_app_config(room).get_models() if m not in spared),
    ]
    rows = 0
    with transaction.atomic(), connection.cursor() as cursor:
        for model in models:
            columns, values = zip(*(_again(model, field, models) for field in _columns(model)), strict=True)
            cursor.execute(
                f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) "  # nosec B608
                f"SELECT {', '.join(values)} FROM {model._meta.db_table} t, generate_series(1, %s) k",
                [times - 1],
            )
            rows += cursor.rowcount
    analyze()
    return {"rows": rows}


def analyze() -> None:
    """Let the database look at how many rows stand where, as it does by itself after a while."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _columns(model) -> list:
    from django.db import models

    return [field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]


def _again(model, field, copied: list) -> tuple[str, str]:
    """The column, and the expression of its value in the k-th copy."""
    from django.db import models

    column = f'"{field.column}"'
    target = field.related_model if field.is_relation else None
    own_key = isinstance(field, models.UUIDField) and (field.primary_key or field.unique)
    if own_key or (target in copied and isinstance(field.target_field, models.UUIDField)):
        return column, f"md5(t.{column}::text || k)::uuid"
    # These are unique beside a key that is not made anew: a province, a programme.
    named = (model._meta.model_name, field.name) in OWN_NAMES
    if isinstance(field, models.CharField) and (field.unique or named):
        return column, f"k || '-' || t.{column}"
    return column, f"t.{column}"


def readers() -> dict[str, Any]:
    """Ten thousand people in one team of the cohort that is ahead, to be reminded."""
    from accounts.models import User
    from collaborative.models import Membership, Role, Team
    from desk.demo import world as demo
    from notifications import services

    services.pause_sending(reason="the benchmark decides when")
    team = Team.objects.filter(cohort=demo.NEXT_ID).first()
    people = [
        User(name=f"Reader {number}", email=f"reader{number}@example.org", password="!", language="en", city="toronto")
        for number in range(READERS)
    ]
    User.objects.bulk_create(people)
    Membership.objects.bulk_create(Membership(user=one, role=Role.PARTICIPANT, team=team) for one in people)
    return {}


def plan(occurrence: str) -> dict[str, Any]:
    """Plan one reminder for each of them, due now, while sending is paused."""
    from django.utils import timezone

    from accounts.models import User
    from desk.demo import world as demo
    from notifications import services
    from sessions.models import LearningSession

    services.pause_sending(reason="the benchmark decides when")
    about = LearningSession.objects.filter(cohort=demo.NEXT_ID, starts_at__gt=timezone.now()).earliest("starts_at")
    due = timezone.now() - dt.timedelta(seconds=1)
    people = User.objects.filter(email__startswith="reader")
    made = services.plan_many("sessions/reminder", to=people, about=about, due=due, occurrence=occurrence)
    return {"planned": made}


def go() -> dict[str, Any]:
    """Let them leave: two rings of the bell, one for each process of the worker."""
    from notifications import bell, services

    services.resume_sending()
    return {"rung": bell.kick()}


def storm(number: str) -> dict[str, Any]:
    """Let so many people of a cohort be expected at a session that is open: what each presses, half of them by their link.

    ``page``: what one of them can look at to know how large such a page is.
    """
    from django.urls import reverse

    from accounts.models import User
    from collaborative.models import Membership, Role
    from desk.demo import make
    from sessions.room import personal_links

    cohort = make.cohort(seats=60)
    teams = [make.team(cohort=cohort) for _team in range(10)]
    session = make.learning_session(cohort=cohort, minutes_ahead=5)
    name = f"{session.pk.hex[:8]}"
    people = [
        User(name=f"Person {nth}", email=f"{name}.{nth}@example.org", password="!", language="en", city="toronto")
        for nth in range(int(number))
    ]
    User.objects.bulk_create(people)
    Membership.objects.bulk_create(
        Membership(user=one, role=Role.PARTICIPANT, team=teams[nth % 10]) for nth, one in enumerate(people)
    )
    analyze()
    join = reverse("session_join", args=[cohort.pk, session.pk])
    presses = [
        (reverse("personal_join", args=[personal_links.token_for(session, one)]), "")
        if nth % 2
        else (join, _signed_in(one))
        for nth, one in enumerate(people)
    ]
    page = reverse("personal_join", args=[personal_links.token_for(session, people[1])])
    return {"presses": presses, "session": str(session.pk), "page": (page, presses[0][1])}


def came(session: str) -> dict[str, Any]:
    """How many rows of people who joined there are."""
    from sessions.models import Attendance

    return {"came": Attendance.objects.filter(learning_session=uuid.UUID(session), source="join").count()}


def empty() -> dict[str, Any]:
    """Take back what is due besides what is measured (the demo's own invitations)."""
    from django.utils import timezone

    from notifications.models import PlannedMessage

    later = timezone.now() + dt.timedelta(days=300)
    return {"rows": PlannedMessage.objects.waiting().update(next_attempt_at=later)}


def people(turn: str) -> dict[str, Any]:
    """Take two thousand people in from a workbook, and copy as many bare rows. Seconds of both, and the most memory in MB."""
    import resource

    from django.db import connection

    from core import sheets
    from desk.demo import make
    from enrolment.people_import import run, table
    from jobs import services as jobs

    jobs.call_to_work = lambda: True  # this process does it, so that its memory is what is measured
    cohort = make.cohort(seats=60)
    planner = make.planner(cohort=cohort)
    teams = [make.team(cohort=cohort, name=f"Team {number}").name for number in range(40)]
    rows = [[f"Person {n}", f"person{n}.of{turn}@example.org", teams[n % 40], "member"] for n in range(PEOPLE)]
    sent = sheets.write(["Name", "E-mail", "Team", "Role"], rows, title="People")
    began = time.monotonic()
    made = run.prepare(cohort=cohort, table=table.read(sheets.read(sent)), by=planner)
    run.confirm(people=made, by=planner)
    jobs.work()
    seconds = time.monotonic() - began
    made.refresh_from_db()
    assert made.job is not None
    lines = io.StringIO("".join("\t".join(row) + "\n" for row in rows))
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE bench_person (name text, email text, team text, role text)")
        began = time.monotonic()
        cursor.copy_expert("COPY bench_person FROM STDIN", lines)
        bare = time.monotonic() - began
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "bare": bare, "mb": most, "taken": made.job.report["does"]}


def report(turn: str) -> dict[str, Any]:
    """Take in a report of a meeting with 600 lines, and copy as many bare rows. Seconds of both, and how many people came."""
    from django.db import connection

    from accounts.models import User
    from collaborative.models import Membership, Role
    from core.time import wall_in
    from desk.demo import make
    from sessions.meeting_reports.taking_in import take_in
    from sessions.models import Attendance, LearningSession

    cohort = make.cohort(seats=60)
    planner = make.planner(cohort=cohort)
    team = make.team(cohort=cohort)
    made = make.learning_session(cohort=cohort, minutes_ahead=-300, minutes=90, kind="learning")
    session = LearningSession.objects.select_related("cohort__programme").get(pk=made.pk)
    people = [
        User(
            name=f"Person {_word(nth)}",
            email=f"{session.pk.hex[:8]}.{nth}@example.org",
            password="!",
            language="en",
            city="toronto",
        )
        for nth in range(REPORTED)
    ]
    User.objects.bulk_create(people)
    Membership.objects.bulk_create(Membership(user=one, role=Role.PARTICIPANT, team=team) for one in people)
    start = wall_in(session.starts_at, session.zone)
    # Everybody comes in twice; every other one by name alone.
    lines = [
        f"{one.name},{one.email if nth % 2 else ''},{start + dt.timedelta(minutes=at)},{start + dt.timedelta(minutes=at + 40)},40,No,"
        for at in (0, 45)
        for nth, one in enumerate(people)
    ]
    head = "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest,Recording Consent"
    content = "\n".join([head, *lines]).encode()
    began = time.monotonic()
    take_in(learning_session=session, content=content, zone=session.zone, by=planner)
    seconds = time.monotonic() - began
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE IF NOT EXISTS bench_line (words text)")
        began = time.monotonic()
        cursor.copy_expert("COPY bench_line FROM STDIN", io.StringIO("\n".join(lines) + "\n"))
        bare = time.monotonic() - began
    came = Attendance.objects.filter(learning_session=session, source="report").count()
    return {"seconds": seconds, "bare": bare, "lines": len(lines), "came": came}


def _word(nth: int) -> str:
    """Return a name that no other number has, in letters."""
    return "".join("bcdfghjklm"[int(figure)] + "a" for figure in str(nth))


WORDS: dict[str, Callable[..., dict[str, Any]]] = {
    "world": world,
    "feed": feed,
    "store": store,
    "hundred": hundred,
    "applications": applications,
    "readers": readers,
    "plan": plan,
    "go": go,
    "empty": empty,
    "storm": storm,
    "came": came,
    "people": people,
    "report": report,
}

if __name__ == "__main__":
    django.setup()
    word, *rest = sys.argv[1:]
    print(json.dumps(WORDS[word](*rest, *([sys.stdin.read()] if word == "store" else []))))

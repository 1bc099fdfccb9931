"""K12 to K14 of the fault plan: after a standstill, with too many at work at once, and with plans that change all the time."""

from __future__ import annotations

import datetime as dt
import random
import time
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor

import icalendar
import pytest
from django.conf import settings as configured
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.utils import timezone

from notifications import services as notifications
from notifications.catching_up import catch_up
from notifications.models import MessageEvent, PlannedMessage, Tick
from sessions import services as sessions
from sessions.models import LearningSession
from tests import make
from tests.notifications.conftest import _trial_kinds, in_hours  # noqa: F401  (a fixture)
from tests.notifications.kills import LEASE, Senders, figures, wait_until_settled
from tests.sessions import invariants
from tests.smtp_sink import sink  # noqa: F401  (a fixture)

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

PEOPLE, MOVES, MEMBERS = 500, 100, 12


@pytest.fixture(autouse=True)
def _short(settings):
    settings.LEASE_SECONDS = LEASE


def whole() -> None:
    assert {name: count for name, count in invariants.broken().items() if count} == {}


# ---------------------------------------------------------------- K12


def pile_up() -> list:
    """Five hundred people, three things for each, due in the last six hours; return the people."""
    user = get_user_model()
    people = user.objects.bulk_create(
        user(name=f"Person {number}", email=f"p{number}@example.ca", password="!") for number in range(PEOPLE)
    )
    for about, occurrence, hours in (("1", "T-2d", 5), ("1", "T-1h", 4), ("2", "", 3)):
        made = notifications.plan_many(
            "trial/reminder", to=people, about=("trial.thing", about), occurrence=occurrence, due=in_hours(-hours),
            not_after=in_hours(5),
        )  # fmt: skip
        assert made == PEOPLE
    # For a hundred the second matter is over, for another fifty both are.
    over = [str(one.pk) for one in people[:100]]
    PlannedMessage.objects.filter(recipient_key__in=over, source_id="2").update(not_after=in_hours(-1))
    gone = [str(one.pk) for one in people[100:150]]
    PlannedMessage.objects.filter(recipient_key__in=gone).update(not_after=in_hours(-1))
    Tick.objects.update_or_create(pk=1, defaults={"last_tick": in_hours(-6)})
    return people


def test_k12_after_six_hours_of_standstill(sink, settings):  # noqa: F811
    people = pile_up()
    with transaction.atomic():  # by the usual pace all are told within a quarter of an hour
        catch_up(in_hours(-6))
        last = PlannedMessage.objects.filter(state="planned", not_after__gt=timezone.now()).latest("next_attempt_at")
        pace = (last.next_attempt_at - timezone.now()).total_seconds() / 60
        transaction.set_rollback(True)
    assert configured.CATCH_UP_A_MINUTE == 60
    assert pace <= 15
    with Senders(sink, more={"CATCH_UP_A_MINUTE": "100000"}):
        wait_until_settled(90)
    found = figures(sink)
    assert (found["lost"], found["doubled"], found["flagged"]) == (0, 0, 0)
    mails = Counter(one.to for one in sink.kept)
    assert max(mails.values()) == 1
    assert len(mails) == PEOPLE - 50
    whose = {str(one.pk): number for number, one in enumerate(people)}
    became = defaultdict(set)
    for row in PlannedMessage.objects.filter(kind="trial/reminder"):
        number = whose[row.recipient_key]
        group = "one matter" if number < 100 else "over" if number < 150 else "two matters"
        became[group, row.source_id, row.occurrence].add((row.state, row.channel, row.reason))
    assert became == {
        ("one matter", "1", "T-2d"): {("void", "mail", "superseded")},
        ("one matter", "1", "T-1h"): {("sent", "mail", "")},
        ("one matter", "2", ""): {("expired", "mail", "too_late")},
        ("over", "1", "T-2d"): {("expired", "mail", "too_late")},
        ("over", "1", "T-1h"): {("expired", "mail", "too_late")},
        ("over", "2", ""): {("expired", "mail", "too_late")},
        ("two matters", "1", "T-2d"): {("void", "mail", "superseded")},
        ("two matters", "1", "T-1h"): {("sent", "inbox", "for_digest")},
        ("two matters", "2", ""): {("sent", "inbox", "for_digest")},
    }
    digests = PlannedMessage.objects.filter(kind="notifications/digest")
    assert Counter(digests.values_list("state", flat=True)) == {"sent": PEOPLE - 150}
    print(f"people={PEOPLE} due={3 * PEOPLE} mails={mails.total()} by the usual pace within {pace:.0f} min")


# ---------------------------------------------------------------- K13


@pytest.fixture
def cohort():
    """A cohort with three teams of twelve."""
    made = make.cohort()
    for _team in range(3):
        team = make.team(cohort=made)
        for _member in range(MEMBERS):
            make.member(team=team)
    return made


def in_a_thread(work):
    """Do it with a connection of one's own."""
    try:
        return work()
    finally:
        connection.close()


def test_k13_two_bells_three_workers_and_ten_planners_at_once(sink, cohort):  # noqa: F811
    # One whose last reminder is due at once, one with two steps ahead, one with all three.
    rows = [make.learning_session(cohort=cohort, minutes_ahead=minutes) for minutes in (40, 60 * 24 * 5, 60 * 24 * 30)]
    sessions.plan_reminders(*rows)  # of the first one the invitation would say it
    ids = [row.pk for row in rows]
    before = PlannedMessage.objects.count()

    def plan() -> int:
        ahead = list(LearningSession.objects.filter(pk__in=ids).select_related("cohort__programme"))
        return sessions.plan_reminders(*ahead) + sessions.invite(*ahead)

    with Senders(sink, count=5, more={"MAILS_A_DAY": "1000"}), ThreadPoolExecutor(10) as planners:
        made = [sum(planners.map(in_a_thread, [plan] * 10)) for _again in range(3)]
        wait_until_settled()
        made.append(sum(planners.map(in_a_thread, [plan] * 10)))
    found = figures(sink)
    assert made == [0] * 4, "nothing was planned that was not planned already"
    assert PlannedMessage.objects.count() == before
    assert (found["lost"], found["doubled"], found["flagged"], found["copies"]) == (0, 0, 0, 0)
    reminders = PlannedMessage.objects.filter(kind="sessions/reminder", source_id__in=[str(pk) for pk in ids])
    whom = reminders.values("recipient_key").distinct().count()
    assert whom >= 3 * MEMBERS
    assert reminders.count() == whom * (1 + 2 + 3)
    # Of the first one the invitation says it: who has that is not reminded beside it, and nobody is left without.
    at_once = reminders.filter(source_id=str(ids[0]), occurrence__startswith="T-1h")
    assert set(at_once.values_list("state", flat=True)) <= {"sent", "void"}
    told = PlannedMessage.objects.filter(
        source_id=str(ids[0]), state="sent", kind__in=("sessions/reminder", "sessions/invitation")
    )
    assert told.values("recipient_key").distinct().count() == whom
    whole()


def test_k13_ten_planners_who_are_the_first(sink, cohort):  # noqa: F811
    """They all plan what nobody has planned yet, while it leaves already."""
    row = make.learning_session(cohort=cohort, minutes_ahead=40)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE planned_message CASCADE")
    rows = list(LearningSession.objects.filter(cohort=cohort).select_related("cohort__programme"))
    with Senders(sink, count=3), ThreadPoolExecutor(10) as planners:
        made = sum(planners.map(in_a_thread, [lambda: sessions.plan_reminders(*rows)] * 10))
        wait_until_settled()
    found = figures(sink)
    assert made == PlannedMessage.objects.filter(kind="sessions/reminder").count() > 3 * MEMBERS
    told = PlannedMessage.objects.about(row).filter(kind="sessions/reminder", state="sent").count()
    assert told == len({one.to for one in sink.kept}) == len(sink.kept) == found["sent"]
    whole()


# ---------------------------------------------------------------- K14


def test_k14_a_hundred_moves_while_two_workers_send(sink, settings):  # noqa: F811
    settings.UNDO_SECONDS = 0.3
    cohort = make.cohort()
    for _member in range(8):
        make.member(team=make.team(cohort=cohort))
    row = make.learning_session(cohort=cohort, minutes_ahead=60 * 24 * 30, kind="learning")
    planner = make.planner(cohort=cohort)
    chance, base = random.Random(14), row.wall
    committed: dict[int, dt.datetime] = {}
    with Senders(sink, more={"MAILS_A_DAY": "100000", "TICK_SECONDS": "0.05"}):
        for number in range(MOVES):
            row = LearningSession.objects.select_related("cohort__programme").get(pk=row.pk)
            to = base + dt.timedelta(minutes=20 * (number % 50 + 1) + number // 50)
            sessions.move_session(learning_session=row, to=to, by=planner)
            row.refresh_from_db()
            committed[row.version] = notifications.database_clock()
            time.sleep(chance.choice((0, 0, 0.1, 0.5)))
        wait_until_settled()
    found = figures(sink)
    assert (found["lost"], found["doubled"], found["flagged"], found["copies"]) == (0, 0, 0, 0)
    whole()
    assert row.version == max(committed) >= MOVES
    moved = PlannedMessage.objects.about(row).filter(kind="sessions/moved")
    # Nothing of a version went on its way once the next one stood.
    late = [
        (event.message.source_version, event.at)
        for event in MessageEvent.objects.filter(message__in=moved, to_state="sending").select_related("message")
        if event.message.source_version + 1 in committed and event.at > committed[event.message.source_version + 1]
    ]
    assert late == []
    each = Counter((one.recipient_key, one.source_version) for one in moved.filter(state="sent"))
    assert max(each.values()) == 1
    people = {one.to.email: str(one.to.pk) for one in sessions.reminders_wanted(row)}
    assert {key for key, version in each if version == row.version} == set(people.values())
    last = {}
    for one in sink.kept:
        if row.title_en in one.text() and (start := starts(one)):
            last[one.to] = start
    assert set(last.values()) == {row.starts_at}, "what everybody heard last is where it stands"
    assert set(last) == set(people)
    voided = moved.filter(state="void", reason="superseded").count()
    print(f"moves={MOVES} told={sum(each.values())} superseded={voided} people={len(people)}")
    assert voided > 0


def starts(letter) -> dt.datetime | None:
    """When the session begins by the calendar part of a letter."""
    for part in letter.parsed.walk():
        if part.get_content_type() == "text/calendar":
            calendar = icalendar.Calendar.from_ical(part.get_payload(decode=True))
            return next(one.start for one in calendar.walk("VEVENT")).astimezone(dt.UTC)
    return None

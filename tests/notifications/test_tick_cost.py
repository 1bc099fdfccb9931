"""Going round costs next to nothing where nothing is due, however much waits: by small indexes, in few statements."""

from __future__ import annotations

import datetime as dt
import json
import uuid

import pytest
import time_machine
from django.conf import settings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from jobs.models import Job
from notifications import digests, sending, services, states, sweep
from notifications.models import Tick
from tests import make
from tests.world import make_world

pytestmark = pytest.mark.django_db

WAITING = """
INSERT INTO planned_message (id, recipient_key, address, channel, lang, tz, kind, source_type, source_id, source_version,
    occurrence, secret, scope_type, scope_id, due_at, next_attempt_at, not_after, priority, state, reason,
    attempts, message_id, possible_duplicate, smtp_text, sent_at)
SELECT gen_random_uuid(), 'r' || k || '@example.ca', 'r' || k || '@example.ca', 'mail', '', '', 'trial/reminder',
    'trial.thing', (k %% 100)::text, 0, '', '', 'trial.scope', (k %% 20)::text, at, at, at + interval '3 days', 5,
    CASE WHEN k %% 5 = 0 THEN 'sent' ELSE 'planned' END, '', 0, '<' || k || '@x>', false, '', at
FROM (SELECT k, clock_timestamp() + (1 + k %% 1000) * interval '10 minutes' AS at FROM generate_series(1, %s) k) s
"""


@pytest.fixture
def waiting():
    """Several thousand that wait for later or have gone, as the database knows them after a while."""
    with connection.cursor() as cursor:
        cursor.execute(WAITING, [6000])
        cursor.execute("ANALYZE planned_message")


def walks(statement: str, params: dict) -> set[tuple[str, str]]:
    """Return how the messages are looked for: (kind of scan, index), whatever of it is run."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}", params)
        plan = cursor.fetchone()[0]
    (plan,) = json.loads(plan) if isinstance(plan, str) else plan
    found = set()

    def look(node: dict) -> None:
        if node.get("Relation Name") == "planned_message" or node["Node Type"] == "Bitmap Index Scan":
            found.add((node["Node Type"], node.get("Index Name", "")))
        for one in node.get("Plans", ()):
            look(one)

    look(plan["Plan"])
    return found


BY_KEY = {("Index Scan", "planned_message_pkey"), ("ModifyTable", "")}
LATE = {"can_expire": list(states.CAN_EXPIRE)}


@pytest.mark.parametrize(
    ("statement", "params", "index"),
    [
        (sending._CLAIM, {"limit": 20, "token": uuid.UUID(int=1), "lease": 60}, "planned_message_due"),
        (sending._LOST, {}, "planned_message_in_hand"),
        (sending._UNCERTAIN, {"seconds": 600}, "planned_message_uncertain"),
        (sending._EXPIRE, LATE, "planned_message_too_late"),
    ],
    ids=["claim", "lost", "uncertain", "late"],
)
def test_each_is_found_by_its_own_small_index(waiting, statement, params, index):
    found = {way for way in walks(statement, params) if way not in BY_KEY}
    assert {name for _scan, name in found} - {""} == {index}
    assert {scan for scan, _name in found} <= {"Index Scan", "Bitmap Heap Scan", "Bitmap Index Scan"}


def test_one_look_by_three_of_them(waiting):
    found = walks(sending._LOOK, LATE | {"seconds": settings.UNCERTAIN_SECONDS})
    assert {name for _scan, name in found} - {""} == {
        "planned_message_in_hand", "planned_message_uncertain", "planned_message_too_late",
    }  # fmt: skip
    assert "Seq Scan" not in {scan for scan, _name in found}


def test_a_digest_that_never_left_is_found_by_a_small_index(waiting):
    with CaptureQueriesContext(connection) as asked:
        assert digests.promise_again() == 0
    found = walks(asked.captured_queries[0]["sql"], {})
    assert "planned_message_ended" in {name for _scan, name in found}
    assert "Seq Scan" not in {scan for scan, _name in found}


def test_a_round_with_nothing_due_is_three_statements(waiting, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(sweep.sweeps, "_answers", {})
    sweep.tick()
    with CaptureQueriesContext(connection) as asked:
        assert sweep.tick() == 0
    mine = [one["sql"] for one in asked.captured_queries if "SAVEPOINT" not in one["sql"]]
    assert len(mine) == 3, mine
    assert Tick.objects.get().last_tick


def test_what_was_dropped_is_found_by_the_keys_of_its_reader_and_of_the_message(waiting):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO message_event (message_id, from_state, to_state, at, note)"
            " SELECT id, '', 'planned', clock_timestamp(), '' FROM planned_message"
        )
        cursor.execute("ANALYZE message_event")
    with transaction.atomic(), CaptureQueriesContext(connection) as asked:
        wanted = services.Wanted("trial/reminder", "r7@example.ca", timezone.now() + dt.timedelta(days=1))
        assert services.replan(("trial.thing", "7"), [wanted], version=1) == 1
    (planned,) = [one["sql"] for one in asked.captured_queries if "INSERT INTO planned_message" in one["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {planned}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "message_event_message_id" in plan
    assert "Seq Scan" not in plan


# ---------------------------------------------------------------- the other rooms


def busy_cohort(programme) -> None:
    """A cohort in the middle of its work, with a row of what every room looks for again and again."""
    cohort = make.cohort(programme=programme)
    team = make.team(cohort=cohort)
    planner = make.planner(cohort=cohort)
    make.lead(team=team, by=planner)
    make.member(team=team, by=planner)
    for moment in ("session", "close", "later"):
        make.asked(round=make.survey_round(survey=make.survey(cohort=cohort, moment=moment)), person=planner)
    ahead = cohort.learning_sessions.filter(starts_at__gt=timezone.now()).earliest("starts_at")
    who = {"name": "Mina Okpik", "email": "mina@example.ca", "language": "en", "confirmed_at": timezone.now()}
    ahead.registrations.create(told_start=ahead.starts_at, **who)
    make.thread(board=make.board(cohort=cohort), by=planner)
    make.learning_session(cohort=cohort, minutes_ahead=60 * 20)


def rooms_at(now: dt.datetime) -> None:
    sweep._other_sweeps(lambda: False, now)


def cost_at(now: dt.datetime) -> int:
    """Return what a round costs at ``now`` once everything there was to do is done, with the three statements of the diary."""
    with time_machine.travel(now, tick=False):
        for _time in range(2):
            rooms_at(now)
            Job.objects.update(state="done", ended_at=now)
        with CaptureQueriesContext(connection) as asked:
            rooms_at(now)
    return 3 + sum("SAVEPOINT" not in one["sql"] for one in asked.captured_queries)


def test_a_round_in_which_no_room_has_anything_to_do_is_few_statements_for_one_cohort_and_for_twenty(cast, monkeypatch):
    monkeypatch.setattr("notifications.bell.ring", lambda task: True)
    # Beyond what can be undone; in the day before a session; near a Monday.
    monday = 7 * 24 - 24 * timezone.now().weekday()
    moments = [timezone.now() + dt.timedelta(hours=n) for n in (1, 30, monday - 30, monday)]
    costs = []
    for many in (1, 19):
        for _one in range(many):
            busy_cohort(cast.programme)
        costs.append([cost_at(now) for now in moments])
    assert costs[0] == costs[1]
    assert max(costs[0]) <= 15
    assert min(costs[0]) <= 8


def test_what_the_rooms_look_for_among_messages_is_found_by_indexes(waiting):
    with CaptureQueriesContext(connection) as asked:
        sweep.with_work(timezone.now())
    (look,) = asked.captured_queries
    assert "Seq Scan" not in {scan for scan, _name in walks(look["sql"].replace("%", "%%"), {})}


def changed() -> int:
    """Return how many rows were written in this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) FROM pg_stat_xact_user_tables")
        return cursor.fetchone()[0]


def test_where_no_look_finds_anything_the_sweep_has_nothing_to_do(monkeypatch):
    monkeypatch.setattr("notifications.bell.ring", lambda task: True)
    start = make_world() and timezone.now()
    passed_over = set()
    for hours in (0, 1, *range(5, 24 * 14, 61), 24 * 40, 24 * 100, 24 * 500):
        now = start + dt.timedelta(hours=hours)
        with time_machine.travel(now, tick=False):
            rooms_at(now)
            for room in set(sweep.sweeps.keys()) - sweep.with_work(now):
                before = changed()
                sweep.sweeps.get(room)(now)
                assert changed() == before, (room, now)
                passed_over.add(room)
    assert len(passed_over) > 20, "most are passed over at some hour"

"""Going round costs next to nothing where nothing is due, however much waits: by small indexes, in three statements."""

from __future__ import annotations

import json
import uuid

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications import digests, sending, states, sweep
from notifications.models import Tick

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


def test_what_the_other_rooms_look_for_costs_few_statements(waiting):
    """Each room's sweep with nothing to do; a budget, so that a new one is noticed."""
    costs = {}
    for room in sweep.sweeps.keys():  # noqa: SIM118  (a Slot, not a dict)
        sweep.sweeps.get(room)()
        with CaptureQueriesContext(connection) as asked:
            sweep.sweeps.get(room)()
        costs[room] = sum("SAVEPOINT" not in one["sql"] for one in asked.captured_queries)
    print(sum(costs.values()), costs)
    assert sum(costs.values()) <= 60, costs
    assert max(costs.values()) <= 8, costs

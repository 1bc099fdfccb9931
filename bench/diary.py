"""The diary by itself, in a database of its own that no worker looks at: `python -m bench.diary WORD …`; answers in JSON."""

from __future__ import annotations

import io
import json
import random
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import django

PEOPLE, SESSIONS, STEPS = 5000, 8, 3
TICKS = 30
# Nothing of it is due; as many scopes and sources as an installation of that size has.
_WAITING = """
INSERT INTO planned_message (id, recipient_key, address, channel, lang, tz, kind, source_type, source_id, source_version,
    occurrence, secret, scope_type, scope_id, due_at, next_attempt_at, not_after, priority, state, reason,
    attempts, message_id, possible_duplicate, smtp_text)
SELECT gen_random_uuid(), 'reader' || k || '@example.org', 'reader' || k || '@example.org', 'mail', '', '',
    'sessions/reminder', 'learning_sessions.learningsession', (k %% 2000)::text, 1, 'T-2d', '',
    'collaborative.cohort', (k %% 200)::text, at, at, at + interval '2 days', 4, 'planned', '', 0, '<' || k || '@bench>',
    false, ''
FROM (SELECT k, clock_timestamp() + (1 + k %% 20000) * interval '9 minutes' AS at FROM generate_series(1, %s) k) waiting
"""
_FLOOR = "SELECT id FROM planned_message WHERE state IN ('planned', 'retry') AND next_attempt_at <= now() LIMIT 20"


def kill(messages: str, kills: str) -> dict[str, Any]:
    """Let two senders work while they are killed with -9 so many times; return what came of it.

    The senders, the mail server and the sums are those of the fault tests, so that both speak of the same.
    """
    from django.conf import settings

    from notifications import bell
    from tests.notifications import trial
    from tests.notifications.kills import LEASE, Senders, figures, plan_many, wait_until_settled
    from tests.smtp_sink import Sink

    settings.LEASE_SECONDS = LEASE
    trial.register()
    bell.kick = lambda: True
    sink = Sink().start()
    sink.jitter = 0.01
    many, times = int(messages), int(kills)
    try:
        plan_many(many)
        with Senders(sink) as senders:
            for number in range(times):
                until = time.monotonic() + 120
                while len(sink.kept) < (number + 1) * many // (times + 1):
                    if time.monotonic() > until:
                        raise TimeoutError("nothing leaves any more")
                    time.sleep(0.001)
                time.sleep(random.uniform(0, 0.02))
                senders.kill_any()
            wait_until_settled(300)
        return figures(sink, kills=times)
    finally:
        sink.stop()


def cohort() -> dict[str, Any]:
    """Make a cohort of five thousand people with eight sessions ahead, of which nobody was promised anything yet."""
    from accounts.models import User
    from collaborative.models import Membership, Role
    from desk.demo import make
    from sessions.models import LearningSession

    home = make.cohort()
    LearningSession.objects.filter(cohort=home).delete()
    for place in range(SESSIONS):
        make.learning_session(cohort=home, minutes_ahead=60 * 24 * (20 + 5 * place))
    team = make.team(cohort=home)
    people = [
        User(name=f"Person {n}", email=f"planned{n}@example.org", password="!", language="en", city="toronto")
        for n in range(PEOPLE)
    ]
    User.objects.bulk_create(people)
    Membership.objects.bulk_create(Membership(user=one, role=Role.PARTICIPANT, team=team) for one in people)
    _clear()
    return {}


def plan() -> dict[str, Any]:
    """Plan every reminder of that cohort, then copy the same rows into a table like it. Seconds of both, and memory in MB."""
    import resource

    from django.db import connection, transaction

    from sessions import services
    from sessions.models import LearningSession

    _clear()
    ahead = list(LearningSession.objects.select_related("cohort__programme"))
    began = time.monotonic()
    with transaction.atomic():
        planned = services.plan_reminders(*ahead)
    seconds = time.monotonic() - began
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    lines = io.StringIO()
    with connection.cursor() as cursor:
        cursor.copy_expert("COPY planned_message TO STDOUT", lines)
        cursor.execute("DROP TABLE IF EXISTS bench_message")
        cursor.execute("CREATE TABLE bench_message (LIKE planned_message INCLUDING ALL)")
        lines.seek(0)
        began = time.monotonic()
        cursor.copy_expert("COPY bench_message FROM STDIN", lines)
        bare = time.monotonic() - began
        cursor.execute("DROP TABLE bench_message")
    return {"planned": planned, "seconds": seconds, "bare": bare, "mb": most}


def wait(number: str) -> dict[str, Any]:
    """Let so many messages wait for later."""
    from django.db import connection

    from notifications import sweep

    _clear()
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, [int(number)])
        cursor.execute("ANALYZE planned_message")
    sweep.tick()  # the first one finds everything that the rooms have to do once
    return {"waiting": int(number)}


def ticks() -> dict[str, Any]:
    """Go round with nothing due: milliseconds and statements, of all rooms and of the diary alone, beside one indexed query."""
    from django.db import connection

    from notifications import sweep

    def timed(call: Callable[[], Any]) -> float:
        times = []
        for _time in range(TICKS):
            began = time.perf_counter()
            call()
            times.append((time.perf_counter() - began) * 1000)
        return statistics.median(times)

    def ask() -> None:
        with connection.cursor() as cursor:
            cursor.execute(_FLOOR)
            cursor.fetchall()

    floor = timed(ask)
    whole, statements = timed(sweep.tick), _statements(sweep.tick)
    rooms = dict(sweep.sweeps._answers)
    sweep.sweeps._answers.clear()
    own, own_statements = timed(sweep.tick), _statements(sweep.tick)
    sweep.sweeps._answers.update(rooms)
    return {"floor": floor, "ms": whole, "statements": statements, "own": own, "own_statements": own_statements}


def _statements(call: Callable[[], Any]) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        call()
    words = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
    return sum(not one["sql"].startswith(words) for one in asked.captured_queries)


def _clear() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE planned_message CASCADE")


WORDS: dict[str, Callable[..., dict[str, Any]]] = {
    "kill": kill,
    "cohort": cohort,
    "plan": plan,
    "wait": wait,
    "ticks": ticks,
}

if __name__ == "__main__":
    django.setup()
    word, *rest = sys.argv[1:]
    print(json.dumps(WORDS[word](*rest)))

"""Senders killed with -9, at random and at every point of a hand-over: nothing is lost."""

import random
import time
from collections import Counter

import pytest

from notifications.models import MessageEvent, PlannedMessage
from tests.notifications.conftest import _trial_kinds  # noqa: F401  (a fixture)
from tests.notifications.kills import LEASE, Senders, figures, plan_many, wait_until_settled
from tests.smtp_sink import sink  # noqa: F401  (a fixture)

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]
KILLS = 20


@pytest.fixture(autouse=True)
def _short(settings):
    settings.LEASE_SECONDS = LEASE


def test_killed_at_random(sink):  # noqa: F811
    sink.jitter = 0.01
    plan_many(1000)
    with Senders(sink) as senders:
        for _ in range(40):
            time.sleep(random.uniform(0.02, 0.15))
            senders.kill_any()
        wait_until_settled()
    found = figures(sink, kills=40)
    assert (found["sent"], found["lost"]) == (1000, 0)


# Up to the dot nothing can have gone. Killed between the committed mark and the dot: in doubt, yet one copy only.
# A row sent again may be the one that is killed again, so copies are counted, not rows.
@pytest.mark.parametrize(
    ("point", "doubts", "copies"),
    [
        ("claimed", 0, 0),
        ("begun", 0, 0),
        ("open", 0, 0),
        ("before_sending", 0, 0),
        ("sending", KILLS, 0),
        ("replied", KILLS, KILLS),
        ("settled", 0, 0),
    ],
)
def test_killed_at_each_point(sink, point, doubts, copies):  # noqa: F811
    plan_many(40)
    with Senders(sink, count=1, point=point) as senders:
        for _ in range(KILLS):
            senders.kill(senders.wait_at_point())
    with Senders(sink):
        wait_until_settled()
    found = figures(sink, kills=KILLS)
    assert (found["sent"], found["lost"]) == (40, 0)
    assert (MessageEvent.objects.filter(to_state="uncertain").count(), found["copies"]) == (doubts, copies)
    assert Counter(PlannedMessage.objects.values_list("state", flat=True)) == {"sent": 40}

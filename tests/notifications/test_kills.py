"""A small fault in the fast lane: senders are killed twenty times, and nothing is lost."""

import random
import time

import pytest

from notifications.models import PlannedMessage
from tests.notifications.kills import LEASE, Senders, figures, plan_many, wait_until_settled


@pytest.mark.django_db(transaction=True)
def test_twenty_kills_lose_nothing(sink, settings):
    settings.LEASE_SECONDS = LEASE
    sink.jitter = 0.01
    plan_many(400)
    with Senders(sink) as senders:
        for _ in range(20):
            time.sleep(random.uniform(0.02, 0.12))
            senders.kill_any()
        wait_until_settled()
    found = figures(sink, kills=20)
    assert (found["sent"], found["lost"]) == (400, 0)
    assert PlannedMessage.objects.exclude(state="sent").count() == 0

"""K7 to K10 of the fault plan: a mail server that is away, puts off, stalls, or does a bit of everything."""

from __future__ import annotations

import random
import time
from collections import Counter, defaultdict
from itertools import pairwise

import pytest

from notifications import states
from notifications.models import MessageEvent, PlannedMessage
from tests.notifications import invariants
from tests.notifications.conftest import _trial_kinds  # noqa: F401  (a fixture)
from tests.notifications.kills import LEASE, Senders, figures, plan_many, wait_until_settled
from tests.smtp_sink import sink  # noqa: F401  (a fixture)

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

# Six hours pass in 14.4 seconds, and the waits between tries with them.
MINUTE = 0.04
STEPS = (1, 5, 15, 60, 240)
SEED = 20261123


@pytest.fixture(autouse=True)
def _short(settings):
    settings.LEASE_SECONDS = LEASE


def states_of() -> Counter[str]:
    return Counter(PlannedMessage.objects.values_list("state", flat=True))


def test_k7_a_server_that_refuses_for_six_hours(sink):  # noqa: F811
    sink.away()
    plan_many(4)
    waits: dict[tuple, float] = {}
    with Senders(
        sink, more={"RETRY_MINUTES": ",".join(str(step * MINUTE / 60) for step in STEPS), "TICK_SECONDS": "0.02"}
    ):
        until, back = time.monotonic() + 90, None
        settled = is_back = False
        while not settled:
            assert time.monotonic() < until, states_of()
            if waits and back is None:
                back = time.monotonic() + 360 * MINUTE
            if back is not None and not is_back and time.monotonic() > back:
                sink.back()
                is_back = True
            put_off = PlannedMessage.objects.filter(state=states.RETRY, reason="server_away")
            for pk, tries, at, following in put_off.values_list("pk", "attempts", "updated_at", "next_attempt_at"):
                waits[pk, tries] = (following - at).total_seconds()
            settled = set(states_of()) == {"sent"}
            time.sleep(0.01)
    found = figures(sink)
    assert (found["sent"], found["lost"], found["doubled"], found["flagged"]) == (4, 0, 0, 0)
    tries = PlannedMessage.objects.values_list("attempts", flat=True)
    assert 2 <= max(tries) <= states.MAX_ATTEMPTS
    seen = Counter(number for _pk, number in waits)
    assert len(seen) >= 3, "several steps were met"
    for (_pk, number), wait in waits.items():
        step = STEPS[min(number, len(STEPS)) - 1] * MINUTE
        assert step * 0.8 - 0.005 <= wait <= step * 1.2 + 0.005, (number, wait)


def test_k8_greylisting(sink):  # noqa: F811
    met: set[str] = set()
    sink.rule = lambda address: "accept" if address in met else (met.add(address) or "451")
    plan_many(300)
    with Senders(sink):
        wait_until_settled()
    found = figures(sink)
    assert (found["sent"], found["lost"], found["doubled"], found["flagged"]) == (300, 0, 0, 0)
    assert set(PlannedMessage.objects.values_list("attempts", flat=True)) == {2}
    assert set(map(tuple, sink.ledger.values())) == {("451", "accept")}


def test_k9_a_server_that_stalls_holds_nobody_for_long(sink):  # noqa: F811
    """Half a minute at the greeting, at EHLO, at DATA and after the dot, with the real time-outs of a sender."""
    sink.lines.extend(["stall connect 30", "stall ehlo 30"])
    sink.script.extend(["stall data 30", "stall dot 30"])
    plan_many(300)
    with Senders(sink, count=5, more={"LEASE_SECONDS": "60"}):
        until = time.monotonic() + 60
        while len(sink.kept) < 200:
            assert time.monotonic() < until, "the others keep sending"
            time.sleep(0.05)
        assert MessageEvent.objects.filter(to_state__in=("retry", "uncertain")).count() < 4, "somebody is still held"
        wait_until_settled(100)
    found = figures(sink, cuts=1)
    assert (found["sent"], found["lost"], found["flagged"]) == (300, 0, 1)
    # From a row's first step to the one that ended the stall: nobody was held for a minute.
    events = defaultdict(list)
    for one in MessageEvent.objects.order_by("id"):
        events[one.message_id].append(one)
    held = [
        (after.at - before.at).total_seconds()
        for steps in events.values()
        for before, after in pairwise(steps)
        if (before.to_state, after.to_state) in (("planned", "retry"), ("sending", "uncertain"))
    ]
    print(f"held for {', '.join(f'{seconds:.0f}' for seconds in sorted(held))} s")
    assert len(held) == 4
    assert all(15 < seconds < 60 for seconds in held)
    unsure = MessageEvent.objects.get(to_state="uncertain")
    assert (unsure.from_state, unsure.note) == ("sending", "no_reply_after_dot")


# What a server says to one address, try by try (the last for good), how often, and what becomes of the row.
MIX = {
    "accepts": ((), 60, ("sent", "")),
    "puts off once": (("451",), 10, ("sent", "")),
    "puts off at the dot": (("451 dot", "451 dot"), 5, ("sent", "")),
    "puts off for ever": (("450",) * 20, 3, ("dead", "too_many_tries")),
    "refuses": (("550",) * 20, 8, ("dead", "refused")),
    "refuses at the dot": (("550 dot",) * 20, 3, ("dead", "refused")),
    "cuts at data": (("drop at data",), 4, ("sent", "")),
    "keeps and cuts": (("drop after dot",), 4, ("sent", "")),
    "loses and cuts": (("lose after dot",), 3, ("sent", "")),
}  # fmt: skip


def test_k10_a_bit_of_everything(sink):  # noqa: F811
    chance = random.Random(SEED)
    fate = dict(
        zip(
            (f"reader{number}@example.ca" for number in range(2000)),
            chance.choices(list(MIX), [share for _orders, share, _end in MIX.values()], k=2000),
            strict=True,
        )
    )

    def rule(address: str) -> str:
        orders, said = MIX[fate[address]][0], len(sink.ledger[address])
        return orders[said] if said < len(orders) else "accept"

    sink.rule = rule
    plan_many(2000)
    with Senders(sink):
        wait_until_settled(90)
    cut = sum(orders.count("drop after dot") for orders in sink.ledger.values())
    found = figures(sink, cuts=cut)
    wanted = Counter(fate.values())
    ends = {name: end for name, (_orders, _share, end) in MIX.items()}
    for row in PlannedMessage.objects.all():
        assert (row.state, row.reason) == ends[fate[row.address]], (fate[row.address], sink.ledger[row.address])
        tries = [order for order in sink.ledger[row.address] if order != "450"]
        assert row.attempts == len(sink.ledger[row.address]), (fate[row.address], tries)
        assert row.possible_duplicate == (fate[row.address] in ("keeps and cuts", "loses and cuts"))
    assert (found["lost"], found["doubled"]) == (0, wanted["keeps and cuts"])
    assert found["flagged"] == wanted["keeps and cuts"] + wanted["loses and cuts"]
    # Every letter that the server says it has, and no other.
    kept = Counter(one.to for one in sink.kept)
    booked = {address: sum(o in ("accept", "drop after dot") for o in said) for address, said in sink.ledger.items()}
    assert {address: kept[address] for address in fate} == booked
    assert invariants.settled()

"""K25 of the fault plan: fifty messages that cannot leave, among a thousand; the others do, and each of the fifty says why."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from django.contrib.auth import get_user_model

from notifications import delivery, services
from notifications.models import PlannedMessage
from tests.notifications import trial
from tests.notifications.conftest import _trial_kinds, go, person  # noqa: F401  (a fixture)
from tests.notifications.kills import figures
from tests.smtp_sink import sink  # noqa: F401  (a fixture)

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

EACH = 10
HUGE = "N" * 5_000_000


def posts(sort: str, number: int) -> PlannedMessage:
    """Promise one message of this sort."""
    about = ("trial.thing", "7")
    match sort:
        case "bad address":
            return services.post("trial/reminder", to=f"nobody{number} at@example.ca", about=about)
        case "address with a new line":
            return services.post("trial/reminder", to=f"a{number}@example.ca\r\nBcc: b@example.ca", about=about)
        case "five megabytes of name":
            return services.post("trial/huge", to=f"huge{number}@example.ca", about=("trial.thing", str(number)))
        case "its source is gone":
            return services.post("trial/reminder", to=f"gone{number}@example.ca", about=("trial.thing", "gone"))
        case "deleted between claim and hand-over":
            return services.post("trial/reminder", to=person(f"Doomed {number}"), about=about)
    return services.post("trial/reminder", to=f"reader{number}@example.ca", about=about)


ENDS = {
    "bad address": ("held", "bad_address"),
    "address with a new line": ("held", "bad_address"),
    "five megabytes of name": ("held", "too_long"),
    "its source is gone": ("void", "source_gone"),
    "deleted between claim and hand-over": ("void", "inactive"),
    "good": ("sent", ""),
}


def test_k25_fifty_poisoned_among_a_thousand(sink, monkeypatch):  # noqa: F811
    trial.register_one(monkeypatch, "trial/huge", lambda message: trial.thing(message) | {"thing": HUGE})
    sorts = [name for name in ENDS if name != "good" for _each in range(EACH)] + ["good"] * (
        1000 - EACH * (len(ENDS) - 1)
    )
    random.Random(25).shuffle(sorts)
    rows = {posts(sort, number).pk: sort for number, sort in enumerate(sorts)}

    def deleted(name: str) -> None:
        """Delete those whose rows are in somebody's hand, as a person asks for it at that very moment."""
        if name in ("claimed", "settled"):
            users = get_user_model().objects.filter(name__startswith="Doomed")
            held = PlannedMessage.objects.filter(state="claimed", recipient__in=users).values_list("recipient_id")
            get_user_model().objects.filter(pk__in=list(held.values_list("recipient_id", flat=True))).delete()

    monkeypatch.setattr(delivery, "checkpoint", deleted)
    for _round in range(5):
        go()
    found = figures(sink)
    became = {sort: Counter() for sort in ENDS}
    for row in PlannedMessage.objects.all():
        became[rows[row.pk]][row.state, row.reason] += 1
    assert became == {sort: Counter({end: EACH}) for sort, end in ENDS.items() if sort != "good"} | {
        "good": Counter({ENDS["good"]: 950})
    }
    assert (found["sent"], found["lost"], found["doubled"]) == (950, 0, 0)
    assert len(sink.kept) == 950
    assert all("Bcc" not in one.parsed and one.to.startswith("reader") for one in sink.kept)
    assert PlannedMessage.objects.failed().count() == 3 * EACH, "the planning team sees them, each with its cause"

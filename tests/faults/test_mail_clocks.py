"""K11 of the fault plan, for senders: their own clock jumps forward and back, the database's is true."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest
from django.utils import timezone

from core.time import wall_in
from notifications import services
from notifications.models import Choice, PlannedMessage, Shift, Tick
from tests.faults.production import wait_for
from tests.notifications.conftest import _trial_kinds, in_hours, person  # noqa: F401  (a fixture)
from tests.notifications.kills import LEASE, Senders, figures, plan_many, wait_until_settled
from tests.smtp_sink import sink  # noqa: F401  (a fixture)

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

SIX_FORWARD, TWO_BACK = 6 * 3600, -2 * 3600


@pytest.fixture(autouse=True)
def _short(settings):
    settings.LEASE_SECONDS = LEASE


def quiet_now(user, *, begins: float, ends: float) -> None:
    """Give somebody quiet hours around so many hours from now, on their own clock."""
    wall = wall_in(timezone.now(), user.time_zone)
    times = [(wall + dt.timedelta(hours=hours)).time().replace(microsecond=0) for hours in (begins, ends)]
    Choice.objects.create(user=user, shift=Shift.OWN, quiet_from=times[0], quiet_until=times[1])


@pytest.mark.parametrize("clock", [[SIX_FORWARD], [TWO_BACK], [0, SIX_FORWARD, TWO_BACK]], ids=["forward", "back", "jumps"])  # fmt: skip
def test_k11_a_sender_whose_clock_is_wrong(sink, clock):  # noqa: F811
    Tick.objects.create(last_tick=timezone.now())
    plan_many(150)
    addresses = [f"later{number}@example.ca" for number in range(150)]
    due = timezone.now() + dt.timedelta(seconds=8)
    soon = services.plan_many("trial/moved", to=addresses, about=("trial.thing", "7"), due=due)
    early = services.plan("trial/reminder", to="early@example.ca", about=("trial.thing", "8"), due=in_hours(3))
    over = services.plan(
        "trial/reminder", to="still@example.ca", about=("trial.thing", "8"), due=in_hours(-1), not_after=in_hours(1)
    )
    # Two matters for one person: put together only after a standstill, and there was none.
    nia, asleep, awake = (person(name, time_zone="America/St_Johns") for name in ("Nia", "Asleep", "Awake"))
    both = [services.post("trial/reminder", to=nia, about=("trial.thing", about)) for about in "12"]
    quiet_now(asleep, begins=-1, ends=2)
    quiet_now(awake, begins=5, ends=7)
    waits = services.post("trial/reminder", to=asleep, about=("trial.thing", "1"))
    goes = services.post("trial/reminder", to=awake, about=("trial.thing", "1"))
    with Senders(sink, more={"CLOCK": ",".join(map(str, clock)), "TICK_SECONDS": "0.2"}):
        wait_for(lambda: PlannedMessage.objects.filter(kind="trial/moved", state="sent").count() == soon)
        wait_until_settled()
    found = figures(sink)
    rows = {row.pk: row for row in PlannedMessage.objects.all()}
    assert (found["lost"], found["doubled"], found["flagged"]) == (0, 0, 0)
    assert soon == 150
    assert rows[early.pk].state == "planned", "not before its hour"
    assert rows[over.pk].state == "sent", "not over yet"
    assert [(rows[row.pk].state, rows[row.pk].channel) for row in both] == [("sent", "mail")] * 2
    assert (rows[waits.pk].state, rows[waits.pk].reason) == ("planned", "quiet")
    assert (rows[goes.pk].state, rows[goes.pk].channel) == ("sent", "mail")
    late = [(row.sent_at - row.due_at).total_seconds() for row in rows.values() if row.address in addresses]
    print(f"left {min(late):.1f} to {max(late):.1f} s after their moment")
    assert min(late) >= 0
    assert max(late) < 60
    assert Counter(row.state for row in rows.values()) == {"sent": 304, "planned": 2}

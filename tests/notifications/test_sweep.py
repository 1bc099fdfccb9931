"""Going round: paused, beside others, asked to stop; and the pulse that tells when nobody goes round."""

import datetime
import signal
import sys
import time

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import OperationalError
from django.utils import timezone

from core.views import healthz
from notifications import delivery, sending, services, sweep, tasks
from notifications.models import PlannedMessage, Tick
from tests import looked_first
from tests.notifications.conftest import ABOUT, go
from tests.notifications.kills import Senders, plan_many

pytestmark = pytest.mark.django_db


def test_the_task_is_the_sweep(monkeypatch):
    called = []
    monkeypatch.setattr(sweep, "tick", lambda stop: called.append(stop()))
    tasks.tick()
    assert called == [False], "once, until the worker is asked to end"


def test_while_paused_nothing_leaves(nia, paula, sink):
    row = services.post("trial/reminder", to=nia, about=ABOUT)
    services.pause_sending(by=paula, reason="restored from yesterday")
    assert services.pause()
    assert go() == 0
    assert Tick.objects.get().last_tick, "the tick itself goes on"
    assert sweep.pulse()["sending_paused"] == "yes"
    services.resume_sending(by=paula)
    assert not services.pause()
    assert go() == 1
    row.refresh_from_db()
    assert row.state == "sent"


def test_a_pause_in_the_middle_of_a_batch(sink, monkeypatch):
    plan_many(5)
    calls = []

    def second(name):
        calls.append(name)
        if calls.count("replied") == 2 and name == "replied":
            services.pause_sending()

    monkeypatch.setattr(delivery, "checkpoint", second)
    assert go() == 2
    assert sorted(PlannedMessage.objects.values_list("state", "attempts")) == [("planned", 0)] * 3 + [("sent", 1)] * 2


def test_asked_to_stop_it_finishes_the_message_in_hand(sink):
    plan_many(5)
    assert sweep.tick(stop=lambda: len(sink.kept) >= 2) == 2
    assert sorted(PlannedMessage.objects.values_list("state", "attempts")) == [("planned", 0)] * 3 + [("sent", 1)] * 2


def test_a_server_that_becomes_slow_keeps_few_rows_waiting(sink, monkeypatch):
    """Many are claimed where mail leaves quickly; what is more urgent comes up as soon as it does not any more."""
    plan_many(130)
    monkeypatch.setattr(sending, "batch_after", lambda settled, seconds: 100)
    given: list[int] = []

    def slower(name):
        if name == "replied" and len(sink.kept) == 23:
            time.sleep(1.1)

    monkeypatch.setattr(delivery, "checkpoint", slower)
    monkeypatch.setattr(sending, "give_back", lambda rows, give=sending.give_back: given.append(give(rows)))
    assert go() == 130
    assert given[0] > sending.BATCH
    assert set(PlannedMessage.objects.values_list("attempts", flat=True)) == {1}


def test_other_sweeps_are_done_and_cannot_harm(nia, sink, monkeypatch, caplog):
    done = []

    def fail(now):
        raise RuntimeError

    monkeypatch.setattr(sweep.sweeps, "_answers", {"bad": fail, "good": lambda now: done.append(1)})
    services.post("trial/reminder", to=nia, about=ABOUT)
    assert go() == 1
    assert done == [1]
    assert "the sweep of bad failed" in caplog.text


def test_a_sweep_whose_look_finds_nothing_is_passed_over_and_one_that_fails_spares_no_work(nia, monkeypatch, caplog):
    done = []
    names = ("found", "nothing", "no look", "no rows", "broken")
    monkeypatch.setattr(sweep.sweeps, "_answers", {name: lambda now, name=name: done.append(name) for name in names})
    people = get_user_model().objects

    def fail(now):
        raise RuntimeError

    looks = {
        "found": lambda now: [people.none(), people.filter(pk=nia.pk), people.all()],
        "nothing": lambda now: [people.filter(name="Nobody"), people.filter(pk__in=[])],
        "no rows": lambda now: [],
        "broken": fail,
    }
    monkeypatch.setattr(sweep.looks, "_answers", looks)
    go()
    assert done == ["found", "no look", "broken"]
    assert "the look of broken failed" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_where_the_looks_cannot_be_asked_every_sweep_is_done(monkeypatch, caplog):
    done = []
    monkeypatch.setattr(sweep.sweeps, "_answers", {name: lambda now, name=name: done.append(name) for name in "ab"})
    looks = {
        "a": lambda now: [Tick.objects.extra(where=["1 / 0 = 1"])],
        "b": lambda now: [get_user_model().objects.filter(name="Nobody")],
    }
    monkeypatch.setattr(sweep.looks, "_answers", looks)
    Tick.objects.create(pk=Tick.THE_ONE, last_tick=timezone.now())
    go()
    assert done == ["a", "b"]
    assert "the looks failed" in caplog.text


def test_a_sweep_that_a_test_calls_by_its_name_is_held_to_its_look(nia):
    rows = get_user_model().objects.filter(pk=nia.pk)
    do = looked_first.held("room", lambda now: rows.update(name="Nobody"), lambda now: [rows.filter(name="Mina")])
    with pytest.raises(AssertionError, match="the look of room found nothing"):
        do()
    rows.update(name="Mina")
    assert do() == 1, "it had been found"
    rows = rows.none()
    assert do() == 0, "nothing found, nothing written"


def test_every_sweep_with_a_look_is_held_to_it_where_tests_call_it():
    for key in sweep.looks.keys():  # noqa: SIM118  (a Slot, not a dict)
        do = sweep.sweeps.get(key)
        assert getattr(sys.modules[do.__module__], do.__name__).__wrapped__ is do, key


def test_what_is_due_is_due_by_the_clock_of_the_database(monkeypatch):
    told = []
    monkeypatch.setattr(sweep.sweeps, "_answers", {"room": told.append})
    monkeypatch.setattr(sweep.looks, "_answers", {"room": lambda now: told.append(now) or [Tick.objects.all()]})
    Tick.objects.create(pk=Tick.THE_ONE, last_tick=timezone.now())
    with time_machine.travel(timezone.now() + datetime.timedelta(days=2)):
        go()
    assert told[0] == told[1]
    assert abs(told[0] - services.database_clock()) < datetime.timedelta(minutes=1)


def test_the_pulse(rf):
    assert sweep.pulse() == {"messages": True, "sending_paused": "no"}
    go()
    assert sweep.pulse()["messages"] is True
    Tick.objects.update(last_tick="2026-01-01T00:00Z")
    assert sweep.pulse()["messages"] is False
    assert healthz(rf.get("/healthz")).status_code == 503
    go()
    assert healthz(rf.get("/healthz")).status_code == 200


def test_send_due_once(nia, sink, capsys, monkeypatch):
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    services.post("trial/reminder", to=nia, about=ABOUT)
    call_command("send_due")
    assert capsys.readouterr().out == "1 settled\n"


def test_send_due_outlives_the_database(monkeypatch, settings, caplog):
    settings.TICK_SECONDS = 0.01
    handlers, rounds = {}, []
    monkeypatch.setattr(signal, "signal", lambda number, handler: handlers.update({number: handler}))

    def away(**_):
        rounds.append(1)
        if len(rounds) == 2:
            handlers[signal.SIGTERM](signal.SIGTERM, None)
        raise OperationalError("nia@example.ca")

    monkeypatch.setattr(sweep, "tick", away)
    monkeypatch.setattr("notifications.management.commands.send_due.close_old_connections", lambda: None)
    monkeypatch.setattr("notifications.management.commands.send_due.connection.close", lambda: None)
    call_command("send_due", loop=True)
    assert rounds == [1, 1]
    assert "cannot be read now (OperationalError)" in caplog.text
    assert "example.ca" not in caplog.text


@pytest.mark.django_db(transaction=True)
def test_sigterm_gives_back_what_was_not_begun(sink):
    sink.jitter = 0.05
    plan_many(60)
    with Senders(sink, count=1):
        while len(sink.kept) < 3:
            time.sleep(0.01)
    left = set(PlannedMessage.objects.values_list("state", "attempts"))
    assert left == {("planned", 0), ("sent", 1)}
    assert PlannedMessage.objects.filter(state="sent").count() == len(sink.kept) < 60

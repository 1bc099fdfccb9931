"""Long work: done once by whoever takes it, taken up again when its worker dies, stopped, failed, cleared away."""

from __future__ import annotations

import datetime as dt
import threading
import uuid

import pytest
from django.db import connection
from django.utils import timezone

from core.refusals import Refused
from jobs import kinds, services
from jobs.models import Job, State
from notifications import bell
from tests import make

pytestmark = pytest.mark.django_db


class Counting:
    """A kind that goes through some steps, and says what it was given."""

    def __init__(self) -> None:
        self.runs: list[uuid.UUID] = []
        self.at_step = lambda step, job: None

    def run(self, job, progress) -> kinds.Result:
        self.runs.append(job.pk)
        steps = job.params.get("steps", 3)
        for step in range(1, steps + 1):
            progress(step, steps)
            self.at_step(step, job)
        return kinds.Result(
            report={"steps": steps}, file=bytes(job.sent or b"") + b"!", name="out.txt", type="text/plain"
        )


@pytest.fixture
def counting(monkeypatch):
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    monkeypatch.setattr(services, "call_to_work", lambda: True)
    kind = Counting()
    kinds.register(kinds.Kind(key="trial/count", title=lambda job: "Counting", run=kind.run))
    return kind


@pytest.fixture
def nia():
    return make.person("Nia Roy")


def ask(nia, **more) -> Job:
    return services.ask_for("trial/count", by=nia, **more)


def test_what_is_asked_for_is_done_once(counting, nia):
    job = ask(nia, sent=b"rows")
    assert (services.work(), services.work()) == (1, 0)
    job.refresh_from_db()
    assert (job.state, job.done, job.most, job.report) == (State.DONE, 3, 3, {"steps": 3})
    assert bytes(job.result) == b"rows!"
    assert (job.sent, job.claim_token, job.lease_until) == (None, None, None)
    assert counting.runs == [job.pk]


def test_the_bell_is_rung_when_the_request_is_committed(counting, nia, monkeypatch, django_capture_on_commit_callbacks):
    rung = []
    monkeypatch.setattr(services, "call_to_work", lambda: rung.append(1) or True)
    with django_capture_on_commit_callbacks(execute=True):
        ask(nia)
        ask(nia)
    assert rung == [1]


def test_an_unknown_kind_is_a_mistake_of_ours(nia):
    with pytest.raises(LookupError):
        services.ask_for("trial/nothing", by=nia)


def test_one_person_cannot_fill_the_line(counting, nia):
    for _time in range(services.MOST_AT_ONCE):
        ask(nia)
    with pytest.raises(Refused):
        ask(nia)
    assert ask(make.person("Tess"))


def test_work_whose_worker_died_is_taken_up_again_and_in_the_end_given_up(counting, nia):
    job = ask(nia)
    for attempt in range(1, services.MOST_ATTEMPTS + 1):
        assert services._claim().pk == job.pk
        assert services._claim() is None
        Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - dt.timedelta(seconds=1))
        job.refresh_from_db()
        assert job.attempts == attempt
    assert services.work() == 1
    job.refresh_from_db()
    assert job.state == State.FAILED
    assert counting.runs == []


def test_a_worker_that_was_thought_dead_stops_at_its_next_step(counting, nia):
    job = ask(nia)

    def somebody_else_takes_it(step, _job):
        if step == 2:
            Job.objects.filter(pk=job.pk).update(claim_token=uuid.uuid4())

    counting.at_step = somebody_else_takes_it
    assert services.work() == 0
    job.refresh_from_db()
    assert (job.state, job.done) == (State.RUNNING, 2)


def test_stopping_stops_at_the_next_step(counting, nia):
    job = ask(nia)
    counting.at_step = lambda step, one: services.stop(job=one, by=nia)
    assert services.work() == 0
    job.refresh_from_db()
    assert (job.state, job.done, job.sent) == (State.STOPPED, 1, None)
    services.stop(job=job, by=nia)
    assert Job.objects.get(pk=job.pk).ended_at == job.ended_at


def test_what_breaks_is_tried_three_times(counting, nia, caplog):
    job = ask(nia)

    def break_it(_step, _job):
        raise RuntimeError("secret words")

    counting.at_step = break_it
    assert services.work() == 1
    job.refresh_from_db()
    assert (job.state, len(counting.runs)) == (State.FAILED, services.MOST_ATTEMPTS)
    assert all(record.name == "jobs.services" for record in caplog.records)


def test_a_refusal_is_told_and_not_tried_again(counting, nia):
    job = ask(nia)

    def refuse(_step, _job):
        raise Refused("Row 3 is half a row.")

    counting.at_step = refuse
    services.work()
    job.refresh_from_db()
    assert (job.state, job.report, len(counting.runs)) == (State.FAILED, {"sentence": "Row 3 is half a row."}, 1)


def test_the_tick_does_it_where_nobody_hears_the_bell(counting, nia, monkeypatch):
    job = ask(nia)
    services.sweep()
    assert Job.objects.get(pk=job.pk).state == State.WAITING
    monkeypatch.setattr(services, "call_to_work", lambda: False)
    services.sweep()
    assert Job.objects.get(pk=job.pk).state == State.DONE


def test_a_broken_broker_fails_no_request(counting, nia, monkeypatch, django_capture_on_commit_callbacks):
    monkeypatch.undo()
    monkeypatch.setattr(bell, "_silent_until", float("inf"))
    assert services.call_to_work() is False


def test_it_is_seen_by_nobody_else_and_cleared_away_after_a_month(counting, nia):
    job = ask(nia)
    services.work()
    assert list(Job.objects.visible_to(nia)) == [job]
    assert not Job.objects.visible_to(make.person("Tess")).exists()
    services.sweep()
    assert Job.objects.filter(pk=job.pk).exists()
    Job.objects.filter(pk=job.pk).update(ended_at=timezone.now() - dt.timedelta(days=31))
    services.sweep()
    assert not Job.objects.filter(pk=job.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_many_workers_do_each_thing_once(counting, nia):
    jobs = [ask(make.person(f"Person {n}")).pk for n in range(12)]

    def one_worker():
        services.work()
        connection.close()

    workers = [threading.Thread(target=one_worker) for _n in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(counting.runs) == sorted(jobs)
    assert set(Job.objects.values_list("state", flat=True)) == {State.DONE}

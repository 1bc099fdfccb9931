"""After a standstill: at most one mail a person, nothing about what is over, and by the minute (trust.md 2c, fault K12)."""

import datetime as dt

import pytest
from django.utils import timezone

from notifications import digests, inbox, services
from notifications.catching_up import catch_up
from notifications.models import PlannedMessage, Tick
from tests.notifications import invariants, trial
from tests.notifications.conftest import go, in_hours, person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _whole():
    yield
    assert {name: count for name, count in invariants.broken().items() if count} == {}


def stood_still(hours: float = 6) -> None:
    Tick.objects.update_or_create(pk=1, defaults={"last_tick": in_hours(-hours)})


def piled(to, about: str, *, hours: float, occurrence: str = "", kind: str = "trial/reminder", left: float = 12):
    return services.plan(
        kind, to=to, about=("trial.thing", about), due=in_hours(-hours), occurrence=occurrence, not_after=in_hours(left)
    )


def state(row):
    row.refresh_from_db()
    return row.state, row.channel, row.reason


def test_of_one_matter_only_the_newest_is_told(nia, sink):
    old = [piled(nia, "7", hours=5, occurrence="T-2d"), piled(nia, "7", hours=4, occurrence="T-1d")]
    newest = piled(nia, "7", hours=3, occurrence="T-1h")
    stood_still()
    go()
    assert [state(row)[0::2] for row in old] == [("void", "superseded")] * 2
    assert state(newest)[0] == "sent"
    assert len(sink.kept) == 1


def test_of_several_matters_one_mail_names_all(nia, pierre, sink):
    rows = [piled(nia, about, hours=3) for about in "123"]
    alone = piled(pierre, "1", hours=3)
    stood_still()
    go()
    go()
    assert [state(row) for row in rows] == [("sent", "inbox", "for_digest")] * 3
    assert state(alone)[:2] == ("sent", "mail")
    assert sorted(one.to for one in sink.kept) == ["nia@example.ca", "pierre@example.ca"]
    words = next(one for one in sink.kept if one.to == "nia@example.ca").text()
    assert [f"About {about} for Nia" in words for about in "123"] == [True] * 3
    assert inbox.unread(nia) == 3


def test_what_is_over_is_told_to_nobody(nia, sink):
    over = piled(nia, "1", hours=5, left=0.001)
    PlannedMessage.objects.filter(pk=over.pk).update(not_after=in_hours(-1))
    alone = piled(nia, "2", hours=5)
    stood_still()
    go()
    assert state(over)[0] == "expired"
    assert state(alone)[:2] == ("sent", "mail")
    assert len(sink.kept) == 1


def test_what_must_arrive_itself_is_left_alone(nia, sink, monkeypatch):
    trial.register_one(monkeypatch, "trial/calendar", trial.thing, calendar=lambda row: ())
    trial.register_one(monkeypatch, "trial/secret", trial.thing, listed=False)
    rows = [
        piled(nia, about, hours=2, kind=kind)
        for about, kind in (("1", "trial/calendar"), ("2", "trial/secret"), ("3", "trial/code"))
    ]
    stood_still()
    go()
    assert [state(row)[:2] for row in rows] == [("sent", "mail")] * 3


def test_without_a_standstill_nothing_is_put_together(nia, sink):
    rows = [piled(nia, about, hours=3) for about in "12"]
    stood_still(hours=0.1)
    go()
    assert [state(row)[:2] for row in rows] == [("sent", "mail")] * 2
    Tick.objects.all().delete()
    rows = [piled(nia, about, hours=3, occurrence="x") for about in "12"]
    go()
    assert [state(row)[0] for row in rows] == ["sent"] * 2, "an installation that never sent has not stood still"


def test_it_leaves_by_the_minute_and_codes_first(sink, settings):
    settings.CATCH_UP_A_MINUTE = 5
    people = [person(f"P{number}") for number in range(12)]
    for one in people:
        piled(one, "7", hours=2)
    code = services.post("trial/code", to=people[0], about=("trial.thing", "1"), secret="1", not_after=in_hours(1))
    stood_still()
    go()
    assert state(code)[0] == "sent"
    assert len(sink.kept) == 6
    waits = sorted(PlannedMessage.objects.filter(state="planned").values_list("next_attempt_at", flat=True))
    assert [round((at - timezone.now()) / dt.timedelta(minutes=1)) for at in waits] == [1] * 5 + [2] * 2


def test_a_break_that_a_person_made_is_a_standstill_too(nia, paula, sink):
    rows = [piled(nia, about, hours=3) for about in "12"]
    Tick.objects.update_or_create(pk=1, defaults={"last_tick": timezone.now(), "paused_at": in_hours(-5)})
    go()
    assert [state(row)[0] for row in rows] == ["planned"] * 2
    services.resume_sending(by=paula)
    go()
    assert [state(row)[1] for row in rows] == ["inbox"] * 2
    assert len(sink.kept) == 1


def test_put_in_order_twice_it_is_the_same(nia, sink):
    for about in "12":
        piled(nia, about, hours=3)
    assert catch_up(in_hours(-6)) == 1
    assert catch_up(in_hours(-6)) == 0
    assert PlannedMessage.objects.filter(kind=digests.KIND).count() == 1


@pytest.mark.parametrize("many", [1, 40])
def test_it_takes_as_many_statements_for_one_person_as_for_forty(sink, many, django_assert_num_queries):
    people = [person(f"P{number}", f"p{number}@example.ca") for number in range(many)]
    for about in "123":
        services.plan_many(
            "trial/reminder", to=people, about=("trial.thing", about), due=in_hours(-4), not_after=in_hours(3)
        )
    with django_assert_num_queries(10):
        assert catch_up(in_hours(-6), now=timezone.now()) == many
    assert PlannedMessage.objects.filter(kind=digests.KIND, state="planned").count() == many

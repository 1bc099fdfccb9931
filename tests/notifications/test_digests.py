"""What is put together: never empty, never repeated, and gone from it once read."""

import datetime as dt

import pytest
from django.utils import timezone

from core.time import wall_in
from notifications import choosing, digests, inbox, kinds, people, services
from notifications.models import PlannedMessage, Shift
from tests.notifications import invariants, trial
from tests.notifications.conftest import ABOUT, go, person

pytestmark = pytest.mark.django_db
EXTRA = "trial/extra"


@pytest.fixture(autouse=True)
def _gossip(monkeypatch):
    trial.register_one(monkeypatch, EXTRA, trial.thing, importance=kinds.Importance.EXTRA, name="Gossip")
    yield
    assert {name: count for name, count in invariants.broken().items() if count} == {}


def post(to, about="7", **more):
    return services.post(EXTRA, to=to, about=("trial.thing", about), **more)


def digest_of(user) -> PlannedMessage:
    return PlannedMessage.objects.get(kind=digests.KIND, recipient=user, state="planned")


def due(row) -> None:
    """Let its hour come."""
    PlannedMessage.objects.filter(pk=row.pk).update(
        next_attempt_at=timezone.now(), not_after=timezone.now() + dt.timedelta(hours=1)
    )


def test_three_things_of_a_week_come_in_one_mail_on_monday_at_eight(nia, sink):
    for about in "123":
        post(nia, about)
    go()
    digest = digest_of(nia)
    wall = wall_in(digest.due_at, nia.time_zone)
    assert (wall.weekday(), wall.hour, wall.minute) == (0, 8, 0)
    assert sink.kept == []
    due(digest)
    go()
    assert [one.parsed["Subject"] for one in sink.kept] == ["Put together for you: 3 messages"]
    words = sink.kept[0].text()
    assert [f"About {about} for Nia" in words for about in "123"] == [True] * 3
    assert set(PlannedMessage.objects.filter(kind=EXTRA).values_list("digest_id", flat=True)) == {digest.pk}


def test_nothing_is_repeated_and_nothing_is_empty(nia, sink):
    post(nia, "1")
    go()
    due(digest_of(nia))
    go()
    assert not PlannedMessage.objects.filter(kind=digests.KIND, state="planned").exists()
    post(nia, "2")
    # The week of the first is told: the second comes with the next.
    PlannedMessage.objects.filter(kind=digests.KIND).update(occurrence="2020-01-06")
    go()
    due(digest_of(nia))
    go()
    assert [("About 1" in one.text(), "About 2" in one.text()) for one in sink.kept] == [(True, False), (False, True)]


def test_what_was_read_in_the_product_is_left_out_and_an_empty_one_does_not_leave(nia, sink):
    post(nia, "1")
    post(nia, "2")
    go()
    assert inbox.unread(nia) == 2
    first = PlannedMessage.objects.get(kind=EXTRA, source_id="1")
    assert inbox.read(nia, key=first.pk) == 1
    digest = digest_of(nia)
    due(digest)
    inbox.read(nia)
    go()
    digest.refresh_from_db()
    assert (digest.state, digest.reason, sink.kept) == ("void", "source_gone", [])


def test_what_its_reader_may_not_know_any_more_is_not_in_it(nia, sink, monkeypatch):
    from core import registry

    post(nia, "1")
    post(nia, "2")
    go()
    monkeypatch.setattr(
        registry.may_receive,
        "_answers",
        registry.may_receive._answers | {"trial.thing": lambda pairs: {(nia.pk, "2")}},
    )
    due(digest_of(nia))
    go()
    assert "About 2" in sink.kept[0].text()
    assert "About 1" not in sink.kept[0].text()


def test_daily_on_wish(nia, sink):
    choosing.choose(
        user=nia, level="normal", rhythm="daily", shift=Shift.NONE, quiet_from=None, quiet_until=None, version=0
    )
    post(nia)
    go()
    assert digest_of(nia).due_at - timezone.now() <= dt.timedelta(hours=24)


def test_a_digest_that_is_tried_again_carries_what_came_in_between_and_nothing_twice(nia, sink):
    post(nia, "1")
    go()
    digest = digest_of(nia)
    sink.script.append("451 dot")
    due(digest)
    go()
    digest.refresh_from_db()
    assert (digest.state, sink.kept) == ("retry", [])
    post(nia, "2")
    go()
    due(digest)
    go()
    assert [("About 1" in one.text(), "About 2" in one.text()) for one in sink.kept] == [(True, True)]
    assert set(PlannedMessage.objects.filter(kind=EXTRA).values_list("digest_id", flat=True)) == {digest.pk}


def test_a_planner_who_looks_at_it_before_takes_nothing_out_of_it(nia, sink):
    from notifications.wording import render

    post(nia, "1")
    go()
    digest = digest_of(nia)
    assert "About 1" in render(digest).plain
    assert PlannedMessage.objects.get(kind=EXTRA).digest_id is None


def test_many_are_named_up_to_a_number(nia, sink):
    for number in range(digests.NAMED + 3):
        post(nia, f"n{number:02}")
    go()
    due(digest_of(nia))
    go()
    words = sink.kept[0].text()
    assert sum(f"About n{number:02}" in words for number in range(digests.NAMED + 3)) == digests.NAMED
    assert "… and more." in words


def test_who_has_no_mailbox_gets_none(sink):
    fay = person("Fay", email=None)
    services.post(EXTRA, to=fay, about=ABOUT)
    go()
    assert not PlannedMessage.objects.filter(kind=digests.KIND).exists()
    assert inbox.unread(fay) == 1
    people.forget(fay)
    assert inbox.unread(fay) == 1, "what was told stays told; the account is closed elsewhere"

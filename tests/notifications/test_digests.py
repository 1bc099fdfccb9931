"""What is put together: never empty, never repeated, and gone from it once read."""

import datetime as dt

import pytest
from django.utils import timezone

from core.time import wall_in
from notifications import by_hand, choosing, digests, inbox, kinds, people, services
from notifications.models import KindChoice, PlannedMessage, Shift, Way
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
    assert [one.parsed["Subject"] for one in sink.kept] == ["Put together for you: About 1 for Nia and 2 more"]
    words = sink.kept[0].text()
    assert [f"About {about} for Nia" in words for about in "123"] == [True] * 3
    assert set(PlannedMessage.objects.filter(kind=EXTRA).values_list("digest_id", flat=True)) == {digest.pk}


def carried(nia, sink, **more) -> tuple[str, str]:
    """Send a digest with one message; return its subject and its words."""
    post(nia, "1", **more)
    go()
    due(digest_of(nia))
    go()
    return sink.kept[-1].parsed["Subject"], sink.kept[-1].text()


def test_one_message_alone_bears_its_own_title_and_begins_to_say_what_it_says(nia, sink):
    subject, words = carried(nia, sink)
    assert subject == "About 1 for Nia"
    assert "Hello Nia, 1 is team." in words
    assert "thing/?a=1" not in words, "a link of the message may be its reader's own"


def test_of_words_that_stay_hidden_only_the_name_is_told(nia, sink, monkeypatch):
    trial.register_one(
        monkeypatch, EXTRA, trial.thing, importance=kinds.Importance.EXTRA, name="Gossip", words_stay_hidden=True
    )
    subject, words = carried(nia, sink)
    assert subject == "Gossip"
    assert "is team." not in words
    assert "About 1" not in words


def test_the_reason_is_true_for_who_chose_nothing_and_for_who_chose(nia, sink):
    _subject, words = carried(nia, sink)
    assert "as long as you choose nothing else" in " ".join(words.split())
    choosing.choose_kinds(user=nia, ways={EXTRA: Way.DIGEST})
    PlannedMessage.objects.filter(kind=digests.KIND).update(occurrence="2020-01-06")
    post(nia, "2")
    go()
    due(digest_of(nia))
    go()
    assert "because you chose to have messages that can wait" in " ".join(sink.kept[-1].text().split())


def test_long_words_are_cut_and_a_greeting_is_none_of_them():
    begins = digests._begins("Hello Nia,\n\n" + "a word or two " * 40 + "\n\nhttps://example.ca/x", "Nia")
    assert begins.startswith("a word or two")
    assert begins.endswith(" …")
    assert len(begins) <= digests.BEGINS + 2
    assert digests._begins("Hello Nia,\n\nOne thing\nAnother", "Nia") == "One thing\nAnother"


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


def chooses(user, rhythm: str) -> None:
    version = choosing.choice_of(user).version
    choosing.choose(
        user=user, level="normal", rhythm=rhythm, shift=Shift.NONE, quiet_from=None, quiet_until=None, version=version
    )


def test_what_was_promised_comes_when_its_reader_now_wants_it_also_when_they_choose_back(nia, sink):
    chooses(nia, "weekly")
    post(nia, "1")
    go()
    first = digest_of(nia)
    for rhythm in ("daily", "weekly", "daily", "weekly"):
        chooses(nia, rhythm)
        assert digest_of(nia).due_at == choosing.digest_of(nia), "the day that the page names"
    assert digest_of(nia).due_at == first.due_at
    due(digest_of(nia))
    go()
    assert ["About 1 for Nia" in one.text() for one in sink.kept] == [True]


def test_what_a_planner_holds_back_stays_held_whatever_its_reader_chooses(nia, paula, sink):
    chooses(nia, "weekly")
    post(nia, "1")
    go()
    by_hand.hold(PlannedMessage.objects.filter(kind=digests.KIND), by=paula)
    chooses(nia, "daily")
    assert [(row.state, row.reason) for row in digests_of(nia)] == [("held", "held_by_person")]


def test_who_is_promised_none_is_promised_none_by_choosing(nia, sink):
    chooses(nia, "daily")
    assert not PlannedMessage.objects.filter(kind=digests.KIND).exists()


def test_after_a_promise_that_was_moved_away_what_comes_later_is_promised_again(nia, sink):
    chooses(nia, "weekly")
    post(nia, "1")
    go()
    chooses(nia, "daily")
    due(digest_of(nia))
    go()
    chooses(nia, "weekly")
    post(nia, "2")
    go()
    assert digest_of(nia).due_at == choosing.digest_of(nia)


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


# ---------------------------------------------------------------- what a digest had that never left


def digests_of(user) -> list[PlannedMessage]:
    return list(PlannedMessage.objects.filter(kind=digests.KIND, recipient=user).order_by("created_at"))


def end(row, state: str) -> None:
    """Let a digest come to this end without leaving."""
    PlannedMessage.objects.filter(pk=row.pk).update(state=state, reason="too_late", updated_at=timezone.now())


def named(letter, *abouts: str) -> list[bool]:
    return [f"About {about} for Nia" in letter.text() for about in abouts]


def test_what_a_refused_digest_had_is_in_the_next_one_that_is_promised_for_it(nia, sink):
    post(nia, "1")
    go()
    sink.script.append("550 dot")
    due(digest_of(nia))
    go()
    (refused,) = digests_of(nia)
    assert (refused.state, sink.kept) == ("dead", [])
    assert PlannedMessage.objects.get(kind=EXTRA).digest_id == refused.pk
    PlannedMessage.objects.filter(pk=refused.pk).update(occurrence="2020-01-06")  # of a week ago
    go()
    again = digest_of(nia)
    assert wall_in(again.due_at, nia.time_zone).weekday() == 0
    post(nia, "2")
    go()
    due(again)
    go()
    assert [named(one, "1", "2") for one in sink.kept] == [[True, True]]
    go()
    assert len(digests_of(nia)) == 2


def test_what_an_expired_digest_had_not_gathered_yet_is_promised_too(nia, sink):
    post(nia, "1")
    go()
    first = digest_of(nia)
    PlannedMessage.objects.filter(pk=first.pk).update(
        not_after=timezone.now() - dt.timedelta(hours=1), occurrence="2020-01-06"
    )
    go()
    first.refresh_from_db()
    assert first.state == "expired"
    due(digest_of(nia))
    go()
    assert [named(one, "1") for one in sink.kept] == [[True]]


@pytest.mark.parametrize("state", ["expired", "dead", "void"])
def test_what_may_have_arrived_is_in_no_other(nia, sink, state):
    post(nia, "1")
    go()
    sink.script.append("drop after dot")
    due(digest_of(nia))
    go()
    (doubtful,) = digests_of(nia)
    assert (doubtful.state, len(sink.kept)) == ("uncertain", 1)
    end(doubtful, state)
    go()
    assert len(digests_of(nia)) == 1
    post(nia, "2")
    PlannedMessage.objects.filter(pk=doubtful.pk).update(occurrence="2020-01-06")
    go()
    due(digest_of(nia))
    go()
    assert [named(one, "1", "2") for one in sink.kept] == [[True, False], [False, True]]


def test_what_a_digest_had_that_was_taken_back_goes_along_with_the_next(nia, sink):
    post(nia, "1")
    go()
    first = digest_of(nia)
    PlannedMessage.objects.filter(kind=EXTRA).update(digest_id=first.pk)
    end(first, "void")
    PlannedMessage.objects.filter(pk=first.pk).update(occurrence="2020-01-06")
    go()
    assert len(digests_of(nia)) == 1, "somebody decided that it does not leave: it is not promised again by itself"
    post(nia, "2")
    go()
    due(digest_of(nia))
    go()
    assert [named(one, "1", "2") for one in sink.kept] == [[True, True]]


def test_none_is_promised_again_for_nothing(nia, sink):
    """Not where it was read meanwhile, where its reader wants none, where mail keeps coming back, or long after."""
    post(nia, "1")
    go()
    first = digest_of(nia)
    PlannedMessage.objects.filter(pk=first.pk).update(occurrence="2020-01-06")
    end(first, "expired")
    stopped = KindChoice.objects.create(recipient_key=str(nia.pk), kind=digests.KIND, way=Way.PRODUCT)
    assert digests.promise_again() == 0
    stopped.delete()
    PlannedMessage.objects.filter(pk=first.pk).update(reason="suppressed", state="dead")
    assert digests.promise_again() == 0
    PlannedMessage.objects.filter(pk=first.pk).update(reason="", updated_at=timezone.now() - dt.timedelta(days=2))
    assert digests.promise_again() == 0
    PlannedMessage.objects.filter(pk=first.pk).update(updated_at=timezone.now())
    inbox.read(nia)
    assert digests.promise_again() == 0
    PlannedMessage.objects.filter(kind=EXTRA).update(read_at=None)
    assert (digests.promise_again(), digests.promise_again()) == (1, 0)


def test_promising_again_takes_as_many_statements_for_one_as_for_many(
    nia, pierre, paula, sink, django_assert_num_queries
):
    def missed(people, week):
        for one in people:
            post(one, week)
        go()
        for one in people:
            row = digest_of(one)
            end(row, "expired")
            PlannedMessage.objects.filter(pk=row.pk).update(occurrence=week)

    missed([nia], "2020-01-06")
    with django_assert_num_queries(8):
        assert digests.promise_again() == 1
    PlannedMessage.objects.filter(kind=digests.KIND).update(state="void")
    missed([pierre, paula], "2020-01-13")
    with django_assert_num_queries(8):
        assert digests.promise_again() == 2


# ---------------------------------------------------------------- who stopped it


def test_who_stopped_it_finds_its_things_in_the_list_and_is_promised_none(nia, sink, settings):
    settings.MAILS_A_DAY = 1
    post(nia, "0")
    go()
    waits = digest_of(nia)
    choosing.stop(waits, by="link")
    rows = [post(nia, "1"), *(services.post("trial/reminder", to=nia, about=("trial.thing", about)) for about in "23")]
    go()
    for row in rows:
        row.refresh_from_db()
    assert sorted((row.channel, row.reason) for row in rows) == [("inbox", "in_product")] * 2 + [("mail", "")]
    due(waits)
    go()
    assert [(one.state, one.reason) for one in digests_of(nia)] == [("void", "stopped")]
    choosing.choose_kinds(user=nia, ways={digests.KIND: ""})
    assert choosing.ways_of(nia) == {}
    post(nia, "4")
    PlannedMessage.objects.filter(pk=waits.pk).update(occurrence="2020-01-06")
    go()
    due(digest_of(nia))
    go()
    assert named(sink.kept[-1], "0", "4") == [True, True]

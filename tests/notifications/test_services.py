"""Promises: made once, changed as a whole, decided upon by people."""

import datetime as dt
from dataclasses import replace

import pytest
from django.db import IntegrityError, InternalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from collaborative.models import Cohort
from core import registry
from notifications import bell, by_hand, people, sealing, sending, services
from notifications.models import MessageEvent, PlannedMessage
from notifications.services import Wanted
from notifications.states import typed
from tests.notifications.conftest import ABOUT, go, in_hours, person, shift, trail
from tests.notifications.invariants import broken

pytestmark = pytest.mark.django_db


def rows(**where):
    return PlannedMessage.objects.filter(**where)


def states():
    return sorted(rows().values_list("occurrence", "source_version", "state"))


# ---------------------------------------------------------------- plan


def test_a_promise_is_made_once(nia):
    due = in_hours(5)
    row = services.plan(
        "trial/reminder", to=nia, about=ABOUT, due=due, occurrence="T-1d", scope=("collaborative.cohort", 3)
    )
    assert (row.state, row.channel, row.due_at, row.next_attempt_at) == ("planned", "mail", due, due)
    assert (row.recipient, row.recipient_key, row.address) == (nia, str(nia.pk), "")
    assert (row.source_type, row.source_id, row.occurrence, row.source_version) == ("trial.thing", "7", "T-1d", 0)
    assert row.message_id.endswith("@localhost>")
    assert row.message_id.startswith("<")
    assert trail(row) == [">planned"]
    assert services.plan("trial/reminder", to=nia, about=ABOUT, due=in_hours(9), occurrence="T-1d") is None
    assert rows().count() == 1
    assert list(PlannedMessage.objects.in_scope("collaborative.cohort", "3")) == [row]
    assert list(PlannedMessage.objects.to(nia)) == [row]


def test_a_second_live_row_is_refused_whatever_the_version(nia):
    first = services.plan("trial/reminder", to=nia, about=ABOUT, due=in_hours(1), version=1)
    assert services.plan("trial/reminder", to=nia, about=ABOUT, due=in_hours(1), version=2) is None
    rows().update(state="sent")
    second = services.plan("trial/reminder", to=nia, about=ABOUT, due=in_hours(1), version=2)
    assert first != second
    assert second.message_id != first.message_id


def test_about_a_model_and_its_version(nia, monkeypatch):
    monkeypatch.setattr(registry.current_version, "_answers", {"accounts.user": lambda keys: dict.fromkeys(keys, 4)})
    row = services.plan("trial/reminder", to=nia, about=nia, due=in_hours(1))
    assert (row.source_type, row.source_id, row.source_version) == ("accounts.user", str(nia.pk), 4)
    assert list(PlannedMessage.objects.about(nia)) == [row]


def test_an_address_without_account():
    row = services.plan("trial/reminder", to=" Ada@Example.ca ", about=ABOUT, due=in_hours(1), language="fr")
    assert (row.recipient, row.recipient_key, row.address, row.lang) == (None, "ada@example.ca", "ada@example.ca", "fr")
    assert not row.for_account


def test_a_person_without_mailbox_is_told_in_the_product():
    row = services.plan("trial/reminder", to=person(email=None), about=ABOUT, due=in_hours(1))
    assert (row.channel, row.state) == ("inbox", "planned")


def test_what_is_too_late_is_not_promised(nia):
    assert services.plan("trial/reminder", to=nia, about=ABOUT, due=in_hours(-3), not_after=in_hours(-1)) is None


def test_a_secret_is_sealed(nia):
    row = services.plan("trial/code", to=nia, about=ABOUT, due=in_hours(1), secret="318 204")
    assert "318 204" not in row.secret
    assert sealing.unseal(row.secret) == "318 204"
    assert row.priority == 0
    with pytest.raises(IntegrityError), transaction.atomic():
        rows().update(state="void")


def test_mistakes_of_the_programmer(nia):
    with pytest.raises(LookupError):
        services.plan("trial/unknown", to=nia, about=ABOUT, due=in_hours(1))
    with pytest.raises(ValueError, match="no ~"):
        services.plan("trial/reminder", to=nia, about=ABOUT, due=in_hours(1), occurrence="a~b")


def test_the_bell_rings_once_after_the_commit(nia, monkeypatch, django_capture_on_commit_callbacks):
    rung = []

    def ring():
        rung.append(1)
        return True

    monkeypatch.setattr(bell, "kick", ring)
    with django_capture_on_commit_callbacks(execute=True):
        services.post("trial/reminder", to=nia, about=ABOUT)
        services.post("trial/moved", to=nia, about=ABOUT)
        services.plan("trial/reminder", to=nia, about=ABOUT, due=in_hours(1), occurrence="later")
        assert rung == []
    assert rung == [1]
    with django_capture_on_commit_callbacks(execute=True):
        services.plan("trial/reminder", to=nia, about=ABOUT, due=in_hours(1), occurrence="later still")
    assert rung == [1]


def statements(count: int, act) -> int:
    people = [person(f"P{number}") for number in range(count)]
    with CaptureQueriesContext(
        connection,
    ) as seen:
        act(people)
    return len(seen)


def test_as_many_statements_for_thirty_as_for_one():
    def plan(people, source):
        return services.plan_many("trial/reminder", to=people, about=("trial.thing", source), due=in_hours(1))

    def replan(people, source, version):
        wanted = [
            Wanted("trial/reminder", to=one, due=in_hours(hour), occurrence=f"T-{hour}")
            for one in people
            for hour in (1, 2)
        ]
        return services.replan(("trial.thing", source), wanted, version=version)

    def twice(people):
        assert replan(people, f"r{len(people)}", 1) == 2 * len(people)
        assert replan(people, f"r{len(people)}", 2) == 2 * len(people)

    assert statements(1, lambda people: plan(people, "a")) == statements(30, lambda people: plan(people, "b"))
    assert statements(1, twice) == statements(30, twice)
    assert rows(state="void", reason="superseded").count() == 2 + 60


# ---------------------------------------------------------------- replan


def test_replan_replaces_what_waits_and_nothing_else(nia, pierre):
    due = in_hours(24)
    first = [Wanted("trial/reminder", to=one, due=due, occurrence="T-1d") for one in (nia, pierre)]
    assert services.replan(ABOUT, first, version=1) == 2
    assert services.replan(ABOUT, first, version=1) == 0
    services.post("trial/moved", to=nia, about=ABOUT, version=1)
    other = services.plan("trial/reminder", to=nia, about=("trial.thing", "8"), due=due)

    later = in_hours(48)
    assert services.replan(ABOUT, [Wanted("trial/reminder", to=nia, due=later, occurrence="T-1d")], version=2) == 1
    assert rows(state="planned", source_id="7").values_list("recipient_key", "source_version", "due_at").get() == (
        str(nia.pk), 2, later,
    )  # fmt: skip
    assert rows(state="void", reason="superseded").count() == 3
    other.refresh_from_db()
    assert other.state == "planned"
    assert MessageEvent.objects.filter(from_state="planned", to_state="void", note="superseded").count() == 3


def test_somebody_leaves_and_comes_back(nia, pierre):
    both = [Wanted("trial/reminder", to=one, due=in_hours(24), occurrence="T-1d") for one in (nia, pierre)]
    services.replan(ABOUT, both, version=1)
    services.post("trial/moved", to=pierre, about=ABOUT, version=1)
    assert services.replan(ABOUT, both[:1], version=1) == 0
    left = rows(recipient=pierre, kind="trial/reminder")
    assert list(left.values_list("state", "reason")) == [("void", "not_wanted")]
    assert rows(recipient=pierre, kind="trial/moved", state="planned").exists()
    assert services.replan(ABOUT, both, version=1) == 1
    assert services.replan(ABOUT, both, version=1) == 0
    assert list(left.filter(state="planned").values_list("occurrence", flat=True)) == ["T-1d~1.1"]
    assert services.replan(ABOUT, both[:1], version=1) == 0
    assert services.replan(ABOUT, both, version=1) == 1
    assert list(left.filter(state="planned").values_list("occurrence", flat=True)) == ["T-1d~1.2"]


def test_nobody_wanted_any_more(nia):
    services.replan(ABOUT, [Wanted("trial/reminder", to=nia, due=in_hours(1))], version=1)
    services.replan(ABOUT, [], version=1)
    assert rows(state="planned").count() == 1
    services.replan(ABOUT, [], version=1, kinds_planned=["trial/reminder"])
    assert rows(state="planned").count() == 0


def reminders(*people, hours: int = 24):
    return [Wanted("trial/reminder", to=one, due=in_hours(hours), occurrence="T-1d") for one in people]


def test_what_is_held_back_stays_so_in_the_next_version(nia, pierre, paula):
    services.replan(ABOUT, reminders(nia, pierre), version=1)
    by_hand.hold(rows(recipient=nia), by=paula)
    assert services.replan(ABOUT, reminders(nia, pierre, hours=48), version=2) == 2
    new = rows(source_version=2)
    assert dict(new.values_list("recipient_key", "state")) == {str(nia.pk): "held", str(pierre.pk): "planned"}
    held = new.get(recipient=nia)
    assert held.reason == "held_by_person"
    assert trail(held) == [">planned", "planned>held"]
    assert held.events.last().note == "still_held"
    assert services.replan(ABOUT, reminders(nia, pierre, hours=72), version=3) == 2
    assert rows(source_version=3, state="held").get().recipient == nia

    by_hand.release(rows(), by=paula)
    assert services.replan(ABOUT, reminders(nia, pierre), version=4) == 2
    assert not rows(state="held").exists(), "what was let go is not held again"


def test_another_hold_another_kind_and_who_came_later_are_not_held(nia, pierre, paula):
    services.replan(ABOUT, reminders(nia), version=1)
    by_hand.hold(rows(), by=paula)
    moved = Wanted("trial/moved", to=nia, due=in_hours(1), occurrence="moved")
    services.replan(ABOUT, [*reminders(nia, pierre), moved], version=2)
    assert rows(source_version=2, state="held").get().kind == "trial/reminder"
    assert rows(source_version=2, state="planned").count() == 2
    rows(source_version=2, state="held").update(reason="template_broken:TemplateSyntaxError")
    services.replan(ABOUT, reminders(nia), version=3)
    assert rows(source_version=3).get().state == "planned", "what waited for a look is tried in its new words"


def test_holding_thirty_costs_as_many_statements_as_holding_one(paula):
    def moves(people):
        services.replan(ABOUT, reminders(*people), version=1)
        by_hand.hold(rows(), by=paula)
        with CaptureQueriesContext(connection) as seen:
            services.replan(ABOUT, reminders(*people, hours=48), version=2)
        assert rows(source_version=2, state="held").count() == len(people)
        rows().update(state="void")
        return len(seen)

    one = moves([person("Alone")])
    PlannedMessage.objects.update(source_id="elsewhere")
    assert moves([person(f"P{number}") for number in range(30)]) == one


def test_what_a_planner_dropped_stays_dropped(nia, paula):
    wanted = [Wanted("trial/reminder", to=nia, due=in_hours(24), occurrence="T-1d")]
    services.replan(ABOUT, wanted, version=1)
    by_hand.drop(rows().get(), by=paula, reason="not_wanted here")
    assert services.replan(ABOUT, wanted, version=1) == 0


def test_what_a_planner_dropped_is_not_planned_again_in_any_later_version(nia, pierre, paula):
    services.replan(ABOUT, reminders(nia, pierre), version=1)
    by_hand.drop(rows().get(recipient=nia), by=paula, reason="She knows")
    assert services.replan(ABOUT, reminders(nia, pierre, hours=48), version=2) == 1
    again = [replace(one, resend=True) for one in reminders(nia, pierre)]
    assert services.replan(ABOUT, again, version=3) == 1
    assert services.replan(ABOUT, again, version=3) == 0
    assert list(rows(recipient=nia).values_list("source_version", "state", "reason")) == [
        (1, "void", typed("She knows"))
    ]
    assert rows(recipient=pierre, state="planned").get().source_version == 3
    other = [replace(one, occurrence="T-7d") for one in reminders(nia)]
    assert services.replan(ABOUT, other, version=4) == 1, "another promise to her stands"
    assert not {rule: n for rule, n in broken().items() if n}


def test_dropped_after_somebody_came_back_it_is_not_planned_once_more(nia, paula):
    services.replan(ABOUT, reminders(nia), version=1)
    services.replan(ABOUT, [], version=1, kinds_planned=["trial/reminder"])
    services.replan(ABOUT, reminders(nia), version=1)
    by_hand.drop(rows(state="planned").get(), by=paula, reason="She knows")
    assert services.replan(ABOUT, reminders(nia), version=1) == 0
    assert services.replan(ABOUT, reminders(nia), version=2) == 0


def test_what_is_news_in_each_version_goes_although_the_one_before_was_dropped(nia, paula):
    news = [replace(one, news=True) for one in reminders(nia)]
    services.replan(ABOUT, news, version=1)
    by_hand.drop(rows().get(), by=paula, reason="I call her")
    assert services.replan(ABOUT, news, version=2) == 1
    assert services.replan(ABOUT, reminders(nia), version=3) == 1, "the latest was not dropped"


def test_after_thirty_were_dropped_a_change_costs_as_many_statements_as_after_one(paula):
    def moves(people):
        services.replan(ABOUT, reminders(*people), version=1)
        for row in rows(source_id="7"):
            by_hand.drop(row, by=paula, reason="They know")
        with CaptureQueriesContext(connection) as seen:
            assert services.replan(ABOUT, reminders(*people, hours=48), version=2) == 0
        return len(seen)

    one = moves([person("Alone")])
    PlannedMessage.objects.update(source_id="elsewhere")
    assert moves([person(f"P{number}") for number in range(30)]) == one


def test_told_is_told_unless_asked_again(nia):
    def want(**more):
        return [Wanted("trial/reminder", to=nia, due=in_hours(24), occurrence="T-7d", **more)]

    services.replan(ABOUT, want(), version=1)
    rows().update(state="sent")
    assert services.replan(ABOUT, want(), version=2) == 0
    assert services.replan(ABOUT, want(resend=True), version=3) == 1
    assert states() == [("T-7d", 1, "sent"), ("T-7d", 3, "planned")]


@pytest.mark.parametrize("state", ["sending", "uncertain"])
def test_a_message_in_the_air_stands_for_the_new_version(nia, state):
    services.replan(ABOUT, [Wanted("trial/reminder", to=nia, due=in_hours(-1), occurrence="T-1d")], version=1)
    hand = {
        "claim_token": "00000000-0000-0000-0000-000000000001",
        "lease_until": in_hours(1),
        "claimed_at": in_hours(0),
    }
    rows().update(state=state, **hand)
    due = in_hours(30)
    assert services.replan(ABOUT, [Wanted("trial/reminder", to=nia, due=due, occurrence="T-1d")], version=2) == 0
    row = rows().get()
    assert (row.state, row.source_version, row.due_at) == (state, 2, due)
    again = Wanted("trial/reminder", to=nia, due=in_hours(60), occurrence="T-1d", resend=True)
    assert services.replan(ABOUT, [again], version=3) == 1
    assert states() == [("T-1d", 2, state), ("T-1d~3.0", 3, "planned")]
    assert services.replan(ABOUT, [again], version=3) == 0


def test_a_claimed_row_is_taken_back(nia):
    services.replan(ABOUT, [Wanted("trial/reminder", to=nia, due=in_hours(-1))], version=1)
    hand = {
        "claim_token": "00000000-0000-0000-0000-000000000001",
        "lease_until": in_hours(1),
        "claimed_at": in_hours(0),
    }
    rows().update(state="claimed", **hand)
    assert services.replan(ABOUT, [Wanted("trial/reminder", to=nia, due=in_hours(5))], version=2) == 1
    assert states() == [("", 1, "void"), ("", 2, "planned")]


def test_same_version_other_hour(nia):
    services.replan(ABOUT, [Wanted("trial/reminder", to=nia, due=in_hours(24))], version=1)
    due, end = in_hours(20), in_hours(30)
    assert services.replan(ABOUT, [Wanted("trial/reminder", to=nia, due=due, not_after=end)], version=1) == 0
    row = rows().get()
    assert (row.due_at, row.next_attempt_at, row.not_after) == (due, due, end)


def test_what_waits_for_one_moment_waits_for_another(nia, pierre):
    before, after, hour = in_hours(5), in_hours(4), dt.timedelta(hours=1)
    services.plan("trial/reminder", to=nia, about=ABOUT, due=before, not_after=before + hour)
    services.plan("trial/reminder", to=pierre, about=ABOUT, due=before)
    services.plan("trial/moved", to=nia, about=ABOUT, due=in_hours(2))
    rows(recipient=pierre).update(state="retry", attempts=1, next_attempt_at=before + hour)
    stays = rows(kind="trial/moved").values().get()
    assert services.retime_each([], before=before, after=after) == 0
    assert services.retime_each([ABOUT, ("trial.thing", "other")], before=before, after=after) == 2
    first, second = rows(recipient=nia, kind="trial/reminder").get(), rows(recipient=pierre).get()
    assert (first.due_at, first.next_attempt_at, first.not_after) == (after, after, after + hour)
    assert (second.due_at, second.next_attempt_at, second.not_after) == (after, before + hour, None)
    assert rows(kind="trial/moved").values().get() == stays


def test_nothing_is_taken_back_for_a_reason_that_has_no_words(nia):
    row = services.plan("trial/reminder", to=nia, about=ABOUT, due=in_hours(1))
    for void in (
        lambda: services.void(ABOUT, "whim"),
        lambda: services.take_back(rows(), reason="whim"),
    ):
        with pytest.raises(ValueError, match="whim"):
            void()
    assert trail(row) == [">planned"]


def test_void(nia, pierre):
    for occurrence in ("T-7d", "T-1d"):
        services.plan_many("trial/reminder", to=[nia, pierre], about=ABOUT, due=in_hours(1), occurrence=occurrence)
    assert services.void(ABOUT, "taken_back", "T-1d") == 2
    assert services.void(ABOUT, "taken_back", by=nia) == 2
    assert services.void(ABOUT, "taken_back") == 0
    assert set(rows().values_list("state", "reason")) == {("void", "taken_back")}
    assert MessageEvent.objects.filter(to_state="void", actor=nia).count() == 2


def test_a_persons_own(nia):
    waits = services.plan("trial/code", to=nia, about=ABOUT, due=in_hours(1), secret="1", address="old@example.ca")
    assert [one["kind"] for one in people.data_of(nia)["messages"]] == ["trial/code"]
    people.forget(nia)
    waits.refresh_from_db()
    assert (waits.state, waits.reason, waits.address, waits.secret) == ("void", "forgotten", "", "")
    assert trail(waits) == [">planned", "planned>void"]


def test_events_cannot_be_changed(nia):
    services.plan("trial/reminder", to=nia, about=ABOUT, due=in_hours(1))
    for act in (lambda: MessageEvent.objects.update(note="x"), lambda: MessageEvent.objects.all().delete()):
        with pytest.raises(InternalError, match="append-only"), transaction.atomic():
            act()


def test_lists_of_the_outbox(nia):
    near = services.plan("trial/reminder", to=nia, about=ABOUT, due=in_hours(1), occurrence="a")
    far = services.plan("trial/reminder", to=nia, about=ABOUT, due=in_hours(30), occurrence="b")
    assert list(PlannedMessage.objects.waiting()) == [near, far]
    assert list(PlannedMessage.objects.leaving_between(in_hours(0), in_hours(24))) == [near]
    shift(near, next_attempt_at=7200)
    assert list(PlannedMessage.objects.leaving_between(in_hours(2), in_hours(4))) == [near]


def test_scope_by_object(nia):
    cohort = Cohort(pk="2b1c7a6e-7a30-4d0c-8f5f-3d2b8a5c9e11")
    row = services.plan("trial/reminder", to=nia, about=ABOUT, due=in_hours(1), scope=cohort)
    assert (row.scope_type, row.scope_id) == ("collaborative.cohort", str(cohort.pk))


def test_what_is_very_much_is_promised_in_parts_and_all_of_it(nia, monkeypatch):
    monkeypatch.setattr(services, "AT_ONCE", 4)
    wanted = [
        (ABOUT, 1, services.Wanted("trial/reminder", to=nia, due=in_hours(1), occurrence=f"T-{number}"))
        for number in range(9)
    ]
    assert services.plan_each(iter(wanted)) == 9
    assert services.plan_each(iter(wanted)) == 0
    assert services.plan_each(wanted[:4]) == 0
    assert PlannedMessage.objects.to(nia).count() == 9


def test_what_comes_while_others_are_taken_back_is_not_taken_back_without_a_word(nia, monkeypatch):
    scope = ("collaborative.cohort", "3")
    services.plan("trial/reminder", to=nia, about=ABOUT, due=in_hours(5), scope=scope)
    write = MessageEvent.objects.bulk_create

    def meanwhile(events):
        made = write(list(events))
        services.plan("trial/moved", to=nia, about=ABOUT, due=in_hours(5), scope=scope)
        return made

    monkeypatch.setattr(MessageEvent.objects, "bulk_create", meanwhile)
    assert services.void_scope(scope, reason="closed") == 1
    told = {row.kind: (row.state, trail(row)[-1]) for row in rows()}
    assert told == {"trial/reminder": ("void", "planned>void"), "trial/moved": ("planned", ">planned")}


def test_what_may_have_gone_stands_for_the_next_version_and_not_before_its_hour(nia, sink):
    services.replan(ABOUT, [Wanted("trial/reminder", nia, in_hours(0), "T-1d")], version=1)
    sink.script.append("drop after dot")
    go()
    row = rows().get()
    assert row.state == "uncertain"
    later = in_hours(7)
    services.replan(ABOUT, [Wanted("trial/reminder", nia, later, "T-1d")], version=2)
    shift(row, updated_at=-10_000)
    sending.reap()
    row.refresh_from_db()
    assert (row.state, row.source_version, row.due_at, row.next_attempt_at) == ("retry", 2, later, later)

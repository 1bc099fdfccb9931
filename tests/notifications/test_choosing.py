"""What readers chose is kept by the sender: level, single kinds, quiet hours, and how many mails a day."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import InternalError, connection, transaction
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from core.refusals import Overtaken, Refused
from core.time import wall_in
from notifications import choosing, delivery, inbox, kinds, sending, services, stopping, tokens
from notifications.letters import Attached
from notifications.models import Choice, ConsentEntry, KindChoice, PlannedMessage, Shift, Way
from notifications.sending import Begun
from notifications.wording import STOP
from tests.notifications import invariants, trial
from tests.notifications.conftest import ABOUT, go, in_hours, person, trail

pytestmark = pytest.mark.django_db
EXTRA, MUST = "trial/extra", "trial/must"


@pytest.fixture(autouse=True)
def _weights(monkeypatch):
    trial.register_one(monkeypatch, EXTRA, trial.thing, importance=kinds.Importance.EXTRA, name="Gossip")
    trial.register_one(monkeypatch, MUST, trial.thing, importance=kinds.Importance.MUST, name="News")
    yield
    assert {name: count for name, count in invariants.broken().items() if count} == {}


def choose(user, level="normal", shift=Shift.NONE, version=0, **more):
    said = {"rhythm": "weekly", "quiet_from": None, "quiet_until": None} | more
    return choosing.choose(user=user, level=level, shift=shift, version=version, **said)


def quiet_now(user, *, minutes: int = 30):
    """Let the person sleep from a while ago until in so many minutes."""
    wall = wall_in(timezone.now(), user.time_zone).replace(second=0, microsecond=0)
    begins, ends = wall - dt.timedelta(minutes=5), wall + dt.timedelta(minutes=minutes)
    return choose(user, shift=Shift.OWN, quiet_from=begins.time(), quiet_until=ends.time())


def post(to, kind="trial/reminder", **more):
    return services.post(kind, to=to, about=ABOUT, **more)


def now(row):
    row.refresh_from_db()
    return row.state, row.channel, row.reason


# ---------------------------------------------------------------- levels and kinds


@pytest.mark.parametrize(
    ("level", "told"),
    [
        ("must", {MUST: ("mail", ""), "trial/reminder": ("inbox", "in_product"), EXTRA: ("inbox", "in_product")}),
        ("normal", {MUST: ("mail", ""), "trial/reminder": ("mail", ""), EXTRA: ("inbox", "for_digest")}),
        ("everything", {MUST: ("mail", ""), "trial/reminder": ("mail", ""), EXTRA: ("mail", "")}),
    ],
)
def test_what_goes_by_mail_is_what_its_reader_chose(nia, sink, level, told):
    choose(nia, level)
    rows = {kind: post(nia, kind) for kind in told}
    go()
    assert {kind: now(row) for kind, row in rows.items()} == {kind: ("sent", *how) for kind, how in told.items()}
    assert len(sink.kept) == sum(channel == "mail" for channel, _why in told.values())


def test_what_is_attached_is_made_only_where_a_letter_leaves(nia, pierre, sink, monkeypatch):
    made = []

    def files(row):
        made.append(row.recipient_id)
        return (Attached("sheet.txt", "text/plain", b"7"),)

    trial.register_one(monkeypatch, "trial/sheet", trial.thing, files=files, name="A sheet")
    choose(pierre, "must")
    without = person("maud", email=None)
    rows = [post(one, "trial/sheet") for one in (nia, pierre, without)]
    go()
    assert [now(row)[:2] for row in rows] == [("sent", "mail"), ("sent", "inbox"), ("sent", "inbox")]
    assert [len(inbox.list_of(one)[0]) for one in (pierre, without)] == [1, 1]
    assert all(inbox.note_of(row.recipient, row.pk).words for row in rows[1:])
    (mail,) = sink.kept
    assert "sheet.txt" in [one.get_filename() for one in mail.parsed.walk()]
    assert made == [nia.pk]


def test_who_chose_nothing_gets_the_normal(nia, sink):
    post(nia)
    post(nia, EXTRA)
    go()
    assert len(sink.kept) == 1


def test_one_kind_by_itself_goes_before_the_level_but_not_before_what_must_be_known(nia, sink):
    choosing.choose_kinds(user=nia, ways={EXTRA: "mail", "trial/reminder": "product", MUST: "product"})
    rows = [post(nia, kind) for kind in (EXTRA, "trial/reminder", MUST)]
    go()
    assert [now(row)[1] for row in rows] == ["mail", "mail", "mail"], "a kind without a name is nobody's to choose"
    assert choosing.ways_of(nia) == {EXTRA: "mail"}
    choosing.choose_kinds(user=nia, ways={EXTRA: ""})
    assert choosing.ways_of(nia) == {}


def test_the_choice_counts_for_what_waits_already(nia, sink):
    row = services.plan(EXTRA, to=nia, about=ABOUT, due=in_hours(1))
    choose(nia, "everything")
    PlannedMessage.objects.update(next_attempt_at=timezone.now())
    go()
    assert now(row)[1] == "mail"


# ---------------------------------------------------------------- quiet hours


def test_what_can_wait_waits_until_the_quiet_hours_are_over_at_no_cost(nia, sink):
    choice = quiet_now(nia)
    row, must = post(nia), post(nia, MUST, occurrence="x")
    for _again in range(3):
        go()
        PlannedMessage.objects.filter(pk=row.pk, state="planned").update(next_attempt_at=timezone.now())
    go()
    assert sink.kept == []
    assert (now(row)[0], row.reason, row.attempts) == ("planned", "quiet", 0)
    assert now(must)[0] == "planned", "a moved session of next week is told in the morning"
    assert wall_in(row.next_attempt_at + dt.timedelta(seconds=1), nia.time_zone).time() >= choice.quiet_until
    assert row.next_attempt_at - timezone.now() < dt.timedelta(minutes=31)
    choose(nia, shift=Shift.NONE, version=choice.version)
    PlannedMessage.objects.filter(state="planned").update(next_attempt_at=timezone.now())
    go()
    assert (now(row)[0], row.attempts, len(sink.kept)) == ("sent", 1, 2)


def test_what_would_be_too_late_after_them_stands_in_the_product_unless_it_must_be_known(nia, sink):
    quiet_now(nia, minutes=60)
    reminder, must = post(nia, not_after=in_hours(0.5)), post(nia, MUST, not_after=in_hours(0.5))
    go()
    assert now(reminder) == ("sent", "inbox", "quiet_expired")
    assert now(must) == ("sent", "mail", "")
    assert [one.key for one in inbox.list_of(nia)[0]] == [reminder.pk]
    assert inbox.note_of(nia, reminder.pk).subject == "About 7 for Nia"


def test_a_code_comes_at_its_minute_whatever_the_hour(nia, sink, monkeypatch):
    trial.register_one(monkeypatch, "trial/now", trial.thing, keeps_hour=True)
    quiet_now(nia)
    row = post(nia, "trial/now")
    go()
    assert now(row)[:2] == ("sent", "mail")


def test_an_installation_begins_with_its_own_hours_and_they_end_where_somebody_chose_none(nia, sink, settings):
    wall = wall_in(timezone.now(), nia.time_zone)
    ends = (wall + dt.timedelta(hours=2)).replace(second=0, microsecond=0)
    settings.QUIET_HOURS = f"{(wall - dt.timedelta(hours=1)):%H:%M}-{ends:%H:%M}"
    assert choosing.choice_of(nia).quiet_until == ends.time()
    row = post(nia)
    stranger = services.post("trial/reminder", to="ada@example.ca", about=ABOUT)
    go()
    assert (now(row)[0], now(stranger)[0]) == ("planned", "sent"), "who has no account gets what they asked for"
    choose(nia)
    PlannedMessage.objects.filter(state="planned").update(next_attempt_at=timezone.now())
    go()
    assert now(row)[0] == "sent"


# ---------------------------------------------------------------- not too much


def test_after_so_many_mails_a_day_the_rest_is_put_together(nia, pierre, sink, settings):
    settings.MAILS_A_DAY = 3
    rows = [post(nia, occurrence=str(number)) for number in range(5)]
    must, other = post(nia, MUST), post(pierre)
    go()
    assert sorted(now(row)[1:] for row in rows) == [("inbox", "for_digest")] * 2 + [("mail", "")] * 3
    assert now(must)[1] == now(other)[1] == "mail"
    PlannedMessage.objects.update(sent_at=timezone.now() - dt.timedelta(hours=25))
    later = post(nia, occurrence="later")
    go()
    assert now(later)[1] == "mail"


# ---------------------------------------------------------------- no more of these


def test_one_click_stops_a_kind_for_good_and_keeps_when_and_how(nia, sink):
    row = post(nia)
    go()
    found = stopping.row_of(sink.kept[0].parsed["List-Unsubscribe"].strip("<>").rstrip("/").rpartition("/")[2])
    assert found == row
    assert sink.kept[0].parsed["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for _five in range(5):
        stopping.stop(found, by_program=True)
    assert stopping.state_of(found) == stopping.STOPPED
    assert list(ConsentEntry.objects.values_list("recipient_key", "kind", "said", "what", "by", "language")) == [
        (str(nia.pk), "trial/reminder", "stopped", "product", "one_click", "en")
    ]
    again = post(nia, occurrence="2")
    other = post(nia, MUST)
    go()
    assert (now(again)[1:], now(other)[1]) == (("inbox", "in_product"), "mail")
    stopping.go_on(found)
    assert stopping.state_of(found) == stopping.COMES
    assert [one.said for one in ConsentEntry.objects.all()] == ["stopped", "asked"]


def test_without_an_account_what_was_stopped_is_not_told(sink):
    row = post("ada@example.ca")
    go()
    stopping.stop(stopping.row_of(tokens.token_of(row.pk, STOP)), by_program=False)
    again = post("ada@example.ca", occurrence="2")
    other = post("bea@example.ca", occurrence="2")
    go()
    assert (now(again)[0], again.reason, trail(again)) == ("void", "stopped", [">planned", "claimed>void"])
    assert now(other)[0] == "sent"


def test_what_must_be_known_has_no_way_out(nia, sink):
    row = post(nia, MUST)
    go()
    assert sink.kept[0].parsed["List-Unsubscribe"] is None
    assert "/me/messages/choose/" in sink.kept[0].text()
    stopping.stop(row, by_program=True)
    assert stopping.state_of(row) == stopping.MUST
    assert not KindChoice.objects.exists()


def test_a_token_is_good_for_its_message_and_its_use_alone(nia, settings):
    row = post(nia)
    token = tokens.token_of(row.pk, STOP)
    assert len(token) == 34
    assert tokens.message_of(token, STOP) == row.pk
    assert tokens.message_of(token, "reply") is None
    changed = ("A" if token[0] != "A" else "B") + token[1:]
    for wrong in (changed, token[:-2], token + "AA", "", "é" * 34, "!" * 34, "=" * 34):
        assert tokens.message_of(wrong, STOP) is None
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another" * 9
    assert tokens.message_of(token, STOP) == row.pk, "it works for ever"


def test_who_has_gone_has_no_page(nia, sink):
    row, strangers = post(nia), post("ada@example.ca")
    nia.is_active = False
    nia.save()
    assert stopping.row_of(tokens.token_of(row.pk, STOP)) is None
    from notifications import people

    stopping.stop(strangers, by_program=True)
    people.forget_address("ada@example.ca")
    assert stopping.row_of(tokens.token_of(strangers.pk, STOP)) is None
    assert not ConsentEntry.objects.exists()


# ---------------------------------------------------------------- what a sender has in the hand


def at_the_point(monkeypatch, point: str, act) -> None:
    """Do it once, when a sender stands at this point with a message."""
    calls = []

    def here(name):
        if name == point and not calls:
            calls.append(name)
            act()

    monkeypatch.setattr(delivery, "checkpoint", here)


@pytest.mark.parametrize("point", ["begun", "open", "before_sending"])
def test_what_is_stopped_just_before_the_dot_does_not_leave(nia, sink, monkeypatch, point):
    row, second = post(nia), post(nia, occurrence="2")
    at_the_point(monkeypatch, point, lambda: stopping.stop(row, by_program=True))
    go()
    assert (sink.kept, now(row), now(second)) == ([], *[("sent", "inbox", "in_product")] * 2)
    assert (row.attempts, second.attempts) == (1, 1)


def test_who_wants_less_by_mail_gets_nothing_that_is_in_the_hand(nia, pierre, sink, monkeypatch):
    row, must, others = post(nia), post(nia, MUST), post(pierre)
    at_the_point(monkeypatch, "before_sending", lambda: choose(nia, "must"))
    go()
    assert [now(one)[:2] for one in (row, must, others)] == [("sent", "inbox"), ("sent", "mail"), ("sent", "mail")]


def test_one_kind_wanted_otherwise_is_let_go_and_no_other(nia, sink, monkeypatch):
    mailed = services.plan(EXTRA, to=nia, about=ABOUT, due=None)
    choosing.choose_kinds(user=nia, ways={EXTRA: "mail"})
    other = post(nia)
    taken = []

    def stop():
        taken.extend(PlannedMessage.objects.filter(state="claimed").values_list("pk", flat=True))
        choosing.choose_kinds(user=nia, ways={EXTRA: "product"})
        assert list(PlannedMessage.objects.filter(state="claimed")) == [other]

    at_the_point(monkeypatch, "before_sending", stop)
    go()
    assert set(taken) == {mailed.pk, other.pk}
    assert (now(mailed)[:2], now(other)[:2]) == (("sent", "inbox"), ("sent", "mail"))


def test_what_has_been_marked_as_leaving_has_left(nia, sink, monkeypatch):
    row = post(nia)
    at_the_point(monkeypatch, "sending", lambda: stopping.stop(row, by_program=True))
    go()
    assert (now(row)[:2], len(sink.kept)) == (("sent", "mail"), 1)


@pytest.mark.django_db(transaction=True)
def test_nobody_takes_what_waits_while_its_reader_says_so(sink):
    nia = person()
    post(nia)

    def take() -> int:
        try:
            with transaction.atomic():
                return len(sending.claim())
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            sending.let_go(str(nia.pk), ["trial/reminder"])
            assert other.submit(take).result(20) == 0
        assert other.submit(take).result(20) == 1
    with pytest.raises(TransactionManagementError):
        sending.let_go(str(nia.pk))


# ---------------------------------------------------------------- saying so


def test_shifts_bring_their_hours_and_own_hours_are_asked_for(nia):
    assert choose(nia, shift=Shift.NIGHTS).quiet == (dt.time(8), dt.time(16))
    assert choose(nia, shift=Shift.NONE, version=0).quiet is None
    with pytest.raises(Refused) as refused:
        choose(nia, shift=Shift.OWN, quiet_from=dt.time(8), version=1)
    assert refused.value.field == "quiet_until"
    with pytest.raises(Refused):
        choose(nia, shift=Shift.OWN, quiet_from=dt.time(8), quiet_until=dt.time(8), version=1)


def test_two_windows_do_not_overwrite_each_other(nia):
    choose(nia, "must")
    choose(nia, "everything", version=0)
    with pytest.raises(Overtaken) as overtaken:
        choose(nia, "normal", version=0)
    assert overtaken.value.theirs.level == "everything"
    assert choose(nia, "everything", version=0).version == 1, "who wants what stands there is not refused"


def test_the_ledger_is_written_once(nia):
    choose(nia, "must")
    entry = ConsentEntry.objects.get()
    assert (entry.said, entry.what, entry.by) == ("chose", "must", "page")
    with pytest.raises(InternalError), transaction.atomic():
        ConsentEntry.objects.update(what="everything")


def test_what_one_chose_goes_along_and_goes_away(nia):
    from notifications import people

    choose(nia, "must", shift=Shift.NIGHTS)
    choosing.choose_kinds(user=nia, ways={EXTRA: Way.MAIL})
    kept = people.data_of(nia)
    assert [one["level"] for one in kept["message_choice"]] == ["must"]
    assert kept["message_kinds"] == [{"kind": EXTRA, "way": "mail"}]
    assert len(kept["message_consent"]) == 2
    people.forget(nia)
    assert not Choice.objects.exists()
    assert not KindChoice.objects.exists()
    assert not ConsentEntry.objects.exists()


def test_asking_what_readers_want_is_as_many_statements_for_one_as_for_twenty(
    nia, pierre, sink, django_assert_num_queries
):
    from notifications.briefing import Briefing

    few, many = [post(nia)], [post(person(f"P{number}")) for number in range(19)] + [post(pierre)]
    for rows in (few, many):
        with django_assert_num_queries(1):
            briefing = Briefing(rows)
        with django_assert_num_queries(4):
            for row in rows:
                briefing.place(row, Begun(1, timezone.now()))

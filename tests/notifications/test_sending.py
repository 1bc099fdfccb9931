"""From the diary to the mail server: what every reply, cut and stall leaves behind."""

import logging
from types import SimpleNamespace

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError

from core import registry
from notifications import briefing, by_hand, delivery, sending, services
from notifications.models import PlannedMessage
from notifications.smtp import Line
from notifications.states import Move
from tests.notifications import invariants
from tests.notifications.conftest import ABOUT, go, in_hours, person, shift, trail

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _whole(request):
    """Whatever a test did: the rules that hold always hold."""
    yield
    assert {name: count for name, count in invariants.broken().items() if count} == {}


def post(to, kind="trial/reminder", about=ABOUT, **more) -> PlannedMessage:
    return services.post(kind, to=to, about=about, **more)


def now(row) -> tuple[str, str, int]:
    row.refresh_from_db()
    return row.state, row.reason, row.attempts


def wait_of(row) -> float:
    """Seconds from the last change until the next try."""
    row.refresh_from_db()
    return (row.next_attempt_at - row.updated_at).total_seconds()


# ---------------------------------------------------------------- what arrives


def test_it_arrives_in_the_readers_language(nia, pierre, sink):
    first, second = post(nia), post(pierre)
    assert go() == 2
    assert (now(first), now(second)) == (("sent", "", 1), ("sent", "", 1))
    assert trail(first) == [">planned", "claimed>sending", "sending>sent"]
    assert first.sent_at
    assert first.smtp_code == 250
    assert first.smtp_text == "2.0.0 kept as 4711"
    assert sink.connections == 1
    english, french = sorted(sink.kept, key=lambda one: one.to)
    assert (english.sender, english.to, english.message_id) == ("series@localhost", "nia@example.ca", first.message_id)
    assert english.parsed["Subject"] == "About 7 for Nia"
    assert english.parsed["Reply-To"] == "contact@example.ca"
    assert english.text().replace("\r\n", "\n") == (
        "About 7 for Nia\n\nHello Nia, 7 is team.\nhttp://localhost:8000/thing/?a=1&b=2\n\n-- \nteam\n"
        f"No more of these by mail: {english.parsed['List-Unsubscribe'].strip('<>')}\n"
    )
    assert french.parsed["Content-Language"] == "fr-CA"
    assert french.parsed["To"] == "Pierre Côté <pierre@example.ca>"
    assert '<html lang="fr-CA">' in french.text("html")


def test_the_html_twin_escapes_and_has_no_style_sheet(nia, sink):
    post(nia, about=("trial.thing", "<b>&"))
    go()
    html = sink.kept[0].text("html")
    assert "&lt;b&gt;&amp;" in html
    assert "<b>" not in html
    assert "<style" not in html
    assert "<script" not in html
    assert "var(" not in html
    assert "About <b>& for Nia" in sink.kept[0].text()


def test_an_address_without_account_is_read_in_the_rows_language(sink):
    row = post("ada@example.ca", language="fr", time_zone="America/Moncton")
    go()
    assert now(row)[0] == "sent"
    assert sink.kept[0].parsed["Content-Language"] == "fr-CA"


def test_what_is_not_due_stays(nia, sink):
    row = services.plan("trial/reminder", to=nia, about=ABOUT, due=in_hours(1))
    assert go() == 0
    assert now(row) == ("planned", "", 0)
    shift(row, next_attempt_at=-3700)
    assert go() == 1


def test_the_most_urgent_first(nia, pierre, sink):
    late = [post(one, occurrence=str(number)) for number in range(15) for one in (nia, pierre)]
    code = post(nia, "trial/code", secret="318 204")
    assert go() == len(late) + 1
    assert "318 204" in sink.kept[0].text()
    code.refresh_from_db()
    assert (code.state, code.secret) == ("sent", "")


def test_without_mailbox_it_is_in_the_product(sink):
    fay = person("Fay", email=None)
    row = post(fay)
    went = post(gone := person("Gone"), about=("trial.thing", "8"))
    get_user_model().objects.filter(pk=gone.pk).update(email=None)
    assert go() == 2
    assert sink.kept == []
    assert (now(row)[0], trail(row)) == ("sent", [">planned", "claimed>sent"])
    assert list(PlannedMessage.objects.listed_for(fay)) == [row]
    assert list(PlannedMessage.objects.listed_for(gone)) == [went]


# ---------------------------------------------------------------- still right to tell?


def test_who_left_is_not_told(nia, sink):
    row = post(nia)
    nia.is_active = False
    nia.save()
    go()
    assert now(row) == ("void", "inactive", 1)
    assert sink.connections == 0


def test_who_was_deleted_is_not_told(sink):
    row = post(ada := person("Ada"))
    ada.delete()
    go()
    assert now(row)[:2] == ("void", "inactive")


@pytest.mark.parametrize(("answer", "state"), [(True, "sent"), (False, "void")])
def test_the_right_to_know_is_asked_at_the_last_moment(nia, sink, monkeypatch, answer, state):
    row = post(nia)
    asked = []
    monkeypatch.setattr(
        registry.may_receive,
        "_answers",
        {"trial.thing": lambda pairs: asked.append(pairs) or ({(nia.pk, "7")} if answer else set())},
    )
    go()
    assert now(row)[0] == state
    assert asked == [[(nia, "7")]]


def test_rows_that_leave_together_are_asked_about_together(nia, pierre, sink, monkeypatch):
    ada = person("Ada")
    rows = [post(one, about=("trial.thing", key)) for one in (nia, pierre, ada) for key in ("7", "8")]
    asked = []

    def may(pairs):
        asked.append(len(pairs))
        return {(user.pk, key) for user, key in pairs if user != ada or key == "8"}

    monkeypatch.setattr(registry.may_receive, "_answers", {"trial.thing": may})
    monkeypatch.setattr(registry.current_version, "_answers", {"trial.thing": lambda keys: dict.fromkeys(keys, 0)})
    assert go() == 6
    assert asked == [6]
    assert [now(row)[0] for row in rows] == ["sent"] * 4 + ["void", "sent"]


def test_a_slow_server_makes_the_question_come_again(nia, pierre, sink, monkeypatch):
    first, second = post(nia), post(pierre)
    monkeypatch.setattr(briefing, "FRESH_SECONDS", 0)
    here = {nia.pk, pierre.pk}

    def may(pairs):
        return {(user.pk, key) for user, key in pairs if user.pk in here}

    monkeypatch.setattr(registry.may_receive, "_answers", {"trial.thing": may})
    monkeypatch.setattr(delivery, "checkpoint", lambda name: name == "sending" and here.clear())
    assert go() == 2
    assert sorted(now(row)[:2] for row in (first, second)) == [("sent", ""), ("void", "may_not_know")]


def test_a_question_that_fails_holds_only_its_own_row(nia, pierre, sink, monkeypatch, caplog):
    def may(pairs):
        if any(key == "8" for _user, key in pairs):
            raise RuntimeError("nia@example.ca")
        return {(user.pk, key) for user, key in pairs}

    monkeypatch.setattr(registry.may_receive, "_answers", {"trial.thing": may})
    rows = [post(one, about=("trial.thing", key)) for one in (nia, pierre) for key in ("7", "8")]
    assert go() == 4
    assert [now(row)[0] for row in rows] == ["sent", "held", "sent", "held"]
    assert now(rows[1])[1] == "cannot_be_written:RuntimeError"
    assert "example.ca" not in caplog.text


@pytest.mark.parametrize(("version", "expected"), [(3, "sent"), (4, "superseded"), (None, "source_gone")])
def test_an_older_version_is_void(nia, sink, monkeypatch, version, expected):
    row = post(nia, version=3)
    monkeypatch.setattr(
        registry.current_version, "_answers", {"trial.thing": lambda keys: {"7": version} if version else {}}
    )
    go()
    assert expected in now(row)


def test_gone_late_and_poisoned_rows_keep_nobody_waiting(nia, sink, caplog):
    caplog.set_level(logging.DEBUG)
    gone = post(nia, about=("trial.thing", "gone"))
    poison = post(nia, about=("trial.thing", "poison"))
    broken, wrong = post(nia, "trial/broken"), post(nia, "trial/wrong")
    unknown = post(nia, "trial/moved", about=("trial.thing", "9"))
    PlannedMessage.objects.filter(pk=unknown.pk).update(kind="trial/forgotten")
    bad = post("nia roy@example.ca")
    good = post(nia)
    assert go() == 7
    assert now(gone) == ("void", "source_gone", 1)
    assert now(poison) == ("held", "cannot_be_written:RuntimeError", 1)
    assert now(broken) == ("held", "template_broken:TemplateDoesNotExist", 1)
    assert now(wrong) == ("held", "template_broken:TemplateSyntaxError", 1)
    assert now(unknown) == ("held", "unknown_kind", 1)
    assert now(bad) == ("held", "bad_address", 1)
    assert now(good)[0] == "sent"
    assert "example.ca" not in caplog.text
    assert "Nia" not in caplog.text
    assert str(poison.pk) in caplog.text


def test_a_clock_of_nowhere_is_poison(nia, sink):
    nia.time_zone = "Mars/Olympus"
    nia.save()
    row = post(nia)
    go()
    assert now(row)[1] == "cannot_be_written:ZoneInfoNotFoundError"


# ---------------------------------------------------------------- what the server says


@pytest.mark.parametrize(
    ("order", "state", "reason", "events"),
    [
        ("451", "retry", "put_off", "claimed>retry"),
        ("451 dot", "retry", "put_off", "sending>retry"),
        ("550", "dead", "refused", "claimed>dead"),
        ("550 dot", "dead", "refused", "sending>dead"),
        ("drop at data", "retry", "server_away", "claimed>retry"),
        ("drop after dot", "uncertain", "no_reply_after_dot", "sending>uncertain"),
        ("lose after dot", "uncertain", "no_reply_after_dot", "sending>uncertain"),
    ],
)
@pytest.mark.parametrize("pipelining", [True, False])
def test_each_reply(nia, pierre, sink, order, state, reason, events, pipelining):
    sink.pipelining = pipelining
    sink.script.append(order)
    row, next_one = post(nia), post(pierre)
    assert go() == 2
    assert now(row) == (state, reason, 1)
    assert trail(row)[-1] == events
    assert now(next_one)[0] == "sent", "the next message is not harmed"
    assert not row.possible_duplicate
    assert "@" not in row.smtp_text
    if state == "retry":
        assert 47 <= wait_of(row) <= 73


@pytest.mark.parametrize("pipelining", [True, False])
@pytest.mark.parametrize(
    ("phase", "state"), [("mail", "retry"), ("rcpt", "retry"), ("data", "retry"), ("dot", "uncertain")]
)
def test_a_server_that_says_nothing(nia, sink, settings, phase, state, pipelining):
    sink.pipelining = pipelining
    settings.EMAIL_TIMEOUT = 0.3
    sink.script.append(f"stall {phase} 1")
    row = post(nia)
    go()
    assert now(row)[0] == state


def test_a_server_that_would_take_a_letter_to_nobody_gets_none(nia, pierre, sink):
    sink.script.append("550 to nobody")
    row, next_one = post(nia), post(pierre)
    assert go() == 2
    assert now(row)[:2] == ("dead", "refused")
    assert row.smtp_code == 550
    assert now(next_one)[0] == "sent"
    assert [one.to for one in sink.kept] == ["pierre@example.ca"]
    assert sink.connections == 2, "hung up: without the dot the server forgets"


def test_greylisting(nia, sink):
    sink.script.append("451")
    row = post(nia)
    go()
    shift(row, next_attempt_at=-100)
    go()
    assert now(row) == ("sent", "", 2)
    assert len(sink.kept) == 1
    assert not row.possible_duplicate


def test_put_off_eight_times(nia, sink):
    sink.script.extend(["451"] * 9)
    row = post(nia)
    waits = []
    for _ in range(8):
        go()
        waits.append(round(wait_of(row) / 60))
        shift(row, next_attempt_at=-100_000)
    assert now(row) == ("dead", "too_many_tries", 8)
    for wait, step in zip(waits[:7], [1, 5, 15, 60, 240, 240, 240], strict=True):
        assert step * 0.79 - 0.5 <= wait <= step * 1.21 + 0.5
    assert list(PlannedMessage.objects.failed()) == [row]


def test_a_server_that_is_away_is_tried_with_one_row_only(nia, pierre, sink):
    sink.away()
    rows = [post(nia), post(pierre)]
    assert go() == 0
    assert sorted(now(row) for row in rows) == [("planned", "", 0), ("retry", "server_away", 1)]
    sink.back()
    for row in rows:
        shift(row, next_attempt_at=-100)
    assert go() == 2
    assert {now(row)[0] for row in rows} == {"sent"}


def never() -> bool:
    return False


def test_a_line_that_the_server_cut_while_idle_is_opened_anew(nia, pierre, sink):
    line = Line()
    for number, reader in enumerate((nia, pierre)):
        post(reader)
        with transaction.atomic():
            rows = sending.claim()
        assert delivery.deliver_batch(rows, line, never) == (1, True)
        assert sink.connections == number + 1
        line._smtp.sock.shutdown(2)
    line.close()
    assert len(sink.kept) == 2


def test_a_line_cut_while_idle_whose_server_takes_no_new_one(nia, pierre, sink):
    line = Line()
    with transaction.atomic():
        post(nia)
        rows = sending.claim()
    assert delivery.deliver_batch(rows, line, never) == (1, True)
    line._smtp.sock.shutdown(2)
    sink.away()
    row = post(pierre)
    with transaction.atomic():
        rows = sending.claim()
    assert delivery.deliver_batch(rows, line, never) == (1, True), "it is settled, and the next one asks anew"
    assert now(row) == ("retry", "server_away", 1)
    assert trail(row)[-1] == "claimed>retry"
    assert 47 <= wait_of(row) <= 73
    sink.back()
    shift(row, next_attempt_at=-100)
    with transaction.atomic():
        rows = sending.claim()
    assert delivery.deliver_batch(rows, line, never) == (1, True), "the same line is opened anew"
    line.close()
    assert now(row) == ("sent", "", 2)
    assert len(sink.kept) == 2


# ---------------------------------------------------------------- uncertain


def uncertain(sink, to, kind="trial/reminder", **more) -> PlannedMessage:
    sink.script.append("drop after dot")
    row = post(to, kind, **more)
    go()
    assert now(row)[0] == "uncertain"
    return row


def test_when_unsure_it_is_flagged_and_sent_again(nia, sink):
    row = uncertain(sink, nia)
    go()
    assert now(row)[0] == "uncertain", "ten minutes are given to the server first"
    shift(row, updated_at=-601)
    go()
    assert now(row) == ("sent", "", 2)
    assert row.possible_duplicate
    assert trail(row)[2:] == ["sending>uncertain", "uncertain>retry", "claimed>sending", "sending>sent"]
    assert sink.message_ids == [row.message_id] * 2
    assert invariants.broken(sink.message_ids)["doubled_without_flag"] == 0


def test_what_must_not_come_twice_waits_for_a_person(nia, paula, sink):
    row = uncertain(sink, nia, "trial/code", secret="318 204")
    shift(row, updated_at=-601)
    go()
    assert now(row) == ("held", "may_have_gone", 1)
    assert not row.possible_duplicate
    assert len(sink.kept) == 1
    by_hand.retry(row, by=paula, reason="she did not get it")
    go()
    assert now(row)[0] == "sent"
    assert row.possible_duplicate


def test_unsure_and_over(nia, sink):
    row = uncertain(sink, nia, not_after=in_hours(1))
    shift(row, not_after=-3700)
    go()
    assert now(row) == ("expired", "may_have_gone", 1)


# ---------------------------------------------------------------- claims and leases


def claimed(to, **more) -> PlannedMessage:
    post(to, **more)
    with transaction.atomic():
        (row,) = sending.claim()
    return row


def test_claim_needs_a_transaction(monkeypatch):
    monkeypatch.setattr(sending, "connection", SimpleNamespace(in_atomic_block=False))
    with pytest.raises(TransactionManagementError):
        sending.claim()


def test_claims_are_disjoint_and_small(sink):
    services.plan_many("trial/reminder", to=[f"a{n}@example.ca" for n in range(50)], about=ABOUT, due=None)
    batches = [sending.claim() for _ in range(4)]
    assert [len(batch) for batch in batches] == [20, 20, 10, 0]
    assert len({row.pk for batch in batches for row in batch}) == 50
    assert len({row.claim_token for row in batches[0]}) == 1
    assert {row.attempts for row in batches[0]} == {0}


@pytest.mark.parametrize(
    ("settled", "seconds", "next_one"),
    [(20, 5.0, 20), (0, 0.0, 20), (20, 0.5, 20), (20, 0.2, 50), (50, 0.5, 50), (20, 0.001, 100), (100, 10.0, 20)],
)
def test_a_claim_is_what_leaves_in_half_a_second(settled, seconds, next_one):
    assert sending.batch_after(settled, seconds) == next_one


def test_an_unbegun_row_comes_back_at_no_cost(nia):
    row = claimed(nia)
    shift(row, lease_until=-200)
    assert sending.reap() == {"planned": 1}
    assert now(row) == ("planned", "", 0)


def test_an_unbegun_row_is_given_back_at_no_cost(nia):
    row = claimed(nia)
    assert sending.give_back([row]) == 1
    assert now(row) == ("planned", "", 0)


def test_a_begun_row_is_tried_again(nia):
    row = claimed(nia)
    assert sending.begin(row).attempts == 1
    shift(row, lease_until=-200)
    assert sending.give_back([row]) == 0
    assert sending.reap() == {"retry": 1}
    assert now(row) == ("retry", "sender_lost", 1)
    assert trail(row) == [">planned", "claimed>retry"]


def test_a_sender_that_kills_itself_on_a_row_gives_up_after_eight(nia):
    row = claimed(nia)
    PlannedMessage.objects.filter(pk=row.pk).update(attempts=7)
    sending.begin(row)
    shift(row, lease_until=-200)
    sending.reap()
    assert now(row) == ("dead", "too_many_tries", 8)


def test_a_lease_that_runs_out_while_leaving_is_doubt(nia):
    row = claimed(nia)
    sending.begin(row)
    assert sending.move(row, Move("sending"))
    shift(row, lease_until=-200)
    assert sending.reap() == {"uncertain": 1}
    assert now(row)[:2] == ("uncertain", "sender_lost")


def test_a_row_begun_before_the_database_was_started_is_doubt(nia):
    row = claimed(nia)
    sending.begin(row)
    shift(row, lease_until=-10_000_000_00, claimed_at=-10_000_000_00)
    assert sending.reap() == {"uncertain": 1}
    assert now(row)[:2] == ("uncertain", "database_restarted")


def test_a_slower_twin_changes_nothing(nia, sink):
    slow = claimed(nia)
    sending.begin(slow)
    shift(slow, lease_until=-200)
    sending.reap()
    shift(slow, next_attempt_at=-600)
    with transaction.atomic():
        (quick,) = sending.claim()
    slow = PlannedMessage.objects.get(pk=quick.pk)
    slow.claim_token = "00000000-0000-0000-0000-000000000001"
    assert sending.begin(slow) is None
    assert delivery.deliver_batch([slow], Line(), never) == (0, True)
    assert not sending.move(slow, Move("sending"))
    assert now(quick)[0] == "claimed"


def test_void_before_the_dot_stops_the_hand_over(nia, pierre, sink, monkeypatch):
    row, other = post(nia), post(pierre, about=("trial.thing", "8"))

    def cancelled(name):
        if name == "before_sending":
            services.void(ABOUT, "taken_back")

    monkeypatch.setattr(delivery, "checkpoint", cancelled)
    assert go() == 1
    assert now(row)[:2] == ("void", "taken_back")
    assert now(other)[0] == "sent"
    assert sink.message_ids == [other.message_id]


def test_the_mark_before_the_dot_does_not_wait_for_the_disk(nia):
    row = claimed(nia)
    sending.begin(row)

    def pace():
        with connection.cursor() as cursor:
            cursor.execute("SHOW synchronous_commit")
            return cursor.fetchone()[0]

    # The tests' own server is hurried throughout; here it waits for the disk, as a real one does.
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = on")
    assert pace() == "on"
    with transaction.atomic():
        sending.move(row, Move("sending"))
        assert pace() == "off"
        sending.move(row, Move("retry", "put_off", wait=1))


def test_no_move_that_the_rules_do_not_know(nia):
    with pytest.raises(ValueError, match="never goes"):
        sending.move(claimed(nia), Move("bounced"))


def test_what_nobody_decided_in_time_expires(nia):
    row = services.plan("trial/code", to=nia, about=ABOUT, due=in_hours(1), not_after=in_hours(2), secret="1")
    PlannedMessage.objects.filter(pk=row.pk).update(state="held")
    shift(row, not_after=-7300)
    assert sending.reap() == {"expired": 1}
    assert now(row)[:2] == ("expired", "too_late")
    assert row.secret == ""

"""What the planning team decides about messages."""

from __future__ import annotations

import pytest

from audit.models import Entry
from core.refusals import Refused
from notifications import by_hand, causes, services
from notifications.models import PlannedMessage
from tests.notifications.conftest import ABOUT, go, in_hours, trail

pytestmark = pytest.mark.django_db


def rows(**where):
    return PlannedMessage.objects.filter(**where)


def test_a_held_message_waits_for_a_person(nia, paula):
    cohort = ("collaborative.cohort", "2b1c7a6e-7a30-4d0c-8f5f-3d2b8a5c9e11")
    row = services.plan("trial/reminder", to=nia, about=ABOUT, due=in_hours(1), scope=cohort)
    rows().update(state="held", reason="unknown_kind")
    assert list(PlannedMessage.objects.failed()) == [row]
    assert not PlannedMessage.objects.waiting().exists()
    due = row.due_at
    row = by_hand.retry(row, by=paula, reason="  The room\nis there ")
    assert (row.state, row.reason, row.next_attempt_at) == ("planned", "typed:The room is there", due)
    assert trail(row)[-1] == "held>planned"
    entry = Entry.objects.get(verb="message.tried_again")
    assert (entry.by, str(entry.cohort_id)) == (paula, cohort[1])
    assert entry.detail == {"kind": "trial/reminder", "before": "held", "after": "planned"}


def test_drop_empties_the_secret(nia, paula):
    row = services.plan("trial/code", to=nia, about=ABOUT, due=in_hours(1), secret="1")
    row = by_hand.drop(row, by=paula, reason="wrong person")
    assert (row.state, row.secret) == ("void", "")


@pytest.mark.parametrize("reason", ["closed", "superseded", "left", "team", "hidden", "by_person"])
def test_what_somebody_types_is_never_taken_for_a_code(nia, paula, reason):
    row = services.plan("trial/reminder", to=nia, about=ABOUT, due=in_hours(1))
    row = by_hand.drop(row, by=paula, reason=reason)
    assert row.reason != reason
    assert causes.why(row) == reason


def test_whom_nobody_asks_why_gives_no_words(nia, paula):
    row = services.plan("trial/reminder", to=nia, about=ABOUT, due=in_hours(1))
    assert causes.why(by_hand.drop(row, by=paula, reason=None)) == "Somebody of the planning team decided so."


def test_retry_of_a_dead_one_to_another_address(paula):
    row = services.plan("trial/reminder", to="ada@example.ca", about=ABOUT, due=in_hours(-1))
    rows().update(state="dead", attempts=8, smtp_code=550)
    row = by_hand.retry(row, by=paula, reason="typo", address="Ada.Byron@example.ca ")
    assert (row.state, row.attempts, row.address, row.smtp_code) == ("planned", 0, "ada.byron@example.ca", None)
    assert not row.possible_duplicate


def test_what_may_have_gone_is_flagged_before_a_person_sends_it_again(nia, paula):
    row = services.plan("trial/code", to=nia, about=ABOUT, due=in_hours(-1))
    rows().update(state="held", reason="may_have_gone")
    assert by_hand.retry(row, by=paula, reason="they did not get it").possible_duplicate


def test_refusals(nia, paula):
    row = services.plan("trial/reminder", to=nia, about=ABOUT, due=in_hours(1))
    with pytest.raises(Refused) as refused:
        by_hand.drop(row, by=paula, reason="  ")
    assert refused.value.field == "reason"
    with pytest.raises(Refused):
        by_hand.retry(row, by=paula, reason="x")
    rows().update(state="sent")
    with pytest.raises(Refused):
        by_hand.drop(row, by=paula, reason="x")
    rows().update(state="dead")
    services.plan("trial/reminder", to=nia, about=ABOUT, due=in_hours(1), version=2)
    with pytest.raises(Refused):
        by_hand.retry(row, by=paula, reason="x")
    rows(pk=row.pk).update(not_after=in_hours(-1))
    with pytest.raises(Refused):
        by_hand.retry(row, by=paula, reason="x")
    assert Entry.objects.count() == 0


@pytest.mark.parametrize("order", ["451", "451 dot"])
def test_what_was_sent_before_its_hour_and_is_put_off_does_not_wait_for_that_hour(nia, sink, order):
    row = services.plan("trial/reminder", to=nia, about=ABOUT, due=in_hours(30))
    by_hand.send_now(rows(pk=row.pk), by=nia)
    sink.script.append(order)
    go()
    row.refresh_from_db()
    assert row.state == "retry"
    assert row.next_attempt_at < in_hours(1)

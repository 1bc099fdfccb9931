"""The card of a person without a mailbox: code, PIN, tries, revoking."""

from __future__ import annotations

import datetime
import threading

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts import cards
from accounts.models import MOST_WRONG, MemberCard, User
from audit.models import Entry
from core.refusals import Refused


@pytest.fixture
def issued(pierre, nia):
    return cards.issue(user=pierre, by=nia)


def with_pin(card: MemberCard, pin: str = "482913") -> MemberCard:
    cards.choose_pin(card=card, pin=pin, by=card.user)
    return card


def test_a_card_for_somebody_without_mailbox(issued, pierre):
    card, code = issued
    assert pierre.email is None
    assert len(code) == 9
    assert code[4] == "-"
    assert set(code.replace("-", "")) <= set(cards.LETTERS)
    assert code.replace("-", "") not in str(MemberCard.objects.values().get())
    assert cards.find(code) == card
    assert cards.find(f" {code.lower().replace('-', ' ')} ") == card
    assert cards.find("0000-0000") is None
    assert cards.find("") is None
    assert abs(card.expires_at - timezone.now() - datetime.timedelta(days=14)) < datetime.timedelta(minutes=1)


def test_the_first_visit_has_fourteen_days_and_the_card_lasts(issued):
    card, code = issued
    with_pin(card)
    assert card.expires_at is None
    assert cards.find(code) == card
    assert cards.try_pin(card=card, pin="482913") is True


def test_an_unused_card_runs_out(issued):
    card, code = issued
    MemberCard.objects.update(expires_at=timezone.now())
    assert cards.find(code) is None
    with pytest.raises(Refused):
        with_pin(card)


@pytest.mark.parametrize("pin", ["", "12345", "1234567", "12a456", "111111", "123456", "654321", "٤٨٢٩١٣", "48 913"])
def test_pins_that_are_none(issued, pin):
    with pytest.raises(Refused) as refused:
        with_pin(issued[0], pin)
    assert refused.value.field == "pin"


def test_a_pin_is_chosen_once(issued):
    card, _code = issued
    with_pin(card)
    with pytest.raises(Refused):
        with_pin(card, "739105")
    assert cards.try_pin(card=card, pin="739105") is False


def test_five_wrong_pins_and_a_rest(issued):
    card = with_pin(issued[0])
    assert [cards.try_pin(card=card, pin="000001") for _ in range(5)] == [False] * 5
    with pytest.raises(Refused):
        cards.try_pin(card=card, pin="482913")
    MemberCard.objects.update(limited_until=timezone.now())
    assert [cards.try_pin(card=card, pin="000001") for _ in range(5)] == [False] * 5
    rest = MemberCard.objects.get().limited_until - timezone.now()
    assert datetime.timedelta(minutes=29) < rest <= datetime.timedelta(minutes=30), "twice as long the second time"
    MemberCard.objects.update(limited_until=timezone.now())
    assert cards.try_pin(card=card, pin="482913") is True
    assert MemberCard.objects.get().tries == 0


def test_a_new_card_ends_the_old_one(issued, pierre, nia):
    old, code = issued
    new, new_code = cards.issue(user=pierre, by=nia)
    assert (old.version, new.version) == (1, 2)
    assert cards.find(code) is None
    assert cards.find(new_code) == new
    with_pin(new)
    cards.revoke(card=new, by=nia)
    assert cards.find(new_code) is None
    assert cards.try_pin(card=new, pin="482913") is False


def test_a_closed_account_has_no_card(issued, pierre, nia):
    _card, code = issued
    User.objects.filter(pk=pierre.pk).update(is_active=False)
    assert cards.find(code) is None
    with pytest.raises(Refused):
        cards.issue(user=pierre, by=nia)


@given(st.text(max_size=30))
def test_no_text_is_an_accident(text):
    assert cards.tidy(text) == cards.tidy(cards.tidy(text).upper())


@pytest.mark.django_db(transaction=True)
def test_tries_at_the_same_moment_are_all_counted():
    user = User.objects.create_user(None, name="Pierre")
    card = with_pin(cards.issue(user=user, by=user)[0])
    outcomes, ready = [], threading.Barrier(12)

    def run():
        ready.wait()
        try:
            outcomes.append(cards.try_pin(card=card, pin="000001"))
        except Refused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, outcomes)) == ["False"] * 5 + ["refused"] * 7


def test_wrong_pins_without_end_take_the_card_out_of_use(issued, pierre, nia):
    card, code = issued
    with_pin(card)
    longest = datetime.timedelta(0)
    for _wrong in range(MOST_WRONG):
        MemberCard.objects.update(limited_until=None)
        assert cards.try_pin(card=card, pin="000001") is False
        until = MemberCard.objects.get().limited_until
        longest = max(longest, until - timezone.now()) if until else longest
    assert datetime.timedelta(hours=23) < longest <= datetime.timedelta(days=1)
    MemberCard.objects.update(limited_until=None)
    assert cards.find(code) is None
    assert cards.try_pin(card=card, pin="482913") is False
    assert Entry.objects.filter(verb="card.revoked").count() == 1
    again, _code = cards.issue(user=pierre, by=nia)
    assert with_pin(again).tries == 0

"""The rules of what may become of a message, for every case there is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications import states
from notifications.states import MAX_ATTEMPTS, PHASES, Move

codes = st.one_of(st.just(0), st.just(-1), st.integers(100, 599))
attempts = st.integers(1, 20)
STEPS = [1.0, 5, 15, 60, 240]


def test_every_state_has_its_row_and_every_live_row_an_end():
    assert set(states.TRANSITIONS) == {"", *states.ALL}
    assert set(states.ALL) == set(states.LIVE) | set(states.TERMINAL)
    for before, after in states.TRANSITIONS.items():
        assert after <= set(states.ALL)
        reached = set(after)
        while more := {one for state in reached for one in states.TRANSITIONS[state]} - reached:
            reached |= more
        assert before in states.TERMINAL or reached & set(states.TERMINAL)


@pytest.mark.parametrize("state", ["sent", "void", "expired", "bounced"])
def test_what_has_ended_never_leaves_again(state):
    assert not states.TRANSITIONS[state] & set(states.LIVE)


def test_only_a_person_wakes_a_dead_one():
    assert states.TRANSITIONS["dead"] == {"planned", "void"}


def test_may_move():
    assert states.may_move("sending", "sent")
    assert not states.may_move("sending", "void")
    assert states.may_move("planned", "sent"), "after a standstill, into the list in the product"
    assert not states.may_move("sent", "planned")


@given(tries=st.integers(0, 30), chance=st.floats(0, 1))
def test_back_off_is_the_step_give_or_take_a_fifth(tries, chance):
    step = STEPS[min(max(tries, 1), 5) - 1] * 60
    assert step * 0.8 - 1e-6 <= states.back_off(tries, STEPS, chance) <= step * 1.2 + 1e-6


def test_back_off_exactly():
    assert [states.back_off(tries, STEPS, 0.5) for tries in range(1, 8)] == [60, 300, 900, 3600, 14400, 14400, 14400]
    assert states.back_off(1, STEPS, 0) == pytest.approx(48)
    assert states.back_off(1, STEPS, 1) == pytest.approx(72)


@pytest.mark.parametrize(
    ("code", "phase", "expected"),
    [
        (250, "dot", Move("sent")),
        (0, "dot", Move("uncertain", "no_reply_after_dot")),
        (-1, "dot", Move("uncertain", "no_reply_after_dot")),
        (354, "dot", Move("uncertain", "no_reply_after_dot")),
        (451, "dot", Move("retry", "put_off", wait=60)),
        (554, "dot", Move("dead", "refused")),
        (550, "rcpt", Move("dead", "refused")),
        (554, "data", Move("dead", "refused")),
        (450, "rcpt", Move("retry", "put_off", wait=60)),
        (421, "mail", Move("retry", "put_off", wait=60)),
        # Our settings are at fault, or the server: no message may die of it.
        (535, "auth", Move("retry", "server_away", wait=60)),
        (550, "mail", Move("retry", "server_away", wait=60)),
        (554, "connect", Move("retry", "server_away", wait=60)),
        (0, "connect", Move("retry", "server_away", wait=60)),
        (0, "body", Move("retry", "server_away", wait=60)),
    ],
)
def test_what_each_reply_asks_for(code, phase, expected):
    assert states.after_reply(code, phase, attempts=1, late=False, wait=60) == expected


@given(code=codes, phase=st.sampled_from(PHASES), tries=attempts, late=st.booleans())
def test_doubt_comes_only_from_the_dot(code, phase, tries, late):
    move = states.after_reply(code, phase, attempts=tries, late=late, wait=1)
    before = "sending" if phase == "dot" else "claimed"
    assert states.may_move(before, move.to)
    assert (move.to == "uncertain") == (phase == "dot" and not 200 <= code < 300 and not 400 <= code < 600)
    assert (move.to == "sent") == (phase == "dot" and 200 <= code < 300)
    assert not move.possible_duplicate
    if move.to == "retry":
        assert tries < MAX_ATTEMPTS
        assert not late
        assert move.wait == 1


@given(code=st.integers(400, 499), phase=st.sampled_from(PHASES), tries=attempts)
def test_put_off_eight_times_is_dead_and_late_is_expired(code, phase, tries):
    assert states.after_reply(code, phase, attempts=tries, late=True, wait=1) == Move("expired", "too_late")
    move = states.after_reply(code, phase, attempts=tries, late=False, wait=1)
    assert move.to == ("dead" if tries >= MAX_ATTEMPTS else "retry")


@given(begun=st.booleans(), restarted=st.booleans(), tries=attempts, late=st.booleans())
def test_lease_ran_out(begun, restarted, tries, late):
    given_ = {"begun": begun, "db_restarted": restarted, "attempts": tries, "late": late, "wait": 5.0}
    assert states.lease_ran_out("sending", **given_) == Move("uncertain", "sender_lost")
    move = states.lease_ran_out("claimed", **given_)
    if not begun:
        assert move == Move("planned")
    elif restarted:
        assert move == Move("uncertain", "database_restarted")
    else:
        assert move == states.try_again(attempts=tries, late=late, wait=5.0, reason="sender_lost")
    assert states.may_move("claimed", move.to)


def test_after_uncertainty():
    again = Move("retry", "may_have_gone", wait=0.0, possible_duplicate=True)
    assert states.after_uncertainty(at_most_once=False, late=False) == again
    assert states.after_uncertainty(at_most_once=True, late=False) == Move("held", "may_have_gone")
    assert states.after_uncertainty(at_most_once=False, late=True) == Move("expired", "may_have_gone")
    assert states.after_uncertainty(at_most_once=True, late=True) == Move("expired", "may_have_gone")

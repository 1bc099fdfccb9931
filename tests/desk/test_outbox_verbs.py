"""Every verb of the outbox at every state of a message, whether or not the page shows the button for it."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from desk.outbox import hurry
from notifications import states
from notifications.models import MessageEvent, PlannedMessage, Suppression

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("silent_bell")]

# The states that a message may be in, each with its reason, and the reasons for which one may be held.
STANDS = {
    "planned": ("planned", ""),
    "retry": ("retry", "put_off"),
    "claimed": ("claimed", ""),
    "sending": ("sending", ""),
    "uncertain": ("uncertain", "no_reply_after_dot"),
    "held back": ("held", "held_by_person"),
    "hidden": ("held", "hidden"),
    "may have gone": ("held", "may_have_gone"),
    "broken": ("held", "template_broken:KeyError"),
    "dead": ("dead", "refused"),
    "sent": ("sent", ""),
    "void": ("void", "superseded"),
    "bounced": ("bounced", "bounced_hard"),
    "expired": ("expired", "too_late"),
}
MOVED_ON, NOTHING = "moved on in the meantime", "Nothing of it waits any more"
WAITS = {"planned": "held", "retry": "held"}
AGAIN = {"may have gone": "planned", "broken": "planned", "dead": "planned"}
REFUSED = {"held back": "let it go at its hour instead", "hidden": "look at that first"}
DROPPED = dict.fromkeys((*WAITS, *AGAIN, *REFUSED), "void")
# What is sent by the button, where a message goes by it, what is said then, and what is said where nothing is done.
VERBS = {
    "hold": ({"verb": "hold"}, WAITS, "1 message is held back", NOTHING),
    "release": ({"verb": "release"}, {"held back": "planned"}, "1 message leaves at its hour", NOTHING),
    "again": ({"verb": "again"}, AGAIN, "It will be tried again", MOVED_ON),
    "again, to another": ({"verb": "again", "again-address": "m@evil.example"}, {}, "", MOVED_ON),
    "drop": ({"verb": "drop", "drop-reason": "She knows"}, DROPPED, "It is never sent", MOVED_ON),
    "drop, for no reason": ({"verb": "drop"}, {}, "", "Write something here"),
    "open": ({"verb": "open"}, {"bounced": "bounced"}, "Mail goes to this address again", "Nothing is to be done"),
    "seen": ({"verb": "seen"}, {"bounced": "bounced"}, "not on the list", "not on the list"),
    "something else": ({"verb": "resend"}, {}, "", NOTHING),
    "nothing": ({}, {}, "", NOTHING),
}


@pytest.fixture
def row(session, nia):
    """The last reminder to Nia; nothing else waits."""
    waiting = PlannedMessage.objects.about(session).to(nia).waiting().filter(kind="sessions/reminder")
    alone = waiting.order_by("-due_at").first()
    PlannedMessage.objects.exclude(pk=alone.pk).update(state="void")
    return alone


def put(row: PlannedMessage, stands: str) -> None:
    """Let a message stand so, with an address to which nothing is sent where its mail came back."""
    state, reason = STANDS[stands]
    values = {"state": state, "reason": reason, "claim_token": None, "claimed_at": None, "lease_until": None}
    if state in ("claimed", "sending"):
        now = timezone.now()
        values |= {"claim_token": uuid.uuid4(), "claimed_at": now, "lease_until": now + dt.timedelta(minutes=5)}
    if state == "bounced":
        today = timezone.now()
        Suppression.objects.create(
            address="nia@example.org", score=4, last_step=2, last_step_on=today.date(), last_bounce_at=today
        )
    PlannedMessage.objects.filter(pk=row.pk).update(**values)
    row.refresh_from_db()


def pressed(client, page: str, row: PlannedMessage, typed: dict[str, str]) -> str:
    answer = client.post(reverse(page, args=[row.pk]), typed, follow=True)
    assert answer.status_code == 200
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def as_it_stands(row: PlannedMessage) -> dict:
    return PlannedMessage.objects.filter(pk=row.pk).values().get()


def refusal(verb: str, stands: str) -> str:
    """Return what is said where a verb does nothing."""
    if verb.startswith("again") and stands in REFUSED:
        return REFUSED[stands]
    if verb == "again, to another" and stands in AGAIN:
        return "the links in it are theirs"
    return VERBS[verb][3]


@contextmanager
def stood(row: PlannedMessage, stands: str) -> Iterator[tuple[dict, int]]:
    """Let a message stand so for a while; yield how it stood and how many steps it had, and put all back."""
    with transaction.atomic():
        put(row, stands)
        yield as_it_stands(row), MessageEvent.objects.filter(message=row).count()
        transaction.set_rollback(True)


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_does_what_the_states_allow_or_says_why_not(planning, row, verb):
    typed, goes, said, _otherwise = VERBS[verb]
    for stands in STANDS:
        with stood(row, stands) as (before, steps):
            text = pressed(planning, "planning_message", row, typed)
            row.refresh_from_db()
            taken = MessageEvent.objects.filter(message=row).count() - steps
            if stands not in goes:
                assert refusal(verb, stands) in text, stands
                assert (as_it_stands(row), taken) == (before, 0), stands
                continue
            assert said in text, stands
            assert (row.state, taken) == (goes[stands], 1), stands
            assert row.state == before["state"] or states.may_move(before["state"], row.state), stands
            assert (row.address, row.recipient_key) == (before["address"], before["recipient_key"]), stands
            assert row.possible_duplicate is (stands == "may have gone" and verb == "again"), stands
            assert row.next_attempt_at > timezone.now(), stands


@pytest.mark.everywhere
@pytest.mark.parametrize("verb", VERBS)
def test_what_leaves_together_is_held_or_let_go_and_nothing_else(planning, row, verb):
    typed, goes, said, _otherwise = VERBS[verb]
    for stands in STANDS:
        with stood(row, stands) as (before, _steps):
            text = pressed(planning, "planning_together", row, typed)
            row.refresh_from_db()
            if verb in ("hold", "release") and stands in goes:
                assert row.state == goes[stands], stands
                assert said in text, stands
            else:
                assert as_it_stands(row) == before, stands
                assert NOTHING in text, stands


@pytest.mark.parametrize("page", ["planning_message_now", "planning_together_now"])
def test_only_what_waits_leaves_now_and_only_by_the_button_of_the_look(planning, row, page):
    for stands in STANDS:
        with stood(row, stands) as (before, _steps):
            look = hurry.look_at(PlannedMessage.objects.filter(pk=row.pk))
            assert (look is not None) is (stands in WAITS), stands
            shown = planning.get(reverse(page, args=[row.pk])).content.decode()
            assert ('name="confirm"' in shown) is (stands in WAITS), stands
            unasked = pressed(planning, page, row, {})
            assert as_it_stands(row) == before, stands
            assert (NOTHING if look is None else "This has changed since you looked") in unasked, stands
            text = pressed(planning, page, row, {"confirm": look.mark() if look else ""})
            row.refresh_from_db()
            if look is None:
                assert as_it_stands(row) == before, stands
                assert NOTHING in text, stands
            else:
                assert (row.state, row.next_attempt_at <= timezone.now()) == (before["state"], True), stands
                assert "1 message leaves now" in text, stands


def test_pressed_twice_the_second_finds_nothing_to_do(planning, row):
    for verb, stands in (("hold", "planned"), ("release", "held back"), ("again", "dead"), ("drop", "planned")):
        with stood(row, stands):
            pressed(planning, "planning_message", row, VERBS[verb][0])
            once, steps = as_it_stands(row), MessageEvent.objects.filter(message=row).count()
            pressed(planning, "planning_message", row, VERBS[verb][0])
            assert (as_it_stands(row), MessageEvent.objects.filter(message=row).count()) == (once, steps), verb


def test_why_it_is_tried_again_is_said_in_the_language_of_whoever_looks(planning, row):
    put(row, "dead")
    pressed(planning, "planning_message", row, {"verb": "again", "again-address": ""})
    row.refresh_from_db()
    assert row.state == "planned"
    with override("fr"):
        page = reverse("planning_message", args=[row.pk])
    assert "Une personne de l'équipe de planification en a décidé ainsi." in unescape(
        planning.get(page).content.decode()
    )

"""Why a message is where it is: every code that the software writes has words, and what a person typed stays theirs."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.utils.translation import override

from notifications import causes
from notifications.models import MessageEvent, PlannedMessage

ROOMS = ("accounts", "collaborative", "enrolment", "sessions", "surveys", "forum", "coaching", "improvement", "desk")
VERBS = ("void", "void_each", "void_for", "void_scope", "_take_back")


def codes() -> set[str]:
    """Return every reason that is written out in a call that moves or takes back a message."""
    found = set()
    for room in (*ROOMS, "notifications"):
        for path in Path(room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if not isinstance(node, ast.Call):
                    continue
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                given = [one.value for one in node.keywords if one.arg == "reason"]
                given += node.args[1:2] if name in (*VERBS, "Move") else []
                if name in (*VERBS, "Move", "try_again"):
                    found |= {one.value for one in given if isinstance(one, ast.Constant) and one.value}
    return found


def test_every_code_has_words():
    assert len(codes()) > 15
    nameless = [code for code in codes() if causes.why(PlannedMessage(reason=code, state="void")) == code]
    assert nameless == []


@pytest.mark.parametrize(
    ("state", "channel", "reason", "words"),
    [
        ("void", "mail", "She knows already", "She knows already"),
        ("held", "mail", "template_broken:TemplateSyntaxError", "Its words could not be made"),
        ("sent", "inbox", "", "no mailbox"),
        ("sent", "mail", "", ""),
    ],
)
def test_what_is_said_of_it(state, channel, reason, words):
    said = causes.why(PlannedMessage(state=state, channel=channel, reason=reason))
    assert words in said
    assert bool(words) == bool(said)


def test_a_step_says_what_a_person_decided_and_why_it_went_on_otherwise():
    assert causes.of_step(MessageEvent(to_state="held", note="by_person_held")) == "held back"
    assert causes.of_step(MessageEvent(to_state="void", note="superseded")).startswith("not needed any more: What it")
    assert causes.of_step(MessageEvent(to_state="sent")) == "sent"


def test_what_was_overtaken_promises_no_message_that_may_not_exist():
    assert causes.of_code("superseded") == "What it speaks about has changed since."
    with override("fr"):
        assert causes.of_code("superseded") == "Ce dont il parle a changé depuis."


def test_a_step_has_the_colon_of_its_language_and_says_nothing_twice():
    assert causes.of_step(MessageEvent(to_state="bounced", note="bounced_hard")) == (
        "It came back: there is no such mailbox."
    )
    with override("fr"):
        dead = causes.of_step(MessageEvent(to_state="dead", note="refused"))
        perhaps = causes.of_step(MessageEvent(to_state="uncertain", note="no_reply_after_dot"))
    assert dead.startswith("n'a pas pu être remis\N{NO-BREAK SPACE}: Le serveur")
    assert perhaps.startswith("peut-être parti\N{NO-BREAK SPACE}: Le serveur")


def test_the_mail_server_is_quoted_with_its_number():
    assert causes.said_by_server(PlannedMessage(smtp_code=550, smtp_text="no such user")) == "550 no such user"
    assert causes.said_by_server(PlannedMessage()) == ""

"""Every door is tried by everybody: each URL × each person × own and other scope × both languages, from one table.

A new URL without a row here fails. Whom a door is open to is written as names of the cast (tests/cast.py); everybody else
who is signed in meets 404 (they may not know that it exists), and a visitor the same way to the sign-in page.
"""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver
from django.utils.translation import override

from tests import cast as people
from tests import make

# The mark also tells pytest-django that this module needs a test database.
pytestmark = pytest.mark.django_db
ALL = frozenset(people.PEOPLE)
NOBODY = frozenset()
TEAM = frozenset({"tess", "nia", "pierre"})
SEES_TEAM = TEAM | {"colin", "paula"}
IN_COHORT = SEES_TEAM | {"otto", "sol"}
IN_FORUM = SEES_TEAM | {"otto"}


@dataclasses.dataclass(frozen=True)
class Door:
    """A URL and whom it is open to. ``args`` are made from the world; ``forbidden`` may see the row but not do the verb."""

    name: str
    args: Callable[[Any], list] = lambda world: []
    open_to: frozenset[str] = ALL
    method: str = "get"
    data: Callable[[Any], dict] = lambda world: {}
    ok: tuple[int, ...] = (200, 302, 303, 409)
    forbidden: frozenset[str] = NOBODY
    public: bool = False


def team(world):
    return [world.cast.team.pk]


def far(world):
    return [world.cast.far_team.pk]


def cohort(world):
    return [world.cast.cohort.pk]


def far_cohort(world):
    return [world.cast.other_cohort.pk]


def post(name, args, open_to, **more) -> Door:
    return Door(name, args, frozenset(open_to), method="post", **more)


PAULA, PIA, FAR = {"paula"}, {"pia"}, {"olga", "pia"}
DOORS = [
    # ---- everybody who is signed in
    Door("today"), Door("team_home"), Door("cohort_home"), Door("planning"), Door("more"), Door("me"), Door("who_sees_me"),
    Door("forum_home"),
    Door("log_conversation", open_to=ALL),
    post("switch_language", lambda w: [], ALL, data=lambda w: {"language": "en", "next": "/today/"}),
    post("draft", lambda w: [], ALL, data=lambda w: {"draft_key": "x"}, ok=(200, 204, 302, 303, 400)),
    post("draft_discard", lambda w: [], ALL, data=lambda w: {"draft_key": "x"}, ok=(200, 204, 302, 303, 400)),
    # ---- a cohort
    Door("cohort", cohort, IN_COHORT), Door("cohort", far_cohort, frozenset(FAR)),
    Door("session", lambda w: [w.cast.cohort.pk, w.cast.next_session.pk], IN_COHORT),
    Door("session", lambda w: [w.cast.cohort.pk, w.far_session.pk], NOBODY),
    Door("session", lambda w: [w.cast.other_cohort.pk, w.far_session.pk], frozenset(FAR)),
    post("session_join", lambda w: [w.cast.cohort.pk, w.cast.next_session.pk], IN_COHORT),
    post("session_join", lambda w: [w.cast.other_cohort.pk, w.far_session.pk], FAR),
    # ---- planning
    Door("planning_cohort", cohort, frozenset(PAULA)), Door("planning_cohort", far_cohort, frozenset(PIA)),
    Door("enrol", cohort, frozenset(PAULA)), Door("enrol", far_cohort, frozenset(PIA)),
    Door("session_move", lambda w: [w.cast.next_session.pk], frozenset(PAULA)),
    Door("session_move", lambda w: [w.far_session.pk], frozenset(PIA)),
    Door("session_details", lambda w: [w.cast.next_session.pk], frozenset(PAULA)),
    post("session_undo", lambda w: [w.cast.next_session.pk, w.change.pk], PAULA),
    post("session_undo", lambda w: [w.far_session.pk, w.change.pk], NOBODY),
    post("settle_message", lambda w: [w.message.pk], PAULA, data=lambda w: {"verb": "drop"}),
    post("invitation_revoke", lambda w: [w.invitation.pk], {"paula", "tess"}),
    # ---- a team
    Door("team", team, SEES_TEAM), Door("team", far, frozenset(FAR)),
    Door("team_people", team, SEES_TEAM), Door("team_people", far, frozenset(FAR)),
    Door("team_conversations", team, SEES_TEAM), Door("team_conversations", far, frozenset(FAR)),
    Door("tries", team, SEES_TEAM), Door("tries", far, frozenset(FAR)),
    Door("try", lambda w: [w.cast.team.pk, w.tried.pk], SEES_TEAM),
    Door("try", lambda w: [w.cast.far_team.pk, w.tried.pk], NOBODY),
    Door("numbers", team, SEES_TEAM), Door("numbers", far, frozenset(FAR)),
    Door("team_notes", team, SEES_TEAM), Door("team_notes", far, frozenset(FAR)),
    Door("log_conversation_for", team, TEAM, forbidden=frozenset({"colin", "paula"})),
    Door("log_conversation_for", far, frozenset({"olga"}), forbidden=frozenset({"pia"})),
    Door("try_new", team, TEAM, forbidden=frozenset({"colin", "paula"})),
    Door("try_change", lambda w: [w.cast.team.pk, w.tried.pk], TEAM, forbidden=frozenset({"colin", "paula"})),
    post("try_start", lambda w: [w.cast.team.pk, w.tried.pk], TEAM, forbidden=frozenset({"colin", "paula"})),
    post("try_decide", lambda w: [w.cast.team.pk, w.tried.pk], TEAM, forbidden=frozenset({"colin", "paula"}), ok=(200, 302, 303, 409, 422)),
    Door("measure_new", team, TEAM, forbidden=frozenset({"colin", "paula"})),
    post("number", lambda w: [w.cast.team.pk, w.measure.pk], TEAM, forbidden=frozenset({"colin", "paula"}), ok=(200, 302, 303, 400, 409, 422)),
    post("number", lambda w: [w.cast.far_team.pk, w.measure.pk], NOBODY),
    post("number_undo", lambda w: [w.cast.team.pk, w.measure.pk, uuid.uuid4()], TEAM, forbidden=frozenset({"colin", "paula"})),
    Door("conversation_saved", lambda w: [w.conversation.pk], frozenset({"nia"})),
    post("conversation_undo", lambda w: [w.conversation.pk], {"nia"}),
    # ---- coaching
    Door("coaching", open_to=frozenset({"colin"})),
    Door("coaching_team", team, frozenset({"colin"})), Door("coaching_team", far, NOBODY),
    post("coaching_seen", team, {"colin"}),
    post("coaching_note", team, {"colin"}, data=lambda w: {"text": "Well done."}),
    post("coaching_private_note", team, {"colin"}, data=lambda w: {"text": "Ask about nights."}),
    post("coaching_note_hide", lambda w: [w.note.pk], SEES_TEAM),
    post("coaching_note_show", lambda w: [w.note.pk], PAULA),
    post("coaching_private_throw_away", lambda w: [w.private.pk], {"colin"}),
    # ---- forum
    Door("forum", cohort, IN_FORUM), Door("forum", far_cohort, frozenset(FAR)),
    Door("forum_board", lambda w: [w.cast.cohort.pk, "ask"], IN_FORUM),
    Door("forum_new", lambda w: [w.cast.cohort.pk, "ask"], IN_FORUM),
    Door("forum_thread", lambda w: [w.cast.cohort.pk, "ask", w.thread.pk], IN_FORUM),
    Door("forum_thread", lambda w: [w.cast.other_cohort.pk, "ask", w.thread.pk], NOBODY),
    # Who did not write it is told so in a sentence, and nothing happens (tests/forum/test_services.py).
    post("forum_take_back", lambda w: [w.post.pk], IN_FORUM),
    post("forum_hide", lambda w: [w.post.pk], IN_FORUM),
    post("forum_show", lambda w: [w.post.pk], PAULA, forbidden=IN_FORUM - {"paula"}),
]  # fmt: skip
# Doors for anybody, signed in or not: the status of a visitor's GET.
PUBLIC = {
    "home": 200, "healthz": 200, "design": 200, "invitation": 404, "invitation_again": 405, "invitation_not_me": 405,
    "account_login": 200, "account_request_login_code": 200, "account_reset_password": 200,
    "account_reset_password_done": 200, "account_reset_password_from_key": 200,
    "account_reset_password_from_key_done": 200, "account_inactive": 200, "account_email_verification_sent": 200,
    "account_confirm_email": 200, "account_signup": 200, "account_confirm_login_code": 302, "account_logout": 302,
    "account_reauthenticate": 302, "account_email": 302, "account_change_password": 302, "account_set_password": 302,
    "mfa_index": 302, "mfa_authenticate": 302, "mfa_reauthenticate": 302, "mfa_activate_totp": 302,
    "mfa_deactivate_totp": 302, "mfa_view_recovery_codes": 302, "mfa_generate_recovery_codes": 302,
    "mfa_download_recovery_codes": 302,
    # only where the demo runs
    "demo_sign_in": 404, "demo_mail": 404, "demo_letter": 404, "demo_meeting": 404,
}  # fmt: skip


def all_names(resolver=None) -> set[str]:
    """Return the names of every URL, those of the admin aside (it has a test of its own)."""
    names: set[str] = set()
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            if entry.namespace != "admin":
                names |= all_names(entry)
        elif isinstance(entry, URLPattern) and entry.name:
            names.add(entry.name)
    return names


def test_every_url_has_a_row():
    listed = {door.name for door in DOORS} | set(PUBLIC)
    assert sorted(all_names() - listed) == []
    assert sorted(listed - all_names()) == []


@dataclasses.dataclass
class World:
    cast: Any
    far_session: Any
    change: Any
    message: Any
    invitation: Any
    tried: Any
    measure: Any
    conversation: Any
    note: Any
    private: Any
    thread: Any
    post: Any
    clients: dict


def signed_in(c, who: str | None) -> Client:
    """Return a browser in which this person of the cast is signed in; None is a visitor."""
    client = Client()
    if who:
        client.force_login(c.people[who])
    return client


def make_world() -> World:
    from collaborative.models import Reschedule
    from enrolment import services as enrolment
    from notifications.models import PlannedMessage

    c = people.build()
    entry = {"model": "learning_sessions.learningsession", "id": str(c.next_session.pk), "field": "day"}
    return World(
        cast=c,
        far_session=c.other_cohort.learning_sessions.order_by("starts_at").last(),
        change=Reschedule.objects.create(cohort=c.cohort, ledger=[entry | {"before": "x", "after": "y"}]),
        message=PlannedMessage.objects.filter(scope_id=str(c.cohort.pk)).first(),
        invitation=enrolment.invite(
            team=c.team,
            by=c.paula,
            role="participant",
            name="Ana Petit",
            email=f"ana.{uuid.uuid4().hex[:8]}@example.org",
        ),
        tried=make.tried_change(team=c.team, by=c.nia),
        measure=c.team.measures.first() or make.measure(team=c.team),
        conversation=make.conversation(team=c.team, by=c.nia),
        note=make.team_note(team=c.team, by=c.colin, text="A note."),
        private=make.private_note(team=c.team, by=c.colin, text="canary-7391"),
        thread=(thread := make.thread(board=make.board(cohort=c.cohort), by=c.otto)),
        post=thread.posts.first() or make.post(thread=thread, by=c.otto),
        clients={who: signed_in(c, who) for who in (*people.PEOPLE, None)},
    )


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """One world for all doors; each knock is rolled back."""
    from django.db import transaction

    with django_db_blocker.unblock():
        atomic = transaction.atomic()
        atomic.__enter__()
        try:
            yield make_world()
        finally:
            transaction.set_rollback(True)
            atomic.__exit__(None, None, None)


def knock(world, door: Door, who: str | None, lang: str) -> tuple[int, str]:
    """Return status and target of one person at one door; nothing that happens behind it stays."""
    from django.db import transaction

    client = world.clients[who]
    with override(lang):
        url = reverse(door.name, args=door.args(world))
    point = transaction.savepoint()
    try:
        answer = getattr(client, door.method)(url, door.data(world))
        return answer.status_code, answer.headers.get("Location", "")
    finally:
        transaction.savepoint_rollback(point)


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("index", range(len(DOORS)), ids=[f"{i}-{door.name}" for i, door in enumerate(DOORS)])
def test_door(world, index, lang):
    door = DOORS[index]
    wrong = {}
    for who in people.PEOPLE:
        status, _where = knock(world, door, who, lang)
        if who in door.open_to:
            fine = status in door.ok
        elif who in door.forbidden:
            fine = status in (403, 404)
        else:
            fine = status == 404
        if not fine:
            wrong[who] = status
    status, where = knock(world, door, None, lang)
    if status != 302 or not where.startswith(reverse_login(lang)):
        wrong["visitor"] = (status, where)
    assert wrong == {}


def reverse_login(lang: str) -> str:
    with override(lang):
        return reverse("account_login")


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_public_door(client, name, lang):
    with override(lang):
        for args in ([], ["cut-off"], ["x", "y"]):
            try:
                url = reverse(name, args=args)
                break
            except NoReverseMatch:
                continue
    assert client.get(url).status_code == PUBLIC[name]


def test_a_visitor_cannot_tell_what_exists(client, world):
    there = client.get(reverse("team", args=[world.cast.team.pk]))
    nowhere = client.get(reverse("team", args=[uuid.uuid4()]))
    assert (there.status_code, nowhere.status_code) == (302, 302)


def test_the_private_note_is_behind_no_other_door(world):
    """The canary stands on its author's page of the team, and nowhere else for anybody."""
    found = set()
    for door in DOORS:
        if door.method != "get":
            continue
        for who in people.PEOPLE:
            if (
                "canary-7391"
                in world.clients[who].get(reverse(door.name, args=door.args(world)), follow=True).content.decode()
            ):
                found.add((door.name, who))
    assert found == {("coaching_team", "colin")}

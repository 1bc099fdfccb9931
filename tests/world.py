"""The cast (tests/cast.py) in the middle of its work: one row of everything that an address can name, near and far.

``make_world()`` makes it, ``grow()`` makes more of everything that a page lists. The fixture ``world`` (tests/conftest.py)
is one for a whole test file; whoever changes it does so inside ``undone()``.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import uuid
from typing import Any

from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from coaching import services as coaching
from collaborative.models import Reschedule
from enrolment.models import Invitation
from forum import services as forum
from improvement import hiding as improvement
from notifications.models import PlannedMessage
from tests import cast as people
from tests import make

CANARY = "canary-7391"


@dataclasses.dataclass
class Rows:
    """What the addresses of one team and its cohort name."""

    team: Any
    cohort: Any
    session: Any
    change: Any
    message: Any
    invitation: Any
    tried: Any
    measure: Any
    conversation: Any
    note: Any
    hidden_note: Any
    hidden_try: Any
    hidden_conversation: Any
    private: Any
    thread: Any
    post: Any
    hidden_post: Any


@dataclasses.dataclass
class World:
    """``near`` is of the cast's own team, ``far`` of the team in the other cohort."""

    cast: people.Cast
    near: Rows
    far: Rows
    clients: dict[str | None, Client]


def signed_in(person) -> Client:
    """Return a browser in which this person is signed in; None is a visitor."""
    client = Client()
    if person is not None:
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def make_world() -> World:
    """Make the cast and one row of everything, for its own team and for the far one."""
    c = people.build()
    far_coach = make.coach(team=c.far_team, by=c.pia, name="Cleo Ferris")
    return World(
        cast=c,
        near=_rows(c.team, planner=c.paula, coach=c.colin, member=c.nia, asker=c.otto, private=CANARY),
        far=_rows(c.far_team, planner=c.pia, coach=far_coach, member=c.olga, asker=c.olga, private="Ask about nights."),
        clients={who: signed_in(c.people[who] if who else None) for who in (*people.PEOPLE, None)},
    )


def _rows(team, *, planner, coach, member, asker, private: str) -> Rows:
    cohort = team.cohort
    session = cohort.learning_sessions.filter(starts_at__gt=timezone.now()).earliest("starts_at")
    entry = {"model": "learning_sessions.learningsession", "id": str(session.pk), "field": "day"}
    thread = make.thread(board=make.board(cohort=cohort), by=asker)
    hidden_post = make.post(thread=thread, by=asker, text="A word too much")
    _let_one_message_wait(cohort)
    forum.hide(post=hidden_post, by=planner)
    return Rows(
        team=team,
        cohort=cohort,
        session=session,
        change=Reschedule.objects.create(cohort=cohort, ledger=[entry | {"before": "x", "after": "y"}]),
        message=PlannedMessage.objects.filter(scope_id=str(cohort.pk)).first(),
        invitation=invitation(team, by=planner),
        tried=make.tried_change(team=team, by=member, state="plan"),
        measure=make.measure(team=team, by=member),
        conversation=make.conversation(team=team, by=member, sentence="We will ask at the huddle."),
        note=make.team_note(team=team, by=coach, text="Your chart moves."),
        hidden_note=_hidden_note(team, coach, planner),
        hidden_try=_hidden(make.tried_change(team=team, by=member, state="learned"), planner),
        hidden_conversation=_hidden(make.conversation(team=team, by=member, sentence="Too plain."), planner),
        private=make.private_note(team=team, by=coach, text=private),
        thread=thread,
        post=thread.posts.order_by("number").first(),
        hidden_post=hidden_post,
    )


def _hidden(row, planner):
    return improvement.hide(row=row, by=planner)


def _hidden_note(team, coach, planner):
    return coaching.hide_note(note=make.team_note(team=team, by=coach, text="Too plain."), by=planner)


def invitation(team, *, by) -> Invitation:
    """Ask somebody into a team, past the limit of how many one person may ask in an hour."""
    person = make.person(f"Ana Petit {uuid.uuid4().hex[:6]}", welcomed_at=None)
    expires = timezone.now() + dt.timedelta(days=14)
    return Invitation.objects.create(
        person=person, team=team, role="participant", called=person.name, by=by, expires_at=expires
    )


def grow(world: World, more: int) -> None:
    """Make ``more`` of everything that a page lists: in the team, in its cohort, and of teams and cohorts themselves."""
    c, rows = world.cast, world.near
    for nth in range(more):
        another = make.team(cohort=c.cohort)
        make.coach(team=another, user=c.colin)
        make.member(team=another, user=c.nia)
        for team in (c.team, another):
            _work(team, c, nth)
        writer = make.member(team=another)
        for key in ("ask", "tried"):
            make.thread(board=make.board(cohort=c.cohort, key=key), by=writer)
        make.post(thread=rows.thread, by=writer)
        _let_words_wait(rows.thread, another, writer, c)
        past = make.learning_session(cohort=c.cohort, minutes_ahead=-60 * 24 * (nth + 1), kind="learning")
        make.attendance(learning_session=past, person=writer, team=another)
        make.attendance(learning_session=rows.session, person=writer, team=another)
        make.learning_session(cohort=c.cohort, minutes_ahead=60 * 24 * (nth + 1))
        Reschedule.objects.create(cohort=c.cohort, ledger=rows.change.ledger)
        cohort = make.cohort(programme=c.programme)
        make.planner(cohort=cohort, user=c.paula)
        elsewhere = make.team(cohort=cohort)
        make.coach(team=elsewhere, user=c.colin)
        make.member(team=elsewhere, user=c.nia)
        _let_one_message_wait(c.cohort)


def _let_words_wait(thread, team, writer, c) -> None:
    """Let a reader hide something of each kind, so that a planner finds it waiting."""
    reader = make.member(team=team)
    forum.hide(post=make.post(thread=thread, by=writer), by=reader)
    improvement.hide(row=make.tried_change(team=team, by=writer), by=reader)
    improvement.hide(row=make.conversation(team=team, by=writer, sentence="Too plain."), by=reader)
    coaching.hide_note(note=make.team_note(team=team, by=c.colin), by=reader)


def _work(team, c, nth: int) -> None:
    """Let a team have a member more, and let everybody do one thing more."""
    member = make.member(team=team)
    make.conversation(team=team, by=member, sentence="We will ask at the huddle.")
    make.tried_change(team=team, by=member, state=("plan", "doing", "learned", "next")[nth % 4])
    make.data_point(measure=make.measure(team=team, by=member), by=member)
    make.team_note(team=team, by=c.colin)
    make.private_note(team=team, by=c.colin)
    invitation(team, by=c.paula)


def _let_one_message_wait(cohort) -> None:
    """Let a message of the cohort, and an invitation that ran out, wait for a planner's word."""
    row = PlannedMessage.objects.filter(scope_id=str(cohort.pk), state="planned").order_by("pk")[:1]
    PlannedMessage.objects.filter(pk__in=[one.pk for one in row]).update(state="held", reason="no such mailbox")
    team = cohort.teams.first()
    Invitation.objects.filter(pk=invitation(team, by=None).pk).update(expires_at=timezone.now())


@contextlib.contextmanager
def undone():
    """Take back whatever is written inside."""
    point = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(point)


def written() -> dict[str, int]:
    """Return how many rows of each table were written since the transaction began, those taken back included.

    PostgreSQL counts them itself; the sessions of the browsers are left out.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables WHERE relname <> 'django_session'"
        )
        return dict(cursor.fetchall())

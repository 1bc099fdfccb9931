"""A cohort is closed: what ends is said before, nothing leaves any more, and for a while it can all be taken back."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from audit.models import Entry
from collaborative import closing, tasks
from collaborative.models import Cohort
from core.refusals import Refused
from core.time import wall_in
from enrolment import services as enrolment
from enrolment.deciding import decide
from enrolment.releasing import release, undo_release
from improvement import services as improvement
from notifications import services as notifications
from notifications import states
from notifications.models import PlannedMessage
from notifications.sweep import tick
from tests import make

pytestmark = pytest.mark.django_db
KIND = "sessions/reminder"


@pytest.fixture
def cohort():
    return make.cohort(first_day=timezone.now().date() + dt.timedelta(days=30))


@pytest.fixture
def paula(cohort):
    return make.planner(cohort=cohort)


def close(cohort, by, reason="The series is over."):
    return closing.close(cohort=cohort, reason=reason, seen=closing.ends_with(cohort).mark, by=by)


def let_time_pass(cohort):
    Cohort.objects.filter(pk=cohort.pk).update(closed_at=timezone.now() - dt.timedelta(hours=1))


def due_now(cohort) -> PlannedMessage:
    """Return a message of the cohort that would leave now."""
    row = PlannedMessage.objects.in_scope("collaborative.cohort", cohort.pk).waiting().filter(kind=KIND).first()
    PlannedMessage.objects.filter(pk=row.pk).update(due_at=timezone.now(), next_attempt_at=timezone.now())
    return row


def test_what_ends_is_said_with_its_counts(cohort, paula):
    team = make.team(cohort=cohort)
    make.member(team=team)
    enrolment.invite(by=paula, role="participant", name="Ida Berg", email="ida@example.org", team=team)
    decide(application=make.application(cohort=cohort), outcome="wait", by=paula)
    make.application(cohort=cohort)
    make.application(cohort=cohort, state="draft")
    tasks.add_task(cohort=cohort, text="Bake", due_on=cohort.first_day, by=paula)
    said = " ".join(sentence for _icon, sentence in closing.ends_with(cohort).lines)
    assert "1 team and 2 people keep reading" in said
    assert "3 sessions are still ahead" in said
    assert "The waiting list ends: 1 application" in said
    assert "1 application stays without a decision" in said
    assert "1 application was begun and not sent" in said
    assert "1 open invitation ends" in said
    assert f"{notifications.waiting_in(cohort)} planned messages do not leave" in said
    assert "tasks of the planning team are not done" in said


def test_only_what_was_seen_is_closed_once_with_a_reason_on_record(cohort, paula):
    seen = closing.ends_with(cohort).mark
    make.application(cohort=cohort)
    assert closing.close(cohort=cohort, reason="Over.", seen=seen, by=paula).lines
    cohort.refresh_from_db()
    assert cohort.closed_at is None
    assert close(cohort, paula) is None
    cohort.refresh_from_db()
    assert (cohort.closed_by, cohort.closed_reason) == (paula, "The series is over.")
    assert Entry.objects.filter(verb="cohort.closed", by=paula).count() == 1
    with pytest.raises(Refused, match="already"):
        close(cohort, paula)


def test_what_is_due_waits_while_it_can_be_undone_and_leaves_when_it_is(cohort, paula):
    make.member(team=make.team(cohort=cohort))
    row = due_now(cohort)
    close(cohort, paula)
    tick(seconds=5)
    row.refresh_from_db()
    assert row.state in (states.RETRY, states.PLANNED)
    assert row.sent_at is None
    closing.undo(cohort=cohort, by=paula)
    closing.undo(cohort=cohort, by=paula)
    cohort.refresh_from_db()
    assert cohort.closed_at is None
    assert cohort.closed_reason == ""
    waiting = PlannedMessage.objects.in_scope("collaborative.cohort", cohort.pk).waiting()
    assert row in waiting
    assert Entry.objects.filter(verb="cohort.reopened", by=paula).count() == 1


def test_afterwards_nothing_leaves_and_what_was_open_is_ended_once(cohort, paula):
    team = make.team(cohort=cohort)
    make.member(team=team)
    invitation = enrolment.invite(by=paula, role="participant", name="Ida Berg", email="ida@example.org", team=team)
    other = make.cohort(programme=cohort.programme, first_day=cohort.first_day)
    make.member(team=make.team(cohort=other))
    close(cohort, paula)
    let_time_pass(cohort)
    assert closing.sweep() == 1
    assert closing.sweep() == 0
    mine = PlannedMessage.objects.in_scope("collaborative.cohort", cohort.pk)
    assert not mine.waiting().exists()
    assert set(mine.values_list("state", "reason")) == {("void", "closed")}
    assert PlannedMessage.objects.in_scope("collaborative.cohort", other.pk).waiting().exists()
    invitation.refresh_from_db()
    assert invitation.revoked_at
    with pytest.raises(Refused, match="too late"):
        closing.undo(cohort=cohort, by=paula)


def test_what_is_planned_later_does_not_leave_either(cohort, paula):
    close(cohort, paula)
    let_time_pass(cohort)
    closing.sweep()
    make.member(team=make.team(cohort=cohort))
    row = due_now(cohort)
    tick(seconds=5)
    row.refresh_from_db()
    assert (row.state, row.reason) == ("void", "closed")


def test_nothing_is_logged_from_the_page_without_an_address_of_its_team(cohort, paula):
    team = make.team(cohort=cohort)
    nia = make.member(team=team)
    close(cohort, paula)
    team.refresh_from_db()
    with pytest.raises(Refused, match="closed"):
        improvement.log_conversation(team=team, by=nia, with_whom="patient", client_key=uuid.uuid4())


def test_a_cohort_whose_letters_wait_for_their_minute_is_not_closed(cohort, paula):
    decide(application=make.application(cohort=cohort), outcome="accept", by=paula)
    waiting = release(cohort=cohort, by=paula, wall=wall_in(timezone.now(), cohort.time_zone) + dt.timedelta(days=1))
    with pytest.raises(Refused, match="wait for their minute"):
        close(cohort, paula)
    undo_release(release=waiting, by=paula)
    assert close(cohort, paula) is None

"""Who belongs to a team and how it ends, door by door."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import cards, view_as
from accounts.models import MemberCard, User, ViewAs
from audit.models import Entry
from collaborative import belonging, pausing
from collaborative.line import today_in
from collaborative.models import Membership, PlanningTask, Team
from collaborative.services import give_role
from core.refusals import Overtaken, Refused
from enrolment import services as enrolment
from enrolment.models import Invitation
from enrolment.seats import taken
from notifications.models import PlannedMessage
from tests import make

pytestmark = pytest.mark.django_db
WORDS = {"title": "nurse, days", "position": "provider", "circle": "expanded"}


def role_of(person, **scope) -> Membership:
    return Membership.objects.select_related("user", "team__cohort").get(user=person, until=None, **scope)


def browser(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


# ---------------------------------------------------------------- as what


def test_a_lead_changes_the_members_and_the_planning_team_everybody(cast):
    nia, colin = role_of(cast.nia), role_of(cast.colin)
    assert belonging.may_change(cast.tess, nia)
    assert belonging.may_change(cast.paula, nia)
    assert belonging.may_change(cast.paula, colin)
    assert not belonging.may_change(cast.tess, colin), "helpers come from the planning team"
    assert not belonging.may_change(cast.nia, nia)
    assert not belonging.may_change(cast.pia, nia)


def test_two_who_say_different_things_both_learn_of_it(cast):
    nia = role_of(cast.nia)
    belonging.change(membership=nia, version=1, by=cast.tess, **WORDS)
    nia.refresh_from_db()
    assert (nia.title, nia.position, nia.circle, nia.version) == ("nurse, days", "provider", "expanded", 2)
    with pytest.raises(Overtaken):
        belonging.change(membership=nia, version=1, by=cast.paula, **{**WORDS, "title": "nurse"})
    assert belonging.change(membership=nia, version=1, by=cast.paula, **WORDS).version == 2, (
        "the same twice is no quarrel"
    )


# ---------------------------------------------------------------- leaving


def test_a_member_leaves_with_a_reason_and_the_next_request_knows(cast):
    nia = browser(cast.nia)
    team = reverse("team", args=[cast.team.pk])
    assert nia.get(team).status_code == 200
    answer = nia.post(reverse("member_leave", args=[cast.team.pk, role_of(cast.nia).pk]), {"why": "moved"})
    assert answer.headers["Location"] == "/today/"
    assert nia.get(team).status_code == 404
    assert nia.get("/today/").status_code == 200, "who leaves is not thrown out of the building"
    row = Membership.objects.get(user=cast.nia)
    assert (row.left_why, row.ended_by) == ("moved", cast.nia)


def test_the_last_lead_names_the_next_one(cast):
    tess = role_of(cast.tess)
    with pytest.raises(Refused, match="Say who leads"):
        belonging.leave(membership=tess, why="time", by=cast.tess)
    assert role_of(cast.tess) == tess
    belonging.leave(membership=tess, why="time", by=cast.tess, next_lead=role_of(cast.nia))
    assert list(
        Membership.objects.current().filter(team=cast.team, role="lead").values_list("user__name", flat=True)
    ) == ["Nia Roy"]
    assert role_of(cast.nia).title == "nurse"


@pytest.mark.parametrize("who", ["otto", "colin", "tess"])
def test_only_somebody_who_belongs_to_the_team_is_made_its_lead(cast, who):
    with pytest.raises(Refused, match="belongs to the team"):
        belonging.leave(membership=role_of(cast.tess), why="time", by=cast.paula, next_lead=role_of(cast.people[who]))
    assert role_of(cast.tess).role == "lead"


def test_the_planning_team_may_leave_a_team_without_a_lead_for_a_while(cast):
    belonging.leave(membership=role_of(cast.tess), why="health", by=cast.paula)
    assert not Membership.objects.current().filter(team=cast.team, role="lead").exists()


def test_two_roles_in_two_teams_are_two_things(cast):
    give_role(user=cast.nia, role="participant", by=cast.paula, team=cast.other_team)
    nia = browser(cast.nia)
    belonging.leave(membership=role_of(cast.nia, team=cast.team), why="fit", by=cast.tess)
    assert nia.get(reverse("team", args=[cast.team.pk])).status_code == 404
    assert nia.get(reverse("team", args=[cast.other_team.pk])).status_code == 200


# ---------------------------------------------------------------- every door when somebody goes


@pytest.fixture
def rosa(cast) -> User:
    return make.member(team=cast.team, name="Rosa Lind", email=None)


def end(person, by):
    belonging.leave(membership=role_of(person), why="moved", by=by)


def test_sessions_end_when_somebody_else_ends_the_last_role(cast):
    nia = browser(cast.nia)
    end(cast.nia, cast.tess)
    assert nia.get("/today/").status_code == 302


def test_a_card_opens_nothing_any_more(cast, rosa):
    _card, code = cards.issue(user=rosa, by=cast.tess)
    end(rosa, cast.tess)
    assert cards.find(code) is None
    assert not MemberCard.objects.filter(revoked_at=None).exists()


def test_messages_that_wait_are_void(cast):
    waiting = PlannedMessage.objects.to(cast.nia).filter(state="planned")
    assert waiting.exists()
    end(cast.nia, cast.tess)
    assert not waiting.exists()
    assert PlannedMessage.objects.to(cast.nia).filter(state="void", reason="left").exists()


def test_invitations_to_and_from_them_end(cast):
    second = make.lead(team=cast.team, name="Lea Second")
    asked = enrolment.invite(by=second, role="participant", name="Ana", email="ana@example.org", team=cast.team)
    end(second, cast.paula)
    asked.refresh_from_db()
    assert asked.revoked_at


def test_seeing_through_their_eyes_ends(cast):
    visit = view_as.begin(planner=cast.paula, person=cast.nia, reason="She asked what she sees.")
    end(cast.nia, cast.tess)
    assert ViewAs.objects.get(pk=visit.pk).ended_at


# ---------------------------------------------------------------- a person, everywhere


def test_a_person_is_let_go_from_everywhere_that_one_plans(cast):
    nia = browser(cast.nia)
    assert belonging.plans_all_of(cast.paula, cast.nia)
    assert belonging.offboard(person=cast.nia, why="moved", by=cast.paula) is True
    cast.nia.refresh_from_db()
    assert not cast.nia.is_active
    assert nia.get("/today/").status_code == 302
    assert not Membership.objects.filter(user=cast.nia, until=None).exists()
    assert Entry.objects.filter(verb="person.closed", about_id=str(cast.nia.pk), by=cast.paula).exists()
    assert not Client().login(username=cast.nia.email, password="x")


def test_where_others_plan_they_go_on(cast):
    give_role(user=cast.nia, role="participant", by=cast.pia, team=cast.far_team)
    nia = browser(cast.nia)
    assert not belonging.plans_all_of(cast.paula, cast.nia)
    assert belonging.offboard(person=cast.nia, why="moved", by=cast.paula) is False
    assert nia.get(reverse("team", args=[cast.team.pk])).status_code == 404
    assert nia.get(reverse("team", args=[cast.far_team.pk])).status_code == 200


def test_the_account_of_somebody_whom_others_are_asking_in_stays_open(cast):
    asked = enrolment.invite(by=cast.pia, role="participant", name="Nia", email=cast.nia.email, team=cast.far_team)
    assert not belonging.plans_all_of(cast.paula, cast.nia)
    assert belonging.offboard(person=cast.nia, why="moved", by=cast.paula) is False
    cast.nia.refresh_from_db()
    asked.refresh_from_db()
    assert (cast.nia.is_active, asked.revoked_at) == (True, None)
    assert not Membership.objects.current().filter(user=cast.nia).exists()


def test_the_last_who_plans_is_not_let_go(cast):
    with pytest.raises(Refused, match="Somebody has to plan"):
        belonging.offboard(person=cast.paula, why="moved", by=cast.paula)


def test_open_planning_tasks_go_to_whoever_steps_in(cast):
    second = make.planner(cohort=cast.cohort, name="Petra Second")
    task = PlanningTask.objects.create(
        cohort=cast.cohort,
        key="x",
        text_en="Book",
        text_fr="Réserver",
        due_on=today_in(cast.cohort),
        assignee=cast.paula,
    )
    membership = role_of(second)
    belonging.step_in(membership=membership, instead_of=role_of(cast.paula), by=second)
    task.refresh_from_db()
    assert task.assignee == second
    membership.refresh_from_db()
    assert membership.instead_of.user == cast.paula


# ---------------------------------------------------------------- a team


def test_a_team_that_leaves_frees_its_place_and_hears_nothing_more(cast):
    asked = enrolment.invite(by=cast.paula, role="participant", name="Ana", email="ana@example.org", team=cast.team)
    pausing.pause(team=cast.team, reason="other", until=today_in(cast.cohort), by=cast.tess)
    before, tess, paula = taken(cast.cohort), browser(cast.tess), browser(cast.paula)
    paula.post(reverse("team_withdraw", args=[cast.team.pk]), {"why": "staffing"})
    team = Team.objects.get(pk=cast.team.pk)
    assert (team.withdrawn_why, taken(cast.cohort)) == ("staffing", before - 1)
    assert not Membership.objects.current().filter(team=team).exists()
    assert tess.get(reverse("team", args=[team.pk])).status_code == 302, "signed out, and nothing is shown"
    assert paula.get(reverse("team", args=[team.pk])).status_code == 200
    assert team.name not in paula.get(reverse("planning_cohort", args=[cast.cohort.pk])).content.decode()
    assert Invitation.objects.get(pk=asked.pk).revoked_at
    for person in (cast.tess, cast.nia, cast.pierre):
        assert (
            not PlannedMessage.objects.to(person).filter(state="planned").exclude(kind__startswith="account").exists()
        )
    with pytest.raises(Refused, match="has left the series"):
        enrolment.invite(by=cast.paula, role="participant", name="Eva", email="eva@example.org", team=team)
    belonging.withdraw_team(team=team, why="time", by=cast.paula)
    assert Team.objects.get(pk=team.pk).withdrawn_why == "staffing"
    assert timezone.now() > team.withdrawn_at

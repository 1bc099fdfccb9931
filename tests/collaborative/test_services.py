"""Roles are given and ended; what they open follows at once."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import User
from audit.models import Entry
from collaborative import people, permissions
from collaborative.making import make_cohort
from collaborative.models import Cohort, Membership, Programme, Team
from collaborative.services import end_role, give_role
from core.refusals import Refused
from tests import make

pytestmark = pytest.mark.django_db


def held(user):
    user.__dict__.pop("_held", None)
    return user


def test_a_role_is_given_once_and_opens_at_once():
    team, nia = make.team(), make.person()
    first, again = (give_role(user=nia, role="participant", by=None, team=team) for _ in range(2))
    assert first == again
    assert list(Team.objects.visible_to(nia)) == [team]
    assert list(Cohort.objects.visible_to(nia)) == [team.cohort]
    assert permissions.belongs(held(nia), team)


def test_an_ended_role_opens_nothing_from_the_next_request_on():
    team = make.team()
    colin = make.coach(team=team)
    end_role(membership=colin.memberships.get(), by=None)
    assert list(Team.objects.visible_to(colin)) == []
    assert not permissions.coaches(held(colin), team)
    assert colin.memberships.get().until <= timezone.now()


def test_an_ended_wide_role_signs_out_everywhere(client):
    cohort = make.cohort()
    make.planner(cohort=cohort, name="Paula")
    pia = make.planner(cohort=cohort, name="Pia")
    client.force_login(pia)
    assert client.get("/me/").status_code == 200
    end_role(membership=pia.memberships.get(), by=None)
    assert client.get("/me/").status_code == 302


def test_the_last_planner_stays():
    cohort = make.cohort()
    paula = make.planner(cohort=cohort)
    with pytest.raises(Refused, match="another planner"):
        end_role(membership=paula.memberships.get(), by=None)
    assert permissions.plans(held(paula), cohort)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("where", ["cohort", "programme"])
def test_of_two_planners_who_leave_at_once_one_stays(where):
    cohort = make.cohort()
    scope = {"cohort": cohort} if where == "cohort" else {"programme": cohort.programme}
    roles = [give_role(user=make.person(), role="planner", by=None, **scope) for _ in range(2)]
    said, gate = [], threading.Barrier(2)

    def leave(membership):
        gate.wait()
        try:
            end_role(membership=membership, by=None)
            said.append("left")
        except Refused:
            said.append("stays")
        finally:
            connection.close()

    threads = [threading.Thread(target=leave, args=[membership]) for membership in roles]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(said) == ["left", "stays"]
    assert Membership.objects.current().filter(role="planner", **scope).count() == 1


def test_who_is_forgotten_after_the_account_was_closed_holds_no_role():
    nia = make.member()
    User.objects.filter(pk=nia.pk).update(is_active=False)
    people.forget(nia)
    assert nia.memberships.get().until is not None
    assert Entry.objects.filter(verb="role.ended").count() == 1


def test_a_sponsor_opens_no_page_of_a_team():
    team = make.team()
    sol = make.sponsor(organisation=team.unit.organisation)
    assert list(Team.objects.visible_to(sol)) == []
    assert list(Cohort.objects.visible_to(sol)) == [team.cohort]
    give_role(user=sol, role="sponsor", by=None, team=team)
    assert list(Team.objects.visible_to(sol)) == []


def test_a_fellow_and_a_stranger_see_no_cohort():
    cohort = make.cohort()
    for user in (make.fellow(programme=cohort.programme), make.person()):
        assert not Cohort.objects.visible_to(user).exists()
        assert not permissions.takes_part(held(user), cohort)


def test_a_programmes_planner_runs_every_cohort_of_it():
    cohort = make.cohort()
    pia = make.person()
    give_role(user=pia, role="planner", by=None, programme=cohort.programme)
    assert list(Cohort.objects.run_by(pia)) == [cohort]
    assert permissions.plans(held(pia), cohort)
    assert not permissions.plans(held(pia), Cohort(programme=Programme()))


@pytest.mark.parametrize("scope", [[], ["team", "cohort"], ["programme", "organisation"]])
def test_the_database_refuses_a_role_in_none_or_two_scopes(scope):
    team, user = make.team(), make.person()
    all_scopes = {
        "team": team, "cohort": team.cohort, "programme": team.cohort.programme, "organisation": team.unit.organisation,
    }  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(user=user, role="participant", **{name: all_scopes[name] for name in scope})


def test_a_programme_without_a_template_makes_no_cohort():
    bare = Programme.objects.create(
        slug_en="bare", slug_fr="nu", name_en="Bare", name_fr="Nu", short_name_en="B", short_name_fr="N"
    )
    with pytest.raises(Refused, match="no phases yet"):
        make_cohort(programme=bare, slug="x", name_en="X", name_fr="X", first_day=timezone.now().date())

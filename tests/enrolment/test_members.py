"""Somebody steps in for a member; and the pages about one member."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from collaborative.models import Membership
from core.refusals import Refused
from enrolment import links, replacing, services
from tests import make

pytestmark = pytest.mark.django_db


def role_of(person) -> Membership:
    return Membership.objects.select_related("user", "team__cohort").get(user=person, until=None)


@pytest.fixture
def lead(cast) -> Client:
    client = Client()
    client.force_login(cast.tess)
    return client


def take_up(invitation) -> None:
    token = links.token_for(invitation.pk, invitation.version, mailed_to=invitation.person.email)
    services.accept(found=services.find(token), name="Ana Petit", language="en", city="st-johns")


def test_whoever_steps_in_has_the_same_place_and_the_history_stays(cast):
    nia = role_of(cast.nia)
    Membership.objects.filter(pk=nia.pk).update(position="provider", circle="expanded")
    tried = make.tried_change(team=cast.team, by=cast.nia)
    invitation = replacing.replace(
        membership=nia, name="Ana Petit", email="ana@example.org", language="en", by=cast.tess
    )
    assert role_of(cast.nia), "until somebody comes, she stays"
    take_up(invitation)
    ana = Membership.objects.current().get(team=cast.team, user=invitation.person)
    assert (ana.role, ana.title, ana.position, ana.circle) == ("participant", "nurse", "provider", "expanded")
    assert ana.instead_of == nia
    nia.refresh_from_db()
    assert nia.until
    tried.refresh_from_db()
    assert tried.by == cast.nia


def test_a_lead_steps_aside_for_the_next_lead(cast):
    invitation = replacing.replace(
        membership=role_of(cast.tess), name="Ana Petit", email="ana@example.org", language="en", by=cast.tess
    )
    take_up(invitation)
    assert list(
        Membership.objects.current().filter(team=cast.team, role="lead").values_list("user__name", flat=True)
    ) == ["Ana Petit"]


def test_one_is_asked_at_a_time(cast):
    replacing.replace(membership=role_of(cast.nia), name="Ana", email="ana@example.org", language="en", by=cast.tess)
    with pytest.raises(Refused, match="Ana is asked already"):
        replacing.replace(
            membership=role_of(cast.nia), name="Eva", email="eva@example.org", language="en", by=cast.paula
        )


def test_a_lead_replaces_no_coach(cast):
    with pytest.raises(Refused, match="planning team"):
        replacing.replace(
            membership=role_of(cast.colin), name="Eva", email="eva@example.org", language="en", by=cast.tess
        )


def test_the_pages_lead_from_one_to_the_next(cast, lead):
    nia = role_of(cast.nia)
    people = lead.get(reverse("team_people", args=[cast.team.pk])).content.decode()
    page = reverse("team_member", args=[cast.team.pk, nia.pk])
    assert page in people
    assert "I leave this team" in people
    words = {"title": "nurse, nights", "position": "provider", "circle": "core", "version": "1"}
    assert lead.post(page, words).status_code == 302
    again = lead.post(page, {**words, "title": "nurse, days"})
    assert again.status_code == 409
    assert "nurse, nights" in again.content.decode()
    assert 'value="nurse, days"' in again.content.decode()
    step_in = reverse("member_replace", args=[cast.team.pk, nia.pk])
    assert step_in in lead.get(page).content.decode()
    lead.post(step_in, {"name": "Ana Petit", "email": "ana@example.org", "language": "en"})
    assert "Ana Petit is asked to step in here." in lead.get(page).content.decode()


def test_a_lead_who_leaves_is_asked_who_comes_next(cast, lead):
    page = reverse("member_leave", args=[cast.team.pk, role_of(cast.tess).pk])
    assert "Who leads the team from now on?" in lead.get(page).content.decode()
    assert "Say who leads" in lead.post(page, {"why": "time"}).content.decode()
    lead.post(page, {"why": "time", "next_lead": str(role_of(cast.nia).pk)})
    assert role_of(cast.nia).role == "lead"


def test_only_planners_close_an_account(cast, lead):
    page = reverse("member_close", args=[cast.team.pk, role_of(cast.nia).pk])
    assert lead.get(page).status_code == 403
    planner = Client()
    planner.force_login(cast.paula)
    assert "Close the account" in planner.get(page).content.decode()
    planner.post(page, {"why": "moved"})
    cast.nia.refresh_from_db()
    assert not cast.nia.is_active

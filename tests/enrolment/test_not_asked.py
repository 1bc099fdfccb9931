"""Whom an application names and nobody asked in stands on the team's page, with what was typed and what is in the way."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from collaborative.models import PartnerWelcome, Role
from enrolment import not_asked, services
from enrolment.deciding import decide
from enrolment.models import ApplicationMember, Invitation
from enrolment.releasing import release
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def paula():
    ahead = timezone.localdate() + dt.timedelta(days=40)
    return make.planner(cohort=make.cohort(first_day=ahead, seats=6), name="Paula Whitford")


def running(paula, **fields):
    """Return an application whose team was just made, and its release."""
    cohort = paula.memberships.get().cohort
    row = make.application(cohort=cohort, people=4, **fields)
    decide(application=row, outcome="accept", by=paula)
    made = release(cohort=cohort, by=paula)
    row.refresh_from_db()
    return row, made


def page(client, paula, row, more=""):
    client.force_login(paula)
    return client.get(reverse("team_people", args=[row.team_id]) + more)


def test_everybody_who_was_asked_in_is_left_out(paula):
    row, made = running(paula)
    assert not_asked.of_team(row.team, reader=paula) == [] == not_asked.of_release(made.ledger)


def test_a_partner_waits_for_the_welcome_and_is_then_asked_in_with_nothing_typed_again(client, paula):
    row, made = running(paula, recognition="")
    [partner] = not_asked.of_team(row.team, reader=paula)
    assert (partner.name, partner.position, partner.welcome) == ("Person 2 of 1", "partner", True)
    assert [one.why for one in not_asked.of_release(made.ledger)] == [partner.why]
    text = page(client, paula, row).content.decode()
    for words in (partner.name, partner.email, partner.why):
        assert words in text
    assert partner.why in client.get(reverse("planning_release", args=[row.cohort_id])).content.decode()
    PartnerWelcome.objects.filter(team=row.team).update(recognition="25 $ an hour")
    ApplicationMember.objects.filter(application=row, ordinal=2).update(circle="expanded", title="daughter")
    answer = page(client, paula, row, "?named=2")
    initial = answer.context["form"].initial
    typed = {name: initial[name] for name in ("name", "email", "role", "position", "circle", "title", "language")}
    once = answer.context["form"]["once"].value()
    client.post(reverse("team_people", args=[row.team_id]), {**typed, "once": once})
    asked = Invitation.objects.get(role=Role.PARTNER)
    assert (asked.called, asked.position, asked.circle, asked.title) == (
        partner.name,
        "partner",
        "expanded",
        "daughter",
    )
    assert not_asked.of_team(row.team, reader=paula) == []
    assert not_asked.of_release(made.ledger) == []


def test_what_is_in_the_way_is_said(paula):
    closed = make.person("Old Account", is_active=False)
    cohort = paula.memberships.get().cohort
    row = make.application(cohort=cohort, people=6)
    members = ApplicationMember.objects.filter(application=row)
    members.filter(ordinal=3).update(email=closed.email)
    members.filter(ordinal=4).update(email=members.get(ordinal=1).email)
    members.filter(ordinal__in=(5, 6)).update(email="", name="Jo Roy")
    decide(application=row, outcome="accept", by=paula)
    release(cohort=cohort, by=paula)
    row.refresh_from_db()
    said = {one.ordinal: one.why for one in not_asked.of_team(row.team, reader=paula)}
    assert set(said) == {3, 4, 6}
    for ordinal, words in ((3, "closed"), (4, "this address"), (6, "this name")):
        assert words in said[ordinal]


def test_that_an_account_is_closed_is_told_to_planners_and_not_to_leads(client, paula):
    closed = make.person("Old Account", is_active=False)
    cohort = paula.memberships.get().cohort
    row = make.application(cohort=cohort, people=4)
    ApplicationMember.objects.filter(application=row, ordinal=3).update(email=closed.email)
    decide(application=row, outcome="accept", by=paula)
    made = release(cohort=cohort, by=paula)
    row.refresh_from_db()
    lead = make.member(team=row.team, role=Role.LEAD)
    [told] = not_asked.of_team(row.team, reader=lead)
    assert told.why == "Nobody can be invited at this address from here. Ask the planning team."
    assert [one.why for one in not_asked.of_team(row.team, reader=paula)] == [
        one.why for one in not_asked.of_release(made.ledger)
    ]
    assert "closed" not in page(client, lead, row).content.decode()
    words = {"name": "Ada", "email": closed.email, "role": "participant", "language": "en"}
    refused = client.post(reverse("team_people", args=[row.team_id]), words).content.decode()
    assert refused.count(told.why) >= 2, "the box says of the address what the list says"
    assert "closed" not in refused
    assert "The account with this address is closed" in page(client, paula, row).content.decode()


def test_who_was_asked_with_another_address_or_taken_back_is_not_named_again(paula):
    row, _made = running(paula, recognition="")
    PartnerWelcome.objects.filter(team=row.team).update(recognition="25 $ an hour")
    services.invite(by=paula, team=row.team, role=Role.PARTNER, name="Person 2 of 1", email="other@example.org")
    Invitation.objects.filter(role=Role.PARTICIPANT).update(revoked_at=timezone.now())
    assert not_asked.of_team(row.team, reader=paula) == []


def test_the_page_of_a_team_that_applied_costs_no_more_than_any_page(client, paula, django_assert_max_num_queries):
    row, _made = running(paula, recognition="")
    page(client, paula, row)
    with django_assert_max_num_queries(12):
        client.get(reverse("team_people", args=[row.team_id]))


def test_a_team_that_never_applied_has_nobody_named():
    assert not_asked.of_team(make.team(), reader=make.person()) == []

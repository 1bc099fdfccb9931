"""A team has a place, a person is asked, and a role is held only once the invitation is taken up."""

import datetime as dt
import re

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from collaborative.models import Membership, Organisation
from collaborative.services import end_role
from core.refusals import Refused
from enrolment import links, services
from enrolment.models import Invitation
from notifications import delivery
from notifications.models import PlannedMessage
from tests import make

pytestmark = pytest.mark.django_db
HARBOUR = {"organisation": "Harbour View", "province": "NL", "sector": "acute", "unit": "2 West", "city": "st-johns"}


@pytest.fixture
def cohort():
    return make.cohort(seats=2)


@pytest.fixture
def paula(cohort):
    return make.planner(cohort=cohort, name="Paula Planner")


@pytest.fixture
def team(cohort, paula):
    return services.enrol_team(cohort=cohort, by=paula, **HARBOUR)


def test_an_organisation_is_found_or_made_and_the_team_named_after_it(cohort, paula, team):
    assert (team.name, team.unit.city, team.unit.organisation.province) == ("Harbour View, 2 West", "st-johns", "NL")
    again = services.enrol_team(cohort=cohort, by=paula, **{**HARBOUR, "unit": "3 East"})
    assert again.unit.organisation == team.unit.organisation
    assert Organisation.objects.filter(name="Harbour View").count() == 1


def test_a_full_cohort_and_a_name_taken_are_refused(cohort, paula, team):
    with pytest.raises(Refused, match="called"):
        services.enrol_team(cohort=cohort, by=paula, **HARBOUR)
    services.enrol_team(cohort=cohort, by=paula, **{**HARBOUR, "unit": "3 East"})
    with pytest.raises(Refused, match="full: 2 teams"):
        services.enrol_team(cohort=cohort, by=paula, **{**HARBOUR, "unit": "4 North"})


def invite(team, by, **more):
    return services.invite(
        team=team, by=by, **{"role": "participant", "name": "Nia Roy", "email": "Nia@Example.org", **more}
    )


def token_of(row, version=None) -> str:
    """Return what stands in the link that was mailed to this person."""
    return links.token_for(row.pk, version or row.version, mailed_to=row.person.email)


def state_of(row, version=None) -> str:
    return services.find(token_of(row, version)).state


def take_up(row, version=None, **answers):
    """Press Start behind the link."""
    answers = {"name": "Nia Roy", "language": "en", "city": "toronto", **answers}
    return services.accept(found=services.find(token_of(row, version)), **answers)


def test_an_invitation_holds_no_role_until_it_is_taken_up(team, paula):
    row = invite(team, paula, language="fr")
    assert (row.person.email, row.person.language, row.person.time_zone) == (
        "nia@example.org",
        "fr",
        "America/St_Johns",
    )
    assert not Membership.objects.current().filter(user=row.person).exists()
    mail = PlannedMessage.objects.get(kind="enrolment/invitation")
    assert (mail.recipient, mail.state, mail.scope_id) == (row.person, "planned", str(team.cohort_id))

    take_up(row, language="fr", city="gander")

    assert Membership.objects.current().get(user=row.person).role == "participant"
    person = get_user_model().objects.get(pk=row.person.pk)
    assert (person.city, person.language) == ("gander", "fr")


def test_a_person_without_a_mailbox_is_a_member_too(team, paula):
    row = invite(team, paula, name="Ana Petit", email="")
    assert row.person.email is None
    assert not PlannedMessage.objects.filter(kind="enrolment/invitation").exists()
    assert Invitation.objects.waiting().get() == row
    invite(team, paula, name="Ben Wall", email="")
    assert get_user_model().objects.filter(email=None).count() == 2


def test_a_known_address_invites_the_person_who_has_it(team, paula):
    nia = make.person(name="Nia Roy", email="nia@example.org")
    assert invite(team, paula).person == nia
    with pytest.raises(Refused, match="waiting already"):
        invite(team, paula)


def test_who_is_in_already_is_not_asked_again(team, paula):
    nia = make.member(team=team, name="Nia Roy", email="nia@example.org")
    with pytest.raises(Refused, match="in already"):
        invite(team, paula)
    assert invite(team, paula, role="lead").person == nia


def test_an_invitation_works_once(team, paula):
    row = invite(team, paula)
    take_up(row, version=1)
    assert state_of(row, 1) == "accepted"
    with pytest.raises(Refused, match="cannot be used"):
        take_up(row, version=1)
    assert Membership.objects.filter(user=row.person).count() == 1


def test_a_revoked_an_expired_and_an_older_link_do_not_work(team, paula):
    revoked = invite(team, paula)
    services.revoke(invitation=revoked, by=paula)
    assert state_of(revoked) == "revoked"
    assert PlannedMessage.objects.get(source_id=str(revoked.pk)).state == "void"

    old = invite(team, paula)
    Invitation.objects.filter(pk=old.pk).update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    assert state_of(old, 1) == "expired"
    old.refresh_from_db()
    services.ask_anew(invitation=old)
    assert state_of(old, 1) == "newer"
    assert state_of(old, 2) == "waiting"
    for row in (revoked, old):
        with pytest.raises(Refused):
            take_up(row, version=1)


def test_a_link_is_dead_once_the_person_has_another_address(team, paula):
    row = invite(team, paula)
    former = token_of(row)
    assert services.find(former).mailed_to == "nia@example.org"
    opened = services.find(former)
    get_user_model().objects.filter(pk=row.person.pk).update(email="nia.roy@example.org")
    row.refresh_from_db()
    assert services.find(former).state == "moved"
    with pytest.raises(Refused, match="cannot be used"):
        services.accept(found=opened, name="Mallory", language="en", city="toronto")
    assert not Membership.objects.filter(user=row.person).exists()
    take_up(row)
    assert Membership.objects.get(user=row.person).role == "participant"


def test_a_fresh_link_does_not_revive_the_one_to_the_former_address(team, paula):
    row = invite(team, paula)
    former = token_of(row)
    get_user_model().objects.filter(pk=row.person.pk).update(email="nia.roy@example.org")
    services.ask_anew(invitation=row)
    row.refresh_from_db()
    assert services.find(former).state == "moved", "nobody at the former address is offered another one"
    assert state_of(row) == "waiting"


def test_a_person_who_gets_a_mailbox_leaves_the_links_without_one_behind(team, paula):
    row = invite(team, paula, name="Ana Petit", email="")
    without = token_of(row)
    assert services.find(without).state == "waiting"
    get_user_model().objects.filter(pk=row.person.pk).update(email="ana@example.org")
    assert services.find(without).state == "moved"


@pytest.mark.parametrize(("address", "works"), [("", True), ("nia@example.org", True), ("former@example.org", False)])
def test_the_mail_carries_the_link_of_the_mailbox_that_it_goes_to(team, paula, address, works):
    invite(team, paula)
    mail = PlannedMessage.objects.get(kind="enrolment/invitation")
    mail.address = address
    letter = delivery.render(mail)
    assert letter.to == (address or "nia@example.org")
    token = re.search(r"/invitation/([^/\s]+)/", letter.plain).group(1)
    assert services.find(token).state == ("waiting" if works else "moved")


@pytest.mark.parametrize(
    ("visitor", "state"), [("nobody", "waiting"), ("the person", "waiting"), ("somebody else", "other")]
)
def test_what_a_visitor_meets(team, paula, visitor, state):
    row = invite(team, paula)
    who = {"nobody": AnonymousUser(), "the person": row.person, "somebody else": paula}[visitor]
    assert services.meet(token_of(row), visitor=who).state == state


def test_a_link_is_not_enough_for_who_has_been_here(team, paula):
    nia = make.person(name="Nia Roy", email="nia@example.org")
    row = invite(team, paula)
    assert services.meet(token_of(row), visitor=AnonymousUser()).state == "sign_in"
    assert services.meet(token_of(row), visitor=nia).state == "waiting"
    assert services.meet("cut-off", visitor=nia) is None


def test_a_lead_asks_members_in_and_nobody_who_would_see_more(team):
    tess = make.lead(team=team)
    for role in ("sponsor", "coach", "planner", "fellow"):
        with pytest.raises(Refused, match="Only the planning team"):
            invite(team, tess, role=role, email=f"{role}@example.org")
    assert invite(team, tess, role="partner").role == "partner"


def test_a_sponsor_is_named_only_by_who_plans_all_that_the_organisation_is_in(team, paula):
    assert "sponsor" in services.roles_for(paula, team)
    make.team(cohort=make.cohort(), unit=make.unit(organisation=team.unit.organisation, name="4 North"))
    assert "sponsor" not in services.roles_for(paula, team)


def test_nobodys_mailbox_is_bombed(team, paula):
    for _ in range(3):
        services.revoke(invitation=invite(team, paula), by=paula)
    with pytest.raises(Refused, match="often in the last hour"):
        invite(team, paula)
    assert invite(team, paula, email="luc@example.org", name="Luc")


def test_the_name_that_was_typed_is_shown_and_not_the_persons_own(team, paula):
    make.person(name="Jane Realname", email="jane@example.org")
    row = invite(team, paula, email="jane@example.org", name="somebody")
    assert (row.called, row.person.name) == ("somebody", "Jane Realname")


def test_who_leaves_takes_their_invitations_along(team, paula):
    tess = make.lead(team=team)
    row = invite(team, tess)
    end_role(membership=tess.memberships.get(), by=paula)
    row.refresh_from_db()
    assert row.revoked_at is not None

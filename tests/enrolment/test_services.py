"""A team has a place, a person is asked, and a role is held only once the invitation is taken up."""

import datetime as dt
import re
import threading

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.utils import timezone

from audit.models import Entry
from collaborative.models import Cohort, Membership, Organisation, Unit
from collaborative.services import end_role, give_role
from core.refusals import Refused
from enrolment import links, services
from enrolment.models import Invitation
from enrolment.permissions import roles_for
from enrolment.querysets import sponsors_of
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


def test_what_is_known_of_an_organisation_and_unit_is_found_however_it_is_spelt(cohort, paula, team):
    make_room(cohort)
    again = services.enrol_team(
        cohort=cohort, by=paula, **{**HARBOUR, "organisation": "HARBOUR view", "unit": "2 west", "team": "Nights"}
    )
    assert again.unit == team.unit
    assert (Organisation.objects.count(), Unit.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("field", "typed", "known"),
    [("sector", "home", "Hospital"), ("city", "gander", "St. John's"), ("incident_route", "call 99", "call 4321")],
)
def test_nothing_that_was_typed_about_a_known_unit_is_dropped_in_silence(cohort, paula, team, field, typed, known):
    make_room(cohort)
    Unit.objects.update(incident_route="call 4321")
    with pytest.raises(Refused, match=known) as refused:
        services.enrol_team(cohort=cohort, by=paula, **{**HARBOUR, "team": "Nights", field: typed})
    assert refused.value.field == field
    assert cohort.teams.count() == 1


def test_a_unit_without_an_incident_route_is_given_one(cohort, paula, team):
    make_room(cohort)
    services.enrol_team(cohort=cohort, by=paula, **{**HARBOUR, "team": "Nights", "incident_route": "call 4321"})
    assert Unit.objects.get().incident_route == "call 4321"
    services.enrol_team(cohort=cohort, by=paula, **{**HARBOUR, "team": "Days", "incident_route": "Call 4321"})


def make_room(cohort):
    Cohort.objects.filter(pk=cohort.pk).update(seats=9)


def test_nobody_is_taken_into_a_cohort_that_is_over(cohort, paula, team):
    row, waits = invite(team, paula), invite(team, paula, name="Luc", email="luc@example.org")
    Cohort.objects.filter(pk=cohort.pk).update(closed_at=timezone.now())
    team.cohort.refresh_from_db()
    row = Invitation.objects.get(pk=row.pk)
    assert state_of(waits) == "ended"
    for refused in (
        lambda: services.enrol_team(cohort=cohort, by=paula, **{**HARBOUR, "unit": "3 East"}),
        lambda: invite(team, paula, name="Ana", email="ana@example.org"),
        lambda: services.send_again(invitation=row, version=1, by=paula),
        lambda: services.ask_anew(invitation=row),
        lambda: take_up(row),
    ):
        with pytest.raises(Refused):
            refused()
    assert not Membership.objects.filter(team=team).exists()


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
    make.partner_welcome(team=team)
    assert invite(team, tess, role="partner").role == "partner"


def test_a_sponsor_is_named_only_by_who_plans_all_that_the_organisation_is_in(team, paula):
    assert "sponsor" in roles_for(paula, team)
    make.team(cohort=make.cohort(), unit=make.unit(organisation=team.unit.organisation, name="4 North"))
    assert "sponsor" not in roles_for(paula, team)


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


def test_a_known_address_may_be_one_that_the_person_only_confirmed(team, paula):
    ravi = make.person(name="Ravi", email="ravi@example.org")
    EmailAddress.objects.create(user=ravi, email="ravi.home@example.org", verified=True)
    assert invite(team, paula, name="Ravi", email="Ravi.Home@example.org").person == ravi
    EmailAddress.objects.create(user=ravi, email="nia@example.org", verified=False)
    assert invite(team, paula).person != ravi, "an address that nobody confirmed is nobody's"


def test_a_lead_does_not_learn_that_an_account_is_closed(team, paula):
    closed, lead = make.person("Otto", is_active=False), make.lead(team=team, by=paula)
    with pytest.raises(Refused, match="Ask the planning team") as refused:
        services.invite(team=team, by=lead, role="participant", name="Otto", email=closed.email)
    assert "account" not in refused.value.sentence


def test_a_closed_account_is_not_invited(team, paula):
    make.person(name="Nia Roy", email="nia@example.org", is_active=False)
    with pytest.raises(Refused, match="closed"):
        invite(team, paula)


def test_who_sponsors_the_organisation_already_is_not_asked_again(team, paula):
    make.sponsor(organisation=team.unit.organisation, email="nia@example.org", by=paula)
    with pytest.raises(Refused, match="in already"):
        invite(team, paula, role="sponsor")


def test_two_of_one_name_without_mailbox_have_to_be_told_apart(team, paula):
    invite(team, paula, name="Rose Tremblay", email="")
    make.member(team=team, name="Ana Petit", email=None)
    make.partner_welcome(team=team)
    for name in ("rose tremblay", "Ana Petit"):
        with pytest.raises(Refused, match="tells them apart") as refused:
            invite(team, paula, name=name, email="", role="partner")
        assert refused.value.field == "name"
    invite(team, paula, name="Rose Tremblay, nights", email="")


def test_into_a_cohort_only_who_plans_it_asks(cohort, team, paula):
    asked = {"cohort": cohort, "name": "Pia", "email": "pia@example.org"}
    for by, role in (
        (make.lead(team=team), "planner"),
        (make.planner(cohort=make.cohort()), "planner"),
        (paula, "participant"),
    ):
        with pytest.raises(Refused, match="Only the planning team"):
            services.invite(by=by, role=role, **asked)
    assert services.invite(by=paula, role="planner", **asked).cohort == cohort


def test_asked_in_again_after_it_ran_out_the_older_invitation_is_closed(team, paula):
    first = invite(team, paula)
    run_out(first)
    second = invite(team, paula, role="lead")
    assert (state_of(first), state_of(second)) == ("revoked", "waiting")


def run_out(row):
    Invitation.objects.filter(pk=row.pk).update(expires_at=timezone.now() - dt.timedelta(days=1))


def test_a_planner_who_left_has_no_way_back_through_a_team(cohort, team, paula):
    stan = make.planner(cohort=cohort, name="Stan")
    row = invite(team, stan, role="coach")
    end_role(membership=stan.memberships.get(), by=paula)
    assert state_of(row) == "revoked"
    with pytest.raises(Refused):
        take_up(row)


def test_a_programmes_planner_who_left_has_none_either(cohort, team, paula):
    pia, other = make.person("Pia"), make.person("Olga Other")
    for who in (pia, other):
        give_role(user=who, role="planner", by=None, programme=cohort.programme)
    rows = [
        invite(team, pia, role="coach"),
        services.invite(cohort=cohort, by=pia, role="planner", name="Pia", email="pia.second@example.org"),
    ]
    end_role(membership=pia.memberships.get(), by=paula)
    assert [state_of(row) for row in rows] == ["revoked", "revoked"]


@pytest.mark.parametrize("whose", ["of theirs", "to them"])
def test_an_invitation_that_ran_out_is_no_way_back(team, paula, whose):
    tess = make.lead(team=team, email="tess@example.org")
    row = invite(team, *{"of theirs": (tess,), "to them": (paula,)}[whose], **{
        "of theirs": {"role": "lead"}, "to them": {"email": "tess@example.org"}}[whose])  # fmt: skip
    run_out(row)
    end_role(membership=tess.memberships.get(), by=paula)
    assert state_of(row) == "revoked"
    with pytest.raises(Refused, match="ended"):
        services.ask_anew(invitation=row)


def test_who_keeps_the_right_in_another_role_keeps_what_they_asked(cohort, team, paula):
    make.member(team=team, user=paula)
    row = invite(team, paula)
    end_role(membership=paula.memberships.get(team=team), by=paula)
    assert state_of(row) == "waiting"


def test_a_role_that_was_lost_between_the_page_and_start_gives_nothing(team, paula):
    tess = make.lead(team=team)
    row = invite(team, tess)
    opened = services.find(token_of(row))
    # Not by the service, which would close the invitation as well.
    tess.memberships.update(until=timezone.now())
    assert state_of(row) == "ended"
    with pytest.raises(Refused, match="cannot be used"):
        services.accept(found=opened, name="Nia", language="en", city="toronto")
    run_out(row)
    with pytest.raises(Refused, match="ended"):
        services.ask_anew(invitation=row)
    assert services.send_again(invitation=Invitation.objects.get(pk=row.pk), version=1, by=paula)
    row.refresh_from_db()
    assert (row.by, state_of(row)) == (paula, "waiting"), "who sends it again stands for it"


def test_sent_again_once_per_press_with_a_mail_and_a_trace(team, paula):
    row = invite(team, paula)
    assert services.send_again(invitation=row, version=1, by=paula)
    assert not services.send_again(invitation=Invitation.objects.get(pk=row.pk), version=1, by=paula)
    assert (state_of(row, 1), state_of(row, 2)) == ("newer", "waiting")
    mails = PlannedMessage.objects.filter(kind="enrolment/invitation").order_by("source_version")
    assert [(mail.source_version, mail.state) for mail in mails] == [(1, "void"), (2, "planned")]
    renewed = Entry.objects.get(verb="invitation.renewed")
    assert (renewed.by, renewed.about_id) == (paula, str(row.pk))


def test_sending_again_counts_with_every_other_mail_to_that_person(team, paula):
    row = invite(team, paula)
    for version in (1, 2):
        assert services.send_again(invitation=row, version=version, by=paula)
    with pytest.raises(Refused, match="often in the last hour"):
        services.send_again(invitation=row, version=3, by=paula)
    assert not services.may_be_written_to(row.person)


def test_a_lead_does_not_send_again_what_only_planners_may_ask(team, paula):
    row = invite(team, paula, role="coach")
    with pytest.raises(Refused, match="Only the planning team"):
        services.send_again(invitation=row, version=1, by=make.lead(team=team))
    with pytest.raises(Refused, match="mailbox"):
        services.send_again(invitation=invite(team, paula, name="Ana", email=""), version=1, by=paula)


def test_a_sponsor_is_named_only_where_somebody_who_plans_there_named_them(cohort, team, paula):
    sol = make.sponsor(organisation=team.unit.organisation, by=paula, name="Sol Sponsor")
    pia = make.planner(cohort=make.cohort())
    theirs = services.enrol_team(cohort=pia.memberships.get().cohort, by=pia, **HARBOUR)
    assert theirs.unit == team.unit
    assert [held.user for held in sponsors_of(team)] == [sol]
    assert list(sponsors_of(theirs)) == []
    paula.memberships.update(until=timezone.now())
    assert [held.user for held in sponsors_of(team)] == [sol], "whoever named them may leave"


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_the_same_person_in_at_once_ask_once():
    cohort = make.cohort()
    planners, team = [make.planner(cohort=cohort) for _ in range(6)], make.team(cohort=cohort)
    said, gate = [], threading.Barrier(6)

    def ask(by):
        gate.wait()
        try:
            invite(team, by)
            said.append("asked")
        except Refused as refused:
            said.append(refused.sentence)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=[by]) for by in planners]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert Invitation.objects.count() == 1
    assert sorted(said)[-1] == "asked"
    assert {one for one in said if one != "asked"} <= {
        "Nia Roy has an invitation waiting already.",
        "That was asked often in the last hour. Try again later.",
    }
    assert len(said) == 6


def test_who_leaves_takes_their_invitations_along(team, paula):
    tess = make.lead(team=team)
    row = invite(team, tess)
    end_role(membership=tess.memberships.get(), by=paula)
    row.refresh_from_db()
    assert row.revoked_at is not None

"""A member without a mailbox: from the lead's people page over a card on paper into a session."""

from __future__ import annotations

import re
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from accounts import cards
from accounts.models import MOST_WRONG, MemberCard, User
from collaborative.models import Membership
from collaborative.services import end_role, give_role
from core.refusals import Refused
from enrolment import by_card, printed_card, services
from enrolment.models import Invitation
from improvement.models import SafetyConversation
from sessions.models import Attendance
from tests import make

pytestmark = pytest.mark.django_db
PIN = "482913"
FIRST = {"name": "Rosa Lind", "language": "en", "city": "st-johns", "pin": PIN, "shared": "on"}


@pytest.fixture
def lead(cast) -> Client:
    client = Client()
    client.force_login(cast.tess)
    return client


@pytest.fixture
def asked(cast) -> Invitation:
    return services.invite(team=cast.team, by=cast.tess, role="participant", name="Rosa", title="care aide, nights")


def page_of(cast, person) -> str:
    return reverse("member_card", args=[cast.team.pk, person.pk])


def made(client: Client, url: str) -> str:
    """Make a card, and return the code that its page shows."""
    page = client.post(url, follow=True).content.decode()
    return re.search(r'class="code-shown">([^<]+)<', page).group(1)


def test_from_a_card_to_a_logged_conversation_and_a_session_without_a_mailbox(cast, lead, asked):
    people = lead.get(reverse("team_people", args=[cast.team.pk])).content.decode()
    assert page_of(cast, asked.person) in people
    code = made(lead, page_of(cast, asked.person))
    for lang in ("en", "fr"):
        paper = lead.get(reverse("member_card_pdf", args=[cast.team.pk, asked.person.pk, lang]))
        assert paper.headers["Content-Type"] == "application/pdf"
        assert paper.content.startswith(b"%PDF-")

    phone = Client()
    assert phone.post("/card/", {"code": code, "shared": "on"}).headers["Location"] == "/card/first/"
    assert phone.post("/card/first/", FIRST).headers["Location"] == "/today/"
    rosa = Membership.objects.current().get(team=cast.team, user__name="Rosa Lind")
    assert (rosa.role, rosa.title, rosa.user.email) == ("participant", "care aide, nights", None)

    phone = Client()
    assert phone.post("/card/", {"code": code, "pin": PIN, "shared": "on"}).headers["Location"] == "/today/"
    assert cast.next_session.title in phone.get("/today/").content.decode()
    phone.post(
        reverse("log_conversation_for", args=[cast.team.pk]),
        {"with_whom": "colleague", "client_key": str(uuid.uuid4())},
    )
    assert SafetyConversation.objects.get(by=rosa.user).team == cast.team
    soon = make.learning_session(cohort=cast.cohort, minutes_ahead=10)
    joined = phone.post(reverse("session_join", args=[cast.cohort.pk, soon.pk]))
    assert joined.status_code == 200
    assert Attendance.objects.filter(learning_session=soon, person=rosa.user).exists()


def test_the_code_is_shown_to_whoever_made_the_card_and_only_until_it_is_used(cast, lead, asked):
    url = page_of(cast, asked.person)
    code = made(lead, url)
    planner = Client()
    planner.force_login(cast.paula)
    assert code not in planner.get(url).content.decode()
    assert planner.get(reverse("member_card_pdf", args=[cast.team.pk, asked.person.pk, "en"])).status_code == 302
    assert code in lead.get(url).content.decode()
    cards.begin(code=code, pin=PIN, name="Rosa Lind", language="en", city="st-johns")
    assert code not in lead.get(url).content.decode()


def test_the_address_on_the_card_is_that_of_its_holders_language(cast, asked):
    by_card.make_card(person=asked.person, team=cast.team, by=cast.tess)
    holder = by_card.holder_in(cast.team, asked.person.pk)
    said = printed_card.words(holder, cast.team, "BCDF-2345")
    assert "localhost:8000/card/" in said["first"][0]
    assert printed_card.address("fr").startswith("http://localhost:8000/fr/")


def test_a_new_card_gives_the_invitation_as_long_as_the_card(cast, asked):
    Invitation.objects.update(expires_at=asked.created_at)
    card, _code = by_card.make_card(person=asked.person, team=cast.team, by=cast.tess)
    asked.refresh_from_db()
    assert abs((asked.expires_at - card.expires_at).total_seconds()) < 5


def test_taking_the_invitation_back_closes_the_card(cast, asked):
    _card, code = by_card.make_card(person=asked.person, team=cast.team, by=cast.tess)
    services.revoke(invitation=asked, by=cast.tess)
    assert cards.find(code) is None


def test_an_invitation_that_does_not_stand_is_not_taken_up(cast, asked):
    _card, code = by_card.make_card(person=asked.person, team=cast.team, by=cast.tess)
    end_role(membership=cast.tess.memberships.current().get(), by=cast.paula)
    assert cards.waits_for_first_visit(code) is None
    assert not Membership.objects.filter(user=asked.person).exists()


def test_a_lead_makes_no_card_for_somebody_who_is_in_another_team_too(cast):
    rosa = make.member(team=cast.team, name="Rosa Lind", email=None)
    give_role(user=rosa, role="participant", by=cast.paula, team=cast.other_team)
    with pytest.raises(Refused, match="another team"):
        by_card.make_card(person=rosa, team=cast.team, by=cast.tess)
    assert by_card.make_card(person=rosa, team=cast.team, by=cast.paula)


def test_nobody_makes_a_card_for_somebody_who_signs_in_by_mail(cast, lead):
    assert lead.post(page_of(cast, cast.nia)).status_code == 404
    with pytest.raises(Refused):
        by_card.make_card(person=cast.nia, team=cast.team, by=cast.tess)


def test_a_card_made_anew_signs_out_whoever_came_in_with_the_old_one(cast, lead, asked):
    code = made(lead, page_of(cast, asked.person))
    phone = Client()
    phone.post("/card/", {"code": code})
    phone.post("/card/first/", FIRST)
    assert phone.get("/today/").status_code == 200
    made(lead, page_of(cast, asked.person))
    assert phone.get("/today/").status_code == 302
    assert Client().post("/card/", {"code": code, "pin": PIN}).status_code == 200


def test_a_lost_card_is_taken_back(cast, lead, asked):
    code = made(lead, page_of(cast, asked.person))
    lead.post(reverse("member_card_take_back", args=[cast.team.pk, asked.person.pk]))
    assert cards.find(code) is None
    assert not MemberCard.objects.filter(revoked_at=None).exists()


def test_what_others_get_by_mail_is_to_be_passed_on(cast, lead):
    make.member(team=cast.team, name="Rosa Lind", email=None)
    page = " ".join(lead.get(reverse("team_people", args=[cast.team.pk])).content.decode().split())
    assert "Please pass on" in page
    assert "To Rosa Lind:" in page
    assert [one.title in page for one in cast.sessions] == [False, True, True], "every one that is to come"
    nobody = User.objects.filter(email=None).count()
    assert nobody == 1


def test_the_lead_reads_that_a_card_was_worn_out_by_wrong_pins_until_there_is_a_new_one(cast, lead):
    rosa = make.member(team=cast.team, name="Rosa Lind", email=None)
    card, _code = by_card.make_card(person=rosa, team=cast.team, by=cast.tess)
    cards.choose_pin(card=card, pin=PIN, by=rosa)
    for _wrong in range(MOST_WRONG):
        MemberCard.objects.update(limited_until=None)
        cards.try_pin(card=card, pin="000001")
    assert "too many wrong PINs" in lead.get(reverse("team_people", args=[cast.team.pk])).content.decode()
    assert "Fifty wrong PINs" in lead.get(page_of(cast, rosa)).content.decode()
    made(lead, page_of(cast, rosa))
    assert "wrong PIN" not in lead.get(reverse("team_people", args=[cast.team.pk])).content.decode()


@pytest.mark.parametrize("role_left", ["lead", "both"])
def test_a_lead_who_is_removed_keeps_no_card_that_nobody_has_used(cast, role_left):
    """They have seen its code, and with it could come back in somebody else's name."""
    rosa = make.member(team=cast.team, name="Rosa Lind", email=None)
    if role_left == "both":
        give_role(user=cast.tess, role="planner", by=cast.paula, cohort=cast.cohort)
    _card, code = by_card.make_card(person=rosa, team=cast.team, by=User.objects.get(pk=cast.tess.pk))
    end_role(membership=cast.tess.memberships.current().get(team=cast.team), by=cast.paula)
    assert (cards.find(code) is None) is (role_left == "lead"), "who could make it now as well keeps it"


def test_a_card_in_use_goes_on_when_the_lead_who_made_it_leaves(cast):
    rosa = make.member(team=cast.team, name="Rosa Lind", email=None)
    card, code = by_card.make_card(person=rosa, team=cast.team, by=cast.tess)
    cards.choose_pin(card=card, pin=PIN, by=rosa)
    end_role(membership=cast.tess.memberships.current().get(), by=cast.paula)
    assert cards.find(code) == card


def test_of_somebody_who_was_in_another_team_the_planning_team_makes_the_card(cast):
    """What they wrote there opens with it, to whoever made it."""
    rosa = make.member(team=cast.other_team, name="Rosa Lind", email=None)
    end_role(membership=rosa.memberships.get(), by=cast.paula)
    give_role(user=rosa, role="participant", by=cast.paula, team=cast.team)
    with pytest.raises(Refused, match="another team"):
        by_card.make_card(person=rosa, team=cast.team, by=cast.tess)
    assert by_card.make_card(person=rosa, team=cast.team, by=cast.paula)
    far = make.member(team=cast.far_team, name="Ana Lind", email=None)
    end_role(membership=far.memberships.get(), by=cast.pia)
    give_role(user=far, role="participant", by=cast.paula, team=cast.team)
    assert by_card.make_card(person=far, team=cast.team, by=cast.paula), "somebody can, wherever they were before"

"""An address that waits for its letter is met like one of nobody: added on one's page, and signed up with. Nothing is lost."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import addresses
from accounts.models import User
from accounts.services import everything_about
from collaborative.models import Membership, Role, Team
from enrolment import services
from enrolment.deciding import decide
from enrolment.models import Invitation, Release
from enrolment.releasing import release, undo_release
from notifications import delivery
from notifications.models import PlannedMessage
from notifications.sealing import unseal
from tests import make
from tests.accounts.conftest import last_secret, without_tokens
from tests.world import signed_in

pytestmark = pytest.mark.django_db
AHEAD, UNKNOWN, WORDS = "ada@example.org", "who@example.org", "lantern-under-the-bridge"


@pytest.fixture
def paula():
    cohort = make.cohort(first_day=dt.datetime.now(dt.UTC).date() + dt.timedelta(days=40), seats=6)
    return make.planner(cohort=cohort, name="Paula Whitford")


@pytest.fixture
def waits(paula) -> Release:
    """A release that waits for its minute; among those it asks in is Ada, who was never here."""
    cohort = paula.memberships.get().cohort
    row = make.application(cohort=cohort, people=3)
    row.members.filter(ordinal=1).update(name="Ada Bell", email=AHEAD)
    decide(application=row, outcome="accept", by=paula)
    made = release(cohort=cohort, by=paula)
    assert addresses.is_made_ahead(User.objects.get(email=AHEAD))
    return made


@pytest.fixture
def open_door(settings):
    settings.SIGNUP_OPEN = True


def let_it_leave(made: Release) -> None:
    passed = timezone.now() - dt.timedelta(minutes=1)
    Release.objects.filter(pk=made.pk).update(release_at=passed)
    Team.objects.update(told_from=passed)


def plain(answer, email: str):
    """Return everything of an answer that somebody sees, whatever address was typed."""
    led = getattr(answer, "redirect_chain", [])
    return answer.status_code, unkeyed(led), unkeyed(without_tokens(answer.content)).replace(email, "A")


def unkeyed(text) -> str:
    """Return a text without the keys of people and links."""
    return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<=/)[^/\s\"]+(:|%3A)[^/\s\"]+(?=/)", "KEY", str(text))


def mails_to(email: str) -> list[tuple]:
    """Return the mails that go to an address, as their reader meets them."""
    told = []
    for row in PlannedMessage.objects.filter(kind__startswith="account/").order_by("created_at"):
        if email in (row.address, row.recipient_key, getattr(row.recipient, "email", None)):
            letter = delivery.render(row)
            secret = (unseal(row.secret) if row.secret else "") or "S"
            told.append((row.kind, letter.subject, unkeyed(letter.plain.replace(secret, "S")).replace(email, "A")))
    return told


# ---------------------------------------------------------------- a second address on one's page


def add(email: str):
    """Let somebody who is here add an address and open the link. Returns what they saw, and who they are."""
    person = make.person("Nia Roy", email=None)
    person.email = f"nia{person.pk.hex}@example.org"
    person.save()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    client = signed_in(person)
    page = reverse("account_email")
    with CaptureQueriesContext(connection) as asked:
        seen = [plain(client.post(page, {"email": email, "action_add": "1"}, follow=True), email)]
    told = mails_to(email)
    link = last_secret("account/confirm-email")
    strangers = plain(Client().get(link), email), plain(Client().post(link, follow=True), email)
    seen += [*strangers, plain(client.get(link), email), plain(client.post(link, follow=True), email)]
    seen.append(plain(client.get(page), email))
    mails = told, [(kind, subject) for kind, subject, _text in mails_to(person.email)]
    return str((seen, mails)).replace(person.email, "N"), len(asked), person


def test_an_address_that_waits_for_its_letter_is_added_like_one_of_nobody(waits):
    unknown, cost, _somebody = add(UNKNOWN)
    ahead, same, nia = add(AHEAD)
    assert ahead == unknown
    assert same == cost
    assert "Another account of yours" not in ahead
    assert addresses.signing_in_with(AHEAD) == nia
    assert addresses.signing_in_with(nia.email) == nia


def test_what_waits_for_an_added_address_comes_to_its_reader_when_the_letter_has_left(waits):
    _said, _cost, nia = add(AHEAD)
    [asked] = Invitation.objects.filter(address=AHEAD)
    mail = PlannedMessage.objects.get(source_id=str(asked.pk))
    assert (asked.person, mail.recipient, mail.due_at) == (nia, nia, waits.release_at)
    token = services.links.token_for(asked.pk, asked.version, mailed_to=AHEAD)
    assert services.find(token) is None, "the door stays shut until then"
    let_it_leave(waits)
    found = services.meet(token, visitor=nia)
    assert found.state == "waiting"
    services.accept(found=found, name=nia.name, language="en", city="toronto")
    assert Membership.objects.current().filter(user=nia, role=Role.LEAD, team=asked.team).exists()


def test_an_added_address_stays_where_the_release_is_taken_back(waits, paula):
    _said, _cost, nia = add(AHEAD)
    undo_release(release=waits, by=paula)
    assert not Invitation.objects.exists()
    assert addresses.signing_in_with(AHEAD) == nia


def test_once_the_letter_has_left_the_page_says_that_the_account_becomes_theirs(waits):
    let_it_leave(waits)
    said, _cost, nia = add(AHEAD)
    assert "Another account of yours" in said
    assert addresses.signing_in_with(AHEAD) == nia


# ---------------------------------------------------------------- signing up


def sign_up(email: str):
    """Sign up with an address. Returns what is seen, the mails, and how many statements it took."""
    client, page = Client(), reverse("account_signup")
    client.get(page)
    with CaptureQueriesContext(connection) as asked:
        seen = [plain(client.post(page, {"email": email, "password1": WORDS}, follow=True), email)]
    # Before its mail was read the account opens nothing, by whichever way; the same words again are no second account.
    for name, words in (
        ("account_login", {"login": email, "password": WORDS}),
        ("account_login", {"login": email, "password": "not-the-word"}),
        ("account_signup", {"email": email, "password1": WORDS}),
        ("account_request_login_code", {"login": email}),
        ("account_reset_password", {"email": email}),
    ):
        seen.append(plain(Client().post(reverse(name), words, follow=True), email))
    return seen, mails_to(email), len(asked)


def test_signing_up_with_an_address_that_waits_for_its_letter_is_like_with_one_of_nobody(waits, open_door):
    unknown, mails, cost = sign_up(UNKNOWN)
    ahead, same_mails, same = sign_up(AHEAD)
    assert ahead == unknown
    assert same_mails == mails
    assert {kind for kind, *_words in mails} == {
        "account/confirm-email", "account/known-address", "account/login-code", "account/password-reset"
    }  # fmt: skip
    assert abs(same - cost) <= 2
    invited = User.objects.get(email=AHEAD)
    assert not invited.has_usable_password(), "whoever typed the address first has nothing of the account that waits"


def test_who_is_known_still_hears_that_they_have_an_account(open_door):
    make.person("Nia Roy", email="nia@example.org")
    _seen, mails, _cost = sign_up("nia@example.org")
    assert mails[0][0] == "account/known-address"


def by_mail(email: str):
    """Open the link that a new account's mail carries. Returns what is seen."""
    link = last_secret("account/confirm-email")
    return str([plain(Client().get(link), email), plain(Client().post(link, follow=True), email)])


def by_code(email: str):
    """Sign in with a code instead. Returns what is seen."""
    client = Client()
    client.post(reverse("account_request_login_code"), {"login": email})
    code = last_secret("account/login-code")
    return str(plain(client.post(reverse("account_confirm_login_code"), {"code": code}, follow=True), email))


@pytest.mark.parametrize("open_it", [by_mail, by_code])
def test_whoever_signed_up_and_reads_the_mail_is_in_and_has_what_waits(waits, open_door, open_it):
    page, seen = reverse("account_signup"), {}
    for email in (UNKNOWN, AHEAD):
        Client().post(page, {"email": email, "password1": WORDS})
        seen[email] = open_it(email)
    assert seen[AHEAD] == seen[UNKNOWN]
    person = addresses.signing_in_with(AHEAD)
    assert person is not None
    assert (person.email, person.name, person.check_password(WORDS)) == (AHEAD, "", True)
    [asked] = Invitation.objects.filter(address=AHEAD)
    assert asked.person == person
    assert PlannedMessage.objects.get(source_id=str(asked.pk)).recipient == person
    assert EmailAddress.objects.get(email=AHEAD, verified=True).user == person
    let_it_leave(waits)
    assert services.find(services.links.token_for(asked.pk, asked.version, mailed_to=AHEAD)).invitation == asked


def test_a_sign_up_that_nobody_confirmed_takes_nothing_from_whoever_gets_the_letter(waits, open_door):
    Client().post(reverse("account_signup"), {"email": AHEAD, "password1": WORDS})
    invited = User.objects.get(email=AHEAD)
    let_it_leave(waits)
    assert addresses.signing_in_with(AHEAD) == invited
    [asked] = Invitation.objects.filter(address=AHEAD)
    assert (asked.person, PlannedMessage.objects.get(source_id=str(asked.pk)).recipient) == (invited, invited)
    client = Client()
    client.post(reverse("account_request_login_code"), {"login": AHEAD})
    client.post(reverse("account_confirm_login_code"), {"code": last_secret("account/login-code")})
    assert client.session["_auth_user_id"] == str(invited.pk)
    assert not EmailAddress.objects.filter(email=AHEAD).exclude(user=invited).exists(), "the claim is gone"


def test_a_sign_up_outlives_a_release_that_is_taken_back(waits, paula, open_door):
    Client().post(reverse("account_signup"), {"email": AHEAD, "password1": WORDS})
    undo_release(release=waits, by=paula)
    by_mail(AHEAD)
    person = addresses.signing_in_with(AHEAD)
    assert person is not None
    assert (person.email, person.check_password(WORDS)) == (AHEAD, True)


def test_what_somebody_takes_along_does_not_tell_of_a_letter_before_it_leaves(paula):
    cohort = paula.memberships.get().cohort
    known = make.person("Ada Bell", email=AHEAD)
    row = make.application(cohort=cohort, people=3)
    row.members.filter(ordinal=1).update(name="Ada Bell", email=AHEAD)
    decide(application=row, outcome="accept", by=paula)
    before = everything_about(known)
    made = release(cohort=cohort, by=paula)
    assert Invitation.objects.filter(person=known).exists()
    assert everything_about(known) == before

    let_it_leave(made)
    PlannedMessage.objects.update(due_at=timezone.now())
    told = everything_about(known)
    assert len(told["enrolment"]["invitations"]) == 1
    assert [one["kind"] for one in told["notifications"]["messages"]] == ["enrolment/invitation"]

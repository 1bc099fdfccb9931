"""Whose an address is; and the page of my addresses: add one, confirm it, make it the main one, remove it."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from accounts import addresses, services
from accounts.models import User
from core.refusals import Refused
from notifications import delivery
from notifications.models import PlannedMessage
from tests import make
from tests.accounts.conftest import PASSWORD, last_secret, let_pass

pytestmark = pytest.mark.django_db
PAGE, NEW = "/accounts/email/", "nia.roy@home.example"
CODE, CONFIRM, RESET = "/accounts/login/code/", "/accounts/login/code/confirm/", "/accounts/password/reset/"


@pytest.fixture
def shown(signed_in) -> Client:
    """Nia, who has just entered her password once more."""
    signed_in.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return signed_in


@pytest.fixture
def inez() -> User:
    """Inez was invited and has not been here yet: nothing but her own row names her address."""
    return User.objects.create_user("inez@hospital.example", None, name="Inez Osei")


@pytest.fixture
def claimed(inez) -> list[User]:
    """Eight others have added her address to their accounts; which one is found first is chance."""
    others = [make.person(f"Sol Brennan {n}") for n in range(8)]
    EmailAddress.objects.bulk_create([EmailAddress(user=one, email=inez.email) for one in others])
    return others


@pytest.fixture
def visit(rf):
    request = rf.get("/")
    request.user = AnonymousUser()
    request.session = SessionStore()
    request.session.create()
    return request


# ---------------------------------------------------------------- whose it is


def test_an_address_is_its_owners_or_whose_who_confirmed_it(nia, pierre):
    assert addresses.holder_of("NIA@example.org ") == nia
    assert addresses.holder_of(NEW) is None
    row = EmailAddress.objects.create(user=pierre, email=NEW)
    assert addresses.holder_of(NEW) is None, "nobody confirmed it"
    row.set_verified()
    assert addresses.holder_of(NEW.upper()) == pierre
    assert addresses.holder_of("") is None


def test_only_claims_of_others_are_released(inez, claimed):
    own = EmailAddress.objects.create(user=inez, email=inez.email)
    confirmed = EmailAddress.objects.create(user=claimed[0], email=NEW, verified=True)
    assert addresses.release("Inez@Hospital.example", to=inez) == 8
    assert addresses.release(NEW, to=inez) == 0
    assert set(EmailAddress.objects.all()) == {own, confirmed}


def test_a_claim_does_not_catch_the_code_of_its_owner(client, inez, claimed):
    client.post(CODE, {"email": inez.email})
    row = PlannedMessage.objects.get(kind="account/login-code")
    assert row.recipient == inez
    client.post(CONFIRM, {"code": last_secret("account/login-code")})
    assert client.get("/me/").wsgi_request.user == inez
    assert EmailAddress.objects.get(email=inez.email).user == inez, "what others claimed is gone"


def test_a_claim_does_not_catch_the_link_in_the_mail(client, nia):
    EmailAddress.objects.bulk_create([EmailAddress(user=make.person(f"Stan {n}"), email=nia.email) for n in range(8)])
    client.post(CODE, {"email": nia.email})
    row = PlannedMessage.objects.get(kind="account/login-code")
    assert (row.recipient, row.address) == (nia, "")


def test_a_claim_gets_no_link_to_a_new_password(client, inez, claimed):
    client.post(RESET, {"email": inez.email})
    assert PlannedMessage.objects.get(kind="account/password-reset").recipient == inez


def test_a_claim_alone_signs_nobody_in(client, claimed):
    User.objects.filter(email="inez@hospital.example").delete()
    for path in (CODE, RESET):
        client.post(path, {"email": "inez@hospital.example"})
    assert set(PlannedMessage.objects.values_list("kind", "recipient")) == {("account/unknown-address", None)}


def test_a_closed_account_is_not_signed_in_and_still_holds_its_address(client, inez):
    User.objects.update(is_active=False)
    assert addresses.holder_of(inez.email) == inez
    client.post(CODE, {"email": inez.email})
    assert not PlannedMessage.objects.filter(kind="account/login-code").exists()


def test_the_link_of_an_invitation_drops_what_others_claim(visit, inez, claimed):
    services.sign_in_after_link(visit, inez, mailed_to=inez.email)
    assert EmailAddress.objects.get().user == inez


def test_the_link_of_an_invitation_refuses_an_address_that_somebody_else_confirmed(visit, inez, nia):
    EmailAddress.objects.create(user=nia, email=inez.email, verified=True)
    with pytest.raises(Refused, match="Somebody else signs in with this address"):
        services.sign_in_after_link(visit, inez, mailed_to=inez.email)
    assert visit.user.is_anonymous
    assert not EmailAddress.objects.filter(user=inez).exists()


# ---------------------------------------------------------------- the page


def test_a_new_address_counts_when_its_link_was_opened(shown, nia):
    assert shown.post(PAGE, {"email": NEW, "action_add": "1"}).status_code == 302
    page = shown.get(PAGE).content.decode()
    assert "Not confirmed yet" in page
    assert "Make it the main one" not in page
    shown.post(last_secret("account/confirm-email"))
    page = shown.get(PAGE).content.decode()
    assert "Not confirmed yet" not in page
    assert page.count("Make it the main one") == 1
    assert page.count("Main address") == 1


def test_the_main_address_is_told_what_happens_to_the_others(shown, nia):
    shown.post(PAGE, {"email": NEW, "action_add": "1"})
    shown.post(last_secret("account/confirm-email"))
    for kind, happened in (("added", "was added to"), ("confirm", "was confirmed")):
        row = PlannedMessage.objects.get(kind=f"account/notice-email-{kind}")
        assert (row.recipient, row.address) == (nia, "")
        letter = delivery.render(row)
        assert happened in letter.subject
        assert f"http://localhost:8000{PAGE}" in letter.plain
        assert "remove what is not yours" in letter.plain


def test_the_main_one_is_where_mail_goes(shown, nia):
    EmailAddress.objects.create(user=nia, email=NEW, verified=True)
    shown.post(PAGE, {"email": NEW, "action_primary": "1"})
    assert User.objects.get(pk=nia.pk).email == NEW
    shown.post(PAGE, {"email": "nia@example.org", "action_remove": "1"})
    assert list(EmailAddress.objects.values_list("email", flat=True)) == [NEW]
    shown.post(PAGE, {"email": NEW, "action_remove": "1"})
    assert EmailAddress.objects.count() == 1, "the main one stays"


@pytest.mark.parametrize("confirmed", [True, False])
def test_what_is_somebody_elses_becomes_nobodys_main_one(shown, nia, inez, confirmed):
    EmailAddress.objects.create(user=nia, email=inez.email, verified=confirmed)
    page = shown.post(PAGE, {"email": inez.email, "action_primary": "1"}, follow=True).content.decode()
    assert ("Somebody else signs in with this address." if confirmed else "Confirm this address first") in page
    assert User.objects.get(pk=nia.pk).email == "nia@example.org"


def test_a_claim_is_no_main_address_for_who_has_none_either(client, pierre, inez):
    client.force_login(pierre)
    EmailAddress.objects.create(user=pierre, email=inez.email)
    client.post(PAGE, {"email": inez.email, "action_primary": "1"})
    assert User.objects.get(pk=pierre.pk).email is None


def test_the_link_to_an_address_that_is_somebody_elses_by_now_confirms_nothing(shown, nia):
    shown.post(PAGE, {"email": NEW, "action_add": "1"})
    path = last_secret("account/confirm-email")
    make.person("Noor Haddad", email=NEW)
    page = shown.get(path).content.decode()
    assert "Yes, it is mine" not in page
    shown.post(path)
    assert not EmailAddress.objects.get(email=NEW).verified


def test_ones_own_address_stays_until_it_is_confirmed(client, inez):
    client.force_login(inez)
    client.post(PAGE, {"email": "claimed@example.org", "action_add": "1"})
    client.post(PAGE, {"email": inez.email, "action_remove": "1"})
    assert User.objects.get(pk=inez.pk).email == inez.email


def test_there_is_an_end_to_how_many_fit(shown, nia):
    for n in range(8):
        shown.post(PAGE, {"email": f"nia{n}@home.example", "action_add": "1"})
    assert EmailAddress.objects.filter(user=nia).count() == 5


def test_a_forgotten_screen_lets_nobody_add_an_address(shown, nia):
    let_pass(shown, minutes=6)
    answer = shown.post(PAGE, {"email": NEW, "action_add": "1"})
    assert answer.headers["Location"].startswith("/accounts/reauthenticate/")
    assert not EmailAddress.objects.filter(email=NEW).exists()
    shown.post(answer.headers["Location"], {"password": PASSWORD})
    assert EmailAddress.objects.filter(email=NEW).exists(), "what was sent waited"


def test_what_is_no_address_is_told_beside_the_field(shown, nia):
    page = shown.post(PAGE, {"email": "nia at home", "action_add": "1"})
    assert page.status_code == 200
    assert 'value="nia at home"' in page.content.decode()
    assert "invalid-feedback" in page.content.decode()


def test_without_an_address_the_page_says_what_one_is_good_for(client, pierre):
    client.force_login(pierre)
    page = client.get("/fr/comptes/courriel/")
    assert page.status_code == 200
    assert 'name="action_add"' in page.content.decode()
    assert 'name="action_remove"' not in page.content.decode()


def test_who_reads_the_mail_of_an_address_that_somebody_else_typed_confirms_nothing_for_them(client, nia):
    client.force_login(nia)
    EmailAddress.objects.filter(user=nia).delete()
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.post(PAGE, {"email": "new.coach@hospital.example", "action_add": "1"})
    path = last_secret("account/confirm-email")
    reader = Client()
    page = reader.get(path).content.decode()
    assert "Yes, it is mine" not in page
    assert "Was it somebody else? Do nothing" in page
    assert f"/accounts/login/?next={quote(path)}" in page
    reader.post(path)
    assert addresses.holder_of("new.coach@hospital.example") is None

    client.post(path)
    assert addresses.holder_of("new.coach@hospital.example") == nia
    nia.refresh_from_db()
    assert nia.email == "nia@example.org", "it is never the main one by itself"

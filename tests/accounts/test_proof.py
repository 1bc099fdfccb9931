"""What opens an account for good is for who has just signed in, or shows once more who they are."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from accounts.models import User
from notifications.models import PlannedMessage
from tests.accounts.conftest import PASSWORD, PROVE, digits, give_factor, last_secret, let_pass

pytestmark = pytest.mark.django_db
EMAIL, SET, NEW = "/accounts/email/", "/accounts/password/set/", "nia.roy@home.example"
ADD = {"email": NEW, "action_add": "1"}
WORDS = {"password1": "three-words-or-four", "password2": "three-words-or-four"}


@pytest.fixture
def odette() -> User:
    """Odette leads a team and has neither password nor second factor, like nearly everybody."""
    user = User.objects.create_user("odette@example.org", None, name="Odette Roy")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def her(odette) -> Client:
    client = Client()
    client.force_login(odette)
    return client


def claims() -> int:
    return EmailAddress.objects.filter(email=NEW).count()


def test_who_has_just_signed_in_is_not_asked(her, odette):
    assert her.post(EMAIL, ADD).headers["Location"] == EMAIL
    assert her.post(SET, WORDS).status_code == 302
    assert User.objects.get(pk=odette.pk).has_usable_password()
    assert claims() == 1


def test_a_screen_left_open_gives_nothing_away(her, odette):
    let_pass(her, minutes=6)
    assert her.post(EMAIL, ADD).headers["Location"].startswith(PROVE)
    assert her.get(SET).headers["Location"].startswith(PROVE)
    assert her.post(SET, WORDS).headers["Location"] == SET
    assert her.get(EMAIL).status_code == 200, "looking is free"
    assert claims() == 0
    assert not User.objects.get(pk=odette.pk).has_usable_password()


def test_a_code_by_mail_goes_on_where_it_was_asked(her, odette):
    let_pass(her, minutes=6)
    page = her.post(EMAIL, ADD).headers["Location"]
    assert "odette@example.org" in her.get(page).content.decode()
    assert not PlannedMessage.objects.exists(), "reading sends nothing"
    assert her.post(page, {"send": "1"}).headers["Location"] == page
    assert PlannedMessage.objects.get(kind="account/login-code").recipient == odette
    assert "It works once, for 15 minutes" in her.get(page).content.decode()
    wrong = her.post(page, {"code": "0000-0000"})
    assert "This is not the code." in wrong.content.decode()
    her.post(page, {"code": last_secret("account/login-code")})
    assert claims() == 1, "the address that was typed is not typed again"
    assert her.get(SET).status_code == 200
    let_pass(her, minutes=6)
    assert her.get(SET).status_code == 302


def test_a_typed_password_is_kept_nowhere_meanwhile(her):
    let_pass(her, minutes=6)
    her.post(SET, WORDS, follow=True)
    assert WORDS["password1"] not in str(dict(her.session))


def test_five_wrong_codes_end_it_and_three_mails_an_hour_are_all(her):
    let_pass(her, minutes=6)
    her.post(PROVE, {"send": "1"})
    code = last_secret("account/login-code")
    for _try in range(5):
        her.post(PROVE, {"code": "0000-0000" if code != "0000-0000" else "1111-1111"})
    her.post(PROVE, {"code": code})
    assert her.get(SET).status_code == 302
    for _ask in range(5):
        told = her.post(PROVE, {"send": "1"}, follow=True).content.decode()
    assert PlannedMessage.objects.filter(kind="account/login-code").count() == 3
    assert "That was asked often." in told


def test_a_code_for_one_person_is_none_for_the_next(her, nia):
    her.post(PROVE, {"send": "1"})
    User.objects.filter(pk=nia.pk).update(password="!")
    her.force_login(User.objects.get(pk=nia.pk))
    let_pass(her, minutes=6)
    her.post(PROVE, {"code": last_secret("account/login-code")})
    assert her.get(SET).status_code == 302


def test_without_a_mailbox_one_signs_in_again(client, pierre):
    client.force_login(pierre)
    let_pass(client, minutes=6)
    page = client.post("/fr/comptes/courriel/", ADD, follow=True)
    assert claims() == 0
    assert 'name="send"' not in page.content.decode()
    assert client.post(page.redirect_chain[-1][0], {"send": "1"}).status_code == 200
    assert not PlannedMessage.objects.exists()


def test_whoever_has_more_shows_that(signed_in, nia):
    assert signed_in.post(EMAIL, ADD).headers["Location"].startswith("/accounts/reauthenticate/?")
    assert (
        signed_in.get(f"{PROVE}?next={EMAIL}", follow=True)
        .redirect_chain[-1][0]
        .startswith("/accounts/reauthenticate/?")
    ), "no mail instead of a password"
    signed_in.post("/accounts/reauthenticate/", {"password": PASSWORD})
    signed_in.post(EMAIL, ADD)
    assert claims() == 1


def test_a_second_factor_is_shown_before_a_first_password(her, odette):
    secret = give_factor(odette)
    assert her.get(SET).headers["Location"].startswith("/accounts/2fa/reauthenticate/")
    her.post("/accounts/2fa/reauthenticate/", {"code": digits(secret)})
    assert her.get(SET).status_code == 200

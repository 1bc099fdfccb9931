"""My e-mail addresses: add one, confirm it, make it the main one, remove it."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress

from accounts.models import User
from tests.accounts.conftest import last_secret

pytestmark = pytest.mark.django_db
PAGE, NEW = "/accounts/email/", "nia.roy@home.example"


def test_a_new_address_counts_when_its_link_was_opened(signed_in, nia):
    assert signed_in.post(PAGE, {"email": NEW, "action_add": "1"}).status_code == 302
    page = signed_in.get(PAGE).content.decode()
    assert "Not confirmed yet" in page
    assert "Make it the main one" not in page
    signed_in.post(last_secret("account/confirm-email"))
    page = signed_in.get(PAGE).content.decode()
    assert "Not confirmed yet" not in page
    assert page.count("Make it the main one") == 1
    assert page.count("Main address") == 1


def test_the_main_one_is_where_mail_goes(signed_in, nia):
    EmailAddress.objects.create(user=nia, email=NEW, verified=True)
    signed_in.post(PAGE, {"email": NEW, "action_primary": "1"})
    assert User.objects.get(pk=nia.pk).email == NEW
    signed_in.post(PAGE, {"email": "nia@example.org", "action_remove": "1"})
    assert list(EmailAddress.objects.values_list("email", flat=True)) == [NEW]
    signed_in.post(PAGE, {"email": NEW, "action_remove": "1"})
    assert EmailAddress.objects.count() == 1, "the main one stays"


def test_what_is_no_address_is_told_beside_the_field(signed_in, nia):
    page = signed_in.post(PAGE, {"email": "nia at home", "action_add": "1"})
    assert page.status_code == 200
    assert 'value="nia at home"' in page.content.decode()
    assert "invalid-feedback" in page.content.decode()


def test_without_an_address_the_page_says_what_one_is_good_for(client, pierre):
    client.force_login(pierre)
    page = client.get("/fr/comptes/courriel/")
    assert page.status_code == 200
    assert 'name="action_add"' in page.content.decode()
    assert 'name="action_remove"' not in page.content.decode()

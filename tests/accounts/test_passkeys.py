"""Passkeys: added, named, removed, and used to sign in, as the second step and as a proof."""

from __future__ import annotations

import html
import json
import re

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from accounts import second_factor
from notifications import delivery
from notifications.models import PlannedMessage
from tests import make
from tests.accounts.conftest import PASSWORD, let_pass
from tests.passkey import Phone

pytestmark = pytest.mark.django_db

ADD, SIGN_IN = "/accounts/2fa/passkeys/add/", "/accounts/2fa/passkeys/sign-in/"


def options_on(page) -> dict:
    """Return what a page asks the browser for."""
    return json.loads(html.unescape(re.search(r'data-options="([^"]+)"', page.content.decode()).group(1)))


def add(client: Client, name: str = "my phone", **more) -> tuple[Phone, object]:
    phone = Phone(**more)
    page = client.get(ADD)
    return phone, client.post(ADD, {"name": name, "credential": phone.create(options_on(page))})


def sign_in(phone: Phone, client: Client | None = None, **more):
    client = client or Client()
    asked = client.get(SIGN_IN, headers={"accept": "application/json"}).json()["request_options"]
    return client, client.post(SIGN_IN, {"credential": phone.get(asked), **more})


@pytest.fixture
def fresh(nia) -> Client:
    """A browser in which Nia has just shown that it is her."""
    client = Client()
    client.post("/accounts/login/", {"login": nia.email, "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


@pytest.fixture
def phone(fresh) -> Phone:
    phone, answer = add(fresh)
    assert answer.status_code == 302
    return phone


def test_it_signs_in_by_itself_and_counts_as_the_second_step(nia, phone):
    client, answer = sign_in(phone)
    assert (answer.status_code, answer.url) == (302, reverse("today"))
    request = client.get("/me/").wsgi_request
    assert request.user == nia
    assert second_factor.was_used(request)


def test_it_leads_on_to_the_page_that_was_asked_for_and_never_elsewhere(phone):
    assert sign_in(phone, next="/me/devices/")[1].url == "/me/devices/"
    assert sign_in(phone, next="https://evil.example/")[1].url == reverse("today")


def test_its_owner_is_told_and_gets_recovery_codes(nia, phone):
    assert {one.type for one in nia.authenticator_set.all()} == {"webauthn", "recovery_codes"}
    told = PlannedMessage.objects.get(kind="account/notice-webauthn-added")
    assert "A passkey was added" in delivery.render(told).plain


def test_it_is_named_and_removed(fresh, phone, nia):
    mine = nia.authenticator_set.get(type=Authenticator.Type.WEBAUTHN)
    rename = reverse("mfa_edit_webauthn", args=[mine.pk])
    assert fresh.post(rename, {"name": ""}).status_code == 200
    assert fresh.post(rename, {"name": "blue key"}).url == reverse("mfa_index")
    assert "blue key" in fresh.get("/accounts/2fa/").content.decode()
    assert fresh.post(reverse("mfa_remove_webauthn", args=[mine.pk])).url == reverse("mfa_index")
    assert not nia.authenticator_set.exists(), "recovery codes belong to it"
    client, answer = sign_in(phone)
    assert answer.url == "/accounts/login/"
    assert client.get("/me/").status_code == 302
    assert PlannedMessage.objects.filter(kind="account/notice-webauthn-removed").exists()


def test_nobody_elses_is_named_or_removed(phone, nia):
    other = Client()
    other.force_login(make.person("Stan Novak"))
    mine = nia.authenticator_set.get(type=Authenticator.Type.WEBAUTHN)
    for name in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        assert other.post(reverse(name, args=[mine.pk]), {"name": "x"}).status_code in (302, 404)
    mine.refresh_from_db()
    assert mine.wrap().name == "my phone"


def test_after_a_password_it_is_the_second_step(nia, phone):
    client = Client()
    answer = client.post("/accounts/login/", {"login": nia.email, "password": PASSWORD})
    assert answer.url == "/accounts/2fa/authenticate/"
    page = client.get(answer.url)
    assert "Without it, enter one of your recovery codes" in page.content.decode()
    answer = client.post(answer.url, {"credential": phone.get(options_on(page))})
    assert answer.url == reverse("today")


def test_without_javascript_a_recovery_code_goes_on(nia, phone):
    client = Client()
    client.post("/accounts/login/", {"login": nia.email, "password": PASSWORD})
    code = nia.authenticator_set.get(type=Authenticator.Type.RECOVERY_CODES).wrap().get_unused_codes()[0]
    assert client.post("/accounts/2fa/authenticate/", {"code": code}).url == reverse("today")


def test_it_shows_that_it_is_still_its_owner(fresh, nia, phone):
    let_pass(fresh, minutes=30)
    asked = fresh.get(ADD, follow=True)
    assert asked.redirect_chain
    page = fresh.get(f"{reverse('mfa_reauthenticate_webauthn')}?next={ADD}")
    answer = fresh.post(
        reverse("mfa_reauthenticate_webauthn"), {"credential": phone.get(options_on(page)), "next": ADD}
    )
    assert answer.url == ADD
    assert fresh.get(ADD).status_code == 200


def test_a_planner_with_a_passkey_needs_no_app(client):
    paula = make.planner(cohort=make.cohort(), email="paula@example.org")
    client.force_login(paula)
    assert "Use a passkey instead" in client.get("/accounts/2fa/totp/activate/").content.decode()
    add(client)
    assert second_factor.is_set_up(paula)
    assert "Protect what you can see" not in client.get("/planning/", follow=True).content.decode()


def test_the_back_office_asks_for_the_passkey_in_this_session(client):
    ada = make.person("Ada Root", is_staff=True, is_superuser=True)
    client.force_login(ada)
    add(client)
    assert client.get("/admin/").status_code == 200, "it was made here, just now"
    other = Client()
    other.force_login(ada)
    assert "/passkeys/reauthenticate/" in other.get("/admin/", follow=True).redirect_chain[-1][0]


def test_an_app_can_be_added_to_a_passkey(fresh, phone):
    assert fresh.get("/accounts/2fa/totp/activate/").status_code == 200


# ---------------------------------------------------------------- what is no passkey


@pytest.mark.parametrize(
    "said", ["", "x", "[]", "[1]", "null", '"x"', "{}", '{"response": []}', '{"response": {}}', '{"id": 1, "response": {"userHandle": 7}}']
)  # fmt: skip
def test_nonsense_signs_nobody_in_and_breaks_nothing(nia, fresh, phone, said):
    client = Client()
    client.get(SIGN_IN, headers={"accept": "application/json"})
    assert client.post(SIGN_IN, {"credential": said}).url == "/accounts/login/"
    assert fresh.post(ADD, {"name": "x", "credential": said}).status_code == 200
    assert nia.authenticator_set.filter(type=Authenticator.Type.WEBAUTHN).count() == 1


def test_another_phone_another_site_an_old_answer_or_no_finger_signs_nobody_in(nia, fresh, phone):
    stranger = Phone()
    stranger.owner, stranger.rp, stranger.id = phone.owner, phone.rp, phone.id
    assert sign_in(stranger)[1].url == "/accounts/login/"
    phone.origin = "https://evil.example"
    assert sign_in(phone)[1].url == "/accounts/login/"
    phone.origin, flags, phone.flags = "http://localhost:8000", phone.flags, 0x01
    assert sign_in(phone)[1].url == "/accounts/login/", "touched, but by whom?"
    phone.flags = flags
    client = Client()
    asked = client.get(SIGN_IN, headers={"accept": "application/json"}).json()["request_options"]
    said = phone.get(asked)
    client.get(SIGN_IN, headers={"accept": "application/json"})
    assert client.post(SIGN_IN, {"credential": said}).url == "/accounts/login/"
    assert client.post(SIGN_IN, {"credential": phone.get(asked)}).url == "/accounts/login/"


def test_a_closed_account_stays_closed(nia, phone):
    nia.is_active = False
    nia.save()
    client, _answer = sign_in(phone)
    assert client.get("/me/").status_code == 302


def test_whoever_signed_in_long_ago_shows_first_who_they_are(nia, fresh):
    let_pass(fresh, minutes=30)
    assert fresh.get(ADD).status_code == 302
    assert not nia.authenticator_set.exists()


def test_the_site_that_it_is_for_is_ours_whatever_the_request_says(fresh):
    assert options_on(fresh.get(ADD))["publicKey"]["rp"]["id"] == "localhost"


def test_participants_are_never_asked(signed_in):
    for page in ("/today/", "/me/", "/more/"):
        assert "passkey" not in signed_in.get(page).content.decode().lower()


def test_the_forms_wait_for_javascript_and_hold_none(client, db):
    page = client.get("/accounts/login/").content.decode()
    form = re.search(r"<form data-passkey[^>]*>", page).group(0)
    assert form.endswith(" hidden>")
    assert not [one for one in re.findall(r"<script[^>]*>", page) if "src=" not in one]

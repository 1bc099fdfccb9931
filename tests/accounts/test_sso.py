"""Signing in with an organisation's own account, against a small provider on this machine."""

from __future__ import annotations

import json
import logging

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse

from accounts import services
from accounts.models import User
from config import sso
from enrolment import services as enrolment
from tests import make
from tests.accounts.conftest import PASSWORD, digits, give_factor
from tests.oidc_provider import CLIENT, SECRET, Provider

pytestmark = pytest.mark.django_db

LOGIN, BEGIN, BACK = "/accounts/login/", "/sso/harbour/", "/sso/harbour/callback/"


@pytest.fixture(scope="module")
def running():
    provider = Provider()
    yield provider
    provider.close()


@pytest.fixture
def provider(running, settings) -> Provider:
    running.claims = {"sub": "7", "email": "nia@example.org", "email_verified": True, "name": "Nia at work"}
    running.changes, running.broken, running.key = {}, None, running.published
    told = [{
        "id": "harbour", "name": "Harbour View Health", "issuer": running.issuer, "client_id": CLIENT, "secret": SECRET,
        "domains": ["example.org"],
    }]  # fmt: skip
    settings.OIDC = sso.read(json.dumps(told), secure=False)
    settings.SOCIALACCOUNT_PROVIDERS, settings.SSO_HOSTS = sso.for_allauth(settings.OIDC), sso.hosts(settings.OIDC)
    return running


def come_back(client: Client, provider: Provider, **more):
    """Press the button, sign in over there, and return what the site then answers."""
    sent = client.post(BEGIN, more)
    assert sent.status_code == 302, sent.content[:200]
    assert sent.url.startswith(f"{provider.issuer}/authorize?")
    return client.get(provider.visit(sent.url).removeprefix("http://localhost:8000"))


def inside(client: Client) -> bool:
    return client.get("/me/").status_code == 200


# ---------------------------------------------------------------- who comes in


def test_the_holder_of_a_confirmed_address_comes_in(nia, provider, client):
    User.objects.filter(pk=nia.pk).update(welcomed_at="2026-01-01T00:00Z")
    answer = come_back(client, provider)
    assert (answer.status_code, answer.url) == (302, reverse("today"))
    assert client.get("/me/").wsgi_request.user == nia
    kept = SocialAccount.objects.get()
    assert (kept.user, kept.provider, kept.uid, kept.extra_data) == (nia, "harbour", "7", {})
    assert come_back(Client(), provider).url == reverse("today"), "and again"
    kept.refresh_from_db()
    assert kept.extra_data == {}, "the number alone, nothing of what was told"


@pytest.fixture
def nia_here(nia) -> User:
    """Nia has been here before."""
    User.objects.filter(pk=nia.pk).update(welcomed_at="2026-01-01T00:00Z")
    nia.refresh_from_db()
    return nia


def test_it_leads_on_to_the_page_that_was_asked_for_and_never_elsewhere(nia_here, provider):
    assert come_back(Client(), provider, next="/me/devices/").url == "/me/devices/"
    assert come_back(Client(), provider, next="https://evil.example/").url == reverse("today")


def test_the_second_step_is_asked_for_all_the_same(nia_here, provider, client):
    secret = give_factor(nia_here)
    assert come_back(client, provider).url == "/accounts/2fa/authenticate/"
    assert not inside(client)
    client.post("/accounts/2fa/authenticate/", {"code": digits(secret)})
    assert inside(client)


def test_a_shared_computer_is_one_here_too(nia_here, provider, client):
    come_back(client, provider, shared="1")
    assert "Shared computer" in client.get("/today/").content.decode()


@pytest.mark.parametrize("shared", [True, False])
def test_on_a_shared_computer_the_organisation_asks_who_it_is(nia_here, provider, client, shared):
    sent = client.post(BEGIN, {"shared": "1"} if shared else {})
    assert ("prompt=login" in sent.url) is shared, "whoever sat here before may be signed in over there"


def test_a_second_confirmed_address_is_hers_too(nia_here, provider, client):
    EmailAddress.objects.create(user=nia_here, email="nia.roy@example.org", verified=True)
    provider.claims["email"] = "Nia.Roy@Example.org"
    come_back(client, provider)
    assert inside(client)


# ---------------------------------------------------------------- who does not


def stays_out(provider: Provider) -> str:
    client = Client()
    answer = come_back(client, provider)
    assert not inside(client)
    assert (answer.status_code, answer.templates[0].name) == (403, "account/sso_refused.html")
    return answer.content.decode()


@pytest.mark.parametrize(
    "claims",
    [
        {"email_verified": False}, {"email_verified": "false"}, {"email_verified": None}, {"email_verified": 1.5},
        {"email": "nia@elsewhere.example"}, {"email": "nia@example.org.evil.example"}, {"email": ""}, {"email": None},
        {"email": "x@evil.example@example.org"}, {"email": "who@example.org"}, {"email": ["nia@example.org"]},
    ],
)  # fmt: skip
def test_whatever_is_not_sure_stays_out(nia_here, provider, claims):
    provider.claims |= claims
    page = stays_out(provider)
    for words in ("nia@", "nia roy", "nia at work"):
        assert words not in page.lower()
    assert not SocialAccount.objects.exists()
    assert User.objects.count() == 1, "nobody is made"


def test_the_page_tells_nobody_apart(nia_here, provider):
    """Unknown, not confirmed, closed and never here: one page, whatever the reason."""
    pages = []
    for claims in ({"email": "who@example.org"}, {"email_verified": False}, {"email": "nia@elsewhere.example"}):
        provider.claims = {"sub": "7", "email": "nia@example.org", "email_verified": True} | claims
        pages.append(stays_out(provider))
    User.objects.filter(pk=nia_here.pk).update(is_active=False)
    provider.claims = {"sub": "7", "email": "nia@example.org", "email_verified": True}
    pages.append(stays_out(provider))
    assert len(set(pages)) == 1


def test_an_address_that_is_given_to_somebody_else_opens_nothing(nia_here, provider):
    come_back(Client(), provider)
    provider.claims["sub"] = "8"
    stays_out(provider)
    assert SocialAccount.objects.get().uid == "7"


def test_a_bound_account_does_not_follow_to_another_persons_address(nia_here, provider):
    come_back(Client(), provider)
    make.person("Otto Reimer", email="otto@example.org")
    provider.claims["email"] = "otto@example.org"
    stays_out(provider)


def test_an_address_that_somebody_claims_without_confirming_is_not_theirs(provider, pierre):
    EmailAddress.objects.create(user=pierre, email="nia@example.org", verified=False)
    stays_out(provider)


def test_who_was_asked_in_is_led_to_the_invitation(cast, provider):
    asked = enrolment.invite(
        by=cast.paula, role="participant", name="Ana Petit", email="ana@example.org", team=cast.team
    )
    provider.claims["email"] = "ana@example.org"
    client = Client()
    answer = come_back(client, provider)
    assert answer.url.startswith("/invitation/")
    assert not inside(client), "reading it changes nothing"
    assert "Ana Petit" in client.get(answer.url).content.decode()
    enrolment.revoke(invitation=asked, by=cast.paula)
    stays_out(provider)


@pytest.mark.parametrize(
    "changes",
    [{"aud": "somebody-else"}, {"iss": "https://evil.example"}, {"exp": 1}, {"email": "nia@example.org", "aud": []}],
)
def test_a_token_for_somebody_else_or_out_of_date_says_nothing(nia_here, provider, client, changes):
    provider.changes = changes
    assert come_back(client, provider).url == LOGIN
    assert not inside(client)


def test_a_token_that_is_signed_with_another_key_says_nothing(nia_here, provider, client):
    provider.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    assert come_back(client, provider).url == LOGIN
    assert not inside(client)


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/token", "/keys"])
def test_a_provider_that_answers_nonsense_leads_back_with_words(nia_here, provider, client, path):
    provider.broken = path
    sent = client.post(BEGIN)
    if sent.url != LOGIN:
        assert client.get(provider.visit(sent.url).removeprefix("http://localhost:8000")).url == LOGIN
    assert "A code by mail works as well" in client.get(LOGIN).content.decode()


@pytest.mark.parametrize("query", ["", "?code=x", "?code=x&state=y", "?error=access_denied", "?error=x&state=y"])
def test_coming_back_without_having_gone_leads_to_the_sign_in(provider, client, query):
    assert client.get(BACK + query).url == LOGIN


def test_an_answer_is_good_in_the_browser_that_asked_and_once(nia_here, provider, client):
    back = provider.visit(client.post(BEGIN).url).removeprefix("http://localhost:8000")
    other = Client()
    assert other.get(back).url == LOGIN
    assert not inside(other)
    client.get(back)
    client.post("/accounts/logout/")
    assert client.get(back).url == LOGIN
    assert not inside(client)


# ---------------------------------------------------------------- round about


def test_the_button_stands_on_the_sign_in_page_and_the_policy_names_the_host_there_alone(provider, client):
    page = client.get(LOGIN)
    assert "Sign in with Harbour View Health" in page.content.decode()
    assert f"form-action 'self' {provider.issuer}" in page.headers["Content-Security-Policy"]
    for other in ("/accounts/password/reset/", "/", "/accounts/signup/"):
        assert provider.issuer not in client.get(other).headers["Content-Security-Policy"]


def test_without_an_organisation_there_is_no_trace(client, db):
    page = client.get(LOGIN)
    assert "/sso/" not in page.content.decode()
    assert "form-action 'self';" in page.headers["Content-Security-Policy"] + ";"
    assert client.post(BEGIN).status_code == client.get(BACK).status_code == 404


def test_a_get_begins_nothing(provider, client):
    before = len(provider.asked)
    assert client.get(BEGIN).status_code == 405
    assert len(provider.asked) == before


def test_no_token_no_code_and_no_address_is_logged(nia_here, provider, caplog):
    with caplog.at_level(logging.INFO):
        come_back(Client(), provider)
        provider.changes = {"aud": "somebody-else"}
        client = Client()
        back = provider.visit(client.post(BEGIN).url)
        client.get(back.removeprefix("http://localhost:8000"))
    assert "single sign-on of harbour failed: OAuth2Error" in caplog.text
    for secret in ("a-token-nobody-logs", "nia@example.org", back.partition("code=")[2][:20], SECRET, "eyJ"):
        assert secret not in caplog.text


def test_a_password_goes_on_working(nia_here, provider, client):
    come_back(Client(), provider)
    client.post(LOGIN, {"login": nia_here.email, "password": PASSWORD})
    assert inside(client)


def test_forgetting_takes_the_number(nia_here, provider):
    come_back(Client(), provider)
    services.forget(nia_here, by=None)
    assert not SocialAccount.objects.exists()
    stays_out(provider)


# ---------------------------------------------------------------- the variable

GOOD = {
    "id": "h",
    "name": "H",
    "issuer": "https://h.example",
    "client_id": "c",
    "secret": "s3cret",
    "domains": ["H.example"],
}


def test_what_the_variable_says():
    assert sso.read("", secure=True) == []
    (one,) = sso.read(json.dumps([GOOD]), secure=True)
    assert one["domains"] == ["h.example"]
    assert sso.hosts([GOOD | {"hosts": ["https://login.example"]}]) == ["https://h.example", "https://login.example"]


@pytest.mark.parametrize(
    "wrong",
    [
        "{", "{}", "[1]", json.dumps([GOOD | {"domains": []}]), json.dumps([GOOD | {"id": "No Good"}]),
        json.dumps([GOOD | {"issuer": "http://h.example"}]), json.dumps([GOOD, GOOD]), json.dumps([GOOD | {"secret": ""}]),
        json.dumps([GOOD | {"domains": "h.example"}]), json.dumps([GOOD | {"domains": ["example"]}]),
    ],
)  # fmt: skip
def test_a_wrong_variable_stops_the_start_and_names_no_secret(wrong):
    with pytest.raises(ImproperlyConfigured) as stopped:
        sso.read(wrong, secure=True)
    assert "s3cret" not in str(stopped.value)

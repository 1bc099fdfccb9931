"""No door tells whether somebody is here: the same page, size, cookies and work for whoever knocks in vain."""

from __future__ import annotations

import json

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import cards
from accounts.models import User
from tests import make
from tests.accounts.conftest import give_factor, without_tokens

pytestmark = pytest.mark.django_db

worked: list[str] = []


class Counted(MD5PasswordHasher):
    """A digest that says when it is made: what takes its time at a real one."""

    def encode(self, password, salt):
        worked.append("digest")
        return super().encode(password, salt)


@pytest.fixture
def knockers(settings, nia):
    """Addresses of every kind of person, all of one length."""
    settings.PASSWORD_HASHERS = ["tests.accounts.test_enumeration.Counted"]
    settings.SIGNUP_OPEN = False
    addresses = {"known": "nia@example.org", "unknown": "who@example.org"}
    for kind, more in {
        "closed": {"password": "lantern-under-the-bridge", "is_active": False},
        "without password": {},
        "never here": {"welcomed_at": None},
        "with an app": {"password": "lantern-under-the-bridge"},
    }.items():
        addresses[kind] = f"{len(addresses)}ab@example.org"
        person = make.person(kind, email=addresses[kind], **more)
        if kind == "with an app":
            give_factor(person)
    nia.set_password("lantern-under-the-bridge")
    nia.save()
    User.objects.filter(pk=nia.pk).update(language="fr")
    return addresses


def seen(path: str, words: dict, hide: str):
    """Return everything that somebody sees who knocks with these words, and how often a digest was made."""
    client = Client()
    client.get(path)
    worked.clear()
    answer = client.post(path, words, follow=True)
    body = without_tokens(answer.content).replace(hide, "A" * len(hide))
    headers = {name: value for name, value in answer.headers.items() if name not in ("Expires", "Last-Modified")}
    return answer.redirect_chain, answer.status_code, headers, sorted(client.cookies), body, len(worked)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_wrong_password(knockers, lang):
    path = reverse("account_login") if lang == "en" else in_french("account_login")
    told = {kind: seen(path, {"login": one, "password": "not-the-word"}, one) for kind, one in knockers.items()}
    assert told["known"][-1] > 0, "digests are made, of a password or of nothing"
    assert all(one == told["unknown"] for one in told.values()), {kind: one[-1] for kind, one in told.items()}


def in_french(name: str) -> str:
    from django.utils.translation import override

    with override("fr"):
        return reverse(name)


@pytest.mark.parametrize("name", ["account_request_login_code", "account_reset_password"])
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_asking_for_a_code_or_a_new_password(knockers, name, lang):
    path = reverse(name) if lang == "en" else in_french(name)
    told = {kind: seen(path, {"login": one, "email": one}, one) for kind, one in knockers.items()}
    assert all(one == told["unknown"] for one in told.values()), {kind: one[:2] for kind, one in told.items()}


def test_the_limit_of_codes_counts_for_addresses_that_nobody_has(knockers):
    answers = {}
    for kind in ("known", "unknown", "closed"):
        client = Client()
        words = {"login": knockers[kind]}
        answers[kind] = [client.post("/accounts/login/code/", words).status_code for _nth in range(5)]
    assert answers["known"] == answers["unknown"] == answers["closed"]


def test_a_wrong_code_from_a_mail(knockers):
    """Whether a mail with a code left or one that says we know nobody, the box for it answers the same."""
    told = {}
    for kind, one in knockers.items():
        client = Client()
        client.post("/accounts/login/code/", {"login": one})
        answer = client.post("/accounts/login/code/confirm/", {"code": "0000-0000"})
        told[kind] = answer.status_code, without_tokens(answer.content).replace(one, "A" * len(one))
    assert len(set(told.values())) == 1


def test_a_mail_is_promised_with_the_same_work(knockers):
    """Not to the statement, but nothing that a clock could tell through a network."""
    costs = {}
    for kind in ("known", "unknown", "without password", "closed"):
        client = Client()
        client.get("/accounts/login/")
        with CaptureQueriesContext(connection) as asked:
            client.post("/accounts/login/code/", {"login": knockers[kind]})
        costs[kind] = len(asked)
    assert max(costs.values()) - min(costs.values()) <= 4, costs


def test_a_card_that_there_is_and_one_that_there_is_not(knockers):
    holder = make.person("Ana Petit", email=None)
    _card, code = cards.issue(user=holder, by=None)
    cards.choose_pin(card=cards.find(code), pin="739152", by=holder)
    seen(reverse("card"), {"code": "YYYY-YYYY", "pin": "735512"}, "x")  # a process makes its digest of nobody once
    told = {one: seen(reverse("card"), {"code": one, "pin": "735512"}, one) for one in (code, "ZZZZ-ZZZZ")}
    assert told[code][1:] == told["ZZZZ-ZZZZ"][1:]


def test_a_passkey_of_nobody(knockers):
    said = {"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {
        "authenticatorData": "A" * 50, "clientDataJSON": "e30", "signature": "AAAA", "userHandle": "AAAA",
    }}  # fmt: skip
    told = [
        seen(reverse("mfa_login_webauthn"), {"credential": json.dumps(one)}, "x")
        for one in (said, {**said, "id": "BBBB"})
    ]
    assert told[0][:4] == told[1][:4]


def test_the_door_for_new_people_is_shut_for_everybody(knockers):
    told = {
        kind: seen("/accounts/signup/", {"email": one, "password1": "three-good-words"}, one)
        for kind, one in knockers.items()
    }
    assert len({(one[1], one[4]) for one in told.values()}) == 1


def test_a_link_that_is_none_and_one_that_has_gone(knockers):
    bodies = {
        without_tokens(Client().get(reverse("sign_in_by_link", args=[one])).content).replace(one, "")
        for one in ("x:y:z", "a:b:c")
    }
    assert len(bodies) == 1

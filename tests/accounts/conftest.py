"""People who sign in, and a cache that starts empty."""

from __future__ import annotations

import re
import uuid

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth
from django.test import Client

from accounts.models import User
from accounts.sessions_policy import SINCE
from notifications.models import PlannedMessage
from notifications.sealing import unseal

PASSWORD = "lantern-under-the-bridge"


@pytest.fixture(autouse=True)
def empty_cache(settings):
    """Counts of other tests, and of other people who test on the same server, do not reach this one."""
    caches = {name: dict(one) for name, one in settings.CACHES.items()}
    for one in caches.values():
        one["KEY_PREFIX"] = f"t{uuid.uuid4().hex[:10]}"
    settings.CACHES = caches


@pytest.fixture
def nia(db) -> User:
    """Nia nurses: reads English, lives on the clock of St. John's, has a password and a confirmed address."""
    user = User.objects.create_user(
        "nia@example.org", PASSWORD, name="Nia Roy", city="st-johns", time_zone="America/St_Johns"
    )
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def pierre(db) -> User:
    """Pierre is a care partner: reads French, has neither password nor mailbox."""
    return User.objects.create_user(None, None, name="Pierre Gagnon", language="fr", city="montreal")


@pytest.fixture
def signed_in(nia) -> Client:
    client = Client()
    client.force_login(nia)
    return client


def digits(secret: str) -> str:
    """Return what the app on the phone shows now."""
    return auth.format_hotp_value(auth.hotp_value(secret, next(auth.yield_hotp_counters_from_time())))


def give_factor(user) -> str:
    """Let this person have an app from before, with its recovery codes; return its key."""
    secret = auth.generate_totp_secret()
    auth.TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return secret


def last_secret(kind: str) -> str:
    """Return what the newest mail of ``kind`` carries."""
    row = PlannedMessage.objects.filter(kind=kind).order_by("-created_at").first()
    assert row is not None, f"no {kind}"
    return unseal(row.secret)


PROVE = "/accounts/reauthenticate/code/"


def let_pass(client: Client, *, minutes: int) -> None:
    """Let this much time have passed since the person signed in and last showed who they are."""
    session = client.session
    session[SINCE] -= minutes * 60
    for step in session.get(AUTHENTICATION_METHODS_SESSION_KEY, []):
        step["at"] -= minutes * 60
    session.save()


def without_tokens(body: bytes) -> str:
    """Return a page without what differs on every answer."""
    return re.sub(r'(csrfmiddlewaretoken" value=")[^"]+', r"\1", body.decode())

"""A passkey in a real browser: added on the profile, and signed in with on the next visit."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.pages import NIA, PASCAL
from tests.e2e.stage import PASSWORD, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240), pytest.mark.xdist_group("passkey")]

AUTHENTICATOR = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


def holds_a_key(page: Page):
    """Give this browser an authenticator that says yes by itself; return the session that tells of it, and its id."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return session, made["authenticatorId"]


def test_it_is_added_and_signs_in_by_itself(people):
    page = people.signed_in("Nia", NIA)
    session, authenticator = holds_a_key(page)
    page.goto("/accounts/2fa/passkeys/add/")
    page.locator("main input[type=password]").fill(PASSWORD)
    page.locator("main form:has(input[type=password]) button[type=submit]").click()
    page.wait_for_url("**/accounts/2fa/passkeys/add/")
    page.locator("[name=name]").fill("my laptop")
    page.get_by_role("button", name="Add a passkey").click()
    page.wait_for_url(lambda url: "/passkeys/add/" not in url)
    (key,) = session.send("WebAuthn.getCredentials", {"authenticatorId": authenticator})["credentials"]
    assert (key["rpId"], key["isResidentCredential"]) == ("localhost", True)

    uses = key["signCount"]
    page.context.clear_cookies()
    page.goto("/me/")
    page.wait_for_url("**/accounts/login/**")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(lambda url: "/login/" not in url)
    assert page.url.endswith("/me/")
    (key,) = session.send("WebAuthn.getCredentials", {"authenticatorId": authenticator})["credentials"]
    assert key["signCount"] > uses


def test_a_browser_without_one_is_told_and_signs_in_otherwise(people):
    page = people.sit_down("Pascal")
    holds_a_key(page)
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("That did not work. A code by mail always does.")).to_be_visible()
    sign_in(page, PASCAL)

"""What a participant does in a week, in a browser that runs no script at all."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.pages import PASCAL
from tests.e2e.stage import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240), pytest.mark.xdist_group("without-javascript")]


def test_a_week_without_javascript(people):
    page = people.sit_down("Pascal", java_script_enabled=False, viewport={"width": 390, "height": 844})
    page.goto("/accounts/login/")
    sign_in(page, PASCAL)
    _log(page)
    _try(page)
    _number(page)
    _post(page)


def _log(page) -> None:
    page.goto("/today/")
    page.get_by_role("link", name="Log a conversation").first.click()
    page.get_by_role("button", name="A colleague").click()
    expect(page.locator("h1")).to_have_text("Saved. Thank you.")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#toasts")).to_contain_text("It does not count any more.")
    # A script would show this button: none has run.
    expect(page.locator("#toasts [data-close]").first).to_be_hidden()
    page.get_by_role("button", name="A leader").click()
    page.locator("textarea[name=sentence]").fill("The lift is slow at night.")
    page.get_by_role("button", name="Done").click()
    expect(page.locator("main")).to_contain_text("The lift is slow at night.")


def _try(page) -> None:
    page.goto("/team/")
    page.get_by_role("link", name="Try a change").first.click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".invalid-feedback").first).to_be_visible()
    page.locator("[name=title]").fill("Chairs in a circle at the noon huddle")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("h1")).to_have_text("Chairs in a circle at the noon huddle")
    page.locator("textarea[name=what_happened]").fill("Two people spoke who never do.")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("button", name="Keep it").click()
    expect(page.locator("main")).to_contain_text("What we do next")


def _number(page) -> None:
    page.goto("/team/")
    page.locator("form.card-foot input[name=value]").fill("8")
    page.get_by_role("button", name="Save the number").click()
    expect(page.locator("#toasts")).to_contain_text("Saved: 8")


def _post(page) -> None:
    page.goto("/forum/")
    page.get_by_role("link", name="Ask the others").click()
    page.locator("textarea[name=text]").fill("Who has chairs that fold?\n\nOurs are heavy.")
    page.get_by_role("button", name="See how it looks").click()
    expect(page.locator("section[aria-labelledby=looks-head]")).to_contain_text("Who has chairs that fold?")
    page.get_by_role("button", name="Post", exact=True).click()
    expect(page.locator("h1")).to_have_text("Who has chairs that fold?")
    assert re.search(r"/forum/ask/[0-9a-f-]{36}/", page.url)

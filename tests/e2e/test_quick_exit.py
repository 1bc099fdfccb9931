"""Leaving a page at once: pressed or by Esc three times, nothing of it stays, and Back does not bring it up again."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.pages import everything

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240), pytest.mark.xdist_group("quick-exit")]
ELSEWHERE = {"en": "https://www.canada.ca/en.html", "fr": "https://www.canada.ca/fr.html"}


def thread_of(people, lang: str, **settings) -> tuple[Page, str]:
    """Return a browser on a thread of the forum, opened from Today; the way out leads to a page of ours."""
    page, addresses = everything(people, "member", lang, **settings)
    page.route(
        "https://www.canada.ca/**", lambda route: route.fulfill(content_type="text/html", body="<title>C</title>")
    )
    page.goto(addresses["today"])
    page.goto(addresses["thread"])
    return page, addresses["today"]


def left(people, page: Page, lang: str) -> None:
    """The browser is elsewhere, and has asked for nothing but that page."""
    page.wait_for_url(ELSEWHERE[lang])
    told, people.problems = people.problems, []
    assert [one.rpartition(" ")[2] for one in told] == [ELSEWHERE[lang]]


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("how", ["click", "Enter", "Escape"])
def test_it_leaves_and_back_does_not_bring_it_up_again(people, lang, how):
    page, today = thread_of(people, lang)
    exit = page.locator("a.quick-exit")
    if how == "click":
        exit.click()
    elif how == "Enter":
        exit.press("Enter")
    else:
        for _press in range(3):
            page.keyboard.press("Escape")
    left(people, page, lang)
    page.go_back()
    assert page.url.endswith(today)


def test_twice_is_no_wish_to_leave_and_a_dialog_has_its_own_key(people):
    page, _today = thread_of(people, "en")
    here = page.url
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    assert page.url == here
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<dialog>?</dialog>')")
    for _press in range(3):
        page.evaluate("document.querySelector('dialog').showModal()")
        page.keyboard.press("Escape")
        expect(page.locator("dialog")).to_be_hidden()
    assert page.url == here
    expect(page.locator("main")).to_be_visible()


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_on_a_phone_it_stays_in_reach_and_covers_nothing(people, lang):
    page, _today = thread_of(people, lang, viewport={"width": 320, "height": 568})
    exit, bar = page.locator(".leave"), page.locator(".bottom-bar")
    for where in (0, 10_000):
        page.evaluate("(y) => window.scrollTo(0, y)", where)
        expect(page.locator("a.quick-exit")).to_be_in_viewport(ratio=1)
        assert exit.bounding_box()["height"] <= 60
        assert exit.bounding_box()["y"] + exit.bounding_box()["height"] < bar.bounding_box()["y"]
    page.evaluate("window.scrollTo(0, 0)")
    title = page.locator("h1").bounding_box()
    assert exit.bounding_box()["y"] + exit.bounding_box()["height"] <= title["y"]
    page.locator("a.quick-exit").click()
    left(people, page, lang)


def test_without_script_it_is_a_link(people):
    page, _today = thread_of(people, "en", java_script_enabled=False)
    expect(page.locator("#leave-keys")).to_be_hidden()
    page.locator("a.quick-exit").click()
    left(people, page, "en")

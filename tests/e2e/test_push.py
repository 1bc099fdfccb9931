"""The switch for a device in a real browser, and the script that shows the sentence. No push service can be reached from here."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.pages import NIA, PASCAL
from tests.e2e.stage import wait_for

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240), pytest.mark.xdist_group("push")]

SWITCH, DENIED = "Tell me on this device too", "This browser was told not to show anything from here."


def test_without_script_the_page_says_that_it_cannot(people):
    page = people.signed_in("Nia without", NIA, java_script_enabled=False)
    page.goto("/me/messages/")
    expect(page.get_by_text("This browser cannot be told.")).to_be_visible()
    expect(page.get_by_role("button", name=SWITCH)).to_be_hidden()


def test_who_says_no_to_the_browser_reads_what_that_means_and_is_not_asked_again(people):
    page = people.signed_in("Nia", NIA)
    page.goto("/me/messages/")
    page.get_by_role("button", name=SWITCH).click()  # a browser without a window says no by itself
    expect(page.get_by_text(DENIED)).to_be_visible()
    expect(page.get_by_text(DENIED)).to_be_focused()
    page.reload()
    expect(page.get_by_text(DENIED)).to_be_visible()
    expect(page.get_by_role("button", name=SWITCH)).to_be_hidden()


def _registered(page: Page):
    """Register the script as static/js/push.js does; return what can deliver to it, and its number."""
    page.context.grant_permissions(["notifications"])
    session, seen = page.context.new_cdp_session(page), []
    session.on("ServiceWorker.workerRegistrationUpdated", lambda told: seen.extend(told["registrations"]))
    session.send("ServiceWorker.enable")
    page.evaluate(
        "page => navigator.serviceWorker.register(`/push-worker.js?page=${encodeURIComponent(page)}`, { scope: '/' })"
        ".then(() => navigator.serviceWorker.ready).then(() => true)",
        "/fr/moi/messages/",
    )
    page.wait_for_timeout(300)
    return session, next(one["registrationId"] for one in seen)


def test_the_script_shows_the_sentence_that_came_and_nothing_else(people):
    page = people.signed_in("Pascal", PASCAL, french=True)
    page.goto("/fr/moi/messages/")
    session, number = _registered(page)

    def shown() -> list:
        return page.evaluate(
            "navigator.serviceWorker.ready.then(ready => ready.getNotifications())"
            ".then(all => all.map(one => [one.title, one.body, one.tag]))"
        )

    told = {"origin": people.house.url, "registrationId": number}
    session.send("ServiceWorker.deliverPushMessage", {**told, "data": "Quelque chose vous attend"})
    assert wait_for(shown, 10) == [["Quelque chose vous attend", "", "waiting"]]

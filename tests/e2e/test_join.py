"""From the mail into the meeting in two taps, signed out; and the colleague who stands before somebody else's link."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_axe import against

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240), pytest.mark.xdist_group("join")]

# Marie leads the team of Nia; Tess leads another one.
NIA, MARIE, TESS = "nia.roy@example.org", "marie.power@example.org", "tess.holloway@example.org"
PHONE = {"width": 320, "height": 700}
MEETING = re.compile(r"http://127\.0\.0\.1:\d+/demo/meeting/")


def link(house, address: str) -> str:
    """Return the link in somebody's last mail before the drop-in hour."""
    return house.letter(address, "Join as").address("/join/")


def presses_with_the_keyboard(page: Page, words: str) -> None:
    """Reach a button with Tab and press it with Enter."""
    for _tab in range(12):
        page.keyboard.press("Tab")
        if words in page.evaluate("document.activeElement.innerText || ''"):
            page.keyboard.press("Enter")
            return
    pytest.fail(f"Tab does not reach {words}")


@pytest.fixture
def meeting_allowed(people):
    people.meeting_allowed = True
    yield
    people.meeting_allowed = False


def test_two_taps_from_the_mail_lead_into_the_meeting(people, house, meeting_allowed):
    page = people.sit_down("Nia's phone", viewport=PHONE, reduced_motion="reduce")
    page.goto(link(house, NIA))
    assert against(page, "the link of the mail") == []
    assert "demo/meeting" not in page.content()
    with page.expect_request("**/demo/meeting/*") as going:
        page.get_by_role("button", name="Join as Nia Roy").click()
    page.wait_for_url(MEETING)
    assert "referer" not in going.value.all_headers()
    assert "sessionid" not in {one["name"] for one in page.context.cookies()}
    attended = (
        "SELECT count(*) FROM learning_sessions_attendance a JOIN accounts_user u ON u.id = a.person_id"
        " JOIN learning_sessions_learningsession s ON s.id = a.learning_session_id WHERE u.email = %s AND s.kind = 'drop_in'"
    )
    assert house.one(attended, NIA) == 1
    # Back in the browser that joined: who is in the room.
    page.goto(link(house, NIA))
    page.get_by_role("link", name="Who is in the room with you?").click()
    page.wait_for_url("**/room/")
    assert against(page, "who is in the room") == []
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Save who is here").click()
    expect(page.get_by_role("checkbox").first).to_be_checked()


def test_the_keyboard_alone_joins(people, house, meeting_allowed):
    page = people.sit_down("Tess's keyboard")
    page.goto(link(house, TESS))
    presses_with_the_keyboard(page, "Join as Tess")
    page.wait_for_url(MEETING)


def test_a_colleague_asks_and_the_lead_lets_them_in(people, house, meeting_allowed):
    page = people.sit_down("Sam's phone", viewport=PHONE, reduced_motion="reduce")
    page.goto(link(house, NIA))
    way = page.get_by_role("link", name=re.compile("Not Nia Roy|What now"))
    way.click()
    page.wait_for_url("**/colleague/")
    assert against(page, "the colleague's page") == []
    page.get_by_label("Your name").fill("Sam Lee")
    page.get_by_label("What you do at work").select_option("provider")
    page.get_by_role("button", name="Ask to come in").click()
    expect(page.get_by_role("heading", name="You have asked to come in")).to_be_visible()
    assert against(page, "the page that waits") == []
    lead = people.signed_in("Marie", MARIE)
    lead.goto(house.letter(MARIE, "Sam Lee asks to come in").address("/guests/"))
    lead.get_by_role("button", name="Let in Sam Lee").click()
    # The page that was left open finds out by itself.
    join = page.get_by_role("button", name="Join as Sam Lee")
    expect(join).to_be_visible(timeout=20_000)
    join.click()
    page.wait_for_url(MEETING)

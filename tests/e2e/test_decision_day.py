"""Decision day in a real browser: forty files, one planner, at most ninety presses."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300), pytest.mark.xdist_group("decision_day")]

PAULA = "paula.whitford@example.org"
# The demo's fourteen as if nobody had decided yet, and as many like the first of them as make forty.
UNDECIDED = "UPDATE enrolment_application SET outcome = '', decline_reason = '', wait_place = NULL WHERE cohort_id = %s"
MORE = """
INSERT INTO enrolment_application
SELECT (jsonb_populate_record(one, jsonb_build_object(
    'id', gen_random_uuid(), 'team_name', 'Team ' || k, 'unit', 'Unit ' || k, 'sponsor_email', ''))).*
FROM enrolment_application one, generate_series(1, 26) k WHERE one.cohort_id = %s AND one.team_name = 'Island Pines'
"""

# The browser itself counts what is pressed, on every page of this tab.
COUNTING = """
addEventListener("click", (event) => {
    if (event.isTrusted) sessionStorage.presses = +(sessionStorage.presses ?? 0) + 1;
}, true);
"""


def test_one_planner_decides_forty_previews_and_releases_in_ninety_presses(house, people):
    (cohort,) = house.ask("SELECT id FROM collaborative_cohort WHERE name_en LIKE '%%wave 5'")[0]
    house.ask(UNDECIDED, cohort)
    house.ask(MORE, cohort)
    teams = "SELECT count(*) FROM collaborative_team WHERE cohort_id = %s"
    assert house.one(teams, cohort) == 5
    page = people.signed_in("Paula", PAULA)
    page.add_init_script(COUNTING)
    page.goto(f"/planning/cohorts/{cohort}/applications/")
    rows = page.locator("tr[data-row]")
    expect(rows).to_have_count(40)
    for nth in range(40):
        word = "Accept" if nth < 19 else "Wait" if nth < 24 else "Decline"
        button = rows.nth(nth).get_by_role("button", name=word, exact=True)
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#seats")).to_have_text("24 of 24 seats taken")
    expect(page.locator(".seats")).to_contain_text("5 waiting · 16 declined · 0 to decide")
    page.get_by_role("link", name="Preview the letters").click()
    expect(page.locator("#counts")).to_have_text("40 letters")
    page.get_by_role("button", name="Release at this minute").click()
    expect(page.get_by_text("A release waits for its minute:")).to_be_visible()
    assert 42 <= page.evaluate("+sessionStorage.presses") <= 90
    assert house.one(teams, cohort) == 24
    letters = "SELECT count(*) FROM planned_message WHERE kind = 'enrolment/letter' AND state = %s"
    assert house.one(letters, "planned") == 40
    page.get_by_role("button", name="Take it back").click()
    expect(page.locator("#counts")).to_have_text("40 letters")
    assert house.one(teams, cohort) == 5
    assert house.one(letters, "void") == 40


def test_the_keys_of_a_row_decide_and_the_focus_stays_where_it_was(house, people):
    (cohort,) = house.ask("SELECT id FROM collaborative_cohort WHERE name_en LIKE '%%wave 5'")[0]
    house.ask(UNDECIDED, cohort)
    page = people.signed_in("Paula", PAULA)
    page.goto(f"/planning/cohorts/{cohort}/applications/")
    first, second = (page.locator("tr[data-row]").nth(nth) for nth in (0, 1))
    link = first.locator("[data-beside]")
    link.focus()
    page.keyboard.press("a")
    expect(first.locator("[data-key=a]")).to_have_attribute("aria-pressed", "true")
    expect(link).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(second.locator("[data-beside]")).to_be_focused()
    page.keyboard.press("d")
    expect(second.locator("[data-key=d]")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".seats")).to_contain_text("1 declined")

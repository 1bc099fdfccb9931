"""From the programme's template to twenty running teams with everybody signed in, over pages and mails only."""

from __future__ import annotations

import datetime as dt
import re
from concurrent.futures import ThreadPoolExecutor
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.applicants import Applicants, apply
from tests.e2e.pages import PAULA, TEAM
from tests.e2e.stage import House, People, wait_for
from tests.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.timeout(420), pytest.mark.xdist_group("template_to_teams")]

TEAMS = [Applicants(n, place=n % 4, language="fr" if n % 4 > 1 else "en") for n in range(1, 21)]
ENGLISH, FRENCH = TEAMS[3], TEAMS[1]
PHONE = {"viewport": {"width": 390, "height": 844}}
EVERYBODY = len(TEAMS) * 6  # five people and their sponsor


class Wave:
    """The cohort that is made, from the first press to everybody's Today."""

    def __init__(self, house: House, people: People) -> None:
        self.house, self.people = house, people
        self.paula = people.signed_in("Paula", PAULA)
        self.cohort = ""

    # ---------------------------------------------------------------- the cohort

    def is_made(self) -> None:
        """The template, the names, the dates with enrolment open from today on, and the address for answers."""
        page = self.paula
        page.goto("/planning/")
        page.locator("a[href*='/cohorts/new/']").first.click()
        today = dt.datetime.now(ZoneInfo("America/Halifax")).date()
        page.get_by_label("First day", exact=True).fill(f"{today + dt.timedelta(weeks=30)}")
        page.get_by_label("Name, English").fill("Wave of twenty")
        page.get_by_label("Name, French").fill("Vague de vingt")
        page.locator("[name=seats]").fill("20")
        page.get_by_label("Whose clock").select_option("halifax")
        page.get_by_role("button", name="See all dates").click()
        page.get_by_label("First day to apply").fill(f"{today}")
        page.get_by_label("Last day to apply").fill(f"{today + dt.timedelta(days=10)}")
        page.get_by_label("Answers leave").fill(f"{today + dt.timedelta(days=12)}")
        page.get_by_role("button", name="See what follows from these dates").click()
        expect(page.get_by_text("These are the dates as they follow now.")).to_be_visible()
        page.get_by_role("button", name="Make this cohort").click()
        page.wait_for_url(re.compile(r"/planning/cohorts/[^/]+/dates/"))
        expect(page.locator("#toasts")).to_contain_text("The cohort is made")
        self.cohort = page.url.split("/")[-3]
        page.goto(f"/planning/cohorts/{self.cohort}/")
        page.get_by_role("link", name="Name, places and address").click()
        page.get_by_label("E-mail of the planning team").fill("wave@example.org")
        page.locator("main form button[type=submit]").last.click()
        page.wait_for_url(f"**/planning/cohorts/{self.cohort}/")
        page.get_by_role("link", name="Announce this cohort").click()
        page.get_by_role("button", name="Announce this cohort").click()
        expect(page.locator("#toasts")).to_contain_text("The public page tells of it now.")

    # ---------------------------------------------------------------- the applications

    def is_applied_to(self) -> None:
        """Two teams type in a browser, the others send the same forms without a window."""
        self._types(ENGLISH, "/programs/safety-conversations/", self.people.sit_down("Applicant"))
        phone = self.people.sit_down("Demande", locale="fr-CA", **PHONE)
        self._types(FRENCH, "/fr/programmes/conversations-sur-la-securite/", phone)
        others = [team for team in TEAMS if team not in (ENGLISH, FRENCH)]
        with ThreadPoolExecutor(4) as together:
            pages = list(together.map(self._sends, others))
        assert {page.status for page in pages} == {200}

    def _types(self, team: Applicants, site: str, page: Page) -> None:
        page.goto(site)
        # The demo has another wave to which one can apply, and sooner.
        wave = {"en": "Wave of twenty", "fr": "Vague de vingt"}[team.language]
        page.get_by_role("link", name=wave).click()
        expect(page.locator(".where")).to_contain_text(wave)
        name, address, _position = team.people[0]
        page.locator("[name=contact_name]").fill(name)
        page.locator("[name=contact_email]").fill(address)
        page.locator(f"[name=language][value={team.language}]").check()
        page.locator("form:has([name=contact_email]) .btn-primary").click()
        self._fills(page, team.of_place())
        self._fills(page, team.of_team())
        page.locator("#pasting summary").click()
        page.locator("[name=paste]").fill(team.pasted)
        page.locator("button[value=paste]").click()
        expect(page.locator("[name=p4-name]")).to_have_value(team.people[4][0])
        self._fills(page, team.of_people())
        self._fills(page, team.of_welcome())
        expect(page.locator("main")).to_contain_text(team.people[4][0])
        page.locator("[name=consent]").check()
        page.locator("form:has([name=consent]) .btn-primary").click()
        expect(page.locator("#more")).to_be_visible()  # what can be done with an application that was sent
        expect(page.locator("h1")).to_have_text(team.name)

    def _fills(self, page: Page, words: dict[str, str]) -> None:
        """Fill in what a step asks, and press the one button that goes on."""
        for name, value in words.items():
            field = page.locator(f"#step [name={name}]")
            match field.first.evaluate("one => one.type"):
                case "select-one":
                    field.select_option(value)
                case "radio":
                    page.locator(f"#step [name={name}][value={value}]").check()
                case "checkbox":
                    field.check()
                case _:
                    field.fill(value)
        before = page.url
        page.locator("#step > .actions .btn-primary").click()
        page.wait_for_url(lambda url: url != before)

    def _sends(self, team: Applicants):
        visitor = Visitor(self.house.url, language=team.language)
        first = visitor.open(visitor.open("/programs/safety-conversations/").link("/apply/", "twenty"))
        return apply(visitor, team, first)

    def has_its_sponsors(self) -> None:
        """Each sponsor answers by the link of their mail; one sees the page."""
        links = self._links("enrolment/sponsor-asked", "(sponsor-question|fr/question-cadre)", len(TEAMS))
        page = self.people.sit_down("Sponsor")
        page.goto(links[ENGLISH.sponsor])
        expect(page.locator("h1")).to_have_text(f"Do you stand behind {ENGLISH.name}?")
        page.get_by_role("button", name="Yes, I stand behind them").click()
        expect(page.locator("h1")).to_have_text("Thank you for your answer")
        for team in TEAMS:
            if team is not ENGLISH:
                visitor = Visitor(self.house.url)
                asked = visitor.open(links[team.sponsor])
                assert visitor.press(asked, asked.form("said"), said="yes").status == 200

    # ---------------------------------------------------------------- decided and told

    def is_decided(self) -> None:
        """The first row by its own button, all others with one tick; then every letter leaves."""
        page = self.paula
        page.goto(f"/planning/cohorts/{self.cohort}/applications/")
        rows = page.locator("tr[data-row]")
        expect(rows).to_have_count(20)
        first = rows.first.get_by_role("button", name="Accept", exact=True)
        first.click()
        expect(first).to_have_attribute("aria-pressed", "true")
        page.get_by_role("button", name="Tick all").click()
        page.locator(".bulk").get_by_role("button", name="Accept", exact=True).click()
        expect(page.locator("#seats")).to_have_text("20 of 20 seats taken")
        page.get_by_role("link", name="Preview the letters").click()
        expect(page.locator("#counts")).to_have_text("20 letters")
        page.get_by_role("button", name="Release now").click()
        expect(page.locator("#toasts")).to_contain_text("Released: everything leaves")

    # ---------------------------------------------------------------- and everybody comes

    def is_moved_into(self) -> None:
        """Everybody opens the link of their own mail, is signed in, on Today, and finds their team."""
        asked = self._links("enrolment/invitation", "(invitation|fr/invitation)", EVERYBODY)
        seen = {
            self._starts(ENGLISH, ENGLISH.contact, asked, self.people.sit_down("Lead")),
            self._starts(
                FRENCH, FRENCH.people[2][1], asked, self.people.sit_down("Partenaire", locale="fr-CA", **PHONE)
            ),
        }
        others = [
            (team, address)
            for team in TEAMS
            for address in [*(one[1] for one in team.people), team.sponsor]
            if address not in seen
        ]
        with ThreadPoolExecutor(4) as together:
            lost = [one for one in together.map(lambda one: self._comes(*one, asked), others) if one]
        assert lost == []

    def _starts(self, team: Applicants, address: str, asked: dict[str, str], page: Page) -> str:
        page.goto(asked[address])
        page.locator("[name=city]").select_option("halifax")
        page.locator("form:has([name=city]) .btn-primary").click()
        page.wait_for_url(re.compile(r"/(today|fr/aujourdhui)/$"))
        expect(page.locator(f".where a[href*='{self.cohort}']")).to_be_visible()
        page.goto(TEAM[team.language])
        expect(page.locator("h1")).to_have_text(team.name)
        return address

    def _comes(self, team: Applicants, address: str, asked: dict[str, str]) -> str:
        """Return "" where somebody is in, else what they have before them."""
        visitor = Visitor(self.house.url, language=team.language)
        page = visitor.open(asked[address])
        page = visitor.press(page, page.form("city"), city="halifax")
        today = visitor.open(page.url)
        # A sponsor's teams stand on Today; a member's has its own page, to which Today leads.
        home = today if address == team.sponsor else visitor.open(TEAM[team.language])
        fine = today.path in ("/today/", "/fr/aujourdhui/") and team.name in home.text
        return "" if fine else f"{address}: {today.status} {today.url}, {home.status} {home.url}"

    def stands(self) -> None:
        """Look into the tables once everything has been done over pages."""
        one, cohort = self.house.one, self.cohort
        members = (
            "SELECT count(*) FROM collaborative_membership m JOIN collaborative_team t ON t.id = m.team_id"
            " WHERE t.cohort_id = %s AND m.until IS NULL AND m.role = %s"
        )
        assert (
            one("SELECT count(*) FROM collaborative_team WHERE cohort_id = %s AND withdrawn_at IS NULL", cohort) == 20
        )
        assert [one(members, cohort, role) for role in ("lead", "partner", "participant")] == [20, 20, 60]
        open_ones = "SELECT count(*) FROM enrolment_invitation i JOIN collaborative_team t ON t.id = i.team_id"
        assert one(f"{open_ones} WHERE t.cohort_id = %s AND i.accepted_at IS NULL", cohort) == 0
        sessions = self.house.ask(
            "SELECT count(*) FROM accounts_user WHERE email LIKE '%%@team.example' AND last_login IS NOT NULL"
        )
        assert sessions == [(EVERYBODY,)]
        assert self.house.doubled() == []

    # ---------------------------------------------------------------- mails

    def _links(self, kind: str, looks: str, many: int) -> dict[str, str]:
        """Wait until so many mails of a kind have left; return to whom a link that looks so went, and the link."""
        left = "SELECT count(*) FROM planned_message WHERE kind = %s AND state = 'sent' AND scope_id = %s"
        wait_for(lambda: self.house.one(left, kind, self.cohort) == many, 90, f"not every {kind} left")
        links = {
            one.to: found[0]
            for one in self.house.letters("@team.example")
            if (found := re.search(rf"http://localhost:\d+/{looks}/[^\s\"<>]+", one.words))
        }
        assert len(links) == many
        return links


def test_from_the_template_to_twenty_running_teams(house, people):
    wave = Wave(house, people)
    wave.is_made()
    wave.is_applied_to()
    wave.has_its_sponsors()
    wave.is_decided()
    wave.is_moved_into()
    wave.stands()

"""What a browser asks for, in both languages: of us alone; and it carries no cookie before there is a form."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from tests.applicants import Applicants
from tests.e2e.pages import TEAM, TODAY, WHO
from tests.e2e.stage import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240), pytest.mark.xdist_group("nobody_else")]

SITE = {"en": "/programs/safety-conversations/", "fr": "/fr/programmes/conversations-sur-la-securite/"}
HOME, SIGN_IN = {"en": "/", "fr": "/fr/"}, {"en": "/accounts/login/", "fr": "/fr/comptes/connexion/"}


class Recorded:
    """One browser, and every address that it ever asked for, whatever for: pages, styles, pictures, scripts, pings."""

    def __init__(self, people, lang: str) -> None:
        self.lang, self.people = lang, people
        self.page: Page = people.sit_down(f"recorded {lang}", **({"locale": "fr-CA"} if lang == "fr" else {}))
        self.asked: list[str] = []
        self.page.context.on("request", lambda request: self.asked.append(request.url))

    def opens(self, path: str) -> None:
        answer = self.page.goto(path, wait_until="networkidle")
        assert answer, path
        assert answer.status == 200, path

    def cookies(self) -> list[str]:
        return sorted(one["name"] for one in self.page.context.cookies())

    def strangers(self, ours: str) -> list[str]:
        """Return what was asked of anybody but us."""
        return [
            url for url in self.asked if urlsplit(url).scheme not in ("data", "blob") and urlsplit(url).netloc != ours
        ]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_visit_from_the_first_page_to_the_application_and_to_the_team(people, house, lang):
    visit = Recorded(people, lang)
    for path in _public_pages(visit):
        visit.page.context.clear_cookies()
        visit.opens(path)
        # What is sent by POST needs its token; nothing else needs to know a visitor again.
        assert visit.cookies() == (["csrftoken"] if visit.page.locator("form[method=post]").count() else []), path
    visit.opens(SITE[lang])
    _begins_an_application(visit)
    visit.page.context.clear_cookies()
    _goes_in(visit, WHO["member"], [TODAY[lang], TEAM[lang]])
    visit.page.context.clear_cookies()
    _goes_in(visit, WHO["planner"], [_decision_board(house, lang)])
    assert len(visit.asked) > 60
    assert visit.strangers(f"localhost:{house.port}") == []


def _public_pages(visit: Recorded) -> list[str]:
    """Return the pages of the site, found by their links as a visitor finds them."""
    visit.opens(SITE[visit.lang])
    tabs = visit.page.eval_on_selector_all(".tabs a", "all => all.map(one => one.getAttribute('href'))")
    around = visit.page.eval_on_selector_all("footer a", "all => all.map(one => one.getAttribute('href'))")
    paths = [HOME[visit.lang], *tabs, *[one for one in around if one.startswith("/")]]
    assert len(tabs) >= 3
    assert len(around) >= 2
    return paths


def _begins_an_application(visit: Recorded) -> None:
    """Type into each step of the form, which keeps by itself what is typed."""
    page, team = visit.page, Applicants(1, place=3 if visit.lang == "fr" else 0, language=visit.lang)
    page.locator(".actions a.btn-lg").first.click()
    name, address, _position = team.people[0]
    page.locator("[name=contact_name]").fill(name)
    page.locator("[name=contact_email]").fill(f"{visit.lang}.{address}")
    page.locator("form:has([name=contact_email]) .btn-primary").click()
    with page.expect_response(lambda answer: answer.request.method == "POST" and answer.status == 200):
        page.locator("[name=organisation]").fill(team.organisation)
    steps = page.eval_on_selector_all("ol.tabs a", "all => all.map(one => one.getAttribute('href'))")
    assert len(steps) == 6
    for step in steps:
        visit.opens(step)


def _goes_in(visit: Recorded, who: tuple[str, str], paths: list[str]) -> None:
    visit.opens(SIGN_IN[visit.lang])
    sign_in(visit.page, who[visit.lang == "fr"])
    for path in paths:
        visit.opens(path)


def _decision_board(house, lang: str) -> str:
    cohort = house.one("SELECT id FROM collaborative_cohort WHERE name_en LIKE '%%wave 5'")
    return (
        f"/fr/planification/cohortes/{cohort}/candidatures/"
        if lang == "fr"
        else f"/planning/cohorts/{cohort}/applications/"
    )

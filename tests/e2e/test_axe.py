"""Every page of the thread as its main reader sees it: axe finds nothing, and a phone scrolls in one direction only."""

from __future__ import annotations

import dataclasses

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.applicants import Applicants
from tests.e2e.pages import everything

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300), pytest.mark.xdist_group("axe")]

DESK, PHONE = {"width": 1280, "height": 900}, {"width": 320, "height": 800}
SIZES = {"desk": DESK, "phone": PHONE}
OPEN = {
    "en": ("/", "/accounts/login/", "/accounts/login/code/", "/accounts/password/reset/", "/demo/mail/", "/design/"),
    "fr": (
        "/fr/",
        "/fr/comptes/connexion/",
        "/fr/comptes/connexion/code/",
        "/demo/mail/?language=fr",
        "/fr/apparence/",
    ),
}


def complaints(page, path: str) -> list[str]:
    """Open a page and return what axe and a ruler say against it."""
    answer = page.goto(path)
    found = [] if answer and answer.status == 200 else [f"{path} answered {answer and answer.status}"]
    return found + against(page, path)


def against(page, name: str) -> list[str]:
    """Return what axe and a ruler say against the page that is open."""
    found = []
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        found.append(f"{name} scrolls sideways")
    for one in Axe().run(page).response["violations"]:
        found += [
            f"{name} {one['id']} ({one['impact']}): {node['target']} {node['html'][:160]}" for node in one["nodes"]
        ]
    return found


@pytest.mark.parametrize("role", ["member", "planner", "coach"])
@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_pages_of_a_role(people, role, lang, size):
    page, addresses = everything(people, role, lang, viewport=size, reduced_motion="reduce")
    assert [one for path in addresses.values() for one in complaints(page, path)] == []


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_pages_for_everybody(people, house, lang, size):
    page = people.sit_down(
        f"visitor {lang} {size['width']}", viewport=size, locale="fr-CA" if lang == "fr" else "en-CA"
    )
    paths = [*OPEN[lang], _invitation(house)]
    assert [one for path in paths for one in complaints(page, path)] == []


def _invitation(house) -> str:
    """Return the link that one of those who were asked in has got by mail."""
    letter = house.letter("mina.okpik@example.org", "Your place")
    return letter.address("/invitation/")


def test_a_form_with_an_error_and_a_saved_conversation(people):
    page, addresses = everything(people, "member", "en", viewport=PHONE, reduced_motion="reduce")
    page.goto(addresses["new try"])
    page.get_by_role("button", name="Save", exact=True).click()
    page.locator(".is-invalid, [aria-invalid=true]").first.wait_for()
    assert _violations(page) == []
    page.goto(addresses["log"])
    page.get_by_role("button", name="A colleague").click()
    page.wait_for_url("**/saved/**")
    assert _violations(page) == []


def _violations(page) -> list[str]:
    return [
        f"{one['id']}: {[node['target'] for node in one['nodes']]}" for one in Axe().run(page).response["violations"]
    ]


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_pages_in_the_dark(people, size):
    settings = {"viewport": size, "color_scheme": "dark", "reduced_motion": "reduce"}
    page, addresses = everything(people, "member", "en", **settings)
    paths = [addresses[name] for name in ("today", "team", "thread", "log", "me")]
    assert [one for path in [*paths, "/design/"] for one in complaints(page, path)] == []


# ---------------------------------------------------------------- applying

SITE = {"en": "/programs/safety-conversations/", "fr": "/fr/programmes/conversations-sur-la-securite/"}
NEXT = "#step > .actions .btn-primary"


class Applying:
    """Somebody who applies in a language at a width; what is said against each page is kept in ``found``."""

    def __init__(self, people, house, lang: str, size: dict) -> None:
        self.lang, self.house, self.found = lang, house, []
        self.page = people.sit_down(
            f"applicant {lang} {size['width']}", viewport=size, reduced_motion="reduce",
            locale="fr-CA" if lang == "fr" else "en-CA",
        )  # fmt: skip
        number = {"en": 61, "fr": 62}[lang]
        self.team = Applicants(number, place=3 if lang == "fr" else 0, language=lang)

    def looks(self, name: str) -> None:
        self.found += against(self.page, f"{name} ({self.lang})")

    def opens(self, path: str, name: str) -> None:
        self.page.goto(path)
        self.looks(name)

    def presses(self, selector: str) -> None:
        """Press a button and wait until its answer is there, on this page or on another."""
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()

    def begins(self) -> None:
        """Find the form, send it empty, then begin."""
        self.page.goto(SITE[self.lang])
        self.presses(".actions a.btn-lg")
        self.looks("first page")
        self.presses("form:has([name=contact_email]) .btn-primary")
        self.looks("first page, wrong")
        name, address, _position = self.team.people[0]
        self.page.locator("[name=contact_name]").fill(name)
        self.page.locator("[name=contact_email]").fill(address)
        self.presses("form:has([name=contact_email]) .btn-primary")
        self.steps = self.page.eval_on_selector_all("ol.tabs a", "all => all.map(one => one.getAttribute('href'))")

    def goes_through(self, words: list[dict[str, str]]) -> None:
        """Look at each step empty, wrong and right; the first one and the last one are pages of their own."""
        for nth, (step, said) in enumerate(zip(self.steps[1:-1], words, strict=True), start=1):
            self.opens(step, f"step {nth}")
            if said.get("paste"):
                self.page.locator("#pasting summary").click()
                self.page.locator("[name=paste]").fill(said["paste"] + "; nobody@")
                self.presses("button[value=paste]")
                self.looks(f"step {nth}, pasted")
            self.presses(NEXT)
            self.looks(f"step {nth}, wrong")
            self.page.goto(step)
            for name, value in said.items():
                self.fills(name, value)
            self.presses(NEXT)
            self.opens(step, f"step {nth}, filled in")

    def fills(self, name: str, value: str) -> None:
        field = self.page.locator(f"#step [name={name}]")
        match field.first.evaluate("one => one.type"):
            case "select-one":
                field.select_option(value)
            case "radio":
                self.page.locator(f"#step [name={name}][value={value}]").check()
            case "checkbox":
                field.check()
            case _ if name != "paste":
                field.fill(value)

    def sends(self) -> None:
        """Read it, forget to agree, agree."""
        self.opens(self.steps[-1], "read and send")
        self.presses("form:has([name=consent]) .btn-primary")
        self.looks("read and send, not agreed")
        self.page.locator("[name=consent]").check()
        self.presses("form:has([name=consent]) .btn-primary")
        self.page.locator("#more").wait_for()  # what can be done with an application that was sent
        self.looks("sent")


@pytest.mark.parametrize(("lang", "size"), [("en", DESK), ("fr", PHONE)], ids=["en desk", "fr phone"])
def test_applying_with_a_team(people, house, lang, size):
    one = Applying(people, house, lang, size)
    one.begins()
    one.opens(one.steps[0], "step contact")
    one.opens(one.steps[-1], "read and send, with nothing in it")
    one.goes_through(
        [
            one.team.of_place(),
            one.team.of_team(),
            {"paste": one.team.pasted, **one.team.of_people()},
            one.team.of_welcome(),
        ]
    )
    one.sends()
    one.opens(one.page.locator("section[aria-labelledby=more] a.btn-link").get_attribute("href"), "withdraw")
    _around_it(one)
    assert one.found == []


def _around_it(one: Applying) -> None:
    """The link once more, a link that is cut off, and the sponsor's question before and after its answer."""
    first = {"en": "/apply/", "fr": "/fr/candidature/"}[one.lang]
    slugs = dict(one.house.ask("SELECT right(name_en, 1), slug FROM collaborative_cohort"))
    one.opens(f"{first}{slugs['4']}/", "applications are not taken now")
    lost = f"{first}{slugs['5']}/{'lien' if one.lang == 'fr' else 'link'}/"
    one.opens(lost, "lost link")
    one.presses("main form button[type=submit]")
    one.looks("lost link, wrong")
    one.page.locator("[name=email]").fill(one.team.contact)
    one.presses("main form button[type=submit]")
    one.looks("lost link, sent")
    one.opens(one.steps[0].rpartition("step" if one.lang == "en" else "etape")[0][:-9] + "/", "a link cut off")
    asked = one.house.letter(one.team.sponsor, "").address("question")
    one.opens(asked, "sponsor")
    one.presses("button[name=said][value=yes]")
    one.looks("sponsor, answered")
    one.opens(asked[:-9] + "/", "sponsor, cut off")


@pytest.mark.parametrize(("lang", "size"), [("en", DESK), ("fr", PHONE)], ids=["en desk", "fr phone"])
def test_applying_on_ones_own(people, house, lang, size):
    takes = "UPDATE collaborative_cohort SET takes = %s WHERE name_en LIKE '%%wave 5'"
    house.ask(takes, "people")
    try:
        one = Applying(people, house, lang, size)
        one.team = dataclasses.replace(one.team, number=one.team.number + 10)
        one.begins()
        alone = {"position": "provider", "title": "", "why": "We want to hear more.", "hope": "People say it."}
        one.goes_through([one.team.of_place(), alone])
        one.sends()
        assert one.found == []
    finally:
        house.ask(takes, "teams")

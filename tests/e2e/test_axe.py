"""Every page of the thread as its main reader sees it: axe finds nothing, and a phone scrolls in one direction only."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

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
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        found.append(f"{path} scrolls sideways")
    for one in Axe().run(page).response["violations"]:
        found += [
            f"{path} {one['id']} ({one['impact']}): {node['target']} {node['html'][:160]}" for node in one["nodes"]
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

"""A walk with the Tab key alone: the skip link first, every control once, each with a focus that is seen, no trap."""

from __future__ import annotations

import pytest

from tests.e2e.pages import everything

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240), pytest.mark.xdist_group("keyboard")]

# What can be reached on a page: seen, not switched off, not taken out of the order; of a group of radio buttons one.
CONTROLS = """() => {
  const all = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')];
  const seen = new Set();
  const wanted = all.filter((one) => {
    if (one.disabled || one.type === 'hidden' || one.tabIndex < 0 || !one.checkVisibility({visibilityProperty: true})) return false;
    if (one.closest('details:not([open])') && one.tagName !== 'SUMMARY') return false;
    if (one.type !== 'radio') return true;
    const group = `${one.form && one.form.action}/${one.name}`;
    if (seen.has(group)) return false;
    seen.add(group);
    return true;
  });
  wanted.forEach((one, place) => { one.dataset.walked = place; });
  return wanted.map((one) => `${one.tagName} ${(one.innerText || one.name || one.ariaLabel || '').trim().slice(0, 40)}`);
}"""
HERE = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const style = getComputedStyle(one), box = one.getBoundingClientRect();
  const first = one.type === 'radio'
    ? [...document.querySelectorAll('[data-walked]')].find((other) => other.type === 'radio' && other.name === one.name && other.form === one.form)
    : one;
  return {
    place: first && first.dataset.walked !== undefined ? Number(first.dataset.walked) : -1,
    name: `${one.tagName} ${(one.innerText || one.name || '').trim().slice(0, 40)}`,
    seen: (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== 'none',
    inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth && box.width > 0,
  };
}"""


def walk(page, path: str) -> None:
    """Press Tab through a whole page and back into it."""
    page.goto(path)
    wanted = page.evaluate(CONTROLS)
    assert wanted[0].startswith("A "), wanted[:3]
    reached, complaints = [], []
    for _press in range(len(wanted) + 12):
        page.keyboard.press("Tab")
        here = page.evaluate(HERE)
        if here is None:
            break
        if here["place"] in reached and here["place"] >= 0:
            if here["place"] == 0:
                break
            continue
        reached.append(here["place"])
        if not here["seen"]:
            complaints.append(f"{path}: no focus is seen on {here['name']}")
        if not here["inside"]:
            complaints.append(f"{path}: {here['name']} has the focus outside of what is seen")
    missed = [name for place, name in enumerate(wanted) if place not in reached]
    assert missed == [], f"{path}: Tab does not reach these"
    assert complaints == []
    assert [one for one in reached if one >= 0] == sorted(one for one in reached if one >= 0), f"{path}: out of order"


def skip(page, path: str) -> None:
    """The first stop is the skip link, which is seen then; Enter leads into the content."""
    page.goto(path)
    page.keyboard.press("Tab")
    link = page.locator("a.skip")
    assert link.evaluate("one => one === document.activeElement")
    page.wait_for_function("document.querySelector('a.skip').getBoundingClientRect().top >= 0")
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main"
    page.keyboard.press("Tab")
    assert page.evaluate("!!document.activeElement.closest('main')") or not page.locator("main a, main button").count()


def test_the_sign_in_page(people):
    page = people.sit_down("visitor", reduced_motion="reduce")
    skip(page, "/accounts/login/")
    walk(page, "/accounts/login/")


@pytest.mark.parametrize("name", ["today", "log", "session", "team", "compose", "thread"])
def test_the_pages_of_a_participant(people, walker, name):
    page, addresses = walker
    skip(page, addresses[name])
    walk(page, addresses[name])


def test_a_conversation_is_logged_with_the_keyboard_alone(people, walker):
    page, addresses = walker
    page.goto(addresses["log"])
    for _press in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name === 'with_whom'"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/saved/**")


@pytest.fixture(scope="module")
def walker(everybody):
    """A participant at a desk, and the addresses of her pages."""
    return everything(everybody, "member", "en", reduced_motion="reduce")

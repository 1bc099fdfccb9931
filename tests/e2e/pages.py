"""The pages of the thread, with whom they are chiefly for."""

from __future__ import annotations

import re

from playwright.sync_api import Page

from tests.e2e.stage import People

PASCAL, NIA = "pascal.lebrun@example.org", "nia.roy@example.org"
PAULA, BENOIT = "paula.whitford@example.org", "benoit.lavoie@example.org"
COLIN, LUCIE = "colin.macleod@example.org", "lucie.gagnon@example.org"

# By role: who reads English and who reads French.
WHO = {"member": (NIA, PASCAL), "planner": (PAULA, BENOIT), "coach": (COLIN, LUCIE)}
TODAY, TEAM = {"en": "/today/", "fr": "/fr/aujourdhui/"}, {"en": "/team/", "fr": "/fr/equipe/"}


def links(page: Page, pattern: str) -> list[str]:
    """Return the links of a page whose path looks so, each once."""
    found = page.eval_on_selector_all(
        "a[href], form[action]", "all => all.map(one => one.getAttribute('href') || one.getAttribute('action'))"
    )
    return list(
        dict.fromkeys(link.split("#")[0] for link in found if link and re.fullmatch(pattern, link.split("#")[0]))
    )


def link(page: Page, pattern: str) -> str:
    """Return the first such link."""
    found = links(page, pattern)
    assert found, f"no link like {pattern} on {page.url}"
    return found[0]


def of_member(page: Page, lang: str) -> dict[str, str]:
    """Find the addresses of a team member's pages by following links, as a person does."""
    page.goto(TODAY[lang])
    found = {"today": TODAY[lang], "log": link(page, r".*/(log|noter|journal)/")}
    page.goto(TEAM[lang])
    team = page.url.split("localhost")[1].partition("/")[2]
    found["team"] = f"/{team}"
    tabs = page.eval_on_selector_all(".tabs a", "all => all.map(one => one.getAttribute('href'))")
    found |= {f"tab {place}": tab for place, tab in enumerate(tabs[1:], start=1)}
    page.goto(tabs[1])
    found["new try"] = page.locator(".page-head a.btn-primary").get_attribute("href")
    found["a try"] = page.locator("article.try a").first.get_attribute("href").split("#")[0]
    page.goto("/fr/forum/" if lang == "fr" else "/forum/")
    found["forum"] = page.url.split("localhost")[1][page.url.split("localhost")[1].index("/") :]
    found["compose"] = page.locator("a.btn-primary").first.get_attribute("href")
    found["thread"] = page.locator("ul.rows a").first.get_attribute("href")
    page.goto("/fr/cohorte/" if lang == "fr" else "/cohort/")
    found["cohort"] = "/fr/cohorte/" if lang == "fr" else "/cohort/"
    found["session"] = page.locator("section[aria-labelledby=sessions] a").nth(1).get_attribute("href")
    return found | of_me(page, lang)


def of_me(page: Page, lang: str) -> dict[str, str]:
    """Find the pages about oneself, those behind the profile too."""
    more = "/fr/plus/" if lang == "fr" else "/more/"
    me = "/fr/moi/" if lang == "fr" else "/me/"
    page.goto(me)
    behind = page.eval_on_selector_all("main ul.menu a", "all => all.map(one => one.getAttribute('href'))")
    behind = [path for path in behind if not path.endswith(("/data/", "/donnees/"))]  # a file, not a page
    assert len(behind) >= 4
    return {"more": more, "me": me, **{f"me {place}": path for place, path in enumerate(behind, start=1)}}


def of_planner(page: Page, lang: str) -> dict[str, str]:
    """Find the addresses of the planning team's pages."""
    page.goto("/fr/planification/" if lang == "fr" else "/planning/")
    first = page.locator("main li:has(.badge) a, main .row a").first.get_attribute("href")
    page.goto(first)
    move = page.locator("section[aria-labelledby=plan-sessions] li a").nth(2).get_attribute("href")
    team = page.locator("section[aria-labelledby=grid] th a").first.get_attribute("href")
    return {
        "planning": first,
        "enrol": page.locator(".page-head a.btn-primary").get_attribute("href"),
        "move": move,
        "people": f"{team}{'personnes' if lang == 'fr' else 'people'}/",
    }


def of_coach(page: Page, lang: str) -> dict[str, str]:
    """Find the addresses of a coach's pages."""
    board = "/fr/coaching/" if lang == "fr" else "/coaching/"
    page.goto(board)
    team = page.eval_on_selector_all("main a", "all => all.map(one => one.getAttribute('href'))")
    return {"board": board, "coached team": next(one for one in team if one.startswith(f"{board}") and one != board)}


def everything(people: People, role: str, lang: str, **settings) -> tuple[Page, dict[str, str]]:
    """Sign a person of this role in and return their browser with the addresses of their pages."""
    page = people.signed_in(f"{role} {lang}", WHO[role][lang == "fr"], french=lang == "fr", **settings)
    return page, {"member": of_member, "planner": of_planner, "coach": of_coach}[role](page, lang)

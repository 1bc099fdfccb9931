"""Teams that apply over the public pages, each as one person at one browser."""

from __future__ import annotations

import dataclasses
import re

from tests.visitor import Page, Visitor

# Organisation, its setting, province and place: hospitals and homes from one end of the country to the other.
PLACES = [
    ("Cedar Bay Health", "acute", "NS", "halifax"),
    ("Signal Hill Care", "long_term", "NL", "st-johns"),
    ("Santé Rive-Bleue", "acute", "QC", "quebec"),
    ("Maison des Érables", "long_term", "QC", "montreal"),
]
POSITIONS = ("manager", "provider", "partner", "provider", "allied")
FIRST = ("Abigail", "Émile", "Rosalie", "Gordon", "Niamh")
WORDS = {
    "en": ("We want to hear more before something happens.", "People say what worries them."),
    "fr": ("Nous voulons entendre ce qui inquiète avant qu'il arrive quelque chose.", "On dit ce qui inquiète."),
}


@dataclasses.dataclass(frozen=True)
class Applicants:
    """One team of five with its sponsor; ``number`` tells teams apart."""

    number: int
    place: int = 0
    language: str = "en"

    @property
    def organisation(self) -> str:
        return PLACES[self.place][0]

    @property
    def unit(self) -> str:
        return f"{self.number} West"

    @property
    def name(self) -> str:
        return f"{self.organisation}, {self.unit}"

    @property
    def people(self) -> list[tuple[str, str, str]]:
        """Return name, address and position of each; the first keeps the team going, and writes the application."""
        return [
            (f"{first} Tremblay-{self.number}", f"{_plain(first)}.{self.number}@team.example", position)
            for first, position in zip(FIRST, POSITIONS, strict=True)
        ]

    @property
    def contact(self) -> str:
        return self.people[0][1]

    @property
    def sponsor(self) -> str:
        return f"sponsor.{self.number}@team.example"

    @property
    def pasted(self) -> str:
        return "; ".join(f"{name} <{address}>" for name, address, _position in self.people)

    # ---------------------------------------------------------------- the words of each step

    def of_place(self) -> dict[str, str]:
        organisation, sector, province, city = PLACES[self.place]
        return {
            "organisation": organisation, "sector": sector, "province": province, "city": city, "unit": self.unit,
            "remoteness": "urban", "incident_route": "call 4321",
        }  # fmt: skip

    def of_team(self) -> dict[str, str]:
        why, hope = WORDS[self.language]
        return {"team_name": self.name, "team_language": self.language, "why": why, "hope": hope}

    def of_people(self) -> dict[str, str]:
        chosen = {f"p{n}-position": position for n, (_name, _address, position) in enumerate(self.people)}
        return chosen | {"p0-leads": "on"}

    def of_welcome(self) -> dict[str, str]:
        return {
            "support_name": self.people[1][0], "support_phone": "902 555 0142", "support_when": "weekdays 9 to 4",
            "partner_hours": "3", "recognition": "25 $ an hour", "access_help": "Ask me, I arrange it.",
            "sponsor_name": f"Sponsor {self.number}", "sponsor_email": self.sponsor, "sponsor_title": "Director of care",
        }  # fmt: skip


def _plain(name: str) -> str:
    return name.lower().replace("é", "e")


def apply(visitor: Visitor, team: Applicants, first: Page) -> Page:
    """Write an application from the first page of the form on, send it, and return the page that says so."""
    name, address, _position = team.people[0]
    page = visitor.press(
        first, first.form("contact_email"), contact_name=name, contact_email=address, language=team.language
    )
    page = _on(visitor, page, "place", team.of_place())
    page = _on(visitor, page, "team", team.of_team())
    page = visitor.press(page, page.form("paste"), do="paste", paste=team.pasted)
    page = _on(visitor, page, "people", team.of_people())
    page = _on(visitor, page, "welcome", team.of_welcome())
    return visitor.press(page, page.form("consent"), consent="on", twice=True)


def _on(visitor: Visitor, page: Page, step: str, words: dict[str, str]) -> Page:
    """Fill in a step and go on to the next one."""
    page_then = visitor.press(page, page.form("do", "version"), do="on", **words)
    assert (page_then.status, page_then.path != page.path) == (200, True), (step, wrong_on(page_then))
    return page_then


def wrong_on(page: Page) -> list[str]:
    """Return what a page says is wrong."""
    found = re.findall(r'class="invalid-feedback.*?</div>', page.text, re.DOTALL)
    return [re.sub(r"<[^>]+>", "", one).strip() for one in found]

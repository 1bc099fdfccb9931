"""What the columns and words of somebody else's table mean. Pure: rows in, rows out, no database.

Headings and words are understood in both languages, whatever their order, accents or capitals. Nothing is guessed: a word
that is not understood comes back as it was written, and the check says so beside its row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from functools import cache
from typing import Any, Final

from collaborative.models import Circle, Position, Role
from core import sheets
from core.places import sort_key
from core.sheets import Line
from core.words import Words, sets
from core.words.sentences import said
from enrolment import pasted

# What a heading may be called.
_HEADINGS: Final[dict[str, tuple[str, ...]]] = {
    "name": ("name", "full name", "person", "nom", "nom complet", "prenom et nom", "personne"),
    "first": ("first name", "given name", "prenom"),
    "last": ("last name", "surname", "family name", "nom de famille"),
    "email": ("email", "e-mail", "mail", "email address", "e-mail address", "courriel", "adresse courriel", "adresse"),
    "team": ("team", "team name", "equipe", "nom de l'equipe", "unit", "unite"),
    "role": ("role", "role in the team", "role dans l'equipe"),
    "position": ("position", "post", "poste", "fonction"),
    "title": ("title", "work", "job", "job title", "titre", "travail", "emploi"),
    "language": ("language", "langue", "lang"),
    "circle": ("circle", "core or expanded", "cercle"),
}  # fmt: skip
_ROLES: Final[dict[Role, tuple[str, ...]]] = {
    Role.LEAD: ("lead", "team lead", "leader", "day-to-day leader", "responsable", "responsable d'equipe"),
    Role.PARTICIPANT: ("participant", "member", "team member", "membre", "membre de l'equipe", "participante"),
    Role.PARTNER: (
        "partner", "patient partner", "care partner", "patient or care partner", "essential care partner", "patient",
        "resident", "client", "partenaire", "patient partenaire", "patiente partenaire", "proche aidant", "proche aidante",
        "partenaire de soins essentiel", "partenaire de soins",
    ),
    Role.SPONSOR: ("sponsor", "executive sponsor", "cadre responsable", "parrain", "marraine"),
    Role.COACH: ("coach", "accompagnateur", "accompagnatrice"),
    Role.MENTOR: ("mentor", "mentore"),
    Role.FACULTY: ("faculty", "speaker", "corps enseignant"),
    Role.PLANNER: ("planner", "planning team", "admin", "administrator", "planification", "equipe de planification"),
    Role.FELLOW: ("fellow",),
}  # fmt: skip
_POSITIONS: Final[dict[Position, tuple[str, ...]]] = {
    Position.MANAGER: ("manager", "gestionnaire", "chef d'unite", "cheffe d'unite"),
    Position.PROVIDER: (
        "provider", "point-of-care provider", "point of care", "prestataire", "prestataire de soins",
        "prestataire de soins au point de service",
    ),
    Position.PARTNER: ("partner", "patient", "resident", "client", "care partner", "partenaire", "patient partenaire"),
    Position.LEADER: ("senior leader", "leader", "director", "direction", "cadre superieur", "cadre superieure"),
    Position.PHYSICIAN: ("physician", "doctor", "md", "medecin"),
    Position.QUALITY: ("quality", "safety", "quality or safety", "qualite", "securite", "qualite ou securite"),
    Position.EDUCATOR: ("educator", "formatrice", "formateur", "personne formatrice"),
    Position.ALLIED: ("allied health", "allied", "sante connexe", "professions de la sante"),
    Position.OTHER: ("other", "autre", "another position", "un autre poste"),
}  # fmt: skip
_LANGUAGES: Final = {"en": ("en", "english", "anglais"), "fr": ("fr", "french", "francais")}
_CIRCLES: Final = {
    Circle.CORE: ("core", "core team", "principal", "equipe principale"),
    Circle.EXPANDED: ("expanded", "expanded team", "extended", "elargi", "equipe elargie"),
}

_SPELLINGS: Final[tuple[tuple[str, Any], ...]] = (
    ("role", _ROLES), ("position", _POSITIONS), ("language", _LANGUAGES), ("circle", _CIRCLES)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One person as the table has them. ``role``, ``position``, ``language`` and ``circle`` are our keys, or what was written.

    ``number`` is the row that the spreadsheet shows.
    """

    number: int
    name: str = ""
    email: str = ""
    team: str = ""
    role: str = ""
    position: str = ""
    title: str = ""
    language: str = ""
    circle: str = ""
    # What is wrong with it as it was pasted, in words; nothing else of it counts then.
    trouble: str = ""

    def plain(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_plain(cls, values: dict[str, Any]) -> Row:
        return cls(**{one.name: values[one.name] for one in fields(cls) if one.name in values})


@dataclass(frozen=True, slots=True)
class Table:
    """The people of a table, and the headings in it that nobody understood."""

    rows: tuple[Row, ...]
    left_out: tuple[str, ...] = ()


def read(lines: Sequence[Line]) -> Table:
    """Return the people of a table whose first row names its columns; without such a row: name, e-mail, team, role."""
    if not lines:
        return Table(())
    columns, left_out = _columns(lines[0].cells)
    body = lines[1:]
    if columns is None:
        columns, left_out, body = {0: "name", 1: "email", 2: "team", 3: "role"}, (), lines
    return Table(tuple(_row(line, columns) for line in body), left_out)


def read_text(text: str) -> Table:
    """Return the people of a pasted text: a table where its first line names columns, else a list as mail programs write it."""
    head = next((line for line in text.splitlines() if line.strip()), "")
    if _columns(cell.strip(' "') for cell in re.split(r"[\t;,]", head))[0] is not None:
        return read(sheets.read(text.encode()))
    return of_pasted(pasted.read(text))


def of_pasted(people: Iterable[pasted.Pasted]) -> Table:
    """Return people who were read from a pasted text as a table."""
    return Table(tuple(_pasted(one) for one in people))


def _pasted(one: pasted.Pasted) -> Row:
    return Row(number=one.number, name=one.name or pasted.name_in(one.email), email=one.email, trouble=one.trouble)


def _columns(head: Iterable[str]) -> tuple[dict[int, str] | None, tuple[str, ...]]:
    found: dict[int, str] = {}
    left_out = []
    for place, words in enumerate(head):
        key = _means(words, _HEADINGS)
        if key and key not in found.values():
            found[place] = key
        elif words:
            left_out.append(words)
    if not {"name", "first", "last", "email"} & set(found.values()):
        return None, ()
    return found, tuple(left_out)


def _row(line: Line, columns: dict[int, str]) -> Row:
    cells = {key: line.cells[place] for place, key in columns.items() if place < len(line.cells)}
    name = cells.pop("name", "") or " ".join(filter(None, (cells.get("first", ""), cells.get("last", ""))))
    cells.pop("first", None)
    cells.pop("last", None)
    for key, words in _SPELLINGS:
        if cells.get(key):
            cells[key] = _means(cells[key], words) or cells[key]
    cells["email"] = cells.get("email", "").strip("<>").lower()
    return Row(number=line.number, name=name, **cells)


def _means(words: str, known: dict[Any, tuple[str, ...]]) -> str:
    """Return the key under which these words are known, "" for none. A key of ours means itself."""
    plain = sort_key(words.replace("’", "'")).strip(" :.*")
    for key, spellings in known.items():
        if plain in spellings or plain == str(key) or plain in _otherwise(spellings):
            return str(key)
    return ""


@cache
def _otherwise(spellings: tuple[str, ...]) -> frozenset[str]:
    """Return the same in the words of programmes that call a team otherwise: "project lead", "responsable de projet"."""
    others = [Words(team=key) for key in sets()["team"]]
    return frozenset(sort_key(said(lang, words, one)) for lang in ("en", "fr") for words in others for one in spellings)

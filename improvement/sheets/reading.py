"""A file that came back: whether it is our sheet of this team, and what each of its cells says. Nothing is looked up, nothing saved.

Columns are known by what they are called, rows by their date: both may have been moved, and others put between them.
"""

from __future__ import annotations

import datetime as dt
import io
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from core import sheets
from core.refusals import Refused
from core.sheets import Cell
from files import telling
from files.services import sentence
from files.telling import XLSX, NotTaken
from improvement.sheets import cells, seal
from improvement.sheets.cells import Meaning
from improvement.sheets.grid import folded
from improvement.sheets.seal import Seal

# Ours has some ten thousand bytes; with a picture on another page it still fits.
MOST_BYTES: Final = 2_000_000
# Of it once it is unpacked, and of its XML: some hundred weeks of some measures, and what their program adds.
_MOST_UNPACKED: Final = 5_000_000
_MOST_ROW_MARKS: Final = 40_000
_MOST_MARKS: Final = 200_000
# The headings stand in the first row, unless somebody put a title above them.
_HEAD_ROWS: Final = 20


class NotOurs(Exception):
    """Why nothing of a file is read: one of the codes below, for the words in ``words``; ``sentence`` where the file is at fault."""

    def __init__(self, code: str, said: str = "") -> None:
        super().__init__(code)
        self.code, self.sentence = code, said


# The codes of NotOurs.
FOREIGN, OTHER_TEAM, NO_HEAD, TWICE, FILE = "foreign", "other_team", "no_head", "twice", "file"


@dataclass(frozen=True)
class Said:
    """What one cell says that did not stand there when the sheet was made. ``was``: what stood there then, in one word."""

    row: int
    measure: uuid.UUID
    week: dt.date | None
    meaning: Meaning
    was: str = ""


@dataclass(frozen=True)
class Sheet:
    team_id: uuid.UUID
    said: tuple[Said, ...]


def opened(content: bytes) -> tuple[Seal, sheets.Book]:
    """Return the seal of our sheet and the workbook. Raises NotOurs."""
    try:
        if len(content) > MOST_BYTES:
            raise NotTaken(telling.TOO_MUCH_INSIDE)
        if telling.tell(io.BytesIO(content), len(content), most_unpacked=_MOST_UNPACKED) is not XLSX:
            raise NotTaken(telling.UNKNOWN)
        if sheets.holds_more(content, rows=_MOST_ROW_MARKS, marks=_MOST_MARKS):
            raise NotTaken(telling.TOO_MUCH_INSIDE)
        book = sheets.cells(content)
    except NotTaken as wrong:
        raise NotOurs(FILE, sentence(wrong.code, (XLSX,))) from wrong
    except Refused as refused:
        raise NotOurs(FILE, refused.sentence) from refused
    found = seal.read(book.pages)
    if found is None:
        raise NotOurs(FOREIGN)
    return found, book


def read(content: bytes, *, team_id: uuid.UUID, kinds: Mapping[uuid.UUID, tuple[str, int | None]]) -> Sheet:
    """Return what our sheet of this team says that is new. ``kinds``: of each measure, what can be typed, and for every how many a rate is. Raises NotOurs."""
    sealed, book = opened(content)
    if sealed.team_id != team_id:
        raise NotOurs(OTHER_TEAM)
    head, rows = _body(book, sealed)
    week, columns = _columns(head, sealed)
    weeks = {when for _measure, when in sealed.was}
    said: list[Said] = []
    for number, row in rows:
        at = _at(row, week)
        on = cells.day(at, epoch=book.epoch, weeks=weeks)
        for place, measure in columns.items():
            kind, per = kinds.get(measure, ("", None))
            found = cells.meaning(_at(row, place), kind, per)
            was = sealed.was.get((measure, on), "") if on else ""
            if found.trouble or (found.text and found.text != was):
                said.append(Said(number, measure, on, found, was))
    return Sheet(sealed.team_id, tuple(settled(said)))


def _body(book: sheets.Book, sealed: Seal) -> tuple[Sequence[Cell], list[tuple[int, tuple[Cell, ...]]]]:
    """Return the row of headings and the rows under it, on whichever page they stand."""
    for page in book.pages:
        if seal.is_seal(page):
            continue
        for place, (_number, row) in enumerate(page.rows[:_HEAD_ROWS]):
            if any(folded(cell.value) == sealed.week for cell in row):
                return row, list(page.rows[place + 1 :])
    raise NotOurs(NO_HEAD)


def _columns(head: Sequence[Cell], sealed: Seal) -> tuple[int, dict[int, uuid.UUID]]:
    """Return in which column the weeks stand, and which measure stands in each of the others. Other columns are their own."""
    names = [folded(cell.value) for cell in head]
    known = [name for name in names if name == sealed.week or name in sealed.columns]
    if len(known) != len(set(known)):
        raise NotOurs(TWICE)
    columns = {place: sealed.columns[name] for place, name in enumerate(names) if name in sealed.columns}
    return names.index(sealed.week), columns


def _at(row: Sequence[Cell], place: int) -> Cell:
    return row[place] if place < len(row) else Cell()


def settled(said: Sequence[Said]) -> Iterator[Said]:
    """Yield what was said, of a week that stands there twice neither number: which one is meant, nobody can know."""
    rows: dict[tuple[uuid.UUID, dt.date | None], dict[str, int]] = {}
    for one in said:
        if one.week and not one.meaning.trouble:
            rows.setdefault((one.measure, one.week), {}).setdefault(one.meaning.text, one.row)
    told = set()
    for one in said:
        others = rows.get((one.measure, one.week), {})
        if one.meaning.trouble or one.week is None:
            yield one
        elif len(others) > 1:
            other = next(row for text, row in others.items() if text != one.meaning.text)
            yield Said(one.row, one.measure, one.week, Meaning(trouble="twice", facts={"other": other}), one.was)
        elif (one.measure, one.week) not in told:
            told.add((one.measure, one.week))
            yield one

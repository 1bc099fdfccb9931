"""What a sheet says of itself on a page that nobody sees: whose it is, what its columns are, what stood in it. Sealed.

Only a sheet that we made is read, and only for the team it was made for. What stood in it tells what was typed since from what
was there before, so that a number that somebody else changed meanwhile is not put back by a sheet that only lay around.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.core.signing import BadSignature, Signer

from core.sheets import Cell, Page
from improvement.sheets.grid import Grid, folded, own_headings

MARK: Final = "our-sheet 1"
_SIGNER: Final = "improvement.sheet"


@dataclass(frozen=True)
class Seal:
    """``columns``: a measure's key by its folded heading. ``was``: what stood in the sheet by (measure's key, week)."""

    team_id: uuid.UUID
    week: str
    columns: dict[str, uuid.UUID]
    was: dict[tuple[uuid.UUID, dt.date], str]


def rows_of(grid: Grid) -> list[tuple[str, str]]:
    """Return the rows of the hidden page, its signature last. A row is a word and one text: no program makes numbers of it."""
    measures = grid.measures
    rows = [("team", str(grid.team.pk)), ("week", own_headings()[0])]
    rows += [("measure", f"{one.pk}|{heading}") for one, heading in zip(measures, grid.headings, strict=True)]
    for week in grid.weeks:
        stood = [grid.standing(measure, week).text for measure in measures]
        if any(stood):
            rows.append(("was", "|".join([week.isoformat(), *stood])))
    return [(MARK, ""), *rows, ("seal", Signer(salt=_SIGNER).sign(_digest(rows)))]


def read(pages: Iterable[Page]) -> Seal | None:
    """Return what a workbook says of itself, None where it is none of ours, or was changed."""
    for page in pages:
        if is_seal(page):
            return _unsealed([_pair(cells) for _number, cells in page.rows[1:]])
    return None


def is_seal(page: Page) -> bool:
    """Return whether this page of a workbook is the hidden one."""
    return bool(page.rows) and _pair(page.rows[0][1])[0] == MARK


def _pair(cells: Sequence[Cell]) -> tuple[str, str]:
    word, text, *_more = [*("" if cell.value is None else str(cell.value) for cell in cells[:2]), "", ""]
    return word, text


def _unsealed(rows: Sequence[tuple[str, str]]) -> Seal | None:
    if not rows or rows[-1][0] != "seal":
        return None
    *rows, (_word, signed) = rows
    try:
        return _told(rows) if Signer(salt=_SIGNER).unsign(signed) == _digest(rows) else None
    except BadSignature:
        return None


def _told(rows: Sequence[tuple[str, str]]) -> Seal:
    """Read what was sealed: it is as we wrote it."""
    told = dict(rows)
    measures = [text.partition("|") for word, text in rows if word == "measure"]
    keys = [uuid.UUID(key) for key, _bar, _heading in measures]
    was: dict[tuple[uuid.UUID, dt.date], str] = {}
    for word, text in rows:
        if word == "was":
            week, *stood = text.split("|")
            was |= {(key, dt.date.fromisoformat(week)): one for key, one in zip(keys, stood, strict=True)}
    columns = {folded(heading): key for key, (_key, _bar, heading) in zip(keys, measures, strict=True)}
    return Seal(uuid.UUID(told["team"]), folded(told["week"]), columns, was)


def _digest(rows: Sequence[tuple[str, str]]) -> str:
    return hashlib.sha256(json.dumps([list(row) for row in rows]).encode()).hexdigest()

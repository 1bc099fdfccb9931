"""A table that was pasted or sent as CSV: which of its cells is the number of which measure and period. Pure.

The row check, its words and the saving are those of our sheet (``sheets``): here is only how somebody else's table is read.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from core.sheets import Cell
from improvement.dates_typed import is_a_date, period_in
from improvement.models import Measure, MeasureKind
from improvement.sheets.cells import Meaning, meaning
from improvement.sheets.grid import folded
from improvement.sheets.reading import Said, settled

# More is not typed by hand, and a year of weeks of twenty measures fits.
MOST_SIGNS: Final = 200_000
MOST_ROWS: Final = 2_000

# Why nothing of a table is read.
EMPTY, TOO_MUCH, NO_MEASURE, NO_DATES = "empty", "too_much", "no_measure", "no_dates"


_QUOTED: Final = re.compile(r'"[^"]*"')


class NotRead(Exception):
    """Nothing of a table can be read; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class _Table:
    """The rows of a table with their numbers, and what each column is."""

    rows: Sequence[tuple[int, Sequence[str]]]
    dates: int
    columns: Mapping[int, Measure]
    parts: tuple[int, int] | None = None  # how many, and of how many: two columns that make one number


def read(text: str, *, measures: Mapping[str, Measure], chosen: Measure | None, today: dt.date) -> tuple[Said, ...]:
    """Return what a pasted table says. ``measures``: by what their columns may be called, folded. Raises NotRead.

    Without headings the one column beside the dates is the ``chosen`` measure; two make its parts, where it has parts.
    """
    table = _table(_rows(text), measures, chosen, today)
    return tuple(settled(list(_said(table, chosen, today))))


def decoded(content: bytes) -> str:
    """Return the text of a CSV file, as Excel and others write it."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


# ---------------------------------------------------------------- rows


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """Return the rows that hold something, each with its number in the text."""
    if len(text) > MOST_SIGNS:
        raise NotRead(TOO_MUCH)
    lines = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    parted = _parted(lines)
    rows = [(number, [cell.strip() for cell in row]) for number, row in enumerate(parted, start=1)]
    rows = [(number, row) for number, row in rows if any(row)]
    if not rows:
        raise NotRead(EMPTY)
    if len(rows) > MOST_ROWS:
        raise NotRead(TOO_MUCH)
    return rows


def _parted(lines: str) -> Iterator[list[str]]:
    """Yield the rows, parted where they are: tabs, semicolons, commas, or the space before the last word."""
    for sign in ("\t", ";", ","):
        if sign in lines and (sign != "," or _commas_part(lines)):
            reader = csv.reader(io.StringIO(lines), delimiter=sign)
            while True:
                try:
                    yield next(reader)
                except StopIteration:
                    return
                except csv.Error:  # a cell longer than any of ours
                    yield []
    for line in lines.split("\n"):
        date, _space, number = line.strip().rpartition(" ")
        yield [date, number] if date else [number]


def _commas_part(lines: str) -> bool:
    """Return whether commas part the cells, and do not stand in a number or a date: the first cell of a row is whole then."""
    full = [_QUOTED.sub("x", line) for line in lines.split("\n") if line.strip()]
    return all("," in line for line in full) and not any(" " in line.rpartition(",")[0].strip() for line in full[1:])


# ---------------------------------------------------------------- columns


def _table(
    rows: list[tuple[int, list[str]]], measures: Mapping[str, Measure], chosen: Measure | None, today: dt.date
) -> _Table:
    head = rows[0][1]
    named = {place: measures[folded(cell)] for place, cell in enumerate(head) if folded(cell) in measures}
    is_head = bool(named) or not any(is_a_date(cell, today) for cell in head)
    body = rows[1:] if is_head else rows
    dates = _dates_in(body, today)
    if dates is None:
        raise NotRead(NO_DATES)
    named.pop(dates, None)
    if named:
        return _Table(body, dates, named)
    others = [
        place for place in range(max(len(row) for _number, row in body)) if place != dates and _holds(body, place)
    ]
    if chosen is None or not others or len(others) > 2 or (len(others) == 2 and not chosen.has_parts):
        raise NotRead(NO_MEASURE)
    if len(others) == 2:
        return _Table(body, dates, {}, parts=(others[0], others[1]))
    return _Table(body, dates, {others[0]: chosen})


def _dates_in(rows: list[tuple[int, list[str]]], today: dt.date) -> int | None:
    """Return the column with the most dates; None where there is none."""
    counts: dict[int, int] = {}
    for _number, row in rows:
        for place, cell in enumerate(row):
            if is_a_date(cell, today):
                counts[place] = counts.get(place, 0) + 1
    return max(counts, key=lambda place: (counts[place], -place), default=None)


def _holds(rows: list[tuple[int, list[str]]], place: int) -> bool:
    return any(place < len(row) and row[place] for _number, row in rows)


# ---------------------------------------------------------------- cells


def _said(table: _Table, chosen: Measure | None, today: dt.date) -> Iterator[Said]:
    for number, row in table.rows:
        date = _at(row, table.dates)
        if table.parts and chosen is not None:
            found = _of_parts(_at(row, table.parts[0]), _at(row, table.parts[1]), chosen)
            yield from _one(number, date, chosen, found, today)
            continue
        for place, measure in table.columns.items():
            yield from _one(number, date, measure, meaning(Cell(_at(row, place)), measure.kind, per=measure.per), today)


def _one(number: int, date: str, measure: Measure, found: Meaning, today: dt.date) -> Iterator[Said]:
    if found.text or found.trouble:
        yield Said(number, measure.pk, period_in(date, measure.frequency, today), found)


def _of_parts(part: str, whole: str, measure: Measure) -> Meaning:
    """Return what two cells say together: so many of so many."""
    if not part and not whole:
        return Meaning()
    numbers = [meaning(Cell(cell), MeasureKind.NUMBER) for cell in (part, whole)]
    for one in numbers:
        if one.trouble or one.reason:
            return one
    if any(one.value is None for one in numbers):
        return Meaning(trouble="no_number")
    first, second = (one.value or Decimal(0) for one in numbers)
    return meaning(Cell(f"{first:f}/{second:f}"), measure.kind, per=measure.per)


def _at(row: Sequence[str], place: int) -> str:
    return row[place] if place < len(row) else ""

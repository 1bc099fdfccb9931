"""Our sheet, as people change it: opened, typed into, saved, by the program that they have."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from improvement.sheets import writing


def sheet(team, language: str = "en") -> bytes:
    """Return the team's sheet as it is downloaded."""
    return writing.sheet_of(team, language).content


def changed(content: bytes, change: Callable[[Any], object]) -> bytes:
    """Return the workbook after ``change(page)``, where page is the one with the numbers."""
    book = load_workbook(io.BytesIO(content))
    change(book.worksheets[0])
    return saved(book)


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def typed(content: bytes, cells: dict[str, Any]) -> bytes:
    """Return the workbook after these cells ("B3") were typed."""

    def change(page) -> None:
        for place, value in cells.items():
            page[place].value = value

    return changed(content, change)


def row_of(content: bytes, week) -> int:
    """Return in which row a week stands."""
    page = load_workbook(io.BytesIO(content)).worksheets[0]
    return next(row for row in range(2, page.max_row + 1) if page.cell(row, 1).value.date() == week)


def shown(content: bytes) -> list[list[Any]]:
    """Return what one sees of the numbers."""
    return [[cell.value for cell in row] for row in load_workbook(io.BytesIO(content)).worksheets[0].rows]


def from_1904(content: bytes) -> bytes:
    """Return the same workbook as an old Mac keeps it: its days are counted from 1904."""
    book = load_workbook(io.BytesIO(content))
    book.epoch = CALENDAR_MAC_1904
    return saved(book)


def as_excel_keeps_it(content: bytes) -> bytes:
    """Return the same workbook with its words in a list of their own, as Excel writes it."""
    words: list[bytes] = []

    def apart(found: re.Match) -> bytes:
        words.append(found[2])
        return b'<c%s t="s"><v>%d</v></c>' % (found[1], len(words) - 1)

    inline = re.compile(rb'<c((?: [rs]="\w+")*) t="inlineStr"><is>(.*?)</is></c>', re.DOTALL)
    for nth in (1, 2, 3):
        name = f"xl/worksheets/sheet{nth}.xml"
        content = with_part(content, name, inline.sub(apart, part(content, name)))
    listed = b"".join(b"<si>%s</si>" % one for one in words)
    listed = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">%s</sst>' % listed
    kinds = part(content, "[Content_Types].xml").replace(
        b"</Types>",
        b'<Override PartName="/xl/sharedStrings.xml" ContentType='
        b'"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>',
    )
    return with_part(with_part(content, "[Content_Types].xml", kinds), "xl/sharedStrings.xml", listed)


def part(content: bytes, name: str) -> bytes:
    """Return one part of the package."""
    return zipfile.ZipFile(io.BytesIO(content)).read(name)


def with_part(content: bytes, name: str, data: bytes) -> bytes:
    """Return the package with one part more, or another one in its place."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename != name:
                new.writestr(part.filename, old.read(part))
        new.writestr(name, data)
    return out.getvalue()


def without_part(content: bytes, name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename != name:
                new.writestr(part.filename, old.read(part))
    return out.getvalue()

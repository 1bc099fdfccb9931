"""Tables that people keep in Excel: read whatever they send, write what opens everywhere.

Reading looks at the content, never at a file's name: an XLSX workbook (its first sheet) or text with commas, semicolons or
tabs in UTF-8, UTF-16 or what old Windows programs write. Everything comes back as text, as a person would read it.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpResponse
from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from core.refusals import Refused

MOST_BYTES: Final = 10_000_000
# Of an XLSX once it is unpacked: a small file can hide a large one. Rows are read one after the other, the texts they share
# as well; everything else is taken in whole, in memory, at twenty-five times its size.
_MOST_PARTS: Final = 300
_MOST_UNPACKED: Final = {"xl/worksheets/": 40_000_000, "xl/sharedstrings.xml": 20_000_000}
_MOST_OF_OTHERS: Final = 4_000_000
MOST_ROWS: Final = 5_000
# Of a file, with those that hold nothing: a workbook can name its second row "two billion", and each row between is counted.
_MOST_LINES: Final = 50_000
MOST_COLUMNS: Final = 60
# Of a file's XML together: each row and each mark ("<") costs, however empty it is and whatever number it bears.
_MOST_ROW_MARKS: Final = 3 * _MOST_LINES
_MOST_MARKS: Final = 2_000_000
# As they stand in any alphabet that XML is read in: in UTF-16 there is a zero between two letters.
_ROW: Final = re.compile(rb"[<:/]\x00?r\x00?o\x00?w[\x00\s/>]")
_DECLARES: Final = re.compile(rb"\x00?".join(bytes([letter]) for letter in b"<!DOCTYPE"))
_LONGEST_MARK: Final = 20
_BITE: Final = 1024 * 1024
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MOST_SHEETS: Final = 30
# What reading a workbook raises that is none, or is not whole.
_BROKEN: Final = (
    zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError, TypeError, SyntaxError, zlib.error,
    EOFError, AttributeError, IndexError, RuntimeError, NotImplementedError,
)  # fmt: skip
# What XML 1.0 cannot hold: one such sign, and no program opens the workbook.
_NO_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CELL: Final = 2_000  # characters; more is no table


@dataclass(frozen=True, slots=True)
class Line:
    """One row as it stood in the file. ``number`` is what the spreadsheet shows beside it; ``cells`` are stripped texts."""

    number: int
    cells: tuple[str, ...]


def most_rows() -> str:
    """Return how many rows a table may have, as it is read."""
    return f"{MOST_ROWS:,}".replace(",", " ")


def too_large() -> Refused:
    """Return what is said of a file that is too large."""
    return Refused(_("This file is too large. Up to 10 MB can be read."), field="file")


def read(content: bytes) -> list[Line]:
    """Return the rows of a file that are not empty, the header among them.

    Raises Refused with a sentence for who sent it: too large, too many rows, no table, a line that ends in the middle.
    """
    if len(content) > MOST_BYTES:
        raise too_large()
    rows = _xlsx(content) if content[:2] == b"PK" else _text(content)
    lines: list[Line] = []
    for number, cells in rows:
        if any(cells):
            lines.append(Line(number, cells))
        if len(lines) > MOST_ROWS + 1 or number > _MOST_LINES:
            raise Refused(
                _("This file has more than %(most)s rows. Split it, and send the parts one after the other.")
                % {"most": most_rows()},
                field="file",
            )
    return lines


def _text(content: bytes) -> Iterator[tuple[int, tuple[str, ...]]]:
    text = _decoded(content)
    if "\x00" in text:
        raise Refused(_("This is no table that we can read. Send an Excel file (.xlsx) or a CSV."), field="file")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    before = 0
    try:
        for cells in reader:
            yield before + 1, _tidy(cells)
            before = reader.line_num
    except csv.Error:
        raise Refused(
            _(
                "Row %(row)d cannot be read: the file ends in the middle of it, or a quotation mark is missing. Nothing "
                "was taken from the file."
            )
            % {"row": before + 1},
            field="file",
        ) from None


def _decoded(content: bytes) -> str:
    for mark, codec in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return content.decode(codec, errors="replace")
    # UTF-16 without its mark: every other byte of plain letters is zero.
    head = content[:400]
    if len(head) > 3 and head[1::2].count(0) > len(head) // 4:
        return content.decode("utf-16-le", errors="replace")
    if len(head) > 3 and head[::2].count(0) > len(head) // 4:
        return content.decode("utf-16-be", errors="replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _delimiter(text: str) -> str:
    """Return what parts the columns of the first line: the tab, the semicolon or the comma, whichever stands there most."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max("\t;,", key=first.count)


def _xlsx(content: bytes) -> Iterator[tuple[int, tuple[str, ...]]]:
    book = _opened(content)
    try:
        for number, row in enumerate(book.worksheets[0].iter_rows(values_only=True, max_col=MOST_COLUMNS), start=1):
            yield number, _tidy(row)
    except _BROKEN:
        raise _no_table() from None
    finally:
        book.close()


def _no_table() -> Refused:
    return Refused(_("This is no table that we can read. Send an Excel file (.xlsx) or a CSV."), field="file")


def _opened(content: bytes) -> Any:
    """Return a workbook with a sheet in it, open to be read row by row; whoever asked closes it."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _refuse_what_is_hidden(archive.infolist())
            if _holds_more(archive, rows=_MOST_ROW_MARKS, marks=_MOST_MARKS):
                raise too_large()
        # Formulas come as the value that was last shown; what was never worked out comes empty.
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    except _BROKEN:
        raise _no_table() from None
    if not book.worksheets:
        book.close()
        raise _no_table()
    return book


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell holds, as the program keeps it (text, number, day), and whether it is shown as a percentage."""

    value: Any = None
    percent: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """One sheet of a workbook: its name, and of each row that holds something the number that the spreadsheet shows."""

    title: str
    rows: tuple[tuple[int, tuple[Cell, ...]], ...]


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook cell by cell. ``epoch``: the day from which it counts days."""

    pages: tuple[Page, ...]
    epoch: dt.datetime


def cells(content: bytes) -> Book:
    """Return an XLSX workbook cell by cell, hidden sheets included; what it counts or shows is not made into words.

    Raises Refused with a sentence for who sent it, as ``read`` does.
    """
    if len(content) > MOST_BYTES:
        raise too_large()
    book = _opened(content)
    try:
        pages = tuple(Page(sheet.title, tuple(_cells(sheet))) for sheet in book.worksheets[:_MOST_SHEETS])
    except _BROKEN:
        raise _no_table() from None
    finally:
        book.close()
    return Book(pages, book.epoch)


def _cells(sheet: Any) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    """Yield the rows that hold something, as many as a table may have: what stands below them is no part of it."""
    for number, row in enumerate(sheet.iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS), start=1):
        found = tuple(Cell(one.value, "%" in (one.number_format or "")) for one in row)
        if any(one.value not in (None, "") for one in found):
            yield number, found


def _refuse_what_is_hidden(parts: Sequence[zipfile.ZipInfo]) -> None:
    """Refuse a workbook with a part that would not fit. Pictures and other binary parts are never opened: they may be large."""
    if len(parts) > _MOST_PARTS:
        raise too_large()
    for part in parts:
        name = part.filename.lower()
        if not name.endswith((".xml", ".rels", ".vml")):
            continue
        most = next((most for begin, most in _MOST_UNPACKED.items() if name.startswith(begin)), _MOST_OF_OTHERS)
        if part.file_size > most:
            raise too_large()


def holds_more(content: bytes, *, rows: int, marks: int) -> bool:
    """Return whether a workbook has more rows, or more marks of XML, than these. Unpacks it as far as that, and keeps nothing."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _holds_more(archive, rows=rows, marks=marks)
    except _BROKEN:
        raise _no_table() from None


def _holds_more(archive: zipfile.ZipFile, *, rows: int, marks: int) -> bool:
    """Count in every part, whatever it is called. Refuses one that declares what stands for something else: no program does."""
    seen = begun = 0
    for part in archive.infolist():
        end = b""
        with archive.open(part) as opened:
            while bite := opened.read(_BITE):
                seen += bite.count(b"<")
                begun += len(_ROW.findall(bite))  # where they begin, and where they end
                if _DECLARES.search(end + bite):
                    raise _no_table()
                end = bite[-_LONGEST_MARK:]
                if seen > marks or begun > rows:
                    return True
    return False


def _tidy(cells: Iterable[Any]) -> tuple[str, ...]:
    shown = [" ".join(_shown(cell).split())[:_CELL] for cell in list(cells)[:MOST_COLUMNS]]
    while shown and not shown[-1]:
        shown.pop()
    return tuple(shown)


def _shown(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(sep=" ", timespec="minutes")
    return str(cell)


def write(head: Sequence[str], rows: Iterable[Sequence[Any]], *, title: str) -> bytes:
    """Return an XLSX workbook of one sheet. Text stays text: what begins like a formula is never worked out."""
    made = Workbook(write_only=True)
    _put(made, title, head, rows)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def book(parts: Iterable[tuple[str, Sequence[str], Iterable[Sequence[Any]]]]) -> bytes:
    """Return an XLSX workbook of several sheets, each (title, head, rows): the same bytes whenever it is made from the same."""
    made = Workbook(write_only=True)
    for title, head, rows in parts:
        _put(made, title, head, rows)
    out = io.BytesIO()
    made.save(out)
    return _without_its_hour(out.getvalue())


def _without_its_hour(content: bytes) -> bytes:
    """Return a workbook that does not say when it was made."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as fresh:
        for part in archive.infolist():
            text = archive.read(part)
            if part.filename == "docProps/core.xml":
                text = re.sub(rb"\d{4}-\d\d-\d\dT[\d:.]+Z", b"2000-01-01T00:00:00Z", text)
            fresh.writestr(zipfile.ZipInfo(part.filename, (2000, 1, 1, 0, 0, 0)), text, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _put(made: Workbook, title: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    told = [[_plain(value) for value in row] for row in rows]
    sheet = made.create_sheet(_sheet_name(title))
    sheet.freeze_panes = "A2"
    for column, words in enumerate(head, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = max(12, min(40, len(str(words)) + 4))
    sheet.append([_cell(sheet, str(words), bold=True) for words in head])
    for row in told:
        sheet.append([_cell(sheet, value) for value in row])


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime) and value.tzinfo:
        raise TypeError("A moment goes into a sheet as words with its place: see core.moments.")
    if isinstance(value, int | float | dt.date | dt.datetime | None):
        return value
    return _NO_XML.sub("", str(value))


def keep_as_text(cell: Any, text: str) -> None:
    """Put ``text`` into a cell of a workbook that is being made, so that no program works it out."""
    cell.value = _NO_XML.sub("", text)
    cell.data_type = "s"
    cell.quotePrefix = text[:1] in ("=", "+", "-", "@", "\t")


def _cell(sheet: Any, value: Any, *, bold: bool = False) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, str):
        cell.data_type = "s"
        cell.quotePrefix = value[:1] in ("=", "+", "-", "@", "\t")
    if bold:
        cell.font = Font(bold=True)
    return cell


def _sheet_name(title: str) -> str:
    return "".join(letter for letter in title if letter not in "[]:*?/\\")[:31] or "1"


def answer(head: Sequence[str], rows: Iterable[Sequence[Any]], *, title: str, file: str) -> HttpResponse:
    """Return the workbook as a download called ``file`` (plain letters, without its ending)."""
    return download(write(head, rows, title=title), file=file)


def download(content: bytes, *, file: str) -> HttpResponse:
    """Return a workbook as a download called ``file`` (plain letters, without its ending)."""
    made = HttpResponse(content, content_type=XLSX)
    made.headers["Content-Disposition"] = f'attachment; filename="{file}.xlsx"'
    return made

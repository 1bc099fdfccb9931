"""Tables from anywhere come in as text with their row numbers; what goes out opens in Excel and runs nothing."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from core import sheets
from core.refusals import Refused

TABLE = "Name;E-mail\nÉlodie Roy;elodie@example.org\n"


def cells(content: bytes) -> list[tuple[str, ...]]:
    return [line.cells for line in sheets.read(content)]


@pytest.mark.parametrize(
    "content",
    [
        TABLE.encode(),
        TABLE.encode("utf-8-sig"),
        TABLE.encode("utf-16"),
        TABLE.encode("utf-16-le"),
        TABLE.encode("utf-16-be"),
        TABLE.encode("cp1252"),
        TABLE.replace(";", ",").encode(),
        TABLE.replace(";", "\t").encode("utf-16"),
        TABLE.replace("\n", "\r\n").encode(),
        TABLE.replace("\n", "\r").encode(),
    ],
)
def test_one_table_in_every_dress(content):
    assert cells(content) == [("Name", "E-mail"), ("Élodie Roy", "elodie@example.org")]


def test_rows_keep_the_number_that_the_spreadsheet_shows():
    content = b'name,note\n\n"two\nlines",x\nlast,y\n'
    assert [(line.number, line.cells) for line in sheets.read(content)] == [
        (1, ("name", "note")),
        (3, ("two lines", "x")),
        (5, ("last", "y")),
    ]


def test_half_a_last_line_takes_nothing_from_the_file():
    with pytest.raises(Refused) as refused:
        sheets.read(b'name,role\nNia,lead\n"Tess,mem')
    assert "3" in refused.value.sentence
    assert refused.value.field == "file"


def test_too_many_rows_are_refused_before_they_are_read():
    with pytest.raises(Refused, match="5 000"):
        sheets.read(b"name\n" + b"x\n" * 200_000)


def test_a_workbook_that_names_a_row_far_away_is_refused_at_once():
    """Between row 1 and row 2,000,000,000 there are as many empty ones, in a file of five kilobytes."""
    book = io.BytesIO()
    Workbook().save(book)
    far = b'<row r="%d"><c r="A%d" t="inlineStr"><is><t>Nia</t></is></c></row>'
    sheet = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    sheet += far % (1, 1) + far % (2_000_000_000, 2_000_000_000) + b"</sheetData></worksheet>"
    hostile = io.BytesIO()
    with zipfile.ZipFile(book) as source, zipfile.ZipFile(hostile, "w") as target:
        for name in source.namelist():
            target.writestr(name, sheet if name.endswith("sheet1.xml") else source.read(name))
    with pytest.raises(Refused, match="more than"):
        sheets.read(hostile.getvalue())


SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%b</sheetData></worksheet>'


def hostile(sheet: bytes) -> bytes:
    """Return a workbook with this sheet in it."""
    book, out = io.BytesIO(), io.BytesIO()
    Workbook().save(book)
    with zipfile.ZipFile(book) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, sheet if name.endswith("sheet1.xml") else source.read(name))
    return out.getvalue()


COSTLY = {
    "one row over and over": SHEET % (b'<row r="1"/>' * 200_000),
    "in another alphabet": (SHEET % (b'<row r="1"/>' * 200_000)).decode().encode("utf-16"),
    "rows without a number": SHEET % (b"<row/>" * 200_000),
    "with a prefix": (SHEET % (b"<x:row/>" * 200_000)).replace(b"xmlns=", b"xmlns:x="),
    "one row without end": SHEET % (b'<row r="1">' + b"<c/>" * 2_000_000 + b"</row>"),
    "what stands for something else": b"<!DOCTYPE x [<!ENTITY a '" + b"<row/>" * 100 + b"'>]>" + SHEET % (b"&a;" * 10),
    "the same far down": b" " * (1024 * 1024 - 3) + b"<!DOCTYPE x [<!ENTITY a '1'>]>" + SHEET % b"<row/>",
    "the same in another alphabet": ("<!DOCTYPE x [<!ENTITY a '1'>]>" + (SHEET % b"<row/>").decode()).encode("utf-16"),
}


@pytest.mark.parametrize("sheet", COSTLY.values(), ids=COSTLY)
@pytest.mark.parametrize("reader", [sheets.read, sheets.cells])
def test_a_small_file_that_holds_a_million_rows_is_not_read(sheet, reader, monkeypatch):
    content = hostile(sheet)
    assert len(content) < 100_000
    monkeypatch.setattr(sheets, "load_workbook", lambda *_, **__: pytest.fail("it was read"))
    with pytest.raises(Refused):
        reader(content)


def test_a_sheet_may_not_hide_behind_another_name(monkeypatch):
    content = hostile(SHEET % b"")
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        ways = source.read("xl/_rels/workbook.xml.rels").replace(b"worksheets/sheet1.xml", b"media/x.png")
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, ways if name == "xl/_rels/workbook.xml.rels" else source.read(name))
        target.writestr("xl/media/x.png", SHEET % (b"<row/>" * 200_000))
    monkeypatch.setattr(sheets, "load_workbook", lambda *_, **__: pytest.fail("it was read"))
    with pytest.raises(Refused, match="large"):
        sheets.read(out.getvalue())


def test_a_table_as_large_as_one_may_be_is_read():
    book = Workbook(write_only=True)
    page = book.create_sheet()
    for _ in range(sheets.MOST_ROWS):
        page.append([f"a row < {place}" for place in range(40)])
    out = io.BytesIO()
    book.save(out)
    assert len(sheets.read(out.getvalue())) == sheets.MOST_ROWS


def test_a_workbook_comes_as_a_person_reads_it():
    book = Workbook()
    book.active.append(["Name", "Since", "Beds", "Half", "Yes"])
    book.active.append([" Nia  Roy ", dt.date(2026, 11, 22), 12.0, 1.5, True])
    book.active.append([None, None, None, None, None])
    book.active.append(["=1+1", dt.datetime(2026, 1, 2, 9, 30), None, None, None])
    out = io.BytesIO()
    book.save(out)
    lines = sheets.read(out.getvalue())
    assert [line.number for line in lines] == [1, 2, 4]
    assert lines[1].cells == ("Nia Roy", "2026-11-22", "12", "1.5", "1")
    assert lines[2].cells == ("", "2026-01-02 09:30")  # a formula that nobody has worked out is empty


@pytest.mark.parametrize("content", [b"PK\x03\x04 not a zip", b"\x89PNG\r\n\x1a\n\x00\x00", b"%PDF-1.7\x00\x01"])
def test_what_is_no_table_says_so(content):
    with pytest.raises(Refused):
        sheets.read(content)


def test_a_zip_of_something_else_or_of_too_much_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("hello.txt", "hello" * 1000)
    with pytest.raises(Refused):
        sheets.read(out.getvalue())
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<a/>" * 2_000_000)
    assert len(out.getvalue()) < 100_000
    with pytest.raises(Refused, match="large"):
        sheets.read(out.getvalue())


@given(st.binary(max_size=400))
def test_any_bytes_are_rows_or_a_sentence(content):
    try:
        lines = sheets.read(content)
    except Refused:
        return
    assert all(any(line.cells) for line in lines)


def test_what_is_written_reads_back_and_runs_nothing():
    rows = [("=HYPERLINK(1)", 3, dt.date(2026, 1, 2)), ("+1\x07", -4, None), ("A\uffffB", 1, None)]
    made = sheets.write(["Name", "n", "Day"], rows, title="People: all/[of] them")
    sheet = load_workbook(io.BytesIO(made)).worksheets[0]
    assert sheet["A2"].data_type == "s"
    assert sheet["A2"].value == "=HYPERLINK(1)"
    assert sheet["A3"].value == "+1"
    assert sheet["A4"].value == "AB", "one sign that XML does not know, and nobody opens the book"
    assert sheet["B3"].value == -4
    assert sheet["A1"].font.bold


def test_a_table_may_be_as_wide_as_all_questions_of_all_surveys():
    book = load_workbook(io.BytesIO(sheets.write([f"key-{n}" for n in range(90)], [list(range(90))], title="Wide")))
    assert [cell.value for cell in book.worksheets[0][2]] == list(range(90))


def test_a_moment_does_not_go_into_a_sheet_without_its_place():
    with pytest.raises(TypeError):
        sheets.write(["When"], [[dt.datetime(2026, 1, 2, tzinfo=dt.UTC)]], title="x")

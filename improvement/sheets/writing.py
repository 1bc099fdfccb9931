"""The file itself: one row a week with its date, one column a measure, filled in with what is there."""

from __future__ import annotations

import io
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import override
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook.protection import WorkbookProtection
from openpyxl.worksheet.datavalidation import DataValidation

from collaborative.models import Team
from core.sheets import keep_as_text
from improvement.models import OF_ALL, Measure, MeasureKind, Missing
from improvement.sheets import seal
from improvement.sheets.cells import SAID
from improvement.sheets.grid import Grid, grid_of, own_headings
from notifications.inbound.addresses import takes_mail

_FREE: Final = Protection(locked=False)
_UNDER: Final = Border(bottom=Side(style="medium"))
_AS_TEXT: Final = "@"


@dataclass(frozen=True)
class File:
    name: str
    content: bytes


def sheet_of(team: Team, language: str) -> File:
    """Return the sheet of ``team`` in ``language``, as it stands now."""
    with override(language):
        grid = grid_of(team)
        book = Workbook()
        # The title says what it is wherever a program names it; the language is what a screen reader reads it in.
        book.properties.title = _("Our numbers: %(team)s") % {"team": team.name}
        book.properties.language = f"{language}-CA"
        book.properties.creator = ""
        page = book.active
        page.title = _("Our numbers")[:31]
        _fill(page, grid, language)
        _explain(book.create_sheet(_("How to fill it in")[:31]))
        _seal(book.create_sheet("sheet"), grid)
        book.security = WorkbookProtection(lockStructure=True)
        out = io.BytesIO()
        book.save(out)
        name = slugify(" ".join((_("our-sheet"), team.name)))[:80].strip("-")
    return File(f"{name}.xlsx", out.getvalue())


def _fill(page: Any, grid: Grid, language: str) -> None:
    week, note = own_headings()
    for column, heading in enumerate([week, *grid.headings, note], start=1):
        cell = page.cell(1, column)
        keep_as_text(cell, heading)
        cell.font, cell.border = Font(bold=True), _UNDER
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        page.column_dimensions[get_column_letter(column)].width = 14 if column == 1 else 22
    last = len(grid.headings) + 2
    for row, monday in enumerate(grid.weeks, start=2):
        cell = page.cell(row, 1, monday)
        cell.number_format, cell.alignment = "yyyy-mm-dd", Alignment(horizontal="left")
        for column, measure in enumerate(grid.measures, start=2):
            _number(page.cell(row, column), measure, grid.standing(measure, monday).text, language)
        page.cell(row, last).protection = _FREE
        page.cell(row, last).number_format = _AS_TEXT
    page.column_dimensions[get_column_letter(last)].width = 40
    page.freeze_panes, page.print_title_rows = "B2", "1:1"
    _help(page, grid)
    _protect(page)


def _number(cell: Any, measure: Measure, text: str, language: str) -> None:
    """Put what stands into its cell. A share is kept as text: "7/9" would become a date under Excel's fingers."""
    share = measure.kind in OF_ALL
    cell.protection, cell.alignment = _FREE, Alignment(horizontal="right")
    if share:
        cell.number_format = _AS_TEXT
    if text in Missing.values:
        keep_as_text(cell, SAID[language][text])
    elif text and share:
        keep_as_text(cell, text.replace(".", ",") if language == "fr" else text)
    elif text:
        value = Decimal(text)
        cell.value = int(value) if value == value.to_integral_value() else float(value)


def _help(page: Any, grid: Grid) -> None:
    """Say in each column what fits there; what does not is asked about, never refused: n/a is words."""
    last = max(2, len(grid.weeks) + 1)
    for column, measure in enumerate(grid.measures, start=2):
        letter = get_column_letter(column)
        rule = f"OR(ISTEXT({letter}2),ISNUMBER({letter}2))"
        if measure.kind == MeasureKind.COUNT:
            rule = f"OR(ISTEXT({letter}2),AND(ISNUMBER({letter}2),{letter}2>=0,{letter}2=INT({letter}2)))"
        check = DataValidation(type="custom", formula1=rule, allow_blank=True, errorStyle="warning")
        check.promptTitle, check.prompt = grid.headings[column - 2][:32], _how(measure)[:255]
        check.errorTitle, check.error = check.promptTitle, _how(measure)[:224]
        check.showInputMessage = check.showErrorMessage = True
        check.add(f"{letter}2:{letter}{last}")
        page.add_data_validation(check)


def _how(measure: Measure) -> str:
    what = {
        MeasureKind.COUNT: _("A whole number, such as 7."),
        MeasureKind.PERCENT: _("A share, such as 7/9, or a percentage, such as 62.5."),
        MeasureKind.RATE: _("How many of how many, such as 3/1240, or the rate, such as 2.4."),
        MeasureKind.BETWEEN: _("How many days, such as 12."),
        MeasureKind.NUMBER: _("A number, such as 12.5."),
    }[MeasureKind(measure.kind)]
    return f"{what} {_rule()}"


def _rule() -> str:
    return _("Leave it empty to say nothing; n/a = not collected; 0 = zero.")


def _protect(page: Any) -> None:
    """Keep headings and dates as they are, without a password: whoever wants to change them knows what they do."""
    protection = page.protection
    protection.sheet = True
    protection.formatCells = protection.formatColumns = protection.formatRows = False


def _explain(page: Any) -> None:
    lines = [
        _("How to fill it in"),
        _("Each row is a week and begins with its Monday. Each column is something that your team counts."),
        _rule(),
        _("Of a share, type how many of how many, such as 7/9, or the percentage."),
        _("The last column is yours: nobody reads it here, and it is not kept."),
        *_ways_back(),
    ]
    for row, line in enumerate(lines, start=1):
        cell = page.cell(row, 1)
        keep_as_text(cell, line)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        if row == 1:
            cell.font = Font(bold=True)
    page.column_dimensions["A"].width = 80
    _protect(page)


def _ways_back() -> list[str]:
    """Return how the sheet comes back: by mail only where mail can come in."""
    on_the_page = _("When you are done, save the file and send it back on the page of your numbers. You see there what was read before it is saved.")  # fmt: skip
    if not takes_mail():
        return [on_the_page]
    return [
        on_the_page,
        _(
            "Or attach it to an answer to any mail about your numbers: it is saved, and one mail tells you what was read."
        ),
    ]


def _seal(page: Any, grid: Grid) -> None:
    page.sheet_state = "veryHidden"
    for row, texts in enumerate(seal.rows_of(grid), start=1):
        for column, text in enumerate(texts, start=1):
            if text:
                keep_as_text(page.cell(row, column), text)

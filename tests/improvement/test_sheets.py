"""Our sheet, there and back: what stands in it, what is read of it, what is saved, and what is asked about."""

from __future__ import annotations

import datetime as dt
import io
import os
import zipfile
from decimal import Decimal

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from core import sheets as core_sheets
from core.refusals import Refused
from core.registry import data_of, forget
from core.sheets import Cell
from improvement.measuring import add_measure
from improvement.models import DataPoint, DataPointCorrection, ReturnedSheet
from improvement.services import record_number
from improvement.sheets import cells, reading, returning, words, writing
from improvement.sheets.cells import Meaning, meaning
from improvement.weeks import WEEK, monday_of
from tests.files import nasty
from tests.improvement import sheets
from tests.improvement.conftest import MONDAY
from tests.improvement.test_conversations import log

LAST, BEFORE = MONDAY - WEEK, MONDAY - 2 * WEEK


@pytest.fixture
def counts(world):
    """What the team counts besides its conversations: falls, and the share of huddles held."""
    falls = add_measure(team=world.team, by=world.tess, name="Falls", kind="count", direction="down")
    share = add_measure(team=world.team, by=world.tess, name="Huddles held", kind="percent", direction="up")
    return falls, share


def save(measure, value, by, week=LAST, **more):
    return record_number(
        measure=measure, by=by, period_start=week, value=None if value is None else Decimal(value), **more
    )


def look(world, content, by=None):
    return returning.look_at(team=world.team, content=content, by=by or world.tess)


def send(world, content, by=None):
    """Send a sheet back and let it be saved; return what became of it."""
    by = by or world.tess
    return returning.save(returned=look(world, content, by), by=by)


def standing(measure) -> dict:
    return {one.period_start: one.missing_reason or one.value for one in DataPoint.objects.filter(measure=measure)}


# ---------------------------------------------------------------- there


def test_the_sheet_is_filled_in_with_what_is_saved(world, counts):
    falls, share = counts
    save(falls, 7, world.tess)
    save(share, "77.778", world.tess)
    save(share, None, world.tess, BEFORE, missing_reason="not_collected")
    rows = sheets.shown(sheets.sheet(world.team))
    assert rows[0] == [
        "Week (its Monday)", "Safety conversations a week (conversations)", "Falls", "Huddles held (%)",
        "Your own notes (not read)",
    ]  # fmt: skip
    by_week = {row[0].date(): row[1:] for row in rows[1:]}
    assert by_week[LAST] == [None, 7, "77.778", None]
    assert by_week[BEFORE] == [None, None, "n/a", None]
    assert min(by_week) == dt.date(2026, 11, 30)
    # What is still to come can be filled in later.
    assert max(by_week) == monday_of(max(phase.ends_on for phase in world.cohort.phases.all())) > MONDAY


def test_in_french_it_speaks_french(world, counts):
    _falls, share = counts
    save(share, "77.778", world.tess)
    save(share, None, world.tess, BEFORE, missing_reason="not_collected")
    rows = sheets.shown(sheets.sheet(world.team, "fr"))
    assert rows[0][0] == "Semaine (son lundi)"
    by_week = {row[0].date(): row[1:] for row in rows[1:]}
    assert (by_week[LAST][2], by_week[BEFORE][2]) == ("77,778", "s. o.")


def test_a_reader_of_screens_and_a_printer_get_what_they_need(world, counts):
    book = load_workbook(io.BytesIO(sheets.sheet(world.team, "fr")))
    page, how, hidden = book.worksheets
    assert (book.properties.language, world.team.name in book.properties.title) == ("fr-CA", True)
    assert (page.freeze_panes, page.print_title_rows, page.protection.sheet) == ("B2", "$1:$1", True)
    assert [page["A1"].protection.locked, page["A2"].protection.locked, page["B2"].protection.locked] == [
        True, True, False,
    ]  # fmt: skip
    assert [how.sheet_state, hidden.sheet_state] == ["visible", "veryHidden"]
    # What fits in a column is said in words, beside its cells.
    said = {str(check.sqref).split(":")[0]: check.prompt for check in page.data_validations.dataValidation}
    assert "7/9" in said["D2"]
    assert "s. o." in said["C2"]
    # A share stays what was typed: as a number, Excel would make a date of 7/9.
    assert (page["D2"].number_format, page["C2"].number_format) == ("@", "General")


def test_no_name_is_worked_out_by_a_program(world):
    for name in ("=HYPERLINK(1)", "+1", "@sum", "-2", "=1"):
        add_measure(team=world.team, by=world.tess, name=name)
    content = sheets.sheet(world.team)
    book = load_workbook(io.BytesIO(content))
    assert {cell.data_type for page in book.worksheets for row in page.rows for cell in row} <= {"s", "n", "d"}
    assert sheets.shown(content)[0][2:7] == ["=HYPERLINK(1)", "+1", "@sum", "-2", "=1"]
    assert len(send(world, sheets.typed(content, {"C3": 1, "D3": 2, "E3": 3, "F3": 4, "G3": 5})).changes) == 5


def test_two_things_of_one_name_have_two_columns(world):
    first, second = (add_measure(team=world.team, by=world.tess, name="Falls") for _n in range(2))
    content = sheets.sheet(world.team)
    assert sheets.shown(content)[0][2:4] == ["Falls", "Falls 2"]
    send(world, sheets.typed(content, {"C2": 1, "D2": 2}))
    assert [list(standing(one).values()) for one in (first, second)] == [[1], [2]]


def test_a_sheet_takes_as_many_statements_for_one_measure_as_for_ten(world, django_assert_num_queries):
    for most in (1, 10):
        for n in range(most):
            save(add_measure(team=world.team, by=world.tess, name=f"M{most}{n}"), 1, world.tess)
        team = type(world.team).objects.select_related("cohort", "unit").get(pk=world.team.pk)
        with django_assert_num_queries(6):
            writing.sheet_of(team, "en")


# ---------------------------------------------------------------- and back


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_nobody_touched_changes_nothing(world, counts, language):
    falls, share = counts
    log(world)
    save(falls, 7, world.tess)
    save(share, "62.5", world.tess)
    for week, reason in ((BEFORE, "not_collected"), (MONDAY, "no_event")):
        save(falls, None, world.tess, week, missing_reason=reason)
    save(share, None, world.tess, BEFORE, missing_reason="paused")
    content = sheets.sheet(world.team, language)
    returned = send(world, content)
    assert (returned.changes, returned.troubles, returned.read_rows) == ([], [], set())
    assert not DataPointCorrection.objects.exists()
    with override(language):
        assert words.summary(returned) == {
            "en": "Nothing is new in your sheet", "fr": "Il n'y a rien de nouveau dans votre feuille",
        }[language]  # fmt: skip


@pytest.mark.parametrize(("language", "none"), [("en", "n/a"), ("fr", "s. o.")])
def test_a_sheet_comes_back_filled_in(world, counts, language, none):
    falls, share = counts
    content = sheets.sheet(world.team, language)
    last, before = sheets.row_of(content, LAST), sheets.row_of(content, BEFORE)
    send(world, sheets.typed(content, {f"C{last}": 0, f"C{before}": none, f"D{last}": "7/9", f"D{before}": "62,5 %"}))
    assert standing(falls) == {LAST: 0, BEFORE: "not_collected"}
    assert standing(share) == {LAST: Decimal("77.778"), BEFORE: Decimal("62.5")}
    point = DataPoint.objects.get(measure=falls, period_start=LAST)
    assert (point.method, point.way, point.by) == ("import", "page", world.tess)


def test_six_read_and_one_needs_you(world, counts, clock):
    _falls, share = counts
    clock.shift(dt.timedelta(days=7 * 7))
    content = sheets.sheet(world.team)
    typed = {f"D{row}": f"{row}/12" for row in range(2, 8)}
    returned = send(world, sheets.typed(content, typed | {"D9": "14/12"}))
    assert words.summary(returned) == "6 read, 1 needs you: row 9 says 14 of 12"
    (line,) = words.lines(returned, [share])
    assert (line.says, line.where) == ("Row 9 says 14 of 12", "“Huddles held”, week of 18 January")
    assert line.url.endswith("?week=2027-01-18")
    with override("fr"):
        assert (
            words.summary(returned) == "6 lignes lues, 1 ligne à revoir\N{NO-BREAK SPACE}: la ligne 9 indique 14 sur 12"
        )
    assert len(standing(share)) == 6


def test_the_same_sheet_twice_changes_nothing(world, counts):
    falls, _share = counts
    content = sheets.sheet(world.team)
    content = sheets.typed(content, {f"C{sheets.row_of(content, LAST)}": 4})
    send(world, content)
    before = DataPoint.objects.get(measure=falls)
    again = send(world, content, by=world.nia)
    assert (again.changes, words.summary(again)) == ([], "1 read")
    after = DataPoint.objects.get(measure=falls)
    assert (after.deed, after.by) == (before.deed, world.tess)
    assert not DataPointCorrection.objects.exists()


def test_save_pressed_twice_saves_once(world, counts):
    content = sheets.sheet(world.team)
    returned = look(world, sheets.typed(content, {f"C{sheets.row_of(content, LAST)}": 4}))
    first = returning.save(returned=returned, by=world.tess)
    assert returning.save(returned=returned, by=world.tess).saved_at == first.saved_at
    assert DataPoint.objects.count() == 1


def test_a_number_that_somebody_changed_meanwhile_is_shown_and_not_overwritten(world, counts):
    falls, share = counts
    save(falls, 3, world.tess)
    content = sheets.sheet(world.team)
    row = sheets.row_of(content, LAST)
    save(falls, 5, world.nia)
    returned = send(world, sheets.typed(content, {f"C{row}": 4, f"D{row}": "50"}))
    assert words.summary(returned) == f"1 needs you: row {row} says 4, and somebody saved 5 meanwhile"
    # What stands beside it is saved all the same.
    assert (standing(falls)[LAST], standing(share)[LAST]) == (5, 50)


def test_a_sheet_that_only_lay_around_puts_nothing_back(world, counts):
    falls, _share = counts
    save(falls, 3, world.tess)
    content = sheets.sheet(world.team)
    save(falls, 5, world.nia)
    assert send(world, content).troubles == []
    assert standing(falls)[LAST] == 5


def test_who_is_overtaken_between_looking_and_saving_is_told(world, counts):
    falls, _share = counts
    content = sheets.sheet(world.team)
    returned = look(world, sheets.typed(content, {f"C{sheets.row_of(content, LAST)}": 4}))
    save(falls, 9, world.nia)
    saved = returning.save(returned=returned, by=world.tess)
    assert (saved.changes, [one["code"] for one in saved.troubles]) == ([], ["overtaken"])
    assert standing(falls)[LAST] == 9


def test_an_empty_cell_says_nothing(world, counts):
    falls, _share = counts
    save(falls, 3, world.tess)
    content = sheets.sheet(world.team)
    send(world, sheets.typed(content, {f"C{sheets.row_of(content, LAST)}": None}))
    assert standing(falls)[LAST] == 3


def test_a_number_instead_of_the_log_stands_and_one_like_it_does_not_freeze_the_week(world, clock):
    for _n in range(3):
        log(world, again=True)
    content = sheets.sheet(world.team)
    row = sheets.row_of(content, MONDAY)
    assert sheets.shown(content)[row - 1][1] == 3
    assert send(world, content).changes == []
    send(world, sheets.typed(content, {f"B{row}": 5}))
    assert standing(world.measure)[MONDAY] == 5


def test_only_who_belongs_to_the_team_saves(world, counts):
    content = sheets.sheet(world.team)
    returned = look(world, sheets.typed(content, {"C2": 4}), by=world.colin)
    with pytest.raises(Refused, match="belong to the team"):
        returning.save(returned=returned, by=world.colin)
    assert not DataPoint.objects.exists()


def test_nothing_is_saved_in_a_closed_cohort(world, counts):
    returned = look(world, sheets.typed(sheets.sheet(world.team), {"C2": 4}))
    world.cohort.closed_at = dt.datetime(2026, 12, 16, 15, tzinfo=dt.UTC)
    world.cohort.save()
    with pytest.raises(Refused, match="closed"):
        returning.save(returned=returned, by=world.tess)


# ---------------------------------------------------------------- as people and programs change it


def test_moved_columns_and_rows_are_known_again(world, counts):
    falls, share = counts
    content = sheets.sheet(world.team)
    last, before = sheets.row_of(content, LAST), sheets.row_of(content, BEFORE)

    def change(page) -> None:
        page.cell(last, 3, 4), page.cell(last, 4, "7/9"), page.cell(before, 3, 2)
        rows = [[cell.value for cell in row] for row in page.rows]
        order = [3, 0, 4, 2, 1]
        page.delete_rows(1, page.max_row)
        page.append(["Our ward, autumn"])
        page.append([])
        for row in [rows[0], *reversed(rows[1:])]:
            page.append([row[0], "mine", *[row[place] for place in order], "x"])
        page.delete_cols(1)

    send(world, sheets.changed(content, change))
    assert (standing(falls), standing(share)) == ({LAST: 4, BEFORE: 2}, {LAST: Decimal("77.778")})


def test_rows_of_ones_own_and_weeks_before_the_series_are_read_by_their_date(world, counts):
    falls, _share = counts
    earlier = dt.date(2026, 11, 23)

    def change(page) -> None:
        page.append([])
        page.append([earlier, None, 6])
        page.append(["Total", None, 6])
        page.append(["What we saw", None, None, None, "Everybody was kind"])

    content = sheets.sheet(world.team)
    last = len(sheets.shown(content))
    returned = send(world, sheets.changed(content, change))
    assert standing(falls) == {earlier: 6}
    assert words.summary(returned) == f"1 read, 1 needs you: row {last + 3} has numbers and no date that can be read"


@pytest.mark.parametrize(
    ("date", "said"),
    [
        (dt.datetime(2026, 12, 7, 0, 0), 4),
        (dt.datetime(2026, 12, 7, 23, 59), 4),
        (dt.date(2026, 12, 7), 4),
        (46363, 4),
        ("2026-12-07", 4),
        ("07/12/2026", 4),  # 7 December, since 12 July is no Monday
        ("12/07/2026", 4),
        ("2026-12-07 00:00:00", 4),
        ("'2026-12-07", 4),
        ("7.12.26", 4),
        ("2026-12-08", None),
        ("first week", None),
        ("2027-12-06", None),
        (dt.time(1, 2), None),
        (7, None),
    ],
)
def test_dates_that_a_program_touched(world, counts, date, said):
    falls, _share = counts
    content = sheets.sheet(world.team)
    row = sheets.row_of(content, LAST)
    returned = send(world, sheets.typed(content, {f"A{row}": date, f"C{row}": 4}))
    assert standing(falls).get(LAST) == said
    assert len(returned.troubles) == (0 if said else 1)


def test_words_that_excel_keeps_apart_are_read(world, counts):
    falls, share = counts
    content = sheets.sheet(world.team)
    row = sheets.row_of(content, LAST)
    content = sheets.as_excel_keeps_it(sheets.typed(content, {f"C{row}": "n/a", f"D{row}": "7/9"}))
    assert b"inlineStr" not in sheets.part(content, "xl/worksheets/sheet1.xml")
    send(world, content)
    assert (standing(falls), standing(share)) == ({LAST: "not_collected"}, {LAST: Decimal("77.778")})


def test_days_counted_from_1904_are_the_same_days(world, counts):
    falls, _share = counts
    content = sheets.sheet(world.team)
    row = sheets.row_of(content, LAST)
    moved = sheets.from_1904(sheets.typed(content, {f"C{row}": 4}))
    assert b'date1904="1"' in sheets.part(moved, "xl/workbook.xml")
    send(world, moved)
    assert standing(falls) == {LAST: 4}
    as_numbers = sheets.changed(moved, lambda page: _as_numbers(page))
    assert send(world, as_numbers).troubles == []


def _as_numbers(page) -> None:
    for row in range(2, page.max_row + 1):
        page.cell(row, 1).number_format = "0"


def test_a_week_that_stands_there_twice_is_asked_about(world, counts):
    falls, _share = counts
    content = sheets.sheet(world.team)
    row = sheets.row_of(content, LAST)

    def change(page) -> None:
        page.cell(row, 3, 4)
        page.append([LAST, None, 5])

    returned = send(world, sheets.changed(content, change))
    assert [one["code"] for one in returned.troubles] == ["twice", "twice"]
    assert standing(falls) == {}
    same = send(world, sheets.changed(content, lambda page: (page.cell(row, 3, 4), page.append([LAST, None, 4]))))
    assert (same.troubles, standing(falls)) == ([], {LAST: 4})


def test_what_is_not_counted_any_more_is_told(world, counts):
    falls, _share = counts
    content = sheets.typed(sheets.sheet(world.team), {"C2": 4})
    falls.delete()
    assert words.summary(look(world, content)).endswith("something that your team does not count any more")


# ---------------------------------------------------------------- one cell


@pytest.mark.parametrize(
    ("value", "kind", "said"),
    [
        ("7", "count", "7"), (7, "count", "7"), (7.0, "count", "7"), ("7,5", "number", "7.5"), ("7.5", "number", "7.5"),
        ("7/9", "percent", "77.778"), ("7 of 9", "percent", "77.778"), ("7 sur 9", "percent", "77.778"),
        ("0/9", "percent", "0"), ("9/9", "percent", "100"), ("1\u202f000/2\u00a0000", "percent", "50"),
        ("62,5 %", "percent", "62.5"), ("62.5%", "percent", "62.5"), (62.5, "percent", "62.5"), ("0,5", "percent", "0.5"),
        ("1\u00a0200", "count", "1200"), ("1\u202f200,5", "number", "1200.5"), ("1 200", "count", "1200"),
        (" 7 ", "count", "7"), ("\u200b7\u00a0", "count", "7"), ("'7", "count", "7"), ("+7", "count", "7"),
        ("\N{MINUS SIGN}3", "number", "-3"), (-0.0, "count", "0"), (0, "count", "0"), ("0", "count", "0"),
        (33.333333333, "percent", "33.333"), (0.1 + 0.2, "number", "0.3"),
        ("n/a", "count", "not_collected"), ("N/A", "percent", "not_collected"), ("n.a.", "count", "not_collected"),
        ("s. o.", "count", "not_collected"), ("S.O.", "count", "not_collected"), ("s\u00a0.o.", "count", "not_collected"),
        ("s/o", "count", "not_collected"), ("#N/A", "count", "not_collected"), ("non recueilli", "count", "not_collected"),
        ("nothing to count", "count", "no_event"), ("Rien à compter", "count", "no_event"), ("en pause", "count", "paused"),
        (None, "count", ""), ("", "count", ""), ("   ", "count", ""), ("\u00a0\u200b", "count", ""),
    ],
)  # fmt: skip
def test_what_a_cell_says(value, kind, said):
    found = meaning(Cell(value), kind)
    assert (found.text, found.trouble) == (said, "")


@pytest.mark.parametrize(
    ("value", "kind", "trouble"),
    [
        ("14/12", "percent", "too_many"), ("14 of 12", "percent", "too_many"), ("3/0", "percent", "of_none"),
        ("7/9", "count", "no_share"), (dt.datetime(2026, 9, 7), "percent", "date"), (dt.time(7, 9), "percent", "date"),
        (dt.timedelta(days=1), "count", "date"), (True, "count", "no_number"), ("about 7", "count", "no_number"),
        ("7-9", "count", "no_number"), ("7½", "number", "no_number"), ("½", "percent", "no_number"), ("-", "count", "no_number"),
        ("#DIV/0!", "count", "no_number"), ("=7", "count", "no_number"), ("1e5", "count", "no_number"),
        ("1_000", "count", "no_number"), ("NaN", "count", "no_number"), ("12%", "count", "no_number"),
        (float("inf"), "number", "no_number"), (1e300, "number", "too_big"), ("9" * 15, "count", "too_big"),
        ("9" * 400, "count", "no_number"), ("1,200", "count", "comma"), ("1,200", "number", "comma"),
        (7 / 9, "percent", "share"), ("7:9", "percent", "no_number"), ("x" * 5000, "count", "no_number"),
    ],
)  # fmt: skip
def test_what_nobody_can_read_is_asked_about(value, kind, trouble):
    assert meaning(Cell(value), kind).trouble == trouble


def test_none_of_none_is_nothing_to_count():
    assert meaning(Cell("0/0"), "percent").reason == "no_event"


def test_what_excel_shows_as_a_percentage_is_one():
    assert meaning(Cell(0.625, percent=True), "percent").text == "62.5"
    assert meaning(Cell(1, percent=True), "percent").text == "100"


@given(st.decimals(min_value=-999_999, max_value=999_999, places=3, allow_nan=False))
def test_every_number_comes_back_as_it_went(number):
    text = cells.as_text(number)
    for written in (text, text.replace(".", ","), float(number)):
        found = meaning(Cell(written), "percent" if abs(number) >= 1 or not number else "number")
        assert found == Meaning(value=number)
        assert found.text == text


@given(st.integers(0, 10**6), st.integers(1, 10**6), st.sampled_from(["/", " / ", " of ", " sur ", "\u00a0/\u202f"]))
def test_every_share_is_what_it_says_or_asked_about(part, whole, sign):
    found = meaning(Cell(f"{part}{sign}{whole}"), "percent")
    if part > whole:
        assert (found.trouble, found.facts) == ("too_many", {"part": str(part), "whole": str(whole)})
    else:
        assert found.value is not None
        assert abs(found.value - Decimal(part) * 100 / whole) <= Decimal("0.0005")


@given(
    st.one_of(st.text(max_size=60), st.floats(), st.integers(), st.dates(), st.times(), st.booleans(), st.none()),
    st.sampled_from(["count", "percent", "number", ""]),
)
def test_nothing_that_can_stand_in_a_cell_breaks(value, kind):
    found = meaning(Cell(value), kind)
    assert sum([found.value is not None, bool(found.reason), bool(found.trouble)]) <= 1
    cells.day(Cell(value), epoch=dt.datetime(1899, 12, 30), weeks=[LAST])


# ---------------------------------------------------------------- what is no sheet of ours


def foreign(head=("Week (its Monday)", "Falls"), rows=((LAST, 4),)) -> bytes:
    book = Workbook()
    for row in (head, *rows):
        book.active.append(row)
    return sheets.saved(book)


def code(world, content) -> str:
    with pytest.raises(reading.NotOurs) as wrong:
        look(world, content)
    assert wrong.value.sentence or words.why_not(wrong.value.code)
    return wrong.value.code


def test_only_our_sheet_of_this_team_is_read(world, counts):
    assert code(world, foreign()) == "foreign"
    assert code(world, sheets.sheet(world.other_team)) == "other_team"
    assert not ReturnedSheet.objects.exists()


def test_a_seal_that_was_changed_holds_nothing(world, counts):
    def other_team(page) -> None:
        hidden = page.parent.worksheets[2]
        for row in hidden.rows:
            if row[0].value == "team":
                row[1].value = str(world.other_team.pk)

    assert code(world, sheets.changed(sheets.sheet(world.team), other_team)) == "foreign"
    lost = sheets.changed(sheets.sheet(world.team), lambda page: page.parent.remove(page.parent.worksheets[2]))
    assert code(world, lost) == "foreign"


def test_a_seal_is_whole_after_the_key_was_changed(world, counts, settings):
    content = sheets.typed(sheets.sheet(world.team), {"C2": 4})
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key of more than thirty-two signs, for tests"
    assert len(look(world, content).changes) == 1


def test_headings_are_needed_once_each(world, counts):
    content = sheets.sheet(world.team)
    assert code(world, sheets.typed(content, {"A1": "Date"})) == "no_head"
    assert code(world, sheets.typed(content, {"F1": "Falls"})) == "twice"


def _nasty(content: bytes) -> dict[str, bytes]:
    """Forty files that nobody should send, most of them made of a sheet that is ours."""
    entities = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + b"".join(
        b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(8)
    )
    bomb = entities + b"]><worksheet>&i;</worksheet>"
    rels = (
        b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        b'<Relationship Id="rId9" Type="http://x/externalLink" Target="file:///etc/passwd" TargetMode="External"/></Relationships>'
    )
    first = "xl/worksheets/sheet1.xml"
    return {
        "nothing": b"",
        "one byte": b"P",
        "the head of a package": b"PK\x03\x04",
        "words": b"Week,Falls\n2026-12-07,4\n",
        "zeros": bytes(5000),
        "half of it": content[: len(content) // 2],
        "the end cut off": content[:-30],
        "the middle torn": nasty.broken(content),
        "something before it": b"MZ" + content,
        "twice": content + content,
        "a comment": _with_comment(content),
        "an old workbook": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4000),
        "a PDF": nasty.pdf(),
        "slides": nasty.office("pptx"),
        "a letter": nasty.office("docx"),
        "a picture": nasty.picture(),
        "a bomb": nasty.bomb(),
        "a link out of the package": nasty.symlink(),
        "a package of nothing": nasty.office("xlsx"),
        "a macro": sheets.with_part(content, "xl/vbaProject.bin", b"x"),
        "a program": sheets.with_part(content, "xl/run.exe", b"MZ"),
        "a way out": sheets.with_part(content, "xl/worksheets/_rels/sheet1.xml.rels", rels),
        "a path": sheets.with_part(content, "../../etc/passwd", b"x"),
        "a path of Windows": sheets.with_part(content, "xl\\..\\..\\x", b"x"),
        "laughter": sheets.with_part(content, first, bomb),
        "an entity of the machine": sheets.with_part(
            content, first, b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><worksheet>&a;</worksheet>'
        ),
        "no sheet": sheets.without_part(content, first),
        "no list of sheets": sheets.without_part(content, "xl/workbook.xml"),
        "no list of kinds": sheets.without_part(content, "[Content_Types].xml"),
        "no ways": sheets.without_part(content, "xl/_rels/workbook.xml.rels"),
        "no styles": sheets.without_part(content, "xl/styles.xml"),
        "torn XML": sheets.with_part(content, first, b"<worksheet><sheetData><row r='1'>"),
        "no XML": sheets.with_part(content, first, b"\x00\x01\x02"),
        "torn list of sheets": sheets.with_part(content, "xl/workbook.xml", b"<workbook"),
        "torn words": sheets.with_part(sheets.as_excel_keeps_it(content), "xl/sharedStrings.xml", b"<sst><si>"),
        "words that are not there": sheets.with_part(
            content,
            first,
            b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
            b'<c r="A1" t="s"><v>99999</v></c></row></sheetData></worksheet>',
        ),
        "a row beyond all rows": sheets.with_part(
            content,
            first,
            b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
            b'<row r="2000000000"><c r="A2000000000"><v>1</v></c></row></sheetData></worksheet>',
        ),
        "a column beyond all columns": sheets.with_part(
            content,
            first,
            b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
            b'<row r="1"><c r="ZZZZZ1"><v>1</v></c></row></sheetData></worksheet>',
        ),
        "many parts": _many_parts(),
        "a sheet that is too long": sheets.with_part(
            content, first, b"<worksheet>" + b" " * 41_000_000 + b"</worksheet>"
        ),
        "larger than any of ours": sheets.with_part(content, "xl/media/x.png", os.urandom(2_100_000)),
    }


def _with_comment(content: bytes) -> bytes:
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a") as package:
        package.comment = b"MZ"
    return out.getvalue()


def _many_parts() -> bytes:
    return nasty.office("xlsx", parts={f"xl/{n}.xml": b"<a/>" for n in range(400)})


def test_forty_files_that_nobody_should_send_are_told_so(world, counts):
    files = _nasty(sheets.sheet(world.team))
    assert len(files) >= 40
    said = {}
    for name, content in files.items():
        try:
            look(world, content)
            said[name] = "read"
        except reading.NotOurs as wrong:
            said[name] = wrong.sentence or words.why_not(wrong.code)
    assert all(said.values())
    # Without styles a workbook opens; all others do not.
    assert {name for name, what in said.items() if what == "read"} <= {"no styles"}
    assert not DataPoint.objects.exists()


def test_of_a_file_that_is_no_sheet_of_ours_little_is_unpacked(world, counts, monkeypatch):
    """Anybody can send one, three in a mail: what ours holds is known."""
    unpacked = []
    take = zipfile.ZipExtFile.read
    monkeypatch.setattr(
        zipfile.ZipExtFile, "read", lambda self, *size: unpacked.append(take(self, *size)) or unpacked[-1]
    )
    content = sheets.sheet(world.team)
    head = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    for name, sheet in {
        "xl/worksheets/sheet1.xml": head + b'<row r="1"/>' * 1_000_000 + b"</sheetData></worksheet>",
        "xl/media/x.png": b"<a>" + bytes(20_000_000),
    }.items():
        unpacked.clear()
        monkeypatch.setattr(core_sheets, "load_workbook", lambda *_, **__: pytest.fail("it was read"))
        assert code(world, sheets.with_part(content, name, sheet)) == "file"
        assert sum(map(len, unpacked)) < 5_000_000
    rows = sheets.with_part(
        content, "xl/worksheets/sheet1.xml", head + b"<row/>" * 60_000 + b"</sheetData></worksheet>"
    )
    assert code(world, rows) == "file"
    cells = head + b"<row>" + b"<c/>" * 500_000 + b"</row></sheetData></worksheet>"
    assert code(world, sheets.with_part(content, "xl/worksheets/sheet1.xml", cells)) == "file"


# ---------------------------------------------------------------- what is kept


def test_what_came_back_is_kept_for_thirty_days(world, counts):
    returned = look(world, sheets.typed(sheets.sheet(world.team), {"C2": 4}))
    returning.sweep()
    assert ReturnedSheet.objects.filter(pk=returned.pk).exists()
    ReturnedSheet.objects.update(created_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    returning.sweep()
    assert not ReturnedSheet.objects.exists()


def test_who_sent_a_sheet_takes_it_along_and_is_forgotten(world, counts):
    falls, _share = counts
    send(world, sheets.typed(sheets.sheet(world.team), {"C2": 4}))
    (kept,) = data_of.get("sheets")(world.tess)["sheets_sent"]
    assert (kept["team__name"], kept["came_by"]) == (world.team.name, "page")
    forget.get("sheets")(world.tess)
    assert not ReturnedSheet.objects.exists()
    assert list(standing(falls).values()) == [4]


def test_nothing_that_people_wrote_is_kept(world, counts):
    returned = look(world, sheets.typed(sheets.sheet(world.team), {"C2": "Joan fell", "E2": "Joan was tired"}))
    assert "Joan" not in str(returned.told)
    assert words.summary(returned) == "1 needs you: row 2 holds something that is no number"


def test_of_several_rows_the_first_is_told_and_how_many_others_there_are(world, counts):
    content = sheets.sheet(world.team)
    two = look(world, sheets.typed(content, {"C2": "x", "C3": "y"}))
    assert words.summary(two) == "2 need you: row 2 holds something that is no number, and 1 other"
    three = look(world, sheets.typed(content, {"C2": "x", "C3": "y", "C4": "z"}))
    with override("fr"):
        assert words.summary(three).endswith("contient autre chose qu'un nombre, et 2 autres")

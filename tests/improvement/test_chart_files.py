"""Sentence, table, drawing, page and file of numbers come from one chart."""

from __future__ import annotations

import csv
import datetime as dt
import html
import io
import re
import xml.etree.ElementTree as ET
from decimal import Decimal

import pytest
from django.utils.translation import override

from improvement import chart_files, phasing
from improvement.axis import spoken_number
from improvement.charts import charts_of
from improvement.measuring import add_measure
from improvement.services import record_number
from improvement.weeks import WEEK
from tests.improvement.conftest import MONDAY

VALUES = [5, 3, 5, 4, 6, None, 5, 3, 5, 4, 5, 9, 8, 9, 10, 9, 8]


@pytest.fixture
def chart(world):
    measure = add_measure(team=world.team, by=world.tess, name="=Falls", direction="down", goal=Decimal(2))
    for back, value in enumerate(reversed(VALUES), start=1):
        what = {"value": Decimal(value)} if value is not None else {"missing_reason": "not_collected"}
        record_number(measure=measure, by=world.tess, period_start=MONDAY - back * WEEK, **what)
    phasing.fix(measure=measure, until=MONDAY - 7 * WEEK, seen="", by=world.tess)
    return charts_of(world.team, measures=[measure])[0]


def rows_of(chart) -> list[list[str]]:
    return list(csv.reader(io.StringIO(chart_files.csv_of(chart).decode("utf-8-sig"))))


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_all_of_them_say_the_same_numbers(chart, lang):
    with override(lang):
        chart = charts_of(chart.team, measures=[chart.measure])[0]
        known = [place for place in chart.places if place.value is not None]
        written = [row for row in rows_of(chart)[1:] if row[2]]
        assert [Decimal(row[2]) for row in written] == [place.value for place in known]
        table = [row[1] for row in chart.table["rows"]]
        assert [words for words, place in zip(table, chart.places, strict=True) if place.value is not None] == [
            spoken_number(place.value) for place in known
        ]
        drawing = ET.fromstring(chart_files.svg_of(chart))
        points = [part for part in drawing.iter() if "rc-point" in (part.get("class") or "")]
        assert len(points) == len(known)
        marked = [part for part in points if "is-signal" in part.get("class")]
        assert (
            len(marked) == len(chart.chart.signal.indices) == [row[9] for row in written].count(rows_of(chart)[-1][9])
        )
        page = chart_files.page_of(chart)
        assert (page["finding"], page["explanation"]) == (chart.finding, chart.explanation)
        assert [row[1:] for row in page["rows"]] == [list(row[1:]) for row in chart.table["rows"]]
        assert page["drawing"] == chart_files.svg_of(chart).decode()
        shown = html.unescape(str(chart.figure))
        assert chart.finding in shown
        assert chart.explanation in shown
        centre = spoken_number(chart.chart.now.centre)
        assert centre in chart.explanation
        assert {row[7] for row in rows_of(chart)[1:]} == {"5"}
        assert centre in "".join(drawing.itertext())


def test_the_drawn_places_are_those_of_the_numbers(chart):
    drawing = ET.fromstring(chart_files.svg_of(chart))
    round_ones = [part for part in drawing.iter() if part.get("class") == "rc-point"]
    heights = [float(part.get("cy")) for part in round_ones]
    values = [
        float(place.value)
        for at, place in enumerate(chart.places)
        if place.value is not None and at not in chart.chart.signal.indices
    ]
    order = sorted(range(len(values)), key=lambda at: values[at])
    drawn = [heights[at] for at in order]
    assert drawn == sorted(drawn, reverse=True), "a higher number stands higher"


def test_a_gap_keeps_its_place_and_its_reason(chart):
    gap = rows_of(chart)[1 + VALUES.index(None)]
    assert gap[2:6] == ["", "", "", "not collected"]


def test_nobodys_name_is_in_a_file_and_no_cell_is_a_formula(chart):
    for made in (chart_files.csv_of(chart), chart_files.svg_of(chart)):
        assert b"Tess" not in made
    assert not any(re.match(r"[=+@]", cell) for row in rows_of(chart) for cell in row)


def test_a_chart_without_a_number_is_a_file_too(world):
    empty = charts_of(world.team, measures=[world.measure])[0]
    assert len(rows_of(empty)) == 1
    assert ET.fromstring(chart_files.svg_of(empty)) is not None
    assert chart_files.pdf_of(empty).startswith(b"%PDF-")


def test_the_page_is_a_document_that_a_screen_reader_can_read(chart):
    made = chart_files.pdf_of(chart)
    assert made.startswith(b"%PDF-")
    assert len(made) > 10_000, "with its drawing and its letters"


def test_the_months_of_a_measure_are_whole_months(world):
    measure = add_measure(team=world.team, by=world.tess, name="Days")
    measure.frequency = "monthly"
    measure.save()
    record_number(measure=measure, by=world.tess, period_start=dt.date(2026, 11, 1), value=Decimal(3))
    chart = charts_of(world.team, measures=[measure])[0]
    assert rows_of(chart)[1][:3] == ["2026-11-01", "2026-11-30", "3"]
    assert chart.table["heads"][0] == "Month"
    assert chart_files.name_of(chart, "csv") == "days-2026-11-01.csv"

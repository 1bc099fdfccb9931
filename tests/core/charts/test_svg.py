"""Whatever a person types stands in a drawing as words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.charts.svg import Svg, classes, fit, frame, safe, safe_id
from tests.core.charts.sketch import parse


def test_words_are_escaped_once_and_templates_print_the_drawing_as_it_is():
    svg = frame("rc", 10, 20, "chart", '<b>"&', "<script>alert(1)</script>\x00", [f"<text>{safe('a < b')}</text>"])
    assert "<b>" not in svg
    assert "<script" not in svg
    assert svg.__html__() == svg
    root = parse(svg)
    assert [part.text for part in root] == ['<b>"&', "<script>alert(1)</script>", "a < b"]
    assert root.get("aria-labelledby") == "chart-t chart-d"
    assert root.get("viewBox") == "0 0 10 20"


@given(st.text())
def test_any_text_is_well_formed(text):
    parse(Svg(f'<svg><text id="{safe_id(text)}" class="{safe(text)}">{safe(text)}</text></svg>'))


@pytest.mark.parametrize(("uid", "made"), [("a b/ç", "a-b-"), ("", "drawing"), ("chart-1_x", "chart-1_x")])
def test_an_id_holds_only_what_an_id_may(uid, made):
    assert safe_id(uid) == made


def test_empty_names_of_classes_are_left_out():
    assert classes("a", "", "b") == "a b"


@pytest.mark.parametrize(("px", "shown"), [(100, "Session 1"), (90, "Session 1"), (60, "Sessi…"), (30, "")])
def test_a_text_is_cut_to_its_room(px, shown):
    assert fit("Session 1", px, 10) == shown

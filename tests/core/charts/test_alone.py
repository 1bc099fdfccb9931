"""A drawing as a file of its own: whole, and in the colours of the page."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from django.conf import settings

from core.charts.alone import STYLE, standing_alone
from core.charts.icons import ASSURANCES, VARIATIONS, assurance_icon, variation_icon
from core.charts.run import run_chart_svg
from core.charts.run_data import ChartData, ChartNote, ChartPoint, ChartWords, Level
from core.charts.small import small_chart_svg

WORDS = ChartWords(
    "Falls", "Falls went down.", goal="goal 9", median="median 3", signal="six", gap="paused", low="lower", high="upper"
)
EVERYTHING = ChartData(
    [ChartPoint(f"w{i}", value) for i, value in enumerate([1, 2, None, 3, 4, 5, 6])],
    WORDS,
    levels=[Level(0, 2, 2, made_until=1), Level(3, 6, 4)],
    breaks=[3],
    goal=9,
    signal=(3, 6),
    notes=[ChartNote(1, 1)],
    limits=[(1, 8)] * 7,
    centres=[4] * 7,
    marks={0: "good", 1: "concern", 3: "either", 4: "far"},
)
DRAWINGS = {
    "wide": run_chart_svg(EVERYTHING, wide=True),
    "narrow": run_chart_svg(EVERYTHING, wide=False),
    "small": small_chart_svg(EVERYTHING),
    **{state: variation_icon(state, "Says something") for state in VARIATIONS},
    **{state: assurance_icon(state, "Says something") for state in ASSURANCES},
}
# What a page needs to lay drawings out; and words that take their whole look from the rule of their kind.
OF_THE_PAGE = {"rc", "rc-small", "si", "is-wide", "is-narrow"}
ROOT = Path(settings.BASE_DIR)


def _classes(drawing):
    return {name for names in re.findall(r'class="([^"]+)"', drawing) for name in names.split()}


@pytest.mark.parametrize("name", DRAWINGS)
def test_every_class_of_a_drawing_has_its_look_in_the_file(name):
    styled = set(re.findall(r"\.([a-z][a-z-]*)", STYLE))
    assert _classes(DRAWINGS[name]) - OF_THE_PAGE <= styled


def test_these_drawings_show_everything_there_is():
    """A class that the style sheet of the pages knows, or that the code of the drawings names, is one of the drawings above."""
    used = set().union(*map(_classes, DRAWINGS.values()))
    code = "".join((ROOT / f"core/charts/{name}.py").read_text() for name in ("run", "small", "icons"))
    sheet = (ROOT / "static/css/components.css").read_text()
    known = set(re.findall(r"\b(?:rc|si)-[a-z][a-z-]*", code)) | set(re.findall(r"\.((?:rc|si)-[a-z][a-z-]*)", sheet))
    assert known == {name for name in used if name.startswith(("rc-", "si-"))}


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_file_is_whole_and_needs_no_page(name):
    file = standing_alone(DRAWINGS[name])
    root = ET.fromstring(file)
    _, _, width, height = root.get("viewBox").split()
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert (root.get("width"), root.get("height")) == (width, height)
    tags = [part.tag.rpartition("}")[2] for part in root]
    assert tags[: tags.index("rect") + 1] in (["title", "desc", "style", "rect"], ["title", "style", "rect"])
    assert len(tags) > tags.index("rect") + 1
    assert "var(" not in file


def test_the_colours_are_those_of_the_light_theme():
    tokens = (ROOT / "static/css/tokens.css").read_text()
    light = tokens[: tokens.index("prefers-color-scheme: dark")]
    assert set(re.findall(r"#[0-9a-f]{6}", STYLE)) <= set(re.findall(r"#[0-9a-f]{6}", light))

"""What the tests of the drawings share: a reader of SVG, and the line of the demo."""

import re
from datetime import date
from xml.etree import ElementTree as ET

from core.charts.thread import Quiet
from core.charts.timeline import Station

STATIONS = [
    Station(date(2022, 10, 25), "Launch", "25 Oct"),
    Station(date(2022, 11, 23), "Session 1", "Wed 23 Nov", 1),
    Station(date(2023, 1, 11), "Session 2", "Wed 11 Jan, 12:00", 2),
    Station(date(2023, 2, 15), "Session 3", "Wed 15 Feb, closing", 3),
]
QUIET = [Quiet(date(2022, 12, 19), date(2023, 1, 4))]


def parse(svg):
    """The drawing as a tree, after the checks that hold for every drawing."""
    assert "style=" not in svg
    assert "<script" not in svg
    numbers = " ".join(re.findall(r' (?:d|x|y|x1|x2|y1|y2|cx|cy|r|width|height|viewBox)="([^"]*)"', svg))
    assert not re.search(r"nan|inf|e[+-]", numbers)
    root = ET.fromstring(svg)
    for part in root.iter():
        assert not {"fill", "stroke", "style", "onclick"} & set(part.attrib)
    return root


def having(root, css):
    return [part for part in root.iter() if css <= set(part.get("class", "").split())]


def texts(root, css):
    return [part.text for part in having(root, css)]

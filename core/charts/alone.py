"""A drawing as a file of its own: with its colours written out, so that it looks right in a document, an editor or a browser."""

from __future__ import annotations

import re
from typing import Final

from core.charts.svg import Svg

# The light theme of static/css/tokens.css, written out: a file knows no variables of a page.
_INK, _QUIET, _PAPER, _LINE, _ACCENT, _WARM, _GRID, _BAND, _MEDIAN = (
    "#1c2430", "#4a5360", "#ffffff", "#8b867a", "#0f5c5c", "#b4532a", "#ece8e0", "#e9f3f1", "#6b7078",
)  # fmt: skip
STYLE: Final = (
    "text{font-family:Inter,'Helvetica Neue',Arial,sans-serif}"
    f".rc-grid{{stroke:{_GRID};stroke-width:1}}.rc-grid.is-base{{stroke:{_LINE}}}"
    f".rc-tick{{font-size:13px;fill:{_QUIET};text-anchor:middle}}.rc-tick.is-y{{text-anchor:end}}"
    ".rc-tick.is-x{text-anchor:middle}.rc-tick.is-gap{font-style:italic}"
    f".rc-band{{fill:{_BAND}}}.rc-say{{font-size:13.5px;font-weight:600;fill:{_ACCENT};text-anchor:middle}}"
    f".rc-line{{fill:none;stroke:{_ACCENT};stroke-width:2.5;stroke-linejoin:round;stroke-linecap:round}}"
    f".rc-point{{fill:{_ACCENT};stroke:{_PAPER};stroke-width:2}}.rc-point.is-signal,.rc-point.is-good{{fill:{_ACCENT}}}"
    f".rc-point.is-concern{{fill:{_WARM}}}.rc-point.is-either{{fill:{_QUIET}}}"
    f".rc-ring{{fill:none;stroke:{_INK};stroke-width:1.75}}"
    f".rc-median{{fill:none;stroke:{_MEDIAN};stroke-width:2}}.rc-median.is-carried{{stroke-width:1.5;stroke-dasharray:2 4}}"
    f".rc-limit{{fill:none;stroke:{_QUIET};stroke-width:1.25;stroke-dasharray:7 3}}"
    f".rc-break{{stroke:{_LINE};stroke-width:1.25}}.rc-goal{{stroke:{_WARM};stroke-width:1.75;stroke-dasharray:6 5}}"
    f".rc-end{{font-size:13px;font-weight:500;fill:{_QUIET}}}.rc-end.is-goal{{fill:#8f3f1c}}"
    f".rc-end.is-median,.rc-end.is-limit{{fill:{_QUIET}}}"
    f".rc-note-line{{stroke:{_LINE};stroke-width:1;stroke-dasharray:1 4}}.rc-note{{fill:{_PAPER};stroke:{_LINE};stroke-width:1.25}}"
    f".rc-note-no{{font-size:12px;font-weight:600;fill:{_QUIET};text-anchor:middle}}"
    ".rc-small .rc-point{stroke-width:1}"
    f".rc-last{{font-size:21px;font-weight:650;fill:{_ACCENT}}}.rc-last.is-small{{font-size:16px}}"
    f".si-frame{{fill:none;stroke:{_QUIET};stroke-width:2.5}}.si-frame.is-good{{stroke:{_ACCENT}}}"
    f".si-frame.is-concern{{stroke:{_WARM}}}.si-frame.is-either{{stroke:{_QUIET}}}"
    f".si-line{{fill:none;stroke:{_INK};stroke-width:3;stroke-linecap:round;stroke-linejoin:round}}"
)
_BOX: Final = re.compile(r'viewBox="0 0 (\d+) (\d+)"')


def standing_alone(drawing: Svg) -> str:
    """Return a run chart, a small chart or a sign as an SVG file: its size, its style and a white ground inside."""
    found = _BOX.search(drawing)
    assert found is not None
    width, height = found.groups()
    head, _, rest = drawing.partition(">")
    sized = head.replace("<svg ", f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" ', 1)
    # Title and description come first: that is where screen readers look for them.
    end = "</desc>" if "</desc>" in rest else "</title>"
    named, _, parts = rest.partition(end)
    ground = f'<rect width="{width}" height="{height}" fill="{_PAPER}"/>'
    return f"{sized}>{named}{end}<style>{STYLE}</style>{ground}{parts}"

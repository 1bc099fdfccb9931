"""One bar of a table of shares: how much of the whole, beside its number."""

from __future__ import annotations

from core.charts.svg import Svg


def bar(share: float | None, *, earlier: bool = False) -> Svg:
    """Return a bar for a share from 0 to 1, nothing for None. ``earlier``: in the quieter colour."""
    if share is None:
        return Svg("")
    css = "sb is-earlier" if earlier else "sb"
    width = 100 * min(max(share, 0.0), 1.0)
    inner = '<rect class="sb-way" x="0" y="0" width="100" height="12"/>'
    inner += f'<rect class="sb-bar" x="0" y="0" width="{width:.1f}" height="12"/>'
    box = 'viewBox="0 0 100 12" preserveAspectRatio="none"'
    return Svg(f'<svg class="{css}" {box} aria-hidden="true" focusable="false">{inner}</svg>')

"""Two small signs beside a control chart: what its last number says, and whether the goal will be met as things go.

Drawn by us; told apart by shape, never by colour alone.
"""

from __future__ import annotations

from typing import Final

from core.charts.svg import Svg, safe, safe_id

_WAVE: Final = "M10 26c3-7 6-7 9 0s6 7 9 0 6-7 10-1"
_UP, _DOWN = "M13 32L24 15l11 17", "M13 16l11 17 11-17"
# The frame of each: a circle rests, a diamond is good news, a square asks for a look, a triangle for neither.
_FRAMES: Final = {
    "common": '<circle class="si-frame" cx="24" cy="24" r="20"/>',
    "improvement": '<path class="si-frame is-good" d="M24 1l23 23-23 23L1 24z"/>',
    "concern": '<path class="si-frame is-concern" d="M4 4h40v40H4z"/>',
    "neutral": '<path class="si-frame is-either" d="M12 4h24l10 20-10 20H12L2 24z"/>',
}
_PROMISES: Final = {
    "passes": ('<circle class="si-frame is-good" cx="24" cy="24" r="20"/>', "M14 25l7 7 13-15"),
    "fails": ('<path class="si-frame is-concern" d="M4 4h40v40H4z"/>', "M15 15l18 18M33 15L15 33"),
    "hit-or-miss": ('<circle class="si-frame" cx="24" cy="24" r="20"/>', "M10 24h28M12 31l6-14 6 14 6-14 6 14"),
}
VARIATIONS: Final = (
    "common",
    "improvement-high",
    "improvement-low",
    "concern-high",
    "concern-low",
    "neutral-high",
    "neutral-low",
)
ASSURANCES: Final = tuple(_PROMISES)


def variation_icon(state: str, title: str, uid: str = "icon") -> Svg:
    """Return the sign of what the last number says; ``state`` is one of ``VARIATIONS``."""
    frame, _, way = state.partition("-")
    return _icon(_FRAMES[frame], {"high": _UP, "low": _DOWN}.get(way, _WAVE), title, f"{uid}-v")


def assurance_icon(state: str, title: str, uid: str = "icon") -> Svg:
    """Return the sign of whether the goal will be met; ``state`` is one of ``ASSURANCES``."""
    return _icon(*_PROMISES[state], title, f"{uid}-a")


def _icon(frame: str, line: str, title: str, uid: str) -> Svg:
    key = safe_id(uid)
    return Svg(
        f'<svg class="si" viewBox="0 0 48 48" role="img" aria-labelledby="{key}"><title id="{key}">{safe(title)}</title>'
        f'{frame}<path class="si-line" d="{line}"/></svg>'
    )

"""What hangs between the stations of the line: the thread, a bead for every week, and the words of each stretch.

Between two sessions the thread sags ("on your unit"): the longer the stretch, the deeper the hang. What is behind us
is solid, what is ahead is pale.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from core.charts.scales import clamp
from core.charts.svg import classes, fit, safe

NAME_PX: Final = 8.4
SAY_PX: Final = 7.0


@dataclass(frozen=True, slots=True)
class Stretch:
    """The words of the time between a station and the next; keep `say` short ("5 weeks")."""

    name: str = ""
    say: str = ""


@dataclass(frozen=True, slots=True)
class Quiet:
    """Days, both included, in which the programme rests."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Hang:
    """One stretch as a parabola that hangs from the level between x0 and x1; t runs from 0 to 1."""

    stretch: Stretch
    start: date
    end: date
    x0: float
    x1: float
    depth: float
    top: float

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    def t(self, day: date) -> float:
        """Return how far along the stretch a day is; a stretch without days is over on its day."""
        if day < self.start or (day == self.start and self.days > 0):
            return 0.0
        return 1.0 if day >= self.end else (day - self.start).days / self.days

    def x(self, t: float) -> float:
        return self.x0 + self.width * t

    def y(self, t: float) -> float:
        return self.top + 4 * self.depth * t * (1 - t)

    def lowest(self, left: float, right: float) -> float:
        """Return how far down the thread comes between two x."""
        middle = (self.x0 + self.x1) / 2
        return self.y((clamp(middle, max(left, self.x0), min(right, self.x1)) - self.x0) / self.width)

    def arc(self, t0: float, t1: float) -> str:
        """Return the piece of the thread between two t, as one quadratic curve (exact for a parabola)."""
        ax, bx, ay, by = self.x(t0), self.x(t1), self.y(t0), self.y(t1)
        cx = (ax + bx) / 2
        cy = ay + 2 * self.depth * (1 - 2 * t0) * (t1 - t0)
        return f"M{ax:.1f} {ay:.1f}Q{cx:.1f} {cy:.1f} {bx:.1f} {by:.1f}"

    def chord(self, below: float) -> float:
        """Return the room between the two sides of the thread, `below` px under the level."""
        return self.width * math.sqrt(1 - below / self.depth) if below < self.depth else 0.0


def is_quiet(day: date, quiet: Iterable[Quiet]) -> bool:
    """Does the programme rest on this day?"""
    return any(q.first <= day <= q.last for q in quiet)


def threads(hangs: Sequence[Hang], today: date | None) -> list[str]:
    """Return the light inside each hang, then the threads themselves, each parted where today is."""
    out = []
    for h in hangs:
        t = h.t(today) if today else 0.0
        if t < 1:
            out.append(f'<path class="tl-wash" d="{h.arc(t, 1)}L{h.x(t):.1f} {h.top:.0f}Z"/>')
        if t > 0:
            out.append(f'<path class="tl-wash is-past" d="{h.arc(0, t)}V{h.top:.0f}H{h.x0:.1f}Z"/>')
    for h in hangs:
        t = h.t(today) if today else 0.0
        if t < 1:
            out.append(f'<path class="tl-thread" d="{h.arc(t, 1)}"/>')
        if t > 0:
            out.append(f'<path class="tl-thread is-past" d="{h.arc(0, t)}"/>')
    return out


def beads(hangs: Sequence[Hang], today: date | None, quiet: Sequence[Quiet]) -> list[str]:
    """Return a bead for every week; none where the marker of today would hide it, none where they would touch."""
    out = []
    for h in hangs:
        step = 7 * max(1, math.ceil(13 / (7 * h.width / h.days))) if h.days else 7
        for d in range(step, h.days - 2, step):
            day = h.start + timedelta(days=d)
            if today and abs((day - today).days) < 3:
                continue
            t = d / h.days
            kind = "is-quiet" if is_quiet(day, quiet) else "is-past" if today and day <= today else ""
            r = {"is-quiet": 3.6, "is-past": 6}.get(kind, 4.8)
            out.append(f'<circle class="{classes("tl-bead", kind)}" cx="{h.x(t):.1f}" cy="{h.y(t):.1f}" r="{r}"/>')
    return out


def stretch_words(
    hangs: Sequence[Hang], pill: tuple[float, float, float] = (0.0, -99.0, 0.0)
) -> tuple[list[str], float]:
    """Return name and words of each stretch, inside its hang or, where they do not fit, under it; and how deep they go.

    Under a hang a name takes up to three lines, and makes way for the ``pill`` of today (left, top, width).
    """
    out: list[str] = []
    deep = 0.0
    for h in hangs:
        centre, y, step = (h.x0 + h.x1) / 2, h.top + 38, 21
        names, says = [h.stretch.name], [h.stretch.say]
        inside = len(names[0]) * NAME_PX <= h.chord(42) - 8 and len(says[0]) * SAY_PX <= h.chord(63) - 8
        if not inside:
            names = wrapped(names[0], h.width - 8, NAME_PX)
            if not names:
                continue  # a stump says less than nothing; the list beside it has the words
            says = wrapped(says[0], h.width - 8, SAY_PX, lines=2)
            step = 19
            y = _under(h, pill, [*(len(name) * NAME_PX for name in names), *(len(say) * SAY_PX for say in says)])
        for css, words in [*(("tl-name", name) for name in names), *(("tl-say", say) for say in says)]:
            if words:
                out.append(f'<text class="{css}" x="{centre:.0f}" y="{y:.0f}">{safe(words)}</text>')
            y += step
        if not inside:
            deep = max(deep, y - step + 10)
    return out, deep


def wrapped(text: str, px: float, per_char: float, *, lines: int = 3) -> list[str]:
    """Return the text in as few lines of ``px`` at ``per_char`` px a character as hold it, of about the same length.

    Cut after ``lines`` of them; empty where what is left of a word would be a stump.
    """

    def at(chars: int) -> list[str]:
        return textwrap.wrap(
            text, chars, max_lines=lines, placeholder="…", break_long_words=False, break_on_hyphens=False
        )

    room = max(1, int(px / per_char))
    broken = at(room)
    longest = max(map(len, text.split()), default=1)
    if len(broken) > 1 and " ".join(broken) == " ".join(text.split()):
        even = (at(chars) for chars in range(longest, room))
        broken = next((one for one in even if len(one) == len(broken)), broken)
    cut = [fit(line, px, per_char) for line in broken]
    return [] if any(short != line and len(short) < 10 for line, short in zip(broken, cut, strict=True)) else cut


def _under(h: Hang, pill: tuple[float, float, float], widths: Sequence[float]) -> float:
    """Return the first line of words under a hang: just below it, or below the pill that would lie over them."""
    left, top, wide = pill
    centre, half = (h.x0 + h.x1) / 2, max(widths) / 2 + 6
    y = h.top + h.depth + 26
    beside = centre + half < left or centre - half > left + wide
    above = y + 19 * (len(widths) - 1) + 6 < top
    return y if beside or above else max(y, top + 32 + 24)


def quiet_words(
    hangs: Sequence[Hang], quiet: Sequence[Quiet], word: str, width: float, pill: tuple[float, float, float]
) -> list[str]:
    """Return the words of rest, under the thread; not where the pill of today (left, top, width) would cover them."""
    out = []
    left, top, wide = pill
    length = len(word) * SAY_PX
    for q in quiet:
        mid = q.first + (q.last - q.first) / 2
        for h in hangs:
            if not h.start < mid < h.end:
                continue
            t = h.t(mid)
            x, y = min(h.x(t) + 16, width - length), h.y(t) + 24
            if x + length < left or x > left + wide or y + 4 < top or y - 12 > top + 32:
                out.append(f'<text class="tl-say is-quiet" x="{x:.0f}" y="{y:.0f}">{safe(word)}</text>')
    return out

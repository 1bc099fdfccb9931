"""What hangs between the stations of the line: the thread, a bead for every week, and the words of each stretch.

Between two sessions the thread sags ("on your unit"): the longer the stretch, the deeper the hang. What is behind us
is solid, what is ahead is pale.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

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


def stretch_words(hangs: Sequence[Hang], today: date | None) -> tuple[list[str], float]:
    """Return name and words of each stretch, inside its hang or, where they do not fit, under it; and how deep they go."""
    out: list[str] = []
    deep = 0.0
    for h in hangs:
        centre = (h.x0 + h.x1) / 2
        name, say = h.stretch.name, h.stretch.say
        name_y, say_y = h.top + 38, h.top + 59
        inside = len(name) * NAME_PX <= h.chord(42) - 8 and len(say) * SAY_PX <= h.chord(63) - 8
        if not inside:
            here = today is not None and h.start < today < h.end
            name_y = h.top + h.depth + (110 if here else 26)
            say_y = name_y + 19
            name, say = fit(name, h.width - 8, NAME_PX), fit(say, h.width - 8, SAY_PX)
            if not name or (name.endswith("…") and len(name) < 10):
                continue  # a stump says less than nothing; the list beside it has the words
            deep = max(deep, (say_y if say else name_y) + 10)
        if name:
            out.append(f'<text class="tl-name" x="{centre:.0f}" y="{name_y:.0f}">{safe(name)}</text>')
        if say:
            out.append(f'<text class="tl-say" x="{centre:.0f}" y="{say_y:.0f}">{safe(say)}</text>')
    return out, deep


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

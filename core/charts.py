"""The two signature drawings: the line of the months, and the run chart. Data in, SVG text out.

Nothing here knows a rule of improvement, a language or a colour: words come in, classes of `components.css` go out.
No style attribute, no script. Every text is escaped and stripped of what XML cannot hold, so that any name or note
is safe. The results are `Svg`, a string that templates print as it is.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from html import escape
from itertools import pairwise
from typing import Final, Literal

State = Literal["past", "next", "later"]
Bow = Literal["full", "out", "back"]

_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOT_ID: Final = re.compile(r"[^A-Za-z0-9_-]+")


class Svg(str):
    """SVG text whose words are already escaped; Django's templates print it without escaping it again."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


def _e(text: object) -> str:
    return escape(_NOT_XML.sub("", str(text)))


def _id(uid: str) -> str:
    return _NOT_ID.sub("-", uid) or "drawing"


def _classes(*names: str) -> str:
    return " ".join(name for name in names if name)


def _fit(text: str, px: float, per_char: float) -> str:
    """The text, or as much of it as `px` holds at `per_char` px a character, with an ellipsis; "" if nothing fits."""
    room = int(px / per_char)
    if len(text) <= room:
        return text
    return text[: room - 1].rstrip() + "…" if room >= 4 else ""


def _clamp(value: float, low: float, high: float) -> float:
    return (low + high) / 2 if low > high else min(max(value, low), high)


def _frame(classes: str, width: float, height: float, uid: str, title: str, desc: str, parts: Sequence[str]) -> Svg:
    """The outer element of a drawing with its name and its description for people who do not see it."""
    return Svg(
        f'<svg class="{classes}" viewBox="0 0 {width:.0f} {height:.0f}" role="img" '
        f'aria-labelledby="{uid}-t {uid}-d">'
        f'<title id="{uid}-t">{_e(title)}</title><desc id="{uid}-d">{_e(desc)}</desc>\n  '
        + "\n  ".join(parts)
        + "\n</svg>"
    )


# ---------------------------------------------------------------- the line
# Sessions hang on one level ("together"). Between two sessions the thread sags ("on your unit"): the longer the
# stretch, the deeper the hang. Every week is a bead. What is behind us is solid, what is ahead is pale.


@dataclass(frozen=True, slots=True)
class Station:
    """A dated moment on the line; a small dot unless it has a number to show."""

    on: date
    name: str
    say: str = ""
    number: str | int | None = None


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
class TimelineWords:
    """`title` and `desc` name the drawing, `today` stands in the pill, `quiet` beside the quiet weeks."""

    title: str
    desc: str
    today: str = ""
    quiet: str = ""


@dataclass(frozen=True, slots=True)
class _Hang:
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
        """How far along the stretch a day is; a stretch without days is over on its day."""
        if day < self.start or (day == self.start and self.days > 0):
            return 0.0
        return 1.0 if day >= self.end else (day - self.start).days / self.days

    def x(self, t: float) -> float:
        return self.x0 + self.width * t

    def y(self, t: float) -> float:
        return self.top + 4 * self.depth * t * (1 - t)

    def arc(self, t0: float, t1: float) -> str:
        """The piece of the thread between two t, as one quadratic curve (exact for a parabola)."""
        ax, bx, ay, by = self.x(t0), self.x(t1), self.y(t0), self.y(t1)
        cx = (ax + bx) / 2
        cy = ay + 2 * self.depth * (1 - 2 * t0) * (t1 - t0)
        return f"M{ax:.1f} {ay:.1f}Q{cx:.1f} {cy:.1f} {bx:.1f} {by:.1f}"

    def chord(self, below: float) -> float:
        """The room between the two sides of the thread, `below` px under the level."""
        return self.width * math.sqrt(1 - below / self.depth) if below < self.depth else 0.0


_LEFT: Final = 70.0
_RIGHT: Final = 88.0
_TOP: Final = 88.0
_TIER: Final = 46.0  # how far a label is lifted when it would touch its neighbour
_NAME_PX: Final = 8.4
_SAY_PX: Final = 7.0
_LABEL_MAX: Final = 230.0


def _shares(days: Sequence[int], room: float, least: float) -> list[float]:
    """Widths proportional to the days, none under `least` where there is room for that, adding up to `room`."""
    least = min(least, room / len(days))
    fixed: set[int] = set()
    while True:
        free = [i for i in range(len(days)) if i not in fixed]
        total = sum(days[i] for i in free)
        left = room - least * len(fixed)
        widths = [
            least if i in fixed else left * days[i] / total if total else left / len(free) for i in range(len(days))
        ]
        small = {i for i in free if widths[i] < least - 1e-9}
        if not small:
            return widths
        fixed |= small


def timeline_svg(
    stations: Sequence[Station],
    stretches: Sequence[Stretch],
    today: date | None,
    words: TimelineWords,
    *,
    uid: str = "line",
    quiet: Sequence[Quiet] = (),
    width: float = 1000,
) -> Svg:
    """The line, lying: for a container of at least 44 rem. The list beside it is the text twin.

    `stations` stand in order of their dates; `stretches[i]` lies between station i and i + 1, missing ones have no
    words. `today` outside the line is drawn before its start or after its end; None draws no marker. Units: px of
    the viewBox. Returns "" without stations; raises ValueError if the dates run backwards.
    """
    if not stations:
        return Svg("")
    if any(b.on < a.on for a, b in pairwise(stations)):
        raise ValueError("stations must be in order of their dates")
    uid = _id(uid)
    first, last = stations[0].on, stations[-1].on
    pill = 7.6 * len(words.today) + 32
    # Outside the line the pill needs a place of its own, beside the first or the last station.
    left = max(_LEFT, pill + 30) if today and today < first else _LEFT
    right = max(_RIGHT, pill + 30) if today and today > last else _RIGHT
    width = max(width, left + right + 60 * (len(stations) - 1) + 60)
    if len(stations) == 1:
        xs = [_clamp(width / 2, left, width - right)]
    else:
        xs = [left]
        gaps = [(b.on - a.on).days for a, b in pairwise(stations)]
        for share in _shares(gaps, width - left - right, 64):
            xs.append(xs[-1] + share)

    labels, tiers = _station_labels(stations, xs, width)
    top = _TOP + _TIER * max(tiers)
    hangs = []
    for i, (a, b) in enumerate(pairwise(stations)):
        stretch = stretches[i] if i < len(stretches) else Stretch()
        depth = min(150, 44 + (xs[i + 1] - xs[i]) * 0.24)
        hangs.append(_Hang(stretch, a.on, b.on, xs[i], xs[i + 1], depth, top))
    floor = top + max((h.depth for h in hangs), default=20) + 14

    out = [f'<line class="tl-level" x1="{xs[0] - 40:.0f}" y1="{top:.0f}" x2="{xs[-1]:.0f}" y2="{top:.0f}"/>']
    out += _threads(hangs, today)
    out.append(f'<path class="tl-thread is-after" d="M{xs[-1]:.1f} {top:.0f}h62"/>')
    out += _beads(hangs, today, quiet)
    hang_words, deep = _hang_words(hangs, today)
    out += hang_words
    floor = max(floor, deep)
    marker: list[str] = []
    pill_box = (0.0, -99.0)
    if today:
        marker, pill_box = _today(hangs, stations, xs, today, words.today, pill, top, width)
        floor = max(floor, pill_box[1] + 38)
    if words.quiet:
        out += _quiet_words(hangs, quiet, words.quiet, width, (*pill_box, pill))

    upcoming = next((s for s in stations if s.number is not None and (today is None or s.on >= today)), None)
    for station, x, (name, say, centre), tier in zip(stations, xs, labels, tiers, strict=True):
        state = "is-past" if today and station.on < today else "is-next" if station is upcoming else ""
        r = 20 if station.number is not None else 9
        if state == "is-next":
            out.append(f'<circle class="tl-halo" cx="{x:.1f}" cy="{top:.0f}" r="{r + 8}"/>')
        out.append(f'<circle class="{_classes("tl-station", state)}" cx="{x:.1f}" cy="{top:.0f}" r="{r}"/>')
        if station.number is not None:
            out.append(
                f'<text class="{_classes("tl-no", state)}" x="{x:.1f}" y="{top + 6.5:.1f}">{_e(station.number)}</text>'
            )
        up = top - _TIER * tier
        out.append(f'<text class="tl-name" x="{centre:.0f}" y="{up - 50:.0f}">{_e(name)}</text>')
        if say:
            out.append(f'<text class="tl-say" x="{centre:.0f}" y="{up - 31:.0f}">{_e(say)}</text>')
    out += marker
    return _frame("tl-h", width, floor, uid, words.title, words.desc, out)


def _station_labels(
    stations: Sequence[Station], xs: Sequence[float], width: float
) -> tuple[list[tuple[str, str, float]], list[int]]:
    """Each station's (name, say, centre) and its tier: 0, or higher where the label would touch one before it."""
    room = min(_LABEL_MAX, width)
    labels: list[tuple[str, str, float]] = []
    tiers: list[int] = []
    ends: list[float] = []  # where the last label of each tier ends
    for station, x in zip(stations, xs, strict=True):
        name, say = _fit(station.name, room, _NAME_PX), _fit(station.say, room, _SAY_PX)
        half = max(len(name) * _NAME_PX, len(say) * _SAY_PX) / 2
        centre = _clamp(x, half, width - half)
        tier = next((k for k, end in enumerate(ends) if centre - half >= end + 6), len(ends))
        if tier == len(ends):
            ends.append(0.0)
        ends[tier] = centre + half
        labels.append((name, say, centre))
        tiers.append(tier)
    return labels, tiers


def _threads(hangs: Sequence[_Hang], today: date | None) -> list[str]:
    out = []
    for h in hangs:  # the light inside each hang
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


def _is_quiet(day: date, quiet: Iterable[Quiet]) -> bool:
    return any(q.first <= day <= q.last for q in quiet)


def _beads(hangs: Sequence[_Hang], today: date | None, quiet: Sequence[Quiet]) -> list[str]:
    """A bead for every week; none where the marker of today would hide it, none where they would touch."""
    out = []
    for h in hangs:
        step = 7 * max(1, math.ceil(13 / (7 * h.width / h.days))) if h.days else 7
        for d in range(step, h.days - 2, step):
            day = h.start + timedelta(days=d)
            if today and abs((day - today).days) < 3:
                continue
            t = d / h.days
            kind = "is-quiet" if _is_quiet(day, quiet) else "is-past" if today and day <= today else ""
            r = {"is-quiet": 3.6, "is-past": 6}.get(kind, 4.8)
            out.append(f'<circle class="{_classes("tl-bead", kind)}" cx="{h.x(t):.1f}" cy="{h.y(t):.1f}" r="{r}"/>')
    return out


def _hang_words(hangs: Sequence[_Hang], today: date | None) -> tuple[list[str], float]:
    """Name and words of each stretch, inside the hang or, where they do not fit, under it; and how deep they go."""
    out: list[str] = []
    deep = 0.0
    for h in hangs:
        centre = (h.x0 + h.x1) / 2
        name, say = h.stretch.name, h.stretch.say
        name_y, say_y = h.top + 38, h.top + 59
        inside = len(name) * _NAME_PX <= h.chord(42) - 8 and len(say) * _SAY_PX <= h.chord(63) - 8
        if not inside:
            here = today is not None and h.start < today < h.end
            name_y = h.top + h.depth + (110 if here else 26)
            say_y = name_y + 19
            name, say = _fit(name, h.width - 8, _NAME_PX), _fit(say, h.width - 8, _SAY_PX)
            if not name or (name.endswith("…") and len(name) < 10):
                continue  # a stump says less than nothing; the list beside it has the words
            deep = max(deep, (say_y if say else name_y) + 10)
        if name:
            out.append(f'<text class="tl-name" x="{centre:.0f}" y="{name_y:.0f}">{_e(name)}</text>')
        if say:
            out.append(f'<text class="tl-say" x="{centre:.0f}" y="{say_y:.0f}">{_e(say)}</text>')
    return out, deep


def _quiet_words(
    hangs: Sequence[_Hang], quiet: Sequence[Quiet], word: str, width: float, pill: tuple[float, float, float]
) -> list[str]:
    """Rest, said in words under the thread; not where the pill (left, top, width) would cover them."""
    out = []
    left, top, wide = pill
    length = len(word) * _SAY_PX
    for q in quiet:
        mid = q.first + (q.last - q.first) / 2
        for h in hangs:
            if not h.start < mid < h.end:
                continue
            t = h.t(mid)
            x, y = min(h.x(t) + 16, width - length), h.y(t) + 24
            if x + length < left or x > left + wide or y + 4 < top or y - 12 > top + 32:
                out.append(f'<text class="tl-say is-quiet" x="{x:.0f}" y="{y:.0f}">{_e(word)}</text>')
    return out


def _today(
    hangs: Sequence[_Hang],
    stations: Sequence[Station],
    xs: Sequence[float],
    today: date,
    word: str,
    pill: float,
    top: float,
    width: float,
) -> tuple[list[str], tuple[float, float]]:
    """The ring and the pill of today; and the pill's left upper corner. On a station's own day the station is the ring."""
    out: list[str] = []
    on = next((i for i, s in enumerate(stations) if s.on == today), None)
    ring = True
    if on is not None:
        x, y, start = xs[on], top, top + 28
        left = x - pill / 2
        # under the two threads that leave the station, where nothing else hangs
        sides = [h.y(min(pill / 2 / h.width, 0.5)) for h in hangs if x in (h.x0, h.x1)]
        pill_y = max([top + 44, *(side + 14 for side in sides)])
        ring = False
    elif today < stations[0].on:
        x, y, start = xs[0] - 56, top, top + 9
        left, pill_y = x - pill + 30, top + 26
        out.append(f'<path class="tl-thread is-after" d="M{x:.1f} {top:.0f}H{xs[0]:.1f}"/>')
    elif today > stations[-1].on:
        x, y, start = xs[-1] + 62, top, top + 9
        left, pill_y = x - 30, top + 26
    else:
        h = next(h for h in hangs if h.start < today < h.end)
        t = h.t(today)
        x, y = h.x(t), h.y(t)
        start, pill_y = y + 9, y + 26
        left = x - (pill - 30 if t < 0.35 else 30 if t > 0.65 else pill / 2)
    left = _clamp(left, 0, width - pill)  # stay on the sheet
    if word:
        out.append(f'<line class="tl-stem" x1="{x:.1f}" y1="{start:.1f}" x2="{x:.1f}" y2="{pill_y:.1f}"/>')
    if ring:
        out.append(f'<circle class="tl-now" cx="{x:.1f}" cy="{y:.1f}" r="9"/>')
    if word:
        out.append(f'<rect class="tl-pill" x="{left:.1f}" y="{pill_y:.1f}" width="{pill:.1f}" height="32" rx="16"/>')
        out.append(f'<text class="tl-pill-text" x="{left + pill / 2:.1f}" y="{pill_y + 21:.1f}">{_e(word)}</text>')
    return out, (left, pill_y)


# ---------------------------------------------------------------- the line, upright
# One piece per row of the list twin; the height stretches with the text, the stroke does not.


def _rail(classes: str, inner: str, box: str = "0 0 48 48", more: str = "") -> Svg:
    return Svg(
        f'<svg class="tl-rail {classes}" viewBox="{box}"{more} aria-hidden="true" focusable="false">{inner}</svg>'
    )


def rail_station(state: State, number: str | int | None = None) -> Svg:
    """A station for the upright list: a numbered ring, or a dot without a number."""
    r = 17 if number is not None else 8
    inner = f'<circle class="tl-station is-{state}" cx="24" cy="24" r="{r}"/>'
    if number is not None:
        inner += f'<text class="tl-no is-{state}" x="24" y="30">{_e(number)}</text>'
    return _rail(f"is-{state}", inner)


def rail_now() -> Svg:
    """The ring of today for the upright list, where the thread is furthest out."""
    return _rail("is-now", '<circle class="tl-now" cx="42" cy="24" r="9"/>')


_Cubic = tuple[float, float, float, float, float, float, float, float]
_BOWS: Final[dict[str, tuple[_Cubic, ...]]] = {
    "full": ((24, 0, 24, 26, 42, 24, 42, 50), (42, 50, 42, 76, 24, 74, 24, 100)),
    "out": ((24, 0, 24, 45, 42, 40, 42, 100),),
    "back": ((42, 0, 42, 60, 24, 55, 24, 100),),
}
_MOST_BEADS: Final = 12  # a row of text is not higher than that


def rail_bow(state: State, weeks: int, shape: Bow = "full", quiet: Iterable[int] = ()) -> Svg:
    """A stretch of thread that bows away from the sessions, with a bead for every week but the last.

    `shape`: full, out (until today) or back (from today). `quiet`: the weeks, counted from 1, that rest.
    """
    curve = _BOWS[shape]
    d = f"M{curve[0][0]:g} {curve[0][1]:g}" + "".join(
        f"C{k[2]:g} {k[3]:g} {k[4]:g} {k[5]:g} {k[6]:g} {k[7]:g}" for k in curve
    )

    def at(t: float) -> tuple[float, float]:
        piece = min(int(t * len(curve)), len(curve) - 1)
        k, u = curve[piece], t * len(curve) - piece
        f = ((1 - u) ** 3, 3 * (1 - u) ** 2 * u, 3 * (1 - u) * u * u, u**3)
        return sum(f[i] * k[2 * i] for i in range(4)), sum(f[i] * k[2 * i + 1] for i in range(4))

    rest = set(quiet)
    every = max(1, math.ceil((weeks - 1) / _MOST_BEADS))
    beads = ""
    for week in range(every, weeks, every):
        x, y = at(week / weeks)
        kind = "is-quiet" if week in rest else f"is-{state}"
        beads += "".join(f'<path class="{c} {kind}" d="M{x:.1f} {y:.1f}h0"/>' for c in ("tl-vbead", "tl-vbead-in"))
    return _rail(
        "is-bow",
        f'<path class="tl-thread is-{state}" d="{d}"/>{beads}',
        "0 0 48 100",
        ' preserveAspectRatio="none"',
    )


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the upright list.

    `kind`: "station", "stretch", "now" (the pill of today) or "rest" (what is left of the stretch after today).
    `index`: which station or stretch. `classes`: those of the list item. `weeks`: whole weeks of the piece, rounded
    up (0 for stations and now). A stretch that holds today comes as three rows: stretch, now, rest.
    """

    kind: Literal["station", "stretch", "now", "rest"]
    index: int
    classes: str
    rail: Svg
    weeks: int = 0


def upright_rows(stations: Sequence[Station], today: date | None, *, quiet: Sequence[Quiet] = ()) -> list[Row]:
    """The rows of the list that is, on a phone, the upright drawing; the words are the page's own."""
    rows: list[Row] = []
    upcoming = next((i for i, s in enumerate(stations) if s.number is not None and (not today or s.on >= today)), None)
    if stations and today and today < stations[0].on:
        rows.append(Row("now", 0, "at-now", rail_now()))
    for i, station in enumerate(stations):
        after = stations[i + 1] if i + 1 < len(stations) else None
        state: State = "past" if today and station.on < today else "next" if i == upcoming else "later"
        came = i > 0 and today is not None and station.on <= today
        leaves = after is not None and today is not None and station.on < today
        rows.append(
            Row(
                "station",
                i,
                _classes("at-station", "from-past" if came else "", "to-past" if leaves else ""),
                rail_station(state, station.number),
            )
        )
        if after is None:
            continue
        if today and station.on < today < after.on:
            rows.append(_piece("stretch", i, "at-stretch", "past", "out", station.on, today, quiet))
            rows.append(Row("now", i, "at-now", rail_now()))
            rows.append(_piece("rest", i, "at-stretch is-rest", "next", "back", today, after.on, quiet))
        else:
            past: State = "past" if today and after.on <= today else "next"
            rows.append(_piece("stretch", i, "at-stretch", past, "full", station.on, after.on, quiet))
    if stations and today and today > stations[-1].on:
        rows.append(Row("now", len(stations) - 1, "at-now", rail_now()))
    return rows


def _piece(
    kind: Literal["stretch", "rest"],
    index: int,
    classes: str,
    state: State,
    shape: Bow,
    start: date,
    end: date,
    quiet: Sequence[Quiet],
) -> Row:
    weeks = math.ceil((end - start).days / 7)
    rests = [week for week in range(1, weeks) if _is_quiet(start + timedelta(days=7 * week), quiet)]
    return Row(kind, index, classes, rail_bow(state, weeks, shape, rests), weeks)


# ---------------------------------------------------------------- the run chart

Number = int | float | Decimal


@dataclass(frozen=True, slots=True)
class ChartPoint:
    """One place on the time axis. Without a value it stays empty, and `gap` says why ("paused")."""

    label: str
    value: Number | None = None
    gap: str = ""


@dataclass(frozen=True, slots=True)
class ChartNote:
    """A numbered mark above a point; its words stand in the list under the chart."""

    index: int
    number: str | int


@dataclass(frozen=True, slots=True)
class ChartWords:
    """Name and description of the drawing; the labels at the line ends; the words above the band; a default gap."""

    title: str
    desc: str
    goal: str = ""
    median: str = ""
    signal: str = ""
    gap: str = ""


@dataclass(frozen=True, slots=True)
class ChartData:
    """What is drawn. `signal`: first and last index of the band; `diamonds`: which points in it are diamonds (all
    of the band if not given); `baseline_end`: the last index of the points the median was worked out from (solid
    up to there, dotted where carried on; None: solid throughout). Indices outside the points are ignored.
    """

    points: Sequence[ChartPoint]
    words: ChartWords
    median: Number | None = None
    goal: Number | None = None
    signal: tuple[int, int] | None = None
    diamonds: frozenset[int] | None = None
    baseline_end: int | None = None
    notes: Sequence[ChartNote] = field(default=())


def plain(value: Number) -> str:
    """A number without a language: no exponent, no trailing zeros ("12", "12.5"). The default `number`."""
    d = value if isinstance(value, Decimal) else Decimal(str(value))
    text = f"{d:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def _finite(value: Number | None) -> float | None:
    """The value as a float to draw with; None if it is missing or cannot be placed."""
    if value is None:
        return None
    number = float(value)
    return number if math.isfinite(number) else None


def nice_ticks(low: float, high: float, *, whole: bool = False) -> list[Decimal]:
    """3 to 6 evenly spaced values, 1, 2 or 5 times a power of ten apart, zero among them.

    They cover `low` from below (which is 0 or less) and reach at most up to `high` (above 0). `whole`: steps of at
    least 1, for counts; then `high` should be at least 2. Returned as exact decimals, lowest first.
    """
    exponent = math.floor(math.log10(max(high - low, 1e-300))) - 1
    while True:
        for mantissa in (1, 2, 5):
            step = Decimal(mantissa).scaleb(exponent)
            if whole and step < 1:
                continue
            up, down = math.floor(Decimal(high) / step), math.ceil(-Decimal(low) / step)
            if up + down + 1 <= 6:
                return [Decimal(0) if k == 0 else k * step for k in range(-down, up + 1)]
        exponent += 1


def _spread(wanted: Sequence[tuple[float, float]], low: float, high: float) -> list[float]:
    """Centres for labels of (centre, height) that do not overlap, each as near to its wish as its turn allows.

    Blocks that touch are merged and centred on the mean of their wishes, as in pooling adjacent violators.
    """
    order = sorted(range(len(wanted)), key=lambda i: wanted[i][0])
    blocks: list[tuple[list[int], float, float]] = []  # members, top, height
    for i in order:
        centre, height = wanted[i]
        blocks.append(([i], _clamp(centre - height / 2, low, high - height), height))
        while len(blocks) > 1 and blocks[-1][1] < blocks[-2][1] + blocks[-2][2]:
            lower, upper = blocks.pop(), blocks.pop()
            members, height = upper[0] + lower[0], upper[2] + lower[2]
            above, wish = 0.0, 0.0
            for m in members:
                wish += wanted[m][0] - wanted[m][1] / 2 - above
                above += wanted[m][1]
            blocks.append((members, _clamp(wish / len(members), low, high - height), height))
    centres = [0.0] * len(wanted)
    for members, top, _ in blocks:
        for m in members:
            centres[m] = top + wanted[m][1] / 2
            top += wanted[m][1]
    return centres


_TICK_PX: Final = 7.2
_END_PX: Final = 6.1
_LAST_PX: Final = 12.0
_EVERY: Final = (1, 2, 4, 5, 10, 13, 20, 26, 52)


def _signal_points(chart: ChartData) -> tuple[int, int] | None:
    """The band's first and last index within the points; None if nothing of it is left."""
    if chart.signal is None:
        return None
    first, last = max(0, chart.signal[0]), min(len(chart.points) - 1, chart.signal[1])
    return (first, last) if first <= last else None


def run_chart_svg(
    chart: ChartData, *, wide: bool = True, uid: str = "chart", number: Callable[[Decimal], str] = plain
) -> Svg:
    """The run chart, wide (600 x 320) or narrow (344 x 300); a page prints both and its width chooses.

    `number` writes a value in the reader's language. Values that are not finite are drawn as missing. The axis
    begins at 0, or below it only where a value does.
    """
    words = chart.words
    w, h = (600.0, 320.0) if wide else (344.0, 300.0)
    t, b = (38.0, 40.0) if wide else (34.0, 38.0)
    values = [_finite(p.value) for p in chart.points]
    goal, median = _finite(chart.goal), _finite(chart.median)
    known = [v for v in values if v is not None]
    shown = [*known, *(v for v in (goal, median) if v is not None)]
    n = len(values)

    whole = all(v == int(v) for v in shown)
    tiers = _note_tiers(chart, n, w - (106 if wide else 90))
    high = max([*shown, 0.0]) * (1.15 + 0.1 * max(tiers.values(), default=0))
    low = min([*shown, 0.0])
    if high <= 0:
        high = -low * 0.15 or 1.0
    if whole:
        high = max(high, 2.3)
    ticks = nice_ticks(low, high, whole=whole) if shown else [Decimal(0)]
    low = min(low, float(ticks[0]))
    tick_words = [number(tick) if shown else "" for tick in ticks]

    # Margins grow with what stands in them, up to a third of the sheet, so that the plot is never squeezed out.
    most = w / 3
    left = min(max(30.0 if wide else 26.0, max(map(len, tick_words)) * _TICK_PX + 10), most)
    last = max((i for i, v in enumerate(values) if v is not None), default=None)
    last_word = number(_exact(chart.points[last].value)) if last is not None else ""
    goal_word = words.goal if goal is not None else ""
    median_word = words.median if median is not None else ""
    end_px = max(len(goal_word) * _END_PX, len(median_word) * _END_PX, len(last_word) * _LAST_PX)
    right = min(max(76.0 if wide else 64.0, end_px + 15), most)
    step = (w - left - right) / max(n - 1, 1)
    lead = (w - left - right) / 2 if n == 1 else 0.0  # a first dot stands in the middle of its paper

    def x(i: float) -> float:
        return left + lead + i * step

    def y(v: float) -> float:
        return t + (h - t - b) * (high - v) / (high - low)

    edge = w - right + 5
    out = []
    for tick, word in zip(ticks, tick_words, strict=True):
        at = y(float(tick))
        out.append(
            f'<line class="{_classes("rc-grid", "is-base" if tick == 0 else "")}" '
            f'x1="{left:.0f}" y1="{at:.1f}" x2="{edge:.0f}" y2="{at:.1f}"/>'
        )
        if word:
            label = _e(_fit(word, left - 8, _TICK_PX * 0.9))
            out.append(f'<text class="rc-tick is-y" x="{left - 10:.0f}" y="{at + 4.5:.1f}">{label}</text>')

    band = _signal_points(chart)
    half = min(step * 0.5, 20.0) if n > 1 else 20.0
    if band:
        x0, x1 = x(band[0]) - half, x(band[1]) + half
        out.append(
            f'<rect class="rc-band" x="{x0:.1f}" y="{t - 4:.0f}" width="{x1 - x0:.1f}" height="{h - t - b + 4:.0f}" rx="8"/>'
        )
        say = _fit(words.signal, w - 8, 7.0)
        if say:
            centre = _clamp((x0 + x1) / 2, len(say) * 3.5 + 2, w - len(say) * 3.5 - 2)
            out.append(f'<text class="rc-say" x="{centre:.1f}" y="{t - 14:.0f}">{_e(say)}</text>')
    for k, note in enumerate(chart.notes):
        if k not in tiers:
            continue
        at, top = x(note.index), t + 12 + 23 * tiers[k]
        out.append(
            f'<line class="rc-note-line" x1="{at:.1f}" y1="{top + 2:.0f}" x2="{at:.1f}" y2="{h - b:.0f}"/>'
            f'<circle class="rc-note" cx="{at:.1f}" cy="{top:.0f}" r="10"/>'
            f'<text class="rc-note-no" x="{at:.1f}" y="{top + 4.5:.1f}">{_e(note.number)}</text>'
        )

    # The words at the line ends share one column: they make room for each other instead of overlapping.
    column: list[tuple[str, float, float, str]] = []  # kind, wish, height, word
    if goal is not None:
        out.append(f'<line class="rc-goal" x1="{left:.0f}" y1="{y(goal):.1f}" x2="{edge:.0f}" y2="{y(goal):.1f}"/>')
        if goal_word:
            column.append(("rc-end is-goal", y(goal), 17, goal_word))
    if median is not None:
        ended = chart.baseline_end is None or chart.baseline_end >= n - 1
        fixed = edge if ended else x(max(chart.baseline_end or 0, 0)) + half
        at = y(median)
        out.append(f'<line class="rc-median" x1="{left:.0f}" y1="{at:.1f}" x2="{fixed:.1f}" y2="{at:.1f}"/>')
        if not ended:
            out.append(
                f'<line class="rc-median is-carried" x1="{fixed:.1f}" y1="{at:.1f}" x2="{edge:.0f}" y2="{at:.1f}"/>'
            )
        if median_word:
            column.append(("rc-end is-median", at, 17, median_word))
    out += _gaps(chart, values, x, step, h - b - 8, left, w - right)
    out += _paths(values, x, y)
    out += _dots(chart, values, band, last, x, y, step, wide)
    last_value = values[last] if last is not None else None
    if last is not None and last_value is not None:
        at = x(last) + 14
        if at + len(last_word) * _LAST_PX > w - right + 12:  # it stands in the column, with the others
            column.append(("rc-last", y(last_value), 23, last_word))
        else:
            out.append(f'<text class="rc-last" x="{at:.1f}" y="{y(last_value) + 6:.1f}">{_e(last_word)}</text>')
    for (kind, _, _, word), centre in zip(
        column, _spread([(wish, tall) for _, wish, tall, _ in column], 4, h - 4), strict=True
    ):
        is_last = kind == "rc-last"
        at = x(last) + 14 if is_last and last is not None else w - right + 15
        word = _fit(word, w - at + 4, _LAST_PX * 0.9 if is_last else _END_PX) or word
        out.append(f'<text class="{kind}" x="{at:.1f}" y="{centre + (6 if is_last else 4.5):.1f}">{_e(word)}</text>')

    out += _dates(chart, x, step, h - b + 24, w)
    key = f"{_id(uid)}-{'w' if wide else 'n'}"
    return _frame("rc is-wide" if wide else "rc is-narrow", w, h, key, words.title, words.desc, out)


def _exact(value: Number | None) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value or 0))


def _note_tiers(chart: ChartData, n: int, plot: float) -> dict[int, int]:
    """For each note that has a point: the row it stands in, so that two neighbours do not touch."""
    step = plot / max(n - 1, 1)
    ends: list[float] = []
    tiers: dict[int, int] = {}
    places = sorted((note.index, k) for k, note in enumerate(chart.notes) if 0 <= note.index < n)
    for index, k in places:
        at = index * step
        tier = next((row for row, end in enumerate(ends) if at >= end), len(ends))
        if tier == len(ends):
            if tier == 4:  # five notes on one spot: the last ones share a row rather than push the data away
                tier = 3
            else:
                ends.append(0.0)
        ends[tier] = at + 22
        tiers[k] = tier
    return tiers


def _gaps(
    chart: ChartData,
    values: Sequence[float | None],
    x: Callable[[float], float],
    step: float,
    y: float,
    left: float,
    right: float,
) -> list[str]:
    """Why a place is empty, once for neighbours that share a reason, and only where the words have room."""
    out: list[str] = []
    end = left - 20
    i = 0
    while i < len(values):
        if values[i] is not None:
            i += 1
            continue
        word = chart.points[i].gap or chart.words.gap
        start = i
        while i < len(values) and values[i] is None and (chart.points[i].gap or chart.words.gap) == word:
            i += 1
        centre = x((start + i - 1) / 2)
        half = len(word) * 3.3
        if word and centre - half >= end and centre + half <= right + 20:
            out.append(f'<text class="rc-tick is-gap" x="{centre:.1f}" y="{y:.0f}">{_e(word)}</text>')
            end = centre + half + 4
    return out


def _paths(values: Sequence[float | None], x: Callable[[float], float], y: Callable[[float], float]) -> list[str]:
    """The line, broken where a value is missing."""
    out: list[str] = []
    run: list[str] = []
    for i, v in enumerate([*values, None]):
        if v is not None:
            run.append(f"{x(i):.1f} {y(v):.1f}")
            continue
        if len(run) > 1:
            out.append('<path class="rc-line" d="M' + "L".join(run) + '"/>')
        run = []
    return out


def _alone(values: Sequence[float | None], i: int) -> bool:
    """Whether no line reaches this point, because its neighbours are missing."""
    return (i == 0 or values[i - 1] is None) and (i + 1 == len(values) or values[i + 1] is None)


def _dots(
    chart: ChartData,
    values: Sequence[float | None],
    band: tuple[int, int] | None,
    last: int | None,
    x: Callable[[float], float],
    y: Callable[[float], float],
    step: float,
    wide: bool,
) -> list[str]:
    """Round points, diamonds in a signal; smaller where they stand close. Where even small ones would hide the line
    that joins them, only the last point and points without neighbours keep theirs; the band still shows a signal.
    """
    out = []
    diamonds = chart.diamonds
    if diamonds is None:
        diamonds = frozenset(range(band[0], band[1] + 1)) if band else frozenset()
    tight = 1.0 if len(values) < 2 else min(1.0, max(0.35, step / 14))
    crowded = len(values) > 1 and step < 6
    for i, v in enumerate(values):
        if v is None or (crowded and i != last and not _alone(values, i)):
            continue
        if i in diamonds:
            q = round(((9 if wide else 8) if i == last else (7.5 if wide else 6.5)) * tight, 1)
            out.append(
                f'<path class="rc-point is-signal" d="M{x(i):.1f} {y(v) - q:.1f}l{q:g} {q:g}l{-q:g} {q:g}l{-q:g} {-q:g}z"/>'
            )
        else:
            r = round((4.6 if wide else 4.0) * tight, 1)
            out.append(f'<circle class="rc-point" cx="{x(i):.1f}" cy="{y(v):.1f}" r="{r:g}"/>')
    return out


def _dates(chart: ChartData, x: Callable[[float], float], step: float, y: float, w: float) -> list[str]:
    """Labels under the axis, counted back from the last one, as many as stand side by side."""
    n = len(chart.points)
    labels = [_fit(p.label, 110, _TICK_PX) for p in chart.points]
    need = max(map(len, labels), default=0) * 6.6 + 8
    every = next((k for k in _EVERY if k * step >= need), max(n, 1))
    out = []
    for i, label in enumerate(labels):
        if label and (n - 1 - i) % every == 0:
            centre = _clamp(x(i), len(label) * 3.3, w - len(label) * 3.3)
            out.append(f'<text class="rc-tick is-x" x="{centre:.1f}" y="{y:.0f}">{_e(label)}</text>')
    return out


def spark_svg(values: Sequence[Number | None], *, title: str, median: Number | None = None, uid: str = "spark") -> Svg:
    """The small chart of a card (160 x 44): shape only, with its one sentence beside it in text.

    Without a single value it is an empty sheet that still bears its title.
    """
    w, h, p = 160, 44, 6
    key = _id(uid)
    drawn = [_finite(v) for v in values]
    middle = _finite(median)
    shown = [v for v in (*drawn, middle) if v is not None]
    high, low = max([*shown, 0.0]) * 1.1, min([*shown, 0.0])
    if high <= low:
        high = low + 1
    step = (w - 2 * p) / max(len(drawn) - 1, 1)
    lead = (w - 2 * p) / 2 if len(drawn) == 1 else 0.0

    def x(i: float) -> float:
        return p + lead + i * step

    def y(v: float) -> float:
        return h - p - (h - 2 * p) * (v - low) / (high - low)

    out = []
    if middle is not None:
        out.append(f'<line class="rc-median" x1="{p}" y1="{y(middle):.1f}" x2="{w - p}" y2="{y(middle):.1f}"/>')
    out += _paths(drawn, x, y)
    last = max((i for i, v in enumerate(drawn) if v is not None), default=None)
    for i, v in enumerate(drawn):
        if v is not None and (i == last or _alone(drawn, i)):  # a value between two gaps has no line: it needs its dot
            out.append(f'<circle class="rc-point" cx="{x(i):.1f}" cy="{y(v):.1f}" r="{4 if i == last else 2.5:g}"/>')
    return Svg(
        f'<svg class="rc is-spark" viewBox="0 0 {w} {h}" role="img" aria-labelledby="{key}-t">'
        f'<title id="{key}-t">{_e(title)}</title>{"".join(out)}</svg>'
    )

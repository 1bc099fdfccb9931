"""The line of the months, upright: the list that is, on a phone, the drawing.

One piece of drawing per row of the list; its height stretches with the text, the stroke does not.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from core.charts.svg import Svg, classes, safe
from core.charts.thread import Quiet, is_quiet
from core.charts.timeline import Station, next_station

State = Literal["past", "next", "later"]
Bow = Literal["full", "out", "back"]
_Cubic = tuple[float, float, float, float, float, float, float, float]
_BOWS: Final[dict[str, tuple[_Cubic, ...]]] = {
    "full": ((24, 0, 24, 26, 42, 24, 42, 50), (42, 50, 42, 76, 24, 74, 24, 100)),
    "out": ((24, 0, 24, 45, 42, 40, 42, 100),),
    "back": ((42, 0, 42, 60, 24, 55, 24, 100),),
}
_MOST_BEADS: Final = 12  # a row of text is not higher than that


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
    """Return the rows of the list; the words are the page's own."""
    rows: list[Row] = []
    upcoming = next_station(stations, today)
    if stations and today and today < stations[0].on:
        rows.append(Row("now", 0, "at-now is-before", rail_now(outside=True)))
    for i, station in enumerate(stations):
        after = stations[i + 1] if i + 1 < len(stations) else None
        state: State = "past" if today and station.on < today else "next" if i == upcoming else "later"
        came = i > 0 and today is not None and station.on <= today
        leaves = after is not None and today is not None and station.on < today
        rows.append(
            Row(
                "station",
                i,
                classes("at-station", "from-past" if came else "", "to-past" if leaves else ""),
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
        rows.append(Row("now", len(stations) - 1, "at-now is-after", rail_now(outside=True)))
    return rows


def _piece(
    kind: Literal["stretch", "rest"],
    index: int,
    css: str,
    state: State,
    shape: Bow,
    start: date,
    end: date,
    quiet: Sequence[Quiet],
) -> Row:
    weeks = math.ceil((end - start).days / 7)
    rests = [week for week in range(1, weeks) if is_quiet(start + timedelta(days=7 * week), quiet)]
    return Row(kind, index, css, rail_bow(state, weeks, shape, rests), weeks)


def rail_station(state: State, number: str | int | None = None) -> Svg:
    """Return a station: a numbered ring, or a dot without a number."""
    r = 17 if number is not None else 8
    inner = f'<circle class="tl-station is-{state}" cx="24" cy="24" r="{r}"/>'
    if number is not None:
        inner += f'<text class="tl-no is-{state}" x="24" y="30">{safe(number)}</text>'
    return _rail(f"is-{state}", inner)


def rail_now(*, outside: bool = False) -> Svg:
    """Return the ring of today, where the thread is furthest out; ``outside`` the months, in line with the stations."""
    return _rail("is-now", f'<circle class="tl-now" cx="{24 if outside else 42}" cy="24" r="9"/>')


def rail_bow(state: State, weeks: int, shape: Bow = "full", quiet: Iterable[int] = ()) -> Svg:
    """Return a stretch of thread that bows away from the sessions, with a bead for every week but the last.

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


def _rail(css: str, inner: str, box: str = "0 0 48 48", more: str = "") -> Svg:
    return Svg(f'<svg class="tl-rail {css}" viewBox="{box}"{more} aria-hidden="true" focusable="false">{inner}</svg>')

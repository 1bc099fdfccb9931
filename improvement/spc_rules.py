"""The rules of control charts: which points are no chance, and what that is called. Pure.

"NHS": NHS England, Making Data Count, as in the open project NHSRplotthedots and in the tool of NHS England. "NAHQ": the set
for control charts that Perla, Provost and Murray give beside their own (BMJ Qual Saf 2011;20:46-51).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import Final

from improvement.spc_limits import Line


class Direction(StrEnum):
    """Which way is good."""

    UP = "up"
    DOWN = "down"
    NONE = "none"


class Side(StrEnum):
    HIGH = "high"
    LOW = "low"


class Cause(StrEnum):
    """Why a point is no chance, the strongest reason first; COMMON: it is."""

    OUTSIDE = "outside"  # beyond a limit
    TREND = "trend"  # part of a row that rises or falls
    NEAR = "two of three"  # one of two of three in a row beyond two sigma, all three on one side
    SHIFT = "shift"  # part of a row on one side of the centre
    INNER = "inner third"  # part of a long row within one sigma
    COMMON = "common"


class Variation(StrEnum):
    """The NHS icon of variation: the state of a point."""

    COMMON = "common cause"
    IMPROVEMENT_HIGH = "improvement high"
    IMPROVEMENT_LOW = "improvement low"
    CONCERN_HIGH = "concern high"
    CONCERN_LOW = "concern low"
    NEUTRAL_HIGH = "neutral high"
    NEUTRAL_LOW = "neutral low"


@dataclass(frozen=True, slots=True)
class Rules:
    """A named set of rules. Lengths in points; None: the set has no such rule. ``enough``: points that limits need.

    ``improvement_wins``: of several causes that disagree about a point, the one in the good direction names it, as in
    the tool of NHS England; else the strongest does, as in NHSRplotthedots.
    """

    key: str
    shift: int
    trend: int
    two_of_three: bool = True
    inner: int | None = None
    enough: int = 12
    improvement_wins: bool = False


NHS: Final = Rules("nhs", shift=7, trend=7, enough=13)
NHS_TOOL: Final = Rules("nhs-tool", shift=7, trend=7, enough=13, improvement_wins=True)
NHS_TOOL_SIX: Final = Rules("nhs-tool-6", shift=6, trend=6, enough=13, improvement_wins=True)
NAHQ: Final = Rules("nahq", shift=8, trend=6, inner=15, enough=10)
RULES: Final[dict[str, Rules]] = {one.key: one for one in (NHS, NHS_TOOL, NHS_TOOL_SIX, NAHQ)}


# ---------------------------------------------------------------- rules


def outside(values: Sequence[Fraction], lines: Sequence[Line]) -> dict[int, Side]:
    """Return the points beyond a limit, each with the side on which it lies. A point on the limit is within."""
    found = {}
    for i, (value, line) in enumerate(zip(values, lines, strict=True)):
        if value > line.upper:
            found[i] = Side.HIGH
        elif value < line.lower:
            found[i] = Side.LOW
    return found


def in_shift(values: Sequence[Fraction], lines: Sequence[Line], length: int) -> dict[int, Side]:
    """Return the points of every row of ``length`` or more on one side of the centre. One on the centre ends a row."""
    sides = [_side(value, line.centre) for value, line in zip(values, lines, strict=True)]
    return _rows(sides, length)


def _side(value: Fraction, centre: Fraction) -> Side | None:
    return None if value == centre else Side.HIGH if value > centre else Side.LOW


def _rows(marks: Sequence[Side | None], length: int) -> dict[int, Side]:
    """Return the places of every row of ``length`` or more equal marks; None is no mark and ends a row."""
    found: dict[int, Side] = {}
    start = 0
    for end in range(1, len(marks) + 1):
        if end < len(marks) and marks[end] == marks[start]:
            continue
        mark = marks[start]
        if mark is not None and end - start >= length:
            found.update(dict.fromkeys(range(start, end), mark))
        start = end
    return found


def in_trend(values: Sequence[Fraction], length: int) -> dict[int, Side]:
    """Return the points of every row of ``length`` or more that only rises (HIGH) or only falls (LOW). A tie ends it.

    A point at which a rise turns into a fall belongs to the later of the two.
    """
    steps = [_side(b, a) for a, b in pairwise(values)]
    found: dict[int, Side] = {}
    for i, side in sorted(_rows(steps, length - 1).items()):
        found.setdefault(i, side)
        found[i + 1] = side
    return found


def near_limits(values: Sequence[Fraction], lines: Sequence[Line]) -> dict[int, Side]:
    """Return the points beyond two sigma that are one of two such among three in a row, all three on one side."""
    found: dict[int, Side] = {}
    sides = [_side(value, line.centre) for value, line in zip(values, lines, strict=True)]
    beyond = [not line.near_lower <= value <= line.near_upper for value, line in zip(values, lines, strict=True)]
    for i in range(len(values) - 2):
        three = range(i, i + 3)
        side = sides[i]
        if side is not None and all(sides[j] is side for j in three) and sum(beyond[j] for j in three) >= 2:
            found.update({j: side for j in three if beyond[j]})
    return found


def within_inner(values: Sequence[Fraction], lines: Sequence[Line], length: int) -> dict[int, Side]:
    """Return the points of every row of ``length`` or more within one sigma of the centre; on it counts as high."""
    calm = [
        Side.HIGH if line.inner_lower <= value <= line.inner_upper else None
        for value, line in zip(values, lines, strict=True)
    ]
    return {i: _side(values[i], lines[i].centre) or Side.HIGH for i in _rows(calm, length)}


def causes_of(values: Sequence[Fraction], lines: Sequence[Line], rules: Rules) -> list[tuple[tuple[Cause, Side], ...]]:
    """Return for each point every rule that it belongs to, the strongest first."""
    by_rule = [
        (Cause.OUTSIDE, outside(values, lines)),
        (Cause.TREND, in_trend(values, rules.trend)),
        (Cause.NEAR, near_limits(values, lines) if rules.two_of_three else {}),
        (Cause.SHIFT, in_shift(values, lines, rules.shift)),
        (Cause.INNER, within_inner(values, lines, rules.inner) if rules.inner else {}),
    ]
    return [tuple((cause, found[i]) for cause, found in by_rule if i in found) for i in range(len(values))]


def variation_of(side: Side, direction: Direction) -> Variation:
    """Return the state of a point with a special cause on this side (for a trend: that moves there)."""
    high = side is Side.HIGH
    if direction is Direction.NONE:
        return Variation.NEUTRAL_HIGH if high else Variation.NEUTRAL_LOW
    if high is (direction is Direction.UP):
        return Variation.IMPROVEMENT_HIGH if high else Variation.IMPROVEMENT_LOW
    return Variation.CONCERN_HIGH if high else Variation.CONCERN_LOW


_IMPROVES: Final = frozenset({Variation.IMPROVEMENT_HIGH, Variation.IMPROVEMENT_LOW})


def named(causes: Sequence[tuple[Cause, Side]], rules: Rules, direction: Direction) -> tuple[Cause, Variation]:
    """Return the cause that names a point, and its state: nothing calm is good or bad."""
    states = [
        (cause, Variation.COMMON if cause is Cause.INNER else variation_of(side, direction)) for cause, side in causes
    ]
    if rules.improvement_wins:
        states.sort(key=lambda one: one[1] not in _IMPROVES)  # stable: the strongest first among equals
    return states[0] if states else (Cause.COMMON, Variation.COMMON)

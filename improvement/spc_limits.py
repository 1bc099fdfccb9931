"""The formulas of control charts: centre, spread, and the limits at a point. Pure.

Provost LP, Murray SK. The Health Care Data Guide (2011), as the open project qicharts2 works them out; p′ and u′: Laney DB.
Improved control charts for attributes. Qual Eng 2002;14:531-537; t: Nelson LS. A control chart for parts-per-million
nonconforming items. J Qual Technol 1994;26:239-240; g: Benneyan JC. Int J Qual Health Care 2001;13:149-157.

Values, centres and limits are exact fractions, so that a point on a line lies on it; only roots and powers go through
floats. A missing value is no neighbour of a range. A sample of nobody is no value.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from statistics import median
from typing import Final

Number = int | float | Decimal | Fraction

D2: Final = Fraction(1128, 1000)  # the mean range of two normal values in sigmas: σ = mR̄ / 1.128
X_WIDTH: Final = Fraction(266, 100)  # limits of single values: x̄ ± 2.66 mR̄
RANGE_LIMIT: Final = Fraction(3267, 1000)  # upper limit of a moving range, and where screening cuts: 3.267 mR̄
T_POWER: Final = 3.6  # time between rare events becomes about normal as y^(1/3.6)
TRIAL: Final = 12  # limits from fewer points than these are on trial


class Chart(StrEnum):
    """Which control chart. What its observations are stands beside it."""

    X = "x"  # single values
    RANGE = "mr"  # single values, drawn as moving ranges
    P = "p"  # how many of how many
    U = "u"  # how many events, on how much exposure
    C = "c"  # how many events, on equal exposure
    P_LANEY = "p'"
    U_LANEY = "u'"
    T = "t"  # time between events
    G = "g"  # cases between events


SAMPLED: Final = frozenset({Chart.P, Chart.U, Chart.P_LANEY, Chart.U_LANEY})
SHARES: Final = frozenset({Chart.P, Chart.P_LANEY})


@dataclass(frozen=True, slots=True)
class Observation:
    """One place on the time axis. ``value``: the number, or how many of ``size``; None: missing."""

    value: Number | None = None
    size: Number | None = None


@dataclass(frozen=True, slots=True)
class Basis:
    """What limits are worked out from, so that it can be frozen: centre and spread together, never one without the other.

    ``centre``: the mean (of transformed values for t). ``spread``: the mean moving range (X, mR, t), or σ_z (p′, u′);
    0 where the chart has its spread from the centre. ``drawn``: the line to draw where that is not the centre (g).
    ``points``: how many made it.
    """

    centre: Fraction
    spread: Fraction = Fraction(0)
    drawn: Fraction | None = None
    points: int = 0

    @property
    def is_trial(self) -> bool:
        """Return whether the limits are on trial: made of fewer than twelve points."""
        return self.points < TRIAL


@dataclass(frozen=True, slots=True)
class Line:
    """Centre and limits at one point. ``inner`` and ``near`` are one and two sigma."""

    centre: Fraction
    lower: Fraction
    upper: Fraction
    near_lower: Fraction
    near_upper: Fraction
    inner_lower: Fraction
    inner_upper: Fraction


# ---------------------------------------------------------------- numbers


def exact(number: Number) -> Fraction:
    """Return the number as it was typed: 0.1 is a tenth. Raises ValueError for what is not finite."""
    if isinstance(number, float):
        if not math.isfinite(number):
            raise ValueError("a point of a chart is a finite number or None")
        return Fraction(str(number))
    if isinstance(number, Decimal) and not number.is_finite():
        raise ValueError("a point of a chart is a finite number or None")
    return Fraction(number)


def _mean(values: Sequence[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)


def moving_ranges(values: Sequence[Fraction]) -> list[Fraction]:
    """Return how far each value lies from the one recorded before it."""
    return [abs(b - a) for a, b in pairwise(values)]


def mean_range(values: Sequence[Fraction], *, screened: bool = False) -> Fraction:
    """Return the mean moving range; 0 for fewer than two values.

    ``screened``: ranges of 3.267 times the mean and more are left out and the mean taken once more (Nelson 1982).
    """
    ranges = moving_ranges(values)
    if not ranges:
        return Fraction(0)
    mean = _mean(ranges)
    if screened and mean:
        kept = [one for one in ranges if one < RANGE_LIMIT * mean]
        return _mean(kept) if kept else mean
    return mean


# ---------------------------------------------------------------- what is drawn


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a chart makes of one observation: the value that is drawn, and its counts where it has a sample."""

    value: Fraction
    count: Fraction
    size: Fraction


def _seen(chart: Chart, observation: Observation) -> _Seen | None:
    if observation.value is None:
        return None
    count = exact(observation.value)
    if chart not in SAMPLED:
        _refuse_impossible(chart, count, count)
        return _Seen(count, count, Fraction(1))
    size = exact(observation.size) if observation.size is not None else Fraction(0)
    _refuse_impossible(chart, count, size)
    return _Seen(count / size, count, size) if size else None


def _refuse_impossible(chart: Chart, count: Fraction, size: Fraction) -> None:
    if chart is Chart.T and count <= 0:
        raise ValueError("time between events is more than 0")
    if chart not in (Chart.X, Chart.RANGE) and (count < 0 or size < 0):
        raise ValueError("a count is never below 0")
    if chart in SHARES and size and count > size:
        raise ValueError("more than all of the sample")


def basis_of(chart: Chart, observations: Iterable[Observation], *, screened: bool = False) -> Basis | None:
    """Return what the limits of these observations stand on; None where nothing was observed.

    p and u pool: all events by the whole sample, never the mean of shares. ``screened``: see ``mean_range``.
    """
    seen = [one for one in (_seen(chart, each) for each in observations) if one is not None]
    if not seen:
        return None
    values = [one.value for one in seen]
    if chart in SAMPLED:
        centre = sum((one.count for one in seen), Fraction(0)) / sum((one.size for one in seen), Fraction(0))
        spread = _sigma_z(chart, centre, seen) if chart in (Chart.P_LANEY, Chart.U_LANEY) else Fraction(0)
        return Basis(centre, spread, points=len(seen))
    if chart is Chart.T:
        values = [transformed(one) for one in values]
    if chart in (Chart.C, Chart.G):
        drawn = median(values) if chart is Chart.G else None
        return Basis(_mean(values), drawn=drawn, points=len(seen))
    return Basis(_mean(values), mean_range(values, screened=screened), points=len(seen))


def _sigma_within(chart: Chart, centre: Fraction, size: Fraction) -> float:
    """Return the sigma that chance alone gives a sample of this size."""
    if chart in SHARES:
        return math.sqrt(centre * (1 - centre) / size)
    return math.sqrt(centre / size)


def _sigma_z(chart: Chart, centre: Fraction, seen: Sequence[_Seen]) -> Fraction:
    """Return Laney's σ_z: the mean moving range of z by 1.128; 1 where a single point tells nothing of it."""
    sigmas = [_sigma_within(chart, centre, one.size) for one in seen]
    if not all(sigmas):
        return Fraction(0)
    scores = [Fraction(float(one.value - centre) / sigma) for one, sigma in zip(seen, sigmas, strict=True)]
    return mean_range(scores) / D2 if len(scores) > 1 else Fraction(1)


def line_at(chart: Chart, basis: Basis, size: Number | None = None) -> Line | None:
    """Return centre and limits for a point of this sample size; None where the sample is of nobody.

    Shares end at 0 and 1; counts, ranges and times at 0. Those of t are as transformed: ``shown`` leads them back.
    """
    if chart in SAMPLED:
        sample = exact(size) if size is not None else Fraction(0)
        if not sample:
            return None
        sigma = _sigma_within(chart, basis.centre, sample)
        if chart in (Chart.P_LANEY, Chart.U_LANEY):
            sigma *= float(basis.spread)
        return _line(basis.centre, Fraction(3 * sigma), floor=0, ceiling=1 if chart in SHARES else None)
    if chart is Chart.RANGE:
        return _line(basis.spread, (RANGE_LIMIT - 1) * basis.spread, floor=0)
    if chart is Chart.C:
        return _line(basis.centre, Fraction(3 * math.sqrt(basis.centre)), floor=0)
    if chart is Chart.G:
        width = Fraction(3 * math.sqrt(basis.centre * (basis.centre + 1)))
        return _line(basis.centre, width, floor=0, drawn=basis.drawn)
    return _line(basis.centre, X_WIDTH * basis.spread, floor=0 if chart is Chart.T else None)


def _line(
    centre: Fraction, width: Fraction, *, floor: int | None = None, ceiling: int | None = None,
    drawn: Fraction | None = None,
) -> Line:  # fmt: skip
    def at(thirds: int) -> Fraction:
        value = centre + width * thirds / 3
        value = value if floor is None else max(value, Fraction(floor))
        return value if ceiling is None else min(value, Fraction(ceiling))

    return Line(centre if drawn is None else drawn, at(-3), at(3), at(-2), at(2), at(-1), at(1))


def shown(chart: Chart, value: Fraction) -> float:
    """Return a value, a centre or a limit as it stands on the axis: those of t transformed back."""
    return float(value) ** T_POWER if chart is Chart.T else float(value)


def transformed(value: Fraction) -> Fraction:
    """Return a time between events as t judges it: y^(1/3.6)."""
    return Fraction(float(value) ** (1 / T_POWER))


def values_of(chart: Chart, observations: Sequence[Observation]) -> list[Fraction | None]:
    """Return what is judged at each place: the value or share; for t transformed, for mR the range to the one before."""
    seen = [_seen(chart, one) for one in observations]
    values = [None if one is None else one.value for one in seen]
    if chart is Chart.T:
        return [None if value is None else transformed(value) for value in values]
    if chart is not Chart.RANGE:
        return values
    ranges: list[Fraction | None] = []
    before: Fraction | None = None
    for value in values:
        ranges.append(None if value is None or before is None else abs(value - before))
        before = before if value is None else value
    return ranges

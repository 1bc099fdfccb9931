"""What a control chart means: limits that step with the sample, stages, signals, and the two NHS states. Pure.

The formulas are in `spc_limits`, the rules in `spc_rules`. A missing value keeps its place on the time axis and neither
counts nor breaks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from improvement.spc_limits import (
    Basis,
    Chart,
    Line,
    Number,
    Observation,
    basis_of,
    exact,
    line_at,
    transformed,
    values_of,
)
from improvement.spc_rules import NHS, Cause, Direction, Rules, Side, Variation, causes_of, named


class Assurance(StrEnum):
    """The NHS icon of assurance: whether the goal will be met as things go."""

    FAILS = "consistently fails"
    PASSES = "consistently passes"
    HIT_OR_MISS = "hit or miss"


@dataclass(frozen=True, slots=True)
class Stage:
    """From which place on limits count, up to which place they were made (None: all), or what they were frozen at."""

    first: int = 0
    made_until: int | None = None
    frozen: Basis | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """One place of a chart: its value as drawn, the line there, and what the rules say of it.

    ``causes``: every rule that it belongs to, the strongest first, with the side: where it lies, or for a trend where it
    moves. ``value`` None: nothing is drawn. ``line`` None: too few points for limits.
    """

    value: Fraction | None = None
    line: Line | None = None
    causes: tuple[tuple[Cause, Side], ...] = ()
    cause: Cause = Cause.COMMON
    variation: Variation = Variation.COMMON


@dataclass(frozen=True, slots=True)
class ControlChart:
    """A control chart, worked out by ``control_chart``. ``bases``: what each stage stands on, None while it has too few."""

    chart: Chart
    rules: Rules
    direction: Direction
    target: Fraction | None
    stages: tuple[Stage, ...]
    bases: tuple[Basis | None, ...]
    points: tuple[Judged, ...]

    @property
    def last(self) -> Judged | None:
        """Return the latest place that has a value."""
        return next((one for one in reversed(self.points) if one.value is not None), None)

    @property
    def variation(self) -> Variation | None:
        """Return the state of the last point; None while there are no limits."""
        last = self.last
        return last.variation if last is not None and last.line is not None else None

    @property
    def assurance(self) -> Assurance | None:
        """Return whether the goal will be met as things go; None without goal, good direction or limits."""
        last = self.last
        if self.target is None or self.direction is Direction.NONE or last is None or last.line is None:
            return None
        up = self.direction is Direction.UP
        target = transformed(self.target) if self.chart is Chart.T and self.target > 0 else self.target
        if target > last.line.upper:
            return Assurance.FAILS if up else Assurance.PASSES
        if target < last.line.lower:
            return Assurance.PASSES if up else Assurance.FAILS
        return Assurance.HIT_OR_MISS


# ---------------------------------------------------------------- the chart


def control_chart(
    chart: Chart,
    observations: Sequence[Observation],
    *,
    rules: Rules = NHS,
    direction: Direction = Direction.NONE,
    target: Number | None = None,
    stages: Sequence[Stage] = (Stage(),),
    screened: bool = False,
) -> ControlChart:
    """Work out a control chart. Places count all observations, missing ones included.

    Each of ``stages`` begins at its place and is judged by itself: on what it was frozen at, else on its observations up
    to ``made_until``, else on all of its own. Below ``rules.enough`` points it has no limits, unless it is frozen.
    Raises ValueError for values that no such chart can hold, and for stages that are not in order from place 0.
    """
    starts = [stage.first for stage in stages]
    if not starts or starts[0] != 0 or starts != sorted(set(starts)):
        raise ValueError("stages begin at place 0 and follow each other")
    goal = None if target is None else exact(target)
    points: list[Judged] = []
    bases: list[Basis | None] = []
    for stage, end in zip(stages, [*starts[1:], len(observations)], strict=True):
        judged, basis = _stage(chart, observations[stage.first : end], stage, rules, direction, screened)
        points += judged
        bases.append(basis)
    return ControlChart(chart, rules, direction, goal, tuple(stages), tuple(bases), tuple(points))


def _stage(
    chart: Chart,
    observations: Sequence[Observation],
    stage: Stage,
    rules: Rules,
    direction: Direction,
    screened: bool,
) -> tuple[list[Judged], Basis | None]:
    values = values_of(chart, observations)
    if stage.frozen is not None:
        basis: Basis | None = stage.frozen
    else:
        made = len(observations) if stage.made_until is None else stage.made_until - stage.first + 1
        basis = basis_of(chart, observations[:made], screened=screened)
        if basis is not None and basis.points < rules.enough:
            basis = None
    places = [i for i, value in enumerate(values) if value is not None]
    if basis is None:
        return [Judged(value) for value in values], None
    lines = {i: line_at(chart, basis, observations[i].size) for i in places}
    judged: dict[int, Judged] = {}
    kept = [(i, value, line) for i in places if (value := values[i]) is not None and (line := lines[i]) is not None]
    found = causes_of([value for _, value, _ in kept], [line for _, _, line in kept], rules)
    for (i, value, line), causes in zip(kept, found, strict=True):
        cause, variation = named(causes, rules, direction)
        judged[i] = Judged(value, line, causes, cause, variation)
    return [judged.get(i, Judged()) for i in range(len(observations))], basis

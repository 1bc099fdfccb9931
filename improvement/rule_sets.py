"""The named sets of rules by which a run chart is judged, as data. Pure.

A chart always names its set. Which one counts is a setting of the programme; the words are in `chart_words`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from improvement import runs

ENOUGH: Final = 10  # useful points (off the centre) below which nothing is judged, whatever the set


class Centre(StrEnum):
    """The line that the points lie above or below."""

    MEDIAN = "median"
    MEAN = "mean"


Length = Callable[[int], int]
Limits = Callable[[int], tuple[int, int | None]]


@dataclass(frozen=True, slots=True)
class RuleSet:
    """One set. Each rule is asked with the number of useful points; None: the set has no such rule.

    ``shift``: how many useful points in a row on one side make a shift. ``trend``: how many points that only rise or only
    fall make a trend. ``runs``: the fewest and the most runs that chance explains; most None: many runs are no signal.
    Its name and what it asks for in words: ``chart_words.called``, ``chart_words.explained``.
    """

    key: str
    centre: Centre
    shift: Length
    trend: Length | None
    runs: Limits | None


def _always(length: int) -> Length:
    return lambda useful: length


def _runs_of_crossings(useful: int) -> tuple[int, None]:
    """Return the fewest runs where a set limits crossings, which are one fewer."""
    return runs.fewest_crossings(useful) + 1, None


# The default. Perla RJ, Provost LP, Murray SK. BMJ Qual Saf 2011;20:46-51.
PERLA: Final = RuleSet("perla", Centre.MEDIAN, _always(6), _always(5), runs.printed_limits)
# Anhøj J, Olesen AV. PLoS ONE 2014;9:e113825. No rule for trends: it was shown to mislead. A run longer than chance explains is a
# shift.
ANHOEJ: Final = RuleSet(
    "anhoej",
    Centre.MEDIAN,
    lambda useful: runs.longest_run(useful) + 1,
    None,
    _runs_of_crossings,
)
# Balestracci D. Quality Digest, October 2008; Ehrich B. 2008. Five successive rises make six points.
BALESTRACCI: Final = RuleSet(
    "balestracci",
    Centre.MEDIAN,
    lambda useful: 7 if useful < 20 else 8,
    _always(6),
    runs.printed_limits,
)
PQ: Final = RuleSet("pq", Centre.MEDIAN, _always(7), _always(7), None)
# As one published audit judged its charts: the same lengths, about the mean.
MEAN: Final = RuleSet("mean", Centre.MEAN, _always(6), _always(5), runs.limits_by_chance)

RULE_SETS: Final[Mapping[str, RuleSet]] = MappingProxyType(
    {one.key: one for one in (PERLA, ANHOEJ, BALESTRACCI, PQ, MEAN)}
)

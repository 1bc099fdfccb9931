"""How readers' points become one score, and who comes first among equals. Pure: rows in, numbers out."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

HIGHEST = 10


@dataclasses.dataclass(frozen=True, slots=True)
class Weighed:
    """A criterion: its key, how many points there are at most, and how heavy it weighs."""

    key: str
    most: int = 5
    weight: int = 1


@dataclasses.dataclass(frozen=True, slots=True)
class Reading:
    """What one reader gave, by criterion. Points of a reader with a conflict of interest do not count."""

    marks: Mapping[str, int]
    conflict: bool = False


def of_one(reading: Reading, criteria: Iterable[Weighed]) -> Fraction | None:
    """Return one reader's score from 0 to 10, None where they gave no point that counts.

    Each criterion's share is its points divided by its most; the shares are averaged by weight over the criteria that
    this reader marked, and multiplied by ten. Points outside 0 … most, and of criteria that are gone, do not count.
    """
    if reading.conflict:
        return None
    marked = [
        (one, reading.marks[one.key])
        for one in criteria
        if one.key in reading.marks and 0 <= reading.marks[one.key] <= one.most
    ]
    weights = sum(one.weight for one, _points in marked)
    if not weights:
        return None
    shares = (Fraction(one.weight * points, one.most) for one, points in marked)
    return HIGHEST * sum(shares, Fraction(0)) / weights


def score(readings: Iterable[Reading], criteria: Collection[Weighed]) -> Decimal | None:
    """Return the score of an application: the plain mean of its readers' scores, to one decimal, halves up.

    score = mean over readers without conflict of  10 × Σ(weight × points / most) / Σ(weight).
    None while no reader has given a point that counts.
    """
    counted = [one for one in (of_one(reading, criteria) for reading in readings) if one is not None]
    if not counted:
        return None
    mean = sum(counted, Fraction(0)) / len(counted)
    return (Decimal(mean.numerator) / Decimal(mean.denominator)).quantize(Decimal("0.1"), ROUND_HALF_UP)


def place(
    value: Decimal | None, *, sector: str, priority_sectors: Collection[str], sent: dt.datetime | None, key: Any
) -> tuple:
    """Return what to sort by: the higher score, then the settings that the programme's rule puts first, then who was first.

    What has no score yet comes after the others, by the same rule.
    """
    first = sent.timestamp() if sent else float("inf")
    return (value is None, -(value or Decimal(0)), sector not in priority_sectors, first, str(key))

"""How many runs, how long a run and how few crossings chance explains: tables and exact distributions. Pure.

A run is a stretch of useful points (points off the centre line) on one side of it; crossings are runs less one.

Sources. Swed FS, Eisenhart C. Tables for testing randomness of grouping in a sequence of alternatives. Ann Math Stat
1943;14:66-87 (number of runs). Perla RJ, Provost LP, Murray SK. BMJ Qual Saf 2011;20:46-51 (the table in use).
Anhøj J, Olesen AV. Run charts revisited. PLoS ONE 2014;9:e113825 (longest run and number of crossings).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Final

# Critical numbers of runs, {useful points: (fewest, most)}: a signal if runs < fewest or runs > most.
# The table printed in Perla, Provost and Murray 2011, as commonly quoted, 5 % two-sided. It differs from the exact
# distribution (`exact_limits`) by 1 in 17 of its 51 rows; to be compared with the printed paper by a coach.
RUNS_TABLE: Final[dict[int, tuple[int, int]]] = {
    10: (3, 9), 11: (3, 10), 12: (3, 11), 13: (4, 11), 14: (4, 12), 15: (5, 12), 16: (5, 13), 17: (5, 13),
    18: (6, 14), 19: (6, 15), 20: (6, 16), 21: (7, 16), 22: (7, 17), 23: (7, 17), 24: (8, 18), 25: (8, 18),
    26: (9, 19), 27: (10, 19), 28: (10, 20), 29: (10, 20), 30: (11, 21), 31: (11, 22), 32: (11, 23), 33: (12, 23),
    34: (12, 24), 35: (12, 24), 36: (13, 25), 37: (13, 25), 38: (14, 26), 39: (14, 26), 40: (15, 27), 41: (15, 27),
    42: (16, 28), 43: (16, 28), 44: (17, 29), 45: (17, 30), 46: (17, 31), 47: (18, 31), 48: (18, 32), 49: (19, 32),
    50: (19, 33), 51: (20, 33), 52: (20, 34), 53: (21, 34), 54: (21, 35), 55: (22, 35), 56: (22, 36), 57: (23, 36),
    58: (23, 37), 59: (24, 38), 60: (24, 38),
}  # fmt: skip

LARGEST_EXACT: Final = 200  # useful points above which the normal approximation stands in for the exact distribution
TAIL: Final = Fraction(1, 40)  # 2.5 % on each side
Z_OF_TAIL: Final = 1.959963984540054  # the normal deviate beyond which TAIL lies


@lru_cache(maxsize=512)
def exact_limits(n: int) -> tuple[int, int]:
    """Return the (fewest, most) runs of ``n`` useful points that chance explains, 2.5 % in each tail.

    Swed and Eisenhart 1943, with n1 = n // 2 points on one side and n2 = n - n1 on the other:
    P(R=2k) = 2 C(n1-1,k-1) C(n2-1,k-1) / C(n,n1);
    P(R=2k+1) = [C(n1-1,k) C(n2-1,k-1) + C(n1-1,k-1) C(n2-1,k)] / C(n,n1).
    Fewest is the smallest r with P(R <= r) > 2.5 %, most the largest r with P(R >= r) > 2.5 %. Exact fractions.
    Raises ValueError for n below 2.
    """
    if n < 2:
        raise ValueError("runs need at least two points")
    n1, n2 = n // 2, n - n // 2
    ways = {}
    for r in range(2, n + 1):
        k = r // 2
        if r % 2 == 0:
            ways[r] = 2 * math.comb(n1 - 1, k - 1) * math.comb(n2 - 1, k - 1)
        else:
            ways[r] = math.comb(n1 - 1, k) * math.comb(n2 - 1, k - 1) + math.comb(n1 - 1, k - 1) * math.comb(n2 - 1, k)
    tail = TAIL * math.comb(n, n1)

    def first_beyond(order: Sequence[int]) -> int:
        total = 0
        for r in order:
            total += ways[r]
            if total > tail:
                return r
        raise AssertionError("the ways add up to more than any tail")

    return first_beyond(range(2, n + 1)), first_beyond(range(n, 1, -1))


def normal_limits(n: int) -> tuple[int, int]:
    """Return about the same as ``exact_limits`` from the normal distribution, with the correction for whole numbers.

    With n1 = n // 2 and n2 = n - n1 the number of runs has the mean 2 n1 n2 / n + 1 and the variance
    2 n1 n2 (2 n1 n2 - n) / (n² (n - 1)) (Wald and Wolfowitz 1940). Fewest is the smallest r with P(R <= r + ½) > 2.5 %,
    most the largest with P(R >= r - ½) > 2.5 %. Off by at most 1 for n above 40.
    """
    n1, n2 = n // 2, n - n // 2
    pairs = 2 * n1 * n2
    mean = pairs / n + 1
    spread = Z_OF_TAIL * math.sqrt(pairs * (pairs - n) / (n * n * (n - 1)))
    return math.floor(mean - spread - 0.5) + 1, math.ceil(mean + spread + 0.5) - 1


def limits_by_chance(n: int) -> tuple[int, int]:
    """Return the (fewest, most) runs that chance explains: exact up to 200 useful points, approximated above."""
    return exact_limits(n) if n <= LARGEST_EXACT else normal_limits(n)


def printed_limits(n: int) -> tuple[int, int]:
    """Return the (fewest, most) runs by the printed table, worked out where it has no row."""
    return RUNS_TABLE.get(n) or limits_by_chance(n)


def longest_run(n: int) -> int:
    """Return the longest run among ``n`` useful points that chance explains: round(log2 n) + 3 (Anhøj and Olesen 2014).

    Raises ValueError for n below 1.
    """
    if n < 1:
        raise ValueError("a run needs a point")
    # 2^k·√2 is where the rounding turns; squared, whole numbers decide without a logarithm. No n makes it a tie.
    k = n.bit_length() - 1
    return k + int(n * n > 1 << (2 * k + 1)) + 3


@lru_cache(maxsize=512)
def fewest_crossings(n: int) -> int:
    """Return the fewest crossings among ``n`` useful points that chance explains: the 5 % quantile of Binomial(n - 1, ½).

    The smallest c with P(C <= c) >= 5 % (Anhøj and Olesen 2014; Chen 2010). Whole numbers, exact. Raises ValueError for
    n below 1.
    """
    if n < 1:
        raise ValueError("crossings need points")
    steps = n - 1
    total = 0
    for crossings in range(steps + 1):
        total += math.comb(steps, crossings)
        if 20 * total >= 2**steps:
            return crossings
    raise AssertionError("all ways together are all ways")

"""What chance explains: numbers of runs, long runs and crossings, against published values and by counting every way."""

from itertools import combinations, pairwise

import pytest

from improvement.runs import (
    RUNS_TABLE,
    exact_limits,
    fewest_crossings,
    limits_by_chance,
    longest_run,
    normal_limits,
    printed_limits,
)
from tests.improvement.charted import vectors

# The exact distribution of runs (Swed and Eisenhart 1943), 2.5 % in each tail; printed tables differ in the rows below.
EXACT = {
    10: (3, 9), 11: (4, 9), 12: (4, 10), 13: (4, 11), 14: (4, 12), 15: (5, 12), 16: (5, 13), 17: (6, 13),
    18: (6, 14), 19: (6, 15), 20: (7, 15), 21: (7, 16), 22: (8, 16), 23: (8, 17), 24: (8, 18), 25: (9, 18),
    26: (9, 19), 27: (10, 19), 28: (10, 20), 29: (10, 21), 30: (11, 21), 31: (11, 22), 32: (12, 22), 33: (12, 23),
    34: (12, 24), 35: (13, 24), 36: (13, 25), 37: (14, 25), 38: (14, 26), 39: (14, 26), 40: (15, 27), 41: (15, 28),
    42: (16, 28), 43: (16, 29), 44: (17, 29), 45: (17, 30), 46: (17, 31), 47: (18, 31), 48: (18, 32), 49: (19, 32),
    50: (19, 33), 51: (20, 33), 52: (20, 34), 53: (20, 35), 54: (21, 35), 55: (21, 36), 56: (22, 36), 57: (22, 37),
    58: (23, 37), 59: (23, 38), 60: (24, 38),
}  # fmt: skip
PRINTED_DIFFERS = {11, 12, 17, 20, 22, 23, 25, 29, 32, 35, 37, 41, 43, 53, 55, 57, 59}
# Longest run and fewest crossings that chance explains, as Anhøj and Olesen give them.
ANHOEJ = {
    10: (6, 2),
    12: (7, 3),
    16: (7, 4),
    20: (7, 6),
    24: (8, 8),
    30: (8, 10),
    40: (8, 14),
    50: (9, 19),
    60: (9, 23),
}


@pytest.mark.parametrize("n", EXACT)
def test_the_exact_distribution_gives_the_published_values(n):
    assert exact_limits(n) == EXACT[n]


@pytest.mark.parametrize("n", [10, 11, 12, 13, 14])
def test_it_is_what_counting_every_arrangement_gives(n):
    counts: dict[int, int] = {}
    for above in combinations(range(n), n // 2):
        sides = [i in above for i in range(n)]
        runs = 1 + sum(a != b for a, b in pairwise(sides))
        counts[runs] = counts.get(runs, 0) + 1
    ways = sum(counts.values())
    fewest = min(r for r in counts if 40 * sum(counts[k] for k in counts if k <= r) > ways)
    most = max(r for r in counts if 40 * sum(counts[k] for k in counts if k >= r) > ways)
    assert exact_limits(n) == (fewest, most)


def test_the_printed_table_covers_ten_to_sixty_and_is_never_more_than_one_off_the_exact_one():
    assert list(RUNS_TABLE) == list(range(10, 61))
    assert {n for n in EXACT if RUNS_TABLE[n] != EXACT[n]} == PRINTED_DIFFERS
    for n, printed in RUNS_TABLE.items():
        assert all(abs(a - b) <= 1 for a, b in zip(printed, EXACT[n], strict=True))


def test_limits_come_from_the_table_then_from_the_exact_distribution_then_from_the_normal_one():
    assert printed_limits(20) == (6, 16)
    assert printed_limits(61) == limits_by_chance(61) == exact_limits(61)
    assert limits_by_chance(200) == exact_limits(200)
    assert printed_limits(220) == normal_limits(220) != exact_limits(220)
    with pytest.raises(ValueError, match="two points"):
        exact_limits(1)


@pytest.mark.parametrize("vector", vectors("run limits"))
def test_limits_are_those_of_the_plain_implementation(vector):
    n, expected = vector["input"]["useful"], vector["expected"]
    assert list(exact_limits(n)) == expected["runs_exact"]
    assert (longest_run(n), fewest_crossings(n)) == (expected["longest_run"], expected["crossings"])


@pytest.mark.parametrize("n", range(41, 400, 3))
def test_the_normal_distribution_is_at_most_one_off(n):
    assert all(abs(a - b) <= 1 for a, b in zip(normal_limits(n), exact_limits(n), strict=True))


@pytest.mark.parametrize("n", ANHOEJ)
def test_longest_run_and_fewest_crossings_are_the_published_ones(n):
    assert (longest_run(n), fewest_crossings(n)) == ANHOEJ[n]


def test_the_longest_run_turns_where_the_rounded_logarithm_does():
    assert [longest_run(n) for n in (1, 2, 3, 5, 6, 11, 12, 22, 23, 45, 46)] == [3, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9]


@pytest.mark.parametrize("worked_out", [longest_run, fewest_crossings])
def test_without_points_there_is_nothing_to_work_out(worked_out):
    with pytest.raises(ValueError, match="point"):
        worked_out(0)
    assert fewest_crossings(1) == 0

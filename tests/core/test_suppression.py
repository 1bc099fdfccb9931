"""No combination of what is shown and the total leads back to a count that is hidden, also for who knows the rule."""

from __future__ import annotations

import itertools
from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.suppression import LEAST, Shown, shown


def tables(cells: int, most: int):
    """Yield every table of so many cells with at most so many people."""
    for counts in itertools.product(range(most + 1), repeat=cells):
        if sum(counts) <= most:
            yield counts


@pytest.mark.parametrize(
    ("least", "cells", "most"), [(3, 2, 24), (3, 3, 20), (3, 4, 14), (3, 5, 11), (5, 2, 40), (5, 3, 30), (5, 4, 22)]
)
def test_whoever_tries_every_table_that_looks_the_same_learns_no_small_count(least, cells, most):
    looks: dict[Shown, list[tuple[int, ...]]] = defaultdict(list)
    for counts in tables(cells, most):
        looks[shown(counts, least=least)].append(counts)
    for look, behind in looks.items():
        if look.total is None or look.total > most:
            continue
        for place, cell in enumerate(look.cells):
            if cell is not None:
                continue
            possible = {counts[place] for counts in behind}
            assert len(possible) > 1, (look, behind)


@given(st.lists(st.integers(0, 40), min_size=1, max_size=11))
def test_what_is_shown_is_true_and_no_small_group(counts):
    look = shown(counts)
    if sum(counts) < LEAST:
        assert look == Shown(None, (None,) * len(counts))
        return
    assert look.total == sum(counts)
    assert all(cell is None or cell == count for cell, count in zip(look.cells, counts, strict=True))
    assert all(cell is None or cell == 0 or cell >= LEAST for cell in look.cells)
    hidden = [count for cell, count in zip(look.cells, counts, strict=True) if cell is None]
    assert look.together == sum(hidden)
    assert not hidden or (len(hidden) > 1 and look.together >= LEAST)


@pytest.mark.parametrize(
    ("counts", "cells", "together"),
    [
        ((6, 7, 0, 9), (6, 7, 0, 9), 0),
        ((2, 10, 0, 8), (None, 10, 0, None), 10),
        ((3, 3, 10, 0), (None, None, 10, 0), 6),
        ((1, 1, 10), (None, None, None), 12),
        ((1, 1, 1, 1, 1, 9, 20), (None, None, None, None, None, None, 20), 14),
    ],
)
def test_some_tables_as_they_are_shown(counts, cells, together):
    assert shown(counts) == Shown(sum(counts), cells, together)

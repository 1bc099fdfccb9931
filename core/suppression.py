"""Small numbers about persons: what may be shown of a table of counts, so that nobody is found in it.

A count below the least group is never shown, and never follows from what is shown: what is hidden is put together with
other cells until neither the total, nor the other cells, nor this rule itself, lead back to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

# A group of fewer people than this is never told apart.
LEAST: Final = 5


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown of counts. ``total`` None: too few people, nothing is. A cell that is None counts in ``together``."""

    total: int | None
    cells: tuple[int | None, ...]
    together: int = 0

    @property
    def hides(self) -> bool:
        """Return whether any cell is hidden."""
        return None in self.cells

    @property
    def is_empty(self) -> bool:
        """Return whether no cell at all is shown."""
        return all(cell is None for cell in self.cells)


def shown(counts: Sequence[int], *, least: int = LEAST) -> Shown:
    """Return what may be shown of how many people chose each of several things; each person counts once.

    Nobody is no group: a zero is shown, unless nothing else can be.
    """
    total = sum(counts)
    nothing = tuple(None for _one in counts)
    if total < least:
        return Shown(None, nothing)
    hidden = {place for place, count in enumerate(counts) if 0 < count < least}
    others = sorted((count, place) for place, count in enumerate(counts) if count >= least)
    while hidden and not _lost(counts, hidden, least):
        if not others:
            return Shown(total, nothing, total)
        # Those that are alike go together: which of them was taken would tell.
        smallest = others[0][0]
        hidden |= {place for count, place in others if count == smallest}
        others = [(count, place) for count, place in others if count > smallest]
    if hidden and not others:
        return Shown(total, nothing, total)
    cells = tuple(None if place in hidden else count for place, count in enumerate(counts))
    return Shown(total, cells, sum(counts[place] for place in hidden))


def _lost(counts: Sequence[int], hidden: set[int], least: int) -> bool:
    """Is no hidden count known to whoever knows their sum, and why each of them is hidden?"""
    together, many = sum(counts[place] for place in hidden), len(hidden)
    if many < 2 or together < least:
        return False
    if any(counts[place] >= least for place in hidden):
        return True
    # All of them lie between one and the least group: at either end the sum says which.
    return many < together < many * (least - 1)

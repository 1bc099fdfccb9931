"""The figures of the teams: how many conversations in each of the last weeks, oldest first, up to the last whole one.

The last ``LOGGED`` of them come from the log, one row a conversation; older ones were counted on paper before the series
and typed in afterwards. ``PAUSED`` marks a week in which a team said that it had paused.
"""

from __future__ import annotations

from typing import Final

LOGGED: Final = 7
PAUSED: Final = -1

PATTERNS: Final[dict[str, tuple[tuple[int, ...], ...]]] = {
    # six weeks above an earlier median: plainly a shift, and upward
    "shining": ((4, 5, 4, 6, 5, 7, 4, 6, 8, 9, 7, 9, 11, 12),),
    # began well, then nothing at all for three weeks
    "fading": ((6, 5, 4, 3, 0, 0, 0),),
    "climbing": ((3, 4, 2, 4, 5, 6, 7, 8, 9, 10), (2, 4, 3, 3, 5, 4, 6, 8, 9, 11, 12)),
    "shifted": (
        (5, 6, 4, 5, 7, 5, 6, 9, 10, 9, 11, 10, 12),
        (3, 5, 4, 6, 3, 5, 7, 8, 6, 9, 7, 10, 8),
        (6, 7, 5, 6, 4, 7, 6, 10, 9, 11, 12, 10, 11, 13),
    ),
    # moves around its median, no change beyond chance so far
    "steady": (
        (7, 9, 10, 6, 5, 7, 10, 9, 11, 6, 7, 9),
        (4, 6, 7, 3, 4, 6, 7, 6, 3, 4, 5, 4),
        (11, 9, 8, 12, 13, 10, 9, 8, 12, 11, 13, 9),
        (5, 8, 9, 6, 4, 8, 9, 10, 5, 6, 9, 6),
    ),
    "long": ((8, 6, 7, 9, 8, 10, 7, 9, 8, 6, 9, 10, 8, 9), (3, 5, 2, 4, 3, 5, 4, 2, 5, 3, 4, 5, 3, 4)),
    "jumpy": ((4, 12, 3, 13, 5, 14, 2, 12, 4, 13, 3, 14), (2, 9, 3, 8, 2, 10, 3, 9, 2, 8, 3, 9)),
    # too few to judge: the first dots
    "few": ((3, 5, 4, 6, 5, 7), (2, 3, 3, 2, 4, 5), (4, 3, 5, 4, 6, 6, 7), (1, 2, 2, 4, 3, 5, 4)),
    "paused": ((6, 7, 5, 8, 6, 7, 9, PAUSED, PAUSED, 5, 7),),
    "none": ((),),
}  # fmt: skip

# Goal, and how many of the first numbers make the median (0 = all of them), where a team has set them.
GOALS: Final[dict[str, tuple[int, int]]] = {
    "harbour-view": (15, 8),
    "northern-lights": (12, 6),
    "foothill-creek": (10, 6),
    "rapides": (12, 7),
    "caraquet": (12, 0),
    "erables": (10, 0),
    "maple-grove": (10, 0),
    "cedar-ridge": (10, 0),
}

# Out of a hundred conversations: with whom, and how many people stop to say more.
WITH_WHOM: Final[tuple[tuple[str, int], ...]] = (("colleague", 46), ("patient", 25), ("family", 16), ("leader", 13))
SAY_ABOUT: Final = 62
SAY_CHANGE: Final = 48
SAY_SENTENCE: Final = 17
FROM_POSTER: Final = 28

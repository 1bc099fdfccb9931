"""How much one person of a series is sent, and whether that is too much. Pure: foreseen messages in, sentences' facts out.

What people were promised: no more than two automatic mails a week (news about a session that one is expected at excepted),
no more than thirty over the series, one nudge before and one after whatever is due, twenty minutes of surveys in all.
What asks each week for a number, and only as long as it is answered, counts for its week like all others, but beside the
thirty: there is one of them a week at the most, and whoever does not answer is left alone.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from core.registry import Foreseen
from core.time import wall_in

MOST_A_WEEK: Final = 2
MOST_IN_ALL: Final = 30
MOST_ASKED_A_WEEK: Final = 1
MOST_NUDGES: Final = 1
MOST_MINUTES: Final = 20


@dataclasses.dataclass(frozen=True)
class Week:
    """The messages of a week of the cohort's calendar, in order. ``counted``: automatic ones, without news of sessions."""

    monday: dt.date
    messages: list[Foreseen]

    @property
    def counted(self) -> list[Foreseen]:
        return [one for one in self.messages if not (one.is_news or one.by_hand)]

    @property
    def asked(self) -> int:
        """Return how many come only as long as such are answered."""
        return sum(one.while_answered for one in self.messages)

    @property
    def is_too_much(self) -> bool:
        return len(self.counted) > MOST_A_WEEK or self.asked > MOST_ASKED_A_WEEK


@dataclasses.dataclass(frozen=True)
class Load:
    """All of it: ``n`` messages to one person at the most, of them so many in any case (``at_least``), and so many by themselves (``automatic``).

    ``asked``: how many of those come only as long as such are answered; ``by_hand``: how many somebody sends by a press.
    ``nudged``: what is due and reminded of too often.
    """

    weeks: list[Week]
    n: int
    at_least: int
    automatic: int
    minutes: int
    nudged: list[Foreseen]
    asked: int = 0

    @property
    def full_weeks(self) -> list[Week]:
        return [one for one in self.weeks if one.is_too_much]

    @property
    def in_all(self) -> int:
        """Return how many count for what was promised over the whole series."""
        return self.automatic - self.asked

    @property
    def by_hand(self) -> int:
        """Return how many somebody sends by a press."""
        return self.n - self.automatic

    @property
    def is_too_much(self) -> bool:
        return bool(self.full_weeks or self.nudged or self.in_all > MOST_IN_ALL or self.minutes > MOST_MINUTES)


def in_order(found: Iterable[Foreseen]) -> list[Foreseen]:
    """Return messages as they come."""
    return sorted(found, key=lambda one: (one.at, one.kind, one.about, one.occurrence))


def load_of(found: Sequence[Foreseen], zone: str) -> Load:
    """Return what these messages ask of one person; weeks begin on Monday in this zone."""
    rows = in_order(found)
    never_both = _not_both(rows)
    weeks: dict[dt.date, list[Foreseen]] = {}
    for one in rows:
        on = wall_in(one.at, zone).date()
        weeks.setdefault(on - dt.timedelta(days=on.weekday()), []).append(one)
    nudges = Counter((one.thing, one.nudge) for one in rows if one.thing and one.nudge)
    often = {key for key, n in nudges.items() if n > MOST_NUDGES}
    return Load(
        weeks=[Week(monday, some) for monday, some in sorted(weeks.items())],
        n=len(rows) - never_both,
        at_least=sum(not one.optional for one in rows),
        automatic=sum(not one.by_hand for one in rows) - never_both,
        minutes=sum(one.minutes for one in rows),
        nudged=list({(one.thing, one.nudge): one for one in rows if (one.thing, one.nudge) in often}.values()),
        asked=sum(one.while_answered for one in rows),
    )


def _not_both(rows: Iterable[Foreseen]) -> int:
    """Return how many of these nobody gets beside the others: those of who came to a session, or of who missed it."""
    automatic = [one for one in rows if not one.by_hand]
    came, missed = (Counter(getattr(one, which) for one in automatic) for which in ("came", "missed"))
    return sum(min(n, came[key]) for key, n in missed.items() if key)

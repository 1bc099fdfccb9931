"""When a cohort takes applications, and what its public page says about it. Whole days on the cohort's clock; pure."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
from typing import Protocol

from django.utils.translation import gettext as _

from core import time as clocks
from core.language import language

# A year is said where the date could be mistaken: about ten months away or more.
FAR_DAYS = 300


class State(enum.StrEnum):
    """Where a cohort stands with its enrolment."""

    ANNOUNCED = "announced"  # it has a first day, and nobody has said yet when one may apply
    SOON = "soon"
    OPEN = "open"
    FULL = "full"
    ANSWERS = "answers"  # closed, the answers are still to come
    CLOSED = "closed"  # the answers are out, the series has not begun
    UNDER_WAY = "under_way"
    OVER = "over"


# In which of its cohorts a visitor is interested first.
IN_ORDER = (
    State.OPEN, State.FULL, State.SOON, State.ANSWERS, State.ANNOUNCED, State.CLOSED, State.UNDER_WAY, State.OVER,
)  # fmt: skip


class HasDates(Protocol):
    """What a window is read from: a cohort, or anything with its dates."""

    apply_from: dt.date | None
    apply_until: dt.date | None
    answers_on: dt.date | None
    first_day: dt.date
    closed_at: dt.datetime | None
    seats: int


@dataclasses.dataclass(frozen=True, slots=True)
class Window:
    """Where a cohort stands with its enrolment, and the words for it."""

    state: State
    words: str

    @property
    def takes(self) -> bool:
        """Return whether a team may apply today; when all places are taken it waits on the list."""
        return self.state in (State.OPEN, State.FULL)

    @property
    def rank(self) -> int:
        """Return how soon it interests a visitor, 0 first."""
        return IN_ORDER.index(self.state)


def window(cohort: HasDates, today: dt.date, teams: int, last_day: dt.date | None = None) -> Window:
    """Return where ``cohort`` stands on ``today`` (a date on its own clock) with so many ``teams`` taken in.

    ``last_day`` is the end of its last phase, None where it has none.
    """
    state = _state(cohort, today, teams, last_day)
    return Window(state, _words(state, cohort, today))


def closes_on(cohort: HasDates) -> dt.date | None:
    """Return the last day of applying: the day before the series begins where only the first one was set."""
    if cohort.apply_until is None and cohort.apply_from is not None:
        return max(cohort.apply_from, cohort.first_day - dt.timedelta(days=1))
    return cohort.apply_until


def _state(cohort: HasDates, today: dt.date, teams: int, last_day: dt.date | None) -> State:
    until = closes_on(cohort)
    if cohort.closed_at is not None or (last_day is not None and today > last_day):
        return State.OVER
    if until is None:
        return State.UNDER_WAY if today >= cohort.first_day else State.ANNOUNCED
    if cohort.apply_from is not None and today < cohort.apply_from:
        return State.SOON
    if today <= until:
        return State.FULL if teams >= cohort.seats else State.OPEN
    if today >= cohort.first_day:
        return State.UNDER_WAY
    return State.ANSWERS if cohort.answers_on is not None and today <= cohort.answers_on else State.CLOSED


def _words(state: State, cohort: HasDates, today: dt.date) -> str:
    match state:
        case State.SOON:
            return _("Enrolment opens on %(day)s") % {"day": _day(cohort.apply_from, today)}
        case State.OPEN:
            return _("Apply by %(day)s") % {"day": _day(closes_on(cohort), today)}
        case State.FULL:
            return _("Full; waiting list until %(day)s") % {"day": _day(closes_on(cohort), today)}
        case State.ANSWERS:
            return _("Enrolment is closed; answers on %(day)s") % {"day": _day(cohort.answers_on, today)}
        case State.CLOSED:
            return _("Enrolment is closed; the series begins on %(day)s") % {"day": _day(cohort.first_day, today)}
        case State.ANNOUNCED:
            return _("Begins on %(day)s") % {"day": _day(cohort.first_day, today)}
        case State.UNDER_WAY:
            return _("Under way")
        case State.OVER:
            return _("Over")


def _day(on: dt.date | None, today: dt.date) -> str:
    assert on is not None  # the states that name a day have it
    return clocks.day(on, language(), year=abs((on - today).days) > FAR_DAYS)

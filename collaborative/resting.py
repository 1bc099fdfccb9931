"""When a team is left in peace: while it is paused, and in the quiet weeks of its cohort.

Nothing is due then, nobody is reminded of anything but sessions, and a grid says "paused", never "missing".
``Team.objects.with_rests()`` brings the stretches along in the same statement; a team without them is asked for its own.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Collection, Iterable, Sequence

from django.utils.translation import gettext as _

from collaborative.models import Cohort, Pause, QuietWeek, Team
from core.language import language
from core.time import day


@dataclasses.dataclass(frozen=True)
class Rest:
    """Days of peace, both ends included. ``paused``: the team's own pause, else a quiet week of the cohort."""

    first: dt.date
    last: dt.date
    paused: bool

    def holds(self, on: dt.date) -> bool:
        return self.first <= on <= self.last


def rest_on(rests: Iterable[Rest], on: dt.date) -> Rest | None:
    """Return what a team rests in on this day, its own pause first, None where it is at work."""
    return max((one for one in rests if one.holds(on)), key=lambda one: (one.paused, one.last), default=None)


def next_day_at_work(rests: Sequence[Rest], on: dt.date) -> dt.date:
    """Return this day, or the first one after it on which nobody is left in peace."""
    while rest := rest_on(rests, on):
        on = rest.last + dt.timedelta(days=1)
    return on


def days_at_work(rests: Sequence[Rest], after: dt.date, until: dt.date) -> int:
    """Return how many days after ``after``, up to ``until``, were no days of peace."""
    days = (until - after).days
    return sum(rest_on(rests, after + dt.timedelta(days=n)) is None for n in range(1, days + 1))


def rests_everywhere(teams: Collection[Sequence[Rest]], on: dt.date) -> bool:
    """Are all teams of somebody left in peace on this day? ``teams``: of each its days of peace."""
    return bool(teams) and all(rest_on(days, on) is not None for days in teams)


def mostly(rests: Sequence[Rest], monday: dt.date) -> bool:
    """Was the team left in peace for more than half of the week that began on this Monday?"""
    return sum(rest_on(rests, monday + dt.timedelta(days=n)) is not None for n in range(7)) > 3


# ---------------------------------------------------------------- of one team


def rests_of(team: Team) -> list[Rest]:
    """Return every pause and quiet week of ``team``; without a statement where it came by ``with_rests``."""
    if team.pauses_found is None or team.quiet_found is None:
        spans = ("starts_on", "ends_on")
        team.pauses_found = list(Pause.objects.filter(team=team).values(*spans))
        team.quiet_found = list(QuietWeek.objects.filter(cohort=team.cohort_id).values(*spans))
    found = [(one, True) for one in team.pauses_found] + [(one, False) for one in team.quiet_found]
    return [Rest(_date(one["starts_on"]), _date(one["ends_on"]), paused) for one, paused in found]


def forget_rests(team: Team) -> None:
    """Let the next question be answered from what stands then."""
    team.pauses_found = team.quiet_found = None


def rests(team: Team, on: dt.date) -> bool:
    """Is ``team`` left in peace on this day of its cohort's calendar?"""
    return rest_on(rests_of(team), on) is not None


def is_quiet(cohort: Cohort, on: dt.date) -> bool:
    """Return whether this day is in a quiet week of the cohort; what a team rests in beside that is not asked."""
    return QuietWeek.objects.filter(cohort=cohort, starts_on__lte=on, ends_on__gte=on).exists()


def _date(value: dt.date | str) -> dt.date:
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(value)


def in_words(rest: Rest) -> str:
    """Return "paused until 5 December", or that the weeks are quiet until then."""
    until = day(rest.last, language(), weekday=False)
    if rest.paused:
        return _("paused until %(day)s") % {"day": until}
    return _("quiet weeks until %(day)s") % {"day": until}

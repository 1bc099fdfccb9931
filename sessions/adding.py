"""A session that does not come from the programme's template: a webinar, an hour to drop in, a congress of its own."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.timesince import timeuntil
from django.utils.translation import gettext as _

from collaborative import order
from collaborative.models import Cohort
from core.refusals import Refused
from sessions.models import LearningSession, SessionKind
from sessions.services import make_session, moment_of

# Learning sessions are what a cohort's template and dates make.
KINDS = tuple(kind for kind in SessionKind if kind != SessionKind.LEARNING)
_TO_READ_OF_IT = dt.timedelta(hours=1)


def add_session(*, cohort: Cohort, by, kind: str, day: dt.date, clock: dt.time, **words) -> LearningSession:
    """Make a session of ``cohort`` on its clock and plan its reminders; return it.

    Refuses an hour that does not exist (of one that comes twice, the first is meant), a moment that has passed, and a day
    years away.
    """
    keep_ahead(cohort, day, clock)
    return make_session(cohort=cohort, wall=dt.datetime.combine(day, clock), kind=kind, by=by, **words)


def too_late_for_many(learning_session: LearningSession, now: dt.datetime) -> str:
    """Return in a sentence that a session begins before most can have read of it, "" where there is an hour or more."""
    left = learning_session.starts_at - now
    if left >= _TO_READ_OF_IT:
        return ""
    return _(
        "It begins in %(time)s. The mail about it leaves now; many will not read it in time. Tell them another way as well."
    ) % {"time": timeuntil(learning_session.starts_at, now, depth=1)}


def keep_ahead(cohort: Cohort, day: dt.date, clock: dt.time) -> None:
    """Refuse a moment of the cohort's clock at which nothing can take place any more, or not yet by far."""
    order.keep_near(cohort, day, field="day")
    if moment_of(dt.datetime.combine(day, clock), cohort.time_zone) <= timezone.now():
        raise Refused(_("That moment has passed already. Choose one ahead."), field="day")

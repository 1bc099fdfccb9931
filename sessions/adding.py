"""A session that does not come from the programme's template: a webinar, an hour to drop in, a congress of its own."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from collaborative import order
from collaborative.models import Cohort
from core.refusals import Refused
from sessions.models import LearningSession, SessionKind
from sessions.services import make_session, moment_of

# Learning sessions are what a cohort's template and dates make.
KINDS = tuple(kind for kind in SessionKind if kind != SessionKind.LEARNING)


def add_session(*, cohort: Cohort, by, kind: str, day: dt.date, clock: dt.time, **words) -> LearningSession:
    """Make a session of ``cohort`` on its clock and plan its reminders; return it.

    Refuses an hour that does not exist (of one that comes twice, the first is meant), a moment that has passed, and a day
    years away.
    """
    keep_ahead(cohort, day, clock)
    return make_session(cohort=cohort, wall=dt.datetime.combine(day, clock), kind=kind, by=by, **words)


def keep_ahead(cohort: Cohort, day: dt.date, clock: dt.time) -> None:
    """Refuse a moment of the cohort's clock at which nothing can take place any more, or not yet by far."""
    order.keep_near(cohort, day, field="day")
    if moment_of(dt.datetime.combine(day, clock), cohort.time_zone) <= timezone.now():
        raise Refused(_("That moment has passed already. Choose one ahead."), field="day")

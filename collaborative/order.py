"""The order that the dates of a cohort keep, whichever page moves them.

Rules about a handful of days that somebody types stand first; ``breaches`` asks all of them of a cohort as it stands, and
``collaborative.reschedule.reschedule`` refuses a change after which there is one more than before.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable

from django.utils.translation import gettext as _

from collaborative.models import Cohort, Phase
from core.language import language
from core.refusals import Refused
from core.time import day as day_words

# A date mistyped by a digit is refused before anything is worked out from it.
FARTHEST = dt.timedelta(days=2 * 365)


def keep_near(cohort: Cohort, day: dt.date | None, *, field: str) -> None:
    """Refuse a day that lies years away from the cohort's first."""
    if day and abs(day - cohort.first_day) > FARTHEST:
        raise Refused(_("That is years away from the first day. Check the year."), field=field)


def keep_in_order(apply_from: dt.date | None, apply_until: dt.date | None, answers_on: dt.date | None) -> None:
    """Refuse days of enrolment that do not follow one another."""
    if apply_from and apply_until and apply_until < apply_from:
        raise Refused(_("The last day to apply comes before the first one."), field="apply_until")
    if apply_until and answers_on and answers_on < apply_until:
        raise Refused(_("Answers cannot leave before the last day to apply."), field="answers_on")


def keep_before_the_first_session(
    first: dt.date | None, apply_until: dt.date | None, answers_on: dt.date | None
) -> None:
    """Refuse enrolment that goes on when the teams meet already, from ``first`` on."""
    for name, sentence in enrolment_too_late(first, apply_until, answers_on).items():
        raise Refused(sentence, field=name)


def enrolment_too_late(
    first: dt.date | None, apply_until: dt.date | None, answers_on: dt.date | None
) -> dict[str, str]:
    """Return a sentence by field for each day of enrolment that comes after the day of the first session."""
    words = {
        "apply_until": _("The last day to apply, %(day)s, has to come before the first session, on %(session)s."),
        "answers_on": _("The day of the answers, %(day)s, has to come before the first session, on %(session)s."),
    }
    days = {"apply_until": apply_until, "answers_on": answers_on}
    return {
        name: words[name] % {"day": _words(day), "session": _words(first)}
        for name, day in days.items()
        if day and first and day > first
    }


def keep_pin_in_place(
    pin: tuple[dt.date | None, dt.date | None],
    *,
    ordinal: int,
    moments: list[tuple[int, str, dt.date]],
    fields: tuple[str, str] = ("start", "end"),
) -> None:
    """Refuse a stretch set by hand that ends before it begins, or reaches over the session before or after it.

    ``moments``: place, name and day of the sessions.
    """
    start, end = pin
    if start and end and end < start:
        raise Refused(_("The last day comes before the first one."), field=fields[1])
    for place, name, on in moments:
        for field, day in zip(fields, pin, strict=True):
            if day and place < ordinal and day < on:
                raise Refused(_("This comes after “%(session)s”.") % {"session": name}, field=field)
            if day and place > ordinal and day > on:
                raise Refused(_("This comes before “%(session)s”.") % {"session": name}, field=field)


def breaches(cohort: Cohort) -> dict[Hashable, str]:
    """Return what breaks the order in ``cohort`` as it stands in the database: a sentence by what it is about."""
    now = Cohort.objects.get(pk=cohort.pk)
    phases = list(Phase.objects.filter(cohort=cohort).order_by("ordinal"))
    sessions = [phase for phase in phases if phase.is_moment]
    first = min(sessions, key=lambda phase: phase.starts_on, default=None)
    found: dict[Hashable, str] = {}
    if first:
        found.update(enrolment_too_late(first.starts_on, now.apply_until, now.answers_on))
    if first and first.starts_on < now.first_day:
        found["first_day"] = _("“%(session)s” cannot come before the first day, %(day)s.") % {
            "session": first.name, "day": _words(now.first_day),
        }  # fmt: skip
    for phase in phases:
        for day in (phase.pinned_start, phase.pinned_end):
            for session in sessions:
                if day and session.ordinal < phase.ordinal and day < session.starts_on:
                    words = _("“%(name)s” is set by hand to %(day)s and has to come after “%(session)s”.")
                elif day and session.ordinal > phase.ordinal and day > session.starts_on:
                    words = _("“%(name)s” is set by hand to %(day)s and has to come before “%(session)s”.")
                else:
                    continue
                found[phase.pk, session.pk] = words % {
                    "name": phase.name, "day": _words(day), "session": session.name,
                }  # fmt: skip
    return found


def _words(day: dt.date | None) -> str:
    return day_words(day, language(), weekday=False, year=True) if day else ""

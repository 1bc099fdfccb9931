"""What examples are made of: the things of a cohort, each found in one place, and the sentence where there is none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collaborative.models import Cohort, Team
from notifications.models import PlannedMessage
from sessions.models import LearningSession

Example = Callable[[PlannedMessage, Cohort], None]
DAY: Final = dt.timedelta(days=1)
# Where somebody's own words would stand.
WORDS_STAND_HERE: Final = _("(Here stand the words as they were written.)")


class NothingYet(Exception):
    """The cohort has nothing that an example could be made of; its words are a sentence that says what is missing,
    in the language of whoever asks: lazily translated."""


def reader_of(row: PlannedMessage) -> Any:
    """Return who looks: every name in an example is theirs."""
    assert row.recipient is not None
    return row.recipient


def once(cohort: Cohort, what: str, find: Callable[[], Any]) -> Any:
    """Return what ``find`` returns, asked for once: both languages of an example are made of the same things."""
    kept = cohort.__dict__.setdefault("_things_for_examples", {})
    if what not in kept:
        kept[what] = find()
    return kept[what]


def teams_of(cohort: Cohort) -> Any:
    """Return the teams of the cohort, by their names."""
    rows = Team.objects.filter(cohort=cohort, withdrawn_at=None).select_related(
        "cohort__programme", "unit__organisation"
    )
    return rows.order_by("name")


def team_of(cohort: Cohort) -> Team:
    """Return the first team of the cohort. Raises NothingYet."""
    found = once(cohort, "team", teams_of(cohort).first)
    if found is None:
        raise NothingYet(_("It speaks of a team, and this cohort has none yet."))
    return found


def session_of(cohort: Cohort) -> LearningSession:
    """Return the next session that takes place, else the latest one. Raises NothingYet."""
    rows = LearningSession.objects.filter(cohort=cohort, cancelled_at=None).select_related("cohort__programme")
    ahead = rows.filter(starts_at__gt=timezone.now()).order_by("starts_at")
    found = once(cohort, "session", lambda: ahead.first() or rows.order_by("-starts_at").first())
    if found is None:
        raise NothingYet(_("It speaks of a session, and this cohort has none yet."))
    return found

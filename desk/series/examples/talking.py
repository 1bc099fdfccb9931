"""Examples of what people say to each other: in the forum, and in a team."""

from __future__ import annotations

import copy
import datetime as dt
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collaborative import said_by_mail
from collaborative.line import today_in
from collaborative.models import Cohort, TeamTalk
from desk.series.examples.found import DAY, Example, NothingYet, reader_of, team_of
from forum.models import Board, Post, Thread
from notifications.models import PlannedMessage


def _nothing_said() -> NothingYet:
    return NothingYet(_("It speaks of a conversation in the forum, and in this cohort there is none yet."))


def _post(row: PlannedMessage, cohort: Cohort) -> None:
    """The latest post, as if whoever looks had written it."""
    rows = Post.objects.visible_to(row.recipient).filter(thread__board__cohort=cohort).exclude(by=None)
    found = rows.select_related("thread__board__cohort__programme", "team").order_by("-created_at").first()
    if found is None:
        raise _nothing_said()
    found.by, found.created_at = row.recipient, timezone.now()
    row.source, row.occurrence = found, said_by_mail.WHOLE


def _thread(row: PlannedMessage, cohort: Cohort) -> None:
    rows = Thread.objects.visible_to(row.recipient).with_place().filter(board__cohort=cohort)
    row.source, row.occurrence = rows.order_by("-created_at").first(), said_by_mail.LONG
    if row.source is None:
        raise _nothing_said()


def _news(row: PlannedMessage, cohort: Cohort) -> None:
    """One new conversation in each board, in the week before this one."""
    today = today_in(cohort)
    monday = today - dt.timedelta(days=today.weekday())
    in_that_week = dt.datetime.combine(monday - 3 * DAY, dt.time(12), dt.UTC)
    found: Any = copy.copy(cohort)
    found.begun = [
        (key, None, in_that_week) for key in Board.objects.filter(cohort=cohort).values_list("key", flat=True)
    ]
    row.source, row.occurrence = found, monday.isoformat()


def _said(row: PlannedMessage, cohort: Cohort) -> None:
    row.source, row.occurrence = TeamTalk(team=team_of(cohort), by=reader_of(row)), said_by_mail.WHOLE
    row.source.created_at = timezone.now()


def _not_said(row: PlannedMessage, cohort: Cohort) -> None:
    row.source, row.occurrence = team_of(cohort), said_by_mail.LONG


EXAMPLES: Final[dict[str, Example]] = {
    "collaborative/team-not-said": _not_said,
    "collaborative/team-said": _said,
    "collaborative/team-stands": _said,
    "forum/news": _news,
    "forum/not-posted": _thread,
    "forum/reply": _post,
    "forum/stands": _post,
}

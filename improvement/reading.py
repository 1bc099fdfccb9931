"""What one reader sees of the words people left: of the conversations of a team, and of a try."""

from __future__ import annotations

import dataclasses

from django.core.paginator import Page, Paginator
from django.utils import timezone
from django.utils.translation import gettext as _

from collaborative.hiding import MOST_WAITING, May, may
from collaborative.line import today_in
from collaborative.models import Team
from collaborative.permissions import plans
from collaborative.resting import in_words, rest_on, rests_of
from improvement.models import SafetyConversation, TriedChange
from improvement.querysets import conversations_of, tries_of
from improvement.weeks import day_at, monday_of

A_PAGE = 30
MOST_TRIES = 200


def left_in_peace(team: Team, *, mine: bool) -> str:
    """Return in a sentence that ``team`` rests now, and what that means for its numbers; "" while it is at work.

    ``mine``: the reader belongs to it.
    """
    rest = rest_on(rests_of(team), today_in(team.cohort))
    if rest is None or team.cohort.closed_at:
        return ""
    text = in_words(rest)
    words = {"rest": text[:1].upper() + text[1:]}
    if mine:
        return _("%(rest)s: no number is asked for, and you can type one all the same.") % words
    return _("%(rest)s: no number is asked for, and the team can type one all the same.") % words


@dataclasses.dataclass(frozen=True)
class Said:
    """The words about one conversation as one reader sees them, without the name of who left them."""

    conversation: SafetyConversation
    state: str
    mine: bool
    may: May


@dataclasses.dataclass(frozen=True)
class Conversations:
    """The page of a team's conversations: how many this week, and what people wrote about them."""

    this_week: int
    said: list[Said]
    page: Page
    waiting: list[Said]


def conversations_page(team: Team, reader, page: str | None) -> Conversations:
    """Return what ``reader`` sees of the conversations of ``team``; what waits for a look only if they plan its cohort."""
    planner = plans(reader, team.cohort)
    rows = conversations_of(team, reader)
    listed = Paginator(rows.with_words().listed_for(reader, planner=planner), A_PAGE).get_page(page)
    waiting = rows.with_words().awaiting_look()[:MOST_WAITING] if planner else []
    return Conversations(
        this_week=rows.of_week(monday_of(day_at(timezone.now(), team))).count(),
        said=[_said(row, reader, planner) for row in listed],
        page=listed,
        waiting=[_said(row, reader, planner) for row in waiting],
    )


def _said(row: SafetyConversation, reader, planner: bool) -> Said:
    mine = row.is_by(reader)
    return Said(row, row.hidden_words, mine, may(row, mine=mine, planner=planner))


@dataclasses.dataclass(frozen=True)
class Tries:
    """The tries of a team: those under way, and those that were decided on."""

    now: list[TriedChange]
    decided: list[TriedChange]


def tries_page(team: Team, reader) -> Tries:
    """Return the tries of ``team`` for ``reader``, the latest first. A card never shows hidden words, to planners neither."""
    rows = list(tries_of(team, reader)[:MOST_TRIES])
    return Tries([row for row in rows if not row.is_decided], [row for row in rows if row.is_decided])


@dataclasses.dataclass(frozen=True)
class SeenTry:
    """One try as one reader sees it on its own page, where a planner finds hidden words and decides on them."""

    tried: TriedChange
    title: str
    state: str
    may: May


def seen_try(tried: TriedChange, reader, team: Team) -> SeenTry:
    """Return ``tried`` of ``team`` as ``reader`` sees it."""
    can = may(tried, mine=tried.is_by(reader), planner=plans(reader, team.cohort))
    if not tried.has_words:
        can = dataclasses.replace(can, take_back=False, hide=False)
    return SeenTry(tried, tried.called if can.read else str(tried), tried.hidden_words, can)

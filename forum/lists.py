"""The lists of threads: of a board, and the few latest of each board."""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid

from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _

from collaborative.hiding import MOST_WAITING, Named
from collaborative.models import Cohort
from collaborative.permissions import plans
from core.language import language
from core.moments import said
from forum.models import Board, BoardKey, Post, Thread
from forum.reading import in_language, place_of, title_of

LATEST = 5
PAGE = 30


@dataclasses.dataclass(frozen=True)
class Line:
    """A thread in a list."""

    thread: Thread
    title: str
    lang: str
    who: str
    when: str
    answers: int
    kept: int

    @property
    def language_words(self) -> str:
        """Return "in English" where that is not the reader's language."""
        return in_language(self.lang) if self.lang != language() else ""


def _line(thread: Thread, reader, planner: bool) -> Line:
    hidden = bool(thread.hidden_why)
    names = [part for part in (thread.by.name if thread.by else "", thread.team.name if thread.team else "") if part]
    return Line(
        thread=thread,
        title=title_of(thread, planner),
        lang=thread.language,
        who=", ".join(names) if not hidden or planner else "",
        when=said(thread.last_post_at, reader),
        answers=thread.answers,
        kept=thread.posts_kept if planner else 0,
    )


def boards_of(cohort: Cohort, reader) -> dict:
    """Return the boards with their latest threads and, for planners, what waits for their look. Three statements."""
    planner = plans(reader, cohort)
    boards = {board.pk: board for board in Board.objects.filter(cohort=cohort)}
    latest = (
        Thread.objects.filter(board__in=list(boards))
        .listed(to_planner=planner)
        .annotate(nth=Window(RowNumber(), partition_by=F("board"), order_by=[F("last_post_at").desc(), F("pk").desc()]))
        .filter(nth__lte=LATEST)
    )
    lines: dict = {pk: [] for pk in boards}
    for thread in latest:
        lines[thread.board_id].append(_line(thread, reader, planner))
    order = BoardKey.values
    shown = sorted(boards.values(), key=lambda board: order.index(board.key))
    waiting = posts_awaiting_look(cohort)[:MOST_WAITING] if planner else []
    return {
        "boards": [{"board": board, "lines": lines[board.pk]} for board in shown],
        "waiting": [
            {"url": place_of(post), "name": post.by.name if post.by else "", "when": said(post.created_at, reader)}
            for post in waiting
        ],
    }


def posts_awaiting_look(cohort: Cohort):
    """Return the posts of a cohort's forum that a reader has hidden, the latest first."""
    rows = Post.objects.filter(thread__board__cohort=cohort).awaiting_look().with_place()
    return rows.select_related("team").order_by("-hidden_at")


def waiting_line(post: Post) -> Named:
    """Return how a list names a post that waits for a planner's look."""
    text = _("A post by %(name)s") % {"name": post.by.name} if post.by else _("A post")
    return text, post.thread.board.name, place_of(post)


@dataclasses.dataclass(frozen=True)
class BoardPage:
    lines: list[Line]
    older: str


def page_of_board(board: Board, reader, before: str) -> BoardPage:
    """Return a page of threads: those after the mark ``before``, else the first."""
    planner = plans(reader, board.cohort)
    rows = Thread.objects.filter(board=board).listed(to_planner=planner)
    if mark := _read(before):
        rows = rows.before(*mark)
    found = list(rows[: PAGE + 1])
    older = f"{found[PAGE - 1].last_post_at.timestamp():.6f}_{found[PAGE - 1].pk}" if len(found) > PAGE else ""
    return BoardPage([_line(thread, reader, planner) for thread in found[:PAGE]], older)


def _read(mark: str) -> tuple[dt.datetime, uuid.UUID] | None:
    moment, _sep, pk = mark[:80].partition("_")
    try:
        return dt.datetime.fromtimestamp(float(moment), dt.UTC), uuid.UUID(pk)
    except (ValueError, OverflowError, OSError):
        return None

"""What one reader sees of a thread: a page of posts, each with what this reader may do with it."""

from __future__ import annotations

import dataclasses

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collaborative.hideable import Why
from collaborative.hiding import May, may
from collaborative.models import TEAM_ROLES, Cohort, Membership, Role
from collaborative.permissions import plans
from core import time as clocks
from core.language import language
from core.moments import said
from forum import words
from forum.models import Post, Thread
from forum.querysets import audience_of, standings_in

PAGE = 50


def place_of(post: Post) -> str:
    """Return the address of ``post`` on the page of its thread that holds it."""
    board = post.thread.board
    path = reverse("forum_thread", args=[board.cohort_id, board.key, post.thread_id])
    after = (post.number - 1) // PAGE * PAGE
    return f"{path}{f'?after={after}' if after else ''}#post-{post.number}"


@dataclasses.dataclass(frozen=True)
class Shown:
    """One post as one reader sees it. ``state`` says why its words are not there; planners may see them still."""

    post: Post
    name: str
    role: str
    partner: bool
    when: str
    state: str
    html: SafeString | str
    other_language: str
    may: May
    untold: str

    @property
    def language_words(self) -> str:
        """Return "in English" where that is not the reader's language."""
        return in_language(self.other_language)


@dataclasses.dataclass(frozen=True)
class Page:
    """A page of a thread, by number: what stands on it does not shift while others write."""

    posts: list[Shown]
    title: str
    earlier: int | None
    later: int | None
    mine: Membership | None
    language_words: str
    answer_head: str


def page_of(thread: Thread, reader, after: int = 0) -> Page:
    """Return the page of ``thread`` that begins behind number ``after``. Two statements, however long the thread."""
    posts = list(
        thread.posts.filter(number__gt=after, number__lte=after + PAGE).select_related("by", "team").order_by("number")
    )
    cohort = thread.board.cohort
    people = {post.by_id for post in posts if post.by_id} | {reader.pk}
    held = standings_in(cohort.pk, cohort.programme_id).filter(user__in=people)
    standings = list(held.select_related("team__unit").order_by("since"))
    titles = {(row.user_id, row.team_id): row.title for row in standings if row.title}
    planner = plans(reader, cohort)
    return Page(
        posts=[_shown(post, reader, planner, titles, open_=not cohort.closed_at) for post in posts],
        title=title_of(thread, planner),
        earlier=max(0, after - PAGE) if after else None,
        later=after + PAGE if thread.last_number > after + PAGE else None,
        mine=next((row for row in standings if row.user_id == reader.pk and row.role in TEAM_ROLES), None),
        language_words=in_language(thread.language),
        answer_head=_answer_head(thread, reader),
    )


def _answer_head(thread: Thread, reader) -> str:
    """Return what stands over the box for an answer: to whom it goes, where that can be said."""
    if thread.by_id == reader.pk:
        return _("Add to what you wrote")
    if thread.by and not thread.hidden_why:
        return _("Answer %(name)s") % {"name": thread.by.first_name}
    return _("Write an answer")


def title_of(thread: Thread, planner: bool = False) -> str:
    """Return the title as this reader may see it: it is the first line of the first post, and hides with it."""
    if thread.title and (planner or not thread.hidden_why):
        return thread.title
    if thread.hidden_why == Why.WRITER:
        return _("A post that its writer took back")
    return _("A hidden post")


def in_language(code: str) -> str:
    """Return "in English", "in French"; "" where nothing is to be said."""
    said: dict[str, str] = {"en": _("in English"), "fr": _("in French")}
    return said.get(code, "")


def untold_until(post: Post, reader) -> str:
    """Return until when nobody is told of ``post``, on the reader's clock; "" when that is over."""
    if timezone.now() >= post.told_from:
        return ""
    return clocks.clock(post.told_from, reader.time_zone, language())


def _shown(post: Post, reader, planner: bool, titles: dict, *, open_: bool) -> Shown:
    can = may(post, mine=post.by_id == reader.pk, planner=planner)
    title = titles.get((post.by_id, post.team_id)) or str(Role(post.role).label)
    return Shown(
        post=post,
        name=(post.by.name if post.by else _("Somebody who has left")) if can.read else "",
        role=f"{title}, {post.team.name}" if post.team else title,
        partner=post.role == Role.PARTNER,
        when=said(post.created_at, reader),
        state=post.hidden_words,
        # Cleaned when it was written (forum/words.py); nothing else ever writes this column.
        html=mark_safe(post.html) if can.read else "",  # nosec B308 B703 # see above
        other_language=post.language if post.language != language() else "",
        may=can,
        untold=untold_until(post, reader) if can.take_back and not post.hidden_why else "",
    )


@dataclasses.dataclass(frozen=True)
class Looks:
    """A text as it would stand on the page."""

    title: str
    html: SafeString


def looks(text: str, *, first: bool) -> Looks:
    """Return how ``text`` would look as the first post of a thread, or as an answer."""
    if first:
        return Looks(words.split(text)[0], mark_safe(words.opening(text)))  # nosec B308 B703 # words.render cleans
    return Looks("", mark_safe(words.render(text)))  # nosec B308 B703 # words.render cleans


def mine_in(cohort: Cohort, reader) -> Membership | None:
    """Return the reader's own place in a team of the cohort, with its unit; None for those who help from outside."""
    rows = standings_in(cohort.pk, cohort.programme_id).filter(user=reader, role__in=TEAM_ROLES)
    return rows.select_related("team__unit").order_by("since").first()


def readers_of(cohort: Cohort) -> list[str]:
    """Return who reads the forum, as phrases with counts: "120 people in 20 teams", "their coaches (4)", …"""
    count = audience_of(cohort)
    people = ngettext("%(count)d person", "%(count)d people", count["members"]) % {"count": count["members"]}
    teams = ngettext("in %(count)d team", "in %(count)d teams", count["teams"]) % {"count": count["teams"]}
    phrases = [f"{people} {teams}"]
    if count["coaches"]:
        coaches = ngettext("their coach (%(count)d)", "their coaches (%(count)d)", count["coaches"])
        phrases.append(coaches % {"count": count["coaches"]})
    if count["others"]:
        phrases.append(_("mentors and faculty (%(count)d)") % {"count": count["others"]})
    phrases.append(_("the planning team (%(count)d)") % {"count": count["planners"]})
    return phrases

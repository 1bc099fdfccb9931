"""Verbs of the forum: ask, answer, take back, hide, show."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import CharField, Count, F, Max, Q
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit.services import record
from collaborative import hiding
from collaborative.hideable import Why
from collaborative.models import TEAM_ROLES, Cohort, Membership, Role
from core.language import language
from core.legible import legible
from core.refusals import Refused
from forum import words
from forum.models import Board, BoardKey, Post, Thread
from forum.querysets import standings_in
from notifications import services as notifications
from notifications.models import PlannedMessage

LONGEST = 6000


def make_boards(*, cohort: Cohort) -> list[Board]:
    """Give a cohort its boards; those it has already stay as they are."""
    Board.objects.bulk_create([Board(cohort=cohort, key=key) for key in BoardKey.values], ignore_conflicts=True)
    return list(cohort.boards.all())


@transaction.atomic
def ask(*, board: Board, by, text: str) -> Post:
    """Begin a thread with ``text``; its first line is the title. Refuses people without a role here, and no words."""
    standing = _standing(board.cohort, by)
    title, _rest = words.split(_worth_posting(text))
    thread = Thread.objects.create(board=board, title=title, language=language(), by=by, team_id=_team_of(standing))
    post = _write(thread, by=by, text=text, standing=standing)
    record("forum.asked", post, by=by, cohort_id=board.cohort_id, board=board.key)
    return post


@transaction.atomic
def answer(*, thread: Thread, by, text: str) -> Post:
    """Answer in ``thread`` and promise to tell those who wrote in it before, once nobody can take the answer back."""
    cohort = thread.board.cohort
    standing = _standing(cohort, by)
    _worth_posting(text)
    _lock(thread)
    post = _write(thread, by=by, text=text, standing=standing)
    record("forum.answered", post, by=by, cohort_id=cohort.pk, thread=thread.pk)
    _tell(post, cohort)
    return post


@transaction.atomic
def take_back(*, post: Post, by) -> str:
    """Take one's own post back: its words are gone from here at once, and whoever was not told yet never will be.

    Returns the words, so that the page can give them back to their writer. Taking back twice returns "".
    """
    thread, post = _lock(post.thread), Post.objects.select_for_update().get(pk=post.pk)
    if post.by_id != by.pk:
        raise Refused(_("Only its writer can take this post back."))
    if post.hidden_why == Why.WRITER:
        return ""
    typed = post.text
    _hide(post, thread, by=by, why=Why.WRITER, text="", html="")
    record("forum.taken_back", post, by=by, cohort_id=_cohort(thread).pk)
    return typed


@transaction.atomic
def hide(*, post: Post, by) -> Post:
    """Hide a post at once for everybody. A planner's hiding is a decision; a reader's waits for a planner to look.

    Refuses a reader who has hidden several in the last hour, or who hid this one before and a planner showed it again.
    """
    thread, post = _lock(post.thread), Post.objects.select_for_update().get(pk=post.pk)
    cohort = _cohort(thread)
    why = hiding.why_hidden(post, by=by, cohort=cohort)
    if why is None:
        return post
    _hide(post, thread, by=by, why=why)
    record("forum.hidden", post, by=by, cohort_id=cohort.pk, why=why.value)
    return post


@transaction.atomic
def show(*, post: Post, by) -> Post:
    """Show a post again that a reader or a planner has hidden: a planner may, and at once the reader who hid it.

    What its writer took back is gone.
    """
    thread, post = _lock(post.thread), Post.objects.select_for_update().get(pk=post.pk)
    cohort = _cohort(thread)
    hiding.must_show(post, by=by, cohort=cohort)
    if post.hidden_why == Why.WRITER:
        raise Refused(_("Its writer took this post back; the words are gone."))
    if not post.hidden_why:
        return post
    _change(post, thread, **hiding.SHOWN)
    record("forum.shown", post, by=by, cohort_id=cohort.pk)
    _tell(post, cohort, again=True)
    return post


# ---------------------------------------------------------------- inside


def _lock(thread: Thread) -> Thread:
    """Hold the thread's row: numbers and counters of one thread are given one after another."""
    return Thread.objects.select_for_update(of=["self"]).select_related("board__cohort").get(pk=thread.pk)


def _cohort(thread: Thread) -> Cohort:
    return thread.board.cohort


def _standing(cohort: Cohort, by) -> Membership:
    """Return the role in which ``by`` writes here: in a team first, then in the cohort. Refuses who has none."""
    if cohort.closed_at:
        raise Refused(_("This series is closed: its forum can be read, not written in."))
    held = standings_in(cohort.pk, cohort.programme_id).filter(user=by)
    standing = min(
        held, key=lambda row: (row.role not in TEAM_ROLES, row.role == Role.PLANNER, row.since), default=None
    )
    if standing is None:
        raise Refused(_("You have no role in this cohort any more, so you cannot write in its forum."))
    return standing


def _team_of(standing: Membership):
    """Return the team in whose name somebody writes: those who belong to one do; a coach or mentor writes as themself."""
    return standing.team_id if standing.role in TEAM_ROLES else None


def _worth_posting(text: str) -> str:
    """Return the text. Refuses one of which nothing would be left to read, or that is too long."""
    if len(text) > LONGEST:
        raise Refused(_("This is longer than a post can be. Write the rest in an answer."), field="text")
    if not legible(words.plain(text)):
        raise Refused(_("There are no words in this yet. One line helps."), field="text")
    return text


def _write(thread: Thread, *, by, text: str, standing: Membership) -> Post:
    Thread.objects.filter(pk=thread.pk).update(last_number=F("last_number") + 1)
    thread.refresh_from_db(fields=["last_number"])
    post = Post.objects.create(
        thread=thread,
        number=thread.last_number,
        by=by,
        team_id=_team_of(standing),
        role=standing.role,
        language=language(),
        text=text,
        html=words.opening(text) if thread.last_number == 1 else words.render(text),
    )
    post.refresh_from_db(fields=["created_at"])
    _recount(thread)
    return post


def _hide(post: Post, thread: Thread, *, by, why: Why, **emptied: str) -> None:
    _change(post, thread, **hiding.hidden(by=by, why=why), **emptied)
    waited = list(
        User.objects.filter(pk__in=PlannedMessage.objects.about(post).waiting().order_by().values("recipient"))
    )
    hiding.take_from_the_way(post, why)
    _tell_of_the_next(post, thread, waited)


def _change(post: Post, thread: Thread, **values) -> None:
    """Change what of a post can be read, and with it the thread's title and counters."""
    Post.objects.filter(pk=post.pk).update(version=F("version") + 1, **values)
    post.refresh_from_db()
    if post.is_first:
        emptied = {"title": ""} if post.hidden_why == Why.WRITER else {}
        Thread.objects.filter(pk=thread.pk).update(hidden_why=post.hidden_why, **emptied)
    _recount(thread)


def _recount(thread: Thread) -> None:
    """Count anew from the rows, under the thread's lock: a counter that is worked out cannot drift."""
    shown = Q(hidden_at=None)
    counts = thread.posts.aggregate(
        post_count=Count("pk", filter=shown),
        posts_kept=Count("pk", filter=Q(hidden_why__in=[Why.READER, Why.PLANNER])),
        latest=Max("created_at", filter=shown),
    )
    latest = counts.pop("latest")
    if latest:
        counts["last_post_at"] = latest
    Thread.objects.filter(pk=thread.pk).update(**counts)
    thread.refresh_from_db()


def _tell(post: Post, cohort: Cohort, *, again: bool = False) -> None:
    """Promise those who wrote in the thread before that they will hear of ``post``; the opening post tells nobody.

    One message about a thread waits for a person at a time: it leads to the first of the posts that are new to them. With ``again`` (it was hidden in between) whoever has been told already is not told a second time.
    """
    earlier = Post.objects.filter(thread=post.thread_id, number__lt=post.number).exclude(hidden_why=Why.WRITER)
    people = (
        User.objects.filter(is_active=True, pk__in=earlier.values("by"))
        .exclude(posts=post)
        .exclude(pk__in=_waiting_for(post.thread_id).values("recipient"))
        .order_by("pk")
    )
    if again:
        due = max(post.told_from, timezone.now())
        wanted = [
            notifications.Wanted(kind="forum/reply", to=one, due=due, occurrence="reply", scope=cohort)
            for one in people
        ]
        notifications.replan(post, wanted, version=post.version, kinds_planned=["forum/reply"])
    else:
        _promise(post, cohort, people)


def _promise(post: Post, cohort: Cohort, people: Iterable[User]) -> None:
    due = max(post.told_from, timezone.now())
    notifications.plan_many(
        "forum/reply", to=people, about=post, occurrence="reply", due=due, version=post.version, scope=cohort
    )


def _waiting_for(thread_id):
    """Return the messages about any post of the thread that still wait: whoever gets one hears of the next posts by it."""
    posts = Post.objects.filter(thread=thread_id).annotate(key=Cast("pk", CharField())).values("key")
    rows = PlannedMessage.objects.filter(kind="forum/reply", source_type="forum.post", source_id__in=posts)
    return rows.waiting().order_by()


def _tell_of_the_next(gone: Post, thread: Thread, waited: list[User]) -> None:
    """Promise those who ``waited`` for a message about ``gone`` one about the next post that they did not write."""
    later = thread.posts.shown().filter(number__gt=gone.number).order_by("number") if waited else ()
    for post in later:
        _promise(post, _cohort(thread), [one for one in waited if one.pk != post.by_id])
        waited = [one for one in waited if one.pk == post.by_id]
        if not waited:
            break


# ---------------------------------------------------------------- a person's own


def data_of(user) -> dict:
    """Return everything the forum keeps about a person: what they wrote, and where."""
    fields = ("created_at", "text", "language", "hidden_at", "hidden_why")
    posts = Post.objects.filter(by=user).order_by("created_at").select_related("thread__board__cohort")
    return {
        "posts": [
            {name: getattr(post, name) for name in fields}
            | {"board": post.thread.board.key, "cohort": str(_cohort(post.thread))}
            for post in posts
        ],
    }


@transaction.atomic
def forget(user) -> None:
    """Take back everything a person wrote; the places stay in the talk, without words and without a name."""
    for post in Post.objects.filter(by=user).select_related("thread").order_by("thread", "number"):
        take_back(post=post, by=user)
    Post.objects.filter(by=user).update(by=None)
    Post.objects.filter(hidden_by=user).update(hidden_by=None)
    Thread.objects.filter(by=user).update(by=None)

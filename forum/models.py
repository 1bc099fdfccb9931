"""The cohort's forum: boards, threads and posts. Who may read them is in querysets.py."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from collaborative.hideable import Hideable, Why, take_back_window
from collaborative.models import Cohort, Role, Row, Team
from forum.querysets import BoardQuerySet, PostQuerySet, ThreadQuerySet

LANGUAGES = [("en", _("English")), ("fr", _("French"))]


class BoardKey(models.TextChoices):
    ASK = "ask", _("Ask and answer")
    TRIED = "tried", _("What we tried")


class Board(Row):
    """One of the boards of a cohort, made with the cohort."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="boards")
    key = models.CharField(max_length=10, choices=BoardKey.choices)

    objects = BoardQuerySet.as_manager()

    class Meta:
        ordering = ["cohort", "key"]
        constraints = [models.UniqueConstraint(fields=["cohort", "key"], name="board_once_per_cohort")]

    def __str__(self) -> str:
        return self.key

    @property
    def name(self) -> str:
        return str(BoardKey(self.key).label)


class Thread(Row):
    """A question or a story, and what was answered. Its counters are kept in the transaction of whoever writes."""

    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="threads")
    # The first line of the first post; emptied with it.
    title = models.CharField(max_length=160, blank=True)
    language = models.CharField(max_length=2, choices=LANGUAGES)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    team = models.ForeignKey(Team, null=True, on_delete=models.SET_NULL, related_name="+")
    last_post_at = models.DateTimeField(db_default=Now())
    # What everybody can read; what is kept (hidden by a reader or planner, words and all); the last number given.
    post_count = models.PositiveIntegerField(default=0)
    posts_kept = models.PositiveIntegerField(default=0)
    last_number = models.PositiveIntegerField(default=0)
    # Why the first post cannot be read: then its title cannot be either.
    hidden_why = models.CharField(max_length=7, choices=Why.choices, blank=True)

    objects = ThreadQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["board", "-last_post_at", "-id"], name="thread_latest_first")]
        constraints = [
            models.CheckConstraint(name="thread_taken_back_is_empty", condition=~Q(hidden_why="writer") | Q(title=""))
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def answers(self) -> int:
        """Return how many answers can be read."""
        return self.post_count if self.hidden_why else max(0, self.post_count - 1)


class Post(Row, Hideable):
    """What one person wrote. ``html`` is made once from ``text`` when it is written (forum/words.py).

    ``number`` counts within the thread and never changes, so a page of a thread is a range of numbers. ``version`` goes
    up when a post is hidden or shown: what waits to be told of an older one is void.
    """

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="posts")
    number = models.PositiveIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="posts")
    team = models.ForeignKey(Team, null=True, on_delete=models.SET_NULL, related_name="+")
    role = models.CharField(max_length=12, choices=Role.choices)
    language = models.CharField(max_length=2, choices=LANGUAGES)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = PostQuerySet.as_manager()

    class Meta:
        ordering = ["thread", "number"]
        constraints = [
            models.UniqueConstraint(fields=["thread", "number"], name="post_number_once"),
            *Hideable.Meta.constraints,
            models.CheckConstraint(
                name="post_taken_back_is_empty", condition=~Q(hidden_why="writer") | Q(text="", html="")
            ),
        ]
        indexes = [models.Index(fields=["thread"], name="post_awaiting_look", condition=Q(hidden_why="reader"))]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_first(self) -> bool:
        return self.number == 1

    @property
    def told_from(self) -> dt.datetime:
        """Return until when it can be taken back before anybody has been told."""
        return self.created_at + take_back_window()

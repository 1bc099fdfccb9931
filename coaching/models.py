"""What a coach keeps: when they last looked at a team, notes that the team reads, and notes that nobody else reads."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from coaching.querysets import PrivateNoteManager, TeamNoteQuerySet
from collaborative.hideable import Hideable, take_back_window
from collaborative.models import Row, Team


class Visit(models.Model):
    """Up to when a coach has taken in what happened in a team. Set by a press of theirs, never by opening a page."""

    coach = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["coach", "team"], name="visit_once_a_coach_and_team")]

    def __str__(self) -> str:
        return str(self.pk)


class TeamNote(Row, Hideable):
    """A note for the team: its members, its coaches and the planning team read it."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="coach_notes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    text = models.TextField(blank=True, max_length=4000)
    version = models.PositiveIntegerField(default=1)

    objects = TeamNoteQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["team", "-created_at"], name="team_note_latest_first")]
        constraints = [
            *Hideable.Meta.constraints,
            models.CheckConstraint(
                name="team_note_taken_back_is_empty", condition=~Q(hidden_why="writer") | Q(text="")
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def told_from(self) -> dt.datetime:
        """Return until when it can be taken back before anybody has been told."""
        return self.created_at + take_back_window()


class PrivateNote(Row):
    """A note that only its author reads: no planner, no other coach of the team, no administrator's page.

    A table of its own, no name by which a team or a person leads to it, and a manager that answers its author only.
    """

    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    text = models.TextField(max_length=4000)

    objects = PrivateNoteManager()

    class Meta:
        indexes = [models.Index(fields=["author", "team", "-created_at"], name="private_note_of_author")]

    def __str__(self) -> str:
        return str(self.pk)

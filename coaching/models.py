"""What a coach keeps: when they last looked at a team, notes that the team reads, and notes that nobody else reads."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from coaching.querysets import PrivateNoteManager, TeamNoteQuerySet
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


class Why(models.TextChoices):
    WRITER = "writer", _("Hidden by its writer")
    READER = "reader", _("Hidden until the planning team has looked")
    PLANNER = "planner", _("Hidden by the planning team")


class TeamNote(Row):
    """A note for the team: its members, its coaches and the planning team read it."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="coach_notes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    text = models.TextField(blank=True, max_length=4000)
    version = models.PositiveIntegerField(default=1)
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    hidden_why = models.CharField(max_length=7, choices=Why.choices, blank=True)

    objects = TeamNoteQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["team", "-created_at"], name="team_note_latest_first")]
        constraints = [
            models.CheckConstraint(
                name="team_note_hidden_says_why",
                condition=Q(hidden_at=None, hidden_why="") | (Q(hidden_at__isnull=False) & ~Q(hidden_why="")),
            ),
            models.CheckConstraint(
                name="team_note_taken_back_is_empty", condition=~Q(hidden_why="writer") | Q(text="")
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


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

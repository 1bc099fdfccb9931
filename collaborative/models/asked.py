"""What became of links that ask one person one thing, and what people put off for a week."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from collaborative.models.base import Row
from collaborative.models.teams import Team


class SpentLink(Row):
    """A link that asks one person one thing was used, or taken back. One that still works has no row."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    # What the link is for, what it is about and, where it is about one, the Monday of the week; the day it was made.
    purpose = models.CharField(max_length=60)
    about = models.UUIDField()
    week = models.DateField(null=True, blank=True)
    made_on = models.DateField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="spent_link_once", fields=["person", "purpose", "about", "week", "made_on"], nulls_distinct=False
            ),
            models.CheckConstraint(
                name="spent_link_used_or_revoked", condition=Q(used_at__isnull=False) | Q(revoked_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.made_on}"


class NotThisWeek(Row):
    """Somebody does not want to be reminded of one task in one week (``week`` is its Monday)."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    # The kind of task (collaborative.not_this_week.tasks) and the object that it is about.
    task = models.CharField(max_length=50)
    about = models.UUIDField()
    week = models.DateField()
    # Whose task it is, where it is a team's: then its coach may hear of it.
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    coach_told = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "not this week"
        constraints = [
            models.UniqueConstraint(name="not_this_week_once", fields=["person", "task", "about", "week"]),
            models.CheckConstraint(name="not_this_week_begins_on_a_monday", condition=Q(week__iso_week_day=1)),
            models.CheckConstraint(
                name="not_this_week_told_of_a_team", condition=Q(coach_told=False) | Q(team__isnull=False)
            ),
        ]
        indexes = [models.Index(fields=["task", "about", "week"], name="not_this_week_task")]

    def __str__(self) -> str:
        return f"{self.task} {self.week}"

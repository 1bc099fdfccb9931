"""What happened on a unit and may have moved its numbers, in the team's own words."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from collaborative.models import Row, Team
from improvement.models.links import person
from improvement.querysets import OfATeamQuerySet


class ChartEvent(Row):
    """Something that happened on a day: it stands as a numbered mark on every chart of the team."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="chart_events")
    on = models.DateField()
    words = models.CharField(max_length=120)
    by = person()

    objects = OfATeamQuerySet.as_manager()

    class Meta:
        ordering = ["on", "created_at"]
        constraints = [models.CheckConstraint(condition=~Q(words=""), name="chart_event_has_words")]

    def __str__(self) -> str:
        return f"{self.on} {self.words}"

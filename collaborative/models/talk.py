"""What people of a team say to each other: on the team's home, or in answer to a mail that went to the whole team."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q

from collaborative.hideable import Hideable, ToldOfQuerySet, take_back_window
from collaborative.models.base import Row
from collaborative.models.teams import Team


class TeamTalkQuerySet(ToldOfQuerySet):
    def visible_to(self, user):
        """Return what ``user`` may read, hidden lines included (the page keeps their words back).

        Those who open a team's pages read what is said in it; a sponsor does neither.
        """
        return self.filter(team__in=Team.objects.visible_to(user).values("pk"))

    def with_place(self):
        return self.select_related("by", "team__cohort__programme", "team__unit")

    def latest_first(self):
        return self.order_by("-created_at", "-pk")


class TeamTalk(Row, Hideable):
    """What one person said to their team. Its members, its coaches and the planning team read it."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="talk")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    text = models.TextField(blank=True, max_length=4000)
    # It came as the answer to a mail.
    by_mail = models.BooleanField(default=False, editable=False)
    # Counted up when it is hidden or shown: what waits to be told of an older one is void.
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = TeamTalkQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["team", "-created_at"], name="team_talk_latest_first"),
            models.Index(fields=["team"], name="team_talk_awaiting_look", condition=Q(hidden_why="reader")),
        ]
        constraints = [
            *Hideable.Meta.constraints,
            models.CheckConstraint(
                name="team_talk_taken_back_is_empty", condition=~Q(hidden_why="writer") | Q(text="")
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def told_from(self) -> dt.datetime:
        """Return until when it can be taken back before anybody has been told."""
        return self.created_at + take_back_window()

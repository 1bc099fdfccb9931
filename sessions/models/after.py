"""Small rooms, calendars and certificates."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from collaborative.models import Cohort, Row, Team
from sessions.models.learning_session import LearningSession


class BreakoutPlan(models.Model):
    """Who sits with whom in the small rooms of a session: made from a seed, so that it can be made again, then edited."""

    learning_session = models.OneToOneField(
        LearningSession, primary_key=True, on_delete=models.CASCADE, related_name="breakouts"
    )
    seed = models.PositiveIntegerField()
    rooms = models.PositiveSmallIntegerField()
    # Teams stay together as far as equal rooms allow; else they are spread.
    together = models.BooleanField(default=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()
    # Since when everybody sees their own room; until then the planning team alone does.
    published_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    def __str__(self) -> str:
        return str(self.learning_session_id)


class BreakoutSeat(models.Model):
    """A person's small room. ``by_hand``: a planner put them there, and making the plan anew leaves them."""

    plan = models.ForeignKey(BreakoutPlan, on_delete=models.CASCADE, related_name="seats")
    room = models.PositiveSmallIntegerField()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    by_hand = models.BooleanField(default=False)

    class Meta:
        ordering = ["room", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "person"], name="breakout_seat_once"),
            models.CheckConstraint(condition=Q(room__gte=1), name="breakout_seat_in_a_room"),
        ]

    def __str__(self) -> str:
        return str(self.room)


class CalendarFeed(Row):
    """A secret address under which a calendar finds the dates of a person or of a team. Only the secret's hash is kept."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_feeds")
    # None: everything of the person; else what all of this team see.
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.CASCADE, related_name="calendar_feeds")
    secret_hash = models.CharField(max_length=64, unique=True)
    # The day on which a calendar read it last.
    read_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(fields=["person", "team"], nulls_distinct=False, name="calendar_feed_one")
        ]

    def __str__(self) -> str:
        return str(self.pk)


class CalendarLeft(models.Model):
    """A person left a cohort: for a while their calendar still hears that its sessions ahead are cancelled for them."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    learning_session = models.ForeignKey(LearningSession, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "learning_session"], name="calendar_left_once")]

    def __str__(self) -> str:
        return str(self.pk)


class Certificate(Row):
    """A person took part: for how many sessions and hours, by the rule of then. The code lets anybody check it."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="certificates")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="certificates")
    # As it was printed: where the name changes, planners give a new one.
    name = models.CharField(max_length=120)
    code = models.CharField(max_length=16, unique=True)
    sessions = models.PositiveSmallIntegerField()
    hours = models.DecimalField(max_digits=5, decimal_places=1)
    # The sessions as they were called then: [[title in English, in French, day, whether gone through later], …].
    counted = models.JSONField(default=list, blank=True)
    given_on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoke_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["created_at"]
        verbose_name = _("certificate")
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "person"], condition=Q(revoked_at=None), name="certificate_one_valid"
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoke_reason="") | (Q(revoked_at__isnull=False) & ~Q(revoke_reason="")),
                name="certificate_why_taken_back",
            ),
        ]

    def __str__(self) -> str:
        return self.code

"""Long work as rows: what is to be done, for whom, how far it is, and what came of it."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("could not be done")
    STOPPED = "stopped", _("stopped")


OVER = (State.DONE, State.FAILED, State.STOPPED)


class JobQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return the work that ``user`` asked for, the latest first. Nobody sees another's."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(by=user).order_by("-created_at")

    def listed(self):
        """Return the rows without what was sent in and what came out, which may be large."""
        return self.defer("sent", "result")

    def unfinished(self):
        return self.filter(state__in=(State.WAITING, State.RUNNING))


class Job(models.Model):
    """One piece of long work. A worker claims it, renews its lease with each step, and another takes it up if that ends.

    What came in and what comes out stand here, not on a disk: they share the transaction, the backup and the erasure.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    kind = models.CharField(max_length=60)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="jobs")
    # What the kind needs to know: ids and choices, never words of people.
    params = models.JSONField(default=dict)
    sent = models.BinaryField(null=True, blank=True)

    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)
    most = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    claim_token = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    begun_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    # What is shown on its page, and a file to take away.
    report = models.JSONField(default=dict)
    result = models.BinaryField(null=True, blank=True)
    result_name = models.CharField(max_length=120, blank=True)
    result_type = models.CharField(max_length=120, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.CheckConstraint(
                name="job_running_has_lease",
                condition=~Q(state="running") | Q(claim_token__isnull=False, lease_until__isnull=False),
            ),
            models.CheckConstraint(
                name="job_over_has_its_hour",
                condition=Q(state__in=("waiting", "running")) | Q(ended_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["created_at"], name="job_to_do", condition=Q(state__in=("waiting", "running"))),
            models.Index(fields=["by", "-created_at"], name="job_of_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"

    @property
    def is_over(self) -> bool:
        return self.state in OVER

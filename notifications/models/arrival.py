"""What the last look at the sender's domain found."""

from __future__ import annotations

from django.db import models


class SenderCheck(models.Model):
    """The one row that keeps what the domain of the sender said about mail, and when it was asked."""

    THE_ONE = 1

    id = models.SmallIntegerField(primary_key=True, default=THE_ONE)
    asked_at = models.DateTimeField(null=True)
    domain = models.CharField(max_length=253, blank=True)
    # Code of what was looked at -> code of what was found (notifications.arrival).
    found = models.JSONField(default=dict)

    class Meta:
        db_table = "sender_check"
        constraints = [models.CheckConstraint(name="sender_check_is_one", condition=models.Q(id=1))]

    def __str__(self) -> str:
        return self.domain

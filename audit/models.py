"""Who did what, when, to what: append-only. Holds ids, verbs and short codes, never names, addresses or words."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class Entry(models.Model):
    """One thing that somebody did. A trigger refuses UPDATE and DELETE (migration 0002)."""

    at = models.DateTimeField(db_default=Now(), editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    verb = models.CharField(max_length=60)
    about_type = models.CharField(max_length=60)
    about_id = models.CharField(max_length=40)
    cohort_id = models.UUIDField(null=True)
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["about_type", "about_id", "at"]),
            models.Index(fields=["cohort_id", "-at"]),
        ]
        verbose_name_plural = "entries"

    def __str__(self) -> str:
        return f"{self.verb} {self.about_type} {self.about_id}"

"""What readers hid."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from collaborative.models.base import Row
from collaborative.querysets import ReportQuerySet


class Report(Row):
    """A reader hid what somebody wrote. Kept so that one reader hides a thing once, and nobody hides many in a row."""

    about_type = models.CharField(max_length=60)
    about_id = models.UUIDField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    objects = ReportQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["about_type", "about_id", "by"], name="report_once_a_reader")]
        indexes = [models.Index(fields=["by", "created_at"], name="report_by_reader")]

    def __str__(self) -> str:
        return f"{self.about_type} {self.about_id}"

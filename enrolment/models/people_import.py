"""A table of people on its way in."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from collaborative.models import Cohort, Row, Team
from jobs.models import Job


class PeopleImport(Row):
    """The people of one table, as enrolment.people_import reads them, and what became of each. Gone after thirty days."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="people_imports")
    # Into which team they go where their row names none.
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    rows = models.JSONField(default=list)
    left_out = models.JSONField(default=list)
    # {row's number: [code, {what the words need}]}, written with the rows themselves.
    results = models.JSONField(default=dict)
    job = models.OneToOneField(Job, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{len(self.rows)} rows"

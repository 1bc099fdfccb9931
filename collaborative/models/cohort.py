"""One wave of a programme, its dates, and how they were moved."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from collaborative.models.base import Row
from collaborative.models.programme import PhaseShape, Programme, TaskShape
from collaborative.querysets import CohortQuerySet, PhaseQuerySet, PlanningTaskQuerySet
from core.translated import Translated


class Takes(models.TextChoices):
    TEAMS = "teams", _("teams")
    PEOPLE = "people", _("people on their own")


class Cohort(Row):
    """One wave of a programme: its teams, its dates, its clock."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="cohorts")
    slug = models.SlugField(max_length=80, unique=True)
    name_en = models.CharField(max_length=120)
    name_fr = models.CharField(max_length=120)
    first_day = models.DateField()
    # Moments are typed and scheduled on this clock, and shown with this place.
    time_zone = models.CharField(max_length=64, default="America/Toronto")
    city = models.CharField(max_length=60, default="toronto")
    contact_email = models.EmailField(blank=True)
    seats = models.PositiveSmallIntegerField(default=20)
    # Whether whole teams take part, or people on their own (each is then a team of one).
    takes = models.CharField(max_length=6, choices=Takes.choices, default=Takes.TEAMS)
    # The awareness week, theme or season it belongs to.
    campaign_en = models.CharField(max_length=120, blank=True)
    campaign_fr = models.CharField(max_length=120, blank=True)
    # First and last day of applying and the day of the answers, whole days on the cohort's clock.
    apply_from = models.DateField(null=True, blank=True)
    apply_until = models.DateField(null=True, blank=True)
    answers_on = models.DateField(null=True, blank=True)
    # Since when the public page tells of it, and a team may apply; empty while its planning team still prepares it.
    announced_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Its planning team closed it: since then nothing is asked of anybody. Settled once that cannot be undone any more.
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    closed_reason = models.CharField(max_length=300, blank=True, editable=False)
    settled_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Goes up with every change of what stands above but the dates.
    version = models.PositiveIntegerField(default=1, editable=False)

    name, campaign = Translated("name"), Translated("campaign")
    objects = CohortQuerySet.as_manager()

    # Read once and kept here by collaborative.line.phases_of.
    _phases_in_order: list[Phase]

    class Meta:
        ordering = ["-first_day", "name_en"]
        constraints = [
            models.CheckConstraint(
                name="cohort_settled_when_closed", condition=Q(settled_at=None) | Q(closed_at__isnull=False)
            ),
            models.CheckConstraint(
                name="cohort_applies_in_order",
                condition=Q(apply_from=None) | Q(apply_until=None) | Q(apply_until__gte=F("apply_from")),
            ),
            models.CheckConstraint(
                name="cohort_answers_after_applying",
                condition=Q(answers_on=None) | Q(apply_until=None) | Q(answers_on__gte=F("apply_until")),
            ),
        ]

    def __str__(self) -> str:
        return self.name_en

    @property
    def full_name(self) -> str:
        """Return its name with its programme's before it, where the name does not begin with that already."""
        series = self.programme.short_name
        return self.name if self.name.startswith(series) else f"{series}, {self.name}"

    @property
    def contact(self) -> str:
        """Return the address at which people may write to the planning team, "" where there is none."""
        return self.contact_email or self.programme.contact_email


class Phase(PhaseShape):
    """A phase of a cohort, its days worked out. Sessions take theirs from the learning session that writes them here."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="phases")
    starts_on = models.DateField()
    ends_on = models.DateField()
    pinned_start = models.DateField(null=True, blank=True)
    pinned_end = models.DateField(null=True, blank=True)

    objects = PhaseQuerySet.as_manager()

    class Meta(PhaseShape.Meta):
        ordering = ["ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["cohort", "key"], name="phase_key_once"),
            models.UniqueConstraint(fields=["cohort", "ordinal"], name="phase_ordinal_once"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="phase_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.ordinal} {self.key}"


class Reschedule(Row):
    """A change of dates with everything that followed from it, so that it can be shown and undone as one."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="reschedules")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(max_length=300)
    # [{"model": label, "id": key, "field": name, "before": text, "after": text}, …] in the order they were made.
    ledger = models.JSONField(default=list)
    undone_at = models.DateTimeField(null=True, blank=True)
    # Until when it may be undone, where people have to hear of it sooner than UNDO_SECONDS after it.
    closes_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{len(self.ledger)} changes"

    @property
    def open_until(self) -> dt.datetime:
        """Return until when it may be undone."""
        return self.closes_at or self.created_at + dt.timedelta(seconds=settings.UNDO_SECONDS)


class QuietWeek(Row):
    """Days in which the whole cohort is left in peace: nothing is due and nobody is reminded of anything but sessions."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="quiet_weeks")
    starts_on = models.DateField()
    ends_on = models.DateField()
    name_en = models.CharField(max_length=120)
    name_fr = models.CharField(max_length=120)

    name = Translated("name")

    class Meta:
        ordering = ["starts_on"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="quiet_week_ends_after_start")
        ]

    def __str__(self) -> str:
        return self.name_en


class PlanningTask(TaskShape):
    """Something that the planning team does for a cohort. ``due_on`` follows its anchor until it is pinned by hand."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="tasks")
    due_on = models.DateField()
    pinned_on = models.DateField(null=True, blank=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    # Who does it and its own day were changed so often: of two who change them, neither does so unseen.
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = PlanningTaskQuerySet.as_manager()

    class Meta(TaskShape.Meta):
        ordering = ["due_on", "key"]
        constraints = [
            models.UniqueConstraint(fields=["cohort", "key"], name="planning_task_key_once"),
            models.CheckConstraint(
                name="planning_task_done_by_whom", condition=Q(done_at__isnull=False) | Q(done_by=None)
            ),
        ]

    def __str__(self) -> str:
        return self.text_en

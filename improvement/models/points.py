"""The numbers of a team, and what they were before they were corrected or taken back."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collaborative.models import Row
from improvement.models.links import person
from improvement.models.measures import Measure
from improvement.querysets import DataPointQuerySet


class Missing(models.TextChoices):
    NOT_COLLECTED = "not_collected", _("not collected")
    NO_EVENT = "no_event", _("nothing to count")
    PAUSED = "paused", _("paused")


class Method(models.TextChoices):
    TYPED = "typed", _("typed")
    LOG = "log", _("from the log")
    IMPORT = "import", _("from a sheet")


class Way(models.TextChoices):
    """How a number reached us; ``Method`` says how it was found."""

    PAGE = "page", _("on the page")
    MAIL = "mail", _("by mail")
    LINK = "link", _("by link")


def _parts_of_a_value() -> models.CheckConstraint:
    """Return what both tables hold: so many of so many, both or neither, and never of none."""
    return models.CheckConstraint(
        name="%(class)s_parts_of_a_value",
        condition=Q(numerator=None, denominator=None)
        | Q(value__isnull=False, numerator__gte=0, numerator__isnull=False, denominator__gt=0),
    )


class Recorded(models.Model):
    """What a number and a number of the past have in common: a value, or the reason why there is none.

    ``numerator`` of ``denominator``: the parts that the value was worked out from, where somebody typed them.
    """

    period_start = models.DateField()
    value = models.DecimalField(max_digits=12, decimal_places=3, null=True, blank=True)
    numerator = models.DecimalField(max_digits=12, decimal_places=3, null=True, blank=True)
    denominator = models.DecimalField(max_digits=12, decimal_places=3, null=True, blank=True)
    missing_reason = models.CharField(max_length=14, choices=Missing.choices, blank=True)
    method = models.CharField(max_length=6, choices=Method.choices, default=Method.TYPED)
    way = models.CharField(max_length=4, choices=Way.choices, default=Way.PAGE)
    # Names one act of saving, so that Undo takes back this act and never an older or a newer one.
    deed = models.UUIDField(default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True


class DataPoint(Row, Recorded):
    """The number of one period: a week (``period_start`` is its Monday) or a month (its first day). What stood here before is kept as a correction.

    ``method`` "log" on the measure that fills itself means: somebody looked and agreed with the log, so the chart goes
    on following the log. "typed" means: somebody knows better, and their number stands.
    """

    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="points")
    by = person()
    at = models.DateTimeField(default=timezone.now, editable=False)

    objects = DataPointQuerySet.as_manager()

    class Meta:
        ordering = ["period_start"]
        constraints = [
            models.UniqueConstraint(fields=["measure", "period_start"], name="data_point_once_a_period"),
            models.CheckConstraint(
                # a date, and no moment: no zone of the database has a say
                condition=Q(period_start__iso_week_day=1) | Q(("period_start__day", 1)),
                name="data_point_begins_a_period",
            ),
            _parts_of_a_value(),
            models.CheckConstraint(
                name="data_point_value_or_reason",
                condition=Q(value__isnull=False, missing_reason="") | Q(value=None, missing_reason__in=Missing.values),
            ),
            models.CheckConstraint(condition=Q(method__in=Method.values), name="data_point_method"),
            models.CheckConstraint(condition=Q(way__in=Way.values), name="data_point_way"),
        ]

    def __str__(self) -> str:
        return f"{self.period_start} {self.missing_reason if self.value is None else self.value}"


class Replaced(models.TextChoices):
    CORRECTED = "corrected", _("corrected")
    UNDONE = "undone", _("taken back")


class DataPointCorrection(Row, Recorded):
    """What a number was before it was corrected or taken back. Rows are only ever added (by the services)."""

    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="corrections")
    how = models.CharField(max_length=10, choices=Replaced.choices)
    # The act of saving that replaced it; a number that was taken back has none.
    replaced_by_deed = models.UUIDField(null=True, editable=False)
    was_by, was_at = person(), models.DateTimeField()
    by = person()

    class Meta:
        ordering = ["created_at"]
        indexes = [models.Index(fields=["measure", "period_start"])]
        constraints = [
            models.CheckConstraint(condition=Q(how__in=Replaced.values), name="correction_how"),
            _parts_of_a_value(),
            models.CheckConstraint(
                name="correction_value_or_reason",
                condition=Q(value__isnull=False, missing_reason="") | Q(value=None, missing_reason__in=Missing.values),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period_start} {self.how}"

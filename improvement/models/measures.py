"""What a team counts, and how a programme judges its charts."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from collaborative.models import Programme, Row, Team
from core.translated import Translated
from improvement.models.links import person
from improvement.querysets import MeasureQuerySet
from improvement.rule_sets import PERLA


class MeasureKind(models.TextChoices):
    COUNT = "count", _("How many")
    PERCENT = "percent", _("Percent")
    NUMBER = "number", _("Another number")


class Good(models.TextChoices):
    """Which way is good (the values are those of run_chart.Direction)."""

    UP = "up", _("More is better")
    DOWN = "down", _("Less is better")
    NONE = "none", _("Neither")


class Frequency(models.TextChoices):
    WEEKLY = "weekly", _("every week")


class Measure(Row):
    """One thing that a team counts. The one every team begins with fills itself from the log of conversations."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="measures")
    name_en = models.CharField(max_length=120, blank=True)
    name_fr = models.CharField(max_length=120, blank=True)
    unit_en = models.CharField(max_length=40, blank=True)
    unit_fr = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=8, choices=MeasureKind.choices, default=MeasureKind.COUNT)
    direction = models.CharField(max_length=4, choices=Good.choices, default=Good.NONE)
    goal = models.DecimalField(max_digits=12, decimal_places=3, null=True, blank=True)
    frequency = models.CharField(max_length=8, choices=Frequency.choices, default=Frequency.WEEKLY)
    fills_itself = models.BooleanField(default=False)
    # How many of the first numbers make the median; empty = all of them.
    baseline_points = models.PositiveSmallIntegerField(null=True, blank=True)
    ordinal = models.PositiveSmallIntegerField(default=0)
    by = person()

    name, unit = Translated("name"), Translated("unit")
    objects = MeasureQuerySet.as_manager()

    class Meta:
        ordering = ["ordinal", "created_at"]
        constraints = [
            models.CheckConstraint(condition=~Q(name_en="", name_fr=""), name="measure_has_a_name"),
            models.CheckConstraint(condition=Q(kind__in=MeasureKind.values), name="measure_kind"),
            models.CheckConstraint(condition=Q(direction__in=Good.values), name="measure_direction"),
            models.CheckConstraint(condition=Q(frequency__in=Frequency.values), name="measure_frequency"),
            models.CheckConstraint(
                name="measure_goal_possible",
                condition=Q(goal=None)
                | Q(kind="number")
                | Q(kind="count", goal__gte=0)
                | Q(kind="percent", goal__gte=0, goal__lte=100),
            ),
            models.CheckConstraint(
                condition=Q(baseline_points=None) | Q(baseline_points__gte=1), name="measure_baseline_counts"
            ),
            models.UniqueConstraint(fields=["team"], condition=Q(fills_itself=True), name="measure_fills_itself_once"),
        ]

    def __str__(self) -> str:
        return self.name


class ChartRules(models.Model):
    """By which rules the charts of a programme are judged; a programme without a row goes by the default.

    ``rule_set`` is a key of ``rule_sets.RULE_SETS``.
    """

    programme = models.OneToOneField(Programme, primary_key=True, on_delete=models.CASCADE, related_name="chart_rules")
    rule_set = models.CharField(max_length=12, default=PERLA.key)
    version = models.PositiveIntegerField(default=1, editable=False)

    def __str__(self) -> str:
        return self.rule_set

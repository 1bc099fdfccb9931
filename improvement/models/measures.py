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
    RATE = "rate", _("A rate: so many for every so many")
    BETWEEN = "between", _("Days between two events")
    NUMBER = "number", _("Another number")


# Of these each number is so many of so many; both are kept where a team knows them.
OF_ALL = frozenset({MeasureKind.PERCENT, MeasureKind.RATE})


class Good(models.TextChoices):
    """Which way is good (the values are those of run_chart.Direction)."""

    UP = "up", _("More is better")
    DOWN = "down", _("Less is better")
    NONE = "none", _("Neither")


class Frequency(models.TextChoices):
    """How often a number is given (the values are those of periods.Rhythm)."""

    WEEKLY = "weekly", _("every week")
    MONTHLY = "monthly", _("every month")


class Measure(Row):
    """One thing that a team counts. The one every team begins with fills itself from the log of conversations.

    ``per``: a rate is so many for every so many. ``ready``: the key of the measure of the library that it is, "" for the team's
    own. ``named_at``: since when the team's name stands beside its chart where teams are shown together; None: it does not.
    ``ended_on``: the last day on which it was counted; its chart stays.
    """

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
    per = models.PositiveIntegerField(null=True, blank=True)
    ready = models.CharField(max_length=40, blank=True)
    ordinal = models.PositiveSmallIntegerField(default=0)
    named_at, named_by = models.DateTimeField(null=True, blank=True), person()
    ended_on = models.DateField(null=True, blank=True)
    by = person()
    version = models.PositiveIntegerField(default=1, editable=False)

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
                | Q(kind__in=["count", "rate", "between"], goal__gte=0)
                | Q(kind="percent", goal__gte=0, goal__lte=100),
            ),
            models.CheckConstraint(
                name="measure_rate_says_for_every_how_many",
                condition=Q(kind="rate", per__gte=1) | (~Q(kind="rate") & Q(per=None)),
            ),
            models.UniqueConstraint(fields=["team"], condition=Q(fills_itself=True), name="measure_fills_itself_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def has_parts(self) -> bool:
        """Return whether each number is so many of so many."""
        return self.kind in OF_ALL


class ChartRules(models.Model):
    """By which rules the charts of a programme are judged; a programme without a row goes by the default.

    ``rule_set`` is a key of ``rule_sets.RULE_SETS``, ``control_rules`` one of ``spc_rules.RULES``. ``screened``: limits are
    worked out without single moving ranges that lie far out.
    """

    programme = models.OneToOneField(Programme, primary_key=True, on_delete=models.CASCADE, related_name="chart_rules")
    rule_set = models.CharField(max_length=12, default=PERLA.key)
    control_charts = models.BooleanField(default=False)
    control_rules = models.CharField(max_length=12, default="nhs")
    screened = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    def __str__(self) -> str:
        return self.rule_set

"""What exactly is counted, and what a measure was before somebody changed that."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from collaborative.models import Row
from improvement.models.conversations import About
from improvement.models.links import person
from improvement.models.measures import Measure


class MeasureType(models.TextChoices):
    """What a measure tells of the aim: whether it is reached, whether the work goes as planned, whether something else suffers."""

    OUTCOME = "outcome", _("Outcome: is the aim reached?")
    PROCESS = "process", _("Process: do we do what we planned?")
    BALANCING = "balancing", _("Balancing: does something else suffer?")


class Sampling(models.TextChoices):
    ALL = "all", _("All of them")
    SOME = "some", _("A fixed number each time")
    EVERY = "every", _("Every so many")


class ChartType(models.TextChoices):
    """Which control chart, where the programme shows them; "" is chosen from what is counted (the values are spc.Chart's)."""

    X = "x", _("Single values (XmR)")
    P = "p", _("Share of a sample (p)")
    P_LANEY = "p'", _("Share of a very large sample (p′)")
    U = "u", _("Rate (u)")
    U_LANEY = "u'", _("Rate over a very large exposure (u′)")
    C = "c", _("Count, equal exposure (c)")
    T = "t", _("Time between rare events (t)")
    G = "g", _("Cases between rare events (g)")


class MeasureDefinition(models.Model):
    """The full definition of a measure, behind "More": nothing of it is needed to begin.

    Source of the fields: IHI, Measures Worksheet and the operational definitions of the Health Care Data Guide (2011).
    """

    measure = models.OneToOneField(Measure, primary_key=True, on_delete=models.CASCADE, related_name="definition")
    measure_type = models.CharField(max_length=10, choices=MeasureType.choices, blank=True)
    purpose = models.TextField(max_length=500, blank=True)
    meaning = models.TextField(max_length=1000, blank=True)
    numerator = models.TextField(max_length=300, blank=True)
    denominator = models.TextField(max_length=300, blank=True)
    population = models.TextField(max_length=500, blank=True)
    source = models.TextField(max_length=300, blank=True)
    sampling = models.CharField(max_length=8, choices=Sampling.choices, blank=True)
    sample = models.PositiveIntegerField(null=True, blank=True)
    collector = models.TextField(max_length=160, blank=True)
    baseline_value = models.DecimalField(max_digits=12, decimal_places=3, null=True, blank=True)
    baseline_from, baseline_until = models.DateField(null=True, blank=True), models.DateField(null=True, blank=True)
    goal_on = models.DateField(null=True, blank=True)
    dimension = models.CharField(max_length=14, choices=About.choices, blank=True)
    equity = models.TextField(max_length=500, blank=True)
    small_numbers = models.TextField(max_length=300, blank=True)
    reviewed = models.TextField(max_length=300, blank=True)
    chart = models.CharField(max_length=4, choices=ChartType.choices, blank=True)
    written_in = models.CharField(max_length=2, choices=settings.LANGUAGES, blank=True)

    WORDS = (
        "purpose", "meaning", "numerator", "denominator", "population", "source", "collector", "equity", "small_numbers", "reviewed",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="definition_sample_has_a_size",
                condition=Q(sampling__in=["", Sampling.ALL], sample=None)
                | Q(sampling__in=[Sampling.SOME, Sampling.EVERY], sample__gte=1),
            ),
            models.CheckConstraint(
                name="definition_baseline_in_order",
                condition=Q(baseline_from=None)
                | Q(baseline_until=None)
                | Q(baseline_until__gte=models.F("baseline_from")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.measure)


class MeasureChange(Row):
    """What a measure was before somebody changed it: each field that changed, as it was. Rows are only ever added.

    ``from_period``: the first day of the period from which on the numbers mean something else, where they do.
    """

    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="changes")
    before = models.JSONField()
    from_period = models.DateField(null=True, blank=True)
    by = person()

    class Meta:
        ordering = ["created_at"]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d} {', '.join(self.before)}"

"""From when on a chart has another line, what that was fixed at, and why."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from collaborative.models import Row
from improvement.models.links import person
from improvement.models.measures import Measure

# The four questions before a line is worked out anew (Advantive, PQ Systems: "When should I recalculate limits?").
QUESTIONS = {
    "has_changed": _("Have the numbers changed markedly?"),
    "is_known": _("Do you know why?"),
    "will_stay": _("Will the reason stay?"),
    "was_watched": _("Have you watched long enough?"),
}


class Began(models.TextChoices):
    """Why a stretch of a chart begins."""

    FIRST = "first", _("with the first number")
    CHOSEN = "chosen", _("the team has answered the four questions")
    MEANING = "meaning", _("what is counted has changed")


class MeasurePhase(Row):
    """One stretch of a chart with a line of its own.

    ``starts_on``: the first day of its first period; None: it begins with the first number. ``made_until``: the first day of
    the last period that its line was made of; then the line stays what it was on that day: ``centre`` (a median or a mean, as
    ``centre_is`` says) and the ``basis`` of its limits, both together. None: the line is made of all its numbers.
    """

    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="phases")
    starts_on = models.DateField(null=True, blank=True)
    began = models.CharField(max_length=8, choices=Began.choices, default=Began.CHOSEN)
    made_until = models.DateField(null=True, blank=True)
    centre = models.DecimalField(max_digits=20, decimal_places=9, null=True, blank=True)
    centre_is = models.CharField(max_length=6, blank=True)
    # As ``lines.kept`` writes it; None where no limits could be made.
    basis = models.JSONField(null=True, blank=True)
    fixed_at, fixed_by = models.DateTimeField(null=True, blank=True), person()
    has_changed = models.BooleanField(null=True)
    is_known = models.BooleanField(null=True)
    will_stay = models.BooleanField(null=True)
    was_watched = models.BooleanField(null=True)
    why = models.CharField(max_length=500, blank=True)
    by = person()

    class Meta:
        ordering = [models.F("starts_on").asc(nulls_first=True)]
        constraints = [
            models.UniqueConstraint(fields=["measure", "starts_on"], name="measure_phase_once", nulls_distinct=False),
            models.CheckConstraint(
                name="measure_phase_fixed_together",
                condition=Q(made_until=None, centre=None, centre_is="", basis__isnull=True, fixed_at=None)
                | Q(
                    made_until__isnull=False,
                    centre__isnull=False,
                    centre_is__in=["median", "mean"],
                    fixed_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="measure_phase_answers_four_questions",
                condition=Q(starts_on=None, began=Began.FIRST, **dict.fromkeys(QUESTIONS))
                | Q(starts_on__isnull=False, began=Began.MEANING, **dict.fromkeys(QUESTIONS))
                | Q(starts_on__isnull=False, began=Began.CHOSEN, **{f"{name}__isnull": False for name in QUESTIONS}),
            ),
            models.CheckConstraint(
                name="measure_phase_made_of_its_own",
                condition=Q(made_until=None) | Q(starts_on=None) | Q(made_until__gte=models.F("starts_on")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.starts_on or "")

    @property
    def answered(self) -> list[tuple[str, bool | None]]:
        """Return the four questions, each with its answer."""
        return [(str(question), getattr(self, name)) for name, question in QUESTIONS.items()]

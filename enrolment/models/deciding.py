"""How applications are read, decided and answered."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from collaborative.models import Cohort, Programme, Row
from core.translated import Translated
from enrolment.models.application import Application, DeclineReason, Outcome


class Criterion(Row):
    """One thing that applications are read for, 0 to ``most`` points, weighed against the others."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="criteria")
    ordinal = models.PositiveSmallIntegerField()
    name_en = models.CharField(max_length=120)
    name_fr = models.CharField(max_length=120)
    hint_en = models.CharField(max_length=300, blank=True)
    hint_fr = models.CharField(max_length=300, blank=True)
    most = models.PositiveSmallIntegerField(default=5)
    weight = models.PositiveSmallIntegerField(default=1)

    name, hint = Translated("name"), Translated("hint")

    class Meta:
        ordering = ["ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "ordinal"], name="criterion_ordinal_once"),
            models.CheckConstraint(condition=Q(most__gte=1, weight__gte=1), name="criterion_counts"),
        ]

    def __str__(self) -> str:
        return self.name_en


class Review(Row):
    """How one planner read one application. ``conflict``: they know the team too well; their points do not count."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="reviews")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    conflict = models.BooleanField(default=False)
    # {criterion key: points}
    marks = models.JSONField(default=dict)
    note = models.CharField(max_length=600, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "by"], name="review_once")]

    def __str__(self) -> str:
        return str(self.application_id)


class Decision(Row):
    """One word about an application, the first is number 1: from which outcome to which, by whom, and why.

    They stay when another follows: what the application says of itself is only the last.
    """

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="decisions")
    number = models.PositiveSmallIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    before = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    after = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    decline_before = models.CharField(max_length=6, choices=DeclineReason.choices, blank=True)
    decline_reason = models.CharField(max_length=6, choices=DeclineReason.choices, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    # The place on the waiting list that was given up with it.
    left_place = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["application", "number"]
        constraints = [models.UniqueConstraint(fields=["application", "number"], name="decision_number_once")]

    def __str__(self) -> str:
        return f"{self.number}: {self.after or 'open'}"


class DecisionRules(Row):
    """How the planners of a cohort read: blind, with names and others' points hidden until their own are in."""

    cohort = models.OneToOneField(Cohort, on_delete=models.CASCADE, related_name="decision_rules")
    blind = models.BooleanField(default=False)

    def __str__(self) -> str:
        return str(self.cohort_id)


class Letter(Row):
    """What a cohort writes with one outcome, in both languages; ``{team}`` and the like stand for the facts."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="letters")
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    subject_en = models.CharField(max_length=160)
    subject_fr = models.CharField(max_length=160)
    body_en = models.TextField(max_length=4000)
    body_fr = models.TextField(max_length=4000)
    version = models.PositiveIntegerField(default=1, editable=False)

    subject, body = Translated("subject"), Translated("body")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cohort", "outcome"], name="letter_once"),
            models.CheckConstraint(condition=~Q(outcome=""), name="letter_tells_an_outcome"),
        ]

    def __str__(self) -> str:
        return self.outcome


class Release(Row):
    """Decisions that are told together, at one minute; until then they can be taken back."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="releases")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    # The minute in which everything leaves. Typed on ``zone``, worked out in UTC; without a wall time nobody typed one.
    release_wall = models.DateTimeField(null=True, blank=True)
    zone = models.CharField(max_length=64, blank=True)
    release_at = models.DateTimeField()
    # What was made with it, for the way back: {"teams": [key, …], "invitations": …, "people": …, "units": …,
    # "organisations": …, "routes": …}, and whom a rule kept out: {"notes": [[application's key, member's place], …]}.
    ledger = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return str(self.pk)


class Told(Row):
    """One application's outcome as it was told with a release. An outcome is told once for good, unless undone in time."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="told")
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="told")
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    decline_reason = models.CharField(max_length=6, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["release", "application"], name="told_once_a_release")]

    def __str__(self) -> str:
        return self.outcome

"""Changes that a team tries: PDSA cycles in the ten-minute form."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from collaborative.hideable import Hideable, Why
from collaborative.models import Row, Team
from improvement.models.links import person
from improvement.querysets import TriedChangeQuerySet


class TryState(models.TextChoices):
    PLAN = "plan", pgettext_lazy("step of a try", "Plan")
    DOING = "doing", pgettext_lazy("step of a try", "Doing")
    LEARNED = "learned", pgettext_lazy("step of a try", "Learned")
    NEXT = "next", pgettext_lazy("step of a try", "Next")


class Matched(models.TextChoices):
    YES = "yes", _("Yes")
    PARTLY = "partly", _("Partly")
    NO = "no", _("No")


class Decision(models.TextChoices):
    ADOPT = "adopt", _("Keep it")
    ADAPT = "adapt", _("Change it and try again")
    ABANDON = "abandon", _("Let it go")


class TriedChange(Row, Hideable):
    """A change that a team tries: one PDSA cycle in the ten-minute form. ``version`` goes up with every save.

    Hidden are its words (``WORDS``): where it stands, and since when, can be seen all the same.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="tries")
    # The cycle that this one goes on from: together they are the ramp.
    previous = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="following")
    title = models.CharField(_("what we try"), max_length=160, blank=True)
    plan = models.TextField(blank=True, max_length=1000)
    prediction = models.TextField(blank=True, max_length=600)
    state = models.CharField(max_length=8, choices=TryState.choices, default=TryState.PLAN)
    what_happened = models.TextField(blank=True, max_length=2000)
    matched = models.CharField(max_length=8, choices=Matched.choices, blank=True)
    decision = models.CharField(max_length=8, choices=Decision.choices, blank=True)
    started_on = models.DateField(null=True, blank=True)
    learned_on = models.DateField(null=True, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    # Whose words these are: ``by`` wrote title, plan and expectation last, ``learned_by`` what happened.
    by, learned_by, decided_by, changed_by = person(), person(), person(), person()
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    WORDS = ("title", "plan", "prediction", "what_happened")

    objects = TriedChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("PDSA cycle")
        verbose_name_plural = _("PDSA cycles")
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["team", "-changed_at"])]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=TryState.values), name="try_state"),
            models.CheckConstraint(condition=Q(matched__in=["", *Matched.values]), name="try_matched"),
            models.CheckConstraint(condition=Q(decision__in=["", *Decision.values]), name="try_decision"),
            # Learning has a day exactly when it happened, and a decision needs something learned first.
            models.CheckConstraint(
                name="try_learned_is_dated",
                condition=Q(state__in=["plan", "doing"], learned_on=None)
                | Q(state__in=["learned", "next"], learned_on__isnull=False),
            ),
            models.CheckConstraint(
                name="try_next_is_decided",
                condition=Q(state="next", decided_on__isnull=False) & ~Q(decision="")
                | ~Q(state="next") & Q(decision="", decided_on=None),
            ),
            models.CheckConstraint(
                condition=Q(state="plan") | Q(started_on__isnull=False), name="try_started_is_dated"
            ),
            models.CheckConstraint(
                condition=Q(learned_on=None) | Q(learned_on__gte=F("started_on")), name="try_learned_after_start"
            ),
            *Hideable.Meta.constraints,
            models.CheckConstraint(
                name="try_taken_back_is_empty",
                condition=~Q(hidden_why="writer") | Q(title="", plan="", prediction="", what_happened=""),
            ),
        ]

    def __str__(self) -> str:
        """Return what it is called wherever it is named: never hidden words."""
        if self.hidden_why == Why.WRITER:
            return str(_("A try that its writer took back"))
        return str(_("A hidden try")) if self.hidden_why else self.called

    @property
    def decided(self) -> str:
        """Return what became of it, in words; "" while nothing is decided."""
        words = {Decision.ADOPT: _("Kept"), Decision.ADAPT: _("To be changed"), Decision.ABANDON: _("Let go")}
        return str(words.get(Decision(self.decision), "")) if self.decision else ""

    @property
    def called(self) -> str:
        """Return its title, for those who may read it also while it is hidden."""
        return self.title or str(_("A change we tried"))

    @property
    def step(self) -> int:
        """Return where it stands among the four words of the card: 0 plan, 1 doing, 2 learned, 3 next."""
        return TryState.values.index(self.state)

    @property
    def is_open(self) -> bool:
        return self.state in (TryState.PLAN, TryState.DOING)

    @property
    def is_decided(self) -> bool:
        return self.state == TryState.NEXT

    @property
    def line(self) -> str:
        """Return the one line of the card: what was learned, else what is expected, else the plan; or who hid it all."""
        if self.hidden_words or self.what_happened:
            return self.hidden_words or self.what_happened
        return gettext("We expect: %(words)s") % {"words": self.prediction} if self.prediction else self.plan

    @property
    def has_words(self) -> bool:
        return any(getattr(self, name) for name in self.WORDS)

    def is_by(self, user) -> bool:
        """Return whether all that is written in it is by ``user``: then its words are theirs to take back."""
        return {self.by_id, self.learned_by_id} - {None} == {user.pk}

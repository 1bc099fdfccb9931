"""Conversations about safety, changes that a team tries, and the numbers that show whether they helped."""

from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from collaborative.hideable import Hideable, Why
from collaborative.models import Row, Team
from core.translated import Translated
from improvement.querysets import (
    ConversationQuerySet,
    MeasureQuerySet,
    TriedChangeQuerySet,
)
from improvement.sheets.model import ReturnedSheet as ReturnedSheet


def _person(related_name: str = "+") -> models.ForeignKey:
    """Somebody who did this. The row outlives the person: what counts stays, the name goes."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name=related_name
    )


# ---------------------------------------------------------------- conversations


class WithWhom(models.TextChoices):
    COLLEAGUE = "colleague", _("A colleague")
    LEADER = "leader", _("A leader")
    PATIENT = "patient", _("A patient, resident or client")
    FAMILY = "family", _("A family member or care partner")


class About(models.TextChoices):
    """The five dimensions of the Measurement and Monitoring of Safety Framework, in words that anybody uses."""

    PAST_HARM = "past_harm", _("Something that happened")
    RELIABILITY = "reliability", _("How things go every day")
    OPERATIONS = "operations", _("What worries us now")
    ANTICIPATION = "anticipation", _("What could come next")
    LEARNING = "learning", _("What we learned")


class WillChange(models.TextChoices):
    DONE = "done", _("Yes, already")
    WILL_TRY = "will_try", _("Yes, we will try")
    NO = "no", _("Not this time")


class Via(models.TextChoices):
    SIGNED_IN = "signed_in", _("signed in")
    QR = "qr", _("from the poster on the unit")


class SafetyConversation(Row, Hideable):
    """Somebody talked about safety. "With whom" alone is a whole row; all else is optional and changes no count.

    Hidden are its words (``WORDS``): the conversation itself goes on counting.

    ``on`` is the date on the wall of the unit when it was logged, kept as it was: a law that changes the clocks, or a
    unit that moves, never shifts a conversation into another week.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="conversations")
    by = _person("conversations_logged")
    with_whom = models.CharField(max_length=10, choices=WithWhom.choices)
    at = models.DateTimeField(default=timezone.now, editable=False)
    on = models.DateField(editable=False)
    about = models.CharField(max_length=12, choices=About.choices, blank=True)
    will_change = models.CharField(max_length=8, choices=WillChange.choices, blank=True)
    sentence = models.TextField(blank=True, max_length=500)
    via = models.CharField(max_length=10, choices=Via.choices, default=Via.SIGNED_IN)
    # One press is one row, however often a weak signal sends it.
    client_key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    undone_at = models.DateTimeField(null=True, blank=True, editable=False)

    WORDS = ("about", "will_change", "sentence")

    objects = ConversationQuerySet.as_manager()

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["team", "on"], condition=Q(undone_at=None), name="conversation_team_on")]
        constraints = [
            models.CheckConstraint(condition=Q(with_whom__in=WithWhom.values), name="conversation_with_whom"),
            models.CheckConstraint(condition=Q(about__in=["", *About.values]), name="conversation_about"),
            models.CheckConstraint(
                condition=Q(will_change__in=["", *WillChange.values]), name="conversation_will_change"
            ),
            models.CheckConstraint(condition=Q(via__in=Via.values), name="conversation_via"),
            models.CheckConstraint(
                condition=Q(undone_at=None) | Q(undone_at__gte=F("at")), name="conversation_undone_after"
            ),
            *Hideable.Meta.constraints,
            models.CheckConstraint(
                name="conversation_taken_back_is_empty",
                condition=~Q(hidden_why="writer") | Q(about="", will_change="", sentence=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.with_whom} {self.on}"

    @property
    def words(self) -> dict[str, str]:
        """Return what its writer finds in the boxes: nothing while somebody else has hidden it."""
        return {} if self.is_kept_back else {name: getattr(self, name) for name in self.WORDS}

    @property
    def has_words(self) -> bool:
        """Return whether somebody left a sentence: what else was answered stands beside it, and nowhere without it."""
        return bool(self.sentence)

    def is_by(self, user) -> bool:
        """Return whether ``user`` logged it: then its words are theirs to take back."""
        return self.by_id == user.pk

    def can_undo_at(self, now: dt.datetime) -> bool:
        """Return whether it may still be taken back at ``now`` (UNDO_SECONDS)."""
        return self.undone_at is None and now - self.at <= dt.timedelta(seconds=settings.UNDO_SECONDS)


# ---------------------------------------------------------------- tries


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
    by, learned_by, decided_by, changed_by = _person(), _person(), _person(), _person()
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


# ---------------------------------------------------------------- measures


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
    by = _person()

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


class Recorded(models.Model):
    """What a number and a number of the past have in common: a value, or the reason why there is none."""

    period_start = models.DateField()
    value = models.DecimalField(max_digits=12, decimal_places=3, null=True, blank=True)
    missing_reason = models.CharField(max_length=14, choices=Missing.choices, blank=True)
    method = models.CharField(max_length=6, choices=Method.choices, default=Method.TYPED)
    way = models.CharField(max_length=4, choices=Way.choices, default=Way.PAGE)
    # Names one act of saving, so that Undo takes back this act and never an older or a newer one.
    deed = models.UUIDField(default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True


class DataPoint(Row, Recorded):
    """The number of one week (``period_start`` is its Monday). What stood here before is kept as a correction.

    ``method`` "log" on the measure that fills itself means: somebody looked and agreed with the log, so the chart goes
    on following the log. "typed" means: somebody knows better, and their number stands.
    """

    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="points")
    by = _person()
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["period_start"]
        constraints = [
            models.UniqueConstraint(fields=["measure", "period_start"], name="data_point_once_a_period"),
            models.CheckConstraint(condition=Q(period_start__iso_week_day=1), name="data_point_begins_on_a_monday"),
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
    was_by, was_at = _person(), models.DateTimeField()
    by = _person()

    class Meta:
        ordering = ["created_at"]
        indexes = [models.Index(fields=["measure", "period_start"])]
        constraints = [
            models.CheckConstraint(condition=Q(how__in=Replaced.values), name="correction_how"),
            models.CheckConstraint(
                name="correction_value_or_reason",
                condition=Q(value__isnull=False, missing_reason="") | Q(value=None, missing_reason__in=Missing.values),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period_start} {self.how}"

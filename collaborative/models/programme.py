"""A series that comes again: its words, its template of phases and of the planning team's tasks."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from collaborative.models.base import Row
from collaborative.querysets import ProgrammeQuerySet, TemplateQuerySet
from core.translated import Translated


class Colour(models.TextChoices):
    """What stands behind the first public page of a programme."""

    NONE = "", _("no colour")
    TEAL = "teal", _("green")
    SUN = "sun", _("yellow")
    SKY = "sky", _("blue")
    ROSE = "rose", _("rose")


class Programme(Row):
    """A series that runs in cohorts, with words and a template of phases of its own."""

    slug_en = models.SlugField(max_length=80, unique=True)
    slug_fr = models.SlugField(max_length=80, unique=True)
    name_en = models.CharField(max_length=160)
    name_fr = models.CharField(max_length=160)
    short_name_en = models.CharField(max_length=40)
    short_name_fr = models.CharField(max_length=40)
    tagline_en = models.CharField(max_length=300, blank=True)
    tagline_fr = models.CharField(max_length=300, blank=True)
    contact_email = models.EmailField(blank=True)
    # How this programme calls a team and the person whom care is for: keys of core.words.
    word_team = models.CharField(max_length=12, default="team")
    word_person = models.CharField(max_length=12, default="patient")
    colour = models.CharField(max_length=4, choices=Colour.choices, blank=True)
    # Days from a cohort's first day to the first and last day of applying, and to the day of the answers.
    apply_from_offset = models.SmallIntegerField(default=-63)
    apply_until_offset = models.SmallIntegerField(default=-14)
    answers_offset = models.SmallIntegerField(default=-11)
    # Who has to be in a team, as enrolment.composition reads it.
    composition = models.JSONField(default=dict, blank=True)
    # Who comes first among equals, in words that are published, and the settings that are meant.
    priority_en = models.CharField(max_length=200, blank=True)
    priority_fr = models.CharField(max_length=200, blank=True)
    priority_sectors = models.JSONField(default=list, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    priority = Translated("priority")
    name, short_name, tagline = Translated("name"), Translated("short_name"), Translated("tagline")
    slug = Translated("slug")
    objects = ProgrammeQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name_en


class Only(models.TextChoices):
    """With which form of a series a template phase goes."""

    ALWAYS = "", _("always")
    THIRD_PERIOD = "third", _("with a third action period")
    CONGRESS = "congress", _("with a closing congress")


class PhaseKind(models.TextChoices):
    PREWORK = "prework", _("pre-work")
    SESSION = "session", _("learning session")
    ACTION = "action", _("action period")
    CONGRESS = "congress", _("closing congress")
    WRAP_UP = "wrap_up", _("wrap-up")


# A session is a moment; the other kinds are stretches of days.
MOMENT_KINDS = frozenset({PhaseKind.SESSION, PhaseKind.CONGRESS})


class PhaseShape(Row):
    """What a template phase and a cohort's phase have in common: a kind, a name, and how its days follow from others.

    A stretch begins ``start_offset`` days after its ``start_anchor`` (the key of another phase, "" = the cohort's first day)
    and ends ``end_offset`` days after its ``end_anchor``. Nothing assumes how many phases there are.
    """

    ordinal = models.PositiveSmallIntegerField()
    key = models.SlugField(max_length=40)
    kind = models.CharField(max_length=10, choices=PhaseKind.choices)
    number = models.PositiveSmallIntegerField(null=True, blank=True)
    name_en = models.CharField(max_length=120)
    name_fr = models.CharField(max_length=120)
    say_en = models.CharField(max_length=200, blank=True)
    say_fr = models.CharField(max_length=200, blank=True)
    start_anchor = models.CharField(max_length=40, blank=True)
    start_offset = models.SmallIntegerField(default=0)
    end_anchor = models.CharField(max_length=40, blank=True)
    end_offset = models.SmallIntegerField(default=0)

    name, say = Translated("name"), Translated("say")

    class Meta:
        abstract = True

    @property
    def is_moment(self) -> bool:
        """Return whether this phase is one moment (a session) and not a stretch of days."""
        return self.kind in MOMENT_KINDS


class TemplatePhase(PhaseShape):
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="template")
    starts_clock = models.TimeField(null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(default=90)
    only = models.CharField(max_length=8, choices=Only.choices, default=Only.ALWAYS, blank=True)
    # Since when no new cohort gets it; what hangs on it stays as it is, so that it can be put back as it was.
    taken_out_at = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = TemplateQuerySet.as_manager()

    class Meta(PhaseShape.Meta):
        ordering = ["ordinal"]
        constraints = [models.UniqueConstraint(fields=["programme", "key"], name="template_phase_key_once")]

    def __str__(self) -> str:
        return f"{self.ordinal} {self.key}"


class TaskShape(Row):
    """What a task of the planning team is, and on which day it is due: ``offset`` days from the beginning of ``anchor``.

    An empty anchor means the cohort's first day; the other anchors are keys of phases, or "apply_from", "apply_until"
    and "answers_on", the days of the enrolment.
    """

    key = models.SlugField(max_length=40)
    text_en = models.CharField(max_length=200)
    text_fr = models.CharField(max_length=200)
    anchor = models.CharField(max_length=40, blank=True)
    offset = models.SmallIntegerField(default=0)

    text = Translated("text")

    class Meta:
        abstract = True


class TemplateTask(TaskShape):
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="template_tasks")
    taken_out_at = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = TemplateQuerySet.as_manager()

    class Meta(TaskShape.Meta):
        ordering = ["anchor", "offset", "key"]
        constraints = [models.UniqueConstraint(fields=["programme", "key"], name="template_task_key_once")]

    def __str__(self) -> str:
        return self.text_en


class PreworkItem(Row):
    """One thing that a team gets ready before the first session; the programme's list, ticked by each team."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="prework")
    ordinal = models.PositiveSmallIntegerField()
    text_en = models.CharField(max_length=200)
    text_fr = models.CharField(max_length=200)
    hint_en = models.CharField(max_length=300, blank=True)
    hint_fr = models.CharField(max_length=300, blank=True)

    text, hint = Translated("text"), Translated("hint")

    class Meta:
        ordering = ["ordinal"]
        constraints = [models.UniqueConstraint(fields=["programme", "ordinal"], name="prework_ordinal_once")]

    def __str__(self) -> str:
        return self.text_en

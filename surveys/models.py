"""Forms as data: questions in both languages, when they are put, who was asked, and answers that name nobody.

That somebody was asked and what was answered stand in tables without a key between them. While a round is open, answers lie in
envelopes that only the key of this installation opens. Once it is closed they are laid down in an order of chance, without a day,
a language or a number that counts up (surveys.envelopes).
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from collaborative.models import Cohort, Row
from core.translated import Translated
from surveys.querysets import AskedQuerySet, RoundQuerySet


class Moment(models.TextChoices):
    """When a survey is put."""

    BEFORE = "before", _("before the first session")
    SESSION = "session", _("after each session")
    CLOSE = "close", _("at the close")
    LATER = "later", _("three months later")


class Survey(Row):
    """A form of a cohort. Put to nobody until a planner turns it on."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="surveys")
    moment = models.CharField(max_length=8, choices=Moment.choices)
    title_en = models.CharField(max_length=160)
    title_fr = models.CharField(max_length=160)
    intro_en = models.TextField(blank=True, max_length=600)
    intro_fr = models.TextField(blank=True, max_length=600)
    is_on = models.BooleanField(default=False)
    # Of the one after each session: also after what stands beside the series (webinars, office hours, drop-in hours).
    with_added = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    title, intro = Translated("title"), Translated("intro")

    class Meta:
        ordering = ["created_at"]
        constraints = [models.UniqueConstraint(fields=["cohort", "moment"], name="survey_once_a_moment")]

    def __str__(self) -> str:
        return self.title_en


class QuestionKind(models.TextChoices):
    SCALE = "scale", _("a scale")
    CHOICE = "choice", _("one of several")
    TEXT = "text", _("own words")


class Question(Row):
    """One question. Its ``key`` is the same in several surveys of a cohort, so that answers can be set side by side."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="questions")
    ordinal = models.PositiveSmallIntegerField()
    key = models.SlugField(max_length=40)
    kind = models.CharField(max_length=6, choices=QuestionKind.choices)
    text_en = models.CharField(max_length=300)
    text_fr = models.CharField(max_length=300)
    # Of a scale: how many steps, and what the ends mean.
    steps = models.PositiveSmallIntegerField(default=5)
    low_en = models.CharField(max_length=60, blank=True)
    low_fr = models.CharField(max_length=60, blank=True)
    high_en = models.CharField(max_length=60, blank=True)
    high_fr = models.CharField(max_length=60, blank=True)
    # Of a choice: [{"key": …, "en": …, "fr": …}, …].
    options = models.JSONField(default=list, blank=True)
    taken_out_at = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    text, low, high = Translated("text"), Translated("low"), Translated("high")

    class Meta:
        ordering = ["ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "key"], name="question_key_once"),
            models.CheckConstraint(condition=Q(steps__gte=2, steps__lte=11), name="question_scale_length"),
        ]

    def __str__(self) -> str:
        return self.key


class Round(Row):
    """A survey put once: after which session (``about``, the key of a row above this room; empty otherwise), from when to when.

    Both moments follow from the dates of the cohort (surveys.rounds).
    """

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="rounds")
    about = models.CharField(max_length=40, blank=True)
    name_en = models.CharField(max_length=160, blank=True)
    name_fr = models.CharField(max_length=160, blank=True)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    # Since when its answers lie in an order of chance.
    mixed_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Of what is passed on of its answers.
    version = models.PositiveIntegerField(default=1, editable=False)

    name = Translated("name")
    objects = RoundQuerySet.as_manager()

    class Meta:
        ordering = ["opens_at"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "about"], name="round_once"),
            models.CheckConstraint(condition=Q(closes_at__gt=models.F("opens_at")), name="round_closes_after"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Asked(models.Model):
    """A person was asked in a round, and how far they came. Nothing here leads to what they answered."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="asked")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="asked")
    asked_at = models.DateTimeField(db_default=Now(), editable=False)
    # Days alone: a minute would lead to the answers.
    started_on = models.DateField(null=True, blank=True)
    finished_on = models.DateField(null=True, blank=True)

    objects = AskedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "person"], name="asked_once_a_round"),
            models.CheckConstraint(
                condition=Q(finished_on=None) | Q(started_on__isnull=False), name="asked_finished_once_started"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Envelope(models.Model):
    """What somebody answered in a round that is open, sealed: as long as others of its round, without a day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="envelopes")
    sealed = models.TextField()

    def __str__(self) -> str:
        return str(self.pk)


class Response(models.Model):
    """What somebody answered. No key to a person; ``study_id`` only with their consent to the evaluation."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="responses")
    study_id = models.UUIDField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["study_id"], name="response_study_id")]

    def __str__(self) -> str:
        return str(self.pk)


class Answer(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, on_delete=models.RESTRICT, related_name="answers")
    value = models.PositiveSmallIntegerField(null=True, blank=True)
    choice = models.CharField(max_length=40, blank=True)
    text = models.TextField(blank=True, max_length=2000)
    # Whoever spoke may read this sentence: a planner has looked at it.
    passed_on = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["response", "question"], name="answer_once"),
            models.CheckConstraint(
                name="answer_one_of_three",
                condition=Q(value__isnull=False, choice="", text="")
                | (Q(value=None, text="") & ~Q(choice=""))
                | (Q(value=None, choice="") & ~Q(text="")),
            ),
            models.CheckConstraint(name="answer_words_passed_on", condition=Q(passed_on=False) | ~Q(text="")),
        ]

    def __str__(self) -> str:
        return str(self.pk)

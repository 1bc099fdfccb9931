"""What stays of a session: materials in both languages, the recording with its chapters, the recap."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from collaborative.models import Cohort, Programme, Row
from core.translated import Translated
from files.models import StoredFile
from sessions.models.learning_session import LearningSession

LANGUAGES = [("en", _("English")), ("fr", _("French"))]


class MaterialKind(models.TextChoices):
    PREWORK = "prework", _("to read before")
    SLIDES = "slides", _("slides")
    SHEET = "sheet", _("worksheet")
    OTHER = "other", _("something else")


class Material(Row):
    """One thing for a session: a file or a link in each language, published for both at once."""

    learning_session = models.ForeignKey(LearningSession, on_delete=models.CASCADE, related_name="materials")
    kind = models.CharField(max_length=8, choices=MaterialKind.choices, default=MaterialKind.SHEET)
    ordinal = models.PositiveSmallIntegerField(default=0)
    title_en = models.CharField(max_length=160)
    title_fr = models.CharField(max_length=160)
    url_en = models.URLField(max_length=500, blank=True)
    url_fr = models.URLField(max_length=500, blank=True)
    file_en = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="material_en")
    file_fr = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="material_fr")
    # Empty: there is one for each language. Else the only one there is, and it is marked so.
    only_in = models.CharField(max_length=2, choices=LANGUAGES, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    title = Translated("title")

    class Meta:
        ordering = ["ordinal", "created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="material_published_in_both",
                condition=Q(published_at=None)
                | (
                    (Q(only_in="fr") | Q(file_en__isnull=False) | ~Q(url_en=""))
                    & (Q(only_in="en") | Q(file_fr__isnull=False) | ~Q(url_fr=""))
                ),
            ),
            models.CheckConstraint(
                name="material_file_or_link",
                condition=(Q(file_en=None) | Q(url_en="")) & (Q(file_fr=None) | Q(url_fr="")),
            ),
        ]

    def __str__(self) -> str:
        return self.title_en


class Recap(models.Model):
    """For whoever missed a session: ten minutes of text, what to do now, and the recording with its transcript."""

    learning_session = models.OneToOneField(
        LearningSession, primary_key=True, on_delete=models.CASCADE, related_name="recap"
    )
    text_en = models.TextField(blank=True, max_length=8000)
    text_fr = models.TextField(blank=True, max_length=8000)
    now_en = models.TextField(blank=True, max_length=1000)
    now_fr = models.TextField(blank=True, max_length=1000)
    recording_en = models.URLField(max_length=500, blank=True)
    recording_fr = models.URLField(max_length=500, blank=True)
    transcript_en = models.TextField(blank=True, max_length=200_000)
    transcript_fr = models.TextField(blank=True, max_length=200_000)
    published_at = models.DateTimeField(null=True, blank=True)
    # When those who were not there were told of it (sessions.attendance.catching_up).
    told_at = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    text, now = Translated("text"), Translated("now")
    recording, transcript = Translated("recording"), Translated("transcript")

    def __str__(self) -> str:
        return str(self.learning_session_id)


class Chapter(models.Model):
    """A place in the recording with a name."""

    recap = models.ForeignKey(Recap, on_delete=models.CASCADE, related_name="chapters")
    second = models.PositiveIntegerField()
    title_en = models.CharField(max_length=160)
    title_fr = models.CharField(max_length=160)

    title = Translated("title")

    class Meta:
        ordering = ["second"]
        constraints = [models.UniqueConstraint(fields=["recap", "second"], name="chapter_once")]

    def __str__(self) -> str:
        return self.title_en


class Series(Row):
    """Webinars that belong together, with one page: what they are about, what guides them, each in its turn."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="series")
    # The cohort's: its series are found by their address among all of the programme's.
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="+", editable=False)
    slug_en = models.SlugField(max_length=80)
    slug_fr = models.SlugField(max_length=80)
    title_en = models.CharField(max_length=160)
    title_fr = models.CharField(max_length=160)
    intro_en = models.TextField(blank=True, max_length=2000)
    intro_fr = models.TextField(blank=True, max_length=2000)
    is_public = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    title, intro, slug = Translated("title"), Translated("intro"), Translated("slug")

    class Meta:
        ordering = ["created_at"]
        constraints = [
            # That no English one is another's French one is the rule's (sessions.public.series), under a lock.
            models.UniqueConstraint(fields=["programme", "slug_en"], name="series_slug_en_once"),
            models.UniqueConstraint(fields=["programme", "slug_fr"], name="series_slug_fr_once"),
        ]

    def __str__(self) -> str:
        return self.title_en


class GuidingQuestion(models.Model):
    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="questions")
    ordinal = models.PositiveSmallIntegerField()
    text_en = models.CharField(max_length=300)
    text_fr = models.CharField(max_length=300)

    text = Translated("text")

    class Meta:
        ordering = ["ordinal"]
        constraints = [models.UniqueConstraint(fields=["series", "ordinal"], name="guiding_question_once")]

    def __str__(self) -> str:
        return self.text_en


class Registration(Row):
    """Somebody without an account wants to come to a public session: told about it, nothing else, and erased after it."""

    learning_session = models.ForeignKey(LearningSession, on_delete=models.CASCADE, related_name="registrations")
    name = models.CharField(max_length=120)
    email = models.EmailField()
    language = models.CharField(max_length=2, choices=[("en", _("English")), ("fr", _("French"))])
    city = models.CharField(max_length=60, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    # The start that they were told last, how many of the reminders of it have gone, and when the last mail of all did: it
    # is cancelled, or its recording is there.
    told_start = models.DateTimeField(null=True, blank=True, editable=False)
    reminded = models.PositiveSmallIntegerField(default=0, editable=False)
    last_told_at = models.DateTimeField(null=True, blank=True, editable=False)
    joined_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["learning_session", "email"], name="registration_once"),
            # Who has not confirmed was told nothing and is not let in.
            models.CheckConstraint(
                name="registration_confirmed_first",
                condition=Q(confirmed_at__isnull=False)
                | Q(told_start=None, reminded=0, last_told_at=None, joined_at=None),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

"""Who speaks, hosts and does what at a session."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from collaborative.models import Programme, Row, Team
from core.translated import Translated
from files.models import StoredFile
from sessions.models.learning_session import AgendaItem, LearningSession


class Partner(Row):
    """An organisation that hosts sessions together with the programme."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="partners")
    name_en = models.CharField(max_length=160)
    name_fr = models.CharField(max_length=160)
    url_en = models.URLField(max_length=300, blank=True)
    url_fr = models.URLField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    name, url = Translated("name"), Translated("url")

    class Meta:
        ordering = ["name_en", "pk"]

    def __str__(self) -> str:
        return self.name_en


class Hosting(models.Model):
    """A partner organisation hosts a session."""

    learning_session = models.ForeignKey(LearningSession, on_delete=models.CASCADE, related_name="hostings")
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="hostings")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["learning_session", "partner"], name="hosting_once")]

    def __str__(self) -> str:
        return str(self.partner_id)


class Speaker(Row):
    """A person who speaks or hosts, known to the programme: from outside, or with an account of theirs."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="speakers")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="speaking"
    )
    name = models.CharField(max_length=120)
    post_nominals = models.CharField(max_length=60, blank=True)
    affiliation_en = models.CharField(max_length=160, blank=True)
    affiliation_fr = models.CharField(max_length=160, blank=True)
    spoken_name = models.CharField(max_length=120, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=2, choices=[("en", _("English")), ("fr", _("French"))], default="en")
    city = models.CharField(max_length=60, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    affiliation = Translated("affiliation")

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class Part(models.TextChoices):
    SPEAKER = "speaker", _("speaks")
    HOST = "host", _("hosts")
    INTRODUCES = "introduces", _("introduces")
    FACILITATOR = "facilitator", _("facilitates")


class Appearance(Row):
    """A speaker at one session, perhaps with one item of its agenda, with a line of their own for this time.

    Their page opens by a link: of its secret only the hash is kept.
    """

    learning_session = models.ForeignKey(LearningSession, on_delete=models.CASCADE, related_name="appearances")
    item = models.ForeignKey(AgendaItem, null=True, blank=True, on_delete=models.SET_NULL, related_name="appearances")
    speaker = models.ForeignKey(Speaker, on_delete=models.CASCADE, related_name="appearances")
    part = models.CharField(max_length=12, choices=Part.choices, default=Part.SPEAKER)
    ordinal = models.PositiveSmallIntegerField(default=0)
    role_line_en = models.CharField(max_length=200, blank=True)
    role_line_fr = models.CharField(max_length=200, blank=True)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    introduced_by = models.CharField(max_length=120, blank=True)
    # Counted up to make every link given before worthless.
    link_generation = models.PositiveSmallIntegerField(default=1, editable=False)
    # Since then they hear of their session by mail.
    page_sent_at = models.DateTimeField(null=True, blank=True, editable=False)
    link_ended_at = models.DateTimeField(null=True, blank=True, editable=False)
    # What they ticked: keys of sessions.speaking.own_page.ACCESS.
    access = models.JSONField(default=list, blank=True)
    recording_agreed_at = models.DateTimeField(null=True, blank=True)
    publication_agreed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    role_line = Translated("role_line")

    class Meta:
        ordering = ["ordinal", "created_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["learning_session", "speaker", "part"], name="appearance_once_a_part")
        ]

    def __str__(self) -> str:
        return str(self.speaker_id)


class Slides(Row):
    """One version of what a speaker shows, in one language. The newest counts; the others stay to go back to."""

    appearance = models.ForeignKey(Appearance, on_delete=models.CASCADE, related_name="slides")
    language = models.CharField(max_length=2, choices=[("en", _("English")), ("fr", _("French"))])
    number = models.PositiveSmallIntegerField()
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="slides")

    class Meta:
        ordering = ["language", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["appearance", "language", "number"], name="slides_version_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="slides_number_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.language} {self.number}"


class RunItem(models.Model):
    """One line of the run of show: who of the planning side does what at which minute, seen by planners only."""

    learning_session = models.ForeignKey(LearningSession, on_delete=models.CASCADE, related_name="run")
    # Counted from the start; below 0 before it.
    minute = models.SmallIntegerField()
    who = models.CharField(max_length=120, blank=True)
    what = models.CharField(max_length=300)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["minute", "pk"]

    def __str__(self) -> str:
        return f"{self.minute}"


class TeamSlot(models.Model):
    """A team shows what it tried, for some minutes."""

    learning_session = models.ForeignKey(LearningSession, on_delete=models.CASCADE, related_name="team_slots")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="slots")
    item = models.ForeignKey(AgendaItem, null=True, blank=True, on_delete=models.SET_NULL, related_name="slots")
    ordinal = models.PositiveSmallIntegerField()
    minutes = models.PositiveSmallIntegerField(default=5)

    class Meta:
        ordering = ["ordinal", "pk"]
        constraints = [models.UniqueConstraint(fields=["learning_session", "team"], name="team_slot_once")]

    def __str__(self) -> str:
        return str(self.team_id)

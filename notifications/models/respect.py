"""What a person wants by mail, when they want to be left alone, and what they said about it."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Level(models.TextChoices):
    MUST = "must", _("Only what I must know")
    NORMAL = "normal", _("Normal")
    EVERYTHING = "everything", _("Everything")


class Way(models.TextChoices):
    MAIL = "mail", _("by mail, at once")
    DIGEST = "digest", _("by mail, put together")
    PRODUCT = "product", _("only here")


class Rhythm(models.TextChoices):
    WEEKLY = "weekly", _("once a week, on Monday")
    DAILY = "daily", _("once a day")


class Shift(models.TextChoices):
    """How somebody works; each has the hours in which its people mostly sleep (notifications.respect.ASLEEP)."""

    DAYS = "days", _("I work days")
    EVENINGS = "evenings", _("I work evenings")
    NIGHTS = "nights", _("I work nights")
    CHANGING = "changing", _("My shifts change")
    OWN = "own", _("Hours of my own")
    NONE = "none", _("No quiet hours")


class Choice(models.Model):
    """What one person chose. No row: what the installation begins with."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="message_choice")
    level = models.CharField(max_length=10, choices=Level.choices, default=Level.NORMAL)
    rhythm = models.CharField(max_length=6, choices=Rhythm.choices, default=Rhythm.WEEKLY)
    shift = models.CharField(max_length=8, choices=Shift.choices, default=Shift.DAYS)
    # On the person's own clock; both empty: never quiet.
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "message_choice"
        constraints = [
            models.CheckConstraint(name="message_choice_level", condition=Q(level__in=Level.values)),
            models.CheckConstraint(name="message_choice_rhythm", condition=Q(rhythm__in=Rhythm.values)),
            models.CheckConstraint(name="message_choice_shift", condition=Q(shift__in=Shift.values)),
            models.CheckConstraint(
                name="message_choice_quiet",
                condition=Q(quiet_from=None, quiet_until=None)
                | (Q(quiet_from__isnull=False, quiet_until__isnull=False) & ~Q(quiet_from=models.F("quiet_until"))),
            ),
        ]

    def __str__(self) -> str:
        return self.level

    @property
    def quiet(self) -> tuple[datetime.time, datetime.time] | None:
        """Return from when until when this person wants no message, None where they always take some."""
        return (self.quiet_from, self.quiet_until) if self.quiet_from is not None and self.quiet_until else None


class KindChoice(models.Model):
    """How one reader, with or without an account, wants one kind of message, where that is not what their level says."""

    recipient_key = models.CharField(max_length=254)
    kind = models.CharField(max_length=60)
    way = models.CharField(max_length=7, choices=Way.choices)

    class Meta:
        db_table = "message_kind_choice"
        constraints = [
            models.UniqueConstraint(name="message_kind_choice_once", fields=["recipient_key", "kind"]),
            models.CheckConstraint(name="message_kind_choice_way", condition=Q(way__in=Way.values)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.way}"


class ConsentEntry(models.Model):
    """One thing that a reader said about the messages they get. Append-only; the last one counts.

    The law asks for when, how and to which words somebody agreed or stopped (CASL); `kind` "" speaks of all of them.
    """

    class Said(models.TextChoices):
        ASKED = "asked", _("asked for it")
        STOPPED = "stopped", _("stopped it")
        CHOSE = "chose", _("chose")

    class By(models.TextChoices):
        PAGE = "page", _("on the page")
        ONE_CLICK = "one_click", _("with one click in the mail program")
        LINK = "link", _("with the link in a mail")
        ANSWER = "answer", _("by answering a mail")

    recipient_key = models.CharField(max_length=254)
    kind = models.CharField(max_length=60, blank=True)
    said = models.CharField(max_length=7, choices=Said.choices)
    # What exactly: a level, a way, or the number of the wording that was agreed to.
    what = models.CharField(max_length=60, blank=True)
    by = models.CharField(max_length=9, choices=By.choices)
    language = models.CharField(max_length=2)
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        db_table = "message_consent"
        ordering = ["id"]
        indexes = [models.Index(fields=["recipient_key", "kind"], name="message_consent_of")]

    def __str__(self) -> str:
        return f"{self.kind} {self.said}"

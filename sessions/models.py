"""Learning sessions and who came. In code the variable is ``learning_session``: ``request.session`` is Django's."""

from __future__ import annotations

import datetime as dt
import math
import re
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.timesince import timeuntil
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from collaborative.models import Cohort, Phase, Team
from core.translated import Translated
from sessions.querysets import LearningSessionQuerySet

# Minutes: nobody meets for less, and nobody sits through more.
SHORTEST, LONGEST = 10, 600
# From how long before the room opens a page that stays open looks again every minute.
WATCHED = dt.timedelta(minutes=20)


class SessionKind(models.TextChoices):
    LEARNING = "learning", _("Learning session")
    WEBINAR = "webinar", _("Webinar")
    CONGRESS = "congress", _("Closing congress")
    DROP_IN = "drop_in", _("Drop-in hour")


class LearningSession(models.Model):
    """A moment when the cohort meets online.

    Typed on the cohort's clock: ``wall`` and ``zone`` are what was meant; ``starts_at`` is worked out from them and worked
    out again when the law of clocks changes. ``version`` goes up with every change that people must hear of,
    ``details_version`` with every other one that a planner makes.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="learning_sessions")
    phase = models.OneToOneField(
        Phase, null=True, blank=True, on_delete=models.PROTECT, related_name="learning_session"
    )
    kind = models.CharField(max_length=10, choices=SessionKind.choices, default=SessionKind.LEARNING)
    title_en = models.CharField(max_length=160)
    title_fr = models.CharField(max_length=160)
    purpose_en = models.TextField(blank=True, max_length=600)
    purpose_fr = models.TextField(blank=True, max_length=600)
    day = models.DateField()
    clock = models.TimeField()
    zone = models.CharField(max_length=64)
    starts_at = models.DateTimeField(editable=False)
    minutes = models.PositiveSmallIntegerField(default=90)
    dial_in = models.CharField(max_length=80, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    details_version = models.PositiveIntegerField(default=1, editable=False)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    title, purpose = Translated("title"), Translated("purpose")
    objects = LearningSessionQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at"]
        indexes = [models.Index(fields=["cohort", "starts_at"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__gte=SHORTEST, minutes__lte=LONGEST), name="learning_session_length"
            )
        ]

    def __str__(self) -> str:
        return self.title_en

    @property
    def ends_at(self) -> dt.datetime:
        return self.starts_at + dt.timedelta(minutes=self.minutes)

    @property
    def opens_at(self) -> dt.datetime:
        """Return when Join opens (JOIN_OPENS_MINUTES before the start)."""
        return self.starts_at - dt.timedelta(minutes=settings.JOIN_OPENS_MINUTES)

    @property
    def wall(self) -> dt.datetime:
        """Return the start as the cohort's clock shows it, without a zone."""
        return dt.datetime.combine(self.day, self.clock)

    @property
    def is_ahead(self) -> bool:
        """Return whether the session has not begun (and is not cancelled), so that it may still move."""
        return not self.cancelled_at and self.starts_at > timezone.now()

    def state_at(self, now: dt.datetime) -> str:
        """Return "cancelled", "ahead", "soon" (opens within the hour), "open" or "over" at ``now``."""
        if self.cancelled_at:
            return "cancelled"
        if now >= self.ends_at:
            return "over"
        if now >= self.opens_at:
            return "open"
        return "soon" if self.opens_at - now <= dt.timedelta(hours=1) else "ahead"

    def state_words(self, now: dt.datetime) -> str:
        """Return in words how far the session is at ``now``; "" while its time alone says it."""
        words = {
            "cancelled": _("This session has been cancelled"),
            "over": _("This session has ended"),
            "open": _("The room is open") if now < self.starts_at else _("It has begun; the room is open"),
        }
        state = self.state_at(now)
        if state == "soon":
            if self.opens_at - now < dt.timedelta(minutes=1):
                return gettext("Opens in a moment")
            return gettext("Opens in %(time)s") % {"time": timeuntil(self.opens_at, now, depth=1)}
        return str(words.get(state, ""))

    def looks_again(self, now: dt.datetime) -> str:
        """Return when a page that stays open asks whether the room is open, as htmx words it; "" for never."""
        left = self.opens_at - now
        if self.cancelled_at or not dt.timedelta() < left <= dt.timedelta(days=1):
            return ""
        return "every 60s" if left <= WATCHED else f"load delay:{math.ceil((left - WATCHED).total_seconds())}s"

    @property
    def number(self) -> int | None:
        """Return which of the series' learning sessions it is, None for one without a number (a drop-in hour)."""
        return self.phase.number if self.phase else None

    @property
    def dial_in_to_tap(self) -> str:
        """Return the telephone number as a phone dials it: "1 855 555-0188, code 123#" is "18555550188,,123#"."""
        number, _comma, code = self.dial_in.partition(",")
        signs = [re.sub(r"[^\d+*#]", "", one) for one in (number, code)]
        return ",,".join(one for one in signs if one)

    def agenda_with_times(self) -> list[tuple[dt.datetime, AgendaItem]]:
        """Return the agenda with the moment at which each item begins, worked out from the minutes before it."""
        at, rows = self.starts_at, []
        for item in self.agenda.all():
            rows.append((at, item))
            at += dt.timedelta(minutes=item.minutes)
        return rows

    def as_stored(self) -> LearningSession:
        """Return the row as the database has it: after a preview the object in hand holds what would be."""
        return type(self).objects.select_related("cohort__programme", "phase").get(pk=self.pk)


class MeetingAddress(models.Model):
    """Where the meeting is. A table of its own, read only by Join and by those who run the session."""

    learning_session = models.OneToOneField(
        LearningSession, primary_key=True, on_delete=models.CASCADE, related_name="meeting"
    )
    url = models.URLField(max_length=500)

    def __str__(self) -> str:
        return "meeting address"


class AgendaItem(models.Model):
    learning_session = models.ForeignKey(LearningSession, on_delete=models.CASCADE, related_name="agenda")
    ordinal = models.PositiveSmallIntegerField()
    minutes = models.PositiveSmallIntegerField()
    title_en = models.CharField(max_length=200)
    title_fr = models.CharField(max_length=200)

    title = Translated("title")

    class Meta:
        ordering = ["ordinal"]
        constraints = [models.UniqueConstraint(fields=["learning_session", "ordinal"], name="agenda_ordinal_once")]

    def __str__(self) -> str:
        return self.title_en


class AttendanceSource(models.TextChoices):
    JOIN = "join", _("pressed Join")
    ROOM = "room", _("in the room with a colleague")
    PLANNER = "planner", _("entered by the planning team")


class Attendance(models.Model):
    """A person was at a session, once, whatever the number of times they pressed Join."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    learning_session = models.ForeignKey(LearningSession, on_delete=models.CASCADE, related_name="attendance")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="attendance")
    team = models.ForeignKey(Team, null=True, on_delete=models.SET_NULL, related_name="attendance")
    role = models.CharField(max_length=12)
    source = models.CharField(max_length=8, choices=AttendanceSource.choices, default=AttendanceSource.JOIN)
    at = models.DateTimeField(db_default=Now())
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["learning_session", "person"], name="attendance_once_a_person")]

    def __str__(self) -> str:
        return f"{self.person_id} at {self.learning_session_id}"

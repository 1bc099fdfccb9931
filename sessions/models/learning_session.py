"""A session and what stands on its page. In code the variable is ``learning_session``: ``request.session`` is Django's."""

from __future__ import annotations

import datetime as dt
import math
import re
import uuid
from urllib.parse import quote

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.timesince import timeuntil
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from collaborative.models import Cohort, Phase
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
    OFFICE = "office", _("Office hours")
    DROP_IN = "drop_in", _("Drop-in hour")


class Spoken(models.TextChoices):
    """In which language a session is held."""

    EN = "en", _("in English")
    FR = "fr", _("in French")
    BOTH = "both", _("in English and French")


class Interpretation(models.TextChoices):
    """Into which language it is interpreted while it is spoken."""

    NONE = "", _("no interpretation")
    EN = "en", _("interpreted into English")
    FR = "fr", _("interpreted into French")
    BOTH = "both", _("interpreted both ways")


class SignLanguage(models.TextChoices):
    NONE = "", _("no sign language")
    ASL = "asl", _("American Sign Language (ASL)")
    LSQ = "lsq", _("Quebec Sign Language (LSQ)")
    BOTH = "both", _("ASL and LSQ")


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
    # What to bring or to read before.
    prework_en = models.TextField(blank=True, max_length=1000)
    prework_fr = models.TextField(blank=True, max_length=1000)
    # How it is spoken and who can follow it.
    spoken = models.CharField(max_length=4, choices=Spoken.choices, default=Spoken.EN)
    interpretation = models.CharField(max_length=4, choices=Interpretation.choices, blank=True)
    captions = models.BooleanField(default=True)
    sign_language = models.CharField(max_length=4, choices=SignLanguage.choices, blank=True)
    # Who is listening, in a paragraph for those who speak.
    audience_en = models.TextField(blank=True, max_length=600)
    audience_fr = models.TextField(blank=True, max_length=600)
    # The webinar series of which it is a part; open to anybody, with registration, where it says so.
    series = models.ForeignKey(
        "learning_sessions.Series", null=True, blank=True, on_delete=models.SET_NULL, related_name="parts"
    )
    is_public = models.BooleanField(default=False)
    # When something of it last changed that stands in people's calendars.
    changed_at = models.DateTimeField(db_default=Now(), editable=False)
    # What its entry in calendars said before each change of that: sessions.calendars.correcting.
    stood = models.JSONField(default=list, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    details_version = models.PositiveIntegerField(default=1, editable=False)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    # Why, as its mail says it.
    cancel_reason = models.CharField(max_length=300, blank=True)

    title, purpose = Translated("title"), Translated("purpose")
    prework, audience = Translated("prework"), Translated("audience")
    objects = LearningSessionQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at"]
        indexes = [models.Index(fields=["cohort", "starts_at"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__gte=SHORTEST, minutes__lte=LONGEST), name="learning_session_length"
            ),
            models.CheckConstraint(
                condition=Q(cancel_reason="") | Q(cancelled_at__isnull=False), name="learning_session_why_cancelled"
            ),
        ]

    def __str__(self) -> str:
        return self.title_en

    @property
    def sequence(self) -> int:
        """Return the SEQUENCE of its calendar entry (RFC 5545 3.8.7.4): 0 at first, higher with each change."""
        return self.version + self.details_version - 2

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

    @property
    def cancelled_for_good_at(self) -> dt.datetime | None:
        """Return until when a cancelling can be taken back: UNDO_SECONDS, no longer than to the start. None if it stands."""
        if self.cancelled_at is None:
            return None
        return min(
            self.cancelled_at + dt.timedelta(seconds=settings.UNDO_SECONDS), max(self.starts_at, self.cancelled_at)
        )

    def state_at(self, now: dt.datetime) -> str:
        """Return "cancelled", "ahead", "soon" (opens within the hour), "open" or "over" at ``now``."""
        if self.cancelled_at:
            return "cancelled"
        if now >= self.ends_at:
            return "over"
        if now >= self.opens_at:
            return "open"
        return "soon" if self.opens_at - now <= dt.timedelta(hours=1) else "ahead"

    def registers_at(self, now: dt.datetime) -> bool:
        """Return whether anybody can register for it at ``now``: until its end, while it is public and its series goes on."""
        return self.is_public and self.state_at(now) not in ("over", "cancelled") and not self.cohort.closed_at

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
    def access_lines(self) -> list[tuple[str, str]]:
        """Return in words, each with its icon, in which language it is held and how everybody can follow."""
        spoken = gettext("Held %(language)s") % {"language": self.get_spoken_display()}
        lines = [("languages", f"{spoken}, {self.get_interpretation_display()}" if self.interpretation else spoken)]
        if self.captions:
            lines.append(("captions", gettext("With captions")))
        if self.sign_language:
            lines.append(("hand", str(self.get_sign_language_display())))
        return lines

    @property
    def dial_in_told(self) -> str:
        """Return the telephone number where its programme lets mails and calendars name it, else "".

        The programme and its rules are loaded.
        """
        rules = getattr(self.cohort.programme, "session_rules", None)
        return self.dial_in_shown if rules and rules.dial_in_is_told else ""

    @property
    def dial_in_shown(self) -> str:
        """Return the telephone number as it is read: "1 855 555-0188,,123#" is "1 855 555-0188, code 123#"."""
        number, code = self._number_and_code
        return gettext("%(number)s, code %(code)s") % {"number": number, "code": code} if code else self.dial_in

    @property
    def _number_and_code(self) -> tuple[str, str]:
        """Return both parts of the telephone number; the code is "" where something else stands there."""
        number, _comma, rest = self.dial_in.partition(",")
        found = re.fullmatch(r"[\s,]*(?:code\s*:?)?\s*([\d*#][\d\s*#-]*)", rest, re.IGNORECASE)
        return number.strip(), found[1].strip() if found else ""

    @property
    def dial_in_to_tap(self) -> str:
        """Return the telephone number for a "tel:" address: "1 855 555-0188, code 123#" is "18555550188,,123%23"."""
        number, _comma, code = self.dial_in.partition(",")
        signs = [re.sub(r"[^\d+*#]", "", one) for one in (number, code)]
        return quote(",,".join(one for one in signs if one), safe="+*,")

    def as_stored(self) -> LearningSession:
        """Return the row as the database has it: after a preview the object in hand holds what would be."""
        return type(self).objects.select_related("cohort__programme", "phase").get(pk=self.pk)


class AgendaItem(models.Model):
    learning_session = models.ForeignKey(LearningSession, on_delete=models.CASCADE, related_name="agenda")
    ordinal = models.PositiveSmallIntegerField()
    minutes = models.PositiveSmallIntegerField()
    title_en = models.CharField(max_length=160)
    title_fr = models.CharField(max_length=160)
    version = models.PositiveIntegerField(default=1, editable=False)

    title = Translated("title")

    class Meta:
        ordering = ["ordinal"]
        constraints = [
            # Looked at when all is written: two items change places.
            models.UniqueConstraint(
                fields=["learning_session", "ordinal"],
                name="agenda_ordinal_once",
                deferrable=models.Deferrable.DEFERRED,
            )
        ]

    def __str__(self) -> str:
        return self.title_en

"""Conversations about safety: with whom, and what somebody wants to say of it."""

from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collaborative.hideable import Hideable
from collaborative.models import Row, Team
from improvement.models.links import person
from improvement.querysets import ConversationQuerySet


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
    by = person("conversations_logged")
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

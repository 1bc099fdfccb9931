"""Mail that came in: each handled once; the talks that come of it with those who plan; addresses that mail comes back from."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core import registry
from notifications.models.message import PlannedMessage


class ConversationQuerySet(models.QuerySet):
    def visible_to(self, user) -> ConversationQuerySet:
        """Return the conversations of the cohorts and programmes that ``user`` plans, and those that belong to nobody's.

        Who plans nothing sees none. A conversation with oneself is like any other: all who plan read it.
        """
        if not getattr(user, "is_authenticated", False):
            return self.none()
        scopes = {scope_type: set(ids) for scope_type, ids in registry.scopes_planned.ask_all(user)}
        if not any(scopes.values()):
            return self.none()
        mine = Q(scope_type="")
        for scope_type, ids in scopes.items():
            mine |= Q(scope_type=scope_type, scope_id__in=ids)
        return self.filter(mine)

    def open(self) -> ConversationQuerySet:
        """Return those in which somebody waits for an answer, whoever waits longest first."""
        return self.filter(state=Conversation.State.OPEN).order_by("waits_since", "id")

    def unread(self) -> ConversationQuerySet:
        """Return those with something that nobody of the planning team has opened yet."""
        return self.filter(is_unread=True)

    def latest_first(self) -> ConversationQuerySet:
        return self.order_by("-last_at", "id")


class Conversation(models.Model):
    """What one person wrote to those who plan, and what they were answered, as one thread of the shared inbox."""

    class State(models.TextChoices):
        OPEN = "open", _("waits for an answer")
        ANSWERED = "answered", _("answered")
        CLOSED = "closed", _("closed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    # With whom: the person whose confirmed address it came from, and the address they last wrote from.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    address = models.CharField(max_length=254, blank=True)
    language = models.CharField(max_length=2, default="en")
    subject = models.CharField(max_length=250, blank=True)

    # Whose planners answer it ("collaborative.cohort", its key); empty: anybody who plans anything.
    scope_type = models.CharField(max_length=60, blank=True)
    scope_id = models.CharField(max_length=40, blank=True)
    # Which of them has taken it on.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    is_unread = models.BooleanField(default=True)
    # When it was last written in by either side; since when its writer waits; when it was closed.
    last_at = models.DateTimeField(db_default=Now())
    waits_since = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    # When its words were emptied.
    emptied_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        db_table = "conversation"
        verbose_name = _("conversation")
        constraints = [
            models.CheckConstraint(name="conversation_state", condition=Q(state__in=("open", "answered", "closed"))),
            models.CheckConstraint(
                name="conversation_waits_while_open",
                condition=Q(state="open", waits_since__isnull=False) | (~Q(state="open") & Q(waits_since=None)),
            ),
            models.CheckConstraint(
                name="conversation_closed_at", condition=Q(state="closed", closed_at__isnull=False) | ~Q(state="closed")
            ),
        ]
        indexes = [
            models.Index(fields=["scope_type", "scope_id", "state"], name="conversation_scope"),
            models.Index(fields=["address"], name="conversation_address"),
            models.Index(
                fields=["closed_at"], name="conversation_to_empty", condition=Q(state="closed", emptied_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.pk}"

    @property
    def with_whom(self) -> str:
        """Return what its writer is called: their name, else their address, "" where both were forgotten."""
        return getattr(self.person, "name", "") or self.address


class InboundMail(models.Model):
    """One mail that came in, and what became of it. ``once`` makes sure that it is handled once, however often it comes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Of its Message-ID and its sender, of what its writer made where it has none; and of the message whose address it came to.
    once = models.CharField(max_length=64, unique=True)
    received_at = models.DateTimeField(db_default=Now(), editable=False)

    sender = models.CharField(max_length=254, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    language = models.CharField(max_length=2, default="en")
    subject = models.CharField(max_length=250, blank=True)
    # What its writer wrote, and all of it: with quotes, signature, and what was forwarded.
    words = models.TextField(blank=True)
    everything = models.TextField(blank=True)

    # How its sender's mail program knows it, for the thread: its Message-ID, and those it followed.
    message_id = models.CharField(max_length=250, blank=True)
    references = models.TextField(blank=True)

    answers = models.ForeignKey(
        PlannedMessage, null=True, blank=True, on_delete=models.SET_NULL, related_name="answers"
    )
    conversation = models.ForeignKey(
        Conversation, null=True, blank=True, on_delete=models.CASCADE, related_name="mails"
    )
    # A code (notifications.inbound.outcomes), or "room/code" where a room took it.
    outcome = models.CharField(max_length=60, blank=True)
    emptied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "inbound_mail"
        verbose_name = _("mail that came in")
        ordering = ["received_at", "id"]
        indexes = [
            models.Index(fields=["sender", "received_at"], name="inbound_mail_sender"),
            models.Index(fields=["message_id"], name="inbound_mail_thread"),
            models.Index(
                fields=["received_at"], name="inbound_mail_to_empty", condition=Q(conversation=None, emptied_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.pk}"


class InboundFile(models.Model):
    """What was attached to a mail that people have to look at. Nobody has looked into it: to be saved, never to be shown."""

    mail = models.ForeignKey(InboundMail, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=120)
    size = models.PositiveIntegerField()
    data = models.BinaryField()

    class Meta:
        db_table = "inbound_file"
        verbose_name = _("file of a mail that came in")
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.pk)


class ConversationAnswer(models.Model):
    """What somebody who plans answered in a conversation; it leaves as a planned message about this row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="answers")
    # The mail that it answers.
    to_mail = models.ForeignKey(InboundMail, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    words = models.TextField(blank=True)
    at = models.DateTimeField(db_default=Now(), editable=False)
    # Since when its writer waited for it, where they did: taken back, they wait since then.
    waited_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "conversation_answer"
        verbose_name = _("answer of the planning team")
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return str(self.pk)


class SuppressionQuerySet(models.QuerySet):
    def stopped(self) -> SuppressionQuerySet:
        """Return the addresses that nothing is sent to any more."""
        from notifications.inbound.bounces import RESET, THRESHOLD

        return self.filter(score__gte=THRESHOLD, last_bounce_at__gt=Now() - RESET)

    def coming_back(self) -> SuppressionQuerySet:
        """Return the addresses from which mail came back lately, and not for a passing reason on one day alone."""
        from notifications.inbound.bounces import HARD, RESET

        return self.filter(score__gte=HARD, last_bounce_at__gt=Now() - RESET)


class Suppression(models.Model):
    """How often mail to an address came back lately. From a score on, nothing is sent there (notifications.inbound.bounces)."""

    address = models.CharField(max_length=254, unique=True)
    score = models.SmallIntegerField(default=0)
    # The day of the last step, and how large it was: there is at most one a day, the worst one of it.
    last_step_on = models.DateField()
    last_step = models.SmallIntegerField()
    last_bounce_at = models.DateTimeField()

    objects = SuppressionQuerySet.as_manager()

    class Meta:
        db_table = "message_suppression"
        verbose_name = _("address that mail comes back from")
        constraints = [models.CheckConstraint(name="message_suppression_score", condition=Q(score__gte=0))]

    def __str__(self) -> str:
        return f"{self.score}"

"""The diary of what we promised to tell whom: one row a message, one line for everything that became of it."""

from __future__ import annotations

import datetime
import uuid
from typing import Any, Final

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notifications import kinds, states

A_DAY: Final = datetime.timedelta(days=1)


def make_message_id() -> str:
    """Return a new Message-ID with its angle brackets (RFC 5322 3.6.4). Made once, kept over every try."""
    return f"<{uuid.uuid4().hex}@{settings.SITE_HOST}>"


class State(models.TextChoices):
    PLANNED = states.PLANNED, _("waiting")
    CLAIMED = states.CLAIMED, _("about to leave")
    SENDING = states.SENDING, _("leaving")
    UNCERTAIN = states.UNCERTAIN, _("may have gone")
    RETRY = states.RETRY, _("will be tried again")
    HELD = states.HELD, _("held for a person")
    SENT = states.SENT, _("sent")
    VOID = states.VOID, _("not needed any more")
    EXPIRED = states.EXPIRED, _("too late to send")
    BOUNCED = states.BOUNCED, _("came back")
    DEAD = states.DEAD, _("could not be delivered")


class Channel(models.TextChoices):
    MAIL = "mail", _("e-mail")
    INBOX = "inbox", _("in the product")
    PUSH = "push", _("on the device")
    SMS = "sms", _("text message")


class MessageQuerySet(models.QuerySet):
    def in_scope(self, scope_type: str, scope_id) -> MessageQuerySet:
        """Return what the planners of this cohort or programme may see the state of."""
        return self.filter(scope_type=scope_type, scope_id=str(scope_id))

    def to(self, user) -> MessageQuerySet:
        """Return what was or will be told to this person."""
        return self.filter(recipient_key=str(user.pk))

    def about(self, source) -> MessageQuerySet:
        """Return what speaks of this object."""
        return self.filter(source_type=source._meta.label_lower, source_id=str(source.pk))

    def waiting(self) -> MessageQuerySet:
        """Return what will still leave by itself, the next one first."""
        return self.filter(state__in=states.WAITING).order_by("next_attempt_at", "id")

    def failed(self) -> MessageQuerySet:
        """Return what needs a person: held, undeliverable, come back or perhaps gone, the latest first.

        Not what came back and somebody of the planning team has seen.
        """
        look = (states.HELD, states.DEAD, states.BOUNCED, states.UNCERTAIN)
        seen = MessageEvent.objects.filter(message_id=OuterRef("pk"), note=states.SEEN)
        rows = self.filter(~Q(state=states.BOUNCED) | ~Exists(seen), state__in=look)
        return rows.exclude(reason__in=states.KEPT).order_by("-updated_at", "id")

    def held_back(self) -> MessageQuerySet:
        """Return what the planning team holds back, in the order in which it would leave."""
        return self.filter(state=states.HELD, reason=states.HELD_BY_PERSON).order_by("next_attempt_at", "id")

    def dropped(self) -> MessageQuerySet:
        """Return what somebody of the planning team decided never to send."""
        decided = MessageEvent.objects.filter(message_id=OuterRef("pk"), note=states.DROPPED)
        return self.filter(Exists(decided), state=states.VOID)

    def hidden(self) -> MessageQuerySet:
        """Return what waits because a reader has hidden what it speaks of, in the order in which it would leave."""
        return self.filter(state=states.HELD, reason=states.HIDDEN).order_by("next_attempt_at", "id")

    def leaving_between(self, start, end) -> MessageQuerySet:
        """Return what will leave from `start` (included) until `end` (not included), in order."""
        return self.waiting().filter(next_attempt_at__gte=start, next_attempt_at__lt=end)

    def listed_for(self, user) -> MessageQuerySet:
        """Return what stands in the list of a person: what they were told, by mail or there alone, the latest first."""
        told = self.to(user).filter(state=states.SENT, channel__in=(Channel.MAIL, Channel.INBOX))
        return told.exclude(kind__in=kinds.unlisted()).order_by("-sent_at", "id")

    def returned_from(self, user) -> MessageQuerySet:
        """Return the mails to a person that came back, the latest first; none whose link is for that mailbox alone."""
        came_back = self.to(user).filter(state=states.BOUNCED, channel=Channel.MAIL)
        return came_back.exclude(kind__in=[*kinds.unlisted(), *kinds.sent_once()]).order_by("-sent_at", "id")

    def not_over(self) -> MessageQuerySet:
        """Return what is not past its last useful moment."""
        return self.filter(Q(not_after=None) | Q(not_after__gt=Now()))

    def unread_by(self, user) -> MessageQuerySet:
        """Return what stands in the list of a person, went by no mail, is not over and was not read yet."""
        return self.listed_for(user).filter(channel=Channel.INBOX, read_at=None).not_over()

    def for_digest_of(self, user) -> MessageQuerySet:
        """Return what waits in the list of a person for the next digest, the oldest first."""
        return self.for_digests_of([str(user.pk)]).order_by("sent_at", "id")

    def for_digests_of(self, keys) -> MessageQuerySet:
        """Return what waits in the lists of several people, given by their keys, for the next digest of each."""
        there = self.filter(recipient_key__in=keys, state=states.SENT, channel=Channel.INBOX, read_at=None)
        return there.filter(reason=states.FOR_DIGEST).exclude(kind__in=kinds.unlisted()).not_over().in_no_digest()

    def in_no_digest(self) -> MessageQuerySet:
        """Return what no digest carries: none was there yet, or it ended and nothing of it can have arrived."""
        ended = PlannedMessage.objects.filter(pk=OuterRef("digest_id"), state__in=states.NEVER_LEFT)
        in_doubt = MessageEvent.objects.filter(
            Q(to_state=states.UNCERTAIN) | Q(note=states.RESTORED), message_id=OuterRef("pk")
        )
        return self.filter(Q(digest_id=None) | Exists(ended.exclude(Exists(in_doubt))))

    def ended_lately(self) -> MessageQuerySet:
        """Return what could not be delivered, or was too late, in the last day."""
        return self.filter(state__in=(states.DEAD, states.EXPIRED), updated_at__gt=Now() - A_DAY)


class PlannedMessage(models.Model):
    """One promise to tell one person one thing. Its words are made when it leaves, from what is true then."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    # To whom. `address` only where there is no account, where it is for that address's sake, or where another one that the
    # person has confirmed was chosen (notifications.mailboxes): else the person's own, then.
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    recipient_key = models.CharField(max_length=254)
    address = models.CharField(max_length=254, blank=True)
    channel = models.CharField(max_length=5, choices=Channel.choices, default=Channel.MAIL)
    lang = models.CharField(max_length=2, blank=True)
    tz = models.CharField(max_length=64, blank=True)

    # What about.
    kind = models.CharField(max_length=60)
    source_type = models.CharField(max_length=60)
    source_id = models.CharField(max_length=40)
    source_version = models.IntegerField(default=0)
    occurrence = models.CharField(max_length=60, blank=True)
    secret = models.TextField(blank=True)

    # Whose planners may see the state of it; empty: nobody but the person.
    scope_type = models.CharField(max_length=60, blank=True)
    scope_id = models.CharField(max_length=40, blank=True)

    # When.
    due_at = models.DateTimeField()
    not_after = models.DateTimeField(null=True, blank=True)
    next_attempt_at = models.DateTimeField()
    priority = models.SmallIntegerField(default=5)

    # How far.
    state = models.CharField(max_length=9, choices=State.choices, default=State.PLANNED)
    reason = models.CharField(max_length=300, blank=True)
    attempts = models.SmallIntegerField(default=0)
    claim_token = models.UUIDField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    # Set when the sender that claimed the row came to it: a claim alone costs no attempt.
    begun_at = models.DateTimeField(null=True, blank=True)
    message_id = models.CharField(max_length=120, default=make_message_id, editable=False)
    possible_duplicate = models.BooleanField(default=False)
    digest_id = models.UUIDField(null=True, blank=True)
    smtp_code = models.SmallIntegerField(null=True, blank=True)
    smtp_text = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    bounced_at = models.DateTimeField(null=True, blank=True)
    # When its reader said that they have read it in the product.
    read_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = MessageQuerySet.as_manager()

    # What it speaks about, where its kind loads that for many rows at once (Kind.sources). Never saved.
    source: Any = None
    # The moment at which it leaves, or for which it is shown, where its words are made; None: now. Never saved.
    said_at: datetime.datetime | None = None

    class Meta:
        db_table = "planned_message"
        constraints = [
            models.UniqueConstraint(name="planned_message_message_id", fields=["message_id"]),
            models.UniqueConstraint(
                name="planned_message_once_per_version",
                fields=[
                    "recipient_key", "kind", "channel", "source_type", "source_id", "occurrence", "source_version",
                ],
            ),
            models.UniqueConstraint(
                name="planned_message_one_live",
                fields=["recipient_key", "kind", "channel", "source_type", "source_id", "occurrence"],
                condition=Q(state__in=states.LIVE),
            ),
            models.CheckConstraint(name="planned_message_state_known", condition=Q(state__in=states.ALL)),
            models.CheckConstraint(name="planned_message_has_a_reader", condition=~Q(recipient_key="")),
            models.CheckConstraint(
                name="planned_message_secret_ends", condition=~Q(state__in=states.TERMINAL) | Q(secret="")
            ),
            models.CheckConstraint(
                name="planned_message_in_hand_has_lease",
                condition=~Q(state__in=(states.CLAIMED, states.SENDING))
                | Q(claim_token__isnull=False, lease_until__isnull=False, claimed_at__isnull=False),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["next_attempt_at"], name="planned_message_due", condition=Q(state__in=states.WAITING)),
            # Few rows at any time. Not by lease_until: renewing a lease would then cost an entry in every index.
            models.Index(
                fields=["claimed_at"],
                name="planned_message_in_hand",
                condition=Q(state__in=(states.CLAIMED, states.SENDING)),
            ),
            models.Index(fields=["updated_at"], name="planned_message_uncertain", condition=Q(state=states.UNCERTAIN)),
            models.Index(
                fields=["not_after"],
                name="planned_message_too_late",
                condition=Q(state__in=states.CAN_EXPIRE, not_after__isnull=False),
            ),
            models.Index(
                fields=["updated_at"],
                name="planned_message_ended",
                condition=Q(state__in=(states.DEAD, states.EXPIRED)),
            ),
            models.Index(fields=["source_type", "source_id"], name="planned_message_source"),
            models.Index(fields=["scope_type", "scope_id", "next_attempt_at"], name="planned_message_scope"),
            # What a person was told, the latest last; and, small, what stands there unread.
            models.Index(
                fields=["recipient_key", "sent_at"], name="planned_message_told", condition=Q(state=states.SENT)
            ),
            models.Index(
                fields=["recipient_key"],
                name="planned_message_unread",
                condition=Q(state=states.SENT, channel="inbox", read_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"

    @property
    def for_account(self) -> bool:
        """Return whether it was promised to a person with an account (then `recipient` None means: deleted)."""
        return "@" not in self.recipient_key

    @property
    def speaks_at(self) -> datetime.datetime:
        """Return the moment that its words take for now."""
        return self.said_at or timezone.now()

    @property
    def hour(self) -> datetime.datetime:
        """Return when it left, or will as things stand: what is late leaves now. Of one that nobody planned: when it is due."""
        if self.sent_at is not None:
            return self.sent_at
        return max(self.next_attempt_at, timezone.now()) if self.next_attempt_at else self.due_at


class MessageEvent(models.Model):
    """One step of one message. Append-only by trigger; holds ids and codes, never names, addresses or words."""

    message = models.ForeignKey(PlannedMessage, on_delete=models.DO_NOTHING, related_name="events")
    from_state = models.CharField(max_length=9, blank=True)
    to_state = models.CharField(max_length=9)
    at = models.DateTimeField(db_default=Now(), editable=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    note = models.CharField(max_length=60, blank=True)

    class Meta:
        db_table = "message_event"
        ordering = ["id"]
        indexes = [
            # Nearly all steps are a sender's, who is nobody.
            models.Index(fields=["actor"], name="message_event_by_a_person", condition=Q(actor__isnull=False))
        ]

    def __str__(self) -> str:
        return f"{self.from_state}>{self.to_state}"


class Tick(models.Model):
    """The one row that says when sending last went round, and whether a person has paused it."""

    THE_ONE = 1

    id = models.SmallIntegerField(primary_key=True, default=THE_ONE)
    last_tick = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    paused_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    pause_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        db_table = "message_tick"
        constraints = [models.CheckConstraint(name="message_tick_is_one", condition=Q(id=1))]

    def __str__(self) -> str:
        return "paused" if self.paused_at else "sending"

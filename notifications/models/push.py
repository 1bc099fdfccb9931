"""Browsers that a person wants to be told on, and nothing of what they are told."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class PushSubscription(models.Model):
    """One browser of one person: where its maker's push service takes word for it, and the keys that only it can read with."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="push_subscriptions")
    endpoint = models.CharField(max_length=1000, unique=True)
    p256dh = models.CharField(max_length=100)
    auth = models.CharField(max_length=40)
    # The language of the page on which it was asked for.
    language = models.CharField(max_length=2, choices=settings.LANGUAGES)
    # What its owner calls it, "Chrome, Android"; no more of what it says of itself is kept.
    device = models.CharField(max_length=40, blank=True)
    # Stands for the session in which it was asked for: it ends with a sign-out there.
    session_mark = models.CharField(max_length=64, blank=True)
    # When that session runs out by itself, whoever uses it or not: nothing is told from then on.
    ends_at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    # When its push service refused a word for it; nothing is sent there any more.
    failed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "push_subscription"
        indexes = [models.Index(fields=["user"], name="push_subscription_live", condition=Q(failed_at=None))]

    def __str__(self) -> str:
        return self.device or "a browser"

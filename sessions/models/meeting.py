"""Where a session meets, and what a meeting service was asked to keep for it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from sessions.models.learning_session import LearningSession


class MeetingAddress(models.Model):
    """Where the meeting is. A table of its own, read only by Join, by those who run the session, and when it is released."""

    learning_session = models.OneToOneField(
        LearningSession, primary_key=True, on_delete=models.CASCADE, related_name="meeting"
    )
    url = models.URLField(max_length=500)

    def __str__(self) -> str:
        return "meeting address"


class Service(models.TextChoices):
    """Services that make a meeting for us."""

    ZOOM = "zoom", "Zoom"


class Trouble(models.TextChoices):
    """Why a service has not done what we asked."""

    NOT_SET_UP = (
        "not_set_up",
        _("It is not set up here any more: whoever runs this installation has to enter its keys."),
    )
    REFUSED = (
        "refused",
        _("It did not accept our keys, or they may not do this. Whoever runs this installation can help."),
    )
    NO_HOST = "no_host", _("It does not know the account in whose name we make meetings.")
    BUSY = "busy", _("It asks us to wait: too much was asked of it today.")
    AWAY = "away", _("It could not be reached, or did not answer in time.")
    STRANGE = "strange", _("It answered something that we do not understand.")


class OutsideMeeting(models.Model):
    """A meeting at a service: what we want of it, what it was told, and how trying goes.

    The rules read the session anew each time (``sessions.meetings.keeping``): a move, another title, a cancelling or its
    being taken back need no word to this table. ``key`` of the session stands in what the service keeps, so that a meeting
    whose making we did not live to see is found again.
    """

    learning_session = models.OneToOneField(
        LearningSession, primary_key=True, on_delete=models.CASCADE, related_name="outside_meeting"
    )
    service = models.CharField(max_length=6, choices=Service.choices)
    # False: another address was chosen, and this meeting has to go.
    wanted = models.BooleanField(default=True)
    outside_id = models.CharField(max_length=64, blank=True)
    url = models.URLField(max_length=500, blank=True)
    # Marks of what it was told last, and of what is being tried.
    told = models.CharField(max_length=64, blank=True)
    trying = models.CharField(max_length=64, blank=True)
    # A making was begun whose end is not known.
    may_exist = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    try_after = models.DateTimeField(db_default=Now())
    claimed_until = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=10, choices=Trouble.choices, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="outside_meeting_has_both", condition=Q(outside_id="", url="") | (~Q(outside_id="") & ~Q(url=""))
            )
        ]

    def __str__(self) -> str:
        return self.service

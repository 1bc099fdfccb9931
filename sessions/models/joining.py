"""The ways into a session: a link of one's own, a guest's, the release of the address; who can come, who tried the sound."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from collaborative.models import Position, Row, Team
from sessions.models.learning_session import LearningSession


class PersonalLink(Row):
    """What became of the link with which a person joins one session without signing in.

    The link itself is signed and stored nowhere. Without a row it has not been used yet.
    """

    learning_session = models.ForeignKey(LearningSession, on_delete=models.CASCADE, related_name="personal_links")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="join_links")
    used_at = models.DateTimeField(null=True, blank=True)
    # The keyed hash of what the browser that used it first was given.
    browser = models.CharField(max_length=64, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["learning_session", "person"], name="personal_link_once"),
            models.CheckConstraint(
                condition=Q(revoked_by=None) | Q(revoked_at__isnull=False), name="personal_link_revoked_by_and_when"
            ),
            # Taken back, it is good in no browser.
            models.CheckConstraint(
                condition=Q(browser="") | Q(used_at__isnull=False, revoked_at=None), name="personal_link_browser_used"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Guest(Row):
    """Somebody admitted to one session by name and position, without an account: a colleague sent at the last minute."""

    learning_session = models.ForeignKey(LearningSession, on_delete=models.CASCADE, related_name="guests")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="guests")
    name = models.CharField(max_length=120)
    position = models.CharField(max_length=9, choices=Position.choices, default=Position.OTHER)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    # The hash of the secret in their link; empty for somebody who sits beside a colleague and needs none.
    secret_hash = models.CharField(max_length=64, blank=True)
    # The keyed hash of what the browser was given in which the link is good; empty until somebody has used it.
    browser = models.CharField(max_length=64, blank=True)
    # They have asked to come in themselves, and nobody has let them in yet.
    asks = models.BooleanField(default=False)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(fields=["secret_hash"], condition=~Q(secret_hash=""), name="guest_secret_once")
        ]

    def __str__(self) -> str:
        return self.name


class AddressRelease(Row):
    """The planning team sent the address of the meeting to everybody expected, since Join could not be used."""

    learning_session = models.ForeignKey(LearningSession, on_delete=models.CASCADE, related_name="releases")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(max_length=300)

    def __str__(self) -> str:
        return str(self.pk)


class SoundCheck(models.Model):
    """A person tried their sound and the link before a session."""

    learning_session = models.ForeignKey(LearningSession, on_delete=models.CASCADE, related_name="sound_checks")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sound_checks")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["learning_session", "person"], name="sound_check_once")]

    def __str__(self) -> str:
        return str(self.pk)


class Coming(models.TextChoices):
    YES = "yes", _("coming")
    MAYBE = "maybe", _("perhaps")
    NO = "no", _("not coming")


class Via(models.TextChoices):
    PAGE = "page", _("on the page")
    CALENDAR = "calendar", _("from a calendar")
    PLANNER = "planner", _("entered by the planning team")
    LINK = "link", _("by link")


class Rsvp(models.Model):
    """Whether a person comes, as they said last. ``sequence``: of the invitation that a calendar answered."""

    learning_session = models.ForeignKey(LearningSession, on_delete=models.CASCADE, related_name="rsvps")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="rsvps")
    coming = models.CharField(max_length=5, choices=Coming.choices)
    via = models.CharField(max_length=8, choices=Via.choices, default=Via.PAGE)
    sequence = models.PositiveIntegerField(default=0)
    # Moment of the answer as its calendar stamped it: of two answers the later one counts, in whatever order they arrive.
    stamped_at = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["learning_session", "person"], name="rsvp_once_a_person")]

    def __str__(self) -> str:
        return self.coming

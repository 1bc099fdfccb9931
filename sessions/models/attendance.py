"""Who came, how that is known, and what an imported report said."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from collaborative.models import Cohort, Row, Team
from sessions.models.joining import Guest
from sessions.models.learning_session import LearningSession
from sessions.querysets import AttendanceQuerySet, FollowedQuerySet, MeetingReportQuerySet


class AttendanceSource(models.TextChoices):
    JOIN = "join", _("pressed Join")
    ROOM = "room", _("in the room with a colleague")
    PLANNER = "planner", _("entered by the planning team")
    REPORT = "report", _("in the report of the meeting")


class Attendance(models.Model):
    """A person or a guest was at a session, once, whatever the number of times they pressed Join."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    learning_session = models.ForeignKey(LearningSession, on_delete=models.CASCADE, related_name="attendance")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="attendance"
    )
    guest = models.OneToOneField(Guest, null=True, blank=True, on_delete=models.CASCADE, related_name="attendance")
    team = models.ForeignKey(Team, null=True, on_delete=models.SET_NULL, related_name="attendance")
    role = models.CharField(max_length=12)
    source = models.CharField(max_length=8, choices=AttendanceSource.choices, default=AttendanceSource.JOIN)
    at = models.DateTimeField(db_default=Now())
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    # How long, where a report of the meeting says so.
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    # Where the programme wants the lead to confirm who sat in the room: until then it does not count.
    awaits_lead = models.BooleanField(default=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["learning_session", "person"], name="attendance_once_a_person"),
            models.CheckConstraint(
                name="attendance_of_one",
                condition=Q(person__isnull=False, guest__isnull=True) | Q(person__isnull=True, guest__isnull=False),
            ),
            models.CheckConstraint(
                name="attendance_confirmed_or_waits", condition=Q(awaits_lead=False) | Q(confirmed_by=None)
            ),
            models.CheckConstraint(
                name="attendance_waits_in_the_room",
                condition=Q(awaits_lead=False) | Q(source=AttendanceSource.ROOM),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id or self.guest_id} at {self.learning_session_id}"


class Followed(models.Model):
    """A person who missed a session has gone through what it said."""

    learning_session = models.ForeignKey(LearningSession, on_delete=models.CASCADE, related_name="followed")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="followed")
    at = models.DateTimeField()

    objects = FollowedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["learning_session", "person"], name="followed_once")]

    def __str__(self) -> str:
        return str(self.pk)


class Provider(models.TextChoices):
    ZOOM = "zoom", "Zoom"
    TEAMS = "teams", "Microsoft Teams"


class MeetingReport(Row):
    """A file in which the meeting service says who was there. The same file twice is one report."""

    learning_session = models.ForeignKey(LearningSession, on_delete=models.CASCADE, related_name="reports")
    provider = models.CharField(max_length=5, choices=Provider.choices)
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    lines = models.PositiveIntegerField()
    # Row numbers and reasons of what could not be read: [[row, code], …].
    unread = models.JSONField(default=list)

    objects = MeetingReportQuerySet.as_manager()

    class Meta:
        ordering = ["created_at"]
        constraints = [models.UniqueConstraint(fields=["learning_session", "sha256"], name="meeting_report_once")]

    def __str__(self) -> str:
        return str(self.pk)


class Seen(models.TextChoices):
    """What became of a name in a report."""

    MATCHED = "matched", _("matched")
    OPEN = "open", _("who is this?")
    NOBODY = "nobody", _("nobody of ours")


class ReportedName(models.Model):
    """One participant of a report, rejoins merged: the name and address as the service knew them, and whom we take it for."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey(MeetingReport, on_delete=models.CASCADE, related_name="names")
    name = models.CharField(max_length=200, blank=True)
    email = models.CharField(max_length=254, blank=True)
    first_joined = models.DateTimeField(null=True, blank=True)
    minutes = models.PositiveSmallIntegerField()
    # From when until when they were there, in seconds after the start of the session: [[from, until], …].
    spans = models.JSONField(default=list, blank=True)
    times = models.PositiveSmallIntegerField(default=1)
    # Without an address, and there twice at the same time: perhaps two people of one name.
    perhaps_two = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=Seen.choices, default=Seen.OPEN)
    # How it was found: "email", "name", "remembered" or "planner".
    found_by = models.CharField(max_length=10, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    guest = models.ForeignKey(Guest, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                name="reported_name_of_one_at_most", condition=Q(person__isnull=True) | Q(guest__isnull=True)
            ),
            models.CheckConstraint(
                name="reported_name_matched", condition=Q(state=Seen.MATCHED) | Q(person=None, guest=None)
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class RememberedName(models.Model):
    """Whom a planner said a name in the reports of this cohort stands for (nobody: not one of ours)."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="remembered_names")
    # The name as sessions.meeting_reports.names.whole has it, and the address in small letters.
    name = models.CharField(max_length=200, blank=True)
    email = models.CharField(max_length=254, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cohort", "name", "email"], name="remembered_name_once"),
            models.CheckConstraint(name="remembered_name_or_address", condition=~Q(name="", email="")),
        ]

    def __str__(self) -> str:
        return str(self.pk)

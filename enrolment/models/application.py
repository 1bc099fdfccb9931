"""A team asks for a place: what it says, who is in it, and what its sponsor answers."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from collaborative.models import Circle, Cohort, Position, Province, Role, Row, Sector, Team

LANGUAGES = [("en", _("English")), ("fr", _("French"))]


class State(models.TextChoices):
    DRAFT = "draft", _("being written")
    SUBMITTED = "submitted", _("sent")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Outcome(models.TextChoices):
    OPEN = "", _("not decided")
    ACCEPT = "accept", _("accepted")
    WAIT = "wait", _("on the waiting list")
    DECLINE = "decline", _("declined")


class DeclineReason(models.TextChoices):
    """What the letter says; one of these, never a sentence about people."""

    FULL = "full", _("more teams than places")
    TEAM = "team", _("the team is not complete yet")
    SCOPE = "scope", _("another offer fits better")
    LATE = "late", _("sent after the deadline")


class Remoteness(models.TextChoices):
    URBAN = "urban", _("in or near a city")
    RURAL = "rural", _("rural")
    REMOTE = "remote", _("remote")


class Application(Row):
    """A team's application. Until it is sent, and whenever it is edited again, ``typed`` holds what stands in its form.

    Its contact opens it by a signed link (``enrolment.links``) and has no account. ``version`` makes older links void,
    ``edited`` goes up with every saved change, so that of two who edit neither loses text.
    """

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="applications")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    submitted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    edited = models.PositiveIntegerField(default=1, editable=False)
    edited_at = models.DateTimeField(db_default=Now())
    # The form as a browser would send it, autosaved; wrong answers included.
    typed = models.JSONField(default=dict, blank=True)

    # Who wrote it and gets the letters.
    contact_name = models.CharField(max_length=120, blank=True)
    contact_email = models.EmailField()
    language = models.CharField(max_length=2, choices=LANGUAGES, default="en")
    # The mailbox is theirs: somebody opened the link that went there.
    confirmed_at = models.DateTimeField(null=True, blank=True)

    # Where.
    organisation = models.CharField(max_length=160, blank=True)
    province = models.CharField(max_length=2, choices=Province.choices, blank=True)
    sector = models.CharField(max_length=12, choices=Sector.choices, blank=True)
    unit = models.CharField(max_length=120, blank=True)
    city = models.CharField(max_length=60, blank=True)
    remoteness = models.CharField(max_length=6, choices=Remoteness.choices, blank=True)
    incident_route = models.CharField(max_length=160, blank=True)

    # The team.
    team_name = models.CharField(max_length=160, blank=True)
    team_language = models.CharField(max_length=2, choices=LANGUAGES, default="en")
    why = models.TextField(max_length=2000, blank=True)
    hope = models.TextField(max_length=2000, blank=True)
    # Whom the unit cares for and who is heard least there, in the team's words.
    equity = models.TextField(max_length=2000, blank=True)
    partner_looking_until = models.DateField(null=True, blank=True)
    # The partner's welcome, as collaborative.PartnerWelcome.
    support_name = models.CharField(max_length=120, blank=True)
    support_phone = models.CharField(max_length=40, blank=True)
    support_when = models.CharField(max_length=120, blank=True)
    partner_hours = models.PositiveSmallIntegerField(null=True, blank=True)
    recognition = models.CharField(max_length=300, blank=True)
    access_help = models.CharField(max_length=300, blank=True)

    # The sponsor, asked by link.
    sponsor_name = models.CharField(max_length=120, blank=True)
    sponsor_email = models.EmailField(blank=True)
    sponsor_title = models.CharField(max_length=80, blank=True)
    sponsor_version = models.PositiveIntegerField(default=1, editable=False)
    sponsor_asked_at = models.DateTimeField(null=True, blank=True)
    sponsor_said = models.CharField(
        max_length=3, choices=[("", _("no answer yet")), ("yes", _("yes")), ("no", _("no"))], blank=True, default=""
    )
    sponsor_said_at = models.DateTimeField(null=True, blank=True)

    # Which text was agreed to when it was sent (enrolment.consent), and whether it may be kept for the next cohort.
    consent_version = models.CharField(max_length=20, blank=True)
    consented_at = models.DateTimeField(null=True, blank=True)
    keep_for_next = models.BooleanField(default=False)

    # What the planning team decided; told with the release that it went with. ``decided`` counts how often (Decision).
    decided = models.PositiveSmallIntegerField(default=0, editable=False)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True, default=Outcome.OPEN)
    outcome_reason = models.CharField(max_length=300, blank=True)
    decline_reason = models.CharField(max_length=6, choices=DeclineReason.choices, blank=True)
    # Place on the waiting list, 1 first; offered a place once, never twice.
    wait_place = models.PositiveSmallIntegerField(null=True, blank=True)
    offered_at = models.DateTimeField(null=True, blank=True)
    team = models.OneToOneField(Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="application")

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.CheckConstraint(
                name="application_sent_has_its_hour", condition=Q(state="draft") | Q(submitted_at__isnull=False)
            ),
            models.CheckConstraint(
                name="application_withdrawn_has_its_hour",
                condition=~Q(state="withdrawn") | Q(withdrawn_at__isnull=False),
            ),
            models.CheckConstraint(name="application_decided_was_sent", condition=Q(outcome="") | ~Q(state="draft")),
            models.UniqueConstraint(fields=["cohort", "wait_place"], name="application_wait_place_once"),
        ]
        indexes = [models.Index(fields=["cohort", "state"], name="application_cohort_state")]

    def __str__(self) -> str:
        return self.team_name or self.organisation or str(self.pk)


class ApplicationMember(Row):
    """One person of an applying team, in the order in which they were typed."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="members")
    ordinal = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    email = models.EmailField(blank=True)
    position = models.CharField(max_length=10, choices=Position.choices)
    role = models.CharField(
        max_length=12, choices=[(one.value, one.label) for one in (Role.LEAD, Role.PARTICIPANT, Role.PARTNER)]
    )
    circle = models.CharField(max_length=8, choices=Circle.choices, default=Circle.CORE)
    language = models.CharField(max_length=2, choices=LANGUAGES, blank=True)
    title = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["ordinal"]
        constraints = [models.UniqueConstraint(fields=["application", "ordinal"], name="application_member_once")]

    def __str__(self) -> str:
        return str(self.ordinal)

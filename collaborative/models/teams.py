"""Teams, and who holds which role where."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from collaborative.models.base import Row
from collaborative.models.cohort import Cohort
from collaborative.models.places import Organisation, Unit
from collaborative.models.programme import PreworkItem, Programme
from collaborative.querysets import MembershipQuerySet, TeamQuerySet, by_name


class Leaving(models.TextChoices):
    """Why somebody, or a whole team, leaves. One is asked for, from this list; nobody has to tell more."""

    MOVED = "moved", _("another job or unit")
    TIME = "time", _("no time")
    STAFFING = "staffing", _("too few staff")
    HEALTH = "health", _("health or family")
    FIT = "fit", _("it did not fit")
    ENDED = "ended", _("the work is done")
    UNSAID = "unsaid", _("I would rather not say")


class Position(models.TextChoices):
    """What somebody is at work, for the question who has to be in a team and who was at a session."""

    MANAGER = "manager", _("manager")
    PROVIDER = "provider", _("point-of-care provider")
    PARTNER = "partner", _("patient, resident or care partner")
    LEADER = "leader", _("senior leader")
    PHYSICIAN = "physician", _("physician")
    QUALITY = "quality", _("quality or safety")
    EDUCATOR = "educator", _("educator")
    ALLIED = "allied", _("allied health")
    OTHER = "other", _("another position")


class Circle(models.TextChoices):
    """The core team comes to everything; the expanded team helps when it is asked."""

    CORE = "core", _("core team")
    EXPANDED = "expanded", _("expanded team")


class Team(Row):
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="teams")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="teams")
    name = models.CharField(max_length=160)
    language = models.CharField(max_length=2, choices=[("en", _("English")), ("fr", _("French"))], default="en")
    # What the team wants to reach, in its own words (what, for whom, how much, by when).
    aim = models.TextField(blank=True, max_length=600)
    # Its letter leaves then: until that moment planners alone know of it. None: everybody always did.
    told_from = models.DateTimeField(null=True, blank=True, editable=False)
    # It left the series: its place is free, its pages can still be read by those who were in it.
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_why = models.CharField(max_length=10, choices=Leaving.choices, blank=True)
    study_id = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)

    # What ``with_rests`` brings along: its pauses and the quiet weeks of its cohort, as first and last day.
    pauses_found: list[dict[str, Any]] | None = None
    quiet_found: list[dict[str, Any]] | None = None

    objects = TeamQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["cohort", "name"], name="team_name_once_per_cohort")]

    def __str__(self) -> str:
        return self.name

    def members(self) -> models.QuerySet[Membership]:
        """Return who is in the team or helps it now: the lead first, then members and partners, then the coach."""
        order = models.Case(
            *[models.When(role=role, then=place) for place, role in enumerate(Role.values_by_nearness())], default=9
        )
        return Membership.objects.of_team(self).order_by(order, by_name("user__name"))


class Role(models.TextChoices):
    PARTICIPANT = "participant", _("team member")
    LEAD = "lead", _("team lead")
    PARTNER = "partner", _("patient or care partner")
    SPONSOR = "sponsor", _("executive sponsor")
    COACH = "coach", _("coach")
    MENTOR = "mentor", _("mentor")
    FACULTY = "faculty", _("faculty")
    PLANNER = "planner", _("planning team")
    FELLOW = "fellow", _("fellow")

    @classmethod
    def values_by_nearness(cls) -> list[str]:
        """Return the roles of a team's people in the order in which a page names them."""
        return [cls.LEAD, cls.PARTICIPANT, cls.PARTNER, cls.SPONSOR, cls.COACH, cls.MENTOR]


# Who belongs to a team, as against those who help it from outside.
TEAM_ROLES = frozenset({Role.PARTICIPANT, Role.LEAD, Role.PARTNER})
# The roles held in a team that open its pages; a sponsor or mentor of a team sees what is shared with them elsewhere.
OPENS_A_TEAM = TEAM_ROLES | {Role.COACH}


class Membership(Row):
    """A person holds a role in exactly one scope, from a moment until a moment. This is the only source of rights."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=12, choices=Role.choices)
    programme = models.ForeignKey(
        Programme, null=True, blank=True, on_delete=models.CASCADE, related_name="memberships"
    )
    cohort = models.ForeignKey(Cohort, null=True, blank=True, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.CASCADE, related_name="memberships"
    )
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.CASCADE, related_name="memberships")
    # The work they do, in their own words ("care aide, nights"), shown beside the name.
    title = models.CharField(max_length=80, blank=True)
    position = models.CharField(max_length=10, choices=Position.choices, blank=True)
    circle = models.CharField(max_length=8, choices=Circle.choices, default=Circle.CORE)
    since = models.DateTimeField(db_default=Now())
    until = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    left_why = models.CharField(max_length=10, choices=Leaving.choices, blank=True)
    # Counted up with every change of title, position or circle.
    version = models.PositiveIntegerField(default=1, editable=False)
    # Whose place this is, where one member stepped in for another.
    instead_of = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="replaced_by")

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="membership_has_one_scope",
                condition=Q(programme__isnull=False, cohort=None, organisation=None, team=None)
                | Q(programme=None, cohort__isnull=False, organisation=None, team=None)
                | Q(programme=None, cohort=None, organisation__isnull=False, team=None)
                | Q(programme=None, cohort=None, organisation=None, team__isnull=False),
            ),
            models.CheckConstraint(
                name="membership_ends_after_it_began", condition=Q(until=None) | Q(until__gte=F("since"))
            ),
            models.UniqueConstraint(
                name="membership_once_in_a_scope",
                fields=["user", "role", "programme", "cohort", "organisation", "team"],
                condition=Q(until=None),
                nulls_distinct=False,
            ),
        ]
        indexes = [
            models.Index(fields=["team"], condition=Q(until=None), name="membership_team_now"),
            models.Index(fields=["cohort"], condition=Q(until=None), name="membership_cohort_now"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"

    @property
    def in_cohort_id(self) -> uuid.UUID | None:
        """The cohort that this role is held in, by itself or through its team; None in a programme or an organisation."""
        return self.cohort_id or (self.team.cohort_id if self.team else None)

    @property
    def is_partner(self) -> bool:
        return self.role == Role.PARTNER

    @property
    def shown_role(self) -> str:
        """Return what stands under the name: the person's work, else the role; leads and coaches are told as such."""
        label = str(Role(self.role).label)
        if not self.title:
            return label
        return self.title if self.role in (Role.PARTICIPANT, Role.PARTNER) else f"{label}, {self.title}"


class PauseReason(models.TextChoices):
    OUTBREAK = "outbreak", _("an outbreak")
    STAFFING = "staffing", _("too few staff")
    OTHER = "other", _("something else")


class Pause(Row):
    """A team rests, both days included. Session times still arrive; nothing is due, and nobody asks where it is."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="pauses")
    reason = models.CharField(max_length=10, choices=PauseReason.choices)
    starts_on = models.DateField()
    ends_on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="pause_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_on} {self.reason}"


class PreworkTick(Row):
    """A team has this ready."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="prework_done")
    item = models.ForeignKey(PreworkItem, on_delete=models.CASCADE, related_name="ticks")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "item"], name="prework_ticked_once")]

    def __str__(self) -> str:
        return str(self.item_id)


class Agreement(Row):
    """How a team wants to work together, in its own words; ``version`` goes up with every change."""

    team = models.OneToOneField(Team, on_delete=models.CASCADE, related_name="agreement")
    meeting = models.TextField(max_length=600, blank=True)
    roles = models.TextField(max_length=600, blank=True)
    goals = models.TextField(max_length=600, blank=True)
    disagreeing = models.TextField(max_length=600, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    changed_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return str(self.team_id)


class Agreed(Row):
    """Somebody of the team agreed to a version of its agreement."""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="agreed")
    version = models.PositiveIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agreement", "version", "by"], name="agreed_once")]

    def __str__(self) -> str:
        return str(self.version)


class PartnerWelcome(Row):
    """What a team has ready for a patient, resident or care partner before one is invited."""

    team = models.OneToOneField(Team, on_delete=models.CASCADE, related_name="partner_welcome")
    support_name = models.CharField(max_length=120, blank=True)
    support_phone = models.CharField(max_length=40, blank=True)
    support_when = models.CharField(max_length=120, blank=True)
    # Hours a month to expect.
    hours = models.PositiveSmallIntegerField(null=True, blank=True)
    recognition = models.CharField(max_length=300, blank=True)
    access_help = models.CharField(max_length=300, blank=True)
    # No partner yet; one is looked for until this day.
    looking_until = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    def __str__(self) -> str:
        return str(self.team_id)

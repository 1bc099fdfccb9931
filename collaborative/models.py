"""Programme, cohort, phases, organisations, units, teams, and who holds which role where."""

from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now, Upper
from django.utils.translation import gettext_lazy as _

from collaborative.querysets import (
    CohortQuerySet,
    MembershipQuerySet,
    PhaseQuerySet,
    ReportQuerySet,
    TeamQuerySet,
)
from core.translated import Translated


class Row(models.Model):
    """What every table of ours begins with: a random key that may stand in an address, and when it came to be."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        abstract = True


class Province(models.TextChoices):
    AB = "AB", _("Alberta")
    BC = "BC", _("British Columbia")
    MB = "MB", _("Manitoba")
    NB = "NB", _("New Brunswick")
    NL = "NL", _("Newfoundland and Labrador")
    NS = "NS", _("Nova Scotia")
    NT = "NT", _("Northwest Territories")
    NU = "NU", _("Nunavut")
    ON = "ON", _("Ontario")
    PE = "PE", _("Prince Edward Island")
    QC = "QC", _("Quebec")
    SK = "SK", _("Saskatchewan")
    YT = "YT", _("Yukon")


class Sector(models.TextChoices):
    ACUTE = "acute", _("Hospital")
    LONG_TERM = "long_term", _("Long-term care")
    HOME = "home", _("Home and community care")
    PRIMARY = "primary", _("Primary care")
    MENTAL = "mental", _("Mental health and substance use")
    OTHER = "other", _("Another setting")


class Programme(Row):
    """A series that runs in cohorts, with words and a template of phases of its own."""

    slug_en = models.SlugField(max_length=80, unique=True)
    slug_fr = models.SlugField(max_length=80, unique=True)
    name_en = models.CharField(max_length=160)
    name_fr = models.CharField(max_length=160)
    short_name_en = models.CharField(max_length=40)
    short_name_fr = models.CharField(max_length=40)
    tagline_en = models.CharField(max_length=300, blank=True)
    tagline_fr = models.CharField(max_length=300, blank=True)
    contact_email = models.EmailField(blank=True)

    name, short_name, tagline = Translated("name"), Translated("short_name"), Translated("tagline")
    slug = Translated("slug")

    def __str__(self) -> str:
        return self.name_en


class PhaseKind(models.TextChoices):
    PREWORK = "prework", _("pre-work")
    SESSION = "session", _("learning session")
    ACTION = "action", _("action period")
    CONGRESS = "congress", _("closing congress")
    WRAP_UP = "wrap_up", _("wrap-up")


# A session is a moment; the other kinds are stretches of days.
MOMENT_KINDS = frozenset({PhaseKind.SESSION, PhaseKind.CONGRESS})


class PhaseShape(Row):
    """What a template phase and a cohort's phase have in common: a kind, a name, and how its days follow from others.

    A stretch begins ``start_offset`` days after its ``start_anchor`` (the key of another phase, "" = the cohort's first day)
    and ends ``end_offset`` days after its ``end_anchor``. Nothing assumes how many phases there are.
    """

    ordinal = models.PositiveSmallIntegerField()
    key = models.SlugField(max_length=40)
    kind = models.CharField(max_length=10, choices=PhaseKind.choices)
    number = models.PositiveSmallIntegerField(null=True, blank=True)
    name_en = models.CharField(max_length=120)
    name_fr = models.CharField(max_length=120)
    say_en = models.CharField(max_length=200, blank=True)
    say_fr = models.CharField(max_length=200, blank=True)
    start_anchor = models.CharField(max_length=40, blank=True)
    start_offset = models.SmallIntegerField(default=0)
    end_anchor = models.CharField(max_length=40, blank=True)
    end_offset = models.SmallIntegerField(default=0)

    name, say = Translated("name"), Translated("say")

    class Meta:
        abstract = True


class TemplatePhase(PhaseShape):
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="template")
    starts_clock = models.TimeField(null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(default=90)

    class Meta(PhaseShape.Meta):
        ordering = ["ordinal"]
        constraints = [models.UniqueConstraint(fields=["programme", "key"], name="template_phase_key_once")]

    def __str__(self) -> str:
        return f"{self.ordinal} {self.key}"


class Cohort(Row):
    """One wave of a programme: its teams, its dates, its clock."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="cohorts")
    slug = models.SlugField(max_length=80, unique=True)
    name_en = models.CharField(max_length=120)
    name_fr = models.CharField(max_length=120)
    first_day = models.DateField()
    # Moments are typed and scheduled on this clock, and shown with this place.
    time_zone = models.CharField(max_length=64, default="America/Toronto")
    city = models.CharField(max_length=60, default="toronto")
    contact_email = models.EmailField(blank=True)
    seats = models.PositiveSmallIntegerField(default=20)
    closed_at = models.DateTimeField(null=True, blank=True)

    name = Translated("name")
    objects = CohortQuerySet.as_manager()

    # Read once and kept here by collaborative.line.phases_of.
    _phases_in_order: list[Phase]

    class Meta:
        ordering = ["-first_day", "name_en"]

    def __str__(self) -> str:
        return self.name_en

    @property
    def full_name(self) -> str:
        """Return its name with its programme's before it, where the name does not begin with that already."""
        series = self.programme.short_name
        return self.name if self.name.startswith(series) else f"{series}, {self.name}"

    @property
    def contact(self) -> str:
        """Return the address at which people may write to the planning team, "" where there is none."""
        return self.contact_email or self.programme.contact_email


class Phase(PhaseShape):
    """A phase of a cohort, its days worked out. Sessions take theirs from the learning session that writes them here."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="phases")
    starts_on = models.DateField()
    ends_on = models.DateField()
    pinned_start = models.DateField(null=True, blank=True)
    pinned_end = models.DateField(null=True, blank=True)

    objects = PhaseQuerySet.as_manager()

    class Meta(PhaseShape.Meta):
        ordering = ["ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["cohort", "key"], name="phase_key_once"),
            models.UniqueConstraint(fields=["cohort", "ordinal"], name="phase_ordinal_once"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="phase_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.ordinal} {self.key}"

    @property
    def is_moment(self) -> bool:
        """Return whether this phase is one moment (a session) and not a stretch of days."""
        return self.kind in MOMENT_KINDS


class Reschedule(Row):
    """A change of dates with everything that followed from it, so that it can be shown and undone as one."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="reschedules")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(max_length=300)
    # [{"model": label, "id": key, "field": name, "before": text, "after": text}, …] in the order they were made.
    ledger = models.JSONField(default=list)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{len(self.ledger)} changes"

    @property
    def open_until(self) -> dt.datetime:
        """Return until when it may be undone."""
        return self.created_at + dt.timedelta(seconds=settings.UNDO_SECONDS)


class Organisation(Row):
    name = models.CharField(max_length=160)
    province = models.CharField(max_length=2, choices=Province.choices)
    sector = models.CharField(max_length=12, choices=Sector.choices)
    study_id = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(Upper("name"), "province", name="organisation_name_once_per_province")]

    def __str__(self) -> str:
        return self.name

    @property
    def in_words(self) -> str:
        """Return what kind of place it is and where: "Hospital · Ontario"."""
        return f"{Sector(self.sector).label} · {Province(self.province).label}"


class Unit(Row):
    """The ward, home or clinic of an organisation where the work happens."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="units")
    name = models.CharField(max_length=120)
    city = models.CharField(max_length=60)
    # Whom to call when harm happens: this product is not an incident line.
    incident_route = models.CharField(max_length=160, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint("organisation", Upper("name"), name="unit_name_once")]

    def __str__(self) -> str:
        return self.name


class Team(Row):
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="teams")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="teams")
    name = models.CharField(max_length=160)
    language = models.CharField(max_length=2, choices=[("en", _("English")), ("fr", _("French"))], default="en")
    # What the team wants to reach, in its own words (what, for whom, how much, by when).
    aim = models.TextField(blank=True, max_length=600)
    study_id = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)

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
        return Membership.objects.of_team(self).order_by(order, "user__name")


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
    since = models.DateTimeField(db_default=Now())
    until = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

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
    def is_partner(self) -> bool:
        return self.role == Role.PARTNER

    @property
    def shown_role(self) -> str:
        """Return what stands under the name: the person's work, else the role; leads and coaches are told as such."""
        label = str(Role(self.role).label)
        if not self.title:
            return label
        return self.title if self.role in (Role.PARTICIPANT, Role.PARTNER) else f"{label}, {self.title}"


class Report(Row):
    """A reader hid what somebody wrote. Kept so that one reader hides a thing once, and nobody hides many in a row."""

    about_type = models.CharField(max_length=60)
    about_id = models.UUIDField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    objects = ReportQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["about_type", "about_id", "by"], name="report_once_a_reader")]
        indexes = [models.Index(fields=["by", "created_at"], name="report_by_reader")]

    def __str__(self) -> str:
        return f"{self.about_type} {self.about_id}"

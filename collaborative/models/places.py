"""Where the work happens: organisation, site, unit."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from collaborative.models.base import Row
from collaborative.querysets import OrganisationQuerySet, UnitQuerySet


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


class Languages(models.TextChoices):
    ENGLISH = "en", _("English")
    FRENCH = "fr", _("French")
    BOTH = "both", _("English and French")


class Size(models.TextChoices):
    """How many people work in an organisation."""

    SMALL = "small", _("up to 100 people")
    MIDDLE = "middle", _("101 to 1,000 people")
    LARGE = "large", _("1,001 to 5,000 people")
    HUGE = "huge", _("more than 5,000 people")


class Organisation(Row):
    name = models.CharField(max_length=160)
    province = models.CharField(max_length=2, choices=Province.choices)
    sector = models.CharField(max_length=12, choices=Sector.choices)
    # Where its head office is: a key of core.places, "" where nobody said.
    city = models.CharField(max_length=60, blank=True)
    languages = models.CharField(max_length=4, choices=Languages.choices, default=Languages.ENGLISH)
    size = models.CharField(max_length=6, choices=Size.choices, blank=True)
    # What patients and families are told to turn to.
    patient_relations_url = models.URLField(blank=True)
    # It was one with another; nothing is shown of it any more, and the merge can be taken back.
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="absorbed")
    version = models.PositiveIntegerField(default=1, editable=False)
    study_id = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                Upper("name"), "province", name="organisation_name_once_per_province", condition=Q(merged_into=None)
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def in_words(self) -> str:
        """Return what kind of place it is and where: "Hospital · Ontario"."""
        return f"{Sector(self.sector).label} · {Province(self.province).label}"


class Site(Row):
    """A building or campus of an organisation, where it has several."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="sites")
    name = models.CharField(max_length=120)
    city = models.CharField(max_length=60)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint("organisation", Upper("name"), name="site_name_once")]

    def __str__(self) -> str:
        return self.name


class Unit(Row):
    """The ward, home or clinic of an organisation where the work happens."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="units")
    name = models.CharField(max_length=120)
    city = models.CharField(max_length=60)
    site = models.ForeignKey(Site, null=True, blank=True, on_delete=models.PROTECT, related_name="units")
    # Beds, places or people on the list, and how many work here in how many shifts a day; None where nobody said.
    places = models.PositiveIntegerField(null=True, blank=True)
    staff = models.PositiveIntegerField(null=True, blank=True)
    shifts = models.PositiveSmallIntegerField(null=True, blank=True)
    # How the person whom care is for is called here: a key of collaborative.words, "" = as in the programme.
    word_person = models.CharField(max_length=12, blank=True)
    patient_relations_url = models.URLField(blank=True)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="absorbed")
    version = models.PositiveIntegerField(default=1, editable=False)
    # Whom to call when harm happens: this product is not an incident line.
    incident_route = models.CharField(max_length=160, blank=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint("organisation", Upper("name"), name="unit_name_once", condition=Q(merged_into=None))
        ]

    def __str__(self) -> str:
        return self.name


class Job(models.TextChoices):
    """For what one turns to somebody on the "who is who" card of a unit."""

    MANAGER = "manager", _("Manager of the unit")
    QUALITY = "quality", _("Quality and safety")
    PATIENT_RELATIONS = "patients", _("Patient relations")
    PRIVACY = "privacy", _("Privacy office")
    IT = "it", _("Computers and sign-in")
    OTHER = "other", _("Somebody else")


class UnitContact(Row):
    """One line of the "who is who" card of a unit, for the teams that work there."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="contacts")
    job = models.CharField(max_length=10, choices=Job.choices)
    name = models.CharField(max_length=120)
    # A telephone number or an address, as people there say it.
    reach = models.CharField(max_length=160)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["job", "name"]

    def __str__(self) -> str:
        return self.get_job_display()


class Merge(Row):
    """Two rows that meant the same were made one. The ledger is precise enough to part them again."""

    what = models.CharField(max_length=60)  # a model's label
    kept_id = models.UUIDField()
    gone_id = models.UUIDField()
    # [{"model", "field", "ids", "before", "after"}, …] in the order they were made (collaborative.merging.Moves).
    ledger = models.JSONField(default=list)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["what", "kept_id"], name="merge_kept")]

    def __str__(self) -> str:
        return self.what


class Apart(Row):
    """Two rows that look alike and are not the same, as somebody said: they are not proposed again."""

    what = models.CharField(max_length=60)  # a model's label
    # The keys of both, the smaller one first.
    first_id = models.UUIDField()
    second_id = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["what", "first_id", "second_id"], name="apart_once")]

    def __str__(self) -> str:
        return self.what

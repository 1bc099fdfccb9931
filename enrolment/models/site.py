"""The public pages of a programme, who wants to be told when enrolment opens, and what visitors write."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collaborative.models import Programme, Row


class PageKey(models.TextChoices):
    OVERVIEW = "overview", _("Overview")
    DATES = "dates", _("Dates and enrolment")
    FAQ = "faq", _("Questions and answers")
    CONTACT = "contact", _("Contact")


class SitePage(Row):
    """One public page of a programme. What it says is its newest version whose minute has come."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="site_pages")
    key = models.CharField(max_length=10, choices=PageKey.choices)

    class Meta:
        ordering = ["key"]
        constraints = [models.UniqueConstraint(fields=["programme", "key"], name="site_page_once")]

    def __str__(self) -> str:
        return self.key


class SiteVersion(Row):
    """What a page says in both languages, as enrolment.site.content reads it.

    Its words never change, another version follows; only the minute from which it is read is set, or called off.
    """

    page = models.ForeignKey(SitePage, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    # The minute from which everybody sees it; None while it is being written. Typed on ``zone``, worked out in UTC.
    publish_wall = models.DateTimeField(null=True, blank=True)
    zone = models.CharField(max_length=64, blank=True)
    publish_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["page", "number"], name="site_version_once")]
        indexes = [models.Index(fields=["page", "-publish_at"], name="site_version_live")]

    def __str__(self) -> str:
        return str(self.number)

    @property
    def is_ahead(self) -> bool:
        """Return whether its minute is still to come."""
        return self.publish_at is not None and self.publish_at > timezone.now()


class Interest(Row):
    """Somebody wants to be told when the next enrolment opens: one purpose, confirmed by mail, erased after that wave."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="interests")
    email = models.EmailField()
    language = models.CharField(max_length=2, choices=[("en", _("English")), ("fr", _("French"))])
    version = models.PositiveIntegerField(default=1)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "email"], condition=Q(told_at=None), name="interest_once")
        ]

    def __str__(self) -> str:
        return str(self.pk)


class ContactNote(Row):
    """What a visitor wrote to the planning team on the contact page, until it was answered."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="contact_notes")
    name = models.CharField(max_length=120)
    email = models.EmailField()
    language = models.CharField(max_length=2, choices=[("en", _("English")), ("fr", _("French"))])
    text = models.TextField(max_length=4000)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["created_at"]

    def __str__(self) -> str:
        return str(self.pk)

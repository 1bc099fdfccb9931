"""How a programme counts who came, and what it gives for it."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from collaborative.models import Programme
from sessions.querysets import LEAST_PERCENT


class CertificateFor(models.TextChoices):
    SESSIONS = "sessions", _("a number of sessions")
    HOURS = "hours", _("a number of hours")


class SessionRules(models.Model):
    """The settings of one programme for its sessions; a programme without a row goes by the defaults."""

    programme = models.OneToOneField(
        Programme, primary_key=True, on_delete=models.CASCADE, related_name="session_rules"
    )
    # Who was there for less than this share of the session (percent) did not attend; only told by an imported report.
    least_percent = models.PositiveSmallIntegerField(default=LEAST_PERCENT, validators=[MaxValueValidator(100)])
    room_is_confirmed = models.BooleanField(default=False)
    catching_up_counts = models.BooleanField(default=False)
    dial_in_is_told = models.BooleanField(default=False)
    certificate_for = models.CharField(max_length=8, choices=CertificateFor.choices, default=CertificateFor.SESSIONS)
    certificate_least = models.DecimalField(
        max_digits=4, decimal_places=1, default=2, validators=[MinValueValidator(0.5)]
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    def __str__(self) -> str:
        return str(self.programme_id)

"""What several of the tables have in common."""

from __future__ import annotations

from django.conf import settings
from django.db import models


def person(related_name: str = "+") -> models.ForeignKey:
    """Somebody who did this. The row outlives the person: what counts stays, the name goes."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name=related_name
    )

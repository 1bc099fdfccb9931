"""What every table of ours begins with."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Now


class Row(models.Model):
    """What every table of ours begins with: a random key that may stand in an address, and when it came to be."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        abstract = True

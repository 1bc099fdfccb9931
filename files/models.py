"""Files that people send in. They stand in the database: they share the transaction, the backup and the erasure."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from files.querysets import StoredFileQuerySet
from files.telling import KINDS


class StoredFile(models.Model):
    """A file as it is given out again. Its bytes stand in pieces, so that no request holds all of a large one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    # The name under which it is given out: cleaned, never a path.
    name = models.CharField(max_length=120)
    # Told by its content, never by its name.
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    # For whose sake it is kept (a cohort's key): how much one may keep is counted together.
    kept_for = models.UUIDField(db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="files"
    )

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        ordering = ["created_at"]
        constraints = [models.CheckConstraint(name="stored_file_not_empty", condition=Q(size__gt=0))]

    def __str__(self) -> str:
        return self.name

    @property
    def kind_words(self) -> str:
        """Return what people call such a file: "PDF", "PowerPoint"."""
        return next((kind.words for kind in KINDS if kind.content_type == self.content_type), self.content_type)


class Piece(models.Model):
    """Some of a file's bytes, in their order."""

    file = models.ForeignKey(StoredFile, on_delete=models.CASCADE, related_name="pieces")
    ordinal = models.PositiveIntegerField()
    data = models.BinaryField()

    class Meta:
        ordering = ["ordinal"]
        constraints = [models.UniqueConstraint(fields=["file", "ordinal"], name="piece_once")]

    def __str__(self) -> str:
        return str(self.ordinal)

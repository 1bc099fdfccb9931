"""What is asked about stored files."""

from __future__ import annotations

from django.db import connection, models

# Beside the key of a cohort, so that no other lock is ever mistaken for this one ("file" in ASCII).
_LOCK = 0x66696C65


class StoredFileQuerySet(models.QuerySet):
    def of_nobody(self):
        """Return the files that no material, no slides, nothing at all refers to any more."""
        holders = [one for one in self.model._meta.related_objects if one.related_model._meta.label != "files.Piece"]
        return self.filter(**{f"{one.name}__isnull": True for one in holders})

    def bytes_kept_for(self, key) -> int:
        """Return how many bytes are kept for one cohort."""
        return self.filter(kept_for=key).aggregate(bytes=models.Sum("size"))["bytes"] or 0

    def wait_in_line_for(self, key) -> None:
        """Until this transaction ends, let nobody else find out how much room there is for a cohort."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_LOCK, str(key)])

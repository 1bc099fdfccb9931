"""What this room keeps about a person, and how it forgets one (answers for ``core.registry``)."""

from __future__ import annotations

from files.models import StoredFile


def data_of(user) -> dict:
    """Return which files ``user`` sent in."""
    return {"files": list(StoredFile.objects.filter(by=user).values("name", "content_type", "size", "created_at"))}


def forget(user) -> None:
    """Take the person out as who sent them in: the files belong to the session or team that shows them."""
    StoredFile.objects.filter(by=user).update(by=None)

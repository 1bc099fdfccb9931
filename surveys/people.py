"""What this room keeps about a person, and how it forgets one (answers for ``core.registry``)."""

from __future__ import annotations

from surveys import envelopes
from surveys.models import Asked


def data_of(user) -> dict:
    """Return in which surveys ``user`` was asked; what they answered cannot be found by who they are."""
    fields = ("round__survey__title_en", "round__name_en", "asked_at", "started_on", "finished_on")
    return {"surveys": list(Asked.objects.filter(person=user).order_by("asked_at").values(*fields))}


def forget(user) -> None:
    """Forget that the person was asked, and cut what links their answers with each other."""
    Asked.objects.filter(person=user).delete()
    unlink(user)


def unlink(user) -> None:
    """Cut what links a person's answers with each other: they do not agree to the evaluation any more."""
    envelopes.cut(user.study_id)

"""What this room keeps about a person, and how it forgets one (answers for ``core.registry``)."""

from __future__ import annotations

from sessions.models import Attendance


def data_of(user) -> dict:
    """Return when and where ``user`` was, and how many others they entered as present."""
    fields = ("learning_session__title_en", "learning_session__starts_at", "role", "source", "at")
    return {
        "attendance": list(Attendance.objects.filter(person=user).order_by("at").values(*fields)),
        "others_entered": Attendance.objects.filter(by=user).exclude(person=user).count(),
    }


def forget(user) -> None:
    """Take the person out as who entered others. That somebody of the team was there stays: it is counted."""
    Attendance.objects.filter(by=user).update(by=None)

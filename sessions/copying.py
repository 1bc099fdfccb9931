"""A cohort made like an earlier one: what its sessions say and do is copied; who spoke, hosted or agreed to something is not."""

from __future__ import annotations

from typing import Any

from collaborative.models import Cohort
from sessions.models import AgendaItem, LearningSession, RunItem

# What a session says about itself, before it, and how everybody can follow.
_WORDS = (
    "title_en", "title_fr", "purpose_en", "purpose_fr", "prework_en", "prework_fr", "audience_en", "audience_fr",
    "spoken", "interpretation", "captions", "sign_language",
)  # fmt: skip


def words_of(cohort: Cohort) -> dict[str, dict[str, Any]]:
    """Return what the sessions of a cohort say about themselves, by the key of their phase."""
    rows = LearningSession.objects.filter(cohort=cohort, phase__isnull=False).values("phase__key", *_WORDS)
    return {row["phase__key"]: {name: row[name] for name in _WORDS} for row in rows}


def copy_plan(*, learning_session: LearningSession, like: Cohort) -> None:
    """Give a session the agenda and the run of show that the same one has in another cohort; two statements each.

    Who does what stands in it as it stood: planners see at once whom to ask again.
    """
    assert learning_session.phase is not None
    home = {"learning_session__cohort": like, "learning_session__phase__key": learning_session.phase.key}
    items = AgendaItem.objects.filter(**home).values("ordinal", "minutes", "title_en", "title_fr")
    AgendaItem.objects.bulk_create(AgendaItem(learning_session=learning_session, **row) for row in items)
    lines = RunItem.objects.filter(**home).values("minute", "who", "what")
    RunItem.objects.bulk_create(RunItem(learning_session=learning_session, **row) for row in lines)

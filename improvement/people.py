"""What this room keeps about a person, and how it forgets one (answers for ``core.registry``)."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from improvement.models import (
    QUESTIONS,
    ChartEvent,
    DataPoint,
    DataPointCorrection,
    Measure,
    MeasureChange,
    MeasurePhase,
    SafetyConversation,
    TriedChange,
)


def data_of(user) -> dict:
    """Return everything this room keeps about ``user``: their logs, their words on tries, the numbers they typed."""
    return {
        "conversations": list(
            SafetyConversation.objects.filter(by=user).values(
                "at",
                "on",
                "with_whom",
                "about",
                "will_change",
                "sentence",
                "via",
                "undone_at",
                "hidden_at",
                "hidden_why",
                "team__name",
            )
        ),
        "tries_written": list(
            TriedChange.objects.filter(by=user).values(
                "team__name",
                "title",
                "plan",
                "prediction",
                "state",
                "started_on",
                "created_at",
                "hidden_at",
                "hidden_why",
            )
        ),
        "tries_learned_from": list(
            TriedChange.objects.filter(learned_by=user).values("team__name", "what_happened", "matched", "learned_on")
        ),
        "tries_decided": list(
            TriedChange.objects.filter(decided_by=user).values("team__name", "decision", "decided_on")
        ),
        "measures": list(Measure.objects.filter(by=user).values("team__name", "name_en", "name_fr", "created_at")),
        "numbers": list(
            DataPoint.objects.filter(by=user).values(
                "measure__name_en", "measure__name_fr", "period_start", "value", "missing_reason", "method", "way", "at"
            )
        ),
        "on_charts": list(ChartEvent.objects.filter(by=user).values("team__name", "on", "words")),
        "lines_of_charts": list(
            MeasurePhase.objects.filter(Q(by=user) | Q(fixed_by=user)).values(
                "measure__name_en", "measure__name_fr", "starts_on", "made_until", "why", *QUESTIONS
            )
        ),
        "measures_changed": list(
            MeasureChange.objects.filter(by=user).values("measure__name_en", "measure__name_fr", "created_at", "before")
        ),
        "numbers_before_correction": list(
            DataPointCorrection.objects.filter(was_by=user).values("period_start", "value", "missing_reason", "was_at")
        ),
    }


@transaction.atomic
def forget(user) -> None:
    """Take the person out. Counts, dates and numbers stay: they are the team's. Names and the person's words go.

    Words belong to whoever wrote them last, so that nobody's words go with somebody else.
    """
    SafetyConversation.objects.filter(by=user).update(by=None, sentence="")
    SafetyConversation.objects.filter(hidden_by=user).update(hidden_by=None)
    tries = TriedChange.objects
    tries.filter(by=user).update(by=None, title="", plan="", prediction="")
    tries.filter(learned_by=user).update(learned_by=None, what_happened="")
    tries.filter(decided_by=user).update(decided_by=None)
    tries.filter(changed_by=user).update(changed_by=None)
    tries.filter(hidden_by=user).update(hidden_by=None)
    Measure.objects.filter(by=user).update(by=None)
    Measure.objects.filter(named_by=user).update(named_by=None)
    ChartEvent.objects.filter(by=user).delete()  # nothing is left of it without its words
    MeasurePhase.objects.filter(by=user).update(by=None, why="")
    MeasurePhase.objects.filter(fixed_by=user).update(fixed_by=None)
    MeasureChange.objects.filter(by=user).update(by=None)
    DataPoint.objects.filter(by=user).update(by=None)
    DataPointCorrection.objects.filter(was_by=user).update(was_by=None)
    DataPointCorrection.objects.filter(by=user).update(by=None)

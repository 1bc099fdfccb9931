"""What the people at a session said about it, as somebody who spoke there may read it: counts of no small group, no words.

What was written freely was written for the planning team, and stays with it.
"""

from __future__ import annotations

import dataclasses

from sessions.models import LearningSession
from surveys.models import Moment, QuestionKind, Round
from surveys.results import results_of


@dataclasses.dataclass(frozen=True, slots=True)
class Rating:
    """One question with how many gave which answer, of ``total``."""

    question: str
    total: int
    answers: list[tuple[str, int]]


def ratings_of(learning_session: LearningSession) -> list[Rating]:
    """Return what was answered after a session once nobody is asked any more; nothing where too few have answered."""
    rows = Round.objects.closed().filter(about=str(learning_session.pk), survey__moment=Moment.SESSION)
    found = rows.select_related("survey").first()
    if found is None:
        return []
    return [
        Rating(str(one.question.text), one.now.total, [(row.label, row.count) for row in one.rows if row.count])
        for one in results_of(found)
        if one.question.kind != QuestionKind.TEXT and one.now and one.now.total is not None and not one.now.is_empty
    ]

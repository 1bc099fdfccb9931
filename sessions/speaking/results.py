"""What the people at a session said about it, as somebody who spoke there may read it: counts of no small group, and sentences.

Of what was written freely only sentences about what people will try, each passed on by the planning team.
"""

from __future__ import annotations

import dataclasses

from sessions.models import LearningSession
from surveys import passing_on
from surveys.models import QuestionKind, Round
from surveys.results import results_of


@dataclasses.dataclass(frozen=True, slots=True)
class Rating:
    """One question with how many gave which answer, of ``total``."""

    question: str
    total: int
    answers: list[tuple[str, int]]


@dataclasses.dataclass(frozen=True, slots=True)
class Heard:
    """What people said of a session: ``ratings`` of those who answered, and what some of them will ``try``."""

    ratings: list[Rating]
    tries: list[str]

    def __bool__(self) -> bool:
        return bool(self.ratings or self.tries)


def heard_of(learning_session: LearningSession) -> Heard:
    """Return what was answered after a session once nobody is asked any more; nothing where too few have answered."""
    found = passing_on.readable_about(str(learning_session.pk)).first()
    return Heard(_ratings(found), passing_on.passed_on(found)) if found else Heard([], [])


def _ratings(row: Round) -> list[Rating]:
    return [
        Rating(str(one.question.text), one.now.total, [(row.label, row.count) for row in one.rows if row.count])
        for one in results_of(row)
        if one.question.kind != QuestionKind.TEXT and one.now and one.now.total is not None and not one.now.is_empty
    ]

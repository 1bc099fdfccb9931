"""What enrolment sends one person of a series: the letter of its place, the invitation, and one reminder of that."""

from __future__ import annotations

from collaborative.models import Cohort, Role
from collaborative.resting import Rest
from collaborative.series import asked_in_at
from core.registry import Foreseen
from enrolment import reminders


def of_role(cohort: Cohort, role: str) -> list[Foreseen]:
    """Return what people of a role are sent until they are here. Whoever applied for a team leads it."""
    at = asked_in_at(cohort)
    rests = [Rest(one.starts_on, one.ends_on, False) for one in cohort.quiet_weeks.all()]
    nudges = [
        Foreseen(
            reminders.KIND, due, occurrence=occurrence, optional=True, is_news=True, thing="invitation", nudge="before"
        )
        for occurrence, due in reminders.steps(at, cohort.time_zone, rests)
    ]
    asked = Foreseen("enrolment/invitation", at, is_news=True, thing="invitation")
    letter = (
        [Foreseen("enrolment/letter", at, is_news=True, by_hand=True)]
        if role == Role.LEAD and cohort.answers_on
        else []
    )
    return [*letter, asked, *nudges]

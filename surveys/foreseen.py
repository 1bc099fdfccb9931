"""What surveys ask of one person of a series, and when."""

from __future__ import annotations

from collaborative.models import TEAM_ROLES, Cohort
from collaborative.resting import Rest
from collaborative.series import asked_in_at, last_day_of
from core.registry import Foreseen
from surveys import rounds
from surveys.answering import minutes_for
from surveys.models import Moment, Survey


def of_role(cohort: Cohort, role: str) -> list[Foreseen]:
    """Return when people of a role are asked, who come to every session and join on the day they are asked in."""
    surveys = list(Survey.objects.filter(cohort=cohort, is_on=True).prefetch_related("questions"))
    if role not in TEAM_ROLES or not surveys:
        return []
    found, last_day = rounds.meetings_of(cohort), last_day_of(cohort)
    closes = any(one.moment == Moment.CLOSE for one in surveys)
    peace = [Rest(one.starts_on, one.ends_on, False) for one in cohort.quiet_weeks.all()]
    added = rounds.added_among(found)
    return [
        one
        for survey in surveys
        for span in rounds.spans(survey, cohort, found, last_day, closes=closes)
        for one in _of_one(survey, span, cohort, peace, once=span.about in added)
    ]


def _of_one(survey: Survey, span: rounds.Span, cohort: Cohort, peace: list[Rest], *, once: bool) -> list[Foreseen]:
    moment = Moment(survey.moment)
    kind = rounds.ASKED_LATER if moment == Moment.LATER else rounds.ASKED
    minutes = minutes_for([one.kind for one in survey.questions.all() if one.taken_out_at is None])
    begins = max(span.opens_at, asked_in_at(cohort))
    if begins >= span.closes_at:
        return []
    about = f"{survey.title} ({span.name})" if span.about else survey.title
    return [
        Foreseen(
            kind, at, about=about, occurrence=step, optional=step == rounds.AGAIN, thing=f"{survey.pk}/{span.about}",
            nudge="before" if step == rounds.AGAIN else "", minutes=0 if step == rounds.AGAIN else minutes,
            came=span.about if moment == Moment.SESSION else "",
        )
        for step, at in rounds.steps(moment, span, cohort.time_zone, [peace], begins, once=once)
    ]  # fmt: skip

"""What the planning pages of surveys show, gathered in a constant number of statements."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

from django.db.models import Prefetch
from django.utils import timezone

from collaborative.models import Cohort
from surveys import passing_on, results, rounds, writing
from surveys.answering import minutes_for
from surveys.defaults import TRY
from surveys.models import Moment, Question, Round, Survey


@dataclasses.dataclass(frozen=True)
class Put:
    """A round as the list shows it. ``state``: "ahead", "open" or "closed"."""

    row: Round
    state: str
    counts: results.Counts


@dataclasses.dataclass(frozen=True)
class Line:
    """One moment: its survey, where there is one, what it takes, and when it is or was put."""

    moment: str
    name: str
    survey: Survey | None
    many: int
    minutes: int
    put: list[Put]


@dataclasses.dataclass(frozen=True)
class Overview:
    """All moments of a cohort. ``minutes``: what all of it takes one person; ``too_long`` beyond what we ask of anybody."""

    lines: list[Line]
    minutes: int
    too_long: bool
    most: int
    has_closed: bool


def overview_of(cohort: Cohort) -> Overview:
    """Return every survey that a cohort has or may have."""
    surveys = list(
        Survey.objects.filter(cohort=cohort).prefetch_related(
            "questions", Prefetch("rounds", Round.objects.counted().order_by("opens_at"))
        )
    )
    every = [one for survey in surveys for one in survey.rounds.all()]
    counts = results.counts_of(every)
    by_moment = {one.moment: one for one in surveys}
    lines = [_line(moment, by_moment.get(moment.value), counts) for moment in Moment]
    minutes = writing.minutes_in_all(surveys, rounds.meetings_of(cohort))
    return Overview(
        lines,
        minutes,
        minutes > writing.MOST_MINUTES,
        writing.MOST_MINUTES,
        any(put.state == "closed" for line in lines for put in line.put),
    )


def _line(moment: Moment, survey: Survey | None, counts: dict[Any, results.Counts]) -> Line:
    if survey is None:
        return Line(moment.value, str(moment.label), None, 0, 0, [])
    kinds = [one.kind for one in survey.questions.all() if one.taken_out_at is None]
    put = [Put(one, state_of(one), counts[one.pk]) for one in survey.rounds.all()]
    return Line(moment.value, str(moment.label), survey, len(kinds), minutes_for(kinds), put)


def state_of(row: Round) -> str:
    """Return "ahead", "open" or "closed"."""
    now = timezone.now()
    return "closed" if row.closes_at <= now else "open" if row.opens_at <= now else "ahead"


# ---------------------------------------------------------------- one round


# Answers are laid down within minutes of the end of their round.
_LONG: Final = dt.timedelta(hours=1)


@dataclasses.dataclass(frozen=True)
class ResultsPage:
    """A round: how far it has come, and its results once it is closed and enough have answered."""

    state: str
    counts: results.Counts
    results: Sequence[results.Result]
    least: int
    # The question whose sentences may go to who spoke, and how many of them do.
    goes_on: str = ""
    passed_on: int = 0
    # What was answered should long be readable: something keeps it closed.
    stuck: bool = False


def results_page(row: Round) -> ResultsPage:
    """Return what the page of a round shows; ``row`` comes from ``round_of``."""
    state = state_of(row)
    shown = results.results_of(row) if state == "closed" and row.mixed_at else []
    sentences = passing_on.sentences_of(row) if shown else []
    return ResultsPage(
        state,
        results.counts_of([row])[row.pk],
        shown,
        results.LEAST,
        TRY if sentences else "",
        sum(one.passed_on for one in sentences),
        row.mixed_at is None and row.closes_at < timezone.now() - _LONG,
    )


# ---------------------------------------------------------------- the questions of one survey


@dataclasses.dataclass(frozen=True)
class QuestionsPage:
    """The questions that stand, each with whether it is the first or the last, and those taken out."""

    standing: list[tuple[Question, bool, bool]]
    out: list[Question]
    minutes: int
    # The key of the question whose sentences may go to who spoke.
    goes_on: str = TRY


def questions_page(survey: Survey) -> QuestionsPage:
    """Return the questions of a survey in order."""
    rows = list(survey.questions.order_by("ordinal", "pk"))
    standing = [one for one in rows if one.taken_out_at is None]
    last = len(standing) - 1
    return QuestionsPage(
        [(one, n == 0, n == last) for n, one in enumerate(standing)],
        [one for one in rows if one.taken_out_at is not None],
        minutes_for([one.kind for one in standing]),
    )


def others(survey: Survey) -> list[Survey]:
    """Return the other surveys of the cohort in which the same could be asked."""
    return list(Survey.objects.filter(cohort=survey.cohort_id).exclude(pk=survey.pk))


def also_in(question: Question) -> list[str]:
    """Return when the same question is asked besides, in words."""
    rows = writing.same_question(question).exclude(pk=question.pk).filter(taken_out_at=None)
    return [str(Moment(moment).label) for moment in rows.values_list("survey__moment", flat=True)]

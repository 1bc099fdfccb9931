"""Examples of what is asked for: the week's number with what answers it brings, and surveys."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import uuid
from collections.abc import Collection, Iterator
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collaborative.line import today_in
from collaborative.models import Cohort, NotThisWeek
from desk.series.examples.found import DAY, Example, NothingYet, once, team_of, teams_of
from improvement import numbers_due
from improvement.models import DataPoint, Frequency, Measure, ReturnedSheet
from improvement.weeks import WEEK, monday_of
from notifications import sealing
from notifications.models import PlannedMessage
from surveys import defaults
from surveys.models import Moment, Round, Survey

_NUMBER: Final = 7


def _number(row: PlannedMessage, cohort: Cohort) -> None:
    """All numbers of a week in which a team is asked, as to a team that has said none yet."""
    measures, asking = once(cohort, "numbers", lambda: _all_numbers(cohort))
    for key, found in asking.items():
        owed = [numbers_due.Owed(one, None) for one in measures[found.team.pk]]
        for monday in _weeks(cohort):
            alone = numbers_due.Asking(found.team, {monday: owed}, told=set(), put_off=set(), asked=set())
            if alone.asks(row.recipient, monday):
                row.source, row.source_id, row.occurrence = alone, key, monday.isoformat()
                row.due_at = numbers_due.due_at(cohort, monday)
                return
    raise NothingYet(_("It speaks of a number that a team is asked for, and in this cohort none is."))


def _all_numbers(cohort: Cohort) -> tuple[dict[Any, list[Measure]], dict[str, numbers_due.Asking]]:
    """Return what the teams of the cohort count each week, by team, and what their mails need to know."""
    measures: dict[Any, list[Measure]] = {}
    for one in (
        Measure.objects.filter(team__in=teams_of(cohort), frequency=Frequency.WEEKLY).counted().order_by("ordinal")
    ):
        measures.setdefault(one.team_id, []).append(one)
    return measures, numbers_due.asking([str(one) for one in measures])


def _weeks(cohort: Cohort) -> Iterator[dt.date]:
    """Yield the Mondays of the weeks from this one on, then those before it."""
    this = monday_of(today_in(cohort))
    yield from (this + n * WEEK for n in range(20))
    yield from (this - n * WEEK for n in range(1, 30))


def _unclear(row: PlannedMessage, cohort: Cohort) -> None:
    row.secret = sealing.seal(json.dumps({"words": "7 / 9"}))
    _number(row, cohort)


def _answered(row: PlannedMessage, cohort: Cohort) -> None:
    _number(row, cohort)
    row.source = _Answered(row.source.team, row.source.owed, told=set(), put_off=set(), asked=set())


@dataclasses.dataclass
class _Answered(numbers_due.Asking):
    """The same, as if whoever looks had said one number of that week, or had put it off, just now."""

    def put_off_by(self, person, monday: dt.date) -> NotThisWeek | None:
        found = NotThisWeek(person=person, task=numbers_due.SOURCE, about=self.team.pk, week=monday)
        found.created_at = timezone.now()
        return found

    def said_by(self, person, monday: dt.date, *, only: Collection[Any] | None = None) -> list[DataPoint]:
        return [DataPoint(measure=self.owed[monday][0].measure, period_start=monday, value=_NUMBER, by=person)]


def _sheet(row: PlannedMessage, cohort: Cohort) -> None:
    """Three rows of a sheet that were read, and one that needs its sender."""
    monday = monday_of(today_in(cohort)) - WEEK
    trouble = {
        "row": 9,
        "code": "too_many",
        "measure": "",
        "week": monday.isoformat(),
        "facts": {"part": 14, "whole": 12},
    }
    changes = [{"row": n, "measure": "", "week": monday.isoformat(), "text": str(n)} for n in (4, 5, 6)]
    told = {"changes": changes, "troubles": [trouble]}
    row.source = ReturnedSheet(team=team_of(cohort), by=row.recipient, told=told)


# ---------------------------------------------------------------- surveys


def _survey(row: PlannedMessage, cohort: Cohort) -> None:
    """The latest round that was opened, as to somebody who has not answered; before one opens, the first survey."""
    rounds = Round.objects.filter(survey__cohort=cohort).exclude(survey__moment=Moment.LATER)
    rounds = rounds.select_related("survey__cohort__programme")
    found = rounds.filter(opens_at__lte=timezone.now()).order_by("-opens_at").first()
    found = found or rounds.order_by("opens_at").first()
    if found is None:
        surveys = Survey.objects.filter(cohort=cohort).exclude(moment=Moment.LATER).order_by("-is_on", "pk")
        survey = surveys.select_related("cohort__programme").first()
        if survey is None:
            raise NothingYet(_("It speaks of a survey, and this cohort has none yet."))
        found = _opened(survey)
    _put(row, found, [one.kind for one in found.survey.questions.all() if one.taken_out_at is None])


def _later_survey(row: PlannedMessage, cohort: Cohort) -> None:
    """The survey three months later, as its planners have it; before they have one, as it begins."""
    survey = Survey.objects.filter(cohort=cohort, moment=Moment.LATER).select_related("cohort__programme").first()
    if survey is not None:
        _put(row, _opened(survey), [one.kind for one in survey.questions.all() if one.taken_out_at is None])
        return
    begins = defaults.DEFAULTS[Moment.LATER]
    survey = Survey(cohort=cohort, moment=Moment.LATER, **begins.words())
    _put(row, _opened(survey), [str(one.kind) for one in begins.questions if not one.is_out])


def _opened(survey: Survey) -> Round:
    return Round(survey=survey, opens_at=timezone.now(), closes_at=timezone.now() + 14 * DAY)


def _put(row: PlannedMessage, found: Any, kinds: list[str]) -> None:
    found.waiting, found.kinds = {row.recipient_id: uuid.uuid4()}, kinds
    row.source = found


EXAMPLES: Final[dict[str, Example]] = {
    "improvement/number-due": _number,
    "improvement/number-later": _answered,
    "improvement/number-taken": _answered,
    "improvement/number-unclear": _unclear,
    "improvement/sheet-read": _sheet,
    "surveys/asked": _survey,
    "surveys/asked-later": _later_survey,
}

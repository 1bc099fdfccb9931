"""What planners write: the surveys of a cohort, turned on and off, and their questions.

Once a question has answers, what they mean stays: its kind, the steps and ends of its scale and its choices are fixed, and a
choice may only be added. A question that stands in several surveys is one: whoever changes it changes it in all of them.
"""

from __future__ import annotations

from typing import Any, Final

from django.db import transaction
from django.db.models import F, Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from collaborative.models import Cohort
from core.refusals import Overtaken, Refused
from surveys import envelopes, rounds
from surveys.answering import minutes_for
from surveys.defaults import DEFAULTS
from surveys.models import Answer, Moment, Question, Survey

# What one person is asked over a whole series, in minutes; more is no small favour.
MOST_MINUTES: Final = 20
MOST_QUESTIONS: Final = 20
WORDS: Final = ("title_en", "title_fr", "intro_en", "intro_fr", "with_added")
# What gives answers their meaning.
_MEANING: Final = ("kind", "steps", "low_en", "low_fr", "high_en", "high_fr")


@transaction.atomic
def make(*, cohort: Cohort, moment: str, by) -> Survey:
    """Return the survey of a moment; where there is none, one is made with the questions that we propose. It is off."""
    begins = DEFAULTS[Moment(moment)]
    survey, made = Survey.objects.get_or_create(cohort=cohort, moment=moment, defaults=begins.words())
    if made:
        Question.objects.bulk_create(
            Question(survey=survey, ordinal=n, taken_out_at=timezone.now() if asks.is_out else None, **asks.fields())
            for n, asks in enumerate(begins.questions, start=1)
        )
        record("survey.made", survey, by=by, cohort_id=cohort.pk, moment=moment)
    return survey


@transaction.atomic
def turn(*, survey: Survey, on: bool, by) -> None:
    """Put a survey to people from now on, or to nobody any more: what is open then ends. Refuses one without a question."""
    row = Survey.objects.select_for_update().get(pk=survey.pk)
    if row.is_on == on:
        return
    if on and not row.questions.filter(taken_out_at=None).exists():
        raise Refused(_("There is no question in it. Add one first."))
    row.is_on = on
    row.save(update_fields=["is_on"])
    record("survey.turned_on" if on else "survey.turned_off", row, by=by, cohort_id=row.cohort_id)
    rounds.follow(row.cohort)


@transaction.atomic
def change_words(*, survey: Survey, version: int, by, **words: Any) -> Survey:
    """Change title and introduction, and after which sessions it asks. Raises Overtaken where somebody else did meanwhile."""
    row = Survey.objects.select_for_update().get(pk=survey.pk)
    changed = {name: value for name, value in words.items() if name in WORDS and value != getattr(row, name)}
    if row.version != version and changed:
        raise Overtaken(row)
    if changed:
        Survey.objects.filter(pk=row.pk).update(**changed, version=F("version") + 1)
        record("survey.changed", row, by=by, cohort_id=row.cohort_id, fields=sorted(changed))
    row.refresh_from_db()
    if "with_added" in changed:
        rounds.follow(row.cohort)
    return row


# ---------------------------------------------------------------- questions


def same_question(question: Question) -> QuerySet[Question]:
    """Return this question in all surveys of the cohort."""
    return Question.objects.filter(survey__cohort=question.survey.cohort_id, key=question.key)


def has_answers(question: Question) -> bool:
    """Return whether anybody has answered it, in any survey of the cohort; of what is sealed yet: whether anybody may have."""
    same = same_question(question)
    return Answer.objects.filter(question__in=same).exists() or envelopes.has_any(same)


@transaction.atomic
def add(*, survey: Survey, also: list[str], by, **fields: Any) -> Question:
    """Ask something more, at the end; ``also`` the same in the surveys of these moments, so that it can be compared.

    Refuses more questions than anybody answers.
    """
    surveys = Survey.objects.select_for_update().filter(cohort=survey.cohort_id).order_by("pk")
    into = [one for one in surveys if one.pk == survey.pk or one.moment in also]
    for one in into:
        if one.questions.filter(taken_out_at=None).count() >= MOST_QUESTIONS:
            raise Refused(_("That survey has %(n)d questions already. Take one out first.") % {"n": MOST_QUESTIONS})
    key = _free_key(survey.cohort)
    made = {}
    for one in into:
        last = one.questions.aggregate(last=Max("ordinal"))["last"] or 0
        made[one.pk] = Question.objects.create(survey=one, key=key, ordinal=last + 1, **fields)
        record("survey.question_added", made[one.pk], by=by, cohort_id=survey.cohort_id)
    return made[survey.pk]


def _free_key(cohort: Cohort) -> str:
    taken = set(Question.objects.filter(survey__cohort=cohort).values_list("key", flat=True))
    return next(key for n in range(1, 1000) if (key := f"own-{n}") not in taken)


@transaction.atomic
def change(*, question: Question, version: int, by, **fields: Any) -> Question:
    """Change a question, wherever it stands. Raises Overtaken where somebody else did meanwhile.

    Refuses what would let answers that were given mean something else.
    """
    Survey.objects.select_for_update().filter(cohort=question.survey.cohort_id).order_by("pk").first()
    row = Question.objects.select_related("survey").get(pk=question.pk)
    changed = {name: value for name, value in fields.items() if value != getattr(row, name)}
    if row.version != version and changed:
        raise Overtaken(row)
    if not changed:
        return row
    if has_answers(row):
        _keep_meaning(row, changed)
    same_question(row).update(**changed, version=F("version") + 1)
    record("survey.question_changed", row, by=by, cohort_id=row.survey.cohort_id, fields=sorted(changed))
    row.refresh_from_db()
    return row


def _keep_meaning(row: Question, changed: dict[str, Any]) -> None:
    for name in _MEANING:
        if name in changed:
            raise Refused(
                _("People have answered this already: its scale stays. Take it out and write another question."),
                field=name,
            )
    kept = {one["key"] for one in changed.get("options", row.options)}
    if any(one["key"] not in kept for one in row.options):
        raise Refused(
            _("People have answered this already: a choice can be added, none taken away."), field="options_en"
        )


@transaction.atomic
def move(*, question: Question, up: bool, by) -> None:
    """Put a question one place further up or down among those that stand."""
    survey = Survey.objects.select_for_update().get(pk=question.survey_id)
    rows = list(survey.questions.filter(taken_out_at=None).order_by("ordinal", "pk"))
    place = next((n for n, one in enumerate(rows) if one.pk == question.pk), None)
    if place is None:
        return
    other = place + (-1 if up else 1)
    if not 0 <= other < len(rows):
        return
    rows[place], rows[other] = rows[other], rows[place]
    for n, one in enumerate(rows, start=1):
        one.ordinal = n
    Question.objects.bulk_update(rows, ["ordinal"])
    record("survey.question_moved", question, by=by, cohort_id=survey.cohort_id)


@transaction.atomic
def take_out(*, question: Question, by) -> None:
    """Ask a question no more; its answers stay. Refuses the last one of a survey that is on."""
    survey = Survey.objects.select_for_update().get(pk=question.survey_id)
    standing = survey.questions.filter(taken_out_at=None)
    if survey.is_on and not standing.exclude(pk=question.pk).exists():
        raise Refused(_("It is the only question. Turn the survey off instead."))
    if standing.filter(pk=question.pk).update(taken_out_at=timezone.now()):
        record("survey.question_taken_out", question, by=by, cohort_id=survey.cohort_id)


@transaction.atomic
def put_back(*, question: Question, by) -> None:
    """Ask a question again, at the end. Refuses more questions than anybody answers."""
    survey = Survey.objects.select_for_update().get(pk=question.survey_id)
    row = survey.questions.filter(pk=question.pk, taken_out_at__isnull=False).first()
    if row is None:
        return
    if survey.questions.filter(taken_out_at=None).count() >= MOST_QUESTIONS:
        raise Refused(_("That survey has %(n)d questions already. Take one out first.") % {"n": MOST_QUESTIONS})
    last = survey.questions.filter(taken_out_at=None).aggregate(last=Max("ordinal"))["last"] or 0
    row.taken_out_at, row.ordinal = None, last + 1
    row.save(update_fields=["taken_out_at", "ordinal"])
    record("survey.question_put_back", row, by=by, cohort_id=survey.cohort_id)


# ---------------------------------------------------------------- what it all takes


def minutes_in_all(surveys: list[Survey], meetings: list[rounds.Meeting]) -> int:
    """Return how many minutes all surveys that are on take one person who comes to every session; questions are prefetched."""
    on = {one.moment: one for one in surveys if one.is_on}
    total = 0
    for moment, survey in on.items():
        kinds = [one.kind for one in survey.questions.all() if one.taken_out_at is None]
        times = 1
        if moment == Moment.SESSION:
            zone, closes = survey.cohort.time_zone, Moment.CLOSE in on
            times = len(rounds.asked_after(meetings, zone, added=survey.with_added, closes=closes))
        total += minutes_for(kinds) * times
    return total

"""What came of a round, for planners: counts, distributions without small groups, words in an order of chance, and an export.

Nothing of the answers is shown while a round is open: whoever looked twice would see what the last one said.
"""

from __future__ import annotations

import dataclasses
import random
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, F
from django.utils.translation import gettext as _

from accounts.consent import consented
from accounts.models import User
from collaborative.models import Cohort
from core import sheets
from core.charts.bars import bar
from core.charts.svg import Svg
from core.language import language
from core.suppression import LEAST, Shown, shown
from notifications import states
from notifications.models import PlannedMessage
from surveys.models import Answer, Moment, Question, QuestionKind, Response, Round
from surveys.rounds import FIRST


@dataclasses.dataclass(frozen=True)
class Counts:
    """How far a round has come."""

    asked: int
    delivered: int
    started: int
    finished: int


@dataclasses.dataclass(frozen=True)
class Row:
    """One answer that could be given: how many gave it, and how many before the series; None is not shown on its own."""

    label: str
    count: int | None
    bar: Svg
    before: int | None = None
    bar_before: Svg | None = None


@dataclasses.dataclass(frozen=True)
class Group:
    """The answers to one question in one round."""

    total: int | None
    together: int
    is_empty: bool


@dataclasses.dataclass(frozen=True)
class Result:
    """One question with what came of it: how the answers spread, or (``texts``) what was written."""

    question: Question
    rows: list[Row]
    now: Group | None = None
    before: Group | None = None
    texts: list[str] | None = None


def counts_of(rows: Iterable[Any]) -> dict[uuid.UUID, Counts]:
    """Return how far each of several rounds (``Round.objects.counted()``) has come; one statement."""
    rounds = list(rows)
    delivered = dict(
        PlannedMessage.objects.filter(
            source_type=Round._meta.label_lower,
            source_id__in=[str(one.pk) for one in rounds],
            occurrence=FIRST,
            state=states.SENT,
        )
        .values_list("source_id")
        .annotate(n=Count("pk"))
    )
    return {
        one.pk: Counts(one.many_asked, delivered.get(str(one.pk), 0), one.many_started, one.many_finished)
        for one in rounds
    }


def results_of(row: Round) -> list[Result]:
    """Return every question of a closed round with its answers; beside those given before the series, where it was asked then.

    Nothing where fewer than the least group have answered at all.
    """
    if Response.objects.filter(round=row).count() < LEAST:
        return []
    before = _round_before(row)
    rounds = [row, before] if before else [row]
    given = _given_in(rounds)
    questions = defaultdict(list)
    for one in Question.objects.filter(survey__in=[each.survey_id for each in rounds]).order_by("ordinal", "pk"):
        questions[one.survey_id].append(one)
    earlier = {one.key: given[before.pk].get(one.pk, {}) for one in questions[before.survey_id]} if before else {}
    texts = _texts_of(row)
    found = []
    for one in questions[row.survey_id]:
        if one.kind == QuestionKind.TEXT:
            if one.taken_out_at is None or texts.get(one.pk):
                found.append(Result(one, [], texts=texts.get(one.pk, [])))
        elif one.taken_out_at is None or one.pk in given[row.pk]:
            found.append(_result(one, given[row.pk].get(one.pk, {}), earlier.get(one.key)))
    return found


def _result(question: Question, now: dict[str, int], before: dict[str, int] | None) -> Result:
    labels = answers_to(question)
    look = shown([now.get(key, 0) for key in labels])
    then = shown([before.get(key, 0) for key in labels]) if before is not None else None
    rows = [
        Row(
            label,
            look.cells[n],
            _bar(look, n),
            then.cells[n] if then else None,
            _bar(then, n, earlier=True) if then else None,
        )
        for n, label in enumerate(labels.values())
    ]
    return Result(question, rows, _group(look), _group(then) if then else None)


def _group(look: Shown) -> Group:
    return Group(look.total, look.together, look.is_empty)


def _bar(look: Shown, place: int, *, earlier: bool = False) -> Svg:
    count = look.cells[place]
    return bar(None if count is None or not look.total else count / look.total, earlier=earlier)


def answers_to(question: Question) -> dict[str, str]:
    """Return every answer that can be given to a question, in order: how it is stored (as text), and what it says."""
    if question.kind == QuestionKind.CHOICE:
        return {one["key"]: one[language()] for one in question.options}
    words = {1: question.low, question.steps: question.high}
    return {
        str(step): f"{step} · {words[step]}" if words.get(step) else str(step) for step in range(1, question.steps + 1)
    }


def _round_before(row: Round) -> Round | None:
    if row.survey.moment not in (Moment.CLOSE, Moment.LATER):
        return None
    rows = Round.objects.closed().filter(survey__cohort=row.survey.cohort_id, survey__moment=Moment.BEFORE)
    rows = rows.exclude(mixed_at=None)
    return rows.select_related("survey").first()


def _given_in(rounds: Iterable[Round]) -> dict[Any, dict[uuid.UUID, dict[str, int]]]:
    """Return, by round and question, how many gave each answer."""
    rows = Answer.objects.filter(response__round__in=list(rounds)).exclude(question__kind=QuestionKind.TEXT)
    found: dict[Any, dict[uuid.UUID, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for row, question, value, choice, n in rows.values_list("response__round", "question", "value", "choice").annotate(
        n=Count("pk")
    ):
        found[row][question][choice or str(value)] = n
    return found


def _texts_of(row: Round) -> dict[uuid.UUID, list[str]]:
    """Return, by question, what was written, in an order of chance."""
    rows = list(Answer.objects.filter(response__round=row).exclude(text="").values_list("question", "text"))
    random.SystemRandom().shuffle(rows)
    found: dict[uuid.UUID, list[str]] = defaultdict(list)
    for question, text in rows:
        found[question].append(text)
    return found


# ---------------------------------------------------------------- the export


def export(cohort: Cohort) -> bytes:
    """Return the workbook of all closed rounds, the same bytes for the same answers.

    Rows of people stand in it only with their consent, under their study ids, and only of rounds in which so many have
    consented that none is found; what was written in own words stands apart from them.
    """
    rows = Round.objects.closed().filter(survey__cohort=cohort, mixed_at__isnull=False).select_related("survey")
    rounds = list(rows.order_by("opens_at", "about", "pk"))
    questions = list(
        Question.objects.filter(survey__cohort=cohort)
        .select_related("survey")
        .order_by("survey__moment", "ordinal", "pk")
    )
    given: dict[Any, list[Response]] = {one.pk: [] for one in rounds}
    responses = Response.objects.filter(round__in=rounds).order_by(F("study_id").asc(nulls_last=True), "pk")
    for one in responses.prefetch_related("answers"):
        given[one.round_id].append(one)
    told = [row for row in rounds if len(given[row.pk]) >= LEAST]
    keys = list(dict.fromkeys(one.key for one in questions if one.kind != QuestionKind.TEXT))
    return sheets.book(
        [
            (_("Answers"), [_("Survey"), _("Session"), _("Study id"), *keys], _answers(told, given, questions, keys)),
            (
                _("Counts"),
                [_("Survey"), _("Session"), _("Question"), _("Answer"), _("People")],
                _totals(told, given, questions),
            ),
            (_("Own words"), [_("Survey"), _("Session"), _("Question"), _("Text")], _words(told, given, questions)),
            (
                _("Codebook"),
                [_("Column"), _("Survey"), _("Kind"), _("English"), _("French"), _("Values")],
                _codebook(questions),
            ),
        ]
    )


Given = dict[Any, list[Response]]


def _answers(rounds: list[Round], given: Given, questions: list[Question], keys: list[str]) -> list[list[Any]]:
    ids = {one.study_id for row in rounds for one in given[row.pk] if one.study_id}
    agree = {person.study_id for person in consented(User.objects.filter(study_id__in=ids))}
    key_of = {one.pk: one.key for one in questions}
    rows = []
    for row in rounds:
        listed = [one for one in given[row.pk] if one.study_id in agree]
        # Few who are not listed would be what the counts of everybody say beyond those who are: in all, or of a question.
        others = [one for one in given[row.pk] if one.study_id not in agree]
        answered = Counter(key_of[answer.question_id] for one in others for answer in one.answers.all())
        for one in listed if len(listed) >= LEAST and (not others or len(others) >= LEAST) else ():
            said = {key_of[answer.question_id]: answer.value or answer.choice for answer in one.answers.all()}
            told = [said.get(key) if not 0 < answered[key] < LEAST else None for key in keys]
            rows.append([row.survey.moment, row.name_en, str(one.study_id), *told])
    return rows


def _totals(rounds: list[Round], given: Given, questions: list[Question]) -> list[list[Any]]:
    rows: list[list[Any]] = []
    for row in rounds:
        answers = [answer for one in given[row.pk] for answer in one.answers.all()]
        counts = Counter((answer.question_id, answer.choice or str(answer.value)) for answer in answers)
        for question in questions:
            if question.survey_id == row.survey_id and question.kind != QuestionKind.TEXT:
                place = [row.survey.moment, row.name_en, question.key]
                rows += [[*place, *one] for one in _cells(question, counts)]
    return rows


def _cells(question: Question, counts: Counter[tuple[Any, str]]) -> list[tuple[str, int]]:
    codes = list(answers_to(question))
    look = shown([counts[question.pk, code] for code in codes])
    if look.total is None:
        return []
    told = [(code, count) for code, count in zip(codes, look.cells, strict=True) if count is not None]
    return [*told, (_("together, too few to tell apart"), look.together)] if look.together else told


def _words(rounds: list[Round], given: Given, questions: list[Question]) -> list[list[Any]]:
    """Return what was written, in an order that says nothing, the same every time."""
    key_of = {one.pk: one.key for one in questions}
    rows = []
    for row in rounds:
        written = [answer for one in given[row.pk] for answer in one.answers.all() if answer.text]
        for answer in sorted(written, key=lambda one: (key_of[one.question_id], one.pk)):
            rows.append([row.survey.moment, row.name_en, key_of[answer.question_id], answer.text])
    return rows


def _codebook(questions: list[Question]) -> list[list[Any]]:
    asked_in: dict[str, list[str]] = defaultdict(list)
    first: dict[str, Question] = {}
    for one in questions:
        asked_in[one.key].append(one.survey.moment)
        first.setdefault(one.key, one)
    rows = []
    for key, one in first.items():
        if one.kind == QuestionKind.SCALE:
            values = f"1 = {one.low_en} / {one.low_fr}; {one.steps} = {one.high_en} / {one.high_fr}"
        else:
            values = "; ".join(f"{each['key']} = {each['en']} / {each['fr']}" for each in one.options)
        rows.append([key, ", ".join(asked_in[key]), one.kind, one.text_en, one.text_fr, values])
    return [
        *rows,
        [
            "study_id", "", "", _("A random number that stands for a person in all surveys. Only of people who agreed."),
            "",
            _(
                "Fewer than %(n)d who agreed in a round, or who did not: nobody of it is listed. Where fewer of those who did "
                "not have answered a question, its column is empty."
            )
            % {"n": LEAST},
        ],
    ]  # fmt: skip

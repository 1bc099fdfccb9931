"""What was answered: sealed while its round is open, laid down in an order of chance once it is closed.

Whoever reads the database alone (a copy of it, a backup) knows who has answered, and in which order; what was answered lies in
envelopes of one size that only a key outside the database opens. Once a round is closed its answers are all written in one
transaction, so that neither their place nor the transaction that wrote them leads to anybody. docs/decisions says what this
does not protect against.
"""

from __future__ import annotations

import dataclasses
import json
import logging
import random
import uuid
from collections.abc import Iterable, Mapping
from typing import Any, Final

from cryptography.fernet import InvalidToken
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from accounts import consent
from notifications.sealing import seal, unseal
from surveys.models import Answer, Envelope, Question, QuestionKind, Response, Round

logger = logging.getLogger(__name__)
# How many bytes an answer takes at most: words of 2,000 characters of four bytes.
_BYTES: Final = {QuestionKind.SCALE: 96, QuestionKind.CHOICE: 160, QuestionKind.TEXT: 8200}
_FRAME: Final = 256


@dataclasses.dataclass(frozen=True)
class Said:
    """One answer: a step of a scale, the key of a choice, or words."""

    value: int | None = None
    choice: str = ""
    text: str = ""


# Study id (None without consent), and the columns of each answer.
_Given = tuple[uuid.UUID | None, list[dict[str, Any]]]


def enclose(*, round: Round, said: Mapping[Question, Said], person: Any = None) -> Envelope:
    """Seal what somebody answered and return its envelope. ``person``: their study id goes with it if they agree to the evaluation."""
    agreed = consent.last_answer(person) if person else None
    letter = {
        "answers": [[str(question.pk), one.value, one.choice, one.text] for question, one in said.items()],
        "study_id": str(person.study_id) if agreed and agreed.said_yes else None,
        "consent": agreed.pk if agreed and agreed.said_yes else None,
    }
    text = json.dumps(letter, ensure_ascii=False)
    return Envelope.objects.create(round=round, sealed=seal(text, dated=False, block=_size_of(round)))


def _size_of(row: Round) -> int:
    """Return how many bytes every envelope of a round holds: its length says nothing about the words in it."""
    kinds = row.survey.questions.values_list("kind", flat=True)
    return _FRAME + sum(_BYTES[QuestionKind(kind)] for kind in kinds)


def has_any(questions: Iterable[Question]) -> bool:
    """Return whether anybody may have answered one of these questions in a round whose answers are not laid down yet."""
    return Envelope.objects.filter(round__survey__questions__in=questions).exists()


@transaction.atomic
def open_all(round_id) -> bool:
    """Lay down what was answered in a round that is closed. Returns whether it could: all at once, or nothing.

    Without the key that sealed them the envelopes stay as they are, until it is among SECRET_KEY_FALLBACKS.
    """
    row = Round.objects.closed().select_for_update(skip_locked=True).filter(pk=round_id, mixed_at=None).first()
    if row is None:
        return False
    try:
        letters = [json.loads(unseal(sealed)) for sealed in row.envelopes.values_list("sealed", flat=True)]
    except InvalidToken:
        # Each tick tries again: once an hour is often enough to say so.
        if cache.add(f"surveys/sealed/{row.pk}", 1, 3600):
            logger.error("Answers of the survey round %s were sealed under another SECRET_KEY.", row.pk)
        return False
    agree = consent.still_agreed(one["consent"] for one in letters if one["consent"])
    _lay_down(row, [_given(letter, agree) for letter in letters])
    row.envelopes.all().delete()
    row.mixed_at = timezone.now()
    row.save(update_fields=["mixed_at"])
    return True


def _given(letter: dict[str, Any], agree: Mapping[int, uuid.UUID]) -> _Given:
    study_id = agree.get(letter["consent"])
    names = ("question_id", "value", "choice", "text")
    answers = [dict(zip(names, one, strict=True)) for one in letter["answers"]]
    return study_id if str(study_id) == letter["study_id"] else None, answers


def _lay_down(row: Round, given: list[_Given]) -> None:
    chance = random.SystemRandom()
    chance.shuffle(given)
    responses, answers = [], []
    for study_id, said in given:
        responses.append(Response(round=row, study_id=study_id))
        answers += [Answer(response=responses[-1], **columns) for columns in said]
    chance.shuffle(answers)
    Response.objects.bulk_create(responses)
    Answer.objects.bulk_create(answers)


@transaction.atomic
def cut(study_id: uuid.UUID) -> None:
    """Take a study id off the answers that bear it.

    All answers of those rounds are written anew: those that alone were touched would be known by it.
    """
    # What is being laid down now may bear it: wait for that. What is laid down later waits for this, and finds the "no".
    # FOR NO KEY UPDATE, so that people can go on answering meanwhile.
    sealed = Round.objects.filter(mixed_at=None, pk__in=Envelope.objects.values("round"))
    list(sealed.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    found = Round.objects.select_for_update().filter(pk__in=Response.objects.filter(study_id=study_id).values("round"))
    for row in found.order_by("pk"):
        given: list[_Given] = [
            (
                one.study_id if one.study_id != study_id else None,
                [
                    {name: getattr(answer, name) for name in ("question_id", "value", "choice", "text", "passed_on")}
                    for answer in one.answers.all()
                ],
            )
            for one in row.responses.prefetch_related("answers")
        ]
        row.responses.all().delete()
        _lay_down(row, given)

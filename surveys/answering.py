"""Answering: by whoever is signed in, or by the link in the mail. Once, and nothing says afterwards whose answers they are.

There is no entry of the audit trail about an answer, no key of a sent form and no minute: that somebody has answered, and on
which day, is all that is written beside a person.
"""

from __future__ import annotations

import hmac
import math
from collections.abc import Mapping
from typing import Any, Final

from django.core import signing
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts import drafts
from core.refusals import Refused
from core.time import wall_in
from surveys import envelopes
from surveys.envelopes import Said
from surveys.models import Asked, Question, QuestionKind, Survey
from surveys.rounds import DRAFTS

_SALT: Final = "surveys/answer"
_DIGITS: Final = 20
# Seconds that a question takes; one in own words takes longer.
SECONDS: Final = {QuestionKind.SCALE: 20, QuestionKind.CHOICE: 30, QuestionKind.TEXT: 90}


def draft_of(asked: Asked) -> str:
    """Return the name under which what somebody typed into this survey is kept."""
    return f"{DRAFTS}{asked.round_id}"


def questions_of(survey: Survey) -> list[Question]:
    """Return the questions that stand, in order."""
    return list(survey.questions.filter(taken_out_at=None))


def minutes_for(kinds: list[str]) -> int:
    """Return how many minutes questions of these kinds take, rounded up."""
    return max(1, math.ceil(sum(SECONDS[QuestionKind(kind)] for kind in kinds) / 60))


# ---------------------------------------------------------------- the link


def _mailbox(person: Any) -> str:
    return salted_hmac(f"{_SALT}/mailbox", (person.email or "").lower(), algorithm="sha256").hexdigest()[:_DIGITS]


def token_for(key: Any, person: Any) -> str:
    """Return the text in the address of a personal link: it names the row of who was asked, and their mailbox."""
    return signing.dumps([str(key), _mailbox(person)], salt=_SALT, compress=True)


def find(token: str) -> Asked | None:
    """Return whom a link was made for, None when it is none of ours, or leads to nobody who belongs here any more."""
    try:
        key, mailbox = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    row = Asked.objects.of_those_who_belong().with_survey().select_related("person").filter(pk=key).first()
    if row is None or not row.person.is_active or not hmac.compare_digest(mailbox, _mailbox(row.person)):
        return None
    return row


def state_of(asked: Asked) -> str:
    """Return "open", "finished" or "closed"."""
    if asked.finished_on:
        return "finished"
    return "open" if Asked.objects.filter(pk=asked.pk).of_an_open_round().exists() else "closed"


# ---------------------------------------------------------------- the answer


def note_start(asked: Asked) -> None:
    """Note that somebody has begun, on which day."""
    if asked.started_on is None:
        Asked.objects.filter(pk=asked.pk, started_on=None).update(started_on=_today(asked))


@transaction.atomic
def answer(*, asked: Asked, said: Mapping[Question, Said]) -> bool:
    """Keep what somebody answered, sealed and without them. Returns False where they had answered already: nothing is kept twice.

    Only with their consent to the evaluation does their study id stand with it. Refuses once the round is closed.
    """
    row = Asked.objects.select_for_update(of=("self",)).with_survey().select_related("person").get(pk=asked.pk)
    if row.finished_on:
        return False
    if state_of(row) != "open":
        raise Refused(_("This survey is closed. Thank you all the same."))
    envelopes.enclose(round=row.round, said=said, person=row.person)
    today = _today(row)
    Asked.objects.filter(pk=row.pk).update(started_on=Coalesce(F("started_on"), today), finished_on=today)
    drafts.forget(row.person, draft_of(row))
    return True


def _today(asked: Asked):
    return wall_in(timezone.now(), asked.round.survey.cohort.time_zone).date()

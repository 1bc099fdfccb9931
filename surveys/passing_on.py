"""What people will try after a session, for those who spoke there: sentences that the planning team has read and passes on.

Only answers to the one question that says so beside its box, before anybody writes; only once the round is closed and enough
have answered; never a sentence that no planner has ticked.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.db.models import Count, QuerySet

from audit.services import record
from core.refusals import Overtaken
from core.registry import Slot
from core.suppression import LEAST
from surveys.defaults import TRY
from surveys.models import Answer, Moment, Question, QuestionKind, Round
from surveys.signals import sentences_passed_on

readers = Slot("survey_readers", "room -> fn(key of a session) -> how many who spoke there have a page that they read")


def is_for_who_spoke(question: Question) -> bool:
    """Return whether sentences that answer this question may be passed on to who spoke."""
    return question.key == TRY and question.kind == QuestionKind.TEXT


def readable_about(key: str) -> QuerySet[Round]:
    """Return the round about a session once its answers can be read."""
    rows = Round.objects.closed().filter(about=key, survey__moment=Moment.SESSION, mixed_at__isnull=False)
    return rows.select_related("survey")


def sentences_of(row: Round) -> list[Answer]:
    """Return what was written about trying, in an order of chance that stays; nothing where too few have answered."""
    if row.mixed_at is None or row.survey.moment != Moment.SESSION:
        return []
    enough = Round.objects.filter(pk=row.pk).annotate(many=Count("responses")).filter(many__gte=LEAST)
    rows = Answer.objects.filter(
        response__round__in=enough.values("pk"), question__key=TRY, question__kind=QuestionKind.TEXT
    )
    return list(rows.exclude(text="").order_by("pk"))


def to_choose_from(key: str) -> Round | None:
    """Return the round about a session with sentences that may be passed on, None while there is none."""
    row = readable_about(key).first()
    return row if row and sentences_of(row) else None


def passed_on(row: Round) -> list[str]:
    """Return the sentences of a round that a planner has passed on."""
    return [one.text for one in sentences_of(row) if one.passed_on]


def has_readers(row: Round) -> bool:
    """Return whether anybody who spoke has a page on which they read what is passed on."""
    return any(many for _room, many in readers.ask_all(row.about))


@transaction.atomic
def pass_on(*, row: Round, keys: Collection[str], version: int, by) -> Round:
    """Pass these sentences on to who spoke, and no other; return the round. Raises Overtaken where somebody has chosen since."""
    now = Round.objects.select_for_update(of=("self",)).select_related("survey").get(pk=row.pk)
    found = sentences_of(now)
    chosen = {one.pk for one in found if str(one.pk) in keys}
    before = {one.pk for one in found if one.passed_on}
    if chosen == before:
        return now
    if now.version != version:
        raise Overtaken(now)
    Answer.objects.filter(pk__in=chosen - before).update(passed_on=True)
    Answer.objects.filter(pk__in=before - chosen).update(passed_on=False)
    now.version += 1
    now.save(update_fields=["version"])
    record("survey.sentences_passed_on", now, by=by, cohort_id=now.survey.cohort_id, n=len(chosen))
    if chosen - before:
        sentences_passed_on.send(Round, about=now.about, version=now.version)
    return now

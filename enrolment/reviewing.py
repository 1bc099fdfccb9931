"""What applications are read for, and how planners read them: criteria, points, conflicts, reading blind."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from audit.services import record
from collaborative.models import Cohort, Programme
from core.refusals import Overtaken, Refused
from enrolment import scoring
from enrolment.models import Application, Criterion, Decision, DecisionRules, Release, Review, State

# What a programme reads for until it says otherwise.
DEFAULTS: tuple[dict[str, Any], ...] = (
    {
        "name_en": "A reason of their own", "name_fr": "Une raison bien à eux",
        "hint_en": "They say what happens on their unit and whom it touches.",
        "hint_fr": "On comprend ce qui se passe dans leur unité et qui est touché.",
        "weight": 2,
    },
    {
        "name_en": "A team that can do it", "name_fr": "Une équipe qui peut le faire",
        "hint_en": "People from the point of care, somebody who decides, and time set aside.",
        "hint_fr": "Des gens du terrain, quelqu'un qui décide, et du temps réservé.",
        "weight": 2,
    },
    {
        "name_en": "Patients and families beside them", "name_fr": "Patients et proches à leurs côtés",
        "hint_en": "A partner is named or looked for, and made welcome.",
        "hint_fr": "Une personne partenaire est nommée ou recherchée, et bien accueillie.",
    },
    {
        "name_en": "Who is heard least", "name_fr": "Les personnes qu'on entend le moins",
        "hint_en": "They know who is heard least on their unit, and want to change it.",
        "hint_fr": "L'équipe sait qui on entend le moins chez elle et veut que cela change.",
    },
    {
        "name_en": "Backing from the top", "name_fr": "L'appui de la direction",
        "hint_en": "A sponsor has said yes and knows what for.",
        "hint_fr": "Une personne de la direction a dit oui et sait à quoi.",
    },
)  # fmt: skip


def criteria_of(programme: Programme) -> list[Criterion]:
    """Return what this programme reads for, in order; the usual ones, not saved yet, where it has none."""
    rows = list(programme.criteria.all())
    return rows or [Criterion(programme=programme, ordinal=nth, **one) for nth, one in enumerate(DEFAULTS, start=1)]


def weighed(criteria: Sequence[Criterion]) -> list[scoring.Weighed]:
    """Return the criteria as scoring takes them."""
    return [scoring.Weighed(str(one.pk), one.most, one.weight) for one in criteria]


_FIELDS = ("name_en", "name_fr", "hint_en", "hint_fr", "most", "weight")


def version_of(programme: Programme) -> int:
    """Return a number that changes with the criteria, so that two who edit them notice each other."""
    rows = [[getattr(one, name) for name in _FIELDS] for one in criteria_of(programme)]
    return zlib.crc32(json.dumps(rows).encode())


@transaction.atomic
def save_criteria(*, programme: Programme, rows: Sequence[Mapping[str, Any]], version: int, by) -> None:
    """Let a programme read for ``rows``, in this order. Points given for what keeps its place stay; others do not count.

    Raises Overtaken where somebody saved others meanwhile, and refuses an empty list.
    """
    programme = Programme.objects.select_for_update().get(pk=programme.pk)
    if version != version_of(programme):
        raise Overtaken(criteria_of(programme))
    if not rows:
        raise Refused(_("Keep at least one: without any, nothing can be scored."))
    _keep_defaults(programme)
    standing = {one.ordinal: one for one in programme.criteria.all()}
    for nth, row in enumerate(rows, start=1):
        one = standing.pop(nth, None) or Criterion(programme=programme, ordinal=nth)
        for name in _FIELDS:
            setattr(one, name, row[name])
        one.save()
    Criterion.objects.filter(pk__in=[one.pk for one in standing.values()]).delete()
    record("criteria.changed", programme, by=by, count=len(rows))


def _keep_defaults(programme: Programme) -> None:
    if not programme.criteria.exists():
        Criterion.objects.bulk_create(criteria_of(programme), ignore_conflicts=True)


@transaction.atomic
def save_review(
    *, application: Application, by, marks: Mapping[int, int], conflict: bool, note: str, version: int
) -> Review:
    """Write how ``by`` read an application: points by the criterion's place. Returns the review.

    Raises Overtaken where the same person saved another in between. Refuses an application that is not sent, points
    beyond a criterion's most, and a reading that says nothing.
    """
    row = Application.objects.select_for_update(of=("self",)).select_related("cohort__programme").get(pk=application.pk)
    if row.state != State.SUBMITTED:
        raise Refused(_("Only an application that was sent is read."))
    programme = Programme.objects.select_for_update().get(pk=row.cohort.programme_id)
    _keep_defaults(programme)
    criteria = {one.ordinal: one for one in programme.criteria.all()}
    for ordinal, points in marks.items():
        if ordinal not in criteria or not 0 <= points <= criteria[ordinal].most:
            raise Refused(_("Somebody changed the criteria meanwhile. Look at them again."))
    if not marks and not conflict:
        raise Refused(_("Give points for at least one, or say that you know the team too well."))
    review = Review.objects.filter(application=row, by=by).first()
    if (review.version if review else 0) != version:
        raise Overtaken(review)
    review = review or Review(application=row, by=by, version=0)
    review.marks = {str(criteria[ordinal].pk): points for ordinal, points in marks.items()}
    review.conflict, review.note, review.version = conflict, note, review.version + 1
    review.save()
    record("application.read", row, by=by, conflict=conflict, marks=len(marks))
    return review


def rules_of(cohort: Cohort) -> DecisionRules:
    """Return how the planners of a cohort read; as usual, not saved yet, where they have said nothing."""
    return DecisionRules.objects.filter(cohort=cohort).first() or DecisionRules(cohort=cohort)


@transaction.atomic
def read_blind(*, cohort: Cohort, blind: bool, by) -> None:
    """Let planners read with names and others' points hidden until their own review is in, or let them see at once."""
    Cohort.objects.select_for_update().get(pk=cohort.pk)
    rules = rules_of(cohort)
    if rules.blind != blind:
        rules.blind = blind
        rules.save()
        record("decision_rules.changed", cohort, by=by, cohort_id=cohort.pk, blind=blind)


def data_of(user) -> dict[str, Any]:
    """Return how ``user`` read and decided applications, without whose they were, and how many releases they made."""
    fields = ("created_at", "conflict", "marks", "note")
    return {
        "readings": list(Review.objects.filter(by=user).order_by("created_at").values(*fields)),
        "decisions": list(
            Decision.objects.filter(by=user)
            .order_by("created_at")
            .values("created_at", "before", "after", "decline_reason", "reason")
        ),
        "releases": Release.objects.filter(by=user).count(),
    }


def forget(user) -> None:
    """Empty the words with which ``user`` read and decided applications; points and outcomes stay, with nobody's name."""
    Review.objects.filter(by=user).update(note="")
    theirs = Decision.objects.filter(by=user)
    # What an application says of itself is its last word.
    last = theirs.filter(application=OuterRef("pk"), number=OuterRef("decided"))
    Application.objects.filter(Exists(last)).update(outcome_reason="")
    theirs.update(by=None, reason="")
    Release.objects.filter(by=user).update(by=None)

"""Every application of a cohort in the order of the list, light: what sorts, filters and counts it, and no word of what it says."""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid
from collections import defaultdict
from decimal import Decimal

from django.db.models import Case, Exists, OuterRef, Value, When

from collaborative.models import Cohort, Position
from enrolment import reviewing, scoring
from enrolment.decision_day.filters import OUTCOMES, Filter
from enrolment.decision_day.querysets import is_blind
from enrolment.models import Application, ApplicationMember, Outcome, Review, State

_SEATED = Case(
    When(state=State.SUBMITTED, outcome=Outcome.ACCEPT, team__withdrawn_at=None, then=Value(True)), default=Value(False)
)


@dataclasses.dataclass(frozen=True)
class Light:
    """What is needed of every application to sort, filter and count; no word of what it says."""

    pk: uuid.UUID
    state: str
    outcome: str
    province: str
    sector: str
    remoteness: str
    language: str
    submitted_at: dt.datetime | None
    partner: bool
    score: Decimal | None
    # Somebody read it whose points count; in a blind reading a score may be there and not be shown yet.
    scored: bool
    # It takes a place: accepted, and its team, where one stands, has not left.
    seated: bool = False

    @property
    def waits_for_a_score(self) -> bool:
        """Return whether it was sent, nobody decided it, and nobody read it whose points count."""
        return self.state == State.SUBMITTED and self.outcome == Outcome.OPEN and not self.scored

    def fits(self, wanted: Filter) -> bool:
        return (
            (self.state == State.WITHDRAWN) == (wanted.state == "withdrawn")
            and (not wanted.outcome or self.outcome == OUTCOMES[wanted.outcome])
            and wanted.province in ("", self.province)
            and wanted.sector in ("", self.sector)
            and wanted.language in ("", self.language)
            and (not wanted.partner or self.partner == (wanted.partner == "named"))
            and (not wanted.unscored or self.waits_for_a_score)
        )


def was_read():
    """Return the expression that says of an application whether somebody read it whose points count."""
    return Exists(Review.objects.filter(application=OuterRef("pk"), conflict=False))


def _partner_in():
    return Exists(ApplicationMember.objects.filter(application=OuterRef("pk"), position=Position.PARTNER))


def all_of(cohort: Cohort, *, reader) -> list[Light]:
    """Return every application that was sent, in the order of the list, as ``reader`` may know them. Three statements."""
    criteria = reviewing.weighed(reviewing.criteria_of(cohort.programme))
    readings: dict[uuid.UUID, list[scoring.Reading]] = defaultdict(list)
    own: set[uuid.UUID] = set()
    for application, by, marks, conflict in Review.objects.filter(application__cohort=cohort).values_list(
        "application", "by", "marks", "conflict"
    ):
        readings[application].append(scoring.Reading(marks, conflict))
        if by == reader.pk:
            own.add(application)
    blind = is_blind(cohort)
    more = ("partner", "scored", "seated")
    fields = ("pk", "state", "outcome", "province", "sector", "remoteness", "team_language", "submitted_at")
    rows = Application.objects.filter(cohort=cohort).exclude(state=State.DRAFT).exclude(submitted_at=None)
    found = []
    for facts in (
        rows.annotate(partner=_partner_in(), scored=was_read(), seated=_SEATED).values(*fields, *more).order_by()
    ):
        pk, language = facts["pk"], facts.pop("team_language")
        score = scoring.score(readings[pk], criteria)
        shown = score if not blind or pk in own else None
        found.append(Light(**facts, language=language, score=shown))
    first = cohort.programme.priority_sectors
    return sorted(
        found,
        key=lambda one: scoring.place(
            one.score, sector=one.sector, priority_sectors=first, sent=one.submitted_at, key=one.pk
        ),
    )

"""How far the applications to a cohort are, in counts, and what in them waits for the planning team."""

from __future__ import annotations

import dataclasses
import datetime as dt

from django.db.models import Count, Exists, JSONField, OuterRef, Q, Subquery
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.translation import ngettext, pgettext

from collaborative.models import Cohort
from enrolment import seats
from enrolment.deciding import still_told, told_now
from enrolment.decision_day.order import was_read
from enrolment.models import Application, Outcome, State

# A draft that nobody has touched for so long is stuck.
STUCK_DAYS = 7


@dataclasses.dataclass(frozen=True)
class Funnel:
    """Counts of a cohort's applications. ``told``: the minute has come; ``unreleased``: it is set for none yet."""

    drafts: int
    stuck: int
    sent: int
    scored: int
    unscored: int
    decided: int
    told: int
    unreleased: int
    waiting: int
    accepted_without_team: int
    late: int

    @property
    def is_empty(self) -> bool:
        return not (self.drafts or self.sent)

    def steps(self, *, teams: int, people: int) -> list[tuple[str, int]]:
        """Return the steps from the first draft to people who are in, as (name, how many)."""
        return [
            (pgettext("applications of a cohort", "being written"), self.drafts),
            (pgettext("applications of a cohort", "sent"), self.sent),
            (pgettext("applications of a cohort", "scored"), self.scored),
            (pgettext("applications of a cohort", "decided"), self.decided),
            (pgettext("applications of a cohort", "told"), self.told),
            (pgettext("applications of a cohort", "teams"), teams),
            (pgettext("applications of a cohort", "people in"), people),
        ]

    def needs(self, cohort: Cohort, *, teams: int) -> list[tuple[str, str, str]]:
        """Return what waits for a person, as (icon, sentence, name of the page). ``teams``: how many have their place."""
        free = seats.free(cohort, now=teams + self.accepted_without_team)
        found = [
            (
                self.unscored, "inbox", "planning_applications",
                ngettext("%(n)d application waits for a score", "%(n)d applications wait for a score", self.unscored),
            ),
            (
                self.unreleased, "send", "planning_release",
                ngettext("%(n)d decision is not released yet", "%(n)d decisions are not released yet", self.unreleased),
            ),
            (
                self.stuck, "pencil-line", "planning_applications",
                ngettext(
                    "%(n)d draft of an application has not been touched for a week",
                    "%(n)d drafts of applications have not been touched for a week",
                    self.stuck,
                ),
            ),
            (
                self.late, "clock", "planning_applications",
                ngettext(
                    "%(n)d applicant was still writing after the last day", "%(n)d applicants were still writing after the last day",
                    self.late,
                ),
            ),
            (
                free if self.waiting else 0, "user-plus", "planning_waiting",
                ngettext(
                    "%(n)d place is free, and somebody is on the waiting list",
                    "%(n)d places are free, and somebody is on the waiting list",
                    free,
                ),
            ),
        ]  # fmt: skip
        return [(icon, sentence % {"n": n}, page) for n, icon, page, sentence in found if n]


def with_funnel(cohorts):
    """Return the cohorts with the counts of their applications, for ``funnel_of``: no statement more for any number."""
    mine = {"application": OuterRef("pk")}
    same = {**mine, "outcome": OuterRef("outcome")}
    sent, decided = Q(state=State.SUBMITTED), Q(state=State.SUBMITTED) & ~Q(outcome=Outcome.OPEN)
    week_ago = timezone.now() - dt.timedelta(days=STUCK_DAYS)
    which = {
        "drafts": Q(state=State.DRAFT),
        "stuck": Q(state=State.DRAFT, edited_at__lt=week_ago),
        "sent": sent,
        "scored": sent & Q(was_read=True),
        "unscored": sent & Q(was_read=False, outcome=Outcome.OPEN),
        "decided": decided,
        "told": decided & Q(was_told=True),
        "unreleased": decided & Q(is_released=False),
        "waiting": sent & Q(outcome=Outcome.WAIT, was_told=True, offered_at=None),
        "accepted_without_team": sent & Q(outcome=Outcome.ACCEPT, team=None),
        "late": ~Q(state=State.WITHDRAWN) & Q(outcome=Outcome.OPEN, typed__has_key="late"),
    }
    rows = (
        Application.objects.filter(cohort=OuterRef("pk"))
        .annotate(
            was_read=was_read(),
            is_released=Exists(still_told().filter(**same)),
            was_told=Exists(told_now().filter(**same)),
        )
        .order_by()
        .values("cohort")
        .annotate(counts=JSONObject(**{name: Count("pk", filter=rule) for name, rule in which.items()}))
    )
    return cohorts.annotate(application_counts=Subquery(rows.values("counts"), output_field=JSONField()))


def funnel_of(cohort: Cohort) -> Funnel:
    """Return the counts of a cohort that came through ``with_funnel``. Nothing of what stands in a draft is looked at."""
    counts = cohort.application_counts  # type: ignore[attr-defined]  # `with_funnel` puts it there
    return Funnel(**(counts or {field.name: 0 for field in dataclasses.fields(Funnel)}))

"""One application, as one planner may read it: what the team wrote, how it was read, and what was done to it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from audit.models import Entry
from collaborative.line import today_in
from collaborative.models import Position
from core.language import language
from core.moments import read
from enrolment import reviewing, scoring
from enrolment.deciding import with_told
from enrolment.decision_day.board import Row, row_of
from enrolment.decision_day.order import Light
from enrolment.decision_day.querysets import is_blind
from enrolment.models import Application, Decision, DeclineReason, Outcome, Review, Told

_MOST_STEPS: Final = 30


@dataclasses.dataclass(frozen=True)
class ReviewOf:
    """How one planner read it: points by criterion as text, and what it makes."""

    review: Review
    who: str
    points: list[tuple[str, str]]
    score: Decimal | None


@dataclasses.dataclass(frozen=True)
class Step:
    """Something that was done: when, by whom, in words, and why where that was said."""

    at: dt.datetime
    by: Any
    words: str
    reason: str = ""


@dataclasses.dataclass(frozen=True)
class Detail:
    """Everything about one application, as one planner may read it."""

    application: Any
    row: Row
    members: list[Any]
    criteria: list[Any]
    own: Review | None
    reviews: list[ReviewOf]
    hidden: bool
    # The latest first.
    trail: list[Step]


def detail(application: Application, *, reader) -> Detail:
    """Return everything the team wrote, how it was read and what was done to it."""
    cohort = application.cohort
    criteria = reviewing.criteria_of(cohort.programme)
    weighed = reviewing.weighed(criteria)
    reviews = list(application.reviews.select_related("by").order_by("created_at"))
    own = next((one for one in reviews if one.by_id == reader.pk), None)
    hidden = is_blind(cohort) and own is None
    score = scoring.score([scoring.Reading(one.marks, one.conflict) for one in reviews], weighed)
    row = next(iter(with_told(Application.objects.filter(pk=application.pk).select_related("team"))))
    members = list(row.members.all())
    row.people, row.positions = len(members), len({one.position for one in members})
    row.read_by_me = own is not None
    row.cohort = cohort
    partner = any(one.position == Position.PARTNER for one in members)
    light = Light(
        row.pk, row.state, row.outcome, row.province, row.sector, row.remoteness, row.team_language, row.submitted_at,
        partner, None if hidden else score, score is not None,
    )  # fmt: skip
    return Detail(
        application=row,
        row=row_of(row, light, blind=is_blind(cohort), today=today_in(cohort)),
        members=members,
        criteria=criteria,
        own=own,
        reviews=[] if hidden else [_review(one, criteria) for one in reviews],
        hidden=hidden,
        trail=trail_of(row),
    )


def trail_of(application: Application) -> list[Step]:
    """Return what was done to an application, every decision with its reason and every release, the latest first.

    Three statements.
    """
    entries = Entry.objects.filter(about_type=Application._meta.label_lower, about_id=str(application.pk))
    steps = [
        Step(one.at, one.by, words)
        for one in entries.select_related("by").order_by("-at", "-pk")[:_MOST_STEPS]
        if (words := trail_words(one))
    ]
    decisions = application.decisions.select_related("by").order_by("-number")[:_MOST_STEPS]
    steps += [Step(one.created_at, one.by, decision_words(one), one.reason) for one in decisions]
    for one in application.told.select_related("release__by", "release__cohort").order_by("-created_at")[:_MOST_STEPS]:
        steps += _released(one)
    return sorted(steps, key=lambda one: one.at, reverse=True)


def _released(told: Told) -> list[Step]:
    """Return that an outcome was released, for which minute, and that the release was taken back where it was."""
    made, outcome = told.release, str(Outcome(told.outcome).label)
    words = {"outcome": outcome, "moment": read(made.release_at, made.cohort, lang=language()).mine}
    steps = [Step(made.created_at, made.by, _("released (%(outcome)s): the letter for %(moment)s") % words)]
    if made.undone_at:
        steps.append(Step(made.undone_at, None, _("release taken back (%(outcome)s)") % words))
    return steps


def decision_words(decision: Decision) -> str:
    """Return in words from which outcome to which, and with which reason for the letter."""
    words = {
        "before": str(Outcome(decision.before).label),
        "after": str(Outcome(decision.after).label),
        "why": str(DeclineReason(decision.decline_reason).label) if decision.decline_reason else "",
    }
    if decision.before == decision.after:
        return (
            _("%(after)s, said otherwise: %(why)s") % words
            if words["why"]
            else _("%(after)s, for another reason") % words
        )
    return (_("%(before)s → %(after)s: %(why)s") if words["why"] else _("%(before)s → %(after)s")) % words


def _review(review: Review, criteria: list[Any]) -> ReviewOf:
    points = [(one.name, f"{review.marks[str(one.pk)]}/{one.most}") for one in criteria if str(one.pk) in review.marks]
    score = scoring.score([scoring.Reading(review.marks, review.conflict)], reviewing.weighed(criteria))
    return ReviewOf(review, review.by.name, points, score)


def trail_words(entry: Entry) -> str:
    """Return in words what an entry of the trail says, "" for what has its words elsewhere."""
    told = entry.detail
    return {
        "application.begun": _("begun"),
        "application.sent": _("sent"),
        "application.sent_again": _("changed and sent again"),
        "application.withdrawn": _("withdrawn"),
        "application.brought_back": _("brought back"),
        "application.sponsor_asked": _("sponsor asked"),
        "application.sponsor_answered": _("sponsor answered"),
        "application.read": _("read, points given"),
        "application.moved_on_the_list": _("waiting list: place %(before)s → %(after)s")
        % {"before": told.get("before"), "after": told.get("after")},
        "application.offered_a_place": _("offered the place that became free"),
        "application.left_the_waiting_list": _("left the waiting list"),
    }.get(entry.verb, "")

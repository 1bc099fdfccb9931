"""Whose decision day this is: the cohorts and applications that a planner decides, and whether they read blind."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from collaborative.models import Cohort
from collaborative.planned import cohorts_planned_by
from enrolment.models import Application, DecisionRules, State


def cohorts_decided_by(user):
    """Return the cohorts whose applications ``user`` decides: those they plan, with what every page of them names."""
    return cohorts_planned_by(user).select_related("decision_rules")


def applications_decided_by(user):
    """Return the applications that ``user`` may read: sent to a cohort that they plan. What is not sent is nobody's."""
    rows = Application.objects.filter(cohort__in=Cohort.objects.run_by(user)).exclude(submitted_at=None)
    return rows.exclude(state=State.DRAFT).select_related("cohort__programme", "cohort__decision_rules", "team")


def pressed(user, cohort: Cohort, words: Iterable[str]) -> list[tuple[Application, int]]:
    """Return the applications that buttons and boxes name ("key:how often it was decided"), with that number, in order.

    Whatever ``user`` may not decide there, or is none at all, is left aside.
    """
    wanted: dict[uuid.UUID, int] = {}
    for word in words:
        key, _colon, seen = word.partition(":")
        try:
            wanted[uuid.UUID(key)] = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 6 else 0
        except ValueError:
            continue
    found = applications_decided_by(user).filter(cohort=cohort).in_bulk(list(wanted))
    return [(found[key], seen) for key, seen in wanted.items() if key in found]


def is_blind(cohort: Cohort) -> bool:
    """Return whether the planners of this cohort read blind. (Found with ``decision_rules``, this asks nothing.)"""
    try:
        return cohort.decision_rules.blind
    except DecisionRules.DoesNotExist:
        return False

"""What a planner plans, for the pages that change it: 404 for everybody else."""

from __future__ import annotations

from collaborative.models import Cohort, Programme


def cohorts_planned_by(user):
    """Return the cohorts that ``user`` plans, the latest first, with their programme."""
    return Cohort.objects.run_by(user).select_related("programme")


def programmes_planned_by(user):
    """Return the programmes that ``user`` plans, whole or any cohort of them, by name."""
    return Programme.objects.run_by(user).order_by("name_en")

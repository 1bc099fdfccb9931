"""The tables of people that somebody sent in."""

from __future__ import annotations

from enrolment.models import PeopleImport


def imports_of(user):
    """Return the tables that ``user`` sent in, whatever they may do now: the rows are checked against that."""
    return PeopleImport.objects.filter(by=user).select_related(
        "cohort__programme", "team__unit__organisation", "team__cohort__programme", "job"
    )

"""Everybody of a cohort, for its planning team: a list to look through and to take along."""

from __future__ import annotations

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.decorators import SignedInRequest, signed_in
from collaborative.models import Role
from collaborative.planned import cohorts_planned_by
from core import sheets
from core.methods import only
from enrolment import people_list
from enrolment.querysets import teams_to_fill

A_PAGE = 50
FILTERS = ("words", "team", "role", "state", "person")


@signed_in
def people(request: SignedInRequest, cohort_id) -> HttpResponse:
    """The list, filtered by what stands in the address; "?as=xlsx" takes along what is seen."""
    cohort = get_object_or_404(cohorts_planned_by(request.user), pk=cohort_id)
    only(request, "GET")
    asked = {name: request.GET.get(name, "")[:80] for name in FILTERS}
    rows = people_list.chosen(people_list.everybody(cohort), **asked)
    if request.GET.get("as") == "xlsx":
        head, cells = people_list.sheet(rows)
        return sheets.answer(head, cells, title=_("People"), file=f"{slugify(cohort.slug)}-people")
    parts = {
        "cohort": cohort,
        "page": Paginator(rows, A_PAGE).get_page(request.GET.get("page")),
        "asked": asked,
        "query": urlencode({name: value for name, value in asked.items() if value}),
        "teams": teams_to_fill(cohort),
        "roles": Role.choices,
        "states": people_list.STATES.items(),
    }
    return render(request, "enrolment/people_list.html", parts)

"""Many people at once: send a table or paste a list, look at what would be done, let it be done, see what became of it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.decorators import SignedInRequest, signed_in
from accounts.once import answer_once
from collaborative.permissions import fills
from collaborative.planned import cohorts_planned_by
from collaborative.querysets import teams_seen_by
from core.methods import must, only
from core.refusals import Refused
from enrolment.forms import PeopleForm
from enrolment.people_import import run
from enrolment.people_import.querysets import imports_of
from enrolment.querysets import teams_to_fill

# So many rows are shown at once; the others stand in the workbook.
SHOWN = 200


@signed_in
def into_cohort(request: SignedInRequest, cohort_id) -> HttpResponse:
    """People of several teams, by who plans the cohort."""
    cohort = get_object_or_404(cohorts_planned_by(request.user), pk=cohort_id)
    form = PeopleForm(*_sent(request), teams=teams_to_fill(cohort))
    return _ask(request, form, cohort=cohort, back=reverse("planning_cohort", args=[cohort.pk]))


@signed_in
def into_team(request: SignedInRequest, team_id) -> HttpResponse:
    """People of one team, by its lead or who plans its cohort."""
    team = get_object_or_404(teams_seen_by(request.user), pk=team_id)
    must(fills(request.user, team))
    form = PeopleForm(*_sent(request))
    return _ask(request, form, cohort=team.cohort, team=team, back=reverse("team_people", args=[team.pk]))


def _sent(request: SignedInRequest) -> tuple:
    return (request.POST, request.FILES) if request.method == "POST" else ()


def _ask(request: SignedInRequest, form: PeopleForm, *, cohort, back: str, team=None) -> HttpResponse:
    def make() -> str:
        into = team or form.chosen_team
        people = run.prepare(cohort=cohort, table=form.table(), by=request.user, team=into)
        return reverse("people_import", args=[people.pk])

    parts = {"form": form, "cohort": cohort, "team": team, "back": back}
    return answer_once(request, form, make) or render(request, "enrolment/people_import_new.html", parts)


@signed_in
def one(request: SignedInRequest, import_id) -> HttpResponse:
    """What would be done with every row; once it was let be done, how far it is and what became of it."""
    people = get_object_or_404(imports_of(request.user), pk=import_id)
    if request.method == "POST":
        try:
            run.confirm(people=people, by=request.user)
        except Refused as refused:
            messages.warning(request, refused.sentence)
        return redirect("people_import", people.pk)
    only(request, "GET", "POST")
    rows = run.checked(people, by=request.user)
    back = ("team_people", people.team_id) if people.team_id else ("planning_cohort", people.cohort_id)
    parts = {
        "people": people,
        "cohort": people.cohort,
        "groups": run.grouped(rows, most=SHOWN),
        "counts": run.counted(rows),
        "back": reverse(back[0], args=[back[1]]),
        "runs": people.job is not None and not people.job.is_over,
    }
    part = request.headers.get("HX-Request") == "true"
    return render(request, "enrolment/_people_import.html" if part else "enrolment/people_import.html", parts)

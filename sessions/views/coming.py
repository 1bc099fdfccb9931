"""Whether people come: the answer of each, and what the planning team sees of all."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.decorators import SignedInRequest, signed_in
from core import sheets
from core.methods import must, only
from core.refusals import Refused
from core.toasts import say
from sessions.coming import answers as coming
from sessions.coming.answers import Coverage, TeamComing
from sessions.coming.forms import AnswerForm
from sessions.models import Via
from sessions.querysets import person_expected_at, sessions_of_cohort
from sessions.room.joining import is_expected
from sessions.views.planned import session_planned_by


@signed_in
def answer(request: SignedInRequest, cohort_id, session_id) -> HttpResponse:
    """Yes, perhaps or no: one press, and another one until the end."""
    learning_session = get_object_or_404(sessions_of_cohort(cohort_id, request.user), pk=session_id)
    must(is_expected(learning_session, request.user))
    only(request, "POST")
    try:
        coming.say(
            learning_session=learning_session,
            person=request.user,
            coming=request.POST.get("coming", ""),
            by=request.user,
        )
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        say(request, _("Noted."))
    return redirect("session", cohort_id, session_id)


@signed_in
def planned(request: SignedInRequest, session_id) -> HttpResponse:
    """Who comes, team by team; an answer that came by telephone can be entered."""
    learning_session = session_planned_by(request, session_id)
    coverage = coming.coverage_of(learning_session)
    if request.method == "GET" and request.GET.get("as") == "xlsx":
        return _sheet(coverage)
    form = AnswerForm(request.POST or None, people=coverage.people)
    if request.method == "POST" and form.is_valid():
        try:
            coming.say(
                learning_session=learning_session,
                person=person_expected_at(learning_session, form.cleaned_data["person"]),
                coming=form.cleaned_data["coming"],
                via=Via.PLANNER,
                by=request.user,
            )
        except Refused as refused:
            refused.put_on(form)
        else:
            say(request, _("Noted."))
            return redirect("planning_session_coming", session_id)
    page = {
        "learning_session": learning_session, "cohort": learning_session.cohort, "coverage": coverage, "form": form,
    }  # fmt: skip
    return render(request, "sessions/coming.html", page)


def _sheet(coverage: Coverage) -> HttpResponse:
    head = [_("Team"), _("Coming"), _("Perhaps"), _("Not coming"), _("No answer yet"), _("Nobody coming as")]
    rows = [_cells(one) for one in (*coverage.teams, coverage.beside, coverage.total)]
    return sheets.answer(head, rows, title=_("Who comes"), file="coming")


def _cells(one: TeamComing) -> list:
    return [one.name, one.yes, one.maybe, one.no, one.silent, _("paused") if one.rests else " ".join(one.missing)]

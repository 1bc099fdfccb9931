"""The run of show, as the planning team writes and prints it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.decorators import SignedInRequest, signed_in
from accounts.once import answer_once
from core.language import language
from core.methods import only
from core.pdf import PAPERS
from core.time import clock, spoken_place
from core.toasts import say
from sessions import run_of_show
from sessions.models import LearningSession, RunItem
from sessions.planning_forms import LineForm, NewLineForm
from sessions.shown import shown
from sessions.views.planned import edit, session_planned_by


def _to(learning_session: LearningSession) -> str:
    return reverse("planning_session_run", args=[learning_session.pk])


@signed_in
def page(request: SignedInRequest, session_id) -> HttpResponse:
    """Who does what at which minute, the agenda beside it, and a box for one line more."""
    learning_session = session_planned_by(request, session_id)
    cohort = learning_session.cohort
    form = NewLineForm(request.POST or None)

    def make() -> str:
        run_of_show.add_line(learning_session=learning_session, by=request.user, **form.answers())
        say(request, _("It stands in the run of show."))
        return _to(learning_session)

    if answer := answer_once(request, form, make):
        return answer
    lang = language()
    return render(
        request,
        "sessions/run.html",
        {
            "learning_session": learning_session,
            "cohort": cohort,
            "form": form,
            "steps": [
                (clock(one.at, cohort.time_zone, lang), one.line) for one in run_of_show.steps_of(learning_session)
            ],
            "lines": shown(learning_session).lines,
            "clock_of": spoken_place(cohort.city, lang),
        },
    )


@signed_in
def on_paper(request: SignedInRequest, session_id) -> HttpResponse:
    """The run of show with the agenda, as PDF for the printer: Letter, or A4."""
    learning_session = session_planned_by(request, session_id)
    only(request, "GET")
    paper = request.GET.get("paper", "")
    made = run_of_show.document(
        learning_session, shown(learning_session), paper=paper if paper in PAPERS else PAPERS[0]
    )
    answer = HttpResponse(made, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="run-of-show-{learning_session.day.isoformat()}.pdf"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _line(learning_session: LearningSession, line_id: int) -> RunItem:
    return get_object_or_404(run_of_show.lines_of(learning_session), pk=line_id)


@signed_in
def line(request: SignedInRequest, session_id, line_id) -> HttpResponse:
    """Change a line."""
    learning_session = session_planned_by(request, session_id)
    row = _line(learning_session, line_id)
    return edit(
        request,
        LineForm(request.POST or None, initial=LineForm.values_of(row)),
        lambda values: run_of_show.change_line(line=row, by=request.user, **values),
        template="sessions/run_line.html",
        back=_to(learning_session),
        line=row,
        learning_session=learning_session,
        cohort=learning_session.cohort,
    )


@signed_in
def remove(request: SignedInRequest, session_id, line_id) -> HttpResponse:
    """Take a line out. Gone already, it is as it should be."""
    learning_session = session_planned_by(request, session_id)
    row = run_of_show.lines_of(learning_session).filter(pk=line_id).first()
    only(request, "POST")
    if row is not None:
        run_of_show.remove_line(line=row, by=request.user)
        say(request, _("Taken out."))
    return redirect(_to(learning_session))

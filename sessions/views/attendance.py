"""Who was at a session: noted by hand or from a report of the meeting; the grid of a cohort."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.decorators import SignedInRequest, signed_in
from accounts.once import answer_once
from collaborative.planned import cohorts_planned_by
from core import sheets
from core.methods import only
from core.refusals import Refused
from core.toasts import say
from sessions.attendance import attending, register
from sessions.attendance.forms import ReportForm, SettleForm
from sessions.meeting_reports import review, taking_in
from sessions.querysets import attendance_of, reports_of
from sessions.room.forms import FindForm
from sessions.views.planned import session_planned_by


@signed_in
def page(request: SignedInRequest, session_id) -> HttpResponse:
    """Who was there, by team and person; somebody is looked for, whoever is missing entered, a mistake taken out."""
    learning_session = session_planned_by(request, session_id)
    only(request, "GET", "POST")
    if request.method == "POST" and "name" not in request.POST:
        return _change(request, learning_session)
    # Sent, not asked for: a name never stands in an address.
    form, named = FindForm(request.POST or None), ""
    if form.is_valid():
        named = form.cleaned_data["name"]
        form = FindForm(initial={"name": named})
    told = register.register_of(learning_session)
    if request.GET.get("as") == "xlsx":
        attendance = _("attendance")
        name = slugify(f"{attendance}-{learning_session.title}")[:60]
        return sheets.answer(*register.sheet_of(told), title=_("Attendance"), file=name)
    return render(
        request,
        "sessions/attendance.html",
        {
            "learning_session": learning_session,
            "cohort": learning_session.cohort,
            "register": told,
            "form": form,
            "named": named,
            "folds": register.folds_of(told, opened=request.GET.get("team", ""), named=named),
        },
    )


def _change(request: SignedInRequest, learning_session) -> HttpResponse:
    sent, out = list(map(_key, request.POST.getlist("enter"))), _key(request.POST.get("out", ""))
    ticked = [key for key in sent if key]
    try:
        if ticked:
            n = attending.enter(learning_session=learning_session, person_ids=ticked, by=request.user)
            say(
                request,
                ngettext("%(n)d person entered.", "%(n)d people entered.", n) % {"n": n} if n else _("Entered."),
            )
        elif out:
            # Pressed twice, the row is gone already: that is as good.
            if row := attendance_of(learning_session).filter(pk=out).first():
                attending.take_out(attendance=row, by=request.user)
                say(request, _("Taken out."))
        elif sent or "out" in request.POST:
            raise Refused(_("That did not work. Press the button again."))
        else:
            raise Refused(_("Tick first who was there."))
    except Refused as refused:
        messages.warning(request, refused.sentence)
    here = reverse("planning_session_attendance", args=[learning_session.pk])
    # Back to where the button was pressed: the team stays open.
    team = _key(request.POST.get("team", ""))
    return redirect(f"{here}?team={team}#team-{team}" if team else here)


def _key(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


@signed_in
def report_new(request: SignedInRequest, session_id) -> HttpResponse:
    """Send the report that Zoom or Teams made of the meeting."""
    learning_session = session_planned_by(request, session_id)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ReportForm(*sent, learning_session=learning_session)

    def make() -> str:
        taken = taking_in.take_in(
            learning_session=learning_session, content=form.content(), zone=form.zone, by=request.user
        )
        if taken.again:
            say(request, _("This file had been taken in before: nothing has changed."))
        return reverse("planning_session_report", args=[learning_session.pk, taken.report.pk])

    return answer_once(request, form, make) or render(
        request,
        "sessions/report_new.html",
        {
            "form": form,
            "learning_session": learning_session,
            "cohort": learning_session.cohort,
            "back": reverse("planning_session_attendance", args=[learning_session.pk]),
        },
    )


@signed_in
def report(request: SignedInRequest, session_id, report_id) -> HttpResponse:
    """What a report said and whom we took its names for; whoever nobody recognised is settled here; it is taken back."""
    learning_session = session_planned_by(request, session_id)
    if request.method == "POST" and "take_back" in request.POST:
        return _take_back(request, learning_session, report_id)
    found = get_object_or_404(reports_of(learning_session), pk=report_id)
    only(request, "GET", "POST")
    taking_back = "take_back" in request.GET
    told = review.review_of(found, again=_key(request.GET.get("name", "")))
    form = SettleForm(
        request.POST if request.method == "POST" else None, rows=told.asked, people=told.people, guests=told.guests
    )
    if request.method == "POST" and form.is_valid():
        try:
            done = taking_in.settle(report=found, answers=form.answers(), by=request.user)
        except Refused as refused:
            refused.put_on(form)
        else:
            if done:
                say(request, ngettext("%(n)d name settled.", "%(n)d names settled.", done) % {"n": done})
            return redirect("planning_session_report", learning_session.pk, found.pk)
    return render(
        request,
        "sessions/report.html",
        {
            "form": form,
            "report": found,
            "review": told,
            "learning_session": learning_session,
            "cohort": learning_session.cohort,
            "taking_back": taking_back,
            "goes": taking_in.people_of(found) if taking_back else 0,
        },
    )


def _take_back(request: SignedInRequest, learning_session, report_id) -> HttpResponse:
    # Pressed twice, the report is gone already: that is as good.
    if found := reports_of(learning_session).filter(pk=report_id).first():
        try:
            taking_in.take_back(report=found, by=request.user)
        except Refused as refused:
            messages.warning(request, refused.sentence)
            return redirect("planning_session_report", learning_session.pk, found.pk)
        say(request, _("The report was taken back."))
    return redirect("planning_session_attendance", learning_session.pk)


@signed_in
def grid(request: SignedInRequest, cohort_id) -> HttpResponse:
    """Teams against sessions: how many came, who of those who are asked for, what is paused and what is missing."""
    cohort = get_object_or_404(cohorts_planned_by(request.user), pk=cohort_id)
    only(request, "GET")
    told = register.grid_of(cohort)
    if request.GET.get("as") == "xlsx":
        return sheets.answer(*register.sheet_of_grid(told), title=_("Attendance"), file=slugify(_("attendance")))
    return render(request, "sessions/attendance_grid.html", {"cohort": cohort, "grid": told})

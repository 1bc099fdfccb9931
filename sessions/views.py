"""The session's page, Join, and what planners change. ``learning_session`` is ours; ``request.session`` is Django's."""

from __future__ import annotations

import datetime as dt
import math
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.decorators import SignedInRequest, signed_in
from collaborative.permissions import plans
from collaborative.reschedule import undo
from core.language import language
from core.methods import must, only
from core.moments import read
from core.refusals import Overtaken, Refused
from core.time import clock, spoken_place
from core.toasts import say
from sessions import services
from sessions.forms import DetailsForm, MoveForm
from sessions.models import LearningSession
from sessions.querysets import may_be_undone_by, sessions_of_cohort, sessions_seen_by


@signed_in
def session(request: SignedInRequest, cohort_id, session_id) -> HttpResponse:
    """What it is, when it is for you, and one button."""
    learning_session = get_object_or_404(sessions_of_cohort(cohort_id, request.user), pk=session_id)
    only(request, "GET")
    a_part = request.headers.get("HX-Request") == "true"  # a page left open asks whether the room is open
    template = "sessions/_strip.html" if a_part else "sessions/session.html"
    return render(request, template, _page(request, learning_session))


@signed_in
def join(request: SignedInRequest, cohort_id, session_id) -> HttpResponse:
    """Record attendance and hand the browser on.

    Not a redirect: the policy's ``form-action 'self'`` would block one after a POST to another host. A plain page sends
    the browser on, and shows the link and the telephone number should that fail.
    """
    learning_session = get_object_or_404(sessions_of_cohort(cohort_id, request.user), pk=session_id)
    must(services.is_expected(learning_session, request.user))
    only(request, "POST")
    try:
        joined = services.join(learning_session=learning_session, user=request.user)
    except Refused as refused:
        return render(
            request, "sessions/session.html", _page(request, learning_session, refused=refused.sentence), status=409
        )
    response = render(
        request,
        "sessions/joined.html",
        {"learning_session": learning_session, "url": joined.url, "host": urlsplit(joined.url).hostname},
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _page(request: SignedInRequest, learning_session, refused: str = "") -> dict:
    now, cohort = timezone.now(), learning_session.cohort
    state, expected = learning_session.state_at(now), services.is_expected(learning_session, request.user)
    undoable = may_be_undone_by(request.user, learning_session).first()
    return {
        "learning_session": learning_session,
        "cohort": cohort,
        "crumbs": [{"text": cohort.name, "url": reverse("cohort", args=[cohort.pk])}, {"text": learning_session.title}],
        "state": state,
        # What the room does concerns those who come.
        "state_words": learning_session.state_words(now) if expected or state in ("over", "cancelled") else "",
        "looks_again": learning_session.looks_again(now) if expected else "",
        "opens": _hour(request, learning_session.opens_at, cohort),
        "attendance_count": learning_session.attendance.count(),
        "agenda": [
            (clock(at, request.user.time_zone, language()), item) for at, item in learning_session.agenda_with_times()
        ],
        "expected": expected,
        "came": learning_session.attendance.filter(person=request.user).exists(),
        "planner": plans(request.user, cohort),
        "undoable": undoable,
        "undo_until": undoable and _hour(request, undoable.open_until, cohort),
        "refused": refused,
    }


def _hour(request: SignedInRequest, moment: dt.datetime, cohort) -> str:
    """Return the hour on the reader's clock, with its place."""
    return read(moment, cohort, request.user, lang=language(), dated=False).mine


def _run(request: SignedInRequest, session_id) -> LearningSession:
    """Return the session for a verb of those who plan its cohort."""
    learning_session = get_object_or_404(sessions_seen_by(request.user), pk=session_id)
    must(plans(request.user, learning_session.cohort))
    return learning_session


@signed_in
def move(request: SignedInRequest, session_id) -> HttpResponse:
    """Move a session: type, see what follows, confirm. Only what was seen is confirmed; else it is shown first."""
    learning_session = _run(request, session_id)
    now = {"day": learning_session.day, "clock": learning_session.clock}
    form = MoveForm(request.POST or None, initial=now, learning_session=learning_session)
    preview, mark = None, ""
    if request.method == "POST" and form.is_valid():
        mark = services.mark_of_move(learning_session, form.wall())
        confirmed = request.POST.get("confirm") == mark
        try:
            moved = services.move_session(
                learning_session=learning_session,
                to=form.wall(),
                by=request.user,
                reason=form.cleaned_data["reason"],
                dry_run=not confirmed,
            )
        except Refused as refused:
            refused.put_on(form)
        else:
            if moved.reschedule:
                say(request, _("Moved."))  # the page it leads to has Undo, as long as it is possible
                return redirect("session", learning_session.cohort_id, learning_session.pk)
            preview = services.preview_of(moved)
    return render(
        request,
        "sessions/move.html",
        {
            "form": form,
            "learning_session": learning_session.as_stored(),
            "cohort": learning_session.cohort,
            "undo_minutes": math.ceil(settings.UNDO_SECONDS / 60),
            "clock_of": spoken_place(learning_session.cohort.city, request.LANGUAGE_CODE[:2]),
            "preview": preview,
            "mark": mark,
            "other": "confirm" in request.POST,
        },
    )


@signed_in
def undo_move(request: SignedInRequest, session_id, change_id) -> HttpResponse:
    """A session goes back to where it stood, as long as its move can be undone."""
    learning_session = _run(request, session_id)
    change = get_object_or_404(may_be_undone_by(request.user, learning_session, also_late=True), pk=change_id)
    only(request, "POST")
    try:
        undo(reschedule=change, by=request.user)
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        say(request, _("Undone. Everything stands where it stood; nobody is told."))
    return redirect("session", learning_session.cohort_id, learning_session.pk)


@signed_in
def details(request: SignedInRequest, session_id) -> HttpResponse:
    """Change what the session says about itself and where it meets."""
    learning_session = _run(request, session_id)
    form = DetailsForm(request.POST or None, initial=DetailsForm.values_of(learning_session))
    theirs = None
    if request.method == "POST" and form.is_valid():
        try:
            services.change_details(learning_session=learning_session, by=request.user, **form.cleaned_data)
        except Overtaken as overtaken:
            theirs = overtaken.theirs
            form.go_on_from(theirs.details_version)
        except Refused as refused:
            refused.put_on(form)
        else:
            say(request, _("Saved."))
            return redirect("session", learning_session.cohort_id, learning_session.pk)
    page = {"form": form, "learning_session": learning_session, "cohort": learning_session.cohort}
    if theirs:
        page |= {"overtaken": True, "theirs": form.beside(theirs)}
    return render(request, "sessions/details.html", page, status=409 if theirs else 200)

"""The session's page, Join, and what planners change. ``learning_session`` is ours; ``request.session`` is Django's."""

from __future__ import annotations

import math

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.decorators import SignedInRequest, signed_in
from collaborative.reschedule import undo
from core.language import language
from core.methods import must, only
from core.moments import read
from core.refusals import Refused
from core.time import spoken_place
from core.toasts import say
from sessions import services
from sessions.forms import DetailsForm, MoveForm
from sessions.meetings import choosing
from sessions.models import LearningSession
from sessions.querysets import may_be_undone_by, sessions_of_cohort
from sessions.room import joining
from sessions.session_page import page_of
from sessions.speaking.mail import who_hears_of_a_move
from sessions.views.going_on import hand_over
from sessions.views.planned import edit, session_planned_by


@signed_in
def session(request: SignedInRequest, cohort_id, session_id) -> HttpResponse:
    """What it is, when it is for you, and one button."""
    learning_session = _found(request, cohort_id, session_id)
    only(request, "GET")
    a_part = request.headers.get("HX-Request") == "true"  # a page left open asks whether the room is open
    template = "sessions/_strip.html" if a_part else "sessions/session.html"
    return render(request, template, page_of(learning_session, request.user))


@signed_in
def join(request: SignedInRequest, cohort_id, session_id) -> HttpResponse:
    """Record attendance and hand the browser on."""
    # All of them press in the same minute, and the page that sends them on names nothing of the programme.
    rows = sessions_of_cohort(cohort_id, request.user).select_related(None).select_related("cohort")
    learning_session = get_object_or_404(rows, pk=session_id)
    must(joining.is_expected(learning_session, request.user))
    only(request, "POST")
    try:
        joined = joining.join(learning_session=learning_session, user=request.user)
    except Refused as refused:
        page = page_of(_found(request, cohort_id, session_id), request.user, refused=refused.sentence)
        return render(request, "sessions/session.html", page, status=409)
    back = reverse("session", args=[cohort_id, session_id])
    return hand_over(request, joined.url, learning_session=learning_session, back=back)


def _found(request: SignedInRequest, cohort_id, session_id) -> LearningSession:
    """Return the session as its page shows it."""
    rows = joining.with_numbers(sessions_of_cohort(cohort_id, request.user), request.user)
    return get_object_or_404(rows, pk=session_id)


@signed_in
def move(request: SignedInRequest, session_id) -> HttpResponse:
    """Move a session: type, see what follows, confirm. Only what was seen is confirmed; else it is shown first."""
    learning_session = session_planned_by(request, session_id)
    now = {"day": learning_session.day, "clock": learning_session.clock}
    form = MoveForm(request.POST or None, initial=now, learning_session=learning_session)
    preview, mark, speakers = None, "", []
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
            speakers = who_hears_of_a_move(learning_session.as_stored(), preview.after)
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
            "speakers": speakers,
            "undo_until": _undo_until(preview, learning_session, request.user),
            "mark": mark,
            "other": "confirm" in request.POST,
        },
    )


def _undo_until(preview: services.Preview | None, learning_session: LearningSession, user) -> str:
    """Return until when a move could be undone, where that is sooner than usual; else ""."""
    if preview is None or preview.closes_at is None:
        return ""
    return read(preview.closes_at, learning_session.cohort, user, lang=language(), dated=False).mine


@signed_in
def undo_move(request: SignedInRequest, session_id, change_id) -> HttpResponse:
    """A session goes back to where it stood, as long as its move can be undone."""
    learning_session = session_planned_by(request, session_id)
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
    """Change what the session says about itself."""
    learning_session = session_planned_by(request, session_id)
    return edit(
        request,
        DetailsForm(request.POST or None, initial=DetailsForm.values_of(learning_session)),
        lambda values: services.change_details(learning_session=learning_session, by=request.user, **values),
        template="sessions/details.html",
        back=reverse("session", args=[learning_session.cohort_id, learning_session.pk]),
        learning_session=learning_session,
        cohort=learning_session.cohort,
        missing=choosing.missing_to_join(learning_session, timezone.now()),
    )

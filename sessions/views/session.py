"""The session's page, Join, and what planners change. ``learning_session`` is ours; ``request.session`` is Django's."""

from __future__ import annotations

import datetime as dt
import math

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
from core.time import spoken_place
from core.toasts import say
from sessions import cancelling, evaluation, materials, services
from sessions.attendance import recaps
from sessions.coming import answers as coming
from sessions.forms import DetailsForm, MoveForm
from sessions.models import LearningSession
from sessions.querysets import may_be_undone_by, sessions_of_cohort, sessions_seen_by
from sessions.room import beside as in_the_room
from sessions.room import guests, joining, sound
from sessions.shown import shown
from sessions.views.going_on import hand_over


@signed_in
def session(request: SignedInRequest, cohort_id, session_id) -> HttpResponse:
    """What it is, when it is for you, and one button."""
    learning_session = _found(request, cohort_id, session_id)
    only(request, "GET")
    a_part = request.headers.get("HX-Request") == "true"  # a page left open asks whether the room is open
    template = "sessions/_strip.html" if a_part else "sessions/session.html"
    return render(request, template, _page(request, learning_session))


@signed_in
def join(request: SignedInRequest, cohort_id, session_id) -> HttpResponse:
    """Record attendance and hand the browser on."""
    learning_session = get_object_or_404(sessions_of_cohort(cohort_id, request.user), pk=session_id)
    must(joining.is_expected(learning_session, request.user))
    only(request, "POST")
    try:
        joined = joining.join(learning_session=learning_session, user=request.user)
    except Refused as refused:
        page = _page(request, _found(request, cohort_id, session_id), refused=refused.sentence)
        return render(request, "sessions/session.html", page, status=409)
    back = reverse("session", args=[cohort_id, session_id])
    return hand_over(request, joined.url, learning_session=learning_session, back=back)


def _found(request: SignedInRequest, cohort_id, session_id) -> LearningSession:
    """Return the session as its page shows it."""
    rows = joining.with_numbers(sessions_of_cohort(cohort_id, request.user), request.user)
    return get_object_or_404(rows, pk=session_id)


def _page(request: SignedInRequest, learning_session, refused: str = "") -> dict:
    """Return what the page shows. Many rooms share it: each adds one part, and all together take twelve statements."""
    now, cohort, user = timezone.now(), learning_session.cohort, request.user
    expected, planner = joining.is_expected(learning_session, user), plans(user, cohort)
    state = learning_session.state_at(now)
    if cohort.closed_at and state not in ("over", "cancelled"):
        state = "closed"
    room = in_the_room.room_of(learning_session, user) if expected and learning_session.opens_at <= now else None
    fresh = now - learning_session.changed_at < dt.timedelta(seconds=settings.UNDO_SECONDS)
    undoable = may_be_undone_by(user, learning_session).first() if planner and fresh and state != "over" else None
    return {
        "learning_session": learning_session,
        "cohort": cohort,
        "crumbs": [{"text": cohort.name, "url": reverse("cohort", args=[cohort.pk])}, {"text": learning_session.title}],
        "state": state,
        # What the room does concerns those who come.
        "state_words": _state_words(learning_session, state, now, expected=expected),
        "looks_again": learning_session.looks_again(now) if expected and state != "closed" else "",
        "opens": _hour(request, learning_session.opens_at, cohort),
        "shown": shown(learning_session, user),
        "restore_until": (
            _hour(request, learning_session.cancelled_for_good_at, cohort)
            if planner and cancelling.may_be_restored(learning_session)
            else ""
        ),
        "materials": materials.of_session(learning_session, published=True),
        "recap": recaps.way_to(
            learning_session.has_recap, came=not expected or learning_session.counts or learning_session.waits
        )
        if state == "over"
        else "",
        "coming": coming.panel(learning_session, user) if state in ("ahead", "soon", "open") else None,
        "survey": evaluation.waits_after(learning_session, user) if expected else None,
        "expected": expected,
        "room": room,
        "joined": learning_session.joined,
        "attendance_words": _attendance_words(learning_session, state),
        "tries_sound": expected and sound.may_be_tried(learning_session, now),
        "admits": state == "open" and guests.may_admit(learning_session, user),
        "planner": planner,
        "tally": joining.tally(learning_session) if planner else None,
        "undoable": undoable,
        "undo_until": undoable and _hour(request, undoable.open_until, cohort),
        "refused": refused,
    }


def _state_words(learning_session, state: str, now: dt.datetime, *, expected: bool) -> str:
    """Return how far the session is, for those who come; for everybody that it is over, or will not be."""
    if state == "closed":
        return _("This series has ended")
    return learning_session.state_words(now) if expected or state in ("over", "cancelled") else ""


def _attendance_words(learning_session, state: str) -> str:
    """Return what is noted of the reader, "" where nothing is."""
    if not learning_session.joined:
        return ""
    if learning_session.waits:
        return _("You are noted; your team’s lead has still to confirm it.")
    if not learning_session.counts:
        return _("You were there for a part of it, too short to count.")
    if state == "over":
        return _("You were there; your attendance is noted.")
    return _("You have joined; your attendance is noted.")


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
    """Change what the session says about itself."""
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

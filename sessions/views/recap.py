"""Missed it? The recap of a session: written by the planning team, read by the cohort."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from accounts.decorators import SignedInRequest, signed_in
from collaborative.permissions import plans, takes_part
from core import markdown
from core.methods import must, only
from core.refusals import Refused
from core.toasts import say
from sessions.attendance import recaps
from sessions.attendance.recap_forms import RecapForm
from sessions.querysets import sessions_of_cohort
from sessions.views.planned import edit, session_planned_by


@signed_in
def write(request: SignedInRequest, session_id) -> HttpResponse:
    """Write what a session said; show it to everybody, in both languages at once."""
    learning_session = session_planned_by(request, session_id)
    recap = recaps.recap_of(learning_session)
    publish = request.POST.get("then") == "publish"
    form = RecapForm(
        request.POST if request.method == "POST" else None,
        initial=RecapForm.values_of(recap),
        publishing=publish or recap.published_at is not None,
    )

    def save(values) -> None:
        recaps.write(learning_session=learning_session, by=request.user, publish=publish, **values)

    return edit(
        request,
        form,
        save,
        template="sessions/recap_write.html",
        back=reverse("planning_session_recap", args=[learning_session.pk]),
        learning_session=learning_session,
        cohort=learning_session.cohort,
        recap=recap,
        over=learning_session.ends_at <= timezone.now() and not learning_session.cancelled_at,
    )


@signed_in
def take_back(request: SignedInRequest, session_id) -> HttpResponse:
    """Let nobody but the planning team see it."""
    learning_session = session_planned_by(request, session_id)
    only(request, "POST")
    recaps.take_back(learning_session=learning_session, by=request.user)
    say(request, _("Taken back: only the planning team sees it now."))
    return redirect("planning_session_recap", learning_session.pk)


@signed_in
def read(request: SignedInRequest, cohort_id, session_id) -> HttpResponse:
    """Ten minutes of reading for whoever was not there, what to do now, the recording at its chapters."""
    learning_session = get_object_or_404(sessions_of_cohort(cohort_id, request.user), pk=session_id)
    only(request, "GET")
    recap = recaps.recap_of(learning_session)
    planner = plans(request.user, learning_session.cohort)
    if not (recap.published_at or planner):
        raise Http404
    expected = takes_part(request.user, learning_session.cohort)
    came = recaps.came(learning_session, request.user)
    chapters = [
        (recaps.clock_of(one.second), recaps.at_second(recap.recording, one.second), one.title)
        for one in recaps.chapters_of(recap)
        if recap.recording
    ]
    return render(
        request,
        "sessions/recap.html",
        {
            "learning_session": learning_session,
            "cohort": learning_session.cohort,
            "recap": recap,
            "text": mark_safe(markdown.render(recap.text)),  # nosec B308 B703 # render cleans
            "now": mark_safe(markdown.render(recap.now)),  # nosec B308 B703 # render cleans
            "chapters": chapters,
            "planner": planner,
            "may_follow": expected and not came and recap.published_at is not None,
            "followed": expected and recaps.has_followed(learning_session, request.user),
        },
    )


@signed_in
def follow(request: SignedInRequest, cohort_id, session_id) -> HttpResponse:
    """Say that one has gone through it."""
    learning_session = get_object_or_404(sessions_of_cohort(cohort_id, request.user), pk=session_id)
    must(takes_part(request.user, learning_session.cohort))
    only(request, "POST")
    try:
        recaps.follow(learning_session=learning_session, user=request.user)
    except Refused as refused:
        messages.warning(request, refused.sentence)
        return redirect("session", learning_session.cohort_id, learning_session.pk)
    say(request, _("Noted. Good that you are up to date."))
    return redirect("session_recap", learning_session.cohort_id, learning_session.pk)

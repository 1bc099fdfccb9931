"""Where a session meets: who makes the address, how that goes, and the address itself for a planner who asks to see it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.decorators import SignedInRequest, signed_in
from core.language import language, other
from core.methods import only
from core.redirects import in_language
from core.toasts import say
from sessions.meeting_forms import MeetingForm
from sessions.meetings import choosing
from sessions.views.planned import edit, session_planned_by


@signed_in
def meeting(request: SignedInRequest, session_id) -> HttpResponse:
    """Choose who makes the address, type one, enter the telephone."""
    learning_session = session_planned_by(request, session_id)
    standing = choosing.standing_of(learning_session, timezone.now())
    return edit(
        request,
        MeetingForm(request.POST or None, initial=MeetingForm.values_of(learning_session, standing.service)),
        lambda values: choosing.choose(learning_session=learning_session, by=request.user, **values),
        template="sessions/meeting.html",
        back=reverse("planning_session_meeting", args=[learning_session.pk]),
        learning_session=learning_session,
        cohort=learning_session.cohort,
        standing=standing,
    )


@signed_in
def show(request: SignedInRequest, session_id) -> HttpResponse:
    """Show the address on this one answer. A page that is loaded again hides it."""
    learning_session = session_planned_by(request, session_id)
    only(request, "POST")
    url = choosing.show_address(learning_session=learning_session, by=request.user)
    standing = choosing.standing_of(learning_session, timezone.now())
    form = MeetingForm(initial=MeetingForm.values_of(learning_session, standing.service))
    # This answer has no address of its own that could be opened in the other language.
    page = in_language(reverse("planning_session_meeting", args=[learning_session.pk]), other(language()))
    shown = {
        "learning_session": learning_session, "cohort": learning_session.cohort, "form": form, "standing": standing,
        "address": url, "other_lang_url": page,
    }  # fmt: skip
    answer = render(request, "sessions/meeting.html", shown)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


@signed_in
def again(request: SignedInRequest, session_id) -> HttpResponse:
    """Ask the service once more."""
    learning_session = session_planned_by(request, session_id)
    only(request, "POST")
    choosing.try_again(learning_session=learning_session, by=request.user)
    say(request, _("It is tried again within a minute."))
    return redirect("planning_session_meeting", learning_session.pk)

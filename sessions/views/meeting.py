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
from core.refusals import Overtaken, Refused
from core.toasts import say
from sessions.meeting_forms import MeetingForm
from sessions.meetings import choosing
from sessions.models import LearningSession
from sessions.views.planned import session_planned_by


@signed_in
def meeting(request: SignedInRequest, session_id) -> HttpResponse:
    """Choose who makes the address, type one, enter the telephone."""
    learning_session = session_planned_by(request, session_id)
    standing = choosing.standing_of(learning_session, timezone.now())
    form = MeetingForm(request.POST or None, initial=MeetingForm.values_of(learning_session, standing.service))
    page = {"form": form, "standing": standing}
    if request.method == "POST" and form.is_valid():
        try:
            choosing.choose(learning_session=learning_session, by=request.user, **form.cleaned_data)
        except Overtaken as overtaken:
            form.go_on_from(overtaken.theirs.details_version)
            page |= {"overtaken": True, "theirs": form.beside(overtaken.theirs)}
        except Refused as refused:
            refused.put_on(form)
        else:
            say(request, _("Saved."))
            return redirect("planning_session_meeting", learning_session.pk)
    return _page(request, learning_session, status=409 if "overtaken" in page else 200, **page)


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
    answer = _page(request, learning_session, form=form, standing=standing, address=url, other_lang_url=page)
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


def _page(request: SignedInRequest, learning_session: LearningSession, *, status: int = 200, **page) -> HttpResponse:
    shown = {"learning_session": learning_session, "cohort": learning_session.cohort, **page}
    return render(request, "sessions/meeting.html", shown, status=status)

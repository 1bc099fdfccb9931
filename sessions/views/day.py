"""The day of a session: the sheet on paper, who is in by now, and the release of the address when Join cannot be used."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.decorators import SignedInRequest, signed_in
from core.methods import only
from core.refusals import Refused
from core.toasts import say
from sessions.day import day_sheet, on_the_day, release
from sessions.meeting_forms import ReleaseForm
from sessions.meetings import choosing
from sessions.views.planned import session_planned_by


@signed_in
def day(request: SignedInRequest, session_id) -> HttpResponse:
    """What the planning team looks at while people arrive."""
    learning_session = session_planned_by(request, session_id)
    only(request, "GET")
    now = timezone.now()
    page = {
        "learning_session": learning_session,
        "cohort": learning_session.cohort,
        "numbers": on_the_day.numbers_of(learning_session),
        "watched": on_the_day.is_watched(learning_session, now),
        "over": learning_session.ends_at <= now,
    }
    if request.headers.get("HX-Request") == "true":
        return render(request, "sessions/_day_numbers.html", page)
    page |= {
        "why_not": release.why_not_now(learning_session, now),
        "released": release.last_release(learning_session),
        "missing": choosing.missing_to_join(learning_session, now),
    }
    return render(request, "sessions/day.html", page)


@signed_in
def release_address(request: SignedInRequest, session_id) -> HttpResponse:
    """Say who is told, ask why, and send the address to everybody who is expected."""
    learning_session = session_planned_by(request, session_id)
    form = ReleaseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            told = release.release_address(
                learning_session=learning_session, reason=form.cleaned_data["reason"], by=request.user
            )
        except Refused as refused:
            refused.put_on(form)
        else:
            say(
                request,
                ngettext(
                    "The address is on its way to %(n)d person.", "The address is on its way to %(n)d people.", told
                )
                % {"n": told},
            )
            return redirect("planning_session_day", learning_session.pk)
    people, others = release.told_by(learning_session)
    mailed = sum(bool(one.email) for one in people) + len(others)
    return render(
        request,
        "sessions/release.html",
        {
            "learning_session": learning_session,
            "cohort": learning_session.cohort,
            "form": form,
            "why_not": release.why_not_now(learning_session, timezone.now()),
            "mailed": mailed,
            "in_product": len(people) + len(others) - mailed,
        },
    )


@signed_in
def sheet(request: SignedInRequest, session_id) -> HttpResponse:
    """Have the day sheet made now."""
    learning_session = session_planned_by(request, session_id)
    only(request, "POST")
    try:
        day_sheet.ask_for_sheets(learning_session=learning_session, by=request.user)
    except Refused as refused:
        messages.warning(request, refused.sentence)
        return redirect("planning_session_day", learning_session.pk)
    say(request, _("It is being made. Both files stand here in a moment."))
    return redirect("my_files")

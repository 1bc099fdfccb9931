"""A session is added to a cohort, is cancelled, and takes place after all."""

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
from accounts.once import answer_once
from collaborative.planned import cohorts_planned_by
from core.language import language
from core.methods import only
from core.refusals import Refused
from core.time import spoken_place
from core.toasts import say
from sessions import adding, cancelling
from sessions.services import odd_about
from sessions.standing_forms import CancelForm, NewSessionForm
from sessions.views.planned import session_planned_by


@signed_in
def new(request: SignedInRequest, cohort_id) -> HttpResponse:
    """Add a session that does not come from the template."""
    cohort = get_object_or_404(cohorts_planned_by(request.user), pk=cohort_id)
    form = NewSessionForm(request.POST or None, cohort=cohort)

    def make() -> str:
        made = adding.add_session(cohort=cohort, by=request.user, **form.answers())
        say(request, _("The session stands. Give it its details and its agenda."))
        for odd in odd_about(cohort, made.wall, made.zone):
            messages.warning(request, odd)
        if late := adding.too_late_for_many(made, timezone.now()):
            messages.warning(request, late)
        return reverse("session_details", args=[made.pk])

    return answer_once(request, form, make) or render(
        request,
        "sessions/new.html",
        {"cohort": cohort, "form": form, "clock_of": spoken_place(cohort.city, language())},
    )


@signed_in
def cancel(request: SignedInRequest, session_id) -> HttpResponse:
    """Say why, see who is told, confirm. Only what was seen is confirmed; else it is shown first."""
    learning_session = session_planned_by(request, session_id)
    form = CancelForm(request.POST or None)
    preview, mark = None, cancelling.mark_of(learning_session)
    if request.method == "POST" and form.is_valid():
        try:
            if request.POST.get("confirm") == mark:
                cancelling.cancel_session(
                    learning_session=learning_session, by=request.user, reason=form.cleaned_data["reason"]
                )
                say(request, _("Cancelled."))  # the page it leads to has Undo, as long as it is possible
                return redirect("session", learning_session.cohort_id, learning_session.pk)
            cancelling.keep_ahead(learning_session)
        except Refused as refused:
            refused.put_on(form)
        else:
            preview = cancelling.preview_of(learning_session)
    return render(
        request,
        "sessions/cancel.html",
        {
            "form": form,
            "learning_session": learning_session,
            "cohort": learning_session.cohort,
            "preview": preview,
            "mark": mark,
            "other": "confirm" in request.POST,
            "undo_minutes": math.ceil(settings.UNDO_SECONDS / 60),
        },
    )


@signed_in
def restore(request: SignedInRequest, session_id) -> HttpResponse:
    """A cancelled session takes place after all, as long as nobody was told."""
    learning_session = session_planned_by(request, session_id)
    only(request, "POST")
    try:
        cancelling.restore_session(learning_session=learning_session, by=request.user)
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        say(request, _("Undone. It takes place as planned; nobody is told."))
    return redirect("session", learning_session.cohort_id, learning_session.pk)

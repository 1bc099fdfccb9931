"""Closing a cohort: what ends then, the press, and the way back."""

from __future__ import annotations

import math

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.decorators import SignedInRequest, signed_in
from collaborative import closing
from collaborative.planned import cohorts_planned_by
from core.methods import only
from core.refusals import Refused
from core.toasts import say
from desk.schedule.forms import CloseForm


@signed_in
def close(request: SignedInRequest, cohort_id) -> HttpResponse:
    """Read what ends, say why, close."""
    cohort = get_object_or_404(cohorts_planned_by(request.user), pk=cohort_id)
    form, ends, seen = CloseForm(request.POST or None), closing.ends_with(cohort), request.POST.get("confirm", "")
    other = False
    if request.method == "POST" and form.is_valid():
        try:
            found = closing.close(cohort=cohort, reason=form.cleaned_data["reason"], seen=seen, by=request.user)
        except Refused as refused:
            refused.put_on(form)
        else:
            if found is None:
                say(request, _("Closed."))  # the page it leads to has Undo, as long as it is possible
                return redirect("planning_cohort", cohort.pk)
            ends, other = found, True
    page = {
        "cohort": cohort,
        "form": form,
        "ends": ends,
        "other": other,
        "undo_minutes": math.ceil(settings.UNDO_SECONDS / 60),
    }
    return render(request, "desk/schedule/close.html", page)


@signed_in
def close_undo(request: SignedInRequest, cohort_id) -> HttpResponse:
    """The cohort is open again, as long as closing it can be undone."""
    cohort = get_object_or_404(cohorts_planned_by(request.user), pk=cohort_id)
    only(request, "POST")
    try:
        closing.undo(cohort=cohort, by=request.user)
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        say(request, _("The cohort is open again, as it stood."))
    return redirect("planning_cohort", cohort.pk)

"""The form of a row that stands: saved, refused beside its field, or shown with what somebody else saved meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.decorators import SignedInRequest
from core.refusals import Overtaken, Refused
from core.toasts import say
from enrolment.place_forms import CorrectingForm


def corrected(
    request: SignedInRequest, form: CorrectingForm, correct: Callable[..., Any], *, back: str, **page: Any
) -> HttpResponse:
    """Show the form of a row, and save it; where somebody was faster both are shown."""
    theirs = None
    if request.method == "POST" and form.is_valid():
        try:
            correct(**form.cleaned_data)
        except Overtaken as overtaken:
            theirs = form.beside(overtaken.theirs)
            form.go_on_from(overtaken.theirs.version)
        except Refused as refused:
            refused.put_on(form)
        else:
            say(request, _("Saved."))
            return redirect(back)
    overtaken_now = theirs is not None
    page |= {"form": form, "back": back, "overtaken": overtaken_now, "theirs": theirs}
    return render(request, "enrolment/organisations/form.html", page, status=409 if overtaken_now else 200)

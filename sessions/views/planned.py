"""What the planning pages of a session have in common: how they find it, and how a row of it is changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.decorators import SignedInRequest
from collaborative.permissions import plans
from core.methods import must
from core.refusals import Overtaken, Refused
from core.toasts import say
from sessions.models import LearningSession
from sessions.querysets import sessions_seen_by


def session_planned_by(request: SignedInRequest, session_id) -> LearningSession:
    """Return the session for a page of those who plan its cohort: 404 for a stranger, 403 for its other people."""
    learning_session = get_object_or_404(sessions_seen_by(request.user), pk=session_id)
    must(plans(request.user, learning_session.cohort))
    return learning_session


def edit(
    request: SignedInRequest, form: Any, save: Callable[[dict[str, Any]], Any], *, template: str, back: str, **page: Any
) -> HttpResponse:
    """Answer the page of a versioned form: saved it leads ``back``, overtaken it shows both, refused it says why."""
    theirs = None
    if request.method == "POST" and form.is_valid():
        try:
            save(form.cleaned_data)
        except Overtaken as overtaken:
            theirs = overtaken.theirs
            form.go_on_from(getattr(theirs, form.version_of))
        except Refused as refused:
            refused.put_on(form)
        else:
            say(request, _("Saved."))
            return redirect(back)
    shown = {"form": form, "back": back, **page}
    if theirs is not None:
        shown |= {"overtaken": True, "theirs": form.beside(theirs)}
    return render(request, template, shown, status=409 if theirs is not None else 200)


def seen_place(request: SignedInRequest) -> int:
    """Return the place in a list from which a row was sent up or down, −1 for nonsense."""
    typed = request.POST.get("seen", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 5 else -1

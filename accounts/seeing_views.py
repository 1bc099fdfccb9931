"""What I see and why; and seeing a person's pages as they see them (accounts.view_as)."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import seen, view_as
from accounts.decorators import SignedInRequest, before_second_factor, never_parked, signed_in
from accounts.forms import ViewAsForm
from accounts.once import answer_once
from core.methods import only
from core.redirects import page_of_the_button, safe_path


@signed_in
@before_second_factor
def what_i_see(request: SignedInRequest) -> HttpResponse:
    """For each role: what it opens, who gave it, and since when."""
    only(request, "GET")
    return render(request, "accounts/what_i_see.html", {"opened": seen.opened_for(request.user), "here": "me"})


@signed_in
@never_parked
def planning_view_as(request: SignedInRequest, person_id: uuid.UUID) -> HttpResponse:
    """A planner asks to see a person's pages, and says why; or is told why that cannot be."""
    found = view_as.find(request.user, person_id)
    if found is None:
        raise Http404
    only(request, "GET", "POST")
    person, refused = found
    form = ViewAsForm(request.POST if request.method == "POST" else None, initial={"back": page_of_the_button(request)})

    def begin() -> str:
        visit = view_as.begin(planner=request.user, person=person, reason=form.cleaned_data["reason"])
        view_as.enter(request, visit, back=safe_path(form.cleaned_data["back"]))
        return reverse("today")

    parts = {"form": form, "person_seen": person, "refused": refused}
    return (None if refused else answer_once(request, form, begin)) or render(request, "accounts/view_as.html", parts)


@signed_in
@before_second_factor
@never_parked
def view_as_end(request: SignedInRequest) -> HttpResponse:
    """Back to oneself."""
    only(request, "POST")
    back = view_as.leave(request)
    messages.success(request, _("These are your own pages again."))
    return redirect(safe_path(back, reverse("today")))

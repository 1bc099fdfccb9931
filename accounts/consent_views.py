"""May my data be used to evaluate the series? Answered on Today, once, and changed on its own page."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import consent
from accounts.decorators import SignedInRequest, before_second_factor, never_parked, signed_in
from core.methods import only
from core.redirects import safe_path


@signed_in
@before_second_factor
@never_parked
def my_consent(request: SignedInRequest) -> HttpResponse:
    """The question, what was said and when; yes and no are two buttons of the same weight."""
    only(request, "GET", "POST")
    if request.method == "POST" and request.POST.get("answer") in ("yes", "no"):
        yes = request.POST["answer"] == "yes"
        consent.answer(user=request.user, yes=yes, by=request.user)
        if yes:
            messages.success(request, _("Thank you. You can take it back at any time, in your profile."))
        else:
            messages.success(request, _("Noted: your data stay out of the evaluation. We will not ask again."))
        return redirect(safe_path(request.POST.get("next"), reverse("my_consent")))
    answers = consent.answers_of(request.user)
    title, words = consent.WORDINGS[consent.NEWEST]
    parts = {"answers": answers, "last": answers[0] if answers else None, "title": title, "words": words, "here": "me"}
    return render(request, "accounts/consent.html", parts)

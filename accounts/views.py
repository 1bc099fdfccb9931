"""Me: profile, language, who sees me; and the place where drafts are kept."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, translate_url
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import drafts, seen, services
from accounts.decorators import SignedInRequest, never_parked, signed_in
from accounts.forms import ProfileForm
from accounts.models import LANGUAGES
from core.limits import limited
from core.redirects import safe_path
from core.refusals import Refused
from core.time import clock


@signed_in
def me(request: SignedInRequest) -> HttpResponse:
    """Name, language, place, larger text, plain words; and the ways to the rest."""
    form = ProfileForm.of(request.user, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_profile(request.user, by=request.user, **form.cleaned_data)
        except Refused as refused:
            refused.put_on(form)
        else:
            with translation.override(request.user.language):
                messages.success(request, _("Saved."))
                return redirect(reverse("me"))
    return render(request, "accounts/me.html", {"form": form, "here": "me"})


@signed_in
def who_sees_me(request: SignedInRequest) -> HttpResponse:
    """Per kind of thing, which roles see it with my name, and who looked at pages as I see them."""
    parts = {"rows": seen.rows_for(request.user), "visits": seen.visits_to(request.user), "here": "me"}
    return render(request, "accounts/who_sees_me.html", parts)


@signed_in
@never_parked
@require_POST
def switch_language(request: SignedInRequest) -> HttpResponse:
    """Show the same page in the other language and keep that choice. Visitors follow a plain link instead."""
    language = request.POST.get("language", "")
    if language in dict(LANGUAGES):
        services.set_profile(request.user, language=language, by=request.user)
    else:
        language = request.user.language
    return redirect(safe_path(translate_url(safe_path(request.POST.get("next"), "/"), language), "/"))


@signed_in
@never_parked
@require_POST
@limited("draft", amount=600, seconds=600)
def draft(request: SignedInRequest) -> HttpResponse:
    """Keep what was typed so far: called while typing (htmx), and by the button 'Save draft' without JavaScript."""
    try:
        saved = drafts.save(request.user, request.POST.get("draft_key", ""), request.POST)
        hour = clock(saved.updated_at, request.user.time_zone, translation.get_language()[:2])
        sentence, kept = _("Draft kept at %(hour)s.") % {"hour": hour}, True
    except Refused as refused:
        sentence, kept = refused.sentence, False
    if request.headers.get("HX-Request") == "true":
        return render(request, "accounts/draft_kept.html", {"sentence": sentence, "kept": kept})
    (messages.success if kept else messages.warning)(request, sentence)
    return redirect(safe_path(request.POST.get("draft_back"), reverse("me")))


@signed_in
@never_parked
@require_POST
def discard_draft(request: SignedInRequest) -> HttpResponse:
    """Throw a draft away, because its writer says so."""
    drafts.forget(request.user, request.POST.get("draft_key", "")[:120])
    messages.success(request, _("The draft is gone."))
    return redirect(safe_path(request.POST.get("draft_back"), reverse("me")))

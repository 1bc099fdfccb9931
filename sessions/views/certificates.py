"""Certificates: given, taken back, opened and checked; and the rule of a programme for them."""

from __future__ import annotations

import math
from functools import partial

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.decorators import SignedInRequest, signed_in
from collaborative.planned import cohorts_planned_by, programmes_planned_by
from core import limits
from core.answers import too_many
from core.methods import only
from core.refusals import Refused
from core.toasts import say
from sessions.attendance import certificates, programme_rules
from sessions.attendance.recap_forms import CheckForm, RevokeForm, SessionRulesForm
from sessions.views.planned import edit

# So many codes may be tried from one address in a minute: enough for an office that checks a pile of them.
CHECKS_A_MINUTE = 60


@signed_in
def rules(request: SignedInRequest, programme_id) -> HttpResponse:
    """What counts as having been at a session of a programme, and for what a certificate is given."""
    programme = get_object_or_404(programmes_planned_by(request.user), pk=programme_id)
    only(request, "GET", "POST")
    now = programme_rules.rules_of(programme.pk)
    form = SessionRulesForm(request.POST if request.method == "POST" else None, initial=SessionRulesForm.values_of(now))
    save = partial(programme_rules.change, programme=programme, by=request.user)
    return edit(
        request,
        form,
        lambda values: save(**values),
        template="sessions/session_rules.html",
        back=reverse("planning_session_rules", args=[programme.pk]),
        programme=programme,
    )


@signed_in
def given(request: SignedInRequest, cohort_id) -> HttpResponse:
    """Who has a certificate, who has earned one; a look at whom one press gives theirs, the press, and the way back."""
    cohort = get_object_or_404(cohorts_planned_by(request.user), pk=cohort_id)
    only(request, "GET", "POST")
    if request.method == "POST":
        return _give_or_take_back(request, cohort)
    standing = certificates.standing_of(cohort)
    page = {
        "cohort": cohort,
        "standing": standing,
        "rule": programme_rules.certificate_rule(standing.rules),
        "look": "look" in request.GET and bool(standing.due),
        "undo_minutes": math.ceil(settings.UNDO_SECONDS / 60),
    }
    return render(request, "sessions/certificates_given.html", page)


def _give_or_take_back(request: SignedInRequest, cohort) -> HttpResponse:
    here = reverse("planning_certificates", args=[cohort.pk])
    try:
        if "undo" in request.POST:
            if n := certificates.take_back_together(cohort=cohort, key=request.POST["undo"], by=request.user):
                words = ngettext(
                    "%(n)d certificate taken back; nobody was written to.",
                    "%(n)d certificates taken back; nobody was written to.",
                    n,
                )
                say(request, words % {"n": n})
        elif n := certificates.give(cohort=cohort, by=request.user, seen=request.POST.get("seen", "")):
            say(request, ngettext("%(n)d certificate given.", "%(n)d certificates given.", n) % {"n": n})
    except Refused as refused:
        messages.warning(request, refused.sentence)
        if "undo" not in request.POST:
            return redirect(f"{here}?look=1")
    return redirect(here)


@signed_in
def all_as_file(request: SignedInRequest, cohort_id) -> HttpResponse:
    """Ask for all certificates of a cohort in one file."""
    cohort = get_object_or_404(cohorts_planned_by(request.user), pk=cohort_id)
    only(request, "POST")
    try:
        certificates.ask_for_all(cohort=cohort, by=request.user)
    except Refused as refused:
        messages.warning(request, refused.sentence)
        return redirect("planning_certificates", cohort.pk)
    say(request, _("The file is being made. You find it here when it is done."))
    return redirect("my_files")


@signed_in
def revoke(request: SignedInRequest, cohort_id, certificate_id) -> HttpResponse:
    """Take a certificate back, with a reason."""
    cohort = get_object_or_404(cohorts_planned_by(request.user), pk=cohort_id)
    certificate = get_object_or_404(certificates.certificates_in(cohort), pk=certificate_id)
    only(request, "GET", "POST")
    form = RevokeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        certificates.revoke(certificate=certificate, reason=form.cleaned_data["reason"], by=request.user)
        say(request, _("Taken back. Whoever checks its code is told so."))
        return redirect("planning_certificates", cohort.pk)
    return render(
        request,
        "sessions/certificate_revoke.html",
        {
            "form": form,
            "cohort": cohort,
            "certificate": certificate,
            "back": reverse("planning_certificates", args=[cohort.pk]),
        },
    )


@signed_in
def give_again(request: SignedInRequest, cohort_id, certificate_id) -> HttpResponse:
    """Give a new certificate in place of one that was taken back, or that has another name on it."""
    cohort = get_object_or_404(cohorts_planned_by(request.user), pk=cohort_id)
    certificate = get_object_or_404(certificates.certificates_in(cohort), pk=certificate_id)
    only(request, "POST")
    try:
        certificates.give_again(certificate=certificate, by=request.user)
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        say(request, _("Given again, with a new code; the person is written to."))
    return redirect("planning_certificates", cohort.pk)


@signed_in
def mine(request: SignedInRequest) -> HttpResponse:
    """The certificates of the reader."""
    only(request, "GET")
    rows = [(row, certificates.printed(row.code)) for row in certificates.certificates_of(request.user)]
    return render(request, "sessions/certificates_mine.html", {"certificates": rows})


@signed_in
def as_pdf(request: SignedInRequest, certificate_id) -> HttpResponse:
    """A certificate on paper, for whose it is and for the planning team."""
    certificate = get_object_or_404(certificates.certificates_seen_by(request.user), pk=certificate_id)
    only(request, "GET")
    answer = HttpResponse(certificates.document(certificate), content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{certificates.file_name(certificate)}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """Whether a certificate is one of ours, for whoever was shown it."""
    form = CheckForm(request.GET) if "code" in request.GET else CheckForm()
    found, asked = None, False
    if form.is_bound:
        address = limits.client_address(request)
        if not limits.spend("certificate-check", address, amount=CHECKS_A_MINUTE, seconds=60):
            return too_many(request)
        if form.is_valid():
            asked, found = True, certificates.found_by(form.cleaned_data["code"])
    page = {"form": form, "asked": asked, "certificate": found}
    answer = render(request, "sessions/certificate_check.html", page)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer

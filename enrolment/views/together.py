"""What a team settles among itself before it begins, and who else takes part: pre-work, agreement, directory."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts import drafts
from accounts.decorators import SignedInRequest, signed_in
from collaborative import agreeing, prework
from collaborative.permissions import belongs, takes_part
from collaborative.querysets import teams_seen_by
from core.forms import VersionedForm
from core.methods import must, only
from core.refusals import Overtaken, Refused
from enrolment.directory import directory_of
from enrolment.member_forms import AgreementForm
from enrolment.querysets import cohorts_seen_by


@signed_in
def tick(request: SignedInRequest, team_id, item_id) -> HttpResponse:
    """One thing is ready, or not yet after all."""
    team = get_object_or_404(teams_seen_by(request.user), pk=team_id)
    item = next((one for one in prework.items_of(team) if one.pk == item_id), None)
    if item is None:
        raise Http404
    must(belongs(request.user, team))
    only(request, "POST")
    prework.tick(team=team, item=item, ready=request.POST.get("ready") == "1", by=request.user)
    return redirect("team", team.pk)


@signed_in
def agreement(request: SignedInRequest, team_id) -> HttpResponse:
    """How the team wants to work together, and who has agreed to it."""
    team = get_object_or_404(teams_seen_by(request.user), pk=team_id)
    mine = belongs(request.user, team)
    must(mine or request.method != "POST")
    standing = agreeing.standing_of(team, request.user)
    seen = {"version": getattr(standing.agreement, "version", None)}
    form = VersionedForm(request.POST if request.method == "POST" else None, initial=seen)
    if request.method == "POST":
        form.is_valid()
        try:
            agreeing.agree(agreement=standing.agreement, version=form.cleaned_data.get("version"), by=request.user)
        except Refused as refused:
            messages.warning(request, refused.sentence)
        return redirect("team_agreement", team.pk)
    return render(request, "enrolment/agreement.html", {"team": team, "mine": mine, "standing": standing, "form": form})


@signed_in
def agreement_write(request: SignedInRequest, team_id) -> HttpResponse:
    """Four short boxes; two who write at once lose nothing."""
    team = get_object_or_404(teams_seen_by(request.user), pk=team_id)
    must(belongs(request.user, team))
    standing = agreeing.standing_of(team, request.user)
    form = AgreementForm.of(standing.agreement, team=team, data=request.POST if request.method == "POST" else None)
    draft = drafts.offer(request, f"collaborative/{team.pk}/agreement", form)
    parts = {"team": team, "form": form, "draft": draft}
    if request.method == "POST" and form.is_valid():
        try:
            agreeing.write(team=team, by=request.user, **form.cleaned_data)
        except Overtaken as overtaken:
            form.go_on_from(overtaken.theirs.version)
            return render(request, "enrolment/agreement_write.html", {**parts, "theirs": overtaken.theirs}, status=409)
        drafts.forget(request.user, draft.key)
        messages.success(request, _("Saved. The others are asked whether they agree."))
        return redirect("team_agreement", team.pk)
    return render(request, "enrolment/agreement_write.html", parts)


@signed_in
def directory(request: SignedInRequest, cohort_id) -> HttpResponse:
    """Who takes part, with what each chose to show."""
    cohort = get_object_or_404(cohorts_seen_by(request.user).select_related("programme"), pk=cohort_id)
    must(takes_part(request.user, cohort))
    only(request, "GET")
    text = request.GET.get("q", "").replace("\x00", "").strip()[:80]
    page, entries = directory_of(cohort, text=text, page=request.GET.get("page", "1"))
    parts = {"cohort": cohort, "page": page, "entries": entries, "text": text, "query": urlencode({"q": text})}
    return render(request, "enrolment/directory.html", parts)

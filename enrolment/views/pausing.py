"""A team takes a break, and comes back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.decorators import SignedInRequest, signed_in
from collaborative import pausing
from collaborative.permissions import belongs
from collaborative.querysets import teams_seen_by
from core.methods import must, only
from core.refusals import Refused
from enrolment.member_forms import PauseForm


@signed_in
def pause(request: SignedInRequest, team_id) -> HttpResponse:
    """Leave the team in peace until a day; a pause that runs already is filled in, and can end today."""
    team = get_object_or_404(teams_seen_by(request.user), pk=team_id)
    must(pausing.may_pause(request.user, team))
    running = pausing.pause_of(team)
    form = PauseForm(
        request.POST if request.method == "POST" else None,
        last=pausing.latest_day(team),
        initial={"reason": running.reason, "until": running.ends_on} if running else None,
    )
    if request.method == "POST" and form.is_valid():
        try:
            pausing.pause(team=team, by=request.user, **form.cleaned_data)
        except Refused as refused:
            refused.put_on(form)
        else:
            messages.success(request, _("Paused. All the best; everything waits for you."))
            return redirect("team", team.pk)
    page = {"team": team, "form": form, "running": running, "mine": belongs(request.user, team)}
    return render(request, "enrolment/pause.html", page)


@signed_in
def resume(request: SignedInRequest, team_id) -> HttpResponse:
    """The team is back."""
    team = get_object_or_404(teams_seen_by(request.user), pk=team_id)
    must(pausing.may_pause(request.user, team))
    only(request, "POST")
    row = pausing.pause_of(team)
    if row:
        pausing.resume(pause=row, by=request.user)
    messages.success(request, _("Welcome back."))
    return redirect("team", team.pk)

"""What a partner of a team can count on, written by who asks people in."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.decorators import SignedInRequest, signed_in
from collaborative.permissions import fills
from collaborative.querysets import teams_seen_by
from core.methods import must
from core.refusals import Overtaken
from enrolment import partner_welcome
from enrolment.application_forms import TeamWelcomeForm


@signed_in
def team_welcome(request: SignedInRequest, team_id) -> HttpResponse:
    """Say who supports the team's partner, the hours, what is offered in return, and how to ask for help."""
    team = get_object_or_404(teams_seen_by(request.user), pk=team_id)
    must(fills(request.user, team))
    now, theirs, status = partner_welcome.of_team(team), None, 200
    form = TeamWelcomeForm(request.POST or None, initial=_standing(now))
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                partner_welcome.say(team=team, by=request.user, **form.answers())
            except Overtaken as overtaken:
                form.go_on_from(overtaken.theirs.version)
                theirs, status = overtaken.theirs, 409
            else:
                messages.success(request, _("Saved. A partner can be invited now."))
                return redirect("team_people", team.pk)
    page = {"here": "team", "team": team, "form": form, "theirs": theirs}
    return render(request, "enrolment/team_welcome.html", page, status=status)


def _standing(welcome) -> dict:
    if welcome is None:
        return {"version": 0}
    facts = {name: getattr(welcome, name) for name in (*partner_welcome.FACTS, "looking_until")}
    return {**facts, "partner_hours": welcome.hours, "version": welcome.version}

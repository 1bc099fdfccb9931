"""The charts of all teams of a cohort beside each other, and a team's consent to its name there."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.decorators import SignedInRequest, signed_in
from core.methods import must, only
from core.refusals import Refused
from core.toasts import say
from improvement.models import Measure
from improvement.querysets import cohorts_beside, measures_of
from improvement.together import LEAST, groups_of, may_name, named_by_leads, show_name
from improvement.views.shared import team_and_mine


@signed_in
def charts(request: SignedInRequest, cohort_id) -> HttpResponse:
    """The measures that the teams of a cohort have in common, a small chart for each team."""
    cohort = get_object_or_404(cohorts_beside(request.user), pk=cohort_id)
    only(request, "GET")
    page = {
        "here": "cohort",
        "cohort": cohort,
        "groups": groups_of(cohort, request.user),
        "own": named_by_leads(cohort, request.user),
        "least": LEAST,
    }
    return render(request, "improvement/together.html", page)


@signed_in
def name(request: SignedInRequest, team_id, measure_id) -> HttpResponse:
    """Say whether the team's name stands beside this chart where others see it (``shown`` is "yes" or not)."""
    team, mine = team_and_mine(request, team_id)
    measure: Measure = get_object_or_404(measures_of(team, request.user), pk=measure_id)
    must(mine and may_name(request.user, team))
    only(request, "POST")
    shown = request.POST.get("shown") == "yes"
    try:
        show_name(measure=measure, shown=shown, by=request.user)
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        say(
            request,
            _("Your name stands beside this chart now.") if shown else _("Your name does not stand there any more."),
        )
    return redirect("cohort_charts", team.cohort_id)

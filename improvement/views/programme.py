"""What a programme sets for the charts of all its teams."""

from __future__ import annotations

from functools import partial

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounts.decorators import SignedInRequest, signed_in
from collaborative.planned import programmes_planned_by
from core.methods import only
from improvement import judging
from improvement.forms import ChartRulesForm
from improvement.views.shared import posted
from sessions.views.planned import edit


@signed_in
def charts(request: SignedInRequest, programme_id) -> HttpResponse:
    """By which rules the charts of a programme are judged."""
    programme = get_object_or_404(programmes_planned_by(request.user), pk=programme_id)
    only(request, "GET", "POST")
    now = judging.rules_of(programme.pk)
    form = ChartRulesForm(posted(request), initial=ChartRulesForm.values_of(now))
    save = partial(judging.choose, programme=programme, by=request.user)
    return edit(
        request,
        form,
        lambda values: save(**values),
        template="improvement/chart_rules.html",
        back=reverse("planning_charts", args=[programme.pk]),
        programme=programme,
    )

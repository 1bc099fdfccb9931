"""Who plans a cohort, for those who do."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.decorators import SignedInRequest, signed_in
from accounts.once import answer_once
from collaborative.planned import cohorts_planned_by
from core.methods import must
from core.refusals import Refused
from enrolment import planning_team
from enrolment.planning_forms import PlannerForm, StopPlanningForm
from enrolment.querysets import planners_of


@signed_in
def planners(request: SignedInRequest, cohort_id) -> HttpResponse:
    """Who plans the cohort and who was asked to; somebody else is asked here."""
    cohort = get_object_or_404(cohorts_planned_by(request.user), pk=cohort_id)
    form = PlannerForm(request.POST or None, initial={"language": request.user.language})

    def make() -> str:
        for person in form.people():
            invitation = planning_team.ask(cohort=cohort, by=request.user, **person)
            messages.success(request, _("%(name)s will get a mail in a moment.") % {"name": invitation.called})
        return reverse("planning_team", args=[cohort.pk])

    if answer := answer_once(request, form, make):
        return answer
    held = list(planners_of(cohort))
    for one in held:
        one.may_end = len(held) > 1 and planning_team.may_end(request.user, one, cohort)
    asked, now = list(planning_team.asked(cohort)), timezone.now()
    for one in asked:
        one.run_out = one.state_at(now) == "expired"
    parts = {"cohort": cohort, "form": form, "planners": held, "asked": asked}
    return render(request, "enrolment/planning_team.html", parts)


@signed_in
def stop(request: SignedInRequest, cohort_id, membership_id) -> HttpResponse:
    """Let somebody stop planning, oneself too; a colleague takes over the open tasks."""
    cohort = get_object_or_404(cohorts_planned_by(request.user), pk=cohort_id)
    membership = get_object_or_404(planners_of(cohort), pk=membership_id)
    must(planning_team.may_end(request.user, membership, cohort))
    others, tasks = planning_team.others_than(membership, cohort), planning_team.tasks_left_by(membership)
    form = StopPlanningForm(request.POST if request.method == "POST" else None, others=others, tasks=tasks)
    if request.method == "POST" and form.is_valid():
        to = next((one.user for one in others if str(one.pk) == form.cleaned_data.get("to")), None)
        try:
            planning_team.end(membership=membership, to=to, by=request.user)
        except Refused as refused:
            refused.put_on(form)
        else:
            if membership.user == request.user:
                messages.success(request, _("You do not plan this any more. Thank you for what you did."))
                return redirect("today")
            messages.success(request, _("%(name)s does not plan this any more.") % {"name": membership.user.name})
            return redirect("planning_team", cohort.pk)
    parts = {"cohort": cohort, "membership": membership, "form": form, "tasks": tasks}
    return render(request, "enrolment/planning_stop.html", parts)

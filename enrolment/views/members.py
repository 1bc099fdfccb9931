"""A member of a team: as what, leaving, somebody in their place; and a whole team that leaves."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.decorators import SignedInRequest, signed_in
from accounts.once import answer_once
from collaborative import belonging
from collaborative.models import Leaving
from collaborative.permissions import plans
from collaborative.querysets import teams_seen_by
from core.methods import must
from core.refusals import Overtaken, Refused
from enrolment import filled_in, replacing
from enrolment.member_forms import LeaveForm, MemberForm, ReplaceForm


def _find(request: SignedInRequest, team_id, membership_id) -> tuple:
    """Return a team and one of the roles that are held in it now."""
    team = get_object_or_404(teams_seen_by(request.user), pk=team_id)
    people = list(team.members())
    membership = next((one for one in people if one.pk == membership_id), None)
    if membership is None:
        raise Http404
    for one in people:
        one.team = team
    return team, membership, people


@signed_in
def member(request: SignedInRequest, team_id, membership_id) -> HttpResponse:
    """Work, position and circle of a member; and the ways to what else can be done."""
    team, membership, _people = _find(request, team_id, membership_id)
    must(belonging.may_change(request.user, membership))
    form = MemberForm.of(membership, request.POST if request.method == "POST" else None)
    parts = {"team": team, "membership": membership, "form": form, "planner": plans(request.user, team.cohort)}
    if request.method == "POST" and form.is_valid():
        try:
            belonging.change(membership=membership, by=request.user, **form.cleaned_data)
        except Overtaken as overtaken:
            parts["theirs"] = overtaken.theirs
            form.go_on_from(overtaken.theirs.version)
            return render(request, "enrolment/member.html", parts, status=409)
        except Refused as refused:
            refused.put_on(form)
        else:
            messages.success(request, _("Saved."))
            return redirect("team_people", team.pk)
    parts["waiting"] = replacing.asked_instead_of(membership)
    return render(request, "enrolment/member.html", parts)


@signed_in
def leave(request: SignedInRequest, team_id, membership_id) -> HttpResponse:
    """Leave the team, or end the role of somebody in it, with a reason."""
    team, membership, _people = _find(request, team_id, membership_id)
    own = belonging.may_leave(request.user, membership)
    must(own or belonging.may_change(request.user, membership))
    others = belonging.who_may_lead(membership)
    must_name = not plans(request.user, team.cohort)
    form = LeaveForm(request.POST if request.method == "POST" else None, others=others, must_name=must_name)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data.get("next_lead")
        next_lead = next((one for one in others if str(one.pk) == chosen), None)
        try:
            belonging.leave(membership=membership, why=form.cleaned_data["why"], by=request.user, next_lead=next_lead)
        except Refused as refused:
            refused.put_on(form)
        else:
            if own:
                messages.success(
                    request, _("You have left %(team)s. Thank you for what you did.") % {"team": team.name}
                )
                return redirect("today")
            messages.success(request, _("%(name)s is not in the team any more.") % {"name": membership.user.name})
            return redirect("team_people", team.pk)
    return render(request, "enrolment/leave.html", {"team": team, "membership": membership, "form": form, "own": own})


@signed_in
def replace(request: SignedInRequest, team_id, membership_id) -> HttpResponse:
    """Ask somebody in who takes the place of a member."""
    team, membership, _people = _find(request, team_id, membership_id)
    must(belonging.may_change(request.user, membership))
    known = filled_in.colleague_from(request.GET.get("from", ""), team)
    initial = {"language": team.language, "name": known.get("name", "")}
    form = ReplaceForm(request.POST if request.method == "POST" else None, initial=initial)

    def make() -> str:
        invitation = replacing.replace(membership=membership, by=request.user, **form.answers())
        messages.success(
            request,
            _("%(name)s is asked. Until they come, %(before)s stays in the team.")
            % {"name": invitation.called, "before": membership.user.name},
        )
        return reverse("team_people", args=[team.pk])

    return answer_once(request, form, make) or render(
        request, "enrolment/replace.html", {"team": team, "membership": membership, "form": form}
    )


@signed_in
def close(request: SignedInRequest, team_id, membership_id) -> HttpResponse:
    """Let a person go from every team and cohort that one plans."""
    team, membership, _people = _find(request, team_id, membership_id)
    must(plans(request.user, team.cohort))
    form = LeaveForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            closed = belonging.offboard(person=membership.user, why=form.cleaned_data["why"], by=request.user)
        except Refused as refused:
            refused.put_on(form)
        else:
            told = (
                _("The account of %(name)s is closed.")
                if closed
                else _("%(name)s is nowhere any more that you plan. Elsewhere they go on.")
            )
            messages.success(request, told % {"name": membership.user.name})
            return redirect("team_people", team.pk)
    parts = {
        "team": team,
        "membership": membership,
        "form": form,
        "everywhere": belonging.plans_all_of(request.user, membership.user),
    }
    return render(request, "enrolment/close.html", parts)


@signed_in
def withdraw(request: SignedInRequest, team_id) -> HttpResponse:
    """Take a team out of the series."""
    team = get_object_or_404(teams_seen_by(request.user), pk=team_id)
    must(plans(request.user, team.cohort))
    form = LeaveForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        belonging.withdraw_team(team=team, why=form.cleaned_data["why"], by=request.user)
        messages.success(request, _("%(team)s has left the series. Its place is free.") % {"team": team.name})
        return redirect("planning_cohort", team.cohort_id)
    parts = {"team": team, "form": form, "left_why": Leaving(team.withdrawn_why).label if team.withdrawn_at else ""}
    return render(request, "enrolment/withdraw.html", parts)

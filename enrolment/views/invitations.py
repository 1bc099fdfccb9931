"""Taking teams and people in, and the first visit of somebody who was invited."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.cards import in_use_by
from accounts.decorators import SignedInRequest, signed_in
from accounts.once import answer_once
from collaborative.belonging import may_change, may_leave
from collaborative.models import Role
from collaborative.organisations import contacts_of
from collaborative.permissions import fills, plans
from collaborative.querysets import teams_seen_by
from collaborative.words import of_programme
from core.methods import must, only
from core.refusals import Refused
from core.words import speak
from enrolment import filled_in, meetings, not_asked, partner_welcome, services
from enrolment.by_card import without_mailbox
from enrolment.forms import EnrolForm, InviteForm, SendAgainForm, StartForm
from enrolment.models import VALID_FOR
from enrolment.people_import import run
from enrolment.permissions import role_wanted_first, roles_for
from enrolment.querysets import asked_into, cohorts_seen_by, invitations_into, sponsors_of
from enrolment.wording import what_it_asks, when_it_leaves, who_invites


@signed_in
def enrol(request: SignedInRequest, cohort_id) -> HttpResponse:
    """Take an organisation in with a team of one of its units."""
    cohort = get_object_or_404(cohorts_seen_by(request.user), pk=cohort_id)
    must(plans(request.user, cohort))
    form = EnrolForm(request.POST or None, initial={"language": request.user.language})

    def make() -> str:
        team = services.enrol_team(cohort=cohort, by=request.user, **form.answers())
        messages.success(request, _("%(team)s has a place. Invite its people next.") % {"team": team.name})
        return reverse("team_people", args=[team.pk])

    return answer_once(request, form, make) or render(request, "enrolment/enrol.html", {"form": form, "cohort": cohort})


@signed_in
def people(request: SignedInRequest, team_id) -> HttpResponse:
    """Who is in the team and who has been asked; the planning team and the lead ask people in here."""
    team = get_object_or_404(teams_seen_by(request.user).select_related("partner_welcome", "application"), pk=team_id)
    may_fill = fills(request.user, team)
    must(may_fill or request.method != "POST")
    if not may_fill:
        return render(request, "enrolment/people.html", _people_of(team, request.user))
    roles = roles_for(request.user, team)
    asked = asked_into(team, reader=request.user, roles=roles)
    people = _people_of(team, request.user)
    invitations = [one.invitation for one in asked]
    wanted = role_wanted_first(roles, members=people["members"], asked=invitations)
    named = not_asked.of_team(team, reader=request.user)
    chosen = next((one.as_typed() for one in named if str(one.ordinal) == request.GET.get("named")), {})
    mark = request.GET.get("from", "")
    known = filled_in.colleague_from(mark, team)
    initial = {"language": team.language, "role": wanted, **chosen, **known}
    form = InviteForm(request.POST or None, roles=roles, initial=initial)

    def make() -> str:
        if form.several:
            several = run.prepare(cohort=team.cohort, table=form.table(), by=request.user, team=team)
            return reverse("people_import", args=[several.pk])
        invitation = services.invite(team=team, by=request.user, **form.answers())
        messages.success(
            request,
            when_it_leaves(invitation)
            if invitation.person.email
            else _("%(name)s is on the list. Without a mailbox nothing is sent: tell them yourself.")
            % {"name": invitation.called},
        )
        return reverse("team_people", args=[team.pk])

    if answer := answer_once(request, form, make):
        return answer
    parts = {
        "form": form,
        "asked": asked,
        "not_asked": named,
        "known": known,
        "mark": mark,
        **people,
        **without_mailbox(team, members=people["members"], invitations=invitations),
        **_standing(team),
    }
    return render(request, "enrolment/people.html", parts)


def _people_of(team, reader) -> dict:
    """Return who is in the team and helps it, each with what ``reader`` may do about them."""
    members = list(team.members().annotate(card_found=in_use_by("user")))
    for one in members:
        one.team = team
        one.may_change, one.may_leave = may_change(reader, one), may_leave(reader, one)
    return {
        "team": team,
        "members": members,
        "contacts": contacts_of(team),
        "sponsors": sponsors_of(team),
        "planner": plans(reader, team.cohort),
        "looked_for": partner_welcome.looked_for_until(team, members=members),
    }


@signed_in
def revoke(request: SignedInRequest, invitation_id) -> HttpResponse:
    """Take an invitation back: its link is dead."""
    invitation = get_object_or_404(invitations_into(None, seen_by=request.user), pk=invitation_id)
    only(request, "POST")
    services.revoke(invitation=invitation, by=request.user)
    messages.success(request, _("The invitation is taken back; its link is dead."))
    return _back_to(invitation)


@signed_in
def send_again(request: SignedInRequest, invitation_id) -> HttpResponse:
    """Send a fresh link to somebody who was asked and is not here yet."""
    invitation = get_object_or_404(invitations_into(None, seen_by=request.user), pk=invitation_id)
    only(request, "POST")
    form = SendAgainForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else 0
    try:
        sent = services.send_again(invitation=invitation, version=version, by=request.user)
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        newer = _("A newer link for %(name)s is on its way already.")
        name = invitation.called or invitation.person.name
        messages.success(request, when_it_leaves(invitation) if sent else newer % {"name": name})
    return _back_to(invitation)


def _back_to(invitation) -> HttpResponse:
    if invitation.team_id:
        return redirect("team_people", invitation.team_id)
    return redirect("planning_team", invitation.cohort_id)


@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The first visit. Reading the page changes nothing, however often a mail scanner does; Start takes it up."""
    found = services.meet(token, visitor=request.user)
    if found is None:
        return render(request, "enrolment/invitation_gone.html", {"state": "unknown"}, status=404)
    speak(of_programme(found.invitation.in_cohort.programme))
    if found.state == "sign_in":
        return redirect(f"{reverse('account_login')}?next={request.path}")
    if found.state != "waiting":
        status = {"other": 409, "in": 200}.get(found.state, 410)
        gone = {"state": found.state, "token": token, "days": VALID_FOR.days}
        return render(request, "enrolment/invitation_gone.html", gone, status=status)
    person = found.invitation.person
    form = StartForm(
        request.POST or None, initial={"name": person.name, "language": person.language, "city": person.city}
    )
    if request.method == "POST" and form.is_valid():
        answers = dict(form.cleaned_data)
        shared = answers.pop("shared")
        try:
            person = services.start(request, found=found, shared=shared, **answers)
        except Refused as refused:
            refused.put_on(form)
        else:
            with override(person.language):
                messages.success(request, _("Welcome, %(name)s. You are in.") % {"name": person.first_name})
                return redirect("today")
    return render(
        request,
        "enrolment/invitation.html",
        {
            "form": form,
            "found": found,
            "token": token,
            "meetings": meetings.ahead_of(found.invitation.in_cohort),
            "ends_on": services.ends_on(found),
            "invites": who_invites(found.invitation),
            "asks": what_it_asks(found.invitation),
            **_welcome_of(found.invitation),
        },
    )


def _standing(team) -> dict:
    """Return what a partner of the team can count on so far, and whether that is all of it."""
    welcome = partner_welcome.of_team(team)
    return {"welcome": welcome, "welcome_ready": partner_welcome.is_ready(welcome)}


def _welcome_of(invitation) -> dict:
    """Return what a partner can count on, and how to call whoever supports them; nothing for anybody else."""
    welcome = partner_welcome.of_team(invitation.team) if invitation.role == Role.PARTNER else None
    if welcome is None or not partner_welcome.is_ready(welcome):
        return {}
    return {"welcome": welcome, "call": partner_welcome.call(welcome.support_phone)}


@never_cache
@require_POST
def ask_anew(request: HttpRequest, token: str) -> HttpResponse:
    """Send a fresh link to the address that was invited. Says the same whatever became of it."""
    found = services.find(token)
    if found and found.state in {"expired", "newer"} and services.may_be_written_to(found.invitation.person):
        services.ask_anew(invitation=found.invitation, has_older=found.state == "newer")
    return render(request, "enrolment/invitation_sent.html")


@never_cache
@require_POST
def not_me(request: HttpRequest, token: str) -> HttpResponse:
    """Somebody else is signed in on this phone: sign them out and come back to the invitation."""
    logout(request)
    return redirect("invitation", token)

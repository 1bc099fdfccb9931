"""Taking teams and people in, and the first visit of somebody who was invited."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import services as accounts
from accounts.decorators import SignedInRequest, signed_in
from accounts.once import answer_once
from collaborative.permissions import fills
from core.refusals import Refused
from enrolment import links, services
from enrolment.forms import EnrolForm, InviteForm, StartForm
from enrolment.querysets import cohorts_run_by, invitations_into, teams_seen_by


@signed_in
def enrol(request: SignedInRequest, cohort_id) -> HttpResponse:
    """Take an organisation in with a team of one of its units."""
    cohort = get_object_or_404(cohorts_run_by(request.user), pk=cohort_id)
    form = EnrolForm(request.POST or None, initial={"language": request.user.language})

    def make() -> str:
        team = services.enrol_team(cohort=cohort, by=request.user, **form.answers())
        messages.success(request, _("%(team)s has a place. Invite its people next.") % {"team": team.name})
        return reverse("team_people", args=[team.pk])

    return answer_once(request, form, make) or render(request, "enrolment/enrol.html", {"form": form, "cohort": cohort})


@signed_in
def people(request: SignedInRequest, team_id) -> HttpResponse:
    """Who is in the team and who has been asked; the planning team and the lead ask people in here."""
    team = get_object_or_404(teams_seen_by(request.user), pk=team_id)
    if not fills(request.user, team):
        if request.method == "POST":
            raise PermissionDenied
        return render(request, "enrolment/people.html", {"team": team, "members": team.members()})
    roles = services.roles_for(request.user, team)
    form = InviteForm(request.POST or None, roles=roles, initial={"language": team.language})

    def make() -> str:
        invitation = services.invite(team=team, by=request.user, **form.answers())
        messages.success(
            request,
            _("%(name)s will get a mail in a moment.") % {"name": invitation.called}
            if invitation.person.email
            else _("%(name)s is on the list, to be invited with a card.") % {"name": invitation.called},
        )
        return reverse("team_people", args=[team.pk])

    return answer_once(request, form, make) or render(
        request,
        "enrolment/people.html",
        {"form": form, "team": team, "members": team.members(), "invitations": invitations_into(team)},
    )


@signed_in
@require_POST
def revoke(request: SignedInRequest, invitation_id) -> HttpResponse:
    invitation = get_object_or_404(invitations_into(None, seen_by=request.user), pk=invitation_id)
    services.revoke(invitation=invitation, by=request.user)
    messages.success(request, _("The invitation is taken back; its link is dead."))
    return redirect("team_people", invitation.team_id)


@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The first visit. Reading the page changes nothing, however often a mail scanner does; Start takes it up."""
    read = links.read(token)
    found = services.find(*read) if read else None
    if read is None or found is None:
        return render(request, "enrolment/invitation_gone.html", {"state": "unknown"}, status=404)
    if found.state != "waiting":
        return render(
            request,
            "enrolment/invitation_gone.html",
            {"found": found, "state": found.state, "token": token},
            status=410,
        )
    person = found.invitation.person
    if request.user.is_authenticated and request.user != person:
        return render(
            request, "enrolment/invitation_gone.html", {"found": found, "state": "other", "token": token}, status=409
        )
    if request.user != person and not accounts.may_sign_in_by_link(person):
        # The link proves the mailbox. Somebody who chose more than that (a password, a second factor) signs in first.
        return redirect(f"{reverse('account_login')}?next={request.path}")
    form = StartForm(
        request.POST or None, initial={"name": person.name, "language": person.language, "city": person.city}
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.accept(invitation=found.invitation, version=read[1], **form.cleaned_data)
        except Refused as refused:
            refused.put_on(form)
        else:
            person.refresh_from_db()
            if request.user != person:
                accounts.sign_in_after_link(request, person, mailed_to=person.email or "")
            with override(person.language):
                return redirect("today")
    return render(
        request,
        "enrolment/invitation.html",
        {
            "form": form,
            "found": found,
            "token": token,
            "stops": services.stops(found),
            "ends_on": services.ends_on(found),
        },
    )


@never_cache
@require_POST
def ask_anew(request: HttpRequest, token: str) -> HttpResponse:
    """Send a fresh link to the address that was invited. Says the same whatever became of it."""
    read = links.read(token)
    found = services.find(*read) if read else None
    if found and found.state in {"expired", "newer"} and services.may_ask_anew(found.invitation):
        services.ask_anew(invitation=found.invitation)
    return render(request, "enrolment/invitation_sent.html")


@never_cache
@require_POST
def not_me(request: HttpRequest, token: str) -> HttpResponse:
    """Somebody else is signed in on this phone: sign them out and come back to the invitation."""
    logout(request)
    return redirect("invitation", token)

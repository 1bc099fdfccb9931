"""How people come in: for those who plan, the links without a sign-in, who tried the sound, and taking a link back."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.decorators import SignedInRequest, signed_in
from core.methods import only
from core.toasts import say
from sessions.querysets import expected_at
from sessions.room import personal_links, sound
from sessions.room.forms import FindForm
from sessions.views.planned import session_planned_by


@signed_in
def page(request: SignedInRequest, session_id) -> HttpResponse:
    """Who tried their sound, whose link was used, and whoever is looked for by name."""
    learning_session = session_planned_by(request, session_id)
    only(request, "GET", "POST")
    # Sent, not asked for: a name never stands in an address.
    form, named = FindForm(request.POST or None), ""
    if form.is_valid():
        named = form.cleaned_data["name"]
        form = FindForm(initial={"name": named})
    parts = {
        "learning_session": learning_session,
        "cohort": learning_session.cohort,
        "form": form,
        "named": named,
        "links": personal_links.links_of(learning_session, named),
        "tried": sound.how_many_tried(learning_session),
    }
    return render(request, "sessions/links.html", parts)


@signed_in
def revoke(request: SignedInRequest, session_id, person_id) -> HttpResponse:
    """Take the link of a person to this session back."""
    learning_session = session_planned_by(request, session_id)
    person = get_object_or_404(expected_at(learning_session), pk=person_id)
    only(request, "POST")
    personal_links.revoke_link(learning_session=learning_session, person=person, by=request.user)
    say(request, _("The link of %(name)s leads nowhere any more. They can still sign in.") % {"name": person.name})
    return redirect("planning_session_links", learning_session.pk)

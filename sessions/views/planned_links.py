"""How people come in: for those who plan, the links without a sign-in, who tried the sound, and taking a link back."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.decorators import SignedInRequest, signed_in
from collaborative.permissions import plans
from core.methods import must, only
from core.toasts import say
from sessions.models import LearningSession
from sessions.querysets import expected_at, sessions_seen_by
from sessions.room import personal_links, sound


def _run(request: SignedInRequest, session_id) -> LearningSession:
    learning_session = get_object_or_404(sessions_seen_by(request.user), pk=session_id)
    must(plans(request.user, learning_session.cohort))
    return learning_session


@signed_in
def page(request: SignedInRequest, session_id) -> HttpResponse:
    """Who tried their sound, whose link was used, and whoever is looked for by name."""
    learning_session = _run(request, session_id)
    only(request, "GET")
    named = request.GET.get("name", "").replace("\x00", "").strip()[:60]
    parts = {
        "learning_session": learning_session,
        "cohort": learning_session.cohort,
        "named": named,
        "links": personal_links.links_of(learning_session, named),
        "tried": sound.how_many_tried(learning_session),
    }
    return render(request, "sessions/links.html", parts)


@signed_in
def revoke(request: SignedInRequest, session_id, person_id) -> HttpResponse:
    """Take the link of a person to this session back."""
    learning_session = _run(request, session_id)
    person = get_object_or_404(expected_at(learning_session), pk=person_id)
    only(request, "POST")
    personal_links.revoke_link(learning_session=learning_session, person=person, by=request.user)
    say(request, _("The link of %(name)s leads nowhere any more. They can still sign in.") % {"name": person.name})
    return redirect("planning_session_links", learning_session.pk)

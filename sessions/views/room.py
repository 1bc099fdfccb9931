"""Who is in the room, the guests of a session, and trying the sound: what people do on a session's own page."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.decorators import SignedInRequest, signed_in
from accounts.once import answer_once
from core.limits import limited
from core.methods import must, only
from core.refusals import Refused
from core.toasts import say
from notifications.sealing import seal, unseal
from sessions.models import LearningSession
from sessions.querysets import sessions_of_cohort
from sessions.room import beside, guests, joining, sound
from sessions.room.forms import AdmitForm, SomebodyForm
from sessions.views.going_on import hand_over


def keys_in(request: HttpRequest, name: str) -> list[uuid.UUID]:
    """Return the keys that were sent under a name, without what is none."""
    found = []
    for typed in request.POST.getlist(name)[:500]:
        try:
            found.append(uuid.UUID(typed))
        except ValueError:
            continue
    return found


def _come_to(request: SignedInRequest, cohort_id, session_id) -> LearningSession:
    """Return the session for something that those do who are expected there."""
    learning_session = get_object_or_404(sessions_of_cohort(cohort_id, request.user), pk=session_id)
    must(joining.is_expected(learning_session, request.user))
    return learning_session


def _back(learning_session: LearningSession) -> HttpResponse:
    return redirect(f"{reverse('session', args=[learning_session.cohort_id, learning_session.pk])}#room")


@signed_in
def room(request: SignedInRequest, cohort_id, session_id) -> HttpResponse:
    """Note who of the team is in the room with the person who joined."""
    learning_session = _come_to(request, cohort_id, session_id)
    only(request, "POST")
    try:
        beside.say_who_is_here(
            learning_session=learning_session,
            by=request.user,
            ticked=keys_in(request, "here"),
            shown=keys_in(request, "was"),
        )
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        say(request, _("Saved."))
    return _back(learning_session)


@signed_in
def somebody(request: SignedInRequest, cohort_id, session_id) -> HttpResponse:
    """Note somebody in the room who is not in the team."""
    learning_session = _come_to(request, cohort_id, session_id)
    form = SomebodyForm(request.POST or None)

    def make() -> str:
        guest = beside.add_somebody(learning_session=learning_session, by=request.user, **form.answers())
        messages.success(request, _("%(name)s is noted.") % {"name": guest.name})
        return f"{reverse('session', args=[cohort_id, session_id])}#room"

    page = {"form": form, "learning_session": learning_session, "cohort": learning_session.cohort}
    return answer_once(request, form, make) or render(request, "sessions/somebody.html", page)


@signed_in
def settle(request: SignedInRequest, cohort_id, session_id) -> HttpResponse:
    """The lead confirms who was in the room, one by one or all, or says that somebody was not."""
    learning_session = _come_to(request, cohort_id, session_id)
    only(request, "POST")
    there = "not" not in request.POST
    rows = keys_in(request, "row" if there else "not")
    try:
        done = beside.settle(learning_session=learning_session, by=request.user, rows=rows, there=there)
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        say(request, _("Saved.") if done else _("Nothing was left to confirm."))
    return _back(learning_session)


@signed_in
def try_sound(request: SignedInRequest, cohort_id, session_id) -> HttpResponse:
    """Note that they try their sound, and send the browser on to where that is done."""
    learning_session = _come_to(request, cohort_id, session_id)
    only(request, "POST")
    try:
        url = sound.try_sound(learning_session=learning_session, user=request.user)
    except Refused as refused:
        messages.warning(request, refused.sentence)
        return _back(learning_session)
    back = reverse("session", args=[cohort_id, session_id])
    return hand_over(request, url, template="sessions/sound.html", learning_session=learning_session, back=back)


# ---------------------------------------------------------------- guests


def _key(learning_session: LearningSession) -> str:
    return f"guest-of-{learning_session.pk}"


def _lets_in(request: SignedInRequest, cohort_id, session_id) -> LearningSession:
    learning_session = get_object_or_404(sessions_of_cohort(cohort_id, request.user), pk=session_id)
    must(guests.may_admit(learning_session, request.user))
    return learning_session


@signed_in
@never_cache
@limited("guests", amount=60, seconds=3600)
def admit(request: SignedInRequest, cohort_id, session_id) -> HttpResponse:
    """Admit a colleague by name: their link is shown to whoever admitted them, in this browser, to be passed on."""
    learning_session = _lets_in(request, cohort_id, session_id)
    form = AdmitForm(request.POST or None, teams=guests.teams_to_admit_into(learning_session, request.user))

    def make() -> str:
        typed = form.answers()
        secret = guests.admit(learning_session=learning_session, by=request.user, **typed)
        request.session[_key(learning_session)] = {"name": typed["name"], "secret": seal(secret)}
        return reverse("session_guests", args=[cohort_id, session_id])

    if answer := answer_once(request, form, make):
        return answer
    page = {
        "form": form,
        "learning_session": learning_session,
        "cohort": learning_session.cohort,
        "guests": guests.in_care_of(learning_session, request.user).filter(revoked_at=None),
        "open": not joining.why_not_now(learning_session, timezone.now()),
        **_link_to_pass_on(request, learning_session),
    }
    return render(request, "sessions/guests.html", page)


def _link_to_pass_on(request: SignedInRequest, learning_session: LearningSession) -> dict:
    """Return the link that was made last in this browser, until its guest has come."""
    kept = request.session.get(_key(learning_session))
    guest = guests.find(unseal(kept["secret"])) if kept else None
    if kept is None or guest is None or guest.revoked_at or guests.has_come(guest):
        return {}
    path = reverse("guest_join", args=[unseal(kept["secret"])])
    return {"made_for": kept["name"], "link": f"{settings.SITE_URL.rstrip('/')}{path}"}


@signed_in
def settle_guest(request: SignedInRequest, cohort_id, session_id, guest_id) -> HttpResponse:
    """Let somebody in who asks, free a guest's link for another browser, or take it back."""
    learning_session = _lets_in(request, cohort_id, session_id)
    guest = get_object_or_404(guests.in_care_of(learning_session, request.user), pk=guest_id)
    only(request, "POST")
    try:
        if "let_in" in request.POST:
            guests.let_in(guest=guest, by=request.user)
            say(request, _("%(name)s can come in.") % {"name": guest.name})
        elif "free" in request.POST:
            guests.free(guest=guest, by=request.user)
            say(request, _("%(name)s can open the link in another browser now.") % {"name": guest.name})
        else:
            guests.take_back(guest=guest, by=request.user)
            say(request, _("The link of %(name)s leads nowhere any more.") % {"name": guest.name})
    except Refused as refused:
        messages.warning(request, refused.sentence)
    return redirect("session_guests", cohort_id, session_id)

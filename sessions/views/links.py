"""Joining by a link from a mail or from a colleague, without signing in. The addresses carry no language.

Whoever opens such a page sees whose link it is and changes nothing, however often a mail scanner does; one press joins.
"""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language_from_request
from django.utils.translation import gettext as _

from accounts.link_pages import in_language, in_other_language
from accounts.once import answer_once
from collaborative.words import of_programme
from core.answers import too_many
from core.language import language
from core.limits import spend, spend_address
from core.methods import only
from core.refusals import Refused
from core.toasts import say
from core.words import speak
from sessions.models import LearningSession
from sessions.room import beside, guests, personal_links
from sessions.room.forms import AskForm, SomebodyForm
from sessions.room.personal_links import Found, InUse
from sessions.views.going_on import hand_over
from sessions.views.room import keys_in

# The browser that came in with a link remembers it, for that link's pages alone.
COOKIE, _SALT = "came_in", "sessions.came-in"
# A person's own link, pressed so often in a minute, is not pressed by a person. The address does not count.
PRESSES, ASKS = 20, 5


def browser_of(request: HttpRequest) -> str:
    """Return the secret that only this browser has, "" where it was given none."""
    try:
        return request.get_signed_cookie(COOKIE, default="", salt=_SALT) or ""
    except signing.BadSignature:
        return ""


def _remember(answer: HttpResponse, browser: str, learning_session: LearningSession) -> None:
    until = learning_session.ends_at + beside.STAYS_OPEN
    answer.set_signed_cookie(
        COOKIE,
        browser,
        salt=_SALT,
        max_age=max(60, int((until - timezone.now()).total_seconds())),
        path="/join/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _mark(answer: HttpResponse, request: HttpRequest, learning_session: LearningSession) -> HttpResponse:
    """Return the answer; a browser that looks, and has no secret yet, is given one with it.

    So that of two presses, the first of which got no answer, both come from the same browser. A press itself gives one
    only where it went well: what comes late must not take the place of the secret to which a link is bound.
    """
    if request.method != "POST" and not browser_of(request):
        _remember(answer, secrets.token_urlsafe(24), learning_session)
    return answer


def _nothing(request: HttpRequest) -> HttpResponse:
    """Answer an address that is no link of ours; only these count against where they come from."""
    if not spend_address(request, "join-link"):
        return too_many(request)
    return in_language(
        request,
        get_language_from_request(request)[:2],
        lambda: render(request, "sessions/link_gone.html", {"other_lang_url": in_other_language(request)}, status=404),
    )


def _page(request: HttpRequest, template: str, found: Found, token: str, *, status: int = 200, **more) -> HttpResponse:
    page = {
        "found": found,
        "learning_session": found.learning_session,
        "cohort": found.learning_session.cohort,
        "reader": found.person,
        "token": token,
        "other_lang_url": in_other_language(request),
    }
    return render(request, template, page | more, status=status)


def personal_join(request: HttpRequest, token: str) -> HttpResponse:
    """Whose link this is, and the button that joins as them."""
    found = personal_links.find(token)
    if found is None:
        return _nothing(request)
    only(request, "GET", "POST")
    speak(of_programme(found.learning_session.cohort.programme))
    return in_language(request, found.person.language, lambda: _own(request, token, found))


def _own(request: HttpRequest, token: str, found: Found) -> HttpResponse:
    browser = browser_of(request)
    page: dict[str, Any] = {
        "elsewhere": found.is_used_elsewhere(browser),
        "was_here": found.was_used_by(browser),
        # After the end, while it can still be said who was there.
        "told": found.link is not None and beside.is_open(found.learning_session, timezone.now()),
    }
    if request.method != "POST":
        status = 410 if found.state == "dead" else 200
        shown = _page(request, "sessions/personal_join.html", found, token, status=status, **page)
        return _mark(shown, request, found.learning_session) if found.state == "open" else shown
    whose = f"{found.learning_session.pk}/{found.person.pk}"
    if not spend("join-link", whose, amount=PRESSES, seconds=60):
        return too_many(request)
    browser = browser or secrets.token_urlsafe(24)
    try:
        joined = personal_links.join(found=found, browser=browser)
    except InUse:
        return redirect("personal_colleague", token)
    except Refused as refused:
        page["refused"] = refused.sentence if found.state in ("open", "early") else ""
        return _page(request, "sessions/personal_join.html", found, token, status=409, **page)
    answer = hand_over(
        request,
        joined.url,
        learning_session=found.learning_session,
        back=reverse("personal_room", args=[token]),
        room=True,
    )
    _remember(answer, browser, found.learning_session)
    return answer


def personal_colleague(request: HttpRequest, token: str) -> HttpResponse:
    """For whoever is not the person of this link, or was overtaken by another browser: ask the lead to be let in."""
    found = personal_links.find(token)
    if found is None:
        return _nothing(request)
    only(request, "GET", "POST")
    speak(of_programme(found.learning_session.cohort.programme))
    return in_language(request, found.person.language, lambda: _colleague(request, token, found))


def _colleague(request: HttpRequest, token: str, found: Found) -> HttpResponse:
    if found.state != "open":
        return redirect("personal_join", token)
    form = AskForm(request.POST or None)
    whose = f"{found.learning_session.pk}/{found.person.pk}"
    if request.method == "POST" and not spend("join-ask", whose, amount=ASKS * 4, seconds=600):
        return too_many(request)

    browser = browser_of(request)
    mine, asked = browser or secrets.token_urlsafe(24), False

    def make() -> str:
        nonlocal asked
        asked = True
        secret = guests.ask(
            learning_session=found.learning_session, person=found.person, browser=mine, **form.answers()
        )
        return f"{reverse('guest_join', args=[secret])}?language={language()}"

    if answer := answer_once(request, form, make):
        if asked or browser:
            _remember(answer, mine, found.learning_session)
        return answer
    elsewhere = found.is_used_elsewhere(browser)
    shown = _page(
        request,
        "sessions/colleague.html",
        found,
        token,
        form=form,
        elsewhere=elsewhere,
        lead=guests.asked_of(found.learning_session, found.person),
    )
    return _mark(shown, request, found.learning_session)


def personal_room(request: HttpRequest, token: str) -> HttpResponse:
    """Who is in the room, for the browser that came in with this link: no other, and for this session alone."""
    found = personal_links.find(token)
    if found is None:
        return _nothing(request)
    only(request, "GET", "POST")
    if found.state == "dead" or not found.was_used_by(browser_of(request)):
        return redirect("personal_join", token)
    speak(of_programme(found.learning_session.cohort.programme))
    return in_language(request, found.person.language, lambda: _room(request, token, found))


def _room(request: HttpRequest, token: str, found: Found) -> HttpResponse:
    adds = "name" in request.POST
    form = SomebodyForm(request.POST if adds else None)
    refused, here = "", f"{reverse('personal_room', args=[token])}?language={language()}"

    def make() -> str:
        beside.add_somebody(learning_session=found.learning_session, by=found.person, **form.answers())
        return here

    if adds:
        if answer := answer_once(request, form, make):
            return answer
    elif request.method == "POST":
        try:
            beside.say_who_is_here(
                learning_session=found.learning_session,
                by=found.person,
                ticked=keys_in(request, "here"),
                shown=keys_in(request, "was"),
            )
        except Refused as refusal:
            refused = refusal.sentence
        else:
            say(request, _("Saved."))
            return redirect(here)
    room = beside.room_of(found.learning_session, found.person)
    status = 409 if refused else 200
    return _page(
        request, "sessions/personal_room.html", found, token, room=room, form=form, refused=refused, status=status
    )


def guest_join(request: HttpRequest, secret: str) -> HttpResponse:
    """A guest's own link: who they are, and the button that joins as them; or that they wait to be let in."""
    guest = guests.find(secret)
    if guest is None:
        return _nothing(request)
    only(request, "GET", "POST")
    speak(of_programme(guest.learning_session.cohort.programme))
    return in_language(request, get_language_from_request(request)[:2], lambda: _guest(request, guest))


def _guest(request: HttpRequest, guest) -> HttpResponse:
    if guest.revoked_at:
        return _ended(request, guest)
    learning_session, refused, browser = guest.learning_session, "", browser_of(request)
    elsewhere = guests.is_used_elsewhere(guest, browser)
    if request.method == "POST" and not guest.asks:
        if not spend("join-guest", str(guest.pk), amount=PRESSES, seconds=60):
            return too_many(request)
        browser = browser or secrets.token_urlsafe(24)
        try:
            joined = guests.join(guest=guest, browser=browser)
        except InUse:
            elsewhere = True
        except Refused as refusal:
            if guest.revoked_at:
                return _ended(request, guest)
            refused = refusal.sentence
        else:
            answer = hand_over(request, joined.url, learning_session=learning_session, back=request.get_full_path())
            _remember(answer, browser, learning_session)
            return answer
    state = "closed" if learning_session.cohort.closed_at else learning_session.state_at(timezone.now())
    page = {
        "guest": guest,
        "elsewhere": elsewhere,
        "may_join": state == "open" and not (elsewhere or guest.asks),
        "helps": guests.who_helps(guest) if elsewhere else "",
        "learning_session": learning_session,
        "cohort": learning_session.cohort,
        "state": state,
        "refused": refused,
        "other_lang_url": in_other_language(request),
    }
    status = 409 if refused or (elsewhere and request.method == "POST") else 200
    shown = render(request, "sessions/guest_join.html", page, status=status)
    return _mark(shown, request, learning_session) if state == "open" else shown


def _ended(request: HttpRequest, guest) -> HttpResponse:
    """Answer a link that was taken back: that it was, and whom to ask; nothing of the session and nobody's name."""
    page = {"guest": guest, "cohort": guest.learning_session.cohort, "other_lang_url": in_other_language(request)}
    # A page that waits to be let in takes its part only out of an answer that is no error.
    status = 200 if request.headers.get("HX-Request") == "true" else 410
    return render(request, "sessions/guest_ended.html", page, status=status)

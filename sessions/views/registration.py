"""Anybody comes to a public session: registers, confirms by mail, joins by the link of their mailbox, withdraws."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import SignedInRequest, signed_in
from collaborative.words import of_programme
from core import places, sheets
from core.language import language, other
from core.limits import client_address
from core.moments import read
from core.refusals import Refused
from core.toasts import say
from core.words import speak
from sessions.models import LearningSession, Registration
from sessions.public import registration as registering
from sessions.public.forms import RegisterForm
from sessions.views.going_on import hand_over
from sessions.views.planned import session_planned_by

_BOTH = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@_BOTH
def register(request: HttpRequest, session_id) -> HttpResponse:
    """Say who comes. The answer is the same whatever is known of the mailbox."""
    learning_session = _public(session_id)
    form = RegisterForm(request.POST or None, initial={"language": language()})
    takes = registering.takes(learning_session)
    if request.method == "POST" and form.is_valid():
        try:
            registering.register(
                learning_session=learning_session, address=client_address(request), **form.cleaned_data
            )
        except Refused as refused:
            refused.put_on(form)
        else:
            return redirect("register_sent", session_id)
    page = _page(learning_session, "register") | {"form": form, "takes": takes}
    return render(request, "sessions/register.html", page)


@require_safe
def sent(request: HttpRequest, session_id) -> HttpResponse:
    """A mail is on its way, if the address is right."""
    return render(request, "sessions/register_sent.html", _page(_public(session_id), "register_sent"))


def _public(session_id) -> LearningSession:
    learning_session = registering.public_session(session_id)
    if learning_session is None:
        raise Http404
    speak(of_programme(learning_session.cohort.programme))
    return learning_session


def _page(learning_session: LearningSession, route: str) -> dict:
    with override(other(language())):
        there = reverse(route, args=[learning_session.pk])
    return {
        "learning_session": learning_session,
        "cohort": learning_session.cohort,
        "programme": learning_session.cohort.programme,
        "state": learning_session.state_at(timezone.now()),
        "other_lang_url": there,
    }


# ---------------------------------------------------------------- behind the link in the mail


@never_cache
@_BOTH
def one(request: HttpRequest, token: str) -> HttpResponse:
    """The link in the mails. Reading changes nothing, however often a mail scanner does; the button confirms."""
    row = registering.find(token)
    if row is None:
        return _gone(request)
    if request.method == "POST":
        registering.confirm(row=row)
        row.refresh_from_db(fields=["confirmed_at", "told_start"])
    return _shown(request, row, token)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Into the meeting: the page names who and what, the button goes there."""
    row = registering.find(token)
    if row is None:
        return _gone(request)
    if request.method != "POST":
        return redirect("registration", token)
    try:
        url = registering.join(row=row)
    except Refused as refused:
        return _shown(request, row, token, refused=refused.sentence, status=409)
    return hand_over(request, url, learning_session=row.learning_session, back=reverse("registration", args=[token]))


@never_cache
@_BOTH
def withdraw(request: HttpRequest, token: str) -> HttpResponse:
    """I do not come after all: the button erases the registration."""
    row = registering.find(token)
    if row is None:
        return _gone(request)
    if request.method == "POST":
        registering.withdraw(row=row)
        return _answer(request, "withdrawn", {"learning_session": row.learning_session})
    return _answer(request, "withdraw", {"row": row, "learning_session": row.learning_session, "token": token})


def _shown(
    request: HttpRequest, row: Registration, token: str, *, refused: str = "", status: int = 200
) -> HttpResponse:
    learning_session = row.learning_session
    what = "confirmed" if row.confirmed_at else "ask"
    page = {
        "row": row,
        "token": token,
        "learning_session": learning_session,
        "cohort": learning_session.cohort,
        "state": learning_session.state_at(timezone.now()),
        "refused": refused,
        "reader": row.city or None,
    }
    return _answer(request, what, page, status=status)


def _gone(request: HttpRequest) -> HttpResponse:
    return _answer(request, "gone", {}, status=404)


def _answer(request: HttpRequest, what: str, page: dict, *, status: int = 200) -> HttpResponse:
    if learning_session := page.get("learning_session"):
        speak(of_programme(learning_session.cohort.programme))
    return render(request, "sessions/registration.html", page | {"what": what}, status=status)


# ---------------------------------------------------------------- for planners


@signed_in
def registered(request: SignedInRequest, session_id) -> HttpResponse:
    """Who has registered from outside; the button lets anybody register, or nobody any more."""
    learning_session = session_planned_by(request, session_id)
    if request.method == "POST":
        public = request.POST.get("public") == "yes"
        registering.open_to_all(learning_session=learning_session, public=public, by=request.user)
        say(request, _("Anybody can register now.") if public else _("Nobody can register any more."))
        return redirect("planning_session_registered", session_id)
    rows = registering.registered_for(learning_session)
    if request.GET.get("as") == "xlsx":
        return _sheet(learning_session, rows)
    page = {
        "learning_session": learning_session, "cohort": learning_session.cohort, "rows": rows,
        "came": sum(row.joined_at is not None for row in rows),
    }  # fmt: skip
    return render(request, "sessions/registered.html", page)


def _sheet(learning_session: LearningSession, rows: list[Registration]) -> HttpResponse:
    head = [_("Name"), _("E-mail"), _("Language"), _("Place"), _("Joined")]
    cohort, lang = learning_session.cohort, language()
    told = [
        [
            row.name, row.email, row.get_language_display(), places.name(row.city, lang) if row.city else "",
            read(row.joined_at, cohort, None, lang=lang).mine if row.joined_at else "",
        ]
        for row in rows
    ]  # fmt: skip
    return sheets.answer(head, told, title=_("Registration from outside"), file="registered")

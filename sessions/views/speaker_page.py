"""The page of somebody who speaks, for whoever holds its link. Nobody has an account here; a GET changes nothing."""

from __future__ import annotations

from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.once import answer_once
from collaborative.words import of_programme
from core import answers, limits
from core.methods import only
from core.refusals import Overtaken, Refused
from core.toasts import say
from core.words import speak
from files.answers import give
from sessions.models import Appearance
from sessions.room import joining
from sessions.speaking import links as speaker_links
from sessions.speaking import own_page as speaking
from sessions.speaking.forms import AccessForm, SlidesForm, WhoForm
from sessions.speaking.mail import clock_of
from sessions.speaking.results import heard_of


def by_link(view):
    """Let whoever holds the newest link go on; anybody else is told what to do instead."""

    @never_cache
    @wraps(view)
    def opening(request: HttpRequest, token: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
        found = speaker_links.find(token)
        if found is None:
            return render(request, "sessions/speaker_gone.html", {"cohort": None}, status=404)
        cohort = found.appearance.learning_session.cohort
        speak(of_programme(cohort.programme))
        if not found.opens:
            return render(request, "sessions/speaker_gone.html", {"cohort": cohort}, status=410)
        if request.method == "POST":
            mine = limits.spend("speaker", found.appearance.pk, amount=200, seconds=3600)
            if not (mine and limits.spend_address(request, "speaker")):
                return answers.too_many(request)
        return view(request, token, found.appearance, *args, **kwargs)

    return opening


def _page(request: HttpRequest, token: str, appearance: Appearance, status: int = 200, **more: Any) -> HttpResponse:
    learning_session, now = appearance.learning_session, timezone.now()
    slides = list(appearance.slides.all())
    newest = {one.pk for one in speaking.newest_slides(slides).values()}
    state = learning_session.state_at(now)
    page = {
        "token": token,
        "appearance": appearance,
        "speaker": appearance.speaker,
        "learning_session": learning_session,
        "cohort": learning_session.cohort,
        "minutes": appearance.minutes or (appearance.item.minutes if appearance.item else 0),
        "clock": clock_of(appearance.speaker),
        "state": state,
        "heard": heard_of(learning_session) if state == "over" else None,
        "state_words": learning_session.state_words(now),
        "slides": [(one, one.pk in newest) for one in slides],
        "slides_form": SlidesForm(appearance=appearance),
        "access_form": AccessForm(appearance=appearance),
        "who_form": WhoForm(appearance=appearance),
        "refused": "",
        **more,
    }
    return render(request, "sessions/speaker_page.html", page, status=status)


def _there(token: str, part: str) -> str:
    return f"{reverse('speaker_page', args=[token])}#{part}"


@by_link
def page(request: HttpRequest, token: str, appearance: Appearance) -> HttpResponse:
    """Her time, what is expected, her slides and what she says about herself."""
    only(request, "GET")
    return _page(request, token, appearance)


@by_link
def slides(request: HttpRequest, token: str, appearance: Appearance) -> HttpResponse:
    """Take a version of the slides."""
    only(request, "POST")
    if not limits.spend("speaker-slides", appearance.pk, amount=30, seconds=3600):
        return answers.too_many(request)
    form = SlidesForm(request.POST, request.FILES, appearance=appearance)

    def make() -> str:
        speaking.send_slides(appearance=appearance, **form.answers())
        say(request, _("Your slides have arrived."))
        return _there(token, "slides")

    return answer_once(request, form, make) or _page(request, token, appearance, slides_form=form, form=form)


@by_link
def version(request: HttpRequest, token: str, appearance: Appearance, slides_id) -> HttpResponseBase:
    """One version of her slides, as she sent it."""
    found = next((one for one in appearance.slides.all() if one.pk == slides_id), None)
    if found is None:
        raise Http404
    only(request, "GET")
    return give(request, found.file)


@by_link
def access(request: HttpRequest, token: str, appearance: Appearance) -> HttpResponse:
    """Keep what is ticked."""
    only(request, "POST")
    form = AccessForm(request.POST, appearance=appearance)
    return _saved(request, token, appearance, form, "access_form", speaking.tick)


@by_link
def who(request: HttpRequest, token: str, appearance: Appearance) -> HttpResponse:
    """Keep how she is introduced."""
    only(request, "POST")
    form = WhoForm(request.POST, appearance=appearance)
    return _saved(request, token, appearance, form, "who_form", speaking.say_who)


def _saved(request, token: str, appearance: Appearance, form, name: str, verb) -> HttpResponse:
    status = 200
    if form.is_valid():
        try:
            verb(appearance=appearance, **form.cleaned_data)
        except Overtaken as overtaken:
            form.go_on_from(overtaken.theirs.version)
            overtaken.put_on(form)
            status = 409
        else:
            say(request, _("Saved."))
            return redirect(_there(token, name.removesuffix("_form")))
    return _page(request, token, appearance, status, **{name: form, "form": form})


@by_link
def consent(request: HttpRequest, token: str, appearance: Appearance) -> HttpResponse:
    """Agree to the recording or to publication, or take that back."""
    only(request, "POST")
    to, says = request.POST.get("to"), request.POST.get("says")
    if to not in speaking.CONSENTS or says not in ("yes", "no"):
        return _page(request, token, appearance, 422, refused=_("That did not work. Press the button again."))
    speaking.consent(appearance=appearance, to=to, agrees=says == "yes")
    say(request, _("Saved."))
    return redirect(_there(token, "consent"))


@by_link
def join(request: HttpRequest, token: str, appearance: Appearance) -> HttpResponse:
    """Hand her on to the meeting; its address stands on no page before."""
    only(request, "POST")
    try:
        url = joining.room_for_speaker(appearance=appearance)
    except Refused as refused:
        return _page(request, token, appearance, 409, refused=refused.sentence)
    parts = {
        "learning_session": appearance.learning_session,
        "url": url,
        "host": urlsplit(url).hostname,
        "token": token,
    }
    answer = render(request, "sessions/speaker_joined.html", parts)
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer

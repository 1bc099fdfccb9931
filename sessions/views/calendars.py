"""Calendars to subscribe to: the page on which one makes an address, and what a calendar finds there."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.decorators import SignedInRequest, never_parked, own_eyes, signed_in
from core import limits
from core.methods import only
from core.refusals import Refused
from core.toasts import say
from notifications.sealing import seal, unseal
from sessions.calendars import feeds

# Until the next page, which shows it.
_MADE = "calendar-made"
HOUR = 3600


def calendar_feed(request: HttpRequest, secret: str) -> HttpResponse:
    """What stands in a person's calendar, for whoever has the secret; nothing where it opens nothing any more."""
    only(request, "GET")
    feed, kept = feeds.find(secret), None
    # Many people's calendars ask from the few addresses of Google or Microsoft: only who tries secrets is counted there.
    if feed:
        amount, place = settings.CALENDAR_ASKS, feeds.place_of(feed)
        may, kept = limits.spend_and_read("calendar", feed.pk, amount=amount, seconds=HOUR, beside=place)
    else:
        may = limits.spend_address(request, "calendar")
    if not may:
        answer = HttpResponse("Too many requests.", status=429, content_type="text/plain; charset=utf-8")
        answer.headers["Retry-After"] = str(HOUR)
        return answer
    if feed is None:
        raise Http404
    said = feeds.written(feed, kept)
    feeds.note_reading(feed)
    answer = HttpResponse(said.text, content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = 'inline; filename="sessions.ics"'
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["ETag"] = said.etag
    answer.headers["Last-Modified"] = http_date(said.since.timestamp())
    answer.headers["X-Robots-Tag"] = "noindex"
    since = int(said.since.timestamp())
    return get_conditional_response(request, etag=said.etag, last_modified=since, response=answer) or answer


@signed_in
@own_eyes
@never_cache
def my_calendar(request: SignedInRequest) -> HttpResponse:
    """The calendars that one can have, and how to bring one to the phone."""
    only(request, "GET")
    page = {"offers": feeds.offers_to(request.user), "here": "me"}
    if made := request.session.pop(_MADE, None):
        secret = unseal(made["secret"])
        team = feeds.find_team(request.user, made["team"])
        page |= {"address": feeds.address_of(secret), "webcal": feeds.webcal_of(secret), "of": team}
    return render(request, "sessions/calendar.html", page)


@signed_in
@own_eyes
@never_parked
@limits.limited("calendar-made", amount=30, seconds=3600)
def make_calendar(request: SignedInRequest) -> HttpResponse:
    """Make the address anew; the page that follows shows it, once."""
    only(request, "POST")
    try:
        team = feeds.team_named(request.user, request.POST.get("team", ""))
        secret = feeds.make(person=request.user, team=team, by=request.user)
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        request.session[_MADE] = {"secret": seal(secret), "team": str(team.pk) if team else ""}
    return redirect("my_calendar")


@signed_in
@own_eyes
@never_parked
def end_calendar(request: SignedInRequest) -> HttpResponse:
    """Let an address open nothing any more."""
    only(request, "POST")
    try:
        team = feeds.team_named(request.user, request.POST.get("team", ""))
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        feeds.end(person=request.user, team=team, by=request.user)
        say(request, _("Ended. The address opens nothing any more."))
    return redirect("my_calendar")

"""Seeing a person's pages as they see them: for a planner who helps, read-only, for half an hour at most, with a reason.

``request.user`` is the person who is seen, ``request.real_user`` the planner. Nothing can be pressed meanwhile. Pages about
oneself, pages about signing in and pages marked ``own_eyes`` (private notes, sealed words) stay shut. The person finds
every visit, with its reason, on the page "Who sees what of me". Which planner may see whom, rooms say.
"""

from __future__ import annotations

import datetime
import uuid
from functools import cache

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User, ViewAs
from audit.services import record
from core.addresses import match_of
from core.refusals import Refused
from core.registry import Slot

may_view = Slot(
    "may_view_as",
    "room -> fn(planner, person) -> why this planner may not see this person's pages now: a sentence, '' if they may, "
    "None if they may not even know the person",
)

LONGEST = datetime.timedelta(minutes=30)
_KEY, _BACK = "view_as", "view_as_back"  # in the session of the planner
# What may be opened and pressed all the same: the two ways out.
_WAYS_OUT = frozenset({"view_as_end", "account_logout"})
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def why_not(planner: User, person: User) -> str | None:
    """Return why ``planner`` may not see the pages of ``person``: "" if they may, None if they may not know them."""
    answers = [answer for _room, answer in may_view.ask_all(planner, person)]
    if person == planner or not answers or None in answers:
        return None
    if person.is_staff or person.is_superuser or not person.is_active:
        return _("This account can look after the whole installation, or is closed: nobody sees its pages.")
    return next((answer for answer in answers if answer), "")


def find(planner: User, person_id: uuid.UUID) -> tuple[User, str] | None:
    """Return a person whom ``planner`` may know, and why their pages may not be seen ("" if they may). None: not known."""
    person = User.objects.filter(pk=person_id, forgotten_at=None).first()
    answer = why_not(planner, person) if person else None
    return (person, answer) if person is not None and answer is not None else None


@transaction.atomic
def begin(*, planner: User, person: User, reason: str) -> ViewAs:
    """Let ``planner`` see the pages of ``person`` from now on. Refuses where a room says no, and without a reason."""
    answer = why_not(planner, person)
    if answer is None or answer:
        raise Refused(answer or _("You cannot see this person’s pages."))
    if not reason.strip():
        raise Refused(_("Say in a few words why. The person can read it."), field="reason")
    for before in ViewAs.objects.select_for_update().filter(planner=planner, ended_at=None):
        end(visit=before, by=planner)
    now = timezone.now()
    visit = ViewAs.objects.create(
        planner=planner, person=person, reason=reason.strip(), began_at=now, ends_at=now + LONGEST
    )
    record("view_as.began", person, by=planner, visit=visit.pk)
    return visit


@transaction.atomic
def end(*, visit: ViewAs, by: User | None, now: datetime.datetime | None = None) -> None:
    """End a visit: its planner went back, a role ended, or its time was up (it is noted as over then)."""
    over = min(now or timezone.now(), visit.ends_at)
    if ViewAs.objects.filter(pk=visit.pk, ended_at=None).update(ended_at=over):
        record("view_as.ended", visit.person, by=by, visit=visit.pk)


def end_all_of(user: User, by: User | None) -> None:
    """End every visit by or to this person: their role changed, or they have left."""
    running = ViewAs.objects.filter(ended_at=None).filter(Q(planner=user) | Q(person=user)).select_related("person")
    for visit in running:
        end(visit=visit, by=by)


def run_out(now: datetime.datetime) -> QuerySet[ViewAs]:
    """Return the visits whose time is up and whose end nobody has noted."""
    return ViewAs.objects.filter(ended_at=None, ends_at__lt=now)


def sweep(now: datetime.datetime) -> int:
    """Note the end of visits whose time is up. Returns how many."""
    over = list(run_out(now).select_related("person")[:500])
    for visit in over:
        end(visit=visit, by=None, now=now)
    return len(over)


def visits_to(user: User) -> list[ViewAs]:
    """Return who saw this person's pages, newest first, with their planners."""
    return list(ViewAs.objects.filter(person=user).select_related("planner").order_by("-began_at"))


# ---------------------------------------------------------------- a request


def enter(request: HttpRequest, visit: ViewAs, *, back: str) -> None:
    """Show this visit's pages in this session from the next request on; ``back`` is where it leads when it is over."""
    request.session[_KEY], request.session[_BACK] = str(visit.pk), back


def leave(request: HttpRequest) -> str:
    """End the visit of this session. Returns the path that it began from, "" without a visit."""
    key, back = request.session.pop(_KEY, None), request.session.pop(_BACK, "")
    visit = ViewAs.objects.select_related("person", "planner").filter(pk=key).first() if key else None
    if visit:
        end(visit=visit, by=visit.planner)
    return back


def seen_by(request: HttpRequest, planner: User) -> User:
    """Return whose pages this request shows: the person's of a visit that goes on, else the planner's own."""
    key = request.session.get(_KEY)
    if key is None:
        return planner
    running = ViewAs.objects.filter(pk=key, planner=planner, ended_at=None, ends_at__gt=timezone.now())
    visit = running.select_related("person").first()
    if visit is None or why_not(planner, visit.person) != "":
        return planner
    person = visit.person
    person.is_asking, person.seen_by, person.shows_drafts = True, planner, False
    request.view_as = visit  # type: ignore[attr-defined]  # for the banner
    return person


def visit_of(request: HttpRequest) -> ViewAs | None:
    """Return the visit that this request shows the pages of, None where everybody sees their own."""
    if not request.user.is_authenticated:
        return None
    return getattr(request, "view_as", None)


class OtherEyes:
    """Keeps a visit to reading: refuses what would be pressed, shuts pages for the person's own eyes, says when it is over.

    Public pages ask no session for it. What was pressed on a page of a visit that is over is not done in the planner's name.
    """

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in _SAFE and settings.SESSION_COOKIE_NAME in request.COOKIES and _KEY in request.session:
            visit = visit_of(request)
            if request.user.is_authenticated and _name_of(request) not in _WAYS_OUT:
                if visit is None:
                    _forget(request)
                return render(request, "accounts/view_as_refused.html", {"visit": visit, "why": "pressed"}, status=403)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        """Ask about a visit where somebody who is signed in reads a page of ours."""
        match = request.resolver_match
        own_eyes = is_shut(view, match.url_name if match else "", match.app_name if match else "")
        if not own_eyes and not getattr(view, "signed_in", False):
            return None
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or _KEY not in request.session:
            return None
        visit = visit_of(request)
        if visit is None and request.method in _SAFE:
            _forget(request)
            if request.user.is_authenticated:
                messages.info(request, _("The visit is over. These are your own pages again."))
        if visit is not None and own_eyes:
            return render(request, "accounts/view_as_refused.html", {"visit": visit, "why": "shut"}, status=403)
        return None


def is_shut(view, name: str | None, app: str) -> bool:
    """Is this page for the person's own eyes only? About oneself, about signing in, the back office, or marked so."""
    if name in _WAYS_OUT:
        return False
    return getattr(view, "own_eyes", False) or app == "admin" or name in _about_oneself()


@cache
def _about_oneself() -> frozenset[str | None]:
    from accounts import sign_in_urls, urls

    patterns = [*urls.urlpatterns, *sign_in_urls.urlpatterns, *sign_in_urls.second_factor]
    return frozenset(one.name for one in patterns if isinstance(one, URLPattern))


def _name_of(request: HttpRequest) -> str | None:
    match = match_of(request.path_info)
    return match.url_name if match else None


def _forget(request: HttpRequest) -> None:
    request.session.pop(_KEY, None)
    request.session.pop(_BACK, None)

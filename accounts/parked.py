"""A form that meets an expired session or a stale token is kept, and comes back filled after the sign-in.

A button without words leads back to the page it stands on, which says that it has to be pressed again.

What was typed is sealed in one row for half an hour and bound to a cookie. It is shown again to the account that was
signed in on this device before, to nobody else, and it is never sent by itself. Not kept: passwords, PINs and codes
(fields by their names, allauth's and the admin's pages altogether), views marked ``never_parked``, files, and posts that
did not come from a page of ours. Words of our own pages that are not kept stand once more in the answer itself.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import logging
import secrets

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.functional import lazystr
from django.utils.translation import gettext as _

from accounts import drafts, second_factor, sessions_policy
from accounts.decorators import to_sign_in
from accounts.models import ParkedPost, User
from core import answers, filled
from core.redirects import page_of_the_button, parts_of, safe_path
from notifications.sealing import seal, unseal

log = logging.getLogger("web")

COOKIE = "parked"
KEPT = datetime.timedelta(minutes=30)
MOST_BYTES = 200_000
_TOLD = "~"  # at the end of the cookie: the sentence has been read, what was typed still comes back
_NEVER_MODULES = ("allauth.", "django.contrib.admin", "django.contrib.auth")


class ParkedPosts:
    """Parks a post that is sent to the sign-in page (or to setting up a second factor) instead of doing its work.

    Fills the form when its writer is back.
    """

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method == "POST":
            return self._after_post(request, self.get_response(request))
        kept = _kept(request) if request.method == "GET" and COOKIE in request.COOKIES else None
        if kept is None or kept["back"] != request.get_full_path():
            return self.get_response(request)
        return self._bring_back(request, kept)

    def _bring_back(self, request: HttpRequest, kept: dict) -> HttpResponse:
        told = request.COOKIES[COOKIE].endswith(_TOLD)
        with filled.waiting(drafts.as_sent(kept["words"]), kept["at"]) as waits:
            if not told:
                # Whether a form takes the words is known when the page is drawn.
                messages.info(request, lazystr(_Sentence(kept["why"], waits)))
            response = self.get_response(request)
        if response.status_code == 200 and not waits.shown:
            response.delete_cookie(COOKIE, samesite="Lax")
        elif response.status_code == 200 and not told:
            _give_cookie(response, request.COOKIES[COOKIE] + _TOLD)
        return response

    @staticmethod
    def _after_post(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if _leads_to(response, settings.LOGIN_URL):
            parked = park(request, why="signed_out", then=lambda back: to_sign_in(request, back))
            return parked or shown_again(request, why="signed_out", on=response.headers.get("Location")) or response
        if _leads_to(response, "mfa_activate_totp"):
            parked = park(request, why="second_step", then=lambda back: second_factor.to_set_up(request, back))
            return parked or shown_again(request, why="second_step", on=response.headers.get("Location")) or response
        if COOKIE in request.COOKIES and response.status_code in (302, 303, 204):
            kept = _kept(request)
            if kept and _was_sent(request, kept):
                ParkedPost.objects.filter(token_hash=_token_hash(request)).delete()
                response.delete_cookie(COOKIE, samesite="Lax")
        return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a stale token: keep what was typed and show the form again, filled; else say what happened."""
    # The route's pattern, never the path, and of the reason what stands before a quoted header: both may carry keys.
    match = request.resolver_match
    log.warning("token refused in %s: %s", match.route if match else "unresolved", reason.partition(" - ")[0])
    if match and match.url_name == "draft" and request.headers.get("HX-Request") == "true":
        # Kept while typing: the page stays, and its button keeps the words.
        sentence = _("This page has waited too long to keep drafts. Your words stay here: save, and find them again.")
        return render(request, "accounts/draft_kept.html", {"sentence": sentence, "kept": False})

    def then(back: str) -> HttpResponse:
        return HttpResponseRedirect(back) if request.user.is_authenticated else to_sign_in(request, back)

    why = "waited" if request.user.is_authenticated else "signed_out"
    on = then(page_of_the_button(request)).headers.get("Location")
    return park(request, why=why, then=then) or shown_again(request, why=why, on=on) or answers.csrf_failure(request)


class _Sentence:
    """What the page says when somebody is back on it: their words are here, or the button is to be pressed again."""

    def __init__(self, why: str, waits) -> None:
        self.why = why
        self.waits = waits

    def __str__(self) -> str:
        if self.waits.shown:
            return _("Here is what you wrote. It is not saved yet: read it again, then save.")
        if self.why == "signed_out":
            return _("You were signed out meanwhile, so nothing was done yet. Press the button again.")
        if self.why == "second_step":
            return _("The second step came first, so nothing was done yet. Press the button again.")
        return _("The page had waited too long, so nothing was done yet. Press the button again.")


def park(request: HttpRequest, *, why: str, then) -> HttpResponse | None:
    """Keep what was sent and return ``then(the page of its form)``, or None where it may not be kept.

    ``why``: "signed_out", "second_step" or "waited" (the token was stale).
    """
    owner = owner_of(request)
    if owner is None or not _from_our_page(request) or not _may_be_kept(request):
        return None
    words, key = drafts.typed(request.POST), request.POST.get("draft_key", "")
    if len(json.dumps(words)) > MOST_BYTES:
        return None
    back = safe_path(request.POST.get("draft_back")) or page_of_the_button(request)
    token = secrets.token_urlsafe(32)
    too_old(timezone.now()).delete()
    ParkedPost.objects.create(
        user=owner,
        token_hash=_hash(token),
        sealed=seal(json.dumps({"to": request.path, "back": back, "why": why, "words": words, "draft": key})),
        expires_at=timezone.now() + KEPT,
    )
    if why == "signed_out":
        messages.info(request, _("You were signed out meanwhile. Nothing is lost: sign in, and go on where you were."))
    response = then(back)
    _give_cookie(response, token)
    return response


def shown_again(request: HttpRequest, *, why: str, on: str | None) -> HttpResponse | None:
    """Return a page with the words of a post that is kept nowhere, None where it had none or is no form of ours.

    ``on`` is where its writer goes on, in a second window: this page is all that has the words.
    """
    if not on or request.headers.get("HX-Request") == "true" or not (_from_our_page(request) and _is_ours(request)):
        return None
    words = [one for values in drafts.typed(request.POST).values() for one in values if len(one.split()) > 1]
    if not words:
        if why == "signed_out" and owner_of(request):
            messages.info(request, _("You were signed out meanwhile, so nothing was done yet."))
        return None
    parts = {"words": words, "why": why, "on": on, "private": _is_never_parked(request)}
    response = render(request, "accounts/words_again.html", parts, status=403)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _give_cookie(response: HttpResponse, value: str) -> None:
    response.set_cookie(
        COOKIE,
        value,
        max_age=int(KEPT.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def too_old(now: datetime.datetime) -> QuerySet[ParkedPost]:
    """Return what has waited too long."""
    return ParkedPost.objects.filter(expires_at__lte=now)


def _kept(request: HttpRequest) -> dict | None:
    """Return what is parked for the person who is signed in now, None for everybody else."""
    row = ParkedPost.objects.filter(token_hash=_token_hash(request), expires_at__gt=timezone.now()).first()
    if row is None or not request.user.is_authenticated or row.user_id != request.user.pk:
        return None
    try:
        return {**json.loads(unseal(row.sealed)), "at": row.expires_at - KEPT}
    except InvalidToken:  # the key of this installation is another one now
        return None


def _was_sent(request: HttpRequest, kept: dict) -> bool:
    """Has the form done its work that these words were typed into? Keeping a draft of it is not its work."""
    if request.resolver_match and request.resolver_match.url_name == "draft":
        return False
    return kept["to"] == request.path or (bool(kept["draft"]) and kept["draft"] == request.POST.get("draft_key"))


def owner_of(request: HttpRequest) -> User | None:
    """Return whose words these are: who is signed in, or who was when the session ran out."""
    if request.user.is_authenticated:
        return request.user
    owner = sessions_policy.owner_of(request)
    return User.objects.filter(pk=owner, is_active=True).first() if owner else None


def _from_our_page(request: HttpRequest) -> bool:
    """Did a page of this site send it? Another site could else put words into somebody's form."""
    origin = request.headers.get("Origin") or request.headers.get("Referer") or ""
    ours = {request.get_host(), parts_of(settings.SITE_URL).netloc}
    return parts_of(origin).netloc in ours and request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"


def _may_be_kept(request: HttpRequest) -> bool:
    key = request.POST.get("draft_key")
    return _is_ours(request) and not _is_never_parked(request) and (not key or drafts.may_keep(key))


def _is_ours(request: HttpRequest) -> bool:
    """Is it a form of a view of ours, not of allauth's or the admin's?"""
    match = request.resolver_match
    if match is None or request.content_type not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        return False
    view = match.func
    made_of = view.view_class.__mro__ if hasattr(view, "view_class") else (view,)
    return not any((getattr(part, "__module__", "") or "").startswith(_NEVER_MODULES) for part in made_of)


def _is_never_parked(request: HttpRequest) -> bool:
    match = request.resolver_match
    return match is not None and getattr(match.func, "never_parked", False)


def _leads_to(response: HttpResponse, page: str) -> bool:
    where = response.headers.get("Location") or response.headers.get("HX-Redirect") or ""
    return parts_of(where).path == resolve_url(page) and response.status_code in (302, 303, 204)


def _token_hash(request: HttpRequest) -> str:
    return _hash(request.COOKIES[COOKIE].removesuffix(_TOLD))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()

"""The page of a link that asks one person one thing, without signing in. The addresses carry no language.

Nothing but the link itself is asked for: a form of such a page needs no cookie, and no other site learns where it was.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language_from_request
from django.views.decorators.csrf import csrf_exempt

from accounts.link_pages import in_language, in_other_language
from collaborative import one_thing
from collaborative.one_thing import Found, Link
from core.answers import too_many
from core.limits import spend, spend_address
from core.methods import only
from core.refusals import Refused
from core.words import STANDARD, speak

# One link, pressed so often in a minute, is not pressed by a person. Where it is pressed from does not count.
PRESSES = 20


def _sealed(answer: HttpResponse) -> HttpResponse:
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def _of_a_link(request: HttpRequest, token: str, answer: Callable[[Found], HttpResponse]) -> HttpResponse:
    """Return what ``answer`` says of a genuine link, in its person's language; for anything else that it leads nowhere."""
    link = one_thing.read(token)
    if link is None:
        # Only these count against where they come from.
        if not spend_address(request, "one-thing"):
            return too_many(request)
        lang = get_language_from_request(request)[:2]
        return _sealed(in_language(request, lang, lambda: _page(request, "collaborative/link_nowhere.html", 404)))
    only(request, "GET", "POST")
    mark = "/".join(map(str, link.key.values()))
    if request.method == "POST" and not spend("one-thing", mark, amount=PRESSES, seconds=60):
        return too_many(request)
    return _sealed(in_language(request, link.person.language, lambda: answer(_found(link))))


def _found(link: Link) -> Found:
    """Return what a link leads to, in the words of its series, which speak from now on."""
    found = one_thing.found_by(link)
    if found.thing is None or found.thing.words == STANDARD:
        return found
    speak(found.thing.words)
    return one_thing.found_by(link)


def _page(request: HttpRequest, template: str, status: int = 200, **page) -> HttpResponse:
    return render(request, template, {**page, "other_lang_url": in_other_language(request)}, status=status)


@csrf_exempt  # whoever can send the form has the link itself, which is all that it takes
def one_thing_page(request: HttpRequest, token: str) -> HttpResponse:
    """Whose link it is and what it asks; sent, it is done, and for some minutes a slip can be put right."""
    return _of_a_link(request, token, lambda found: _ask(request, token, found))


def _ask(request: HttpRequest, token: str, found: Found) -> HttpResponse:
    page: dict[str, Any] = {"found": found, "thing": found.thing, "reader": found.link.person, "token": token}
    if found.thing is None:
        return _page(request, "collaborative/one_thing.html", 410, **page)
    if found.thing.settled or (found.was_used and not found.changes_until):
        return _page(request, "collaborative/one_thing.html", **page)
    form = found.thing.form(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _page(request, "collaborative/one_thing.html", form=form, **page)
    if form.is_valid():
        try:
            thanks = one_thing.use(found=found, form=form)
        except Refused as refused:
            refused.put_on(form)
        else:
            done = one_thing.found_by(found.link)
            page |= {"found": done, "thing": done.thing or found.thing, "thanks": thanks}
            return _page(request, "collaborative/one_thing.html", **page)
    return _page(request, "collaborative/one_thing.html", 422, form=form, **page)


@csrf_exempt
def not_me(request: HttpRequest, token: str) -> HttpResponse:
    """For whoever is not the person of a link: sign in as oneself, and whom to tell. Sent, the link works no more."""
    return _of_a_link(request, token, lambda found: _not_me(request, token, found))


def _not_me(request: HttpRequest, token: str, found: Found) -> HttpResponse:
    revoked = request.method == "POST"
    if revoked:
        one_thing.revoke(found=found)
    page: dict[str, Any] = {"found": found, "thing": found.thing, "reader": found.link.person, "token": token}
    status = 410 if found.thing is None and not revoked else 200
    return _page(request, "collaborative/not_me.html", status, revoked=revoked, **page)

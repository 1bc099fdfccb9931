"""The public pages of a programme. A visitor's page touches neither session nor token and may be kept by caches."""

from __future__ import annotations

import hashlib
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.views.decorators.http import require_safe

from accounts.context import Person
from collaborative.words import of_programme
from core.language import language, other
from core.words import speak
from enrolment.meetings import meetings_of, pages_of
from enrolment.models import PageKey
from enrolment.site import content
from enrolment.site.drawing import line_of
from enrolment.site.pages import Site, address, edits, programme_called, site_of
from enrolment.windows import closes_on

# So long a cache may show what stood there: shorter than anybody waits for a page that was just published.
KEEP_SECONDS = 60


@require_safe
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    """What the series is, for whom, when, and how to apply."""
    return _public(request, slug, PageKey.OVERVIEW)


@require_safe
def dates(request: HttpRequest, slug: str) -> HttpResponse:
    """Every date of the series that visitors can still do something about, and how teams are chosen."""
    return _public(request, slug, PageKey.DATES)


@require_safe
def faq(request: HttpRequest, slug: str) -> HttpResponse:
    """Questions and answers, all of them or those with the words that were searched for."""
    return _public(request, slug, PageKey.FAQ)


def _public(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    found = find(request, slug, key)
    if isinstance(found, HttpResponse):
        return found
    page = shown(found, key, found.live[key].content, wanted=request.GET.get("q", "")[:200])
    page |= around(request, found, key)
    return cacheable(request, render(request, f"enrolment/site/{key}.html", page))


def find(request: HttpRequest, slug: str, key: str) -> Site | HttpResponse:
    """Return the site with this slug, or the way to the slug of the page's language. Raises Http404 if unpublished."""
    programme = programme_called(slug)
    if programme is None:
        raise Http404
    speak(of_programme(programme))
    lang = language()
    if slug != getattr(programme, f"slug_{lang}"):
        query = request.META.get("QUERY_STRING", "")
        return redirect(address(programme, key, lang) + (f"?{query}" if query else ""))
    site = site_of(programme)
    if site is None or key not in site.live:
        raise Http404
    return site


def shown(site: Site, key: str, words: dict[str, Any], *, wanted: str = "") -> dict[str, Any]:
    """Return what the template of a page prints: ``words`` in the page's language, and the cohort's dates."""
    page: dict[str, Any] = {
        "site": site,
        "programme": site.programme,
        "enrolment": site.enrolment,
        "others": site.others,
        "key": key,
    }
    lang = language()
    if key == PageKey.FAQ:
        pairs = content.matching(words, lang, wanted) if wanted.strip() else content.questions(words, lang)
        return page | {"pairs": pairs, "wanted": wanted.strip()}
    page["words"] = content.read(key, words, lang)
    if key == PageKey.OVERVIEW:
        page["further"] = pages_of(site.programme)
    if site.enrolment and key in (PageKey.OVERVIEW, PageKey.DATES):
        cohort = site.enrolment.cohort
        meetings = meetings_of(cohort)
        page |= {"cohort": cohort, "meetings": meetings, "closes_on": closes_on(cohort)}
        if key == PageKey.OVERVIEW:
            page["line"] = line_of(cohort, meetings)
    return page


def around(request: HttpRequest, site: Site, key: str) -> dict[str, Any]:
    """Return what stands around every public page: its tabs, its addresses in both languages, the way to edit it."""
    programme, lang = site.programme, language()
    tabs = [
        {"text": str(one.label), "url": address(programme, one, lang), "here": one == key}
        for one in PageKey
        if one in site.live
    ]
    there = {one: address(programme, key, one) for one in ("en", "fr")}
    return {
        "tabs": tabs,
        "other_lang_url": there[other(lang)],
        "canonical": settings.SITE_URL + there[lang],
        "alternates": [(f"{one}-CA", settings.SITE_URL + path) for one, path in there.items()],
        "card_locale": f"{lang}_CA",
        "card_image": f"{settings.SITE_URL}{settings.STATIC_URL}img/card-{lang}.png",
        "edit_url": _edit_url(request, site, key),
    }


def _edit_url(request: HttpRequest, site: Site, key: str) -> str:
    """Return where the reader edits this page, "" for a visitor, whose session nobody asks for."""
    if not Person(request).signed_in:
        return ""
    cohort = edits(request.user, site.programme)
    return reverse("planning_site_page", args=[cohort.pk, key]) if cohort else ""


def cacheable(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """Return the answer as caches may keep it, or 304 where the reader has it already."""
    patch_cache_control(answer, public=True, max_age=KEEP_SECONDS)
    # Whoever is signed in reads another page, with the way to edit it.
    patch_vary_headers(answer, ["Cookie"])
    etag = f'"{hashlib.sha256(answer.content).hexdigest()[:32]}"'
    answer.headers["ETag"] = etag
    return get_conditional_response(request, etag=etag, response=answer) or answer

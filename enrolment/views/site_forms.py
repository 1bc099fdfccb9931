"""Visitors write to us: a letter to the planning team, "tell me when", and the page for their privacy office."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.once import answer_once
from core.language import language, other
from core.limits import client_address
from core.refusals import Refused
from enrolment.models import PageKey
from enrolment.site import interest, letters, passing_on
from enrolment.site.forms import PassOnForm, TellMeForm, VisitorsLetterForm
from enrolment.site.pages import Site
from enrolment.views.site import around, find, shown

_BOTH = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@_BOTH
def contact(request: HttpRequest, slug: str) -> HttpResponse:
    """Write to the planning team. Its address stands nowhere on the page."""
    site = find(request, slug, PageKey.CONTACT)
    if isinstance(site, HttpResponse):
        return site
    form = VisitorsLetterForm(request.POST or None)

    def make() -> str:
        letters.write(
            programme=site.programme, cohort=site.enrolment.cohort if site.enrolment else None,
            language=language(), address=client_address(request), **form.answers(),
        )  # fmt: skip
        return reverse("programme_contact_sent", args=[slug])

    sent = answer_once(request, form, make)
    if sent is not None:
        return sent
    page = shown(site, PageKey.CONTACT, site.live[PageKey.CONTACT].content) | around(request, site, PageKey.CONTACT)
    return render(request, "enrolment/site/contact.html", page | {"form": form})


@require_safe
def contact_sent(request: HttpRequest, slug: str) -> HttpResponse:
    """The letter is kept; a person answers."""
    return _thanks(request, slug, "contact")


@never_cache
@_BOTH
def tell_me(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask to be told when enrolment opens. The answer is the same whatever is known of the mailbox."""
    site = _site(request, slug, "programme_tell_me")
    if isinstance(site, HttpResponse):
        return site
    form = TellMeForm(request.POST or None, initial={"language": language()})
    if request.method == "POST" and form.is_valid():
        try:
            interest.ask(programme=site.programme, address=client_address(request), **form.cleaned_data)
        except Refused as refused:
            refused.put_on(form)
        else:
            return redirect("programme_tell_me_sent", slug)
    return render(request, "enrolment/site/tell_me.html", _page(site, "programme_tell_me") | {"form": form})


@require_safe
def tell_me_sent(request: HttpRequest, slug: str) -> HttpResponse:
    """A mail is on its way, if the address is right."""
    return _thanks(request, slug, "tell_me")


@never_cache
@_BOTH
def interest_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The link in the mail. Reading changes nothing, however often a mail scanner does; the button confirms."""
    row = interest.find(token)
    if row is None:
        return render(request, "enrolment/site/interest.html", {"state": "gone"}, status=404)
    if request.method == "POST":
        interest.confirm(row=row)
        return render(request, "enrolment/site/interest.html", {"state": "confirmed", "row": row})
    return render(request, "enrolment/site/interest.html", {"state": "ask", "row": row})


@never_cache
@_BOTH
def interest_stop(request: HttpRequest, token: str) -> HttpResponse:
    """Do not tell me after all: the button erases the address."""
    row = interest.find(token)
    if row is None:
        return render(request, "enrolment/site/interest.html", {"state": "gone"}, status=404)
    if request.method == "POST":
        interest.stop(row=row)
        return render(request, "enrolment/site/interest.html", {"state": "stopped"})
    return render(request, "enrolment/site/interest.html", {"state": "stop", "row": row})


@never_cache
@_BOTH
def privacy_office(request: HttpRequest, slug: str) -> HttpResponse:
    """The page about privacy and security for one's own privacy office: a link to copy, or a mail."""
    site = _site(request, slug, "programme_privacy_office")
    if isinstance(site, HttpResponse):
        return site
    form = PassOnForm(request.POST or None, initial={"language": language()})
    if request.method == "POST" and form.is_valid():
        try:
            passing_on.send(programme=site.programme, address=client_address(request), **form.cleaned_data)
        except Refused as refused:
            refused.put_on(form)
        else:
            return redirect("programme_privacy_office_sent", slug)
    page = _page(site, "programme_privacy_office")
    return render(
        request,
        "enrolment/site/privacy_office.html",
        page | {"form": form, "link": settings.SITE_URL + reverse("trust")},
    )


@require_safe
def privacy_office_sent(request: HttpRequest, slug: str) -> HttpResponse:
    """The mail is on its way."""
    return _thanks(request, slug, "privacy_office")


def _site(request: HttpRequest, slug: str, route: str) -> Site | HttpResponse:
    """Return the site, or the way to this route under the slug of the page's language."""
    site = find(request, slug, PageKey.OVERVIEW)
    if isinstance(site, Site):
        return site
    with_slug = site.headers["Location"].rstrip("/").rsplit("/", 1)[-1]
    return redirect(route, with_slug)


def _page(site: Site, route: str) -> dict:
    there = other(language())
    with override(there):
        other_url = reverse(route, args=[getattr(site.programme, f"slug_{there}")])
    return {"site": site, "programme": site.programme, "enrolment": site.enrolment, "other_lang_url": other_url}


def _thanks(request: HttpRequest, slug: str, what: str) -> HttpResponse:
    route = f"programme_{what}_sent"
    site = _site(request, slug, route)
    if isinstance(site, HttpResponse):
        return site
    return render(request, "enrolment/site/sent.html", _page(site, route) | {"what": what})

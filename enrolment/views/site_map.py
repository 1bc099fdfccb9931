"""What search engines ask for: which pages there are, and where they need not look."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.http import require_safe

from enrolment.site.pages import published_pages
from enrolment.views.site import cacheable

# What stands in both languages whatever the programmes are.
_ALWAYS = ("home", "trust", "accessibility")


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """Every public page, each with its twin in the other language."""
    pages = [(both(name), None) for name in _ALWAYS] + published_pages()
    rows = [
        {"url": paths[lang], "paths": paths, "at": at.date().isoformat() if at else ""}
        for paths, at in pages
        for lang in paths
    ]
    answer = render(
        request, "enrolment/site/sitemap.xml", {"rows": rows, "site": settings.SITE_URL}, content_type="application/xml"
    )
    return cacheable(request, answer)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """The public pages may be found; what was mailed as a link, and what needs a sign-in, need not be asked for."""
    closed = [path for name in ("planning", "today", "account_login") for path in both(name).values()]
    for name in ("invitation", "interest_confirm"):
        closed += [path.removesuffix("token/") for path in both(name, "token").values()]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in dict.fromkeys(closed))]
    lines += ["", f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}", ""]
    return cacheable(request, HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8"))


def both(name: str, *args: str) -> dict[str, str]:
    """Return the address of a route in each language."""
    found = {}
    for lang in ("en", "fr"):
        with override(lang):
            found[lang] = reverse(name, args=args)
    return found

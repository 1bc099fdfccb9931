"""Privacy, security and accessibility of this installation: pages for anybody, and the same as a PDF."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core import pdf
from core.language import language
from enrolment.site import trust
from enrolment.views.site import cacheable


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """What a privacy or IT office asks about, read off what runs."""
    return cacheable(request, render(request, "enrolment/site/trust.html", trust.page()))


@require_safe
def pdf_of(request: HttpRequest) -> HttpResponse:
    """The same as a document to keep with the assessment."""
    made = pdf.make("enrolment/trust.typ", trust.document(), lang=language())
    answer = HttpResponse(made, content_type="application/pdf")
    name = _("privacy-and-security")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return cacheable(request, answer)


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """What we hold ourselves to, what helps, what needs JavaScript."""
    return cacheable(request, render(request, "enrolment/site/accessibility.html", {"sections": trust.accessibility()}))

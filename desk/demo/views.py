"""Pages that only the demo has. Without DEMO they do not exist."""

from __future__ import annotations

from functools import wraps
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import login
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.services import BACKEND
from core.language import language, other
from core.redirects import safe_path
from desk.demo import accounts, mail
from desk.demo.meeting import session_of_meeting

ON_A_PAGE = 25


def in_demo(view):
    """Let a view exist in the demo alone, in the language that the reader asks for: these addresses carry none."""

    @wraps(view)
    def only_there(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not settings.DEMO:
            raise Http404
        asked = request.GET.get("language")
        spoken = asked if asked in ("en", "fr") else get_language_from_request(request)[:2]
        with override(spoken):
            answer = view(request, *args, **kwargs)
        answer.headers["Content-Language"] = spoken
        patch_vary_headers(answer, ["Accept-Language"])
        return answer

    return only_there


def _page(request: HttpRequest, template: str, *, asked: dict[str, str] | None = None, **words) -> HttpResponse:
    """Draw a page whose link to the other language is a word in the address, beside what was ``asked`` there."""
    query = urlencode({**(asked or {}), "language": other(language())})
    return render(request, template, {**words, "other_lang_url": f"{request.path}?{query}"})


@in_demo
@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as one of the demo people, by key, e-mail or role, with one press."""
    user = accounts.find(request.POST.get("person", ""))
    if user is None:
        raise Http404
    login(request, user, backend=BACKEND)
    with override(user.language):
        today = reverse("today")
    return HttpResponseRedirect(safe_path(request.POST.get("next"), today))


@in_demo
@require_safe
def letters(request: HttpRequest) -> HttpResponse:
    """List the mails that the demo has sent, all or those to one person or about one thing."""
    about = request.GET.get("about", "").strip()[:100]
    found = mail.newest(about=about)
    kept = {name: value for name, value in (("about", about), ("language", request.GET.get("language", ""))) if value}
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    return _page(
        request, "desk/demo/mail.html", page=page, about=about, kept=kept, query=urlencode(kept), most=mail.MOST
    )


@in_demo
@require_safe
def letter(request: HttpRequest, name: str) -> HttpResponse:
    """Show one mail."""
    found = mail.find(name)
    if found is None:
        raise Http404
    return _page(request, "desk/demo/letter.html", letter=found)


@in_demo
@require_safe
def meeting(request: HttpRequest) -> HttpResponse:
    """Stand in for the meeting room of the session that the address names, or for where people try their sound."""
    typed = request.GET.get("session", "")
    met = session_of_meeting(typed)
    word = _("Back to the session’s page") if met else _("Back to the demo")
    path = reverse("session", args=[met.cohort_id, met.pk]) if met else reverse("today")
    back, asked = settings.SITE_URL.rstrip("/") + path, {"session": typed} if met else {}
    return _page(request, "desk/demo/meeting.html", asked=asked, back=back, word=word, met=met)

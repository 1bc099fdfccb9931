"""A series of webinars: its page for anybody, its page for members, and what planners write."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.decorators import SignedInRequest, signed_in
from accounts.once import answer_once
from collaborative.planned import cohorts_planned_by
from collaborative.words import of_programme
from core.language import language, other
from core.methods import only
from core.toasts import say
from core.words import speak
from enrolment.views.site import cacheable
from sessions.public import series as rules
from sessions.public.series_forms import NewSeriesForm, SeriesForm
from sessions.views.planned import edit as edit_versioned


@require_safe
def public(request: HttpRequest, slug: str, series: str) -> HttpResponse:
    """What a series is about, and each of its webinars, for anybody."""
    found = rules.public_series(slug, series)
    if found is None:
        raise Http404
    speak(of_programme(found.cohort.programme))
    lang = language()
    there = {one: rules.address(found, one) for one in ("en", "fr")}
    if request.path != there[lang]:
        return redirect(there[lang])
    page = {
        "series": found,
        "cohort": found.cohort,
        "programme": found.cohort.programme,
        "questions": found.questions.all(),
        "parts": rules.parts_of(found, public=True),
        "other_lang_url": there[other(lang)],
        "canonical": settings.SITE_URL + there[lang],
        "alternates": [(f"{one}-CA", settings.SITE_URL + path) for one, path in there.items()],
        "card_locale": f"{lang}_CA",
        "card_image": f"{settings.SITE_URL}{settings.STATIC_URL}img/card-{lang}.png",
    }
    return cacheable(request, render(request, "sessions/webinars_public.html", page))


@signed_in
def members(request: SignedInRequest, cohort_id, series_id) -> HttpResponse:
    """The same for those of the cohort, whether it is public or not."""
    found = get_object_or_404(rules.series_seen_by(request.user), pk=series_id, cohort=cohort_id)
    only(request, "GET")
    page = {
        "series": found,
        "cohort": found.cohort,
        "questions": found.questions.all(),
        "parts": rules.parts_of(found, public=False),
        "inside": True,
    }
    return render(request, "sessions/webinars.html", page)


@signed_in
def planned(request: SignedInRequest, cohort_id) -> HttpResponse:
    """The series of a cohort."""
    cohort = get_object_or_404(cohorts_planned_by(request.user), pk=cohort_id)
    only(request, "GET")
    rows = [(one, rules.addresses(one)) for one in rules.series_of(cohort)]
    return render(request, "sessions/webinars_planned.html", {"cohort": cohort, "rows": rows})


@signed_in
def new(request: SignedInRequest, cohort_id) -> HttpResponse:
    """A series that is not there yet."""
    cohort = get_object_or_404(cohorts_planned_by(request.user), pk=cohort_id)
    form = NewSeriesForm(request.POST or None, webinars=list(rules.webinars_of(cohort)))

    def make() -> str:
        rules.make(cohort=cohort, by=request.user, **form.words())
        say(request, _("The series stands."))
        return reverse("planning_webinars", args=[cohort.pk])

    page = {"cohort": cohort, "form": form, "series": None}
    return answer_once(request, form, make) or render(request, "sessions/webinars_edit.html", page)


@signed_in
def edit(request: SignedInRequest, cohort_id, series_id) -> HttpResponse:
    """Change a series."""
    cohort = get_object_or_404(cohorts_planned_by(request.user), pk=cohort_id)
    found = get_object_or_404(rules.series_of(cohort), pk=series_id)
    webinars = list(rules.webinars_of(cohort))
    form = SeriesForm(request.POST or None, initial=SeriesForm.values_of(found), webinars=webinars)
    return edit_versioned(
        request,
        form,
        lambda values: rules.change(series=found, by=request.user, version=values["version"], **form.words()),
        template="sessions/webinars_edit.html",
        back=reverse("planning_webinars", args=[cohort_id]),
        cohort=cohort,
        series=found,
        addresses=rules.addresses(found),
    )


@signed_in
def remove(request: SignedInRequest, cohort_id, series_id) -> HttpResponse:
    """Take a series away; its webinars stay."""
    cohort = get_object_or_404(cohorts_planned_by(request.user), pk=cohort_id)
    found = get_object_or_404(rules.series_of(cohort), pk=series_id)
    only(request, "GET", "POST")
    if request.method == "POST":
        rules.remove(series=found, by=request.user)
        say(request, _("The series is gone; its webinars are still there."))
        return redirect("planning_webinars", cohort_id)
    return render(request, "sessions/webinars_remove.html", {"cohort": cohort, "series": found})

"""Organisations, their sites and units: looked up, corrected, and made one where two entries mean the same."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.decorators import SignedInRequest, signed_in
from accounts.once import answer_once
from collaborative import merging, organisations
from collaborative.models import Organisation, Province, Sector, Unit
from collaborative.planned import cohorts_planned_by
from core import sheets
from core.methods import must, only
from core.refusals import Refused
from core.toasts import say
from enrolment import place_list
from enrolment.place_forms import (
    ContactForm,
    NewContactForm,
    NewSiteForm,
    OrganisationForm,
    SameForm,
    SiteForm,
    UnitForm,
)
from enrolment.views.correcting import corrected

A_PAGE = 50
FILTERS = ("words", "province", "sector", "everywhere")


@signed_in
def organisations_list(request: SignedInRequest, cohort_id) -> HttpResponse:
    """The organisations of a cohort, or all of its series; "?as=xlsx" takes along what is seen."""
    cohort = get_object_or_404(cohorts_planned_by(request.user), pk=cohort_id)
    only(request, "GET")
    asked = {name: request.GET.get(name, "")[:80] for name in FILTERS}
    rows = place_list.chosen(request.user, cohort, **asked)
    if request.GET.get("as") == "xlsx":
        head, cells = place_list.sheet(rows)
        return sheets.answer(head, cells, title=_("Organisations"), file=f"{slugify(cohort.slug)}-organisations")
    parts = {
        "cohort": cohort,
        "page": Paginator(rows, A_PAGE).get_page(request.GET.get("page")),
        "asked": asked,
        "query": urlencode({name: value for name, value in asked.items() if value}),
        "provinces": Province.choices,
        "sectors": Sector.choices,
        "pairs": merging.alike(organisations.may_be_one(request.user, Organisation).in_order()),
    }
    return render(request, "enrolment/organisations/list.html", parts)


@signed_in
def organisation(request: SignedInRequest, organisation_id) -> HttpResponse:
    """What is kept about an organisation, its sites, its units with their teams, and what was done to it."""
    row: Any = _organisation(request, organisation_id)
    only(request, "GET")
    return render(request, "enrolment/organisations/organisation.html", place_list.page_of(row, request.user))


@signed_in
def organisation_change(request: SignedInRequest, organisation_id) -> HttpResponse:
    """Correct what is said of an organisation."""
    row = _kept_organisation(request, organisation_id)
    form = OrganisationForm(request.POST or None, initial=OrganisationForm.values_of(row))
    return corrected(
        request,
        form,
        lambda **typed: organisations.correct_organisation(organisation=row, by=request.user, **typed),
        back=reverse("organisation", args=[row.pk]),
        head=row.name,
        purpose=_("What stands here is seen by everybody who works with its teams."),
    )


@signed_in
def site_new(request: SignedInRequest, organisation_id) -> HttpResponse:
    """Add a building or campus."""
    row = _kept_organisation(request, organisation_id)
    form = NewSiteForm(request.POST or None, initial={"city": row.city})

    def make() -> str:
        organisations.add_site(organisation=row, by=request.user, **form.answers())
        say(request, _("Saved."))
        return reverse("organisation", args=[row.pk])

    purpose = _("A building or campus, where the organisation has several.")
    page = {"form": form, "back": reverse("organisation", args=[row.pk]), "head": _("Add a site"), "purpose": purpose}
    return answer_once(request, form, make) or render(request, "enrolment/organisations/form.html", page)


@signed_in
def site_change(request: SignedInRequest, organisation_id, site_id) -> HttpResponse:
    """Correct what is said of a site."""
    row = _kept_organisation(request, organisation_id)
    site = get_object_or_404(row.sites, pk=site_id)
    form = SiteForm(request.POST or None, initial=SiteForm.values_of(site))
    return corrected(
        request,
        form,
        lambda **typed: organisations.correct_site(site=site, by=request.user, **typed),
        back=reverse("organisation", args=[row.pk]),
        head=site.name,
        purpose=row.name,
        remove=reverse("organisation_site_remove", args=[row.pk, site.pk]),
        remove_words=_("Take this site away"),
    )


@signed_in
def site_remove(request: SignedInRequest, organisation_id, site_id) -> HttpResponse:
    """Take a site away that no unit stands at."""
    row = _kept_organisation(request, organisation_id)
    site = get_object_or_404(row.sites, pk=site_id)
    only(request, "POST")
    try:
        organisations.remove_site(site=site, by=request.user)
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        say(request, _("The site is taken away."))
    return redirect("organisation", row.pk)


@signed_in
def organisation_same(request: SignedInRequest, organisation_id) -> HttpResponse:
    """Two entries side by side: make them one, or say that they are not the same."""
    row = _kept_organisation(request, organisation_id)
    return _same(request, row, back=reverse("organisation", args=[row.pk]))


# ---------------------------------------------------------------- units


@signed_in
def unit(request: SignedInRequest, unit_id) -> HttpResponse:
    """What is kept about a unit: facts, where incidents go, who is who, and its teams."""
    row = get_object_or_404(organisations.units_seen_by(request.user), pk=unit_id)
    only(request, "GET")
    return render(request, "enrolment/organisations/unit.html", place_list.page_of_unit(row, request.user))


@signed_in
def unit_change(request: SignedInRequest, unit_id) -> HttpResponse:
    """Correct what is said of a unit."""
    row = _kept_unit(request, unit_id)
    form = UnitForm(request.POST or None, sites=row.organisation.sites.all(), initial=UnitForm.values_of(row))
    return corrected(
        request,
        form,
        lambda **typed: organisations.correct_unit(unit=row, by=request.user, **typed),
        back=reverse("unit", args=[row.pk]),
        head=row.name,
        purpose=_("What stands here is seen by everybody who works with its teams."),
    )


@signed_in
def contact_new(request: SignedInRequest, unit_id) -> HttpResponse:
    """Put somebody on the "who is who" card."""
    row = _kept_unit(request, unit_id)
    form = NewContactForm(request.POST or None)

    def make() -> str:
        organisations.add_contact(unit=row, by=request.user, **form.answers())
        say(request, _("Saved."))
        return reverse("unit", args=[row.pk])

    purpose = _("Whom the teams of this unit can turn to. Ask people before you write them down.")
    page = {"form": form, "back": reverse("unit", args=[row.pk]), "head": _("Who is who"), "purpose": purpose}
    return answer_once(request, form, make) or render(request, "enrolment/organisations/form.html", page)


@signed_in
def contact_change(request: SignedInRequest, unit_id, contact_id) -> HttpResponse:
    """Correct a line of who is who on a unit."""
    row = _kept_unit(request, unit_id)
    contact = get_object_or_404(row.contacts, pk=contact_id)
    form = ContactForm(request.POST or None, initial=ContactForm.values_of(contact))
    return corrected(
        request,
        form,
        lambda **typed: organisations.correct_contact(contact=contact, by=request.user, **typed),
        back=reverse("unit", args=[row.pk]),
        head=_("Who is who"),
        purpose=row.name,
        remove=reverse("unit_contact_remove", args=[row.pk, contact.pk]),
        remove_words=_("Take this line away"),
    )


@signed_in
def contact_remove(request: SignedInRequest, unit_id, contact_id) -> HttpResponse:
    """Take a line of who is who away."""
    row = _kept_unit(request, unit_id)
    contact = get_object_or_404(row.contacts, pk=contact_id)
    only(request, "POST")
    organisations.remove_contact(contact=contact, by=request.user)
    say(request, _("The line is taken away."))
    return redirect("unit", row.pk)


@signed_in
def unit_same(request: SignedInRequest, unit_id) -> HttpResponse:
    """Two units side by side: make them one, or say that they are not the same."""
    row = get_object_or_404(organisations.units_seen_by(request.user), pk=unit_id)
    must(organisations.may_be_one(request.user, Unit).filter(pk=row.pk).exists())
    return _same(request, row, back=reverse("unit", args=[row.pk]))


@signed_in
def merge_undo(request: SignedInRequest, merge_id) -> HttpResponse:
    """Part again what was made one."""
    found = merging.merge_seen_by(request.user, merge_id)
    if found is None:
        raise Http404
    merge, kept = found
    must(merging.may_merge(request.user, kept))
    only(request, "POST")
    try:
        merging.part(merge=merge, by=request.user)
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        say(request, _("Undone: they are two entries again."))
    return redirect(kept._meta.model_name, kept.pk)


# ---------------------------------------------------------------- what several of them do


def _organisation(request: SignedInRequest, key) -> Organisation:
    return get_object_or_404(organisations.organisations_seen_by(request.user), pk=key)


def _kept_organisation(request: SignedInRequest, key) -> Organisation:
    row: Any = _organisation(request, key)
    must(row.is_kept)
    return row


def _kept_unit(request: SignedInRequest, key) -> Unit:
    row = get_object_or_404(organisations.units_seen_by(request.user), pk=key)
    must(organisations.keeps_unit(request.user, organisations.teams_in(request.user, [row])))
    return row


def _same(request: SignedInRequest, row: Organisation | Unit, *, back: str) -> HttpResponse:
    among = place_list.others_of(row, request.user)
    other = place_list.one_of(among, request.POST.get("with") or request.GET.get("with", ""))
    if other is None:
        page: dict[str, Any] = {"row": row, "others": among, "near": merging.alike_to(row, among), "back": back}
        return render(request, "enrolment/organisations/same_choose.html", page)
    may = merging.may_merge(request.user, row, other)
    form = SameForm(request.POST or None, pair=(row, other), initial={"keep": str(row.pk)})
    if request.method == "POST":
        if "apart" in request.POST:
            merging.keep_apart(one=row, other=other, by=request.user)
            say(request, _("Noted: these are two. They are not proposed again."))
            return redirect(back)
        if form.is_valid():
            keep, gone = (row, other) if form.cleaned_data["keep"] == str(row.pk) else (other, row)
            try:
                merge = merging.merge(keep=keep, gone=gone, by=request.user)
            except Refused as refused:
                refused.put_on(form)
            else:
                say(request, _("They are one entry now."), undo=reverse("merge_undo", args=[merge.pk]))
                return redirect(keep._meta.model_name or "", keep.pk)
    page = {"row": row, "other": other, "form": form, "back": back, "may": may}
    page["facts"] = place_list.side_by_side(row, other, request.user)
    return render(request, "enrolment/organisations/same.html", page)

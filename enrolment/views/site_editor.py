"""Planners write the public pages: both languages side by side, with a preview, versions and a minute to publish."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts import drafts
from accounts.decorators import SignedInRequest, signed_in
from collaborative.planned import cohorts_planned_by
from core import sheets
from core.language import language
from core.methods import only
from core.refusals import Overtaken, Refused
from core.time import spoken_place
from enrolment import announcing
from enrolment.models import PageKey, SiteVersion
from enrolment.site import content, letters, pages
from enrolment.site.forms import PageForm, QuestionsForm, keys_in, new_key
from enrolment.views.site import shown


@signed_in
def index(request: SignedInRequest, cohort_id) -> HttpResponse:
    """The four pages of the programme, and where each of them stands."""
    cohort = _cohort(request, cohort_id)
    only(request, "GET")
    rows = [(row, pages.address(cohort.programme, row.key, language())) for row in pages.standings(cohort.programme)]
    parts = {"cohort": cohort, "rows": rows, "may_be_taken_back": announcing.may_be_taken_back(cohort)}
    return render(request, "enrolment/site/editor_index.html", parts)


@signed_in
def announce(request: SignedInRequest, cohort_id) -> HttpResponse:
    """Let the public page tell of this cohort, or be silent about it again."""
    cohort = _cohort(request, cohort_id)
    only(request, "POST")
    back = request.POST.get("verb") == "back"
    try:
        (announcing.take_back if back else announcing.announce)(cohort=cohort, by=request.user)
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        told = _("The public page says nothing of it any more.") if back else _("The public page tells of it now.")
        messages.success(request, told)
    return redirect("planning_site", cohort.pk)


@signed_in
def page(request: SignedInRequest, cohort_id, key: str) -> HttpResponse:
    """Write a page. Buttons on the questions add, move and remove without saving anything."""
    cohort = _cohort(request, cohort_id)
    if key not in PageKey.values:
        raise Http404
    only(request, "GET", "POST")
    versions = pages.versions_of(cohort.programme, key)
    newest = versions[0] if versions else None
    kept = f"site/{cohort.programme_id}/{key}"
    form = _form(request, key, newest, kept)
    draft = drafts.offer(request, kept, form)
    theirs = None
    if request.method == "POST" and form.is_bound and form.is_valid():
        try:
            made = pages.save(
                programme=cohort.programme, key=key, words=form.words(), seen=form.cleaned_data["version"], by=request.user,
                publish=form.cleaned_data["publish"], wall=form.wall(), zone=cohort.time_zone, cohort=cohort,
            )  # fmt: skip
        except Overtaken as overtaken:
            theirs = overtaken.theirs
            form.go_on_from(theirs.number)
        except Refused as refused:
            refused.put_on(form)
        else:
            drafts.forget(request.user, kept)
            messages.success(request, _said(made, form.cleaned_data["publish"]))
            return redirect("planning_site_page", cohort.pk, key)
    shown_page = {
        "cohort": cohort,
        "key": key,
        "name": PageKey(key).label,
        "form": form,
        "draft": draft,
        "versions": versions,
        "live": pages.live_of(versions),
        "missing": {name for _lang, name, _label in content.missing(key, newest.content)} if newest else set(),
        "lacks": content.missing(key, newest.content) if newest else [],
        "public_url": pages.address(cohort.programme, key, language()),
        "clock": spoken_place(cohort.city or cohort.time_zone, language()),
    }
    if theirs:
        shown_page |= {"overtaken": True, "theirs": form.beside(theirs.content)}
    return render(
        request,
        f"enrolment/site/editor_{'faq' if key == PageKey.FAQ else 'page'}.html",
        shown_page,
        status=409 if theirs else 200,
    )


def _form(request: SignedInRequest, key: str, newest: SiteVersion | None, kept: str) -> Any:
    """Return the form of a page, filled with its newest version, with what was typed, or with a list that was re-ordered.

    Questions come and go while one writes: a draft (``kept``) has the list as it was left.
    """
    words, number = (newest.content, newest.number) if newest else ({}, 0)
    if key != PageKey.FAQ:
        return PageForm(request.POST or None, key=key, initial=PageForm.values_of(words, number, key))
    if request.method != "POST":
        initial = QuestionsForm.values_of(words, number)
        typed = drafts.typed_last(request.user, kept)
        order = typed["order"] if typed is not None and "order" in typed else initial["order"]
        return QuestionsForm(keys=keys_in(str(order)), initial=initial)
    keys, (verb, _colon, which) = keys_in(request.POST.get("order", "")), request.POST.get("verb", "").partition(":")
    if verb == "add":
        keys = [*keys, new_key()][: content.MOST_PAIRS]
    elif verb in ("up", "down"):
        keys = content.moved(keys, which, -1 if verb == "up" else 1)
    elif verb == "remove":
        keys = [one for one in keys if one != which]
    else:
        return QuestionsForm(request.POST, keys=keys)
    typed_so_far = QuestionsForm.typed(request.POST, keys)
    _keep(request.user, kept, typed_so_far)
    return QuestionsForm(keys=keys, initial=typed_so_far)


def _keep(user, kept: str, words: dict[str, Any]) -> None:
    """Keep the list as it stands after a button; where it is too long for a draft, it still stands on the page."""
    with suppress(Refused):
        drafts.save(user, kept, drafts.as_sent({name: [str(value)] for name, value in words.items()}))


def _said(version: SiteVersion, publish: str) -> str:
    if publish == "now":
        return _("Published, in both languages.")
    if publish == "at":
        return _("Saved. It is published by itself at that minute, in both languages.")
    return _("Kept for the planning team. Visitors read what stood there before.")


@signed_in
def preview(request: SignedInRequest, cohort_id, key: str, number: int) -> HttpResponse:
    """The public page with the words of one version, as visitors would read it in this language."""
    cohort, version = _version(request, cohort_id, key, number)
    only(request, "GET")
    live = {key: version}
    site = pages.Site(cohort.programme, live, pages.enrolment_of(pages.with_teams().filter(pk=cohort.pk)))
    return render(
        request, f"enrolment/site/{key}.html", shown(site, key, version.content) | {"preview": True, "tabs": []}
    )


@signed_in
def restore(request: SignedInRequest, cohort_id, key: str, number: int) -> HttpResponse:
    """Begin again from an older version."""
    cohort, version = _version(request, cohort_id, key, number)
    only(request, "POST")
    pages.restore(version=version, by=request.user, cohort=cohort)
    messages.success(request, _("Its words are the newest version now. Read them, then publish."))
    return redirect("planning_site_page", cohort.pk, key)


@signed_in
def publish(request: SignedInRequest, cohort_id, key: str, number: int) -> HttpResponse:
    """Let everybody read the newest version."""
    cohort, version = _version(request, cohort_id, key, number)
    only(request, "POST")
    try:
        pages.publish(version=version, by=request.user, cohort=cohort)
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        messages.success(request, _("Published, in both languages."))
    return redirect("planning_site", cohort.pk)


@signed_in
def call_off(request: SignedInRequest, cohort_id, key: str, number: int) -> HttpResponse:
    """Do not publish it by itself after all."""
    cohort, version = _version(request, cohort_id, key, number)
    only(request, "POST")
    try:
        pages.call_off(version=version, by=request.user, cohort=cohort)
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        messages.success(request, _("It stays unpublished."))
    return redirect("planning_site_page", cohort.pk, key)


@signed_in
def letters_in(request: SignedInRequest, cohort_id) -> HttpResponse:
    """What visitors wrote to the planning team and nobody has answered yet."""
    cohort = _cohort(request, cohort_id)
    only(request, "GET")
    if request.GET.get("as") == "xlsx":
        head, rows = letters.sheet(cohort)
        return sheets.answer(head, rows, title=_("Questions received"), file=f"{cohort.slug}-questions")
    return render(
        request, "enrolment/site/letters.html", {"cohort": cohort, "letters": letters.open_letters(cohort.programme)}
    )


@signed_in
def letter_settle(request: SignedInRequest, cohort_id, letter_id) -> HttpResponse:
    """It is answered."""
    cohort = _cohort(request, cohort_id)
    note = get_object_or_404(letters.letters_of(cohort.programme), pk=letter_id)
    only(request, "POST")
    letters.settle(note=note, by=request.user, cohort=cohort)
    messages.success(request, _("Settled."))
    return redirect("planning_letters", cohort.pk)


def _cohort(request: SignedInRequest, cohort_id):
    return get_object_or_404(cohorts_planned_by(request.user), pk=cohort_id)


def _version(request: SignedInRequest, cohort_id, key: str, number: int):
    cohort = _cohort(request, cohort_id)
    return cohort, get_object_or_404(pages.all_versions(cohort.programme), page__key=key, number=number)

"""Our sheet: take it along, send it back, look at what it would change, let it be saved."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import ngettext

from accounts.decorators import SignedInRequest, signed_in
from accounts.once import answer_once
from collaborative.pace import keep_pace
from core import sheets as workbooks
from core.language import language
from core.methods import only
from core.refusals import Refused
from core.toasts import say
from improvement import pasting_words
from improvement.pasting import NO_MEASURE, NotRead
from improvement.querysets import measures_of, sheets_of
from improvement.sheets import returning, words, writing
from improvement.sheets.forms import PasteForm, SheetForm
from improvement.sheets.reading import NotOurs
from improvement.views.shared import own_team


@signed_in
def download(request: SignedInRequest, team_id) -> HttpResponse:
    """The sheet in the language of the page, filled in with what is saved now."""
    team = own_team(request, team_id)
    only(request, "GET")
    file = writing.sheet_of(team, language())
    return workbooks.download(file.content, file=file.name.removesuffix(".xlsx"))


@signed_in
def send(request: SignedInRequest, team_id) -> HttpResponse:
    """Take the sheet along, or send it back."""
    team = own_team(request, team_id)
    only(request, "GET", "POST")
    form = SheetForm(*((request.POST, request.FILES) if request.method == "POST" else ()))

    def make() -> str:
        keep_pace("number", by=request.user)
        try:
            returned = returning.look_at(team=team, content=form.content(), by=request.user)
        except NotOurs as wrong:
            raise Refused(wrong.sentence or words.why_not(wrong.code), field="file") from wrong
        return reverse("sheet_sent", args=[team.pk, returned.pk])

    return answer_once(request, form, make) or render(
        request, "improvement/sheet.html", {"form": form, "team": team, "here": "team"}
    )


@signed_in
def paste(request: SignedInRequest, team_id) -> HttpResponse:
    """Paste a table from a spreadsheet, or send it as CSV."""
    team = own_team(request, team_id)
    only(request, "GET", "POST")
    measures = measures_of(team, request.user).counted()
    form = PasteForm(
        *((request.POST, request.FILES) if request.method == "POST" else ()),
        measures=measures,
        team=team,
        writer=request.user,
    )

    def make() -> str:
        keep_pace("number", by=request.user)
        chosen = form.cleaned_data["measure"]
        try:
            returned = returning.look_at_table(team=team, text=form.text(), chosen=chosen, by=request.user)
        except NotRead as wrong:
            field = "measure" if wrong.code == NO_MEASURE else "table"
            raise Refused(pasting_words.why_not(wrong.code), field=field) from wrong
        return reverse("sheet_sent", args=[team.pk, returned.pk])

    return answer_once(request, form, make) or render(
        request, "improvement/paste.html", {"form": form, "team": team, "here": "team"}
    )


@signed_in
def sent(request: SignedInRequest, team_id, sheet_id) -> HttpResponse:
    """What a sheet would change, or has changed, and what in it needs its sender. POST saves it."""
    team = own_team(request, team_id)
    returned = get_object_or_404(sheets_of(team, request.user), pk=sheet_id)
    only(request, "GET", "POST")
    if request.method == "POST":
        return _save(request, returned)
    measures = list(measures_of(team, request.user))
    page = {
        "here": "team",
        "team": team,
        "returned": returned,
        "summary": words.summary(returned),
        "why_not": words.why_not_read(returned) if returned.refused else "",
        "changes": words.changes(returned, measures),
        "lines": words.lines(returned, measures),
    }
    return render(request, "improvement/sheet_sent.html", page)


def _save(request: SignedInRequest, returned) -> HttpResponse:
    try:
        keep_pace("number", by=request.user)
        saved = returning.save(returned=returned, by=request.user)
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        many = len(saved.changes)
        if many:
            say(request, ngettext("%(n)d number saved.", "%(n)d numbers saved.", many) % {"n": many})
    return redirect("sheet_sent", returned.team_id, returned.pk)

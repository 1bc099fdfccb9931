"""The whole series on one page, the samples of it, and the planners' own paragraph above a kind of message."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.decorators import SignedInRequest, signed_in
from collaborative import kind_notes
from collaborative.models import Role
from collaborative.planned import cohorts_planned_by
from collaborative.series import ROLES
from core.language import language
from core.methods import only
from core.refusals import Overtaken, Refused
from core.toasts import say
from desk.outbox import every, lists
from desk.series import forms, pages, sending


@signed_in
def series(request: SignedInRequest, cohort_id) -> HttpResponse:
    """Every message that one person of a role gets, on a clock and in a language that are chosen; sent to oneself on a press."""
    cohorts = cohorts_planned_by(request.user).prefetch_related("phases", "quiet_weeks")
    cohort = get_object_or_404(cohorts, pk=cohort_id)
    only(request, "GET", "POST")
    roles = [role.value for role in ROLES]
    sent = request.POST if request.method == "POST" else request.GET
    role, lang, city = pages.chosen_of(sent, roles=roles, cohort=cohort, lang=language())
    if request.method == "POST":
        try:
            n = sending.send_me_the_set(cohort=cohort, by=request.user, role=role, lang=lang, city=city)
        except Refused as refused:
            messages.warning(request, refused.sentence)
        else:
            words = ngettext("%(n)d sample is on its way to you.", "%(n)d samples are on their way to you.", n)
            say(request, words % {"n": n})
        query = urlencode({"role": role, "speaks": lang, "city": city})
        return redirect(f"{reverse('planning_series', args=[cohort.pk])}?{query}")
    chosen = {"role": role, "speaks": lang, "city": city}
    page = {
        "cohort": cohort,
        "form": forms.ChooseForm(initial=chosen),
        "page": pages.page_of(cohort, role, lang=lang, city=city),
        "role_name": capfirst(str(Role(role).label)),
        "most": sending.MOST,
        **chosen,
    }
    return render(request, "desk/series/series.html", page)


@signed_in
def note(request: SignedInRequest, cohort_id, room: str, name: str) -> HttpResponse:
    """A paragraph of the planners' own above every message of a kind: typed, looked at, kept."""
    cohort = get_object_or_404(cohorts_planned_by(request.user), pk=cohort_id)
    known = every.described(f"{room}/{name}")
    if known is None or not kind_notes.may_have_one(known.key):
        raise Http404
    only(request, "GET", "POST")
    standing = kind_notes.note_for(cohort.programme, known.key)
    typed = request.POST if request.method == "POST" else None
    form = forms.NoteForm(typed, initial=forms.NoteForm.values_of(standing))
    page: dict[str, Any] = {"cohort": cohort, "kind": known, "form": form, "standing": standing}
    if not kind_notes.is_everywhere_planned_by(cohort.programme, request.user):
        page["not_yours"] = kind_notes.NOT_YOURS
    status = 200
    is_sound = form.is_valid()
    if request.method == "POST" and "not_yours" in page:
        form.add_error(None, kind_notes.NOT_YOURS)
    elif is_sound:
        seen = request.POST.get("confirm", "") == form.mark()
        if seen or form.is_empty():
            try:
                kind_notes.put(programme=cohort.programme, kind=known.key, by=request.user, **form.cleaned_data)
            except Overtaken as overtaken:
                form.go_on_from(overtaken.theirs.version)
                page |= {"overtaken": True, "theirs": form.beside(overtaken.theirs)}
                status = 409
            except Refused as refused:
                refused.put_on(form)
            else:
                say(
                    request,
                    _("Taken away.") if form.is_empty() else _("It stands above every one of them from now on."),
                )
                return redirect("planning_kind", cohort.pk, room, name)
        else:
            rows = lists.messages_in(cohort).filter(kind=known.key)
            page |= {"mark": form.mark(), "versions": form.beside_samples(every.samples(rows))}
    return render(request, "desk/series/note.html", page, status=status)

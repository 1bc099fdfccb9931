"""Announcements of a cohort: its planners write, look, send and take back; those whom it was for read it again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import drafts
from accounts.decorators import SignedInRequest, signed_in
from accounts.once import answer_once
from collaborative import announcing, hiding
from collaborative.announced import (
    announcements_in,
    announcements_planned_by,
    announcements_seen_by,
    as_html,
    corrections_of,
    corrections_planned_of,
    corrects_what,
)
from collaborative.models import Announcement, Cohort
from collaborative.permissions import plans
from collaborative.planned import cohorts_planned_by
from core import filled
from core.language import language
from core.methods import must, only
from core.refusals import Overtaken, Refused
from core.toasts import say
from desk.announcements import forms, looks
from desk.announcements.unfinished import draft_key, unfinished_of
from notifications.services import with_pause

MOST = 50


@signed_in
def announcements(request: SignedInRequest, cohort_id) -> HttpResponse:
    """Everything that was written to people of a cohort, the latest first."""
    cohort = get_object_or_404(with_pause(cohorts_planned_by(request.user)), pk=cohort_id)
    only(request, "GET")
    rows = list(announcements_in(cohort)[:MOST])
    begun = unfinished_of(request.user, cohort, rows)
    return render(request, "desk/announcements/list.html", {"cohort": cohort, "rows": rows, "begun": begun})


@signed_in
def new(request: SignedInRequest, cohort_id) -> HttpResponse:
    """Write to people of a cohort. Nothing leaves: what is saved is looked at first."""
    cohort = get_object_or_404(cohorts_planned_by(request.user), pk=cohort_id)
    only(request, "GET", "POST")
    return _write(request, cohort, None)


@signed_in
def correct(request: SignedInRequest, announcement_id) -> HttpResponse:
    """Write a correction of what has left."""
    row = _planned(request, announcement_id)
    only(request, "GET", "POST")
    if row.state != "left":
        return redirect("planning_announcement_change", row.pk)
    return _write(request, row.cohort, row)


def _write(request: SignedInRequest, cohort: Cohort, corrects: Announcement | None) -> HttpResponse:
    initial = _begins(corrects) if corrects else {}
    form = forms.NewForm(request.POST or None, cohort=cohort, corrects=corrects, initial=initial)
    key = draft_key(corrects or cohort)
    draft = drafts.offer(request, key, form)

    def make() -> str:
        row = announcing.write(cohort=cohort, by=request.user, corrects=corrects, **form.values())
        return reverse("planning_announcement", args=[row.pk])

    page = {"cohort": cohort, "form": form, "corrects": corrects, "draft": draft}
    return answer_once(request, form, make, draft=key) or render(request, "desk/announcements/write.html", page)


def _begins(corrects: Announcement) -> dict[str, Any]:
    """Return what a correction begins with: whom the first one was for, and its words, but none of what was hidden."""
    names = ["roles", "teams", "said", "is_must"]
    if not corrects.hidden_why:
        names += ["subject_en", "text_en", "subject_fr", "text_fr"]
    values = forms.ChangeForm.values_of(corrects)
    return {name: values[name] for name in names}


@signed_in
def change(request: SignedInRequest, announcement_id) -> HttpResponse:
    """Change what has not left; what was about to leave is then looked at and sent once more."""
    row = _planned(request, announcement_id)
    only(request, "GET", "POST")
    if row.state == "left":
        return _too_late(request, row) if request.method == "POST" else redirect("planning_announcement", row.pk)
    form = forms.ChangeForm(
        request.POST or None, cohort=row.cohort, corrects=row.corrects, initial=forms.ChangeForm.values_of(row)
    )
    page: dict[str, Any] = {"cohort": row.cohort, "announcement": row, "form": form, "corrects": row.corrects}
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            version = form.cleaned_data["version"]
            announcing.change(announcement=row, by=request.user, version=version, **form.values())
        except Overtaken as overtaken:
            form.go_on_from(overtaken.theirs.version)
            page |= {"overtaken": True, "theirs": form.beside(overtaken.theirs)}
            status = 409
        except announcing.HasLeft:
            return _too_late(request, row)
        except Refused as refused:
            refused.put_on(form)
        else:
            return redirect("planning_announcement", row.pk)
    return render(request, "desk/announcements/write.html", page, status=status)


def _too_late(request: SignedInRequest, row: Announcement) -> HttpResponse:
    """Say that it has left meanwhile, with what was typed in the boxes of a correction."""
    form = forms.NewForm(cohort=row.cohort, corrects=row, initial=_begins(row))
    filled.put_into(form, forms.typed_anew(request.POST, row))
    here = reverse("planning_announcement_correct", args=[row.pk])
    draft = drafts.Offered(draft_key(row))
    page = {"cohort": row.cohort, "form": form, "corrects": row, "draft": draft, "action": here, "too_late": True}
    return render(request, "desk/announcements/write.html", page, status=409)


@signed_in
def announcement(request: SignedInRequest, announcement_id) -> HttpResponse:
    """One announcement: how it reads and whom it reaches, with what can be done; afterwards, what became of it."""
    row = _planned(request, announcement_id)
    only(request, "GET", "POST")
    find = forms.NameForm(request.POST if request.POST.get("verb") == "find" else None)
    if request.method == "POST" and not find.is_bound and (done := _do(request, row)):
        return done
    is_draft = row.state == "draft"
    look = looks.look_at(row, request.user) if is_draft else None
    page = {
        # What stands still although its hour has come says why.
        "cohort": with_pause(cohorts_planned_by(request.user)).get(pk=row.cohort_id)
        if row.waits_past_its_hour
        else row.cohort,
        "announcement": row,
        "look": look,
        "versions": look.versions if look else looks.versions_of(row, request.user),
        "whom": look.whom if look else looks.whom(row),
        "became": None if is_draft else looks.became_of(row),
        "corrections": [] if is_draft else corrections_planned_of(row),
        "find": find,
        "found": look.reach.called(find.cleaned_data["name"]) if look and find.is_bound and find.is_valid() else None,
    }
    return render(request, "desk/announcements/announcement.html", page)


def _do(request: SignedInRequest, row: Announcement) -> HttpResponse | None:
    """Do what was pressed; None where it was nothing."""
    verb, here = request.POST.get("verb", ""), redirect("planning_announcement", row.pk)
    try:
        if verb == "send":
            announcing.send(announcement=row, by=request.user, mark=request.POST.get("confirm", ""))
            say(request, _("Sent. Nothing leaves before its minute: until then you can take it back or change it."))
        elif verb == "back":
            announcing.take_back(announcement=row, by=request.user)
            say(request, _("Taken back. Nobody has got it; it is a draft again."))
        elif verb == "me":
            announcing.send_me(announcement=row, by=request.user)
            say(request, _("On its way to you, in both languages."))
        elif verb == "away":
            announcing.throw_away(announcement=row, by=request.user)
            say(request, _("Thrown away; nobody has got it."))
            return redirect("planning_announcements", row.cohort_id)
        else:
            return None
    except Refused as refused:
        messages.warning(request, refused.sentence)
    return here


@signed_in
def read(request: SignedInRequest, cohort_id, announcement_id) -> HttpResponse:
    """An announcement as those read it whom it was for."""
    row = _seen(request, cohort_id, announcement_id)
    only(request, "GET")
    planner = plans(request.user, row.cohort)
    may = hiding.may(row, mine=False, planner=planner)
    lang = language()
    subject, text = row.in_language(lang)
    page = {
        "cohort": row.cohort,
        "announcement": row,
        "subject": subject if may.read else "",
        "html": as_html(text) if may.read else "",
        "corrects": corrects_what(row, lang),
        "lang": lang if row.speaks(lang) else {"en": "fr", "fr": "en"}[lang],
        "may": may,
        "planner": planner,
        "corrections": corrections_of(row, request.user),
    }
    return render(request, "desk/announcements/read.html", page)


@signed_in
def hide(request: SignedInRequest, cohort_id, announcement_id) -> HttpResponse:
    """Hide an announcement at once: from whoever could read it, and from those whom it has not reached yet."""
    row = _seen(request, cohort_id, announcement_id)
    only(request, "POST")
    said = _("Hidden for everybody.")
    if not plans(request.user, row.cohort):
        said = _("Hidden for everybody. The planning team will look at it. Thank you.")
    return _turn(
        request, row, announcing.hide, said, undo=reverse("cohort_announcement_show", args=[row.cohort_id, row.pk])
    )


@signed_in
def show(request: SignedInRequest, cohort_id, announcement_id) -> HttpResponse:
    """Show a hidden announcement again: planners, and for a moment the reader who hid it."""
    row = _seen(request, cohort_id, announcement_id)
    must(hiding.may_show(row, request.user, row.cohort))
    only(request, "POST")
    return _turn(request, row, announcing.show, _("Everybody can read it again."))


def _turn(request: SignedInRequest, row: Announcement, verb, said: str, *, undo: str = "") -> HttpResponse:
    try:
        verb(announcement=row, by=request.user)
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        say(request, said, undo=undo)
    return redirect("cohort_announcement", row.cohort_id, row.pk)


def _planned(request: SignedInRequest, announcement_id) -> Announcement:
    return get_object_or_404(announcements_planned_by(request.user), pk=announcement_id)


def _seen(request: SignedInRequest, cohort_id, announcement_id) -> Announcement:
    return get_object_or_404(announcements_seen_by(request.user).filter(cohort=cohort_id), pk=announcement_id)

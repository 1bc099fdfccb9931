"""Try a change, learn from it, decide what comes next."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import drafts
from accounts.decorators import SignedInRequest, signed_in
from accounts.once import answer_once
from collaborative.hiding import may_show
from collaborative.models import Team
from collaborative.pace import keep_pace
from core.methods import must, only
from core.refusals import Refused
from core.toasts import say
from improvement import hiding, services
from improvement.forms import DecideForm, LearnForm, PlanForm, StartForm, TryForm
from improvement.models import Decision, TriedChange
from improvement.querysets import try_in
from improvement.reading import seen_try, tries_page
from improvement.views.shared import attempt, hide_words, own_team, posted, show_words, team_and_mine


def _try(team: Team, user, try_id) -> TriedChange:
    return get_object_or_404(try_in(team, user), pk=try_id)


@signed_in
def listed(request: SignedInRequest, team_id) -> HttpResponse:
    """The tries of a team: what it tries now, and what it decided."""
    team, mine = team_and_mine(request, team_id)
    only(request, "GET")
    page = {"here": "team", "team": team, "mine": mine, "tries": tries_page(team, request.user)}
    return render(request, "improvement/tries.html", page)


@signed_in
def new(request: SignedInRequest, team_id) -> HttpResponse:
    """Try a change; with ``?after=`` the next version of one that was tried."""
    team = own_team(request, team_id)
    only(request, "GET", "POST")
    before = _before(team, request.user, request.GET.get("after", ""))
    form = TryForm(posted(request), team=team, writer=request.user, initial=TryForm.after(before))
    draft = drafts.offer(request, f"improvement/{team.pk}/try/after/{before.pk if before else 'none'}", form)

    def make() -> str:
        keep_pace("try", by=request.user)
        tried = services.try_change(team=team, by=request.user, previous=before, **form.answers())
        say(request, _("Saved. Come back and tell what happened."))
        return reverse("try", args=[team.pk, tried.pk])

    page = {"form": form, "team": team, "before": before, "here": "team", "draft": draft}
    return answer_once(request, form, make, draft=draft.key) or render(request, "improvement/try_new.html", page)


def _before(team: Team, user, typed: str) -> TriedChange | None:
    try:
        return try_in(team, user).filter(pk=uuid.UUID(typed)).first()
    except ValueError:
        return None


@signed_in
def one(request: SignedInRequest, team_id, try_id) -> HttpResponse:
    """One try: its plan, "We tried it", what was learned, the decision."""
    team, mine = team_and_mine(request, team_id)
    row = _try(team, request.user, try_id)
    must(mine or request.method != "POST")
    only(request, "GET", "POST")
    if not mine:
        return _page(request, team, row, mine=False)
    form = LearnForm(posted(request), team=team, writer=request.user, initial=LearnForm.values_of(row))
    draft = drafts.offer(request, f"improvement/{row.pk}/learned", form)
    tried = attempt(form, services.learn_from_change, tried=row, by=request.user)
    if not tried.done:
        return _page(request, team, tried.theirs or row, mine=True, form=form, theirs=tried.theirs, draft=draft)
    drafts.forget(request.user, draft.key)
    say(request, _("Saved. Thank you for telling."))
    return redirect("try", team.pk, row.pk)


def _page(request: SignedInRequest, team: Team, row: TriedChange, *, form=None, theirs=None, **more: Any):
    page = {
        "here": "team",
        "team": team,
        "tried": row,
        "seen": seen_try(row, request.user, team),
        "form": form,
        "theirs": theirs,
        "telling": form and (form.is_bound or (not row.is_kept_back and (row.is_open or "edit" in request.GET))),
    }
    return render(request, "improvement/try.html", {**page, **more}, status=409 if theirs else 200)


@signed_in
def change(request: SignedInRequest, team_id, try_id) -> HttpResponse:
    """Put the plan better. If somebody saved meanwhile, both texts are shown and none is lost."""
    team = own_team(request, team_id)
    row = _try(team, request.user, try_id)
    only(request, "GET", "POST")
    if row.hidden_why and request.method != "POST":
        return redirect("try", team.pk, row.pk)
    form = PlanForm(posted(request), tried=row, team=team, writer=request.user, initial=PlanForm.values_of(row))
    draft = drafts.offer(request, f"improvement/{row.pk}/plan", form)
    changed = attempt(form, services.change_plan, tried=row, by=request.user)
    if changed.done:
        drafts.forget(request.user, draft.key)
        say(request, _("Saved."))
        return redirect("try", team.pk, row.pk)
    page = {"here": "team", "team": team, "tried": row, "form": form, "theirs": changed.theirs, "draft": draft}
    return render(request, "improvement/try_change.html", page, status=changed.status)


@signed_in
def start(request: SignedInRequest, team_id, try_id) -> HttpResponse:
    """Say that the team has begun."""
    return _press(request, team_id, try_id, StartForm, services.start_trying, said_of_start)


def said_of_start(_tried: TriedChange) -> str:
    """Return what is said after a team has begun."""
    return _("Good luck. Come back and tell what happened.")


@signed_in
def decide(request: SignedInRequest, team_id, try_id) -> HttpResponse:
    """Keep it, change it and try again, or let it go."""
    return _press(request, team_id, try_id, DecideForm, services.decide, said_of_decision, undo="try_undecide")


def said_of_decision(tried: TriedChange) -> str:
    """Return what is said after a decision: which one it was."""
    said: dict[str, str] = {
        Decision.ADOPT: _("Saved: you keep it."),
        Decision.ADAPT: _("Saved: you change it and try again."),
        Decision.ABANDON: _("Saved: you let it go. That is learning too."),
    }
    return said[tried.decision]


@signed_in
def undecide(request: SignedInRequest, team_id, try_id, version: int) -> HttpResponse:
    """Take a decision back a moment after it was made."""
    team = own_team(request, team_id)
    row = _try(team, request.user, try_id)
    only(request, "POST")
    try:
        services.undo_decision(tried=row, by=request.user, version=version)
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        say(request, _("Taken back. Nothing is decided yet."))
    return redirect("try", team.pk, row.pk)


def _press(
    request: SignedInRequest,
    team_id,
    try_id,
    form_class,
    service: Callable[..., TriedChange],
    done: Callable[[TriedChange], str],
    *,
    undo: str = "",
) -> HttpResponse:
    """Do what one button of a try's page asks for, and go back to that page."""
    team = own_team(request, team_id)
    row = _try(team, request.user, try_id)
    only(request, "POST")
    form = form_class(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Choose one of the buttons."))
        return redirect("try", team.pk, row.pk)
    try:
        now = service(tried=row, by=request.user, **form.cleaned_data)
    except services.Overtaken:
        messages.warning(request, _("Somebody saved this a moment ago. Look at it, then choose again."))
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        say(request, done(now), undo=reverse(undo, args=[team.pk, row.pk, now.version]) if undo else "")
    return redirect("try", team.pk, row.pk)


# ---------------------------------------------------------------- hide this


@signed_in
def hide(request: SignedInRequest, team_id, try_id) -> HttpResponse:
    """Hide the words of a try at once: a reader's hiding waits for a planner to look."""
    team, _mine = team_and_mine(request, team_id)
    row = _try(team, request.user, try_id)
    only(request, "POST")
    hide_words(request, row, undo=reverse("try_show", args=[team.pk, row.pk]))
    return redirect("try", team.pk, row.pk)


@signed_in
def show(request: SignedInRequest, team_id, try_id) -> HttpResponse:
    """Show hidden words again: planners, and for a moment the reader who hid them."""
    team, _mine = team_and_mine(request, team_id)
    row = _try(team, request.user, try_id)
    must(may_show(row, request.user, team.cohort))
    only(request, "POST")
    show_words(request, row)
    return redirect("try", team.pk, row.pk)


@signed_in
def take_back(request: SignedInRequest, team_id, try_id) -> HttpResponse:
    """Take one's own words back. They stand on the page it answers with, to be copied: nothing else keeps them."""
    team = own_team(request, team_id)
    row = _try(team, request.user, try_id)
    must(row.is_by(request.user))
    only(request, "GET", "POST")
    words = hiding.take_back(row=row, by=request.user) if request.method == "POST" else {}
    if not words:
        return redirect("try", team.pk, row.pk)
    row.refresh_from_db(fields=["hidden_why", "version", *words])
    form = LearnForm(team=team, writer=request.user, initial=LearnForm.values_of(row))
    return _page(request, team, row, mine=True, form=form, taken_back=words, other_lang_url="")

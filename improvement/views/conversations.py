"""Log a conversation by one tap, add a word, and read what was talked about."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.decorators import SignedInRequest, signed_in
from collaborative.hiding import may_show
from collaborative.models import Team
from collaborative.pace import keep_pace
from collaborative.querysets import teams_of
from core.forms import incident_sentence
from core.methods import must, only
from core.refusals import Refused
from core.toasts import say
from improvement import hiding, services
from improvement.forms import FollowUpForm, LogForm, spoken_with, with_whom_choices
from improvement.models import SafetyConversation
from improvement.querysets import conversations_seen_by
from improvement.reading import conversations_page
from improvement.views.shared import attempt, hide_words, own_team, posted, show_words, team_and_mine
from improvement.weeks import day_at, monday_of


class SeeOther(HttpResponseRedirect):
    """Saved: go and look, by GET, and never send the tap again."""

    status_code = 303


@signed_in
def log(request: SignedInRequest, team_id=None) -> HttpResponse:
    """Four buttons: the tap is the save. Whoever belongs to several teams chooses one first."""
    if team_id:
        return _log_for(request, own_team(request, team_id))
    teams = list(teams_of(request.user)[:30])
    if len(teams) == 1:
        return _log_for(request, teams[0])
    must(request.method != "POST")
    return render(request, "improvement/log_choose.html", {"teams": teams, "here": "today"})


def _log_for(request: SignedInRequest, team: Team) -> HttpResponse:
    only(request, "GET", "POST")
    form = LogForm(posted(request))
    if not form.is_valid():
        return _log_page(request, team, unread=form.is_bound)
    try:
        keep_pace("conversation", by=request.user)
        logged = services.log_conversation(team=team, by=request.user, **form.cleaned_data)
    except services.AskAgain as ask:
        return _log_page(request, team, asked=ask.conversation, client_key=form.cleaned_data["client_key"])
    except Refused as refused:
        messages.warning(request, refused.sentence)
        return _log_page(request, team, client_key=form.cleaned_data["client_key"])
    url = reverse("conversation_saved", args=[logged.conversation.pk])
    return SeeOther(f"{url}?already=1" if logged.already else url)


def _log_page(request: SignedInRequest, team: Team, *, unread=False, asked=None, client_key=None) -> HttpResponse:
    page = {
        "here": "today",
        "team": team,
        "choices": with_whom_choices(team),
        "incident_line": incident_sentence(team.unit.incident_route),
        "client_key": client_key or uuid.uuid4(),
        "asked": asked,
        "asked_with": spoken_with(asked) if asked else "",
        "unread": unread,
    }
    return render(request, "improvement/log.html", page, status=422 if unread else 200)


def _seen(request: SignedInRequest, conversation_id) -> SafetyConversation:
    return get_object_or_404(conversations_seen_by(request.user), pk=conversation_id)


def _mine(request: SignedInRequest, conversation_id) -> SafetyConversation:
    """Return the conversation for a verb of the one who logged it."""
    conversation = _seen(request, conversation_id)
    must(conversation.is_by(request.user))
    return conversation


@signed_in
def saved(request: SignedInRequest, conversation_id) -> HttpResponse:
    """Saved. Undo, a word if you like, another one."""
    conversation = _mine(request, conversation_id)
    only(request, "GET", "POST")
    form = _follow_up(request, conversation, conversation.words, posted(request))
    if not attempt(form, services.add_to_conversation, conversation=conversation, by=request.user).done:
        return _saved_page(request, conversation, form)
    if "another" in request.POST:
        return redirect("log_conversation_for", conversation.team_id)
    say(request, _("Saved. Thank you."))
    return redirect("team_conversations", conversation.team_id)


def _follow_up(request: SignedInRequest, conversation: SafetyConversation, words: dict, data=None) -> FollowUpForm:
    return FollowUpForm(data, team=conversation.team, writer=request.user, initial=words)


def _saved_page(request: SignedInRequest, conversation: SafetyConversation, form, **more: Any) -> HttpResponse:
    team, now = conversation.team, timezone.now()
    page = {
        "here": "today",
        "conversation": conversation,
        "team": team,
        "form": form,
        "with_whom": spoken_with(conversation),
        "this_week": services.logged_in_week(team, monday_of(day_at(now, team))),
        "can_undo": conversation.can_undo_at(now),
        "undo_minutes": services.undo_minutes(),
        "again": conversation.has_words or not conversation.can_undo_at(now),
        "already": request.GET.get("already") == "1",
        "log_url": reverse("log_conversation_for", args=[team.pk]),
    }
    return render(request, "improvement/log_saved.html", {**page, **more})


@signed_in
def undo(request: SignedInRequest, conversation_id) -> HttpResponse:
    """Take a whole conversation back, for as long as that can be done."""
    conversation = _mine(request, conversation_id)
    only(request, "POST")
    try:
        services.undo_conversation(conversation=conversation, by=request.user)
    except Refused as refused:
        messages.warning(request, refused.sentence)
        return redirect("conversation_saved", conversation.pk)
    say(request, _("Taken back. It does not count any more."))
    return redirect("log_conversation_for", conversation.team_id)


@signed_in
def listed(request: SignedInRequest, team_id) -> HttpResponse:
    """What was talked about: counts, and the sentences people left, without the name of who left them."""
    team, mine = team_and_mine(request, team_id)
    only(request, "GET")
    found = conversations_page(team, request.user, request.GET.get("page"))
    page = {"here": "team", "team": team, "mine": mine, "found": found}
    return render(request, "improvement/conversations.html", page)


# ---------------------------------------------------------------- hide this


@signed_in
def hide(request: SignedInRequest, conversation_id) -> HttpResponse:
    """Hide the words about a conversation at once: a reader's hiding waits for a planner to look."""
    conversation = _seen(request, conversation_id)
    only(request, "POST")
    hide_words(request, conversation, undo=reverse("conversation_show", args=[conversation.pk]))
    return redirect("team_conversations", conversation.team_id)


@signed_in
def show(request: SignedInRequest, conversation_id) -> HttpResponse:
    """Show hidden words again: planners, and for a moment the reader who hid them."""
    conversation = _seen(request, conversation_id)
    must(may_show(conversation, request.user, conversation.team.cohort))
    only(request, "POST")
    show_words(request, conversation)
    return redirect("team_conversations", conversation.team_id)


@signed_in
def take_back(request: SignedInRequest, conversation_id) -> HttpResponse:
    """Take one's own words back. They come back into the boxes, on this page only: nothing else keeps them."""
    conversation = _mine(request, conversation_id)
    only(request, "GET", "POST")
    # The page it answers with has this address; it has no other language, which would lose the words.
    words = hiding.take_back(row=conversation, by=request.user) if request.method == "POST" else {}
    if not words:
        return redirect("conversation_saved", conversation.pk)
    conversation.refresh_from_db(fields=["hidden_why", *words])
    return _saved_page(
        request, conversation, _follow_up(request, conversation, words), taken_back=True, other_lang_url=""
    )

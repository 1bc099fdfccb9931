"""The coach's board, one team's coaching page, and the notes as the team reads them."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from accounts import drafts
from accounts.decorators import SignedInRequest, never_parked, own_eyes, signed_in
from accounts.once import answer_once
from coaching import services
from coaching.audience import readers_of_note
from coaching.board import board_of
from coaching.brief import brief_of, find_team
from coaching.forms import PrivateNoteForm, TeamNoteForm
from coaching.models import PrivateNote, TeamNote
from coaching.notes import Seen, may_hide, seen
from coaching.querysets import notes_of, notes_seen_by, private_notes_in_reach, private_notes_of
from collaborative.hideable import Why
from collaborative.hiding import may_show
from collaborative.pace import keep_pace
from collaborative.permissions import belongs, coaches, coaches_any, plans
from collaborative.querysets import teams_seen_by
from core import toasts
from core.methods import must, only
from core.refusals import Refused
from core.time import clock


@signed_in
def board(request: SignedInRequest) -> HttpResponse:
    """The coach's teams: who may need a conversation and why, then those that are fine, then those that pause."""
    if not coaches_any(request.user):
        raise Http404
    only(request, "GET")
    found = board_of(request.user)
    cards = [*found.need, *found.fine, *found.paused]
    return render(request, "coaching/board.html", {"board": found, "cohort": cards[0].team.cohort if cards else None})


@signed_in
def team(request: SignedInRequest, team_id) -> HttpResponse:
    """What happened in a team since the last mark, and the notes about it. Opening it marks nothing."""
    team = find_team(request.user, team_id)
    if team is None:
        raise Http404
    only(request, "GET")
    return _team_page(request, team)


@signed_in
def mark_seen(request: SignedInRequest, team_id) -> HttpResponse:
    """Remember that this coach has taken in what happened in a team."""
    team = _coached(request, team_id)
    only(request, "POST")
    services.mark_seen(team=team, by=request.user, until=_until(request, team))
    toasts.say(request, _("Marked as read. From now on you see what is new."))
    return redirect("coaching")


@signed_in
def write_note(request: SignedInRequest, team_id) -> HttpResponse:
    """Write a note for the team."""
    team = _coached(request, team_id)
    only(request, "GET", "POST")
    if request.method == "GET":
        return redirect("coaching_team", team_id)
    form = TeamNoteForm(request.POST, readers=readers_of_note(team, request.user))

    def make() -> str:
        keep_pace("note", by=request.user)
        note = services.write_note(team=team, by=request.user, text=form.cleaned_data["text"])
        until = clock(note.told_from, request.user.time_zone, request.LANGUAGE_CODE[:2])
        toasts.say(
            request,
            _("The note is there. You can take it back until %(time)s; nobody has been told yet.") % {"time": until},
            undo=reverse("coaching_note_hide", args=[note.pk]),
        )
        return reverse("coaching_team", args=[team.pk])

    return answer_once(request, form, make, draft=_draft_of(team)) or _team_page(request, team, note_form=form)


@own_eyes
@never_parked
@signed_in
def write_private_note(request: SignedInRequest, team_id) -> HttpResponse:
    """Write a note for oneself. It is kept nowhere but in its table: no draft, no parked form, no trail."""
    team = _coached(request, team_id)
    only(request, "GET", "POST")
    if request.method == "GET":
        return redirect("coaching_team", team_id)
    form = PrivateNoteForm(request.POST)

    def make() -> str:
        keep_pace("note", by=request.user)
        services.write_private_note(team=team, by=request.user, text=form.cleaned_data["text"])
        toasts.say(request, _("Kept, for you alone."))
        return reverse("coaching_team", args=[team.pk])

    return answer_once(request, form, make) or _team_page(request, team, private_form=form)


@own_eyes
@signed_in
def throw_away(request: SignedInRequest, note_id) -> HttpResponse:
    """Delete one's own private note, after a look at what goes: nothing brings it back."""
    note = get_object_or_404(private_notes_in_reach(request.user).select_related("team__cohort"), pk=note_id)
    only(request, "GET", "POST")
    if "sure" not in request.POST:
        return _ask_first(
            request,
            note,
            title=_("Throw this note away?"),
            purpose=_("Nobody else can read it, and nothing of it will be left."),
            verb=_("Throw the note away"),
        )
    services.throw_away(note=note, by=request.user)
    toasts.say(request, _("Thrown away; nothing of it is left."))
    return redirect("coaching_team", note.team_id)


@signed_in
def notes(request: SignedInRequest, team_id) -> HttpResponse:
    """The notes for a team, as the team, its coaches and the planning team read them."""
    team = get_object_or_404(teams_seen_by(request.user), pk=team_id)
    only(request, "GET")
    return render(
        request,
        "coaching/notes.html",
        {
            "team": team,
            "cohort": team.cohort,
            "mine": belongs(request.user, team),
            "notes": _seen_notes(request, team),
        },
    )


@signed_in
def hide_note(request: SignedInRequest, note_id) -> HttpResponse:
    """Hide a note at once: the team and the planning team may, and its writer takes it back.

    A note that the team has been told of is not gone by one press: its writer sees first what goes.
    """
    note = _seen(request, note_id)
    must(may_hide(note, request.user, note.team))
    only(request, "GET", "POST")
    mine = note.by_id == request.user.pk
    if mine and note.hidden_why != Why.WRITER and _asks_first(request, note):
        return _ask_first(
            request,
            note,
            title=_("Take this note back?"),
            purpose=_("The words are gone for good. The team sees that there was a note, and that you took it back."),
            verb=_("Take the note back"),
        )
    if request.method == "GET":
        return redirect("team_notes", note.team_id)
    if mine:
        return _change(request, note, services.hide_note, _("Taken back. Nothing of it is kept."))
    said = (
        _("Hidden for everybody.")
        if plans(request.user, note.team.cohort)
        else _("Hidden for everybody. The planning team will look at it. Thank you.")
    )
    return _change(request, note, services.hide_note, said, undo=reverse("coaching_note_show", args=[note.pk]))


@signed_in
def show_note(request: SignedInRequest, note_id) -> HttpResponse:
    """Show a hidden note again: planners, and for a moment the member who hid it."""
    note = _seen(request, note_id)
    must(may_show(note, request.user, note.team.cohort))
    only(request, "POST")
    return _change(request, note, services.show_note, _("Everybody can read it again."))


# ---------------------------------------------------------------- what the pages share


def _coached(request: SignedInRequest, team_id):
    """Return the team for a verb of its coach, with what the page of a team needs."""
    must(coaches(request.user, get_object_or_404(teams_seen_by(request.user), pk=team_id)))
    return find_team(request.user, team_id)


def _seen(request: SignedInRequest, note_id) -> TeamNote:
    return get_object_or_404(notes_seen_by(request.user), pk=note_id)


def _seen_notes(request: HttpRequest, team) -> list[Seen]:
    return [seen(note, request.user, team) for note in notes_of(team)]


def _until(request: HttpRequest, team) -> dt.datetime | None:
    """Return the moment of the page that was read: what happened while it was read stays new. None where it is none."""
    typed = request.POST.get("until", "")[:40]
    try:
        moment = parse_datetime(typed)
    except ValueError:
        return None
    return moment if moment and timezone.is_aware(moment) and moment >= team.created_at else None


def _draft_of(team) -> str:
    """Return the name of the draft of a note for a team. A private note has none."""
    return f"coaching/note/{team.pk}"


def _team_page(request: HttpRequest, team, *, note_form=None, private_form=None) -> HttpResponse:
    note_form = note_form or TeamNoteForm(readers=readers_of_note(team, request.user))
    return render(
        request,
        "coaching/team.html",
        {
            "team": team,
            "cohort": team.cohort,
            "brief": brief_of(team, request.user),
            "notes": _seen_notes(request, team),
            "private_notes": private_notes_of(request.user, team),
            "note_form": note_form,
            "draft": drafts.offer(request, _draft_of(team), note_form),
            "private_form": private_form or PrivateNoteForm(),
        },
    )


def _asks_first(request: SignedInRequest, note: TeamNote) -> bool:
    """Return whether a note is shown to its writer before it goes: always, but for Undo before anybody was told."""
    return request.method == "GET" or ("sure" not in request.POST and timezone.now() >= note.told_from)


def _ask_first(request: SignedInRequest, note: TeamNote | PrivateNote, **words: str) -> HttpResponse:
    """Return the page that shows a note before it is gone."""
    back = "coaching" if coaches(request.user, note.team) else ""
    back_url = reverse("coaching_team" if back else "team_notes", args=[note.team_id])
    page = {"team": note.team, "text": note.text, "back": back, "back_url": back_url, **words}
    return render(request, "coaching/take_back.html", page)


def _change(request: SignedInRequest, note: TeamNote, verb, said: str, *, undo: str = "") -> HttpResponse:
    try:
        verb(note=note, by=request.user)
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        toasts.say(request, said, undo=undo)
    back = "coaching_team" if request.POST.get("back") == "coaching" else "team_notes"
    return redirect(back, note.team_id)

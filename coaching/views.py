"""The coach's board, one team's coaching page, and the notes as the team reads them."""

from __future__ import annotations

import datetime as dt

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from accounts.decorators import SignedInRequest, never_parked, signed_in
from accounts.once import answer_once
from coaching import services
from coaching.audience import readers_of_note
from coaching.board import board_of, brief_of, find_team
from coaching.forms import PrivateNoteForm, TeamNoteForm
from coaching.models import TeamNote
from coaching.notes import Seen, may_hide, seen
from coaching.querysets import notes_of, notes_seen_by, private_notes_in_reach, private_notes_of
from collaborative.permissions import coaches, coaches_any, plans
from collaborative.querysets import teams_seen_by
from core import toasts
from core.methods import must, only
from core.refusals import Refused
from core.time import clock


@signed_in
def board(request: SignedInRequest) -> HttpResponse:
    """The coach's teams: who may need a conversation and why, then those that are fine."""
    if not coaches_any(request.user):
        raise Http404
    only(request, "GET")
    found = board_of(request.user)
    cards = [*found.need, *found.fine]
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
    services.mark_seen(team=team, by=request.user, until=_until(request))
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
        note = services.write_note(team=team, by=request.user, text=form.cleaned_data["text"], until=_until(request))
        until = clock(note.told_from, request.user.time_zone, request.LANGUAGE_CODE[:2])
        toasts.say(
            request,
            _("The note is there. You can take it back until %(time)s; nobody has been told yet.") % {"time": until},
            undo=reverse("coaching_note_hide", args=[note.pk]),
        )
        return reverse("coaching_team", args=[team.pk])

    return answer_once(request, form, make) or _team_page(request, team, note_form=form)


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
        services.write_private_note(team=team, by=request.user, text=form.cleaned_data["text"], until=_until(request))
        toasts.say(request, _("Kept, for you alone."))
        return reverse("coaching_team", args=[team.pk])

    return answer_once(request, form, make) or _team_page(request, team, private_form=form)


@signed_in
def throw_away(request: SignedInRequest, note_id) -> HttpResponse:
    """Delete one's own private note."""
    note = get_object_or_404(private_notes_in_reach(request.user), pk=note_id)
    only(request, "POST")
    services.throw_away(note=note, by=request.user)
    toasts.say(request, _("Thrown away; nothing of it is left."))
    return redirect("coaching_team", note.team_id)


@signed_in
def notes(request: SignedInRequest, team_id) -> HttpResponse:
    """The notes for a team, as the team, its coaches and the planning team read them."""
    team = get_object_or_404(teams_seen_by(request.user), pk=team_id)
    only(request, "GET")
    return render(
        request, "coaching/notes.html", {"team": team, "cohort": team.cohort, "notes": _seen_notes(request, team)}
    )


@signed_in
def hide_note(request: SignedInRequest, note_id) -> HttpResponse:
    """Hide a note at once: its writer, the team and the planning team may."""
    note = _seen(request, note_id)
    must(may_hide(note, request.user, note.team))
    return _change(request, note, services.hide_note, _("Hidden for everybody."))


@signed_in
def show_note(request: SignedInRequest, note_id) -> HttpResponse:
    """Show a hidden note again; only planners."""
    note = _seen(request, note_id)
    must(plans(request.user, note.team.cohort))
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


def _until(request: HttpRequest) -> dt.datetime | None:
    """Return the moment of the page that was read: what happened while it was read stays new."""
    typed = request.POST.get("until", "")[:40]
    try:
        moment = parse_datetime(typed)
    except ValueError:
        return None
    return moment if moment and timezone.is_aware(moment) else None


def _team_page(request: HttpRequest, team, *, note_form=None, private_form=None) -> HttpResponse:
    return render(
        request,
        "coaching/team.html",
        {
            "team": team,
            "cohort": team.cohort,
            "brief": brief_of(team, request.user),
            "notes": _seen_notes(request, team),
            "private_notes": private_notes_of(request.user, team),
            "note_form": note_form or TeamNoteForm(readers=readers_of_note(team, request.user)),
            "private_form": private_form or PrivateNoteForm(),
        },
    )


def _change(request: SignedInRequest, note: TeamNote, verb, said: str) -> HttpResponse:
    only(request, "POST")
    try:
        verb(note=note, by=request.user)
    except Refused as refused:
        said = refused.sentence
    toasts.say(request, said)
    back = "coaching_team" if request.POST.get("back") == "coaching" else "team_notes"
    return redirect(back, note.team_id)

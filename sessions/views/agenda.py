"""The agenda of a session, as the planning team writes it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.decorators import SignedInRequest, signed_in
from accounts.once import answer_once
from core.language import language
from core.methods import only
from core.time import spoken_place
from core.toasts import say
from sessions import agenda
from sessions.models import AgendaItem, LearningSession
from sessions.planning_forms import ItemForm, NewItemForm, TeamsForm
from sessions.shown import shown
from sessions.views.planned import edit, seen_place, session_planned_by


def _item(learning_session: LearningSession, item_id: int) -> AgendaItem:
    item = get_object_or_404(learning_session.agenda, pk=item_id)
    item.learning_session = learning_session
    return item


def _to(learning_session: LearningSession) -> str:
    return reverse("planning_session_agenda", args=[learning_session.pk])


@signed_in
def page(request: SignedInRequest, session_id) -> HttpResponse:
    """The agenda in order, what it leaves of the session, and a box for one item more."""
    learning_session = session_planned_by(request, session_id)
    cohort = learning_session.cohort
    form = NewItemForm(request.POST or None)

    def make() -> str:
        agenda.add_item(learning_session=learning_session, by=request.user, **form.answers())
        say(request, _("It stands on the agenda."))
        return _to(learning_session)

    if answer := answer_once(request, form, make):
        return answer
    found = shown(learning_session)
    return render(
        request,
        "sessions/agenda.html",
        {
            "learning_session": learning_session,
            "cohort": cohort,
            "form": form,
            "shown": found,
            "left": learning_session.minutes - found.planned,
            "over": found.planned - learning_session.minutes,
            "clock_of": spoken_place(cohort.city, language()),
        },
    )


@signed_in
def item(request: SignedInRequest, session_id, item_id) -> HttpResponse:
    """Change an item of the agenda."""
    learning_session = session_planned_by(request, session_id)
    row = _item(learning_session, item_id)
    return edit(
        request,
        ItemForm(request.POST or None, initial=ItemForm.values_of(row)),
        lambda values: agenda.change_item(item=row, by=request.user, **values),
        template="sessions/agenda_item.html",
        back=_to(learning_session),
        item=row,
        learning_session=learning_session,
        cohort=learning_session.cohort,
    )


@signed_in
def teams(request: SignedInRequest, session_id, item_id) -> HttpResponse:
    """Choose which teams show something in an item, in which order, and for how long."""
    learning_session = session_planned_by(request, session_id)
    row = _item(learning_session, item_id)
    form = TeamsForm(
        request.POST or None,
        teams=agenda.teams_of(learning_session),
        item=row,
        slots=list(learning_session.team_slots.all()),
    )
    return edit(
        request,
        form,
        lambda values: agenda.set_teams(item=row, by=request.user, version=values["version"], teams=form.chosen()),
        template="sessions/agenda_teams.html",
        back=_to(learning_session),
        item=row,
        learning_session=learning_session,
        cohort=learning_session.cohort,
    )


@signed_in
def move(request: SignedInRequest, session_id, item_id) -> HttpResponse:
    """An item goes up or down by one."""
    learning_session = session_planned_by(request, session_id)
    row = _item(learning_session, item_id)
    only(request, "POST")
    agenda.move_item(item=row, way=request.POST.get("way", ""), seen=seen_place(request), by=request.user)
    return redirect(_to(learning_session))


@signed_in
def remove(request: SignedInRequest, session_id, item_id) -> HttpResponse:
    """An item is taken off the agenda. Gone already, it is as it should be."""
    learning_session = session_planned_by(request, session_id)
    row = learning_session.agenda.filter(pk=item_id).first()
    only(request, "POST")
    if row is not None:
        agenda.remove_item(item=row, by=request.user)
        say(request, _("Taken off the agenda."))
    return redirect(_to(learning_session))

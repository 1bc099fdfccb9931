"""The small rooms of a session: make them, look, move somebody, take them along."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.decorators import SignedInRequest, signed_in
from core import sheets
from core.methods import only
from core.refusals import Refused
from core.toasts import say
from sessions.coming import small_rooms
from sessions.coming.small_rooms import Rooms
from sessions.coming.small_rooms_forms import MixForm, SeatForm
from sessions.models import LearningSession
from sessions.views.planned import session_planned_by

_PAGE = "planning_session_rooms"


@signed_in
def rooms(request: SignedInRequest, session_id) -> HttpResponse:
    """The rooms as they stand, and the form that makes them, or makes them anew."""
    learning_session = session_planned_by(request, session_id)
    stand = small_rooms.rooms_of(learning_session)
    if request.method == "GET" and stand.plan and request.GET.get("as") in _FILES:
        return _FILES[request.GET["as"]](stand)
    form = MixForm(request.POST or None, initial=_as_made(stand))
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data | {"together": form.cleaned_data["together"] == "yes"}
        try:
            small_rooms.make(learning_session=learning_session, by=request.user, **answers)
        except Refused as refused:
            refused.put_on(form)
            form.go_on_from(stand.plan.version if stand.plan else 0)
        else:
            say(request, _("The rooms are made."))
            return redirect(_PAGE, session_id)
    return _page(request, learning_session, stand, form)


@signed_in
def move(request: SignedInRequest, session_id) -> HttpResponse:
    """Somebody goes to another room, and stays there when the rooms are made anew."""
    learning_session = session_planned_by(request, session_id)
    only(request, "POST")
    stand = small_rooms.rooms_of(learning_session)
    form = SeatForm(request.POST, rooms=stand)
    if form.is_valid():
        try:
            small_rooms.move(
                learning_session=learning_session,
                person=form.cleaned_data["person"],
                room=int(form.cleaned_data["room"]),
                by=request.user,
            )
        except Refused as refused:
            refused.put_on(form)
        else:
            say(request, _("Moved."))
            return redirect(_PAGE, session_id)
    return _page(request, learning_session, stand, MixForm(initial=_as_made(stand)), form)


@signed_in
def seat_the_others(request: SignedInRequest, session_id) -> HttpResponse:
    """Whoever has no room yet gets one."""
    learning_session = session_planned_by(request, session_id)
    only(request, "POST")
    try:
        seated = small_rooms.seat_the_others(learning_session=learning_session, by=request.user)
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        words = ngettext("%(n)d person has a room now.", "%(n)d people have a room now.", seated)
        say(request, words % {"n": seated})
    return redirect(_PAGE, session_id)


@signed_in
def show(request: SignedInRequest, session_id) -> HttpResponse:
    """Everybody sees their room from now on, or nobody but the planning team does."""
    learning_session = session_planned_by(request, session_id)
    only(request, "POST")
    try:
        if "take_back" in request.POST:
            small_rooms.take_back(learning_session=learning_session, by=request.user)
            say(request, _("Only the planning team sees the rooms now."))
        else:
            small_rooms.publish(learning_session=learning_session, by=request.user)
            say(request, _("Everybody sees their room on the session’s page now."))
    except Refused as refused:
        messages.warning(request, refused.sentence)
    return redirect(_PAGE, session_id)


def _page(
    request: SignedInRequest,
    learning_session: LearningSession,
    stand: Rooms,
    form: MixForm,
    seat: SeatForm | None = None,
) -> HttpResponse:
    page = {
        "learning_session": learning_session,
        "cohort": learning_session.cohort,
        "stand": stand,
        "form": form,
        "seat_form": (seat or SeatForm(rooms=stand)) if stand.plan else None,
    }
    return render(request, "sessions/small_rooms.html", page)


def _as_made(stand: Rooms) -> dict:
    """Return what stands in the boxes: as the rooms were made, for another draw."""
    if stand.plan is None:
        return {"version": 0, "together": ""}
    together = "yes" if stand.plan.together else ""
    return {"version": stand.plan.version, "rooms": stand.plan.rooms, "together": together}


def _zoom(stand: Rooms) -> HttpResponse:
    made = HttpResponse(small_rooms.for_zoom(stand), content_type="text/csv; charset=utf-8")
    made.headers["Content-Disposition"] = 'attachment; filename="rooms-zoom.csv"'
    return made


def _sheet(stand: Rooms) -> HttpResponse:
    head = [_("Room"), _("Name"), _("Team"), _("E-mail")]
    rows = [[one.room, one.person.name, one.person.team, one.person.email] for one in stand.seats]
    return sheets.answer(head, rows, title=_("Small rooms"), file="rooms")


_FILES = {"zoom": _zoom, "xlsx": _sheet}

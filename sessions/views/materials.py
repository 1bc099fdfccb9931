"""Materials of a session: the planners' list, and the files as people get them."""

from __future__ import annotations

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.decorators import SignedInRequest, signed_in
from accounts.once import answer_once
from collaborative.permissions import plans
from core.limits import limited
from core.methods import only
from core.refusals import Refused
from core.toasts import say
from files.answers import give
from sessions import materials
from sessions.material_forms import MaterialForm, NewMaterialForm
from sessions.models import LearningSession, Material
from sessions.querysets import sessions_of_cohort
from sessions.views.planned import edit, seen_place, session_planned_by


def _material(learning_session: LearningSession, material_id) -> Material:
    material = materials.material_of(learning_session, material_id)
    if material is None:
        raise Http404
    return material


def _page(learning_session: LearningSession, **more) -> dict:
    return {"learning_session": learning_session, "cohort": learning_session.cohort, **more}


@signed_in
def planned(request: SignedInRequest, session_id) -> HttpResponse:
    """What there is, what is missing, and what people see."""
    learning_session = session_planned_by(request, session_id)
    only(request, "GET")
    return _list(request, learning_session)


def _list(request: SignedInRequest, learning_session: LearningSession, refused: str = "", status=200) -> HttpResponse:
    rows = materials.of_session(learning_session)
    page = _page(learning_session, rows=[(one, materials.missing(one.material)) for one in rows], refused=refused)
    return render(request, "sessions/materials.html", page, status=status)


@signed_in
@limited("upload", amount=120, seconds=3600)
def new(request: SignedInRequest, session_id) -> HttpResponse:
    """Add a material."""
    learning_session = session_planned_by(request, session_id)
    only(request, "GET", "POST")
    form = NewMaterialForm(request.POST or None, request.FILES or None)

    def make() -> str:
        materials.add(learning_session=learning_session, by=request.user, **form.answers())
        say(request, _("Added. People see it once you publish it."))
        return reverse("planning_session_materials", args=[learning_session.pk])

    return answer_once(request, form, make) or render(
        request, "sessions/material.html", _page(learning_session, form=form)
    )


@signed_in
@limited("upload", amount=120, seconds=3600)
def change(request: SignedInRequest, session_id, material_id) -> HttpResponse:
    """Change a material, or replace a file of it."""
    learning_session = session_planned_by(request, session_id)
    material = _material(learning_session, material_id)
    only(request, "GET", "POST")
    form = MaterialForm(request.POST or None, request.FILES or None, material=material)
    return edit(
        request,
        form,
        lambda values: materials.change(material=material, by=request.user, **values),
        template="sessions/material.html",
        back=reverse("planning_session_materials", args=[learning_session.pk]),
        **_page(learning_session, material=material),
    )


_VERBS = {
    "publish": (materials.publish, gettext_lazy("Published. Everybody in the cohort sees it.")),
    "unpublish": (materials.unpublish, gettext_lazy("Taken back. Only the planning team sees it.")),
    "remove": (materials.remove, gettext_lazy("Removed.")),
}


@signed_in
def do(request: SignedInRequest, session_id, material_id) -> HttpResponse:
    """Publish a material, take it back, move it up or remove it: what the pressed button says."""
    learning_session = session_planned_by(request, session_id)
    material = _material(learning_session, material_id)
    only(request, "POST")
    if request.POST.get("do") == "up":
        materials.move_up(material=material, seen=seen_place(request), by=request.user)
        return redirect("planning_session_materials", learning_session.pk)
    verb = _VERBS.get(request.POST.get("do", ""))
    if verb is None:
        return _list(request, learning_session, _("That did not work. Press the button again."), status=422)
    try:
        verb[0](material=material, by=request.user)
    except Refused as refused:
        return _list(request, learning_session, f"“{material.title}”: {refused.sentence}", status=422)
    say(request, str(verb[1]))
    return redirect("planning_session_materials", learning_session.pk)


@signed_in
def file(request: SignedInRequest, cohort_id, session_id, material_id, lang) -> HttpResponseBase:
    """The file of a material in one language, for those who see the session; unseen ones for who plans it."""
    learning_session = get_object_or_404(sessions_of_cohort(cohort_id, request.user), pk=session_id)
    material = _material(learning_session, material_id)
    stored = getattr(material, f"file_{lang}", None) if lang in materials.BOTH else None
    if stored is None or not (material.published_at or plans(request.user, learning_session.cohort)):
        raise Http404
    only(request, "GET")
    return give(request, stored)

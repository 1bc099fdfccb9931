"""New cohorts, their dates, the planning team's tasks, and the template they come from."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.decorators import SignedInRequest, signed_in
from accounts.once import answer_once
from collaborative import dates, shaping, tasks
from collaborative.making import ENROLMENT_DAYS
from collaborative.models import Cohort, Programme
from collaborative.order import FARTHEST
from collaborative.planned import cohorts_planned_by, programmes_planned_by
from collaborative.reschedule import reschedule, undo
from collaborative.template import NOON
from core import places, sheets
from core.language import language
from core.methods import only
from core.moments import read
from core.refusals import Overtaken, Refused
from core.time import spoken_place
from core.toasts import say
from desk.cohort import sessions_of
from desk.querysets import (
    changes_in,
    phase_planned_by,
    quiet_weeks_of,
    task_planned_by,
    template_phase_of,
    template_task_of,
    with_template,
)
from desk.schedule import forms
from desk.schedule.effects import effects_of
from desk.schedule.making import found_cohort, recipe_of
from desk.schedule.overview import (
    dates_of,
    draft_of,
    suggestion,
    taken_out_of,
    template_of,
    template_tasks_of,
    today_at,
)
from desk.schedule.overview import sheet as dates_sheet
from enrolment.planning_team import colleagues


def _programme(request: SignedInRequest, programme_id) -> Programme:
    return get_object_or_404(programmes_planned_by(request.user), pk=programme_id)


def _cohort(request: SignedInRequest, cohort_id) -> Cohort:
    return get_object_or_404(cohorts_planned_by(request.user), pk=cohort_id)


# ---------------------------------------------------------------- a new cohort


@signed_in
def new_cohort(request: SignedInRequest, programme_id) -> HttpResponse:
    """What it is made from, its form, its names. Sent, it leads to all dates; nothing is made yet."""
    programme = _programme(request, programme_id)
    form = _choice_form(request, programme, request.POST or None)
    if request.method == "POST" and form.is_valid():
        chosen = QueryDict(mutable=True)
        for name in form.fields:
            if value := request.POST.get(name, ""):
                chosen[name] = value
        address = reverse("planning_new_cohort_dates", args=[programme.pk])
        return redirect(f"{address}?{chosen.urlencode()}")
    return render(request, "desk/schedule/new_cohort.html", {"programme": programme, "form": form})


def _choice_form(request: SignedInRequest, programme: Programme, data) -> forms.NewCohortForm:
    cohorts = list(cohorts_planned_by(request.user).filter(programme=programme).prefetch_related("phases")[:10])
    initial = suggestion(programme, cohorts[0] if cohorts else None, today_at("toronto", timezone.now()))
    chosen = data if data is not None else request.GET if "name_en" in request.GET else None
    return forms.NewCohortForm(
        data if data is not None else None,
        initial=initial | (chosen.dict() if data is None and chosen is not None else {}),
        cohorts=cohorts,
        today=today_at("toronto", timezone.now()),
    )


@signed_in
def new_cohort_dates(request: SignedInRequest, programme_id) -> HttpResponse:
    """Every date that follows from what was chosen, each with its box; then the cohort is made."""
    programme = _programme(request, programme_id)
    choice = _choice_form(request, programme, request.GET)
    back = f"{reverse('planning_new_cohort', args=[programme.pk])}?{request.GET.urlencode()}"
    if not choice.is_valid():
        return redirect(back)
    chosen = choice.cleaned_data
    try:
        recipe = recipe_of(programme, chosen, user=request.user)
        form = forms.NewDatesForm(
            request.POST or None,
            recipe=recipe,
            first_day=chosen["first_day"],
            zone=places.zone_of(chosen["city"]),
            colleagues=colleagues(programme, of=request.user),
        )
    except Refused as refused:
        messages.warning(request, refused.sentence)
        return redirect(back)
    seen = request.POST.get("confirm")
    sent = request.method == "POST" and form.is_valid()
    draft = draft_of(form, city=chosen["city"])
    if sent and seen == draft.mark:

        def make() -> str:
            cohort = found_cohort(programme=programme, chosen=chosen, recipe=recipe, form=form, by=request.user)
            say(request, _("The cohort is made: its sessions, stretches and tasks stand."))
            return reverse("planning_dates", args=[cohort.pk])

        if answer := answer_once(request, form, make):
            return answer
    return render(
        request,
        "desk/schedule/new_cohort_dates.html",
        {
            "programme": programme,
            "chosen": chosen,
            "name": chosen[f"name_{language()}"],
            "form": form,
            "draft": draft,
            "back": back,
            "other": sent and seen is not None and seen != draft.mark,
            "looked": sent,
            "clock_of": spoken_place(chosen["city"], language()),
        },
    )


# ---------------------------------------------------------------- the dates of a cohort


@signed_in
def all_dates(request: SignedInRequest, cohort_id) -> HttpResponse:
    """All dates of a cohort, and where each is moved."""
    cohort = _cohort(request, cohort_id)
    only(request, "GET")
    page = dates_of(cohort, sessions_of(cohort), request.user)
    if request.GET.get("as") == "xlsx":
        head, rows = dates_sheet(page, cohort)
        return sheets.answer(head, rows, title=_("Dates"), file=f"{cohort.slug}-dates")
    until = page.undoable and read(page.undoable.open_until, cohort, request.user, lang=language(), dated=False).mine
    return render(
        request,
        "desk/schedule/dates.html",
        {"cohort": cohort, "dates": page, "undo_until": until, "clock_of": spoken_place(cohort.city, language())},
    )


def _change(
    request: SignedInRequest, cohort: Cohort, form, change: Callable[[Any], Any], *, title: str, purpose: str, does: str
) -> HttpResponse:
    """Type, see what follows, confirm: only what was seen is done, else it is shown first."""
    effects, seen = None, request.POST.get("confirm")
    if request.method == "POST" and form.is_valid():
        values = {name: value for name, value in form.cleaned_data.items() if name != "reason"}
        try:
            moved = reschedule(
                change(values), by=request.user, reason=form.cleaned_data["reason"], dry_run=seen is None, seen=seen
            )
        except Refused as refused:
            refused.put_on(form)
        else:
            if moved.reschedule:
                say(request, _("Done."))  # the page it leads to has Undo, as long as it is possible
                return redirect("planning_dates", cohort.pk)
            effects = effects_of(moved, cohort=cohort, reader=request.user)
    return render(
        request,
        "desk/schedule/change.html",
        {
            "cohort": cohort,
            "form": form,
            "effects": effects,
            "other": seen is not None,
            "title": title,
            "purpose": purpose,
            "does": does,
            "undo_minutes": math.ceil(settings.UNDO_SECONDS / 60),
        },
    )


@signed_in
def enrolment_days(request: SignedInRequest, cohort_id) -> HttpResponse:
    """From when to when teams apply, and when they are answered."""
    cohort = _cohort(request, cohort_id)
    form = forms.EnrolmentDaysForm(request.POST or None, initial=forms.initial_of(cohort, ENROLMENT_DAYS))
    return _change(
        request,
        cohort,
        form,
        lambda values: dates.EnrolmentDays(cohort, **values),
        title=_("Days of enrolment"),
        purpose=_("From when to when teams apply, and when they hear from you. Whole days on the cohort’s clock."),
        does=_("Set these days"),
    )


@signed_in
def shift(request: SignedInRequest, cohort_id) -> HttpResponse:
    """Before the first day one types another one; afterwards, by how many days the rest goes on."""
    cohort = _cohort(request, cohort_id)
    return _change(
        request,
        cohort,
        forms.shift_form(cohort, request.POST or None),
        lambda values: dates.Shift.by(cohort, values["days"]),
        title=_("Move everything that lies ahead"),
        purpose=_("First day, enrolment, sessions and dates set by hand go on together. What lies behind stays."),
        does=_("Move it all"),
    )


@signed_in
def stretch(request: SignedInRequest, cohort_id, phase_id) -> HttpResponse:
    """Set the days of a stretch by hand, or let them follow from the sessions again."""
    phase = phase_planned_by(request.user, cohort_id, phase_id)
    initial = {"start": phase.pinned_start, "end": phase.pinned_end}
    return _change(
        request,
        phase.cohort,
        forms.StretchForm(request.POST or None, initial=initial),
        lambda values: dates.Pin(phase, **values),
        title=_("Days of “%(name)s”") % {"name": phase.name},
        purpose=_("A stretch follows from the sessions around it, unless you set its days by hand."),
        does=_("Set these days"),
    )


@signed_in
def quiet_new(request: SignedInRequest, cohort_id) -> HttpResponse:
    """Keep days of the cohort free."""
    cohort = _cohort(request, cohort_id)
    return _change(
        request,
        cohort,
        forms.QuietForm(request.POST or None),
        lambda values: dates.KeepFree(cohort, **values),
        title=_("Keep days free"),
        purpose=_("Nothing is due then, and nobody is reminded of anything but sessions."),
        does=_("Keep them free"),
    )


@signed_in
def quiet_remove(request: SignedInRequest, cohort_id, quiet_id) -> HttpResponse:
    """Days that were kept free are so no longer."""
    cohort = _cohort(request, cohort_id)
    row = get_object_or_404(quiet_weeks_of(cohort), pk=quiet_id)
    return _change(
        request,
        cohort,
        forms.ReasonForm(request.POST or None),
        lambda values: dates.FreeNoLonger(row),
        title=_("“%(name)s” is free no longer") % {"name": row.name},
        purpose=_("These become days like others: what falls into them is due again."),
        does=_("Make them days like others"),
    )


@signed_in
def undo_change(request: SignedInRequest, cohort_id, change_id) -> HttpResponse:
    """Put everything back that a change of dates moved."""
    cohort = _cohort(request, cohort_id)
    change = get_object_or_404(changes_in(cohort), pk=change_id)
    only(request, "POST")
    try:
        undo(reschedule=change, by=request.user)
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        say(request, _("Undone. Everything stands where it stood; nobody is told."))
    return redirect("planning_dates", cohort.pk)


# ---------------------------------------------------------------- the planning team's tasks


@signed_in
def task_list(request: SignedInRequest, cohort_id) -> HttpResponse:
    """This week's tasks, the later ones folded, and a box for one of the team's own."""
    cohort = _cohort(request, cohort_id)
    if request.GET.get("as") == "xlsx":
        head, rows = tasks.sheet(cohort)
        return sheets.answer(head, rows, title=_("Tasks"), file=f"{cohort.slug}-tasks")
    here = reverse("planning_tasks", args=[cohort.pk])
    form = forms.OwnTaskForm(request.POST or None, planners=tasks.planners_of(cohort), cohort=cohort)

    def make() -> str:
        tasks.add_task(cohort=cohort, by=request.user, **form.answers())
        say(request, _("It stands on the list."))
        return here

    return answer_once(request, form, make) or render(
        request,
        "desk/schedule/tasks.html",
        {"cohort": cohort, "plan": tasks.plan_of(cohort), "form": form},
    )


@signed_in
def task_tick(request: SignedInRequest, cohort_id, task_id) -> HttpResponse:
    """A task is done."""
    task = task_planned_by(request.user, cohort_id, task_id)
    only(request, "POST")
    tasks.tick(task=task, by=request.user)
    say(request, _("Done."), undo=reverse("planning_task_untick", args=[cohort_id, task.pk]))
    return redirect("planning_tasks", cohort_id)


@signed_in
def task_untick(request: SignedInRequest, cohort_id, task_id) -> HttpResponse:
    """A task is to be done again."""
    task = task_planned_by(request.user, cohort_id, task_id)
    only(request, "POST")
    tasks.untick(task=task, by=request.user)
    say(request, _("It is to be done again."))
    return redirect("planning_tasks", cohort_id)


@signed_in
def task(request: SignedInRequest, cohort_id, task_id) -> HttpResponse:
    """Who does a task, and on which day."""
    row = task_planned_by(request.user, cohort_id, task_id)
    form = forms.TaskForm(
        request.POST or None,
        initial=forms.TaskForm.values_of(row),
        planners=tasks.planners_of(row.cohort),
        cohort=row.cohort,
    )
    theirs = None
    if request.method == "POST" and form.is_valid():
        try:
            tasks.change_task(task=row, by=request.user, **form.cleaned_data)
        except Overtaken as overtaken:
            theirs = overtaken.theirs
            form.go_on_from(theirs.version)
        except Refused as refused:
            refused.put_on(form)
        else:
            say(request, _("Saved."))
            return redirect("planning_tasks", cohort_id)
    page: dict[str, Any] = {"cohort": row.cohort, "task": row, "form": form}
    if theirs:
        page |= {"overtaken": True, "theirs": form.beside(theirs)}
    return render(request, "desk/schedule/task.html", page, status=409 if theirs else 200)


# ---------------------------------------------------------------- the template of a programme


@signed_in
def template(request: SignedInRequest, programme_id) -> HttpResponse:
    """The programme's phases and tasks, worked out for a sample first day."""
    programme = get_object_or_404(with_template(programmes_planned_by(request.user)), pk=programme_id)
    only(request, "GET")
    first_day, wrong_day = _sample_day(request)
    rows, wrong = template_of(programme, first_day)
    return render(
        request,
        "desk/schedule/template.html",
        {
            "programme": programme,
            "first_day": first_day,
            "wrong_day": wrong_day,
            "rows": rows,
            "wrong": wrong,
            "tasks": template_tasks_of(programme, rows),
            "out": taken_out_of(programme),
        },
    )


def _sample_day(request: HttpRequest) -> tuple[dt.date, str]:
    """Return the first day to work the template out for, and what was typed instead of one ("" = nothing wrong)."""
    today = today_at("toronto", timezone.now())
    default = today + dt.timedelta(days=63 + (1 - today.weekday()) % 7)
    typed = request.GET.get("first_day", "")
    try:
        day = dt.date.fromisoformat(typed) if typed else default
    except ValueError:
        return default, typed[:40]
    near = abs(day - today) <= FARTHEST
    return (day, "") if near else (default, typed[:40])


@signed_in
def template_phase(request: SignedInRequest, programme_id, phase_id) -> HttpResponse:
    """Change a phase of the template: cohorts that stand keep theirs."""
    programme = _programme(request, programme_id)
    phase = get_object_or_404(template_phase_of(programme), pk=phase_id)
    form = forms.TemplatePhaseForm(
        request.POST or None,
        initial=forms.initial_of(phase, forms.TemplatePhaseForm.base_fields),
        phase=phase,
        others=list(template_phase_of(programme)),
        moment=phase.is_moment,
    )
    remove = reverse("planning_template_phase_take_out", args=[programme.pk, phase.pk])
    return _edit(
        request,
        programme,
        form,
        lambda **more: shaping.change_phase(phase=phase, **more),
        phase.name,
        away={"asks": remove, "words": _("Take this phase out of the template")},
    )


@signed_in
def template_phase_new(request: SignedInRequest, programme_id, moment: bool) -> HttpResponse:
    """A session more, or a stretch of days."""
    programme = _programme(request, programme_id)
    form = forms.NewTemplatePhaseForm(
        request.POST or None,
        initial={"start_offset": 1, "end_offset": -1, "starts_clock": NOON, "minutes": 90},
        others=list(template_phase_of(programme)),
        moment=moment,
    )

    def make() -> str:
        shaping.add_phase(programme=programme, by=request.user, **form.values())
        say(request, _("Every new cohort gets this phase from now on."))
        return reverse("planning_template", args=[programme.pk])

    return answer_once(request, form, make) or render(
        request,
        "desk/schedule/template_edit.html",
        {"programme": programme, "form": form, "name": _("A session more") if moment else _("A stretch more")},
    )


@signed_in
def template_phase_take_out(request: SignedInRequest, programme_id, phase_id) -> HttpResponse:
    """Say what goes with a phase, and take it out once that was seen."""
    programme = _programme(request, programme_id)
    phase = get_object_or_404(template_phase_of(programme), pk=phase_id)
    goes, refused, seen = shaping.taking_out(phase), "", request.POST.get("confirm")
    if request.method == "POST":
        try:
            other = shaping.take_out_phase(phase=phase, seen=seen or "", by=request.user)
        except Refused as wrong:
            refused = wrong.sentence
        else:
            if other is None:
                back = reverse("planning_template_phase_put_back", args=[programme.pk, phase.pk])
                say(request, _("Taken out. Cohorts that stand keep it."), undo=back)
                return redirect("planning_template", programme.pk)
            goes = other
    page = {
        "programme": programme,
        "phase": phase,
        "goes": goes,
        "refused": refused,
        "other": bool(seen and not refused),
    }
    return render(request, "desk/schedule/template_take_out.html", page)


@signed_in
def template_phase_put_back(request: SignedInRequest, programme_id, phase_id) -> HttpResponse:
    """New cohorts get this phase again, and its tasks."""
    programme = _programme(request, programme_id)
    phase = get_object_or_404(template_phase_of(programme), pk=phase_id)
    return _put_back(request, programme, lambda: shaping.put_back_phase(phase=phase, by=request.user))


@signed_in
def template_task(request: SignedInRequest, programme_id, task_id) -> HttpResponse:
    """Change a task of the template: cohorts that stand keep theirs."""
    programme = _programme(request, programme_id)
    row = get_object_or_404(template_task_of(programme), pk=task_id)
    form = forms.TemplateTaskForm(
        request.POST or None,
        initial=forms.initial_of(row, forms.TemplateTaskForm.base_fields),
        anchors=shaping.anchors_of(programme, row),
    )
    remove = reverse("planning_template_task_take_out", args=[programme.pk, row.pk])
    return _edit(
        request,
        programme,
        form,
        lambda **more: shaping.change_template_task(task=row, **more),
        row.text,
        away={"does": remove, "words": _("Take this task out of the template")},
    )


def _edit(
    request: SignedInRequest, programme: Programme, form, save: Callable[..., Any], name: str, *, away: dict[str, str]
) -> HttpResponse:
    """Change a row of the template. ``away``: where it is taken out, at once (``does``) or after a look (``asks``)."""
    theirs = None
    if request.method == "POST" and form.is_valid():
        try:
            save(version=form.cleaned_data["version"], by=request.user, **form.values())
        except Overtaken as overtaken:
            theirs = overtaken.theirs
            form.go_on_from(theirs.version)
        except Refused as refused:
            refused.put_on(form)
        else:
            say(request, _("Saved. Cohorts that stand keep their dates."))
            return redirect("planning_template", programme.pk)
    page = {"programme": programme, "form": form, "name": name, "away": away}
    if theirs:
        page |= {"overtaken": True, "theirs": form.beside(theirs)}
    return render(request, "desk/schedule/template_edit.html", page, status=409 if theirs else 200)


@signed_in
def template_task_new(request: SignedInRequest, programme_id) -> HttpResponse:
    """Add a task that every new cohort gets."""
    programme = _programme(request, programme_id)
    form = forms.NewTemplateTaskForm(
        request.POST or None, initial={"offset": -7}, anchors=shaping.anchors_of(programme)
    )

    def make() -> str:
        shaping.add_template_task(programme=programme, by=request.user, **form.answers())
        say(request, _("Every new cohort gets this task from now on."))
        return reverse("planning_template", args=[programme.pk])

    return answer_once(request, form, make) or render(
        request,
        "desk/schedule/template_edit.html",
        {"programme": programme, "form": form, "name": _("A task more")},
    )


@signed_in
def template_task_take_out(request: SignedInRequest, programme_id, task_id) -> HttpResponse:
    """New cohorts get this task no more."""
    programme = _programme(request, programme_id)
    row = get_object_or_404(template_task_of(programme), pk=task_id)
    only(request, "POST")
    shaping.take_out_task(task=row, by=request.user)
    back = reverse("planning_template_task_put_back", args=[programme.pk, row.pk])
    say(request, _("Taken out. Cohorts that stand keep it."), undo=back)
    return redirect("planning_template", programme.pk)


@signed_in
def template_task_put_back(request: SignedInRequest, programme_id, task_id) -> HttpResponse:
    """New cohorts get this task again."""
    programme = _programme(request, programme_id)
    row = get_object_or_404(template_task_of(programme), pk=task_id)
    return _put_back(request, programme, lambda: shaping.put_back_task(task=row, by=request.user))


def _put_back(request: SignedInRequest, programme: Programme, put_back: Callable[[], None]) -> HttpResponse:
    only(request, "POST")
    try:
        put_back()
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        say(request, _("Put back where it was."))
    return redirect("planning_template", programme.pk)

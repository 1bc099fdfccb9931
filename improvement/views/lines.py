"""The line of a chart, the story of one number, and what a team puts on its charts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.decorators import SignedInRequest, signed_in
from accounts.once import answer_once
from collaborative.models import Team
from collaborative.pace import keep_pace
from collaborative.permissions import plans
from core.methods import must, only
from core.redirects import safe_path
from core.refusals import Overtaken, Refused
from core.toasts import say
from improvement import chart_files, events, phasing
from improvement.history import history_of
from improvement.line_forms import BeginLineForm, ChartEventForm, FixLineForm
from improvement.models import Began, Measure
from improvement.nudges import is_far
from improvement.querysets import events_of, measures_of
from improvement.reading import left_in_peace
from improvement.views.shared import own_team, posted, team_and_mine


def _measure(team: Team, user, measure_id) -> Measure:
    measure = get_object_or_404(measures_of(team, user), pk=measure_id)
    measure.team = team
    return measure


@signed_in
def point(request: SignedInRequest, team_id, measure_id, start: str) -> HttpResponse:
    """One number: who entered it, when and from where, and what it was before."""
    team, mine = team_and_mine(request, team_id)
    measure = _measure(team, request.user, measure_id)
    only(request, "GET")
    chart = phasing.chart_of(measure)
    begins = chart.possible(start)
    if begins is None:
        raise Http404
    place = chart.place(begins)
    at = next((index for index, one in enumerate(chart.places) if one.start == begins), None)
    page = {
        "here": "team",
        "team": team,
        "mine": mine,
        "chart": chart,
        "place": place,
        "number": chart.number(place.value),
        "history": history_of(measure, place, request.user),
        "notes": [note for note in chart.notes if note.index == at],
        "is_far": at is not None and is_far(chart, at),
        "rest": left_in_peace(team, mine=mine),
    }
    return render(request, "improvement/number_point.html", page)


@signed_in
def file(request: SignedInRequest, team_id, measure_id, kind: str) -> HttpResponse:
    """A chart as a file: drawing, numbers or page."""
    team, _mine = team_and_mine(request, team_id)
    measure = _measure(team, request.user, measure_id)
    only(request, "GET")
    if kind not in chart_files.KINDS:
        raise Http404
    chart = phasing.chart_of(measure)
    content_type, make = chart_files.KINDS[kind]
    answer = HttpResponse(make(chart), content_type=content_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{chart_files.name_of(chart, kind)}"'
    return answer


@signed_in
def line(request: SignedInRequest, team_id, measure_id) -> HttpResponse:
    """The line of a chart: what it is made of, kept or begun anew. POST says what is to be done (``deed``)."""
    team, mine = team_and_mine(request, team_id)
    measure = _measure(team, request.user, measure_id)
    must(mine or request.method != "POST")
    only(request, "GET", "POST")
    if request.method != "POST":
        return _line_page(request, team, mine, measure)
    deed = request.POST.get("deed")
    if deed == "fix":
        form = FixLineForm(request.POST, chart=phasing.chart_of(measure))
        return _do(request, team, measure, form, phasing.fix, _("The line is kept where it is."), fix=form)
    if deed == "begin":
        begin = BeginLineForm(request.POST, chart=phasing.chart_of(measure), team=team, writer=request.user)
        return _do(request, team, measure, begin, phasing.begin, _("A new line begins."), begin=begin)
    simple: dict[str | None, tuple[Callable[..., Any], str]] = {
        "unfix": (phasing.unfix, _("The line follows all its numbers again.")),
        "back": (phasing.take_back, _("Taken back. What stood before stands again.")),
    }
    if deed not in simple:
        return _line_page(request, team, True, measure, status=422)
    verb, done = simple[deed]
    try:
        keep_pace("number", by=request.user)
        verb(measure=measure, seen=request.POST.get("seen", ""), by=request.user)
    except Overtaken:
        return _line_page(request, team, True, measure, overtaken=True)
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        say(request, done)
    return redirect("number_line", team.pk, measure.pk)


def _do(request, team: Team, measure: Measure, form, verb, done: str, **forms) -> HttpResponse:
    if not form.is_valid():
        return _line_page(request, team, True, measure, status=422, **forms)
    try:
        keep_pace("number", by=request.user)
        verb(measure=measure, by=request.user, **form.answers())
    except Overtaken as overtaken:
        form.go_on_from(phasing.mark(overtaken.theirs))
        return _line_page(request, team, True, measure, overtaken=True, **forms)
    except Refused as refused:
        refused.put_on(form)
        return _line_page(request, team, True, measure, status=422, **forms)
    say(request, done)
    return redirect("number_line", team.pk, measure.pk)


def _line_page(request, team, mine, measure, *, fix=None, begin=None, overtaken=False, status=200) -> HttpResponse:
    chart = phasing.chart_of(measure)
    now = phasing.now_of(measure)
    seen = phasing.mark(now)
    writer = {"team": team, "writer": request.user}
    page = {
        "here": "team",
        "team": team,
        "mine": mine,
        "chart": chart,
        "now": now,
        "seen": seen,
        "is_new": now is not None and now.began == Began.CHOSEN,
        "stretches": list(reversed(measure.phases.select_related("by", "fixed_by").exclude(starts_on=None))),
        "fix": fix or FixLineForm(chart=chart, initial=FixLineForm.offered(chart, seen)),
        "begin": begin or BeginLineForm(chart=chart, initial=BeginLineForm.offered(chart, seen), **writer),
        "overtaken": overtaken,
    }
    return render(request, "improvement/number_line.html", page, status=409 if overtaken else status)


@signed_in
def event(request: SignedInRequest, team_id) -> HttpResponse:
    """Put something that happened on the charts of a team."""
    team = own_team(request, team_id)
    only(request, "GET", "POST")
    form = ChartEventForm(posted(request), team=team, writer=request.user, initial={"on": request.GET.get("on", "")})
    back = safe_path(request.POST.get("next") or request.GET.get("next"))

    def make() -> str:
        keep_pace("number", by=request.user)
        made = events.put(team=team, by=request.user, **form.answers())
        say(request, _("It stands on your charts now."))
        return back or f"{events.page_of(team)}#event-{made.pk}"

    return answer_once(request, form, make) or render(
        request,
        "improvement/chart_event.html",
        {"form": form, "team": team, "here": "team", "events": events_of(team, request.user), "next": back},
    )


@signed_in
def event_gone(request: SignedInRequest, team_id, event_id) -> HttpResponse:
    """Take something off the charts: by the team, or the planning team."""
    team, mine = team_and_mine(request, team_id)
    must(mine or plans(request.user, team.cohort))
    only(request, "POST")
    found = events_of(team, request.user).filter(pk=event_id).first()
    if found is not None:
        events.take_off(event=found, by=request.user)
    say(request, _("It is off the charts."))
    return redirect("chart_event", team.pk) if mine else redirect("numbers", team.pk)

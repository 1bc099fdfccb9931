"""The charts of a team, and the number of a week."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.decorators import SignedInRequest, signed_in
from collaborative import not_this_week
from collaborative.models import Team
from collaborative.pace import keep_pace
from core.methods import must, only
from core.redirects import safe_path
from core.refusals import Refused
from core.toasts import say
from improvement import numbers_due, services
from improvement.axis import spoken_number, spoken_period
from improvement.charts import charts_of
from improvement.control_figure import control_figure_of
from improvement.forms import NumberForm, PeriodForm
from improvement.models import Measure, Missing
from improvement.periods import Rhythm
from improvement.querysets import measures_of
from improvement.reading import left_in_peace
from improvement.views.shared import own_team, team_and_mine


@signed_in
def listed(request: SignedInRequest, team_id) -> HttpResponse:
    """All charts of a team, each with its number field."""
    team, mine = team_and_mine(request, team_id)
    only(request, "GET")
    page = {"here": "team", "team": team, "mine": mine, "charts": charts_of(team)}
    page["rest"] = left_in_peace(team, mine=mine)
    return render(request, "improvement/numbers.html", page)


def _measure(team: Team, user, measure_id) -> Measure:
    return get_object_or_404(measures_of(team, user), pk=measure_id)


@signed_in
def one(request: SignedInRequest, team_id, measure_id) -> HttpResponse:
    """One measure: its chart, and the number of any week (``?week=``). POST saves a number."""
    team, mine = team_and_mine(request, team_id)
    measure = _measure(team, request.user, measure_id)
    must(mine or request.method != "POST")
    only(request, "GET", "POST")
    if request.method != "POST":
        return _page(request, team, mine, measure)
    return _save(request, team, measure, NumberForm(request.POST, kind=measure.kind))


def _save(request: SignedInRequest, team: Team, measure: Measure, form: NumberForm) -> HttpResponse:
    if not form.is_valid():
        return _page(request, team, True, measure, form=form, status=422)
    try:
        keep_pace("number", by=request.user)
        saved = services.record_number(measure=measure, by=request.user, **form.answers())
    except services.Overtaken as overtaken:
        return _page(request, team, True, measure, form=form, theirs=overtaken.theirs, status=409)
    except Refused as refused:
        refused.put_on(form)
        return _page(request, team, True, measure, form=form, status=422)
    _say_saved(request, team, measure, saved)
    return redirect(safe_path(request.POST.get("next"), reverse("numbers", args=[team.pk])))


def _say_saved(request: SignedInRequest, team: Team, measure: Measure, saved: services.Saved) -> None:
    point = saved.point
    if point is None:  # only Undo leaves nothing behind
        return
    words = {
        "number": spoken_number(point.value, measure.kind) or point.get_missing_reason_display(),
        "period": spoken_period(measure.frequency, point.period_start),
    }
    undo = reverse("number_undo", args=[team.pk, measure.pk, point.deed]) if saved.changed else ""
    if measure.frequency == Rhythm.MONTHLY:
        say(request, _("Saved: %(number)s for %(period)s.") % words, undo=undo)
    else:
        say(request, _("Saved: %(number)s for the week of %(period)s.") % words, undo=undo)


def _page(request: SignedInRequest, team: Team, mine: bool, measure: Measure, *, form=None, theirs=None, status=200):
    (chart,) = charts_of(team, measures=[measure])
    wanted = form.data.get("period") if form else request.GET.get("week")
    week = chart.asked_for(wanted)
    page = {"here": "team", "team": team, "mine": mine, "chart": chart, "week": week, "form": form, "theirs": theirs}
    page["rest"] = left_in_peace(team, mine=mine)
    page["control"] = control_figure_of(chart)
    page["another_week"] = bool(wanted) and wanted != week.start.isoformat()
    page["next"] = safe_path(request.POST.get("next"))
    if form:
        page |= {name: form.data.get(name, "") for name in ("missing", "part", "whole")}
        page["typed"] = form.data.get("value", "")
    if theirs:
        reasons = dict(Missing.choices)
        both = _("%(part)s of %(whole)s") % {"part": page["part"], "whole": page["whole"]}
        page["mine_number"] = reasons.get(page["missing"]) or (both if page["part"] or page["whole"] else page["typed"])
        page["theirs_number"] = spoken_number(theirs.value, measure.kind) or reasons[theirs.missing_reason]
    return render(request, "improvement/number.html", page, status=status)


@signed_in
def undo(request: SignedInRequest, team_id, measure_id, deed) -> HttpResponse:
    """Take one act of saving back."""
    team = own_team(request, team_id)
    measure = _measure(team, request.user, measure_id)
    only(request, "POST")
    try:
        services.undo_number(measure=measure, deed=deed, by=request.user)
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        say(request, _("Taken back. What stood before stands again."))
    return redirect("numbers", team.pk)


@signed_in
def later(request: SignedInRequest, team_id) -> HttpResponse:
    """Not this week: Today does not ask this person for the numbers of that week any more, and no mail does."""
    team = own_team(request, team_id)
    only(request, "POST")
    form = PeriodForm(request.POST)
    try:
        if not form.is_valid():
            raise Refused(_("Something in this form cannot be read. Open the page again."))
        row = numbers_due.put_off(team=team, week=form.cleaned_data["period"], by=request.user)
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        undo = reverse("number_later_undo", args=[team.pk, row.pk])
        say(request, _("Noted. You are not asked again for the number of that week."), undo=undo)
    return redirect("today")


@signed_in
def later_undo(request: SignedInRequest, team_id, put_off_id) -> HttpResponse:
    """Ask for the numbers of that week after all."""
    own_team(request, team_id)
    only(request, "POST")
    try:
        not_this_week.take_back(put_off_id=put_off_id, by=request.user)
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        say(request, _("Taken back. What stood before stands again."))
    return redirect("today")

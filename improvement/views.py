"""Log a conversation, try a change, record a number: found through ``visible_to``, allowed, done by one service."""

from __future__ import annotations

import datetime as dt
import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.once import answer_once
from collaborative.permissions import belongs
from core.redirects import safe_path
from core.refusals import Refused
from core.time import day
from core.toasts import say
from improvement import services
from improvement.charts import charts_of, lang, spoken_number
from improvement.forms import (
    DecideForm,
    FollowUpForm,
    LearnForm,
    LogForm,
    MeasureForm,
    NumberForm,
    PlanForm,
    StartForm,
    TryForm,
    incident_line,
    spoken_with,
    with_whom_choices,
)
from improvement.models import Missing
from improvement.querysets import (
    conversations_logged_by,
    conversations_of,
    measures_of,
    teams_logging_for,
    teams_seen_by,
    tries_of,
)
from improvement.weeks import day_at, monday_of

# A press that comes twice within a moment is one press; later it may have been meant as another conversation.
A_MOMENT = dt.timedelta(seconds=10)


class SeeOther(HttpResponseRedirect):
    """Saved: go and look, by GET, and never send the tap again."""

    status_code = 303


def _team(request: HttpRequest, team_id) -> tuple:
    """Return the team, if this person may know of it, and whether they may write there."""
    team = get_object_or_404(teams_seen_by(request.user), pk=team_id)
    return team, belongs(request.user, team)


def _own_team(request: HttpRequest, team_id):
    """Return the team for a verb on it: only those who belong to it may; coaches and planners read."""
    team, mine = _team(request, team_id)
    if not mine:
        raise PermissionDenied
    return team


# ---------------------------------------------------------------- conversations


@login_required
def log_conversation(request: HttpRequest, team_id=None) -> HttpResponse:
    """Four large buttons; the tap is the save. With several teams the person chooses one first."""
    if team_id:
        return _log_for(request, _own_team(request, team_id))
    teams = list(teams_logging_for(request.user)[:30])
    if len(teams) == 1:
        return _log_for(request, teams[0])
    return render(request, "improvement/log_choose.html", {"teams": teams, "here": "today"})


def _log_for(request: HttpRequest, team) -> HttpResponse:
    form = LogForm(request.POST or None)
    asked = None
    if request.method == "POST" and form.is_valid():
        try:
            logged = services.log_conversation(team=team, by=request.user, **form.cleaned_data)
        except services.AskAgain as ask:
            asked = ask.conversation
        else:
            url = reverse("conversation_saved", args=[logged.conversation.pk])
            old = not logged.first_time and timezone.now() - logged.conversation.at > A_MOMENT
            return SeeOther(f"{url}?already=1" if old else url)
    page = {
        "here": "today",
        "team": team,
        "choices": with_whom_choices(team),
        "incident_line": incident_line(team),
        "client_key": form.cleaned_data["client_key"] if asked else uuid.uuid4(),
        "asked": asked,
        "asked_with": spoken_with(asked) if asked else "",
        "unread": form.is_bound and not asked,
    }
    return render(request, "improvement/log.html", page, status=422 if page["unread"] else 200)


@login_required
def conversation_saved(request: HttpRequest, conversation_id) -> HttpResponse:
    """Saved. Undo, a word if you like, another one."""
    conversation = get_object_or_404(conversations_logged_by(request.user), pk=conversation_id)
    fields = ("about", "will_change", "sentence")
    form = FollowUpForm(
        request.POST or None,
        team=conversation.team,
        writer=request.user,
        initial={name: getattr(conversation, name) for name in fields},
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.add_to_conversation(conversation=conversation, by=request.user, **form.cleaned_data)
        except Refused as refused:
            refused.put_on(form)
        else:
            if "another" in request.POST:
                return redirect("log_conversation_for", conversation.team_id)
            messages.success(request, _("Saved. Thank you."))
            return redirect("team_conversations", conversation.team_id)
    team, now = conversation.team, timezone.now()
    page = {
        "here": "today",
        "conversation": conversation,
        "team": team,
        "form": form,
        "with_whom": spoken_with(conversation),
        "this_week": services.logged_in_week(team, monday_of(day_at(now, team))),
        "can_undo": conversation.can_undo_at(now),
        "already": request.GET.get("already") == "1",
        "log_url": reverse("log_conversation_for", args=[team.pk]),
    }
    return render(request, "improvement/log_saved.html", page)


@login_required
@require_POST
def undo_conversation(request: HttpRequest, conversation_id) -> HttpResponse:
    conversation = get_object_or_404(conversations_logged_by(request.user), pk=conversation_id)
    try:
        services.undo_conversation(conversation=conversation, by=request.user)
    except Refused as refused:
        messages.warning(request, refused.sentence)
        return redirect("conversation_saved", conversation.pk)
    messages.success(request, _("Taken back. It does not count any more."))
    return redirect("log_conversation_for", conversation.team_id)


@login_required
def conversations(request: HttpRequest, team_id) -> HttpResponse:
    """What was talked about: counts, and the sentences people left, without the name of who left them."""
    team, mine = _team(request, team_id)
    monday = monday_of(day_at(timezone.now(), team))
    rows = conversations_of(team)
    page = {
        "here": "team",
        "team": team,
        "mine": mine,
        "this_week": rows.of_week(monday).count(),
        "sentences": Paginator(rows.with_words(), 30).get_page(request.GET.get("page")),
        "reader": request.user,
    }
    return render(request, "improvement/conversations.html", page)


# ---------------------------------------------------------------- tries


@login_required
def tries(request: HttpRequest, team_id) -> HttpResponse:
    team, mine = _team(request, team_id)
    rows = list(tries_of(team)[:200])
    page = {
        "here": "team",
        "team": team,
        "mine": mine,
        "now": [row for row in rows if row.state != "next"],
        "decided": [row for row in rows if row.state == "next"],
    }
    return render(request, "improvement/tries.html", page)


@login_required
def new_try(request: HttpRequest, team_id) -> HttpResponse:
    """Try a change; with ``?after=`` the next version of one that was tried."""
    team = _own_team(request, team_id)
    before = _try_before(request, team)
    form = TryForm(
        request.POST or None,
        team=team,
        writer=request.user,
        initial={"title": before.title, "plan": before.plan, "prediction": ""} if before else None,
    )

    def make() -> str:
        tried = services.try_change(team=team, by=request.user, previous=before, **form.answers())
        messages.success(request, _("Saved. Come back and tell what happened."))
        return reverse("try", args=[team.pk, tried.pk])

    return answer_once(request, form, make) or render(
        request, "improvement/try_new.html", {"form": form, "team": team, "before": before, "here": "team"}
    )


def _try_before(request: HttpRequest, team):
    try:
        return tries_of(team).filter(pk=uuid.UUID(request.GET.get("after", ""))).first()
    except ValueError:
        return None


def _try(request: HttpRequest, team, try_id):
    return get_object_or_404(tries_of(team).select_related("previous", "by", "learned_by", "decided_by"), pk=try_id)


@login_required
def tried(request: HttpRequest, team_id, try_id) -> HttpResponse:
    """One try: its plan, "We tried it", what was learned, the decision."""
    team, mine = _team(request, team_id)
    row = _try(request, team, try_id)
    if request.method == "POST" and not mine:
        raise PermissionDenied
    form = theirs = None
    if mine:
        values = {"what_happened": row.what_happened, "matched": row.matched, "version": row.version}
        form = LearnForm(request.POST or None, team=team, writer=request.user, initial=values)
    if request.method == "POST" and form and form.is_valid():
        try:
            services.learn_from_change(tried=row, by=request.user, **form.cleaned_data)
        except services.Overtaken as overtaken:
            theirs = overtaken.theirs
            form.go_on_from(theirs.version)
        except Refused as refused:
            refused.put_on(form)
        else:
            messages.success(request, _("Saved. Thank you for telling."))
            return redirect("try", team.pk, row.pk)
    page = {
        "here": "team",
        "team": team,
        "mine": mine,
        "tried": theirs or row,
        "form": form,
        "theirs": theirs,
        "editing": request.method == "POST" or row.is_open or "edit" in request.GET,
    }
    return render(request, "improvement/try.html", page, status=409 if theirs else 200)


@login_required
def change_try(request: HttpRequest, team_id, try_id) -> HttpResponse:
    """Put the plan better. If somebody saved meanwhile, both texts are shown and none is lost."""
    team = _own_team(request, team_id)
    row = _try(request, team, try_id)
    form = PlanForm(request.POST or None, team=team, writer=request.user, initial=PlanForm.values_of(row))
    theirs = None
    if request.method == "POST" and form.is_valid():
        try:
            services.change_plan(tried=row, by=request.user, **form.cleaned_data)
        except services.Overtaken as overtaken:
            theirs = overtaken.theirs
            form.go_on_from(theirs.version)
        except Refused as refused:
            refused.put_on(form)
        else:
            messages.success(request, _("Saved."))
            return redirect("try", team.pk, row.pk)
    page = {"here": "team", "team": team, "tried": row, "form": form, "theirs": theirs}
    return render(request, "improvement/try_change.html", page, status=409 if theirs else 200)


@login_required
@require_POST
def start_try(request: HttpRequest, team_id, try_id) -> HttpResponse:
    return _press(
        request, team_id, try_id, StartForm, services.start_trying, _("Good luck. Come back and tell what happened.")
    )


@login_required
@require_POST
def decide_try(request: HttpRequest, team_id, try_id) -> HttpResponse:
    return _press(request, team_id, try_id, DecideForm, services.decide, _("Saved. That is what you do next."))


def _press(request: HttpRequest, team_id, try_id, form_class, service, done: str) -> HttpResponse:
    """Do what one button of a try's page asks for, and go back to that page."""
    team = _own_team(request, team_id)
    row = _try(request, team, try_id)
    form = form_class(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Choose one of the buttons."))
        return redirect("try", team.pk, row.pk)
    try:
        service(tried=row, by=request.user, **form.cleaned_data)
    except services.Overtaken:
        messages.warning(request, _("Somebody saved this a moment ago. Look at it, then choose again."))
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        messages.success(request, done)
    return redirect("try", team.pk, row.pk)


# ---------------------------------------------------------------- numbers


@login_required
def numbers(request: HttpRequest, team_id) -> HttpResponse:
    """All charts of a team, each with its number field."""
    team, mine = _team(request, team_id)
    return render(
        request, "improvement/numbers.html", {"here": "team", "team": team, "mine": mine, "charts": charts_of(team)}
    )


@login_required
def new_measure(request: HttpRequest, team_id) -> HttpResponse:
    team = _own_team(request, team_id)
    form = MeasureForm(request.POST or None, team=team, writer=request.user)

    def make() -> str:
        measure = services.add_measure(team=team, by=request.user, language=lang(), **form.answers())
        messages.success(request, _("Added. Type its first number."))
        return f"{reverse('numbers', args=[team.pk])}#measure-{measure.pk}"

    return answer_once(request, form, make) or render(
        request, "improvement/measure_new.html", {"form": form, "team": team, "here": "team"}
    )


@login_required
def number(request: HttpRequest, team_id, measure_id) -> HttpResponse:
    """One measure: its chart, and the number of any week (``?week=``). POST saves a number."""
    team, mine = _team(request, team_id)
    measure = get_object_or_404(measures_of(team), pk=measure_id)
    if request.method != "POST":
        return _number_page(request, team, mine, measure)
    if not mine:
        raise PermissionDenied
    form = NumberForm(request.POST)
    if not form.is_valid():
        return _number_page(request, team, mine, measure, form=form, status=422)
    try:
        saved = services.record_number(measure=measure, by=request.user, **form.answers())
    except services.Overtaken as overtaken:
        return _number_page(request, team, mine, measure, form=form, theirs=overtaken.theirs, status=409)
    except Refused as refused:
        refused.put_on(form)
        return _number_page(request, team, mine, measure, form=form, status=422)
    _say_saved(request, team, measure, saved)
    return redirect(safe_path(request.POST.get("next"), reverse("numbers", args=[team.pk])))


def _say_saved(request: HttpRequest, team, measure, saved: services.Saved) -> None:
    point = saved.point
    if point is None:  # only Undo leaves nothing behind
        return
    words = {
        "number": spoken_number(point.value, measure.kind) or point.get_missing_reason_display(),
        "day": day(point.period_start, lang(), weekday=False),
    }
    undo = reverse("number_undo", args=[team.pk, measure.pk, point.deed]) if saved.changed else ""
    say(request, _("Saved: %(number)s for the week of %(day)s.") % words, undo=undo)


def _number_page(request: HttpRequest, team, mine, measure, *, form=None, theirs=None, status=200) -> HttpResponse:
    (chart,) = charts_of(team, measures=[measure])
    week = chart.asked_for(form.data.get("period") if form else request.GET.get("week"))
    page = {"here": "team", "team": team, "mine": mine, "chart": chart, "week": week, "form": form, "theirs": theirs}
    page["next"] = safe_path(request.POST.get("next"))
    if form:
        page["typed"], page["missing"] = form.data.get("value", ""), form.data.get("missing", "")
    if theirs:
        reasons = dict(Missing.choices)
        page["mine_number"] = reasons.get(page["missing"]) or page["typed"]
        page["theirs_number"] = spoken_number(theirs.value, measure.kind) or reasons[theirs.missing_reason]
    return render(request, "improvement/number.html", page, status=status)


@login_required
@require_POST
def undo_number(request: HttpRequest, team_id, measure_id, deed) -> HttpResponse:
    team = _own_team(request, team_id)
    measure = get_object_or_404(measures_of(team), pk=measure_id)
    try:
        services.undo_number(measure=measure, deed=deed, by=request.user)
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        messages.success(request, _("Taken back. What stood before stands again."))
    return redirect("numbers", team.pk)

"""Pages that look across rooms."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.decorators import SignedInRequest, signed_in
from collaborative import closing, hiding
from collaborative.announced import latest_in, with_subjects
from collaborative.line import has_begun, is_running, running_first
from collaborative.models import Cohort
from collaborative.permissions import opens, plans, sponsors, takes_part
from collaborative.planned import cohorts_planned_by, programmes_planned_by
from collaborative.querysets import teams_of
from collaborative.tasks import with_open_days
from core import sheets
from core.language import language
from core.methods import only
from core.moments import read
from desk import planning as room
from desk.cohort import line_of, sessions_of
from desk.first_steps import first_steps, with_first_steps
from desk.outbox import lines
from desk.querysets import cohort_seen_by, cohorts_seen_by, teams_named_in, with_phases
from desk.said import draft_at_home
from desk.team import home_seen_by, team_page
from desk.today import strip_of, today_of
from enrolment.decision_day.funnel import funnel_of, with_funnel
from enrolment.site.pages import current_sites


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The first page anybody sees. Touches neither session nor token, so that it can be cached."""
    return render(request, "desk/home.html", {"sites": current_sites()})


@signed_in
def today(request: SignedInRequest) -> HttpResponse:
    """The page one comes to: what is next, what waits, where the series stands."""
    only(request, "GET")
    if request.headers.get("HX-Request") == "true":  # a page left open asks whether the room is open
        return render(request, "desk/_next_session.html", {"strip": strip_of(request.user)})
    return render(request, "desk/today.html", {"today": today_of(request.user)})


@signed_in
def cohort_home(request: SignedInRequest) -> HttpResponse:
    """The only cohort, else a choice."""
    only(request, "GET")
    cohorts = running_first(with_phases(cohorts_seen_by(request.user)))
    if len(cohorts) == 1:
        return redirect("cohort", cohorts[0].pk)
    return render(request, "desk/choose_cohort.html", _choice(cohorts))


def _choice(cohorts: list[Cohort]) -> dict[str, Any]:
    """Return the cohorts to choose from, those that are closed by themselves."""
    return {
        "cohorts": [(row, is_running(row)) for row in cohorts if row.closed_at is None],
        "closed": [row for row in cohorts if row.closed_at],
    }


@signed_in
def cohort(request: SignedInRequest, cohort_id) -> HttpResponse:
    """The line drawn large, the sessions in the reader's time, the teams by name."""
    row = cohort_seen_by(request.user, cohort_id)
    only(request, "GET")
    sessions, planner = sessions_of(row), plans(request.user, row)
    return render(
        request,
        "desk/cohort.html",
        {
            "cohort": row,
            "sessions": sessions,
            "line": line_of(row, sessions, reader=request.user, lang=language()),
            "teams": [
                (team, planner or opens(request.user, team), sponsors(request.user, team))
                for team in teams_named_in(row)
            ],
            "planner": planner,
            "takes_part": takes_part(request.user, row),
            "announcements": latest_in(row, request.user),
        },
    )


@signed_in
def team_home(request: SignedInRequest) -> HttpResponse:
    """The only team, else a choice."""
    only(request, "GET")
    teams = list(teams_of(request.user)[:30])
    if len(teams) == 1:
        return redirect("team", teams[0].pk)
    return render(request, "desk/choose_team.html", {"teams": teams})


@signed_in
def team(request: SignedInRequest, team_id) -> HttpResponse:
    """A team at home: where it stands, what comes next, who helps it."""
    row = home_seen_by(request.user, team_id)
    only(request, "GET")
    page = team_page(row, request.user)
    return render(request, "desk/team.html", page | {"draft": draft_at_home(request, row, page["say_form"])})


@signed_in
def planning(request: SignedInRequest) -> HttpResponse:
    """The current cohort's room, or a choice among those one plans, the one under way first."""
    only(request, "GET")
    cohorts = running_first(with_phases(cohorts_planned_by(request.user)))
    if len(cohorts) == 1:
        return redirect("planning_cohort", cohorts[0].pk)
    page = {"planning": True, "programmes": list(programmes_planned_by(request.user)[:10])}
    return render(request, "desk/choose_cohort.html", page | _choice(cohorts))


@signed_in
def planning_cohort(request: SignedInRequest, cohort_id) -> HttpResponse:
    """The planning room of one cohort; "?as=xlsx" takes along what is seen."""
    row = get_object_or_404(
        with_subjects(
            with_first_steps(with_funnel(room.with_messages(with_open_days(cohorts_planned_by(request.user)))))
        ),
        pk=cohort_id,
    )
    only(request, "GET")
    sessions = sessions_of(row)
    rows = room.teams_and_milestones(row, sessions)
    if request.GET.get("as") == "xlsx":
        head, cells = room.sheet(rows)
        return sheets.answer(head, cells, title=_("Teams"), file=f"{row.slug}-teams")
    funnel, until = funnel_of(row), closing.undo_until(row)
    needs, leaving, left = (
        room.needs_a_person(row, rows, funnel),
        lines.leaving(
            lines.leaving_soon(row, [one.team for one in rows]), lines.titles_of(row, sessions), row.time_zone
        ),
        lines.left_today(row),
    )
    return render(
        request,
        "desk/planning.html",
        {
            "cohort": row,
            "line": line_of(row, sessions, reader=request.user, lang=language()),
            "sessions": sessions,
            "needs": needs,
            "steps": room.steps_of(funnel, rows),
            "first_steps": first_steps(row, teams=len(rows), funnel=funnel),
            "running": is_running(row),
            "close_undo_until": until and read(until, row, request.user, lang=language(), dated=False).mine,
            "begun": has_begun(row),
            "leaving": leaving,
            "left": left,
            "messages_to_list": bool(leaving or left or any(one.icon == "mail-x" for one in needs)),
            "rows": rows,
            "columns": [cell.column for cell in rows[0].cells] if rows else [],
        },
    )


@signed_in
def planning_messages(request: SignedInRequest, cohort_id) -> HttpResponse:
    """What leaves, what left today and what could not, as the planning room shows it: a workbook."""
    row = get_object_or_404(with_subjects(cohorts_planned_by(request.user)), pk=cohort_id)
    only(request, "GET")
    head, cells = lines.messages_sheet(row, sessions_of(row))
    return sheets.answer(head, cells, title=_("Messages"), file=f"{row.slug}-messages")


@signed_in
def planning_hidden(request: SignedInRequest, cohort_id) -> HttpResponse:
    """What readers have hidden in a cohort, whichever room it stands in; "?as=xlsx" takes the list along."""
    row = get_object_or_404(cohorts_planned_by(request.user), pk=cohort_id)
    only(request, "GET")
    if request.GET.get("as") == "xlsx":
        head, cells = hiding.sheet(row)
        return sheets.answer(head, cells, title=_("Hidden texts"), file=f"{row.slug}-hidden")
    return render(request, "desk/hidden.html", {"cohort": row, "waiting": hiding.waiting_in(row)})

"""What the pages of the desk list, always through ``visible_to`` of the rooms that own the rows."""

from __future__ import annotations

from django.shortcuts import get_object_or_404

from collaborative.models import (
    MOMENT_KINDS,
    Cohort,
    Phase,
    PlanningTask,
    QuietWeek,
    Reschedule,
    Team,
    TemplatePhase,
    TemplateTask,
)
from collaborative.planned import cohorts_planned_by
from collaborative.querysets import teams_of, teams_seen_by
from core.places import sort_key
from sessions.querysets import sessions_seen_by


def cohorts_seen_by(user):
    """Return the cohorts of ``user``, the latest first, with their programme."""
    return Cohort.objects.visible_to(user).select_related("programme")


def with_phases(cohorts):
    """Return the cohorts that a list has room for, with the phases that say which are under way."""
    return cohorts.prefetch_related("phases")[:30]


def cohort_seen_by(user, cohort_id):
    """Return one of the cohorts of ``user`` with its programme. Raises Http404 where it is none of theirs."""
    return get_object_or_404(cohorts_seen_by(user), pk=cohort_id)


def team_seen_by(user, team_id):
    """Return a team whose page ``user`` may open, with what every page of a team names. Raises Http404."""
    return get_object_or_404(teams_seen_by(user).with_rests(), pk=team_id)


def next_session_of(user):
    """Return the next session of the cohorts of ``user``, None when none is ahead."""
    return sessions_seen_by(user).not_over().filter(cohort__closed_at=None).first()


def own_teams(user):
    """Return the first teams that ``user`` belongs to, as many as Today has room for."""
    return list(teams_of(user).with_rests()[:8])


def teams_named_in(cohort):
    """Return the teams of a cohort for its members, by name: names and places, nothing more."""
    teams = Team.objects.told().filter(cohort=cohort, withdrawn_at=None).select_related("unit__organisation")
    return sorted(teams, key=lambda team: sort_key(team.name))


# ---------------------------------------------------------------- what planners change


def with_template(programmes):
    """Return the programmes with the phases and tasks of their template."""
    return programmes.prefetch_related("template", "template_tasks")


def phase_planned_by(user, cohort_id, phase_id):
    """Return a stretch of a cohort that ``user`` plans. Raises Http404; a session moves by its own page."""
    phases = Phase.objects.filter(cohort__in=cohorts_planned_by(user).filter(pk=cohort_id))
    return get_object_or_404(phases.exclude(kind__in=MOMENT_KINDS).select_related("cohort__programme"), pk=phase_id)


def task_planned_by(user, cohort_id, task_id):
    """Return a task of the planning team in a cohort that ``user`` plans. Raises Http404."""
    tasks = PlanningTask.objects.run_by(user).filter(cohort=cohort_id).select_related("cohort__programme", "assignee")
    return get_object_or_404(tasks, pk=task_id)


def quiet_weeks_of(cohort):
    """Return the days that a cohort keeps free."""
    return QuietWeek.objects.filter(cohort=cohort).select_related("cohort__programme")


def changes_in(cohort):
    """Return the changes of dates of a cohort, those whose time to undo is over too: the refusal then says so."""
    return Reschedule.objects.filter(cohort=cohort)


def template_phase_of(programme):
    """Return the phases of a programme's template in order, those taken out too: they can be put back."""
    return TemplatePhase.objects.filter(programme=programme)


def template_task_of(programme):
    """Return the tasks of a programme's template, those taken out too: they can be put back."""
    return TemplateTask.objects.filter(programme=programme)

"""What the pages of the desk list, always through ``visible_to`` of the rooms that own the rows."""

from __future__ import annotations

from django.http import Http404
from django.shortcuts import get_object_or_404

from collaborative.models import Cohort, Team
from collaborative.querysets import teams_of, teams_seen_by
from core.places import sort_key
from notifications.models import PlannedMessage
from sessions.querysets import sessions_seen_by


def public_cohorts():
    """Return the cohorts that anybody may know of, the latest first."""
    return Cohort.objects.open().select_related("programme").prefetch_related("phases")


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
    return get_object_or_404(teams_seen_by(user), pk=team_id)


def next_session_of(user):
    """Return the next session of the cohorts of ``user``, None when none is ahead."""
    return sessions_seen_by(user).not_over().first()


def own_teams(user):
    """Return the first teams that ``user`` belongs to, as many as Today has room for."""
    return list(teams_of(user)[:8])


def cohorts_planned_by(user):
    """Return the cohorts that ``user`` plans, the latest first, with their programme."""
    return Cohort.objects.run_by(user).select_related("programme")


def teams_named_in(cohort):
    """Return the teams of a cohort for its members, by name: names and places, nothing more."""
    teams = Team.objects.filter(cohort=cohort).select_related("unit__organisation")
    return sorted(teams, key=lambda team: sort_key(team.name))


def messages_of(user, message_id):
    """Return (message, cohort id) of a message in a cohort that ``user`` plans. Raises Http404."""
    row = PlannedMessage.objects.filter(pk=message_id, scope_type="collaborative.cohort").first()
    if row is None or not Cohort.objects.run_by(user).filter(pk=row.scope_id).exists():
        raise Http404
    return row, row.scope_id

"""What a person may see of cohorts, teams and roles. Every list that reaches a page begins here."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class MembershipQuerySet(models.QuerySet):
    def current(self):
        """Return the roles that hold now (the database's clock decides)."""
        return self.filter(Q(until=None) | Q(until__gt=Now()), since__lte=Now(), user__is_active=True)

    def of_team(self, team):
        """Return the roles of those who belong to ``team`` or help it, the lead first, then by name."""
        return self.current().filter(team=team).select_related("user")

    def filter_cohort(self, cohort_id):
        """Return the roles held in a cohort itself or in one of its teams."""
        return self.filter(Q(cohort=cohort_id) | Q(team__cohort=cohort_id))

    def belonging(self):
        """Return the roles of people who belong to a team, as against those who help it from outside."""
        return self.current().filter(team__isnull=False, role__in=["participant", "lead", "partner"])


def _scopes(user) -> dict[str, Q]:
    """Return the subqueries of scopes where ``user`` holds a role now, for use inside one statement."""
    from collaborative.models import OPENS_A_TEAM, Membership

    mine = Membership.objects.current().filter(user=user)
    return {
        "cohorts_i_plan": mine.filter(role="planner", cohort__isnull=False).values("cohort"),
        "programmes_i_plan": mine.filter(role="planner", programme__isnull=False).values("programme"),
        "cohorts": mine.filter(cohort__isnull=False).values("cohort"),
        "teams": mine.filter(team__isnull=False).values("team"),
        "own_teams": mine.filter(team__isnull=False, role__in=OPENS_A_TEAM).values("team"),
        "organisations": mine.filter(organisation__isnull=False).values("organisation"),
    }


class CohortQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return the cohorts in which ``user`` holds any role now: in the cohort, its programme, or one of its teams."""
        if not user.is_authenticated:
            return self.none()
        mine = _scopes(user)
        from collaborative.models import Team

        through_team = Team.objects.filter(
            Q(pk__in=mine["teams"]) | Q(unit__organisation__in=mine["organisations"])
        ).values("cohort")
        return self.filter(
            Q(pk__in=mine["cohorts"]) | Q(programme__in=mine["programmes_i_plan"]) | Q(pk__in=through_team)
        )

    def run_by(self, user):
        """Return the cohorts that ``user`` plans now."""
        if not user.is_authenticated:
            return self.none()
        mine = _scopes(user)
        return self.filter(Q(pk__in=mine["cohorts_i_plan"]) | Q(programme__in=mine["programmes_i_plan"]))

    def open(self):
        return self.filter(closed_at=None)


class PhaseQuerySet(models.QuerySet):
    def in_order(self):
        return self.order_by("ordinal")


class TeamQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return the teams whose pages ``user`` may open in full: a member's, a coach's, a planner's.

        A sponsor sees reports and charts of the organisation's teams, not these pages (product rules 2 to 5).
        """
        if not user.is_authenticated:
            return self.none()
        mine = _scopes(user)
        return self.filter(
            Q(pk__in=mine["own_teams"])
            | Q(cohort__in=mine["cohorts_i_plan"])
            | Q(cohort__programme__in=mine["programmes_i_plan"])
        )

    def belonging_to(self, user):
        """Return the teams that ``user`` belongs to now (member, lead or partner)."""
        from collaborative.models import Membership

        return self.filter(pk__in=Membership.objects.belonging().filter(user=user).values("team"))

    def coached_by(self, user):
        """Return the teams that ``user`` coaches now."""
        from collaborative.models import Membership

        return self.filter(pk__in=Membership.objects.current().filter(user=user, role="coach").values("team"))

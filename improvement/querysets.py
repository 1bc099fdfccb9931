"""Which conversations, tries and numbers a person may see: those of the teams whose pages they may open."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Count

from collaborative.models import Team


class OfTeamQuerySet(models.QuerySet):
    """Rows that hang on a team through ``team``."""

    def visible_to(self, user):
        """Return the rows of the teams that ``user`` may open in full (product rules 2 to 5)."""
        return self.filter(team__in=Team.objects.visible_to(user).values("pk"))


class ConversationQuerySet(OfTeamQuerySet):
    def standing(self):
        """Return the conversations that were not taken back: the only ones that count anywhere."""
        return self.filter(undone_at=None)

    def of_week(self, monday: dt.date):
        """Return those of the week that begins on ``monday``, by the date on the unit's own wall."""
        return self.filter(on__gte=monday, on__lt=monday + dt.timedelta(days=7))

    def logged_by(self, user):
        """Return the person's own, to undo or to add to, in teams that they still may see."""
        return self.visible_to(user).filter(by=user)

    def with_words(self):
        """Return those where somebody left a sentence."""
        return self.exclude(sentence="")

    def counts_by_day(self):
        """Return (team, day, how many) of the standing ones; weeks are made of days in Python, never in SQL."""
        return self.standing().order_by().values_list("team_id", "on").annotate(Count("pk"))


class TriedChangeQuerySet(OfTeamQuerySet):
    def under_way(self):
        """Return the tries that nobody has decided on yet."""
        return self.exclude(state="next")


class MeasureQuerySet(OfTeamQuerySet):
    """Measures are read in their team's order."""


class DataPointQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(measure__team__in=Team.objects.visible_to(user).values("pk"))


def teams_seen_by(user):
    """Return the teams whose pages ``user`` may open, with what every page of a team prints."""
    return Team.objects.visible_to(user).select_related("unit__organisation", "cohort__programme")


def teams_logging_for(user):
    """Return the teams for which ``user`` may log: those they belong to."""
    if not user.is_authenticated:
        return Team.objects.none()
    return Team.objects.belonging_to(user).select_related("unit__organisation", "cohort__programme")


def conversations_logged_by(user):
    from improvement.models import SafetyConversation

    return SafetyConversation.objects.logged_by(user).select_related(
        "team__unit__organisation", "team__cohort__programme"
    )


def conversations_of(team):
    from improvement.models import SafetyConversation

    return SafetyConversation.objects.filter(team=team).standing().order_by("-at")


def tries_of(team):
    from improvement.models import TriedChange

    return TriedChange.objects.filter(team=team)


def measures_of(team):
    from improvement.models import Measure

    return Measure.objects.filter(team=team)

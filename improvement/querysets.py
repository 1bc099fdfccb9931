"""Which conversations, tries and numbers a person may see: those of the teams whose pages they may open."""

from __future__ import annotations

import datetime as dt

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Count
from django.db.models.functions import Cast, JSONObject

from collaborative.hideable import HideableQuerySet
from collaborative.models import Cohort, Team
from improvement import periods
from improvement.periods import Rhythm


class WrittenQuerySet(HideableQuerySet):
    """What somebody wrote on the pages of a team."""

    def visible_to(self, user):
        """Return the rows of the teams that ``user`` may open, hidden ones included (the page keeps their words back)."""
        return self.filter(team__in=Team.objects.visible_to(user).values("pk"))


class ConversationQuerySet(WrittenQuerySet):
    def standing(self):
        """Return the conversations that were not taken back: the only ones that count anywhere."""
        return self.filter(undone_at=None)

    def of_week(self, monday: dt.date):
        """Return those of the week that begins on ``monday``, by the date on the unit's own wall."""
        return self.filter(on__gte=monday, on__lt=monday + dt.timedelta(days=7))

    def with_words(self):
        """Return those where somebody left a sentence."""
        return self.exclude(sentence="")

    def listed_for(self, reader, *, planner: bool):
        """Return those with a line in the list of ``reader``: what can be read, and of what is hidden their own.

        A planner finds what was decided in its place; what waits for a look stands above the list.
        """
        if planner:
            return self.exclude(hidden_why="reader")
        return self.filter(models.Q(hidden_at=None) | models.Q(by=reader))

    def counts_by_day(self):
        """Return (team, day, how many) of the standing ones; weeks are made of days in Python, never in SQL."""
        return self.standing().order_by().values_list("team_id", "on").annotate(Count("pk"))


class TriedChangeQuerySet(WrittenQuerySet):
    def under_way(self):
        """Return the tries that nobody has decided on yet."""
        return self.exclude(state="next")

    def with_words(self):
        """Return those in which words are left."""
        return self.exclude(title="", plan="", prediction="", what_happened="")


class OfATeamQuerySet(models.QuerySet):
    """What stands on the pages of a team."""

    def visible_to(self, user):
        """Return the rows of the teams whose pages ``user`` may open."""
        return self.filter(team__in=Team.objects.visible_to(user).values("pk"))


class MeasureQuerySet(OfATeamQuerySet):
    def with_rules(self):
        """Return measures with all that their charts are judged by: ``rule_set``, the key of the rules of their programme (None: the
        default), and ``lines_found``, the stretches of the chart as ``lines.rows_of`` reads them.
        """
        from improvement.models import MeasurePhase

        fields = {name: models.F(name) for name in ("starts_on", "made_until", "began", "centre_is", "basis", "why")}
        phases = MeasurePhase.objects.filter(measure=models.OuterRef("pk")).order_by()
        # As text, so that no digit of it is lost on its way through JSON.
        rows = phases.values(json=JSONObject(centre=Cast("centre", models.CharField()), **fields))
        return self.annotate(
            rule_set=models.F("team__cohort__programme__chart_rules__rule_set"), lines_found=ArraySubquery(rows)
        )

    def counted(self):
        """Return what is counted still."""
        return self.filter(ended_on=None)

    def asked_in(self, monday: dt.date):
        """Return what is asked for in the week of this Monday: each week's numbers, and in some weeks a month's."""
        asked = [rhythm for rhythm in Rhythm if periods.asked_in(rhythm, monday)]
        return self.counted().filter(frequency__in=asked)


class DataPointQuerySet(models.QuerySet):
    def asked_in(self, monday: dt.date):
        """Return the numbers that are asked for in the week of this Monday: those of the week, and in some weeks of a month."""
        found = models.Q()
        for rhythm in Rhythm:
            if (start := periods.asked_in(rhythm, monday)) is not None:
                found |= models.Q(measure__frequency=rhythm, period_start=start)
        return self.filter(found)


# ---------------------------------------------------------------- what the views ask for


def conversations_seen_by(user):
    """Return the conversations of the teams whose pages ``user`` may open, with what the saved page names."""
    from improvement.models import SafetyConversation

    return SafetyConversation.objects.visible_to(user).select_related(
        "team__unit__organisation", "team__cohort__programme"
    )


def conversations_of(team, user):
    """Return the conversations of a team that count, as far as ``user`` may see them, the latest first."""
    from improvement.models import SafetyConversation

    return SafetyConversation.objects.visible_to(user).filter(team=team).standing().order_by("-at")


def tries_of(team, user):
    """Return the tries of a team, as far as ``user`` may see them, the latest first."""
    from improvement.models import TriedChange

    return TriedChange.objects.visible_to(user).filter(team=team)


def try_in(team, user):
    """Return the tries of a team, with what the page of one names."""
    return tries_of(team, user).select_related("previous", "by", "learned_by", "decided_by", "team__cohort")


def measures_of(team, user):
    """Return what a team counts, as far as ``user`` may see it, in its order."""
    from improvement.models import Measure

    return Measure.objects.visible_to(user).filter(team=team).with_rules()


def sheets_of(team, user):
    """Return the sheets of numbers that ``user`` sent back for a team."""
    from improvement.models import ReturnedSheet

    return ReturnedSheet.objects.filter(team=team, by=user).select_related("team__cohort")


def cohort_of_conversation(key) -> models.Q:
    """Find the cohort in whose team this conversation was."""
    from improvement.models import SafetyConversation

    return models.Q(pk__in=SafetyConversation.objects.filter(pk=key).values("team__cohort"))


def events_of(team, user):
    """Return what a team put on its charts, as far as ``user`` may see it, the latest first."""
    from improvement.models import ChartEvent

    return (
        ChartEvent.objects.visible_to(user)
        .filter(team=team)
        .select_related("by", "team__cohort")
        .order_by("-on", "-created_at")
    )


def cohorts_beside(user):
    """Return the cohorts whose teams' charts ``user`` may see beside each other."""
    return Cohort.objects.visible_to(user).select_related("programme")

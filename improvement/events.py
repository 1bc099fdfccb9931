"""What a team puts on its charts: something that happened and may have moved the numbers."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from collaborative import closing
from collaborative.models import Team
from core.legible import legible
from core.refusals import Refused
from improvement.models import ChartEvent
from improvement.weeks import BASELINE, day_at

# More marks than these on one team's charts are a diary.
MOST = 200


@transaction.atomic
def put(*, team: Team, on: dt.date, words: str, by) -> ChartEvent:
    """Put something on every chart of a team, at the day on which it happened."""
    closing.must_be_open(team.cohort)
    if not legible(words):
        raise Refused(_("Say in a few words what happened."), field="words")
    if on > day_at(timezone.now(), team):
        raise Refused(_("That day has not come yet."), field="on")
    if on < team.cohort.first_day - BASELINE:
        raise Refused(_("That day lies more than a year before your series began."), field="on")
    if ChartEvent.objects.filter(team=team).count() >= MOST:
        raise Refused(_("There are very many marks on your charts already. Take some off first."), field="words")
    event = ChartEvent.objects.create(team=team, on=on, words=words.strip(), by=by)
    record("chart.event_put", event, by=by, cohort_id=team.cohort_id, team=team.pk, on=on)
    return event


@transaction.atomic
def take_off(*, event: ChartEvent, by) -> None:
    """Take it off the charts; its words are gone. Twice is the same as once."""
    record("chart.event_taken_off", event, by=by, cohort_id=event.team.cohort_id, team=event.team_id, on=event.on)
    event.delete()


def page_of(team: Team) -> str:
    """Return the address of the page with all that a team put on its charts."""
    return reverse("chart_event", args=[team.pk])

"""The link in a mail with which a person enters the numbers of one week without signing in (collaborative.one_thing)."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from collaborative import closing, one_thing
from collaborative.models import Team
from collaborative.pace import keep_pace
from collaborative.permissions import belongs
from collaborative.words import of_team
from core.language import language
from core.refusals import Overtaken, Refused
from core.time import day
from improvement import numbers_due, periods, services
from improvement.axis import spoken_period
from improvement.forms import WeekForm
from improvement.models import DataPoint, Way
from improvement.numbers_due import Owed
from improvement.periods import Rhythm
from improvement.reading import left_in_peace

PURPOSE = "number"
# Behind its colon: a link with which the reader's own numbers of the week, which stand already, can be put right: all of them, or
# the one whose key follows.
_AGAIN = "again"


def path_for(*, team: Team, person, week: dt.date, on: dt.date) -> str:
    """Return the path of the link for the numbers of one week, in a mail of the day ``on``."""
    return one_thing.path_for(PURPOSE, person=person, about=team.pk, week=week, on=on)


def path_to_change(*, team: Team, person, week: dt.date, on: dt.date, measure: str = "") -> str:
    """Return the path of the link with which ``person`` enters their own numbers of one week once more, or that of ``measure``."""
    purpose = f"{PURPOSE}:{_AGAIN}{uuid.UUID(measure).hex if measure else ''}"
    return one_thing.path_for(purpose, person=person, about=team.pk, week=week, on=on)


def question(team: Team, week: dt.date, first: Owed) -> str:
    """Return what is asked: the sentence in the subject of the mail and on the page of its link."""
    if first.start is not None and first.measure.frequency == Rhythm.MONTHLY:
        words = {"measure": first.measure.name, "month": spoken_period(Rhythm.MONTHLY, first.start)}
        return _("%(measure)s: how was %(month)s?") % words
    if not numbers_due.is_this_week(team, week):
        words = {"day": day(week, language(), weekday=False), "measure": first.measure.name}
        if first.measure.fills_itself:
            return _("How many conversations in the week of %(day)s?") % words
        return _("%(measure)s: how was the week of %(day)s?") % words
    if first.measure.fills_itself:
        return _("How many conversations this week?")
    return _("%(measure)s: how was this week?") % {"measure": first.measure.name}


def thing(link: one_thing.Link) -> one_thing.Thing | None:
    """Return what such a link asks: the numbers of its week that nobody has entered yet, that were entered with it, or that
    its person has entered and it was made to change.
    """
    team = Team.objects.filter(pk=link.about, withdrawn_at=None).with_place().with_rests().first()
    if team is None or link.week is None or not belongs(link.person, team):
        return None
    week, owed, entered = link.week, numbers_due.owed_by(team, link.week), _entered_with(link, team)
    mine = _to_change(link, team) if link.detail and link.used_at is None else entered
    if len(link.detail) > len(_AGAIN):  # about one measure, and so it shows no other
        owed = []
    owed = [*(Owed(one.measure, None, one.period_start) for one in mine), *owed]
    if team.cohort.closed_at:
        settled = closing.sentence()
    else:
        settled = "" if owed else _("The number of this week is there already. Sign in to see it or to change it.")
    return one_thing.Thing(
        cohort=team.cohort,
        words=of_team(team),
        title=question(team, week, owed[0]) if owed else _("Your numbers of the week"),
        says=_of_team(team, week, owed[0]) if owed else "",
        settled=settled,
        template="improvement/_week_form.html",
        form=lambda data: WeekForm(data, owed=owed, stands={one.measure_id: _typed(one) for one in mine}),
        save=lambda form: save(form, team=team, week=week, by=link.person, stands=mine),
        signed_in=reverse("numbers", args=[team.pk]),
        answered=_saved(week, entered) if entered else "",
    )


def _entered_with(link: one_thing.Link, team: Team) -> list[DataPoint]:
    """Return what was entered with this link, as long as it can be put right with it and nobody has entered another since."""
    return _own(link, team, way=Way.LINK, at__gte=link.used_at) if link.open_until else []


def _to_change(link: one_thing.Link, team: Team) -> list[DataPoint]:
    """Return the numbers that a link is made to change, as long as they are its person's own."""
    one = link.detail.removeprefix(_AGAIN)
    return _own(link, team, **({"measure": uuid.UUID(one)} if one else {}))


def _own(link: one_thing.Link, team: Team, **which: Any) -> list[DataPoint]:
    """Return the numbers of the link's person for its week, in the order of the question."""
    if link.week is None:
        return []
    rows = DataPoint.objects.filter(measure__team=team, by=link.person, **which).asked_in(link.week)
    return sorted(rows.select_related("measure"), key=lambda one: (not one.measure.fills_itself, one.measure.ordinal))


def between(week: dt.date, first: Owed) -> str:
    """Return from when until when goes what is asked first, the week of this Monday or a month, as a sentence."""
    start = first.start or week
    last = periods.last_day(first.measure.frequency, start)
    return _("From %(first)s to %(last)s.") % {"first": day(start, language()), "last": day(last, language())}


def _of_team(team: Team, week: dt.date, first: Owed) -> str:
    return " ".join(filter(None, (f"{team.name}. {between(week, first)}", left_in_peace(team, mine=True))))


def save(form: WeekForm, *, team: Team, week: dt.date, by, stands: Collection[DataPoint] = ()) -> str:
    """Save what was typed, and return the sentence of thanks. Refuses where a number has come in in the meantime.

    ``stands``: what the form showed, and is put right now.
    """
    shown = {one.measure_id: one.deed for one in stands}
    keep_pace("number", by=by)
    said = {}
    answers = form.answers()
    # By the key of the measure, as everybody who saves several: two at once wait for each other, and never in a ring.
    for measure, answer in sorted(answers, key=lambda one: str(one[0].pk)):
        try:
            start = periods.asked_in(measure.frequency, week) or week
            saved = services.record_number(
                measure=measure, by=by, period_start=start, way=Way.LINK, seen=shown.get(measure.pk), **answer
            )
        except Overtaken:
            text = _("Somebody has entered another number for this week in the meantime. Sign in to see both.")
            raise Refused(text, field=form.box(measure)) from None
        except Refused as refused:
            raise Refused(refused.sentence, field=form.box(measure)) from None
        assert saved.point is not None
        said[measure.pk] = saved.point
    return _saved(week, [said[measure.pk] for measure, _answer in answers])


def _typed(point: DataPoint) -> str:
    """Return a number as its box shows it, whole; "" where none was collected."""
    text = "" if point.value is None else f"{point.value.normalize():f}"
    return text.replace(".", ",") if language() == "fr" else text


def _saved(week: dt.date, points: Collection[DataPoint]) -> str:
    numbers = " · ".join(numbers_due.in_words(one) for one in points)
    if all(one.measure.frequency == Rhythm.MONTHLY for one in points):  # each is named with its month
        return _("Saved. %(numbers)s") % {"numbers": numbers}
    words = {"day": day(week, language(), weekday=False), "numbers": numbers}
    return _("Saved for the week of %(day)s. %(numbers)s") % words

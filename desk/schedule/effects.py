"""What follows from a change of dates, in words: read off its ledger, so that nothing is told that would not happen."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from collaborative.making import ENROLMENT_DAYS
from collaborative.models import Cohort, Phase, PlanningTask, QuietWeek
from collaborative.reschedule import WHOLE, Moved
from core.language import language
from core.moments import read
from core.time import day as day_words
from sessions.models import LearningSession


@dataclasses.dataclass(frozen=True)
class Effect:
    """One thing that is another way then: what it is, and how it stood and stands."""

    icon: str
    name: str
    before: str
    after: str


@dataclasses.dataclass(frozen=True)
class Effects:
    """Everything that follows: dates, the planning team's tasks, how many people are told and reminded, and how many
    letters wait for a minute of their own."""

    dates: list[Effect]
    tasks: list[Effect]
    told: int
    reminded: int
    letters: int
    mark: str


def effects_of(moved: Moved[Any], *, cohort: Cohort, reader) -> Effects:
    """Return what a dry run did. The phases, sessions and tasks of the cohort are read once each."""
    rows: dict[tuple[str, str], dict[str, tuple]] = {}
    for entry in moved.ledger.entries:
        values = rows.setdefault((entry["model"], entry["id"]), {})
        values[entry["field"]] = (values.get(entry["field"], (entry["before"],))[0], entry["after"])
    told = {one.code: one.count for one in moved.consequences}
    return Effects(
        dates=[
            *_of_the_cohort(rows, cohort),
            *_of_the_sessions(rows, cohort, reader),
            *_of_the_stretches(rows, cohort),
            *_of_quiet_weeks(rows),
        ],
        tasks=_of_the_tasks(rows, cohort),
        told=told.get("told", 0),
        reminded=told.get("reminded", 0),
        letters=told.get("letters", 0),
        mark=moved.mark,
    )


def _label(model) -> str:
    return model._meta.label_lower


def _day(text: str | None) -> str:
    return day_words(dt.date.fromisoformat(text), language(), year=True) if text else _("no day")


def _of_the_cohort(rows, cohort: Cohort) -> list[Effect]:
    values = rows.get((_label(Cohort), str(cohort.pk)), {})
    names = {
        "first_day": _("First day"),
        "apply_from": _("First day to apply"),
        "apply_until": _("Last day to apply"),
        "answers_on": _("Answers leave"),
    }
    fields = [name for name in ("first_day", *ENROLMENT_DAYS) if name in values]
    return [Effect("calendar-clock", names[name], *(_day(text) for text in values[name])) for name in fields]


def _of_the_sessions(rows, cohort: Cohort, reader) -> list[Effect]:
    found = []
    for row in LearningSession.objects.filter(cohort=cohort).order_by("starts_at"):
        values = rows.get((_label(LearningSession), str(row.pk)), {})
        if "starts_at" in values:
            found.append(Effect("video", row.title, *(_moment(text, cohort, reader) for text in values["starts_at"])))
    return found


def _moment(text: str, cohort: Cohort, reader) -> str:
    reading = read(dt.datetime.fromisoformat(text), cohort, reader, lang=language())
    return f"{reading.mine} ({reading.theirs})" if reading.theirs else reading.mine


def _of_the_stretches(rows, cohort: Cohort) -> list[Effect]:
    found = []
    for phase in Phase.objects.filter(cohort=cohort).order_by("ordinal"):
        values = rows.get((_label(Phase), str(phase.pk)), {})
        if phase.is_moment or not values:
            continue
        start = values.get("starts_on", (phase.starts_on.isoformat(),) * 2)
        end = values.get("ends_on", (phase.ends_on.isoformat(),) * 2)
        before, after = (
            _("%(first)s to %(last)s") % {"first": _day(start[which]), "last": _day(end[which])} for which in (0, 1)
        )
        if before == after:
            now_pinned = any(values.get(name, (None, None))[1] for name in ("pinned_start", "pinned_end"))
            after = _("the same days, set by hand") if now_pinned else _("the same days, following the sessions")
        found.append(Effect("move-horizontal", phase.name, before, after))
    return found


def _of_quiet_weeks(rows) -> list[Effect]:
    found = []
    for (label, _pk), values in rows.items():
        if label == _label(QuietWeek) and WHOLE in values:
            before, after = values[WHOLE]
            which = after or before
            days = _("%(first)s to %(last)s") % {"first": _day(which["starts_on"]), "last": _day(which["ends_on"])}
            name = which[f"name_{language()}"] or which["name_en"]
            busy, free = _("days like others"), _("%(days)s, kept free") % {"days": days}
            found.append(Effect("leaf", name, *((free, busy) if before else (busy, free))))
    return found


def _of_the_tasks(rows, cohort: Cohort) -> list[Effect]:
    found = []
    for task in PlanningTask.objects.filter(cohort=cohort):
        values = rows.get((_label(PlanningTask), str(task.pk)), {})
        if "due_on" in values:
            found.append(
                (values["due_on"][1], Effect("list-checks", task.text, *(_day(text) for text in values["due_on"])))
            )
    return [effect for _due, effect in sorted(found, key=lambda pair: pair[0])]

"""What follows from a change of dates, in words: read off its ledger, so that nothing is told that would not happen."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from collaborative.holidays import why_look_again
from collaborative.line import phases_of
from collaborative.making import ENROLMENT_DAYS
from collaborative.models import Cohort, Phase, PlanningTask, QuietWeek, Reschedule
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
    # Why its new day may be a bad one.
    flags: list[str] = dataclasses.field(default_factory=list)


@dataclasses.dataclass(frozen=True)
class Effects:
    """Everything that follows: dates, the planning team's tasks, how many people are told and reminded, and how many
    letters wait for a minute of their own. ``shut``, ``sooner``: how many applications are being written that cannot be
    sent any more, or have fewer days left."""

    dates: list[Effect]
    tasks: list[Effect]
    told: int
    reminded: int
    letters: int
    shut: int
    sooner: int
    mark: str
    # Until when it can be undone, where that is sooner than usual, and on which clock that is said.
    undo_until: str = ""
    is_final: bool = False


def effects_of(moved: Moved[Any], *, cohort: Cohort, reader) -> Effects:
    """Return what a dry run did. The phases, sessions and tasks of the cohort are read once each."""
    rows = _by_row(moved.ledger.entries)
    quiet = [(one.starts_on, one.ends_on, one.name) for one in cohort.quiet_weeks.all()]
    sessions = LearningSession.objects.filter(cohort=cohort).order_by("starts_at")
    told = {one.code: one.count for one in moved.consequences}
    return Effects(
        dates=[
            *_of_the_cohort(rows, cohort, quiet),
            *_of_the_sessions(rows, sessions, cohort, reader, quiet),
            *_of_the_stretches(rows, Phase.objects.filter(cohort=cohort).order_by("ordinal")),
            *_of_quiet_weeks(rows),
        ],
        tasks=_of_the_tasks(rows, cohort),
        told=told.get("told", 0),
        reminded=told.get("reminded", 0),
        letters=told.get("letters", 0),
        shut=told.get("shut", 0),
        sooner=told.get("sooner", 0),
        mark=moved.mark,
        undo_until=read(moved.closes_at, cohort, reader, lang=language(), dated=False).mine if moved.closes_at else "",
        is_final=moved.closes_at is not None and moved.closes_at <= timezone.now(),
    )


def moved_by(change: Reschedule, *, cohort: Cohort, sessions: Iterable[LearningSession], reader) -> list[Effect]:
    """Return which dates of ``cohort`` a change moved, from when to when, without what only followed. Asks nothing.

    Where nothing but stretches were set, these.
    """
    rows = _by_row(change.ledger)
    found = [
        *_of_the_cohort(rows, cohort, ()), *_of_the_sessions(rows, sessions, cohort, reader, ()), *_of_quiet_weeks(rows)
    ]  # fmt: skip
    return found or _of_the_stretches(rows, phases_of(cohort))


def _by_row(entries: list[dict]) -> dict[tuple[str, str], dict[str, tuple]]:
    rows: dict[tuple[str, str], dict[str, tuple]] = {}
    for entry in entries:
        values = rows.setdefault((entry["model"], entry["id"]), {})
        values[entry["field"]] = (values.get(entry["field"], (entry["before"],))[0], entry["after"])
    return rows


def _label(model) -> str:
    return model._meta.label_lower


def _day(text: str | None) -> str:
    return day_words(dt.date.fromisoformat(text), language(), year=True) if text else _("no day")


def _of_the_cohort(rows, cohort: Cohort, quiet) -> list[Effect]:
    values = rows.get((_label(Cohort), str(cohort.pk)), {})
    names = {"first_day": _("First day"), **ENROLMENT_DAYS}
    fields = [name for name in names if name in values]
    return [
        Effect("calendar-clock", str(names[name]), _day(before), _day(after), _flags(after, cohort, quiet))
        for name in fields
        for before, after in [values[name]]
    ]


def _flags(text: str | None, cohort: Cohort, quiet) -> list[str]:
    return why_look_again(dt.date.fromisoformat(text), cohort.city, quiet) if text else []


def _of_the_sessions(rows, sessions: Iterable[LearningSession], cohort: Cohort, reader, quiet) -> list[Effect]:
    found = []
    for row in sessions:
        values = rows.get((_label(LearningSession), str(row.pk)), {})
        if "starts_at" in values:
            before, after = (_moment(text, cohort, reader) for text in values["starts_at"])
            flags = _flags(values.get("day", (None, None))[1], cohort, quiet)
            found.append(Effect("video", row.title, before, after, flags))
    return found


def _moment(text: str, cohort: Cohort, reader) -> str:
    reading = read(dt.datetime.fromisoformat(text), cohort, reader, lang=language())
    return f"{reading.mine} ({reading.theirs})" if reading.theirs else reading.mine


def _of_the_stretches(rows, phases: Iterable[Phase]) -> list[Effect]:
    found = []
    for phase in phases:
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
            before, after = values["due_on"]
            found.append((after, Effect("list-checks", task.text, _day(before), _day(after))))
    return [effect for _due, effect in sorted(found, key=lambda pair: pair[0])]

"""The run of show: who of the planning side does what at which minute, on paper beside the agenda. For planners alone."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

from django.db import models, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from audit.services import record
from core import pdf
from core.language import language
from core.refusals import Overtaken, Refused
from core.time import clock, spoken_place, wall_in
from core.time import day as day_words
from sessions.models import LearningSession, RunItem
from sessions.shown import Shown

# Hours before a session and after it in which somebody still does something for it.
BEFORE, AFTER = 240, 240
MOST = 200


@dataclasses.dataclass(frozen=True)
class Step:
    """A line with its hour on the cohort's clock."""

    line: RunItem
    at: dt.datetime


def lines_of(learning_session: LearningSession) -> models.QuerySet[RunItem]:
    """Return the lines of a session, by minute."""
    return learning_session.run.all()


def steps_of(learning_session: LearningSession) -> list[Step]:
    """Return the lines of a session, by minute, each with its moment."""
    return [
        Step(line, learning_session.starts_at + dt.timedelta(minutes=line.minute))
        for line in lines_of(learning_session)
    ]


@transaction.atomic
def add_line(*, learning_session: LearningSession, by, **values) -> RunItem:
    """Write a line; return it. Refuses a minute that lies hours away from the session."""
    _keep_near(learning_session, values["minute"])
    if learning_session.run.count() >= MOST:
        raise Refused(_("A run of show has %(most)d lines at most.") % {"most": MOST})
    line = learning_session.run.create(**values)
    record("session.run_changed", learning_session, by=by, added=line.pk)
    return line


@transaction.atomic
def change_line(*, line: RunItem, by, version: int, **values) -> RunItem:
    """Change a line; return it as it stands then. Raises Overtaken where somebody has changed it since ``version``."""
    now = RunItem.objects.select_for_update().select_related("learning_session").get(pk=line.pk)
    changed = {name: value for name, value in values.items() if getattr(now, name) != value}
    if not changed:
        return now
    if now.version != version:
        raise Overtaken(now)
    _keep_near(now.learning_session, values["minute"])
    for name, value in changed.items():
        setattr(now, name, value)
    now.version = F("version") + 1
    now.save(update_fields=[*changed, "version"])
    now.refresh_from_db(fields=["version"])
    record("session.run_changed", now.learning_session, by=by, changed=now.pk)
    return now


@transaction.atomic
def remove_line(*, line: RunItem, by) -> None:
    """Take a line out."""
    record("session.run_changed", line.learning_session, by=by, removed=line.pk)
    line.delete()


def _keep_near(learning_session: LearningSession, minute: int) -> None:
    if not -BEFORE <= minute <= learning_session.minutes + AFTER:
        raise Refused(
            _("From %(least)d (before the start) to %(most)d.")
            % {"least": -BEFORE, "most": learning_session.minutes + AFTER},
            field="minute",
        )


def document(learning_session: LearningSession, shown: Shown, *, paper: str) -> bytes:
    """Return the run of show with the agenda beside it, as PDF; hours on the cohort's clock."""
    lang, cohort = language(), learning_session.cohort
    zone = cohort.time_zone

    def hour(moment: dt.datetime) -> str:
        return clock(moment, zone, lang)

    begins = f"{day_words(wall_in(learning_session.starts_at, zone).date(), lang, year=True)}, {hour(learning_session.starts_at)}"
    steps: list[dict[str, Any]] = [
        {"at": hour(step.at), "minute": step.line.minute, "who": step.line.who, "what": step.line.what}
        for step in steps_of(learning_session)
    ]
    agenda = [
        {
            "at": line.hour,
            "minutes": line.item.minutes,
            "what": line.item.title,
            "who": " · ".join(
                [one.speaker.name for one in line.people if one.speaker.name]
                + [f"{slot.team.name} ({slot.minutes})" for slot in line.teams]
            ),
        }
        for line in shown.lines
    ]
    return pdf.make(
        "sessions/run.typ",
        {
            "title": _("Run of show: %(session)s") % {"session": learning_session.title},
            "when": f"{begins}, {spoken_place(cohort.city, lang)}",
            "note": _("For the planning team only."),
            "steps": steps,
            "agenda": agenda,
            "heads": {
                "run": _("Who does what"),
                "agenda": _("Agenda"),
                "at": _("Hour"),
                "minute": _("Minute"),
                "who": _("Who"),
                "what": _("What"),
                "minutes": _("Minutes"),
            },
        },
        lang=lang,
        paper=paper,
    )

"""What the page of the whole series shows: gathered from every room, in the language and on the clock that were chosen."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collaborative.models import Cohort
from core import places, registry
from core.forms import listing
from core.language import language
from core.moments import Clock, Reading, read
from core.registry import Foreseen
from core.time import day
from desk.outbox.lines import named
from desk.series.load import MOST_A_WEEK, MOST_ASKED_A_WEEK, MOST_IN_ALL, MOST_MINUTES, Load, in_order, load_of
from notifications import kinds


def series_of(cohort: Cohort, role: str) -> list[Foreseen]:
    """Return every message that one person of a role gets, in order; what is about a closed cohort's end included."""
    return in_order(one for _room, some in registry.series_of.ask_all(cohort, role) for one in some)


@dataclasses.dataclass(frozen=True)
class Line:
    """One message on the page: its place in the whole, what it is, when, on the cohort's clock and on the other one."""

    n: int
    kind: str
    name: str
    about: str
    there: str
    here: str
    only_if: str
    room: str
    part: str


@dataclasses.dataclass(frozen=True)
class WeekShown:
    """A week as it is headed, and its lines."""

    head: str
    is_too_much: bool
    lines: list[Line]


@dataclasses.dataclass(frozen=True)
class Page:
    """The whole series, its totals, and in sentences what is too much."""

    weeks: list[WeekShown]
    load: Load
    warnings: list[str]


def page_of(cohort: Cohort, role: str, *, lang: str, city: str) -> Page:
    """Return what a person of a role gets who lives in ``city`` and reads ``lang``; warnings speak the planner's language."""
    with translation.override(lang):
        found = series_of(cohort, role)
        load = load_of(found, cohort.time_zone)
        place = {id(one): n for n, one in enumerate(found, start=1)}
        weeks = [
            WeekShown(
                _("Week of %(day)s") % {"day": day(one.monday, lang, weekday=False, year=True)},
                one.is_too_much,
                [_line(message, place[id(message)], cohort, city, lang) for message in one.messages],
            )
            for one in load.weeks
        ]
    return Page(weeks, load, warnings_of(load))


def _line(one: Foreseen, n: int, cohort: Cohort, city: str, lang: str) -> Line:
    room, _slash, part = one.kind.partition("/")
    reading = moments(one.at, cohort, city, lang)
    only_if = _("Only where it is needed") if one.optional else ""
    return Line(n, one.kind, kinds.name_of(one.kind), one.about, reading.theirs, reading.mine, only_if, room, part)


def moments(at: dt.datetime, cohort: Cohort, city: str, lang: str) -> Reading:
    """Return a moment for somebody in ``city``: theirs first, the cohort's beside it where that is another hour."""
    return read(at, cohort, Clock(places.zone_of(city), city), lang=lang)


def warnings_of(load: Load) -> list[str]:
    """Say in sentences what is more than people were promised."""
    lang, found = language(), []
    for week in load.full_weeks:
        if week.asked > MOST_ASKED_A_WEEK:
            words = _("In the week of %(day)s they are asked for a number more than once.")
            found.append(words % {"day": day(week.monday, lang, weekday=False)})
        if len(week.counted) <= MOST_A_WEEK:
            continue
        many = Counter(kinds.name_of(one.kind) for one in week.counted)
        names = listing([f"{name} ({n})" if n > 1 else name for name, n in many.items()])
        found.append(
            _("In the week of %(day)s they get %(n)d automatic mails; %(most)d is what they were promised: %(names)s.")
            % {
                "day": day(week.monday, lang, weekday=False),
                "n": len(week.counted),
                "most": MOST_A_WEEK,
                "names": names,
            }
        )
    if load.in_all > MOST_IN_ALL:
        words = _(
            "Over the whole series that may be %(n)d automatic mails; %(most)d is what they were promised at the most."
        )
        found.append(words % {"n": load.in_all, "most": MOST_IN_ALL})
    for one in load.nudged:
        words = _("They are reminded more than once of the same: %(name)s.")
        found.append(words % {"name": named(one.kind, one.about)})
    if load.minutes > MOST_MINUTES:
        found.append(
            ngettext(
                "All surveys together take them %(n)d minute; %(most)d is the most that they were promised.",
                "All surveys together take them %(n)d minutes; %(most)d is the most that they were promised.",
                load.minutes,
            )
            % {"n": load.minutes, "most": MOST_MINUTES}
        )
    return found


def chosen_of(data: Any, *, roles: list[str], cohort: Cohort, lang: str) -> tuple[str, str, str]:
    """Return role, language and town as they were chosen, the first role and the cohort's own town where they were not."""
    role, said, city = data.get("role", ""), data.get("speaks", ""), data.get("city", "")
    return (
        role if role in roles else roles[0],
        said if said in ("en", "fr") else lang,
        city if city in places.PLACES else cohort.city,
    )

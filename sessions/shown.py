"""What a session's page shows of its agenda, of who speaks and who hosts: read together, in four statements."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import defaultdict

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from collaborative.models import Membership
from collaborative.querysets import by_name
from core.language import language
from core.time import clock
from sessions.agenda import times_of
from sessions.models import AgendaItem, Appearance, LearningSession, Part, Partner, TeamSlot


@dataclasses.dataclass(frozen=True)
class Line:
    """An item of the agenda: when it begins, who speaks in it, which teams show something, and when the reader's own does.

    ``hour``: on the reader's clock. ``own``: a sentence for each team of the reader's that has its turn here.
    """

    at: dt.datetime
    hour: str
    item: AgendaItem
    people: list[Appearance]
    teams: list[TeamSlot]
    own: list[str]


@dataclasses.dataclass(frozen=True)
class Shown:
    """The agenda, everybody who speaks or hosts, and the organisations that host."""

    lines: list[Line]
    people: list[Appearance]
    partners: list[Partner]

    @property
    def named(self) -> list[Appearance]:
        """Return who is there, without those who asked to be forgotten."""
        return [one for one in self.people if one.speaker.name]

    @property
    def planned(self) -> int:
        """Return how many minutes the agenda takes."""
        return sum(line.item.minutes for line in self.lines)


def shown(learning_session: LearningSession, user=None) -> Shown:
    """Return what there is to show of a session to ``user``; None: on the cohort's clock, and nobody's team is theirs."""
    zone, lang = user.time_zone if user else learning_session.cohort.time_zone, language()
    items = list(learning_session.agenda.all())
    people = list(learning_session.appearances.select_related("speaker"))
    slots: dict[int | None, list[TeamSlot]] = defaultdict(list)
    for slot in _slots(learning_session, user):
        slots[slot.item_id].append(slot)
    speaking: dict[int | None, list[Appearance]] = defaultdict(list)
    for one in people:
        speaking[one.item_id].append(one)
    hostings = learning_session.hostings.select_related("partner").order_by(by_name("partner__name_en"), "partner_id")
    lines = [
        Line(at, clock(at, zone, lang), item, speaking[item.pk], slots[item.pk], _own(slots[item.pk]))
        for at, item in zip(times_of(learning_session, items), items, strict=True)
    ]
    hosts_first = sorted(people, key=lambda one: one.part != Part.HOST)
    return Shown(lines, hosts_first, [one.partner for one in hostings])


def _slots(learning_session: LearningSession, user):
    rows = learning_session.team_slots.select_related("team")
    if user is None:
        return rows
    held = Membership.objects.taking_part().filter(user=user, team=OuterRef("team"))
    return rows.annotate(own=Exists(held))


def _own(slots: list[TeamSlot]) -> list[str]:
    return [_turn(place, slot.team.name) for place, slot in enumerate(slots, start=1) if getattr(slot, "own", False)]


def _turn(place: int, team: str) -> str:
    words = {
        1: _("%(team)s is first"),
        2: _("%(team)s is second"),
        3: _("%(team)s is third"),
        4: _("%(team)s is fourth"),
        5: _("%(team)s is fifth"),
    }
    return words.get(place, _("%(team)s is number %(place)d")) % {"team": team, "place": place}

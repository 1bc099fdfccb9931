"""Everybody of a cohort on one list for its planning team: who is in, who was asked, in which role and team."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from collaborative.models import Circle, Cohort, Membership, Position, Role, Team
from core.language import language
from core.places import sort_key
from core.time import day, wall_in
from enrolment.models import Invitation
from enrolment.querysets import sponsors_named_in
from notifications.inbound.bounces import coming_back_among

STATES = {
    "in": gettext_lazy("In"),
    "asked": gettext_lazy("Asked, not here yet"),
    "over": gettext_lazy("Invitation has run out"),
}


@dataclass(frozen=True, slots=True)
class Listed:
    """One person (their key) in one role. ``on``: the day on the cohort's clock since when they are in, or until when the link
    works; ``comes_back``: mail to the address does."""

    person: str
    name: str
    email: str
    team: Team | None
    where: str
    role: str
    position: str
    circle: str
    title: str
    state: str
    on: dt.date
    comes_back: bool = False

    @property
    def role_words(self) -> str:
        return str(Role(self.role).label)

    @property
    def state_words(self) -> str:
        said = day(self.on, language(), weekday=False, year=True)
        if self.state == "in":
            return _("in since %(day)s") % {"day": said}
        if self.state == "asked":
            return _("asked, until %(day)s") % {"day": said}
        return _("asked, has run out on %(day)s") % {"day": said}


def everybody(cohort: Cohort) -> list[Listed]:
    """Return everybody in the cohort and its teams, and everybody asked in, by name; a constant number of statements."""
    now = timezone.now()
    roles = Membership.objects.current().filter_cohort(cohort.pk).select_related("user", "team")
    asked = Invitation.objects.open().filter_cohort(cohort.pk).select_related("person", "team")
    rows = [
        *(_in(one, cohort) for one in roles),
        *(_in(one, cohort) for one in sponsors_named_in(cohort).select_related("user", "organisation")),
        *(_asked(one, cohort, now) for one in asked),
    ]
    back = coming_back_among(row.email for row in rows)
    rows = [replace(row, comes_back=row.email.lower() in back) for row in rows] if back else rows
    return sorted(rows, key=lambda row: (sort_key(row.name), row.where))


def _in(held: Membership, cohort: Cohort) -> Listed:
    place = held.organisation.name if held.organisation else held.team.name if held.team else ""
    return Listed(
        str(held.user_id), held.user.name, held.user.email or "", held.team, place, held.role, held.position, held.circle, held.title,
        "in", _day(held.since, cohort),
    )  # fmt: skip


def _asked(asked: Invitation, cohort: Cohort, now: dt.datetime) -> Listed:
    return Listed(
        str(asked.person_id), asked.called or asked.person.name, asked.address, asked.team, asked.team.name if asked.team else "",
        asked.role, asked.position, asked.circle, asked.title, "asked" if asked.expires_at > now else "over",
        _day(asked.expires_at, cohort),
    )  # fmt: skip


def _day(moment: dt.datetime, cohort: Cohort) -> dt.date:
    return wall_in(moment, cohort.time_zone).date()


def roles_of_both(cohort: Cohort, one: User, other: User) -> list[tuple[Listed, User]]:
    """Return every role that these two hold in ``cohort`` or are asked into, each with whose it is."""
    now = timezone.now()
    held = Membership.objects.current().filter_cohort(cohort.pk).filter(user__in=[one, other])
    asked = Invitation.objects.open().filter_cohort(cohort.pk).filter(person__in=[one, other])
    return [
        *((_in(row, cohort), row.user) for row in held.select_related("user", "team", "organisation")),
        *((_asked(row, cohort, now), row.person) for row in asked.select_related("person", "team")),
    ]


def chosen(
    rows: Iterable[Listed], *, words: str = "", team: str = "", role: str = "", state: str = "", person: str = ""
) -> list[Listed]:
    """Return the rows that match: words of the name, address or team; a team's key; a role; a state of ``STATES``; a person's
    key."""
    wanted = sort_key(words.strip())
    return [
        row
        for row in rows
        if (not wanted or any(wanted in sort_key(text) for text in (row.name, row.email, row.where)))
        and (not team or (row.team is not None and str(row.team.pk) == team))
        and (not role or row.role == role)
        and (not state or row.state == state)
        and (not person or row.person == person)
    ]


def sheet(rows: Iterable[Listed]) -> tuple[list[str], list[list]]:
    """Return the headings and rows for a workbook, in the reader's language."""
    head = [
        _("Name"),
        _("E-mail"),
        _("Team"),
        _("Role"),
        _("Position"),
        _("Core or expanded team"),
        _("Work"),
        _("State"),
    ]
    comes_back = _("mail to this address comes back")
    return head, [
        [
            row.name, row.email, row.where, row.role_words,
            str(Position(row.position).label) if row.position else "",
            str(Circle(row.circle).label) if row.team else "", row.title,
            f"{row.state_words} · {comes_back}" if row.comes_back else row.state_words,
        ]
        for row in rows
    ]  # fmt: skip

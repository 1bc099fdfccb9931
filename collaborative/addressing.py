"""Whom an announcement is for: roles, teams and what people answered to a session, each narrowing the others."""

from __future__ import annotations

import dataclasses
import hashlib
import uuid
from collections.abc import Collection, Mapping
from typing import Any, Final, Self

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collaborative.models import Announcement, Cohort, Membership, Role, Team
from collaborative.querysets import PLANS, SPONSORS, by_name
from core.forms import listing
from core.registry import Slot
from notifications import states
from notifications.models import PlannedMessage

# Rooms above know what people said of their sessions: a key and its words each ("Who comes to …").
answers_of = Slot(
    "answers_of", "room -> fn(cohort) -> list of (key, words) of people who gave, or did not give, an answer"
)
who_answered = Slot(
    "who_answered",
    "room -> fn(cohort, key) -> the keys of these people as a queryset, None where it is not this room's key",
)

ROLES: Final = {
    Role.LEAD: gettext_lazy("Team leads"),
    Role.PARTICIPANT: gettext_lazy("Team members"),
    Role.PARTNER: gettext_lazy("Patient and care partners"),
    Role.SPONSOR: gettext_lazy("Executive sponsors"),
    Role.COACH: gettext_lazy("Coaches"),
    Role.MENTOR: gettext_lazy("Mentors"),
    Role.FACULTY: gettext_lazy("Faculty"),
}


@dataclasses.dataclass(frozen=True)
class Audience:
    """Whom something is for; what is empty narrows nothing. ``answers``: a key of ``answers_of``."""

    roles: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    answers: str = ""

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Self:
        """Return what is kept in a row."""
        return cls(tuple(kept.get("roles", ())), tuple(kept.get("teams", ())), kept.get("answers", ""))

    def kept(self) -> dict[str, Any]:
        """Return how it is kept in a row: {} for everybody."""
        parts = {"roles": sorted(self.roles), "teams": sorted(self.teams), "answers": self.answers}
        return {name: value for name, value in parts.items() if value}


def answer_choices(cohort: Cohort) -> list[tuple[str, str]]:
    """Return what people of a cohort answered, as one chooses it: keys and words."""
    return [one for _room, some in answers_of.ask_all(cohort) for one in some]


def teams_of(cohort: Cohort) -> QuerySet[Team]:
    """Return the teams that can be written to: those that know of their place and have not left."""
    return Team.objects.told().filter(cohort=cohort, withdrawn_at=None).in_order()


def people_in(cohort: Cohort, audience: Audience) -> QuerySet:
    """Return the people of an audience, each once, by name; the planning team is in none."""
    teams = teams_of(cohort).order_by()
    beside = Q(cohort=cohort)
    if audience.teams:
        teams, beside = teams.filter(pk__in=audience.teams), Q(pk__in=[])
    sponsored = Q(role__in=SPONSORS, organisation__in=teams.values("unit__organisation"))
    held = Membership.objects.current().filter(beside | Q(team__in=teams.values("pk")) | sponsored)
    held = held.filter(role__in=audience.roles or ROLES)
    people = get_user_model()._default_manager.filter(pk__in=held.values("user"))
    if audience.answers:
        people = people.filter(pk__in=_who_answered(cohort, audience.answers))
    return people.order_by(by_name(), "pk")


def _who_answered(cohort: Cohort, key: str) -> Any:
    found = [one for _room, one in who_answered.ask_all(cohort, key) if one is not None]
    return found[0] if found else []


def in_words(cohort: Cohort, audience: Audience, team_names: Collection[str] = ()) -> str:
    """Return whom something is for: "Team leads and coaches · 2 West · Who comes to “Session 2”"."""
    roles = listing([str(words).lower() for role, words in ROLES.items() if role in audience.roles])
    parts = [capfirst(roles), listing(list(team_names))]
    if audience.answers:
        parts.append(
            dict(answer_choices(cohort)).get(audience.answers, _("what was answered to a session that is over"))
        )
    return " · ".join(one for one in parts if one) or _("Everybody in the cohort")


def names_of(cohort: Cohort, audience: Audience) -> list[str]:
    """Return the names of the teams that an audience names."""
    if not audience.teams:
        return []
    return list(Team.objects.filter(cohort=cohort, pk__in=audience.teams).in_order().values_list("name", flat=True))


# ---------------------------------------------------------------- how many that is


@dataclasses.dataclass(frozen=True)
class Reach:
    """The people who would get an announcement now."""

    people: list[Any]

    @property
    def n(self) -> int:
        return len(self.people)

    def reading(self, lang: str) -> int:
        """Return how many of them read this language."""
        return sum(one.language == lang for one in self.people)

    @property
    def in_english(self) -> int:
        return self.reading("en")

    @property
    def in_french(self) -> int:
        return self.reading("fr")

    @property
    def without_mailbox(self) -> int:
        return sum(not one.email for one in self.people)

    def called(self, word: str, most: int = 20) -> list[Any]:
        """Return those of them who have this in their name or address."""
        word = word.casefold()
        return [one for one in self.people if word in f"{one.name}\0{one.email or ''}".casefold()][:most]

    def mark(self, announcement: Announcement) -> str:
        """Return what confirms that these words go to these people, and to nobody else."""
        keys = "".join(sorted(str(one.pk) for one in self.people))
        return hashlib.sha256(f"{announcement.pk}/{announcement.version}/{keys}".encode()).hexdigest()[:24]


def reach_of(announcement: Announcement) -> Reach:
    """Return who would get an announcement if it were sent now; one statement."""
    people = people_in(announcement.cohort, Audience.read(announcement.audience))
    if announcement.only_told and announcement.corrects_id:
        everybody = people_in(announcement.cohort, Audience())
        people = everybody.filter(pk__in=told_of(announcement.corrects_id).values("recipient"))
    return Reach(list(people))


def told_of(announcement_id: uuid.UUID) -> QuerySet[PlannedMessage]:
    """Return the messages by which people got an announcement, or may have."""
    return PlannedMessage.objects.filter(
        source_type=Announcement._meta.label_lower,
        source_id=str(announcement_id),
        kind__in=Announcement.KINDS,
        state__in=states.MAY_HAVE_ARRIVED,
    )


# ---------------------------------------------------------------- what is asked just before messages leave


def may_hear_of(asked: Collection[tuple[Any, str]]) -> set[tuple[Any, str]]:
    """Return those of the pairs (person, announcement's key), as two keys, who still have to do with its cohort.

    Two statements, however many pairs.
    """
    rows = Announcement.objects.shown().filter(pk__in={key for _user, key in asked})
    cohort_of = {str(key): cohort for key, cohort in rows.values_list("pk", "cohort")}
    held = _belonging({user.pk for user, _key in asked}, set(cohort_of.values()))
    return {(user.pk, key) for user, key in asked if (user.pk, cohort_of.get(key)) in held}


def _belonging(people: Collection[Any], cohorts: Collection[Any]) -> set[tuple[Any, Any]]:
    """Return (person, cohort) of those who hold a role there: in it, in a team that has not left, as a sponsor or planner."""
    standing = Team.objects.filter(withdrawn_at=None, cohort__in=cohorts)
    held = Membership.objects.current().filter(
        Q(cohort__in=cohorts)
        | Q(team__in=standing)
        | Q(programme__cohorts__in=cohorts, role__in=PLANS)
        | Q(role__in=SPONSORS, organisation__units__teams__in=standing),
        user__in=people,
    )
    return held.with_cohort(
        "cohort", "team__cohort", "programme__cohorts", "organisation__units__teams__cohort"
    ).pairs()


def versions(source_ids: Collection[str]) -> dict[str, int]:
    """Return the versions of the announcements that people should hear of; what is hidden or gone is left out."""
    rows = Announcement.objects.shown().filter(pk__in=source_ids)
    return {str(key): version for key, version in rows.values_list("pk", "version")}

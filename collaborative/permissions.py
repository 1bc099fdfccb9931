"""May I do this? What several rooms ask; a question of one subject alone stands beside its verb (belonging, pausing …).

404 where a person may not know that a thing exists (use ``visible_to``); these predicates are for verbs on what they see.
All of them read the person's roles from one statement a request, kept on the person.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import json
import uuid
from collections.abc import Collection
from contextvars import ContextVar
from typing import Any

from django.db import connection
from django.db.models import Count, Subquery
from django.db.models.functions import Coalesce

from collaborative.models import OPENS_A_TEAM, TEAM_ROLES, Cohort, Membership, Programme, Role, Team
from notifications import inbox
from notifications.models import PlannedMessage

# The page of this request: what its address names ("team", "cohort" or "programme") and its key, None where it names none.
page_asked_for: ContextVar[tuple[str, uuid.UUID] | None] = ContextVar("page_asked_for", default=None)


@dataclasses.dataclass(frozen=True)
class Held:
    """A role held now, and the scope it is held in (a team's role also names the team's cohort)."""

    role: str
    programme_id: uuid.UUID | None
    cohort_id: uuid.UUID | None
    organisation_id: uuid.UUID | None
    team_id: uuid.UUID | None
    team_cohort_id: uuid.UUID | None
    since: dt.datetime
    # The programme that this role belongs to, by itself or through its cohort or team; None in an organisation.
    series_id: uuid.UUID | None = None
    unit_word: str = ""


def roles_of(user) -> list[Held]:
    """Return the roles that ``user`` holds now, read once and kept on the person for this request."""
    try:
        return user._held
    except AttributeError:
        if not getattr(user, "is_authenticated", False):
            return []
    kind, key = page_asked_for.get() or ("", None)
    sql, asked = _statement(kind)
    with connection.cursor() as cursor:
        known = {_PERSON: user.pk, str(_PERSON): str(user.pk), _KEY: key}
        cursor.execute(sql, [known.get(one, one) for one in asked])
        read = cursor.fetchall()
    # What there is to know about words, and what waits to be read, comes with every role and is the same with all of them.
    user._around = json.loads(read[0][-2]) if read else None
    inbox.counted(user, read[0][-1] if read else None)
    user._held = [Held(*row[:-2]) for row in read]
    return user._held


def unread_of(user) -> int:
    """Return how many messages stand unread in the list of ``user`` alone; read with their roles."""
    roles_of(user)
    return inbox.unread(user)


# They stand in the statement for the person and for the key of the page.
_PERSON, _KEY = uuid.uuid4(), uuid.uuid4()


@functools.cache
def _statement(kind: str) -> tuple[str, tuple[Any, ...]]:
    """Return the statement that reads roles for a page of this kind ("" for one that names nothing), and its parameters.

    Every page asks it, and Django takes longer to write it than PostgreSQL to answer: so it is written once.
    """
    fields = ("role", "programme_id", "cohort_id", "organisation_id", "team_id", "team__cohort_id", "since")
    rows = Membership.objects.current().filter(user=_PERSON).with_words((kind, _KEY) if kind else None)
    waiting = PlannedMessage.objects.unread_by(_Asked(_PERSON)).order_by().values("recipient_key")
    counted = Coalesce(Subquery(waiting.annotate(n=Count("pk")).values("n")), 0)
    return rows.values_list(*fields, "series", "unit_word", "around", counted).query.sql_with_params()


@dataclasses.dataclass(frozen=True)
class _Asked:
    """A person who is only a key yet."""

    pk: uuid.UUID


def read_roles_of(users: Collection) -> None:
    """Read the roles that many people hold now in one statement, and keep them on each, for the predicates below."""
    found: dict[uuid.UUID, list[Held]] = {one.pk: [] for one in users}
    fields = ("user", "role", "programme_id", "cohort_id", "organisation_id", "team_id", "team__cohort_id", "since")
    for key, *facts in Membership.objects.current().filter(user__in=found).values_list(*fields):
        found[key].append(Held(*facts))
    for one in users:
        one._held = found[one.pk]


def plans(user, cohort: Cohort) -> bool:
    """Is ``user`` on the planning team of ``cohort`` (or of its programme)?"""
    return any(
        held.role == Role.PLANNER
        and (held.cohort_id == cohort.pk or held.programme_id == cohort.programme_id)
        and (held.cohort_id or held.programme_id)
        for held in roles_of(user)
    )


def plans_whole(user, cohort: Cohort) -> bool:
    """Is ``user`` on the planning team of the whole programme of ``cohort``?"""
    return any(held.role == Role.PLANNER and held.programme_id == cohort.programme_id for held in roles_of(user))


def still_plans(job, user) -> bool:
    """Does ``user`` still plan what a file was made of? ``job``: work of theirs whose params name a cohort and its programme."""
    cohort, programme = (uuid.UUID(job.params[name]) for name in ("cohort", "programme"))
    return plans(user, Cohort(pk=cohort, programme_id=programme))


def plans_any(user) -> bool:
    """Does ``user`` plan anything at all? Decides whether the planning room is in the menu."""
    return any(held.role == Role.PLANNER for held in roles_of(user))


def cohorts_planned(user) -> set[str]:
    """Return the keys of the cohorts that ``user`` plans, as messages bear them."""
    return {str(key) for key in Cohort.objects.run_by(user).values_list("pk", flat=True)}


def programmes_planned(user) -> set[str]:
    """Return the keys of the programmes that ``user`` plans, or any cohort of, as messages bear them."""
    return {str(key) for key in Programme.objects.run_by(user).values_list("pk", flat=True)}


def plans_since(user) -> dt.datetime | None:
    """Since when does ``user`` plan anything? None for who plans nothing now."""
    return min((held.since for held in roles_of(user) if held.role == Role.PLANNER), default=None)


def coaches(user, team: Team) -> bool:
    """Is ``user`` assigned to ``team`` as a coach now?"""
    return any(held.role == Role.COACH and held.team_id == team.pk for held in roles_of(user))


def coaches_any(user) -> bool:
    """Does ``user`` coach any team?"""
    return any(held.role == Role.COACH for held in roles_of(user))


def sponsors_any(user) -> bool:
    """Does ``user`` answer for any team or organisation as its sponsor?"""
    return any(held.role == Role.SPONSOR for held in roles_of(user))


def belongs(user, team: Team) -> bool:
    """Does ``user`` belong to ``team`` (member, lead or partner)?"""
    return any(held.role in TEAM_ROLES and held.team_id == team.pk for held in roles_of(user))


def opens(user, team: Team) -> bool:
    """May ``user`` open the pages of ``team`` in a role held in it? (Who plans its cohort may as well.)"""
    return any(held.role in OPENS_A_TEAM and held.team_id == team.pk for held in roles_of(user))


def sponsors(user, team: Team) -> bool:
    """Does ``user`` answer for ``team`` as its sponsor, or as its organisation's?"""
    return any(
        held.role == Role.SPONSOR and (held.team_id == team.pk or held.organisation_id == team.unit.organisation_id)
        for held in roles_of(user)
    )


def leads(user, team: Team) -> bool:
    """Does ``user`` lead ``team``?"""
    return any(held.role == Role.LEAD and held.team_id == team.pk for held in roles_of(user))


def fills(user, team: Team) -> bool:
    """May ``user`` ask people into ``team``? Its lead and the planning team may."""
    return leads(user, team) or plans(user, team.cohort)


def takes_part(user, cohort: Cohort) -> bool:
    """Does ``user`` come to the learning sessions of ``cohort``: with a role in it or in one of its teams, or planning it?

    A sponsor sees when the teams meet, no more (``Membership.objects.taking_part`` is the same rule for many).
    """
    return plans(user, cohort) or any(
        held.role != Role.SPONSOR and cohort.pk in (held.cohort_id, held.team_cohort_id) for held in roles_of(user)
    )


def in_a_team(user) -> bool:
    """Does ``user`` belong to any team? Decides whether Log and Team stand in the menu."""
    return any(held.role in TEAM_ROLES for held in roles_of(user))


def in_a_cohort(user) -> bool:
    """May ``user`` see any cohort? Decides whether Cohort stands in the menu."""
    return any(
        held.cohort_id
        or held.team_cohort_id
        or held.organisation_id
        or (held.programme_id and held.role == Role.PLANNER)
        for held in roles_of(user)
    )

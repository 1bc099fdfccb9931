"""Asking the people of new teams in, all of them at once: the rules of ``services.invite``, in a handful of statements."""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.contrib.auth.hashers import make_password

from accounts.addresses import holders_of, same_person
from accounts.models import User
from audit.services import record_many
from collaborative.models import Circle, Cohort, Membership, PartnerWelcome, Role, Team
from core import places
from enrolment import services
from enrolment.models import VALID_FOR, Invitation
from enrolment.partner_welcome import is_ready
from enrolment.permissions import roles_for, roles_inside


@dataclasses.dataclass(frozen=True)
class Asked:
    """Somebody who is asked into a team that was just made."""

    team: Team
    name: str
    email: str
    role: str
    language: str
    position: str = ""
    circle: str = Circle.CORE.value
    title: str = ""


@dataclasses.dataclass(frozen=True)
class Done:
    """The invitations, the people who are new with them, and at which places of the list a rule kept somebody out."""

    invitations: list[Invitation]
    people: list[User]
    kept_out: list[int]


def ask_in(wanted: Sequence[Asked], *, cohort: Cohort, leaves_at: dt.datetime, by) -> Done:
    """Ask these people into new teams of a cohort; their mails leave at ``leaves_at``. Nobody is doubled.

    Whoever a rule keeps out keeps nobody else out: who may not be given the role, whose account is closed, a partner into
    a team that has not said what a partner can count on, the second of two with one address (or, without any, one name)
    in a team, and a sponsor who is one already.
    """
    allowed = _Allowed([one.team for one in wanted], by)
    strangers = _strangers([one for one in wanted if allowed.may(one)])
    people = _reached(strangers, wanted)
    answering = _sponsors(people.values(), [one.team for one in wanted])
    seen: set[tuple[uuid.UUID, Any]] = set()
    invitations, made, kept_out = [], [], []
    for nth, one in enumerate(wanted):
        person = people.get(_address(one)) if one.email.strip() else _new(one)
        key = (one.team.pk, person.pk if person and one.email.strip() else places.sort_key(one.name))
        is_in = (
            person is not None and one.role == Role.SPONSOR and (person.pk, one.team.unit.organisation_id) in answering
        )
        if person is None or not person.is_active or not allowed.may(one) or key in seen or is_in:
            kept_out.append(nth)
            continue
        seen.add(key)
        if not one.email.strip():
            made.append(person)
        invitations.append(
            Invitation(
                person=person, team=one.team, role=one.role, called=one.name.strip(), address=_address(one), title=one.title,
                position=one.position, circle=one.circle, by=by, expires_at=leaves_at + VALID_FOR,
            )
        )  # fmt: skip
    User.objects.bulk_create(made)
    asked = {one.person.pk for one in invitations}
    made += [one for address, one in people.items() if address in strangers and one.pk == strangers[address].pk]
    Invitation.objects.bulk_create(invitations)
    services.tell_of_many(invitations, cohort=cohort, leaves_at=leaves_at)
    _record(invitations, cohort=cohort, by=by)
    return Done(invitations, [one for one in made if one.pk in asked], kept_out)


def _address(one: Asked) -> str:
    return one.email.strip().lower()


class _Allowed:
    """Who may be asked in as what; asks the database once for all teams, and once more for each organisation's sponsor."""

    def __init__(self, teams: Sequence[Team], by) -> None:
        self.by = by
        keys = {one.pk for one in teams}
        self.welcoming = {one.team_id for one in PartnerWelcome.objects.filter(team__in=keys) if is_ready(one)}
        self.naming: dict[Any, bool] = {}

    def may(self, one: Asked) -> bool:
        if one.role == Role.PARTNER and one.team.pk not in self.welcoming:
            return False
        if one.role != Role.SPONSOR:
            return one.role in roles_inside(self.by, one.team)
        home = one.team.unit.organisation_id
        if home not in self.naming:
            self.naming[home] = Role.SPONSOR in roles_for(self.by, one.team)
        return self.naming[home]


def _strangers(wanted: Sequence[Asked]) -> dict[str, User]:
    """Make an account for each address that is nobody's yet, and return it by its address."""
    by_address = {_address(one): one for one in wanted if one.email.strip()}
    known = holders_of(by_address)
    made = {address: _new(one) for address, one in by_address.items() if address not in known}
    # Somebody else may ask one of them in at this very moment: theirs stands.
    User.objects.bulk_create(made.values(), ignore_conflicts=True)
    return made


def _new(one: Asked) -> User:
    city = one.team.unit.city
    return User(
        email=_address(one) or None,
        name=one.name.strip(),
        password=make_password(None),
        language=one.language,
        city=city,
        time_zone=places.zone_of(city),
    )


def _reached(strangers: dict[str, User], wanted: Sequence[Asked]) -> dict[str, User]:
    """Return who is asked in at each address, their rows held: of a closed account, the person it was made one with."""
    found = holders_of([one.email for one in wanted if one.email.strip()])
    held = User.objects.select_for_update().filter(pk__in={one.pk for one in found.values()}).order_by("pk").in_bulk()
    return {address: same_person(held[one.pk]) or held[one.pk] for address, one in found.items()}


def _sponsors(people, teams: Sequence[Team]) -> set[tuple[uuid.UUID, uuid.UUID]]:
    """Return (person, organisation) of who answers for one of these organisations already."""
    homes = {one.unit.organisation_id for one in teams}
    rows = Membership.objects.current().filter(role=Role.SPONSOR, organisation__in=homes)
    return set(rows.filter(user__in={one.pk for one in people}).values_list("user", "organisation"))


def _record(invitations: Sequence[Invitation], *, cohort: Cohort, by) -> None:
    alike: dict[tuple[str, bool], list[Invitation]] = defaultdict(list)
    for one in invitations:
        alike[one.role, bool(one.address)].append(one)
    for (role, by_mail), some in alike.items():
        record_many("invitation.made", some, by=by, cohort_id=cohort.pk, role=role, by_mail=by_mail)

"""Whom the application of a team names and nobody asked in yet, and what is in the way."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from accounts.addresses import holders_of, same_person
from collaborative.models import Circle, Membership, PartnerWelcome, Role, Team
from core import places
from enrolment.models import Application, Invitation
from enrolment.partner_welcome import is_ready

# The place of the sponsor in what a release notes; members have theirs from 1.
SPONSOR = 0


@dataclasses.dataclass(frozen=True)
class NotAsked:
    """Somebody whom an application names. ``why``: what is in the way in words, "" where nothing is; ``welcome``: the
    team has not said yet what a partner can count on."""

    application: Application
    ordinal: int
    name: str
    email: str
    role: str
    position: str = ""
    circle: str = Circle.CORE.value
    title: str = ""
    language: str = ""
    why: str = ""
    welcome: bool = False

    @property
    def role_name(self) -> str:
        """Return what the application calls their role."""
        return str(Role(self.role).label)

    def as_typed(self) -> dict[str, str]:
        """Return what the invitation's boxes hold."""
        names = ("name", "email", "role", "position", "circle", "title", "language")
        return {name: getattr(self, name) for name in names}


def of_team(team: Team) -> list[NotAsked]:
    """Return whom the application of a team names and nobody asked in, in its order; [] for a team that never applied."""
    rows = Application.objects.filter(team=team).defer("typed", "why", "hope", "equity")
    return [one for one in _not_asked(list(rows)) if one.ordinal != SPONSOR]


def of_release(ledger: dict[str, list]) -> list[NotAsked]:
    """Return whom a rule kept out of the teams that a release made, and nobody asked in since."""
    notes = {(key, ordinal) for key, ordinal in ledger.get("notes", [])}
    rows = Application.objects.filter(pk__in={key for key, _ordinal in notes}, team__withdrawn_at=None)
    found = _not_asked(list(rows.exclude(team=None).select_related("team__unit")))
    return [one for one in found if (str(one.application.pk), one.ordinal) in notes]


def _named(row: Application) -> list[NotAsked]:
    found = [
        NotAsked(
            row, one.ordinal, one.name, one.email, one.role, one.position, one.circle, one.title,
            one.language or row.team_language,
        )
        for one in row.members.all()
    ]  # fmt: skip
    if row.sponsor_email and row.sponsor_said == "yes":
        found.append(
            NotAsked(
                row, SPONSOR, row.sponsor_name or row.sponsor_email.partition("@")[0], row.sponsor_email, Role.SPONSOR,
                title=row.sponsor_title, language=row.team_language,
            )
        )  # fmt: skip
    return found


def _not_asked(rows: Sequence[Application]) -> list[NotAsked]:
    """Return whom these applications name and nobody asked in: six statements for any number, two where all are asked."""
    if not rows:
        return []
    prefetch_related_objects(rows, "members")
    asked: dict[Any, list[tuple[str, str]]] = defaultdict(list)
    teams = {one.team_id for one in rows}
    for team, name, address in Invitation.objects.filter(team__in=teams).values_list("team", "called", "address"):
        asked[team].append((places.sort_key(name), address.lower()))
    left = [one for row in rows for one in _without(_named(row), asked[row.team_id])]
    if not left:
        return []
    here = set(
        Membership.objects.current()
        .filter(team__in=teams, user__email__isnull=False)
        .values_list("team", "user__email")
    )
    left = [one for one in left if (one.application.team_id, one.email.lower()) not in here]
    welcoming = {one.team_id for one in PartnerWelcome.objects.filter(team__in=teams) if is_ready(one)}
    holders = holders_of([one.email for one in left if one.email])
    closed = {address for address, one in holders.items() if not one.is_active and same_person(one) is None}
    return [_with_reason(one, asked[one.application.team_id], closed, welcoming) for one in left]


def _without(named: list[NotAsked], asked: list[tuple[str, str]]) -> list[NotAsked]:
    """Return those of ``named`` whom none of the invitations ``asked`` (name, address) went to; each went to one of them."""
    free, left = list(asked), []
    for one in named:
        both = (places.sort_key(one.name), one.email.strip().lower())
        if both in free:
            free.remove(both)
        else:
            left.append(one)
    # Asked with another address, or with a name that was written otherwise.
    still = []
    for one in left:
        name, address = places.sort_key(one.name), one.email.strip().lower()
        other = next((pair for pair in free if pair[0] == name or (address and pair[1] == address)), None)
        if other:
            free.remove(other)
        else:
            still.append(one)
    return still


def _with_reason(
    one: NotAsked, asked: list[tuple[str, str]], closed: Collection[str], welcoming: Collection[Any]
) -> NotAsked:
    """Say what is in the way of an invitation, as a planner or lead can mend it."""
    address, name = one.email.strip().lower(), places.sort_key(one.name)
    if one.role == Role.PARTNER and one.application.team_id not in welcoming:
        why = _("The team has not said yet what a partner can count on.")
        return dataclasses.replace(one, why=why, welcome=True)
    if address and any(address == known for _name, known in asked):
        why = _(
            "Somebody else of the team was asked in with this address. Ask for one of their own, or leave it empty."
        )
    elif address in closed:
        why = _("The account with this address is closed. Ask for another address.")
    elif not address and any(name == known for known, _address in asked):
        why = _("Two people on the list have this name. Add something that tells them apart.")
    else:
        why = ""
    return dataclasses.replace(one, why=why)

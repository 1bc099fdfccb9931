"""Whom the application of a team names and nobody asked in yet, and what is in the way."""

from __future__ import annotations

import dataclasses
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from accounts.addresses import holders_of, same_person
from collaborative.models import Circle, Membership, Role, Team
from collaborative.permissions import plans
from core import places
from enrolment.models import Application, ApplicationMember, Invitation
from enrolment.partner_welcome import is_ready
from enrolment.partner_welcome import of_team as of_its_team

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


def of_team(team: Team, *, reader) -> list[NotAsked]:
    """Return whom the application of a team names and nobody asked in, in its order; [] for a team that never applied.

    What is in the way is said as far as it concerns ``reader``.
    """
    if getattr(team, "application", None) is None:
        return []
    left = _not_asked(Application.objects.filter(team=team), to_planner=plans(reader, team.cohort))
    return [one for one in left if one.ordinal != SPONSOR]


def of_release(ledger: dict[str, list]) -> list[NotAsked]:
    """Return whom a rule kept out of the teams that a release made, and nobody asked in since, as planners read it."""
    notes = {(key, ordinal) for key, ordinal in ledger.get("notes", [])}
    if not notes:
        return []
    rows = Application.objects.filter(pk__in={key for key, _ordinal in notes}, team__withdrawn_at=None)
    left = _not_asked(rows.exclude(team=None), to_planner=True)
    return [one for one in left if (str(one.application.pk), one.ordinal) in notes]


_TYPED = ("ordinal", "name", "email", "role", "position", "circle", "title", "language")


def _list_of(rows, **fields: str) -> ArraySubquery:
    return ArraySubquery(rows.order_by().values(json=JSONObject(**fields)))


def _read(rows) -> list[Any]:
    """Return applications, each with whom it names (``named``), who was asked in (``asked``) and whose addresses are in
    the team (``here``): one statement."""
    team = {"team": OuterRef("team")}
    in_it = Membership.objects.current().filter(**team, user__email__isnull=False)
    found = rows.select_related("team__partner_welcome").defer("typed", "why", "hope", "equity").annotate(
        named=_list_of(ApplicationMember.objects.filter(application=OuterRef("pk")), **{name: name for name in _TYPED}),
        asked=_list_of(Invitation.objects.filter(**team), name="called", email="address"),
        here=_list_of(in_it, email="user__email"),
    )  # fmt: skip
    return list(found)


def _named(row: Any) -> list[NotAsked]:
    found = [
        NotAsked(row, **{**typed, "language": typed["language"] or row.team_language})
        for typed in sorted(row.named, key=lambda typed: typed["ordinal"])
    ]
    if row.sponsor_email and row.sponsor_said == "yes":
        name = row.sponsor_name or row.sponsor_email.partition("@")[0]
        more = {"title": row.sponsor_title, "language": row.team_language}
        found.append(NotAsked(row, SPONSOR, name, row.sponsor_email, Role.SPONSOR.value, **more))
    return found


def _not_asked(rows, *, to_planner: bool) -> list[NotAsked]:
    """Return whom these applications name and nobody asked in: one statement, two more where an address is looked up."""
    left = []
    for row in _read(rows):
        asked = [(places.sort_key(one["name"]), one["email"].lower()) for one in row.asked]
        here = {one["email"].lower() for one in row.here}
        left += [(one, asked) for one in _without(_named(row), asked) if one.email.lower() not in here]
    left = [(_with_reason(one, asked), asked) for one, asked in left]
    emails = {one.email.strip().lower() for one, _asked in left if one.email and not one.why}
    holders = holders_of(emails) if emails else {}
    closed = {address for address, one in holders.items() if not one.is_active and same_person(one) is None}
    if to_planner:
        why = _("The account with this address is closed. Ask for another address.")
    else:
        # That there is an account, and that it is closed, concerns nobody but those who plan.
        why = _("Nobody can be invited at this address from here. Ask the planning team.")
    return [
        dataclasses.replace(one, why=why) if not one.why and one.email.strip().lower() in closed else one
        for one, _asked in left
    ]


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


def _with_reason(one: NotAsked, asked: list[tuple[str, str]]) -> NotAsked:
    """Say what of the list itself is in the way of an invitation, as a planner or lead can mend it."""
    address, name = one.email.strip().lower(), places.sort_key(one.name)
    if one.role == Role.PARTNER and not is_ready(of_its_team(one.application.team)):
        why = _("The team has not said yet what a partner can count on.")
        return dataclasses.replace(one, why=why, welcome=True)
    if address and any(address == known for _name, known in asked):
        why = _(
            "Somebody else of the team was asked in with this address. Ask for one of their own, or leave it empty."
        )
    elif not address and any(name == known for known, _address in asked):
        why = _("Two people on the list have this name. Add something that tells them apart.")
    else:
        why = ""
    return dataclasses.replace(one, why=why)

"""Each row of a table against what is there: who would be invited, who is in already, what is wrong. Changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.validators import validate_email
from django.utils import timezone

from accounts.addresses import holders_of
from accounts.models import User
from collaborative.models import Circle, Cohort, Membership, PartnerWelcome, Position, Role, Team
from collaborative.permissions import plans
from core.forms import plain_name
from core.places import sort_key
from enrolment.deciding import held
from enrolment.models import Invitation
from enrolment.partner_welcome import is_ready
from enrolment.people_import.table import Row
from enrolment.people_import.verdicts import Verdict
from enrolment.permissions import roles_for, roles_inside
from enrolment.querysets import teams_to_fill


@dataclass(slots=True)
class Checked:
    """A row with what is said of it; where something is done: into which team, and whom it is about, if known already."""

    row: Row
    verdict: Verdict
    team: Team | None = None
    person: User | None = None
    # An earlier invitation has to be replaced, or the mail waits for a letter: this one is made by itself.
    alone: bool = False


class Check:
    """What is there, read once for all rows in a constant number of statements."""

    def __init__(self, *, cohort: Cohort, by: Any, rows: Iterable[Row], team: Team | None = None) -> None:
        self.by, self.team = by, team
        self.rows = list(rows)
        self.teams = self._teams(cohort)
        self.people = holders_of([row.email for row in self.rows])
        keys = [one.pk for one in self.teams.values()]
        self.held = self._held(keys)
        self.asked = self._asked(keys)
        self.unreachable = self._unreachable(keys)
        self.welcoming = {one.team_id for one in PartnerWelcome.objects.filter(team__in=keys) if is_ready(one)}
        # Into these nobody is asked before the letter that tells of their place: each invitation waits for its minute.
        self.told_later = set(held().filter(application__team__in=keys).values_list("application__team", flat=True))
        self._with_sponsor: dict[Any, tuple[Role, ...]] = {}

    def all(self) -> list[Checked]:
        """Return every row with its verdict, in order. The second of two rows about one person and team rests.

        Where it names another role, somebody has to look: one invitation at a time leads into a team.
        """
        seen: dict[tuple[Any, ...], tuple[int, str]] = {}
        found = []
        for row in self.rows:
            one = self._one(row)
            if one.team and one.verdict.kind != "wrong":
                key = (one.team.pk, row.email or sort_key(row.name))
                role = row.role or Role.PARTICIPANT.value
                first, before = seen.setdefault(key, (row.number, role))
                if first != row.number:
                    same = before == role
                    one.verdict = (
                        Verdict("same", {"row": first})
                        if same
                        else Verdict("second_role", {"row": first, "role": role})
                    )
                one.alone = one.alone or one.team.pk in self.told_later
            found.append(one)
        return found

    def _one(self, row: Row) -> Checked:
        wrong = _shape(row)
        if wrong:
            return Checked(row, wrong)
        team = self._team_of(row)
        if team is None:
            return Checked(row, Verdict("unknown_team", {"team": row.team}) if row.team else Verdict("no_team"))
        role, person = row.role or Role.PARTICIPANT.value, self.people.get(row.email)
        wrong = self._role(role, team) or (
            Verdict("welcome") if role == Role.PARTNER and team.pk not in self.welcoming else None
        )
        if wrong:
            return Checked(row, wrong, team)
        if not row.email:
            known = (team.pk, sort_key(row.name)) in self.unreachable
            return Checked(row, Verdict("listed" if known else "list"), team)
        return self._known(row, role, team, person)

    def _known(self, row: Row, role: str, team: Team, person: User | None) -> Checked:
        if person is None:
            return Checked(row, Verdict("invite"), team)
        if not person.is_active:
            return Checked(row, Verdict("closed" if plans(self.by, team.cohort) else "not_from_here"), team, person)
        if (person.pk, self._scope(role, team), role) in self.held:
            return Checked(row, Verdict("in"), team, person)
        earlier = self.asked.get((person.pk, team.pk))
        if earlier is None:
            return Checked(row, Verdict("invite"), team, person)
        if not earlier[1]:  # it has run out
            return Checked(row, Verdict("invite"), team, person, alone=True)
        if earlier[0] == role:
            return Checked(row, Verdict("waiting"), team, person)
        return Checked(row, Verdict("other_role", {"role": earlier[0]}), team, person)

    def _role(self, role: str, team: Team) -> Verdict | None:
        inside = roles_inside(self.by, team)
        if role in inside:
            return None
        # Only who names a sponsor needs to be asked about the whole organisation, and that once.
        if role == Role.SPONSOR and team.pk not in self._with_sponsor:
            self._with_sponsor[team.pk] = roles_for(self.by, team)
        allowed = self._with_sponsor.get(team.pk, inside)
        if role in allowed:
            return None
        facts = {"role": role, "roles": [one.value for one in allowed]}
        return Verdict("role_refused" if role in Role else "unknown_role", facts)

    def _team_of(self, row: Row) -> Team | None:
        if not row.team:
            return self.team
        found = self.teams.get(sort_key(row.team))
        # Who leads one team fills that one, whatever a column says.
        return found if self.team is None or found == self.team else None

    @staticmethod
    def _scope(role: str, team: Team) -> Any:
        return team.unit.organisation_id if role == Role.SPONSOR else team.pk

    def _teams(self, cohort: Cohort) -> dict[str, Team]:
        if self.team:
            return {sort_key(self.team.name): self.team}
        return {sort_key(one.name): one for one in teams_to_fill(cohort)}

    def _held(self, teams: list) -> set[tuple]:
        people = [one.pk for one in self.people.values()]
        homes = {one.unit.organisation_id for one in self.teams.values()}
        rows = Membership.objects.current().filter(user__in=people)
        held = rows.filter(team__in=teams).values_list("user", "team", "role")
        answered = rows.filter(organisation__in=homes).values_list("user", "organisation", "role")
        return {*held, *answered}

    def _asked(self, teams: list) -> dict[tuple, tuple[str, bool]]:
        """Return by person and team the role and whether the invitation can still be taken up; one that can comes first."""
        now = timezone.now()
        rows = Invitation.objects.open().filter(person__in=[one.pk for one in self.people.values()], team__in=teams)
        found: dict[tuple, tuple[str, bool]] = {}
        for person, team, role, expires in rows.values_list("person", "team", "role", "expires_at"):
            if not found.get((person, team), ("", False))[1]:
                found[(person, team)] = (role, expires > now)
        return found

    def _unreachable(self, teams: list) -> set[tuple]:
        """Return (team, name) of those without a mailbox who are in or on the list."""
        here = Membership.objects.current().filter(team__in=teams, user__email=None)
        asked = Invitation.objects.open().filter(team__in=teams, person__email=None)
        names = [*here.values_list("team", "user__name"), *asked.values_list("team", "called")]
        return {(team, sort_key(name)) for team, name in names}


def _shape(row: Row) -> Verdict | None:
    """Return what is wrong with a row by itself, None where nothing is."""
    if row.trouble:
        return Verdict("refused", {"sentence": row.trouble})
    if not row.name:
        return Verdict("no_name")
    if len(row.name) > 120 or len(row.title) > 80 or len(row.email) > 254:
        return Verdict("too_long")
    if not (_holds(plain_name, row.name) and _holds(plain_name, row.title)) or row.name[0] in "=+-@":
        return Verdict("bad_name")
    if row.email and not _holds(validate_email, row.email):
        return Verdict("bad_email", {"email": row.email})
    if row.position and row.position not in Position:
        return Verdict("unknown_position", {"position": row.position, "positions": list(Position.values)})
    if row.language and row.language not in ("en", "fr"):
        return Verdict("unknown_language", {"language": row.language})
    if row.circle and row.circle not in Circle:
        return Verdict("unknown_circle", {"circle": row.circle})
    return None


def _holds(rule: Callable[[str], Any], text: str) -> bool:
    try:
        rule(text)
    except forms.ValidationError:
        return False
    return True

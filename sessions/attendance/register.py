"""Who was at a session, by team, role and person; and the grid of a cohort, teams against sessions."""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from collaborative.models import TEAM_ROLES, Cohort, Membership, Position, Role, Team
from collaborative.resting import rest_on, rests_of
from core.places import sort_key
from sessions.attendance.attending import roles_at
from sessions.models import Attendance, Followed, LearningSession, MeetingReport
from sessions.querysets import sessions_that_count

# Who is asked for in every team: was the manager there, was a patient partner there?
ASKED_FOR: Final = (
    ("lead", gettext_lazy("Lead")),
    ("manager", gettext_lazy("Manager")),
    ("provider", gettext_lazy("Point of care")),
    ("partner", gettext_lazy("Patient or care partner")),
)


def kinds_of(role: str, position: str) -> set[str]:
    """Return which of those who are asked for in a team somebody with this role and position is."""
    found = set()
    if role == Role.LEAD:
        found.add("lead")
    if position == Position.MANAGER:
        found.add("manager")
    if position in (Position.PROVIDER, Position.PHYSICIAN, Position.ALLIED):
        found.add("provider")
    if role == Role.PARTNER or position == Position.PARTNER:
        found.add("partner")
    return found


@dataclasses.dataclass(frozen=True)
class Line:
    """A person or a guest of a session. ``key``: the person's, None for a guest. ``came``: it counts as having been there."""

    key: uuid.UUID | None
    name: str
    role: str
    position: str
    row: Attendance | None
    followed: bool
    minutes_of_session: int
    # Why nobody misses them: the session has not begun ("ahead"), or their team was left in peace ("paused").
    excused: str = ""

    @property
    def came(self) -> bool:
        return self.row is not None and self.row.counts  # type: ignore[attr-defined]  # annotated by with_verdict

    @property
    def work(self) -> str:
        """Return the role and position in words."""
        role = str(Role(self.role).label) if self.role in Role.values else _("guest")
        position = str(Position(self.position).label) if self.position in Position.values else ""
        return role if not position or self.position == Position.PARTNER else f"{role}, {position}"

    @property
    def why_not(self) -> str:
        """Return why a row does not count, "" where it does or there is none."""
        if self.row is None or self.came:
            return ""
        if self.row.awaits_lead:
            return _("waits for the lead to confirm")
        return ngettext(
            "%(n)d of %(of)d minute: too short to count", "%(n)d of %(of)d minutes: too short to count", self.minutes_of_session
        ) % {"n": self.row.minutes, "of": self.minutes_of_session}  # fmt: skip

    @property
    def state(self) -> str:
        """Return in one word what became of them."""
        if self.came:
            return pgettext("attendance", "counts")
        if self.followed:
            return _("followed it later")
        if self.row:
            return _("does not count")
        return {"ahead": "", "paused": _("paused")}.get(self.excused, _("was not there"))


@dataclasses.dataclass(frozen=True)
class Group:
    """The people of one team at a session; ``team`` None: those who help the teams, and the planning team."""

    team: Team | None
    lines: list[Line]
    # Left in peace on the day of the session: whoever is not there is not missed.
    rests: bool = False
    # Whether the session has not begun: nobody can have been there.
    ahead: bool = False

    @property
    def paused(self) -> bool:
        """Return whether nobody came because the team was left in peace."""
        return self.rests and not self.came

    @property
    def came(self) -> int:
        return sum(line.came for line in self.lines)

    @property
    def followed(self) -> int:
        return sum(line.followed and not line.came for line in self.lines)

    @property
    def key(self) -> str:
        """Return what a page calls the group by."""
        return str(self.team.pk) if self.team else "beside"

    @property
    def needs_a_look(self) -> bool:
        """Return whether nobody of a team was there, or somebody waits for the lead."""
        waits = any(line.row is not None and line.row.awaits_lead for line in self.lines)
        return waits or (self.team is not None and not self.came and not (self.rests or self.ahead))

    def mark(self, kind: str) -> tuple[str, str]:
        """Return "done", "person" (not there), "paused" or "open" (the team has none) for one who is asked for, and it in words."""
        some = [line for line in self.lines if kind in kinds_of(line.role, line.position)]
        there = sum(line.came for line in some)
        if there:
            return "done", str(there)
        if self.rests:
            return "paused", _("paused")
        if some and self.ahead:
            return "open", _("still ahead")
        return ("person", _("not there")) if some else ("open", _("none in the team"))


@dataclasses.dataclass(frozen=True)
class Register:
    """Everybody who was expected at a session, or was there."""

    groups: list[Group]
    reports: list[MeetingReport]
    # Whether somebody can have come: the room has opened. Whether there can be a report of the meeting: it has begun.
    room_opened: bool = False
    began: bool = False

    @property
    def teams(self) -> list[Group]:
        return [one for one in self.groups if one.team]

    @property
    def awaited(self) -> list[Group]:
        """Return the teams that were there or should have been: those left in peace are not among them."""
        return [one for one in self.teams if not one.paused]

    @property
    def came(self) -> int:
        return sum(one.came for one in self.groups)

    @property
    def followed(self) -> int:
        return sum(one.followed for one in self.groups)

    @property
    def teams_there(self) -> int:
        return sum(bool(one.came) for one in self.teams)

    @property
    def asked_for(self) -> list[tuple[str, int, int]]:
        """Return for each who is asked for, and whom any team has: the label, how many teams' was there, how many have one."""
        told = []
        for kind, label in ASKED_FOR:
            states = [group.mark(kind)[0] for group in self.teams]
            have = len(states) - states.count("open") - states.count("paused")
            if have:
                told.append((str(label), states.count("done"), have))
        return told

    @property
    def by_team(self) -> list[tuple[Group, list[tuple[str, str, str]]]]:
        """Return each team with the label and mark of each of ``asked_for``."""
        labels = {label for label, _there, _have in self.asked_for}
        kinds = [(kind, str(label)) for kind, label in ASKED_FOR if str(label) in labels]
        return [(group, [(label, *group.mark(kind)) for kind, label in kinds]) for group in self.teams]


def register_of(learning_session: LearningSession) -> Register:
    """Return who was at a session and who was not, team by team; as many statements for any number of people."""
    roles = roles_at(learning_session)
    rows = Attendance.objects.filter(learning_session=learning_session).with_verdict()
    rows = rows.select_related("person", "guest__team__unit__organisation", "team__unit__organisation")
    followed = set(Followed.objects.filter(learning_session=learning_session).values_list("person", flat=True))
    noted = {row.person_id: row for row in rows if row.person_id}
    minutes = learning_session.minutes
    groups: dict[Any, list[Line]] = {}
    teams: dict[Any, Team] = {}

    def put(team: Team | None, line: Line) -> None:
        key = team.pk if team else None
        groups.setdefault(key, []).append(line)
        if team:
            teams[key] = team

    for key, role in roles.items():
        # Coaches and mentors of a team help it; they are no members of it.
        own = role.team if role.role in TEAM_ROLES else None
        put(own, Line(key, role.user.name, role.role, role.position, noted.get(key), key in followed, minutes))
    for row in rows:
        if row.guest:
            put(row.team, Line(None, row.guest.name, "", row.guest.position, row, False, minutes))
        elif row.person_id not in roles and row.person:
            put(row.team, Line(row.person_id, row.person.name, row.role, "", row, row.person_id in followed, minutes))
    order = sorted(groups, key=lambda key: (key is None, sort_key(teams[key].name) if key else ""))
    reports = list(MeetingReport.objects.filter(learning_session=learning_session).with_open())
    resting = {
        team.pk
        for team in Team.objects.filter(pk__in=teams).with_rests()
        if rest_on(rests_of(team), learning_session.day)
    }
    now, stands = timezone.now(), learning_session.cancelled_at is None
    ahead = now < learning_session.starts_at
    told = []
    for key in order:
        excused = "paused" if key in resting else "ahead" if ahead else ""
        lines = [dataclasses.replace(line, excused=excused) for line in groups[key]]
        told.append(Group(teams.get(key), sorted(lines, key=lambda line: sort_key(line.name)), key in resting, ahead))
    return Register(told, reports, stands and learning_session.opens_at <= now, stands and not ahead)


@dataclasses.dataclass(frozen=True)
class Fold:
    """A group as a page folds it: its lines, or those that are looked for."""

    group: Group
    lines: list[Line]
    is_open: bool

    @property
    def lacks_some(self) -> bool:
        """Return whether somebody stands in it who may be entered."""
        return any(line.row is None and line.key for line in self.lines)


# So few groups are read at one look: nothing is folded.
_FEW: Final = 3


def folds_of(register: Register, *, opened: str = "", named: str = "") -> list[Fold]:
    """Return the groups as the page folds them.

    Where somebody is looked for by name: the groups in which they are found, open. Else all groups: open is the one that is
    asked for by its key, or, where none is, each that a person should look at.
    """
    if named:
        words = sort_key(named).split()
        found = [
            (group, [line for line in group.lines if all(word in sort_key(line.name) for word in words)])
            for group in register.groups
        ]
        return [Fold(group, lines, True) for group, lines in found if lines]
    keys = {group.key for group in register.groups}
    few = len(register.groups) <= _FEW
    return [
        Fold(group, group.lines, few or (group.key == opened if opened in keys else group.needs_a_look))
        for group in register.groups
    ]


def sheet_of(register: Register) -> tuple[list[str], list[list[Any]]]:
    """Return the register as the head and the rows of a table."""
    head = [_("Team"), _("Name"), _("Role"), _("Was there"), _("How it is known"), _("Minutes"), _("Followed it later")]
    rows: list[list[Any]] = [
        [
            group.team.name if group.team else "",
            line.name,
            line.work,
            line.why_not or line.state,
            str(line.row.get_source_display()) if line.row else "",
            line.row.minutes if line.row else None,
            _("yes") if line.followed else "",
        ]
        for group in register.groups
        for line in group.lines
    ]
    return head, rows


# ---------------------------------------------------------------- the grid of a cohort


@dataclasses.dataclass(frozen=True)
class Cell:
    """A team at a session: how many came and followed, and who of those who are asked for was there.

    ``kind``: "came", "followed" (nobody came, somebody went through it later), "paused", "missing" or "ahead".
    """

    column: str
    kind: str
    came: int = 0
    followed: int = 0
    there: tuple[str, ...] = ()

    @property
    def mark(self) -> str:
        """Return the kind of its mark as components/milestone.html draws it."""
        return {"came": "done", "followed": "open", "paused": "paused", "missing": "person"}.get(self.kind, "open")

    @property
    def words(self) -> str:
        """Return what the cell says."""
        if self.kind == "paused":
            return _("paused")
        if self.kind == "missing":
            return _("nobody")
        if self.kind == "ahead":
            return _("still ahead")
        parts = []
        if self.came:
            parts.append(ngettext("%(n)d person", "%(n)d people", self.came) % {"n": self.came})
        if self.followed:
            parts.append(_("%(n)d followed later") % {"n": self.followed})
        return ", ".join(parts)


@dataclasses.dataclass(frozen=True)
class Row:
    """A team, and its cells in the order of the sessions."""

    team: Team
    cells: list[Cell]


@dataclasses.dataclass(frozen=True)
class Grid:
    """Teams against the sessions of a cohort that count."""

    sessions: list[LearningSession]
    rows: list[Row]


def grid_of(cohort: Cohort, now: dt.datetime | None = None) -> Grid:
    """Return the grid of a cohort: four statements for any number of teams."""
    now = now or timezone.now()
    held = list(sessions_that_count(cohort))
    teams = list(Team.objects.filter(cohort=cohort, withdrawn_at=None).with_rests().in_order())
    came, there = _counted(held, teams)
    followed = _followed(held, teams)
    rows = []
    for team in teams:
        cells = []
        for one in held:
            key = (team.pk, one.pk)
            counts = {"came": came.get(key, 0), "followed": followed.get(key, 0), "there": there.get(key, ())}
            cells.append(Cell(one.title, _kind(team, one, now, **counts), **counts))
        rows.append(Row(team, cells))
    return Grid(held, rows)


def _kind(team: Team, one: LearningSession, now: dt.datetime, *, came: int, followed: int, there) -> str:
    if came:
        return "came"
    if one.ends_at > now:
        return "ahead"
    if followed:
        return "followed"
    return "paused" if rest_on(rests_of(team), one.day) else "missing"


def _counted(held: list[LearningSession], teams: list[Team]) -> tuple[dict, dict]:
    """Return how many came, and the labels of those asked for who were there, by (team, session)."""
    positions = dict(Membership.objects.filter(team__in=teams).order_by("since").values_list("user_id", "position"))
    rows = Attendance.objects.filter(learning_session__in=held, team__in=teams).counted()
    came: dict = {}
    kinds: dict = {}
    for team, one, person, role, guest in rows.values_list(
        "team", "learning_session", "person", "role", "guest__position"
    ):
        key = (team, one)
        came[key] = came.get(key, 0) + 1
        kinds.setdefault(key, set()).update(kinds_of(role, positions.get(person, guest) or ""))
    return came, {key: tuple(str(label) for kind, label in ASKED_FOR if kind in some) for key, some in kinds.items()}


def _followed(held: list[LearningSession], teams: list[Team]) -> dict:
    """Return how many of a team went through a session later, by (team, session); those who came do not count again."""
    rows = (
        Followed.objects.filter(learning_session__in=held, person__memberships__team__in=teams)
        .missed()
        .values_list("person__memberships__team", "learning_session", "person")
        .distinct()
    )
    found: dict = {}
    for team, one, _person in rows:
        found[(team, one)] = found.get((team, one), 0) + 1
    return found


def sheet_of_grid(grid: Grid) -> tuple[list[str], list[list[Any]]]:
    """Return the grid as the head and the rows of a table: beside each count who was there of those asked for."""
    head = [_("Team")]
    for one in grid.sessions:
        head += [one.title, _("Who was there")]
    rows: list[list[Any]] = []
    for row in grid.rows:
        cells: Iterable[Any] = (value for cell in row.cells for value in (cell.words, ", ".join(cell.there)))
        rows.append([row.team.name, *cells])
    return head, rows

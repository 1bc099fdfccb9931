"""The planning room: the cohort on one line, what needs a person, teams against milestones."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collaborative.hiding import count_waiting
from collaborative.line import is_running
from collaborative.models import TEAM_ROLES, Cohort, Membership, PreworkItem, PreworkTick, Role, Team
from collaborative.resting import days_at_work, in_words, rest_on, rests, rests_of
from collaborative.signs import empty_places
from collaborative.tasks import due_this_week
from core import places
from core.language import language
from core.moments import read
from core.places import sort_key
from core.time import day, wall_in
from desk.mailbox.lists import first_line, with_waiting_mail
from desk.outbox.lines import failed
from enrolment.decision_day.funnel import Funnel
from enrolment.models import ApplicationMember, Invitation
from improvement.models import DataPoint, SafetyConversation
from notifications import kinds
from notifications.causes import said_by_server, what_next, why
from notifications.models import PlannedMessage, State
from notifications.services import with_held_back, with_pause
from sessions.models import Attendance, LearningSession

# A coach asks after two weeks without a sign of life; after three somebody else should ask as well.
SILENT_DAYS = 21


# ---------------------------------------------------------------- what needs a person


@dataclasses.dataclass(frozen=True)
class NeedsPerson:
    """One thing that a person has to look at today. ``reasons``: several, each with the page it leads to."""

    icon: str
    text: str
    evidence: str = ""
    url: str = ""
    reasons: list[tuple[str, str]] = dataclasses.field(default_factory=list)


def with_messages(cohorts: Any) -> Any:
    """Return the cohorts with whether sending is paused, how many messages are held back, and how many mails wait for an answer."""
    return with_waiting_mail(with_held_back(with_pause(cohorts), "collaborative.cohort"))


def needs_a_person(cohort: Cohort, rows: Sequence[TeamRow], funnel: Funnel) -> list[NeedsPerson]:
    """Return what somebody of the planning team has to look at; of a closed cohort only what readers have hidden and mail.

    Sending that somebody has stopped, mail that waits for an answer, what readers have hidden, tasks of the planning team itself, what waits
    on decision day (``funnel``), messages that could not leave, invitations that have run out, and teams (``rows``) that
    are silent or have nobody in a place that somebody should hold.
    """
    if cohort.closed_at:
        return _mail(cohort) + _hidden(cohort)
    found = _silent(cohort) + _paused(cohort) + _mail(cohort) + _hidden(cohort) + _own_tasks(cohort)
    found += _applications(cohort, rows, funnel)
    found += [_not_told(row) for row in failed(cohort)[:20]] + _held_back(cohort)
    run_out = Invitation.objects.filter(
        Q(team__cohort=cohort) | Q(cohort=cohort), accepted_at=None, revoked_at=None, expires_at__lte=timezone.now()
    ).select_related("person", "team")
    found += [
        NeedsPerson(
            icon="clock",
            text=_("The invitation of %(name)s has run out") % {"name": row.called or row.person.name},
            evidence=row.team.name if row.team else "",
            url=reverse("team_people", args=[row.team_id])
            if row.team_id
            else reverse("planning_team", args=[cohort.pk]),
        )
        for row in run_out[:20]
    ]
    teams = sorted((row for row in rows if row.reasons), key=lambda row: -len(row.reasons))
    found += [
        NeedsPerson(icon="users", text=row.team.name, url=reverse("team", args=[row.team.pk]), reasons=row.reasons)
        for row in teams
    ]
    return found


def _not_told(row: PlannedMessage) -> NeedsPerson:
    url = reverse("planning_message", args=[row.pk])
    whom = {"kind": kinds.name_of(row.kind), "name": row.recipient or _("somebody")}
    if row.state == State.UNCERTAIN:
        return NeedsPerson(
            icon="mail-x",
            text=_("%(kind)s for %(name)s may have gone") % whom,
            evidence=f"{why(row) or said_by_server(row)} {what_next(row)}".strip(),
            url=url,
        )
    if row.state == State.BOUNCED:  # why says that it came back
        return NeedsPerson(icon="mail-x", text=f"{whom['kind']}, {whom['name']}", evidence=why(row), url=url)
    return NeedsPerson(
        icon="mail-x",
        text=_("%(kind)s for %(name)s did not go out") % whom,
        evidence=f"{capfirst(row.get_state_display())}. {why(row) or said_by_server(row)}".strip(),
        url=url,
    )


def _held_back(cohort: Cohort) -> list[NeedsPerson]:
    n = cohort.held_back  # type: ignore[attr-defined] # `with_held_back` puts it there
    if not n:
        return []
    text = ngettext("%(n)d message is held back", "%(n)d messages are held back", n) % {"n": n}
    return [NeedsPerson(icon="pause", text=text, url=reverse("planning_outbox", args=[cohort.pk]) + "#held")]


def _applications(cohort: Cohort, rows: Sequence[TeamRow], funnel: Funnel) -> list[NeedsPerson]:
    """What waits on decision day."""
    return [
        NeedsPerson(icon=icon, text=text, url=reverse(page, args=[cohort.pk]))
        for icon, text, page in funnel.needs(cohort, teams=len(rows))
    ]


def steps_of(funnel: Funnel, rows: Sequence[TeamRow]) -> list[tuple[str, int]]:
    """Return the enrolment from the first draft to people who are in, [] where nobody has applied."""
    if funnel.is_empty:
        return []
    people = sum(row.team.people for row in rows)  # type: ignore[attr-defined]  # counted with the teams
    return funnel.steps(teams=len(rows), people=people)


def _silent(cohort: Cohort) -> list[NeedsPerson]:
    if cohort.silent_since is None:  # type: ignore[attr-defined] # `with_pause` puts it there
        return []
    return [
        NeedsPerson(
            icon="mail-x",
            text=_("No message leaves: what sends them is silent"),
            evidence=_("Last heard of on %(moment)s. Whoever looks after the server has to start it; nothing is lost.")
            % {"moment": read(cohort.silent_since, cohort, lang=language()).mine},  # type: ignore[attr-defined]
        )
    ]


def _paused(cohort: Cohort) -> list[NeedsPerson]:
    if cohort.paused_at is None:  # type: ignore[attr-defined] # `with_pause` puts it there
        return []
    since = read(cohort.paused_at, cohort, lang=language()).mine  # type: ignore[attr-defined]
    why = cohort.pause_reason  # type: ignore[attr-defined]
    return [
        NeedsPerson(
            icon="pause",
            text=_("No message leaves: sending is paused"),
            evidence=" ".join(
                [
                    _("Since %(moment)s.") % {"moment": since},
                    f"{why[:1].upper()}{why[1:]}." if why else "",
                    _("Whoever looks after the server lets it go on."),
                ]
            ),
        )
    ]


def _mail(cohort: Cohort) -> list[NeedsPerson]:
    n = cohort.mail_waits  # type: ignore[attr-defined] # `with_waiting_mail` puts it there
    if not n:
        return []
    since = read(cohort.mail_waits_since, cohort, lang=language()).mine  # type: ignore[attr-defined]
    begins = first_line(cohort.mail_waits_words)  # type: ignore[attr-defined]
    words = _("“%(words)s”") % {"words": begins} if begins else ""
    text = ngettext("%(n)d mail waits for an answer", "%(n)d mails wait for an answer", n) % {"n": n}
    return [
        NeedsPerson(
            icon="mail",
            text=text,
            evidence=" ".join(filter(None, (_("The first one since %(moment)s.") % {"moment": since}, words))),
            url=f"{reverse('planning_mail')}?cohort={cohort.pk}",
        )
    ]


def _hidden(cohort: Cohort) -> list[NeedsPerson]:
    waiting = count_waiting(cohort)
    if not waiting:
        return []
    text = ngettext(
        "%(n)d text hidden by a reader waits for your look", "%(n)d texts hidden by readers wait for your look", waiting
    )
    return [
        NeedsPerson(
            icon="eye-off",
            text=text % {"n": waiting},
            evidence=_("Nobody can read them until you have looked."),
            url=reverse("planning_hidden", args=[cohort.pk]),
        )
    ]


def _own_tasks(cohort: Cohort) -> list[NeedsPerson]:
    due = due_this_week(cohort)
    if not due:
        return []
    text = ngettext(
        "%(n)d task of the planning team is due this week", "%(n)d tasks of the planning team are due this week", due
    )
    return [NeedsPerson(icon="list-checks", text=text % {"n": due}, url=reverse("planning_tasks", args=[cohort.pk]))]


# ---------------------------------------------------------------- teams


@dataclasses.dataclass(frozen=True)
class Cell:
    """One milestone of one team (components/milestone.html); ``number``: what of it can be counted, for a workbook."""

    column: str
    kind: str
    text: str
    number: int | None = None

    @property
    def value(self) -> str | int:
        """Return what a workbook says: the number where there is one."""
        return self.text if self.number is None else self.number


@dataclasses.dataclass(frozen=True)
class TeamRow:
    """A team against the milestones, and why somebody should look at it, if they should.

    ``rest``: until when it is left in peace, in words; "" while it is at work.
    """

    team: Team
    cells: list[Cell]
    reasons: list[tuple[str, str]]
    rest: str


def teams_and_milestones(cohort: Cohort, sessions: Sequence[LearningSession]) -> list[TeamRow]:
    """Return every team of the cohort with how far it is, in one statement for any number of teams."""
    now = timezone.now()
    # Drop-in hours have no phase: they are nobody's duty.
    held = [row for row in sessions if row.phase_id and not row.cancelled_at and row.ends_at <= now]
    last = max(held, key=lambda row: row.starts_at, default=None)
    belonging = Membership.objects.belonging().filter(team=OuterRef("pk")).order_by().values("team")
    came = Attendance.objects.filter(team=OuterRef("pk"), learning_session=last).counted().order_by().values("team")
    asked = Invitation.objects.waiting().filter(team=OuterRef("pk"), role__in=TEAM_ROLES).order_by()
    partners = {"application__team": OuterRef("pk"), "role": Role.PARTNER}
    ticks = PreworkTick.objects.filter(team=OuterRef("pk")).order_by().values("team")
    items = PreworkItem.objects.filter(programme=OuterRef("cohort__programme")).order_by().values("programme")
    talks = SafetyConversation.objects.filter(team=OuterRef("pk")).standing().order_by().values("team")
    numbers = DataPoint.objects.filter(measure__team=OuterRef("pk")).order_by().values("measure__team")
    rows = (
        Team.objects.filter(cohort=cohort, withdrawn_at=None)
        .with_rests()
        .select_related("unit__organisation")
        .annotate(
            people=_how_many(belonging),
            leads=_how_many(belonging.filter(role=Role.LEAD)),
            partners=_how_many(belonging.filter(role=Role.PARTNER)),
            asked=Coalesce(Subquery(asked.values("team").annotate(n=Count("pk")).values("n")), 0),
            partner_asked=Exists(asked.filter(role=Role.PARTNER)),
            looking_until=F("partner_welcome__looking_until"),
            partner_typed=Exists(ApplicationMember.objects.filter(**partners)),
            ready=Coalesce(Subquery(ticks.annotate(n=Count("pk")).values("n")), 0),
            to_do=Coalesce(Subquery(items.annotate(n=Count("pk")).values("n")), 0),
            came=Coalesce(Subquery(came.annotate(n=Count("pk")).values("n")), 0),
            last_talk=Subquery(talks.annotate(on=Max("on")).values("on")),
            last_number=Subquery(numbers.annotate(latest=Max("at")).values("latest")),
        )
    )
    running, today = is_running(cohort, now), wall_in(now, cohort.time_zone).date()
    return [
        TeamRow(
            team,
            _cells(team, last, today),
            _reasons(team, cohort, last, today)
            if running and not rests(team, today)
            else _partner_is_late(team, today)
            if today < cohort.first_day
            else [],
            in_words(rest) if (rest := rest_on(rests_of(team), today)) else "",
        )
        for team in sorted(rows, key=lambda team: sort_key(team.name))
    ]


def sheet(rows: Sequence[TeamRow]) -> tuple[list[str], list[list]]:
    """Return headings and rows of the teams for a workbook: where they are, their milestones, why one should look."""
    head = [_("Team"), _("Organisation"), _("Province or territory"), _("Place"), _("Setting")]
    head += [cell.column for cell in rows[0].cells] if rows else []
    told = []
    for row in rows:
        unit, home = row.team.unit, row.team.unit.organisation
        where = [home.name, home.get_province_display(), places.name(unit.city, language()), home.get_sector_display()]
        reasons = ", ".join(words for words, _url in row.reasons)
        told.append([row.team.name, *where, *(cell.value for cell in row.cells), reasons])
    return [*head, _("Needs a person")], told


def _how_many(memberships) -> Coalesce:
    return Coalesce(Subquery(memberships.annotate(n=Count("user", distinct=True)).values("n")), 0)


def _was_in(team, last: LearningSession | None) -> bool:
    """Was the team in the cohort already when its last session began?"""
    return last is not None and team.created_at < last.starts_at


def _cells(team: Any, last: LearningSession | None, today: dt.date) -> list[Cell]:
    people = ngettext("%(n)d person", "%(n)d people", team.people) % {"n": team.people}
    if team.asked:
        words = ngettext("%(n)d asked", "%(n)d asked", team.asked) % {"n": team.asked}
        people = f"{people} · {words}" if team.people else words
    partner = _partner(team)
    cells = [
        Cell(_("People"), "done" if team.people >= 3 else "open", people, team.people),
        Cell(_("Patient partner"), *partner),
    ]
    if last is None and team.to_do:
        words = _("%(n)d of %(m)d") % {"n": team.ready, "m": team.to_do}
        cells.append(Cell(_("Pre-work"), "done" if team.ready == team.to_do else "open", words, team.ready))
    if last is not None:
        cells.append(Cell(_("Last session"), *_at_the_last(team, last), team.came or None))
    if rests(team, today):
        return [one if one.kind == "done" else Cell(one.column, "paused", _("paused")) for one in cells]
    return cells


def _partner(team: Any) -> tuple[str, str]:
    if team.partners:
        return "done", _("named")
    if team.partner_asked:
        return "open", _("asked, not here yet")
    return ("open", _("named in the application")) if team.partner_typed else ("person", _("none yet"))


def _at_the_last(team: Any, last: LearningSession) -> tuple[str, str]:
    if team.came:
        kind = "done" if team.came * 2 >= team.people else "open"
        return kind, ngettext("%(n)d came", "%(n)d came", team.came) % {"n": team.came}
    if rests(team, last.day):
        return "paused", _("paused")
    return ("person", _("nobody came")) if _was_in(team, last) else ("open", _("was not here yet"))


def _reasons(team: Any, cohort: Cohort, last: LearningSession | None, today: dt.date) -> list[tuple[str, str]]:
    """Return why somebody should look at a team, each with the page it leads to, the heaviest first."""
    began = max(cohort.first_day, wall_in(team.created_at, cohort.time_zone).date())
    signs = [team.last_talk, wall_in(team.last_number, cohort.time_zone).date() if team.last_number else None]
    sign = max((on for on in signs if on), default=None)
    silent = days_at_work(rests_of(team), max(sign or began, began), today)
    people = reverse("team_people", args=[team.pk])
    found = []
    if silent >= SILENT_DAYS:
        since = day(sign, language(), weekday=False) if sign else ""
        text = (
            _("no number and no conversation since %(day)s") % {"day": since}
            if sign
            else _("no number and no conversation yet")
        )
        found.append((text, reverse("numbers", args=[team.pk])))
    if last is not None and _was_in(team, last) and not team.came and not rests(team, last.day):
        found.append(
            (_("nobody came to “%(session)s”") % {"session": last.title}, reverse("session", args=[cohort.pk, last.pk]))
        )
    words = {Role.LEAD: _("no team lead"), Role.PARTNER: _("no patient partner")}
    late = _partner_is_late(team, today)
    found += [
        (words[role], people)
        for role in empty_places(leads=team.leads, partners=team.partners, began=began, today=today)
        if not (late and role == Role.PARTNER)
    ]
    return found + late


def _partner_is_late(team: Any, today: dt.date) -> list[tuple[str, str]]:
    """Return that the day has passed by which a team wanted to find its partner, where nobody has come or was asked."""
    until = team.looking_until
    if until is None or until >= today or team.partners or team.partner_asked:
        return []
    text = _("no patient partner, wanted by %(day)s") % {"day": day(until, language(), weekday=False)}
    return [(text, reverse("team_people", args=[team.pk]))]

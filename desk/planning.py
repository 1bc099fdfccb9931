"""The planning room: the cohort on one line, what needs a person, what leaves next and what left, teams against milestones."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import Case, CharField, Count, Exists, F, Max, Min, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from collaborative.hiding import count_waiting
from collaborative.line import is_running
from collaborative.models import TEAM_ROLES, Cohort, Membership, PreworkItem, PreworkTick, Role, Team
from collaborative.resting import days_at_work, rests, rests_of
from collaborative.signs import empty_places
from collaborative.tasks import due_this_week
from core import places
from core.language import language
from core.moments import read
from core.places import sort_key
from core.time import day, forward_utc, wall_in
from enrolment.decision_day.funnel import Funnel
from enrolment.models import ApplicationMember, Invitation
from improvement.models import DataPoint, SafetyConversation
from notifications.causes import said_by_server, why
from notifications.models import Channel, MessageQuerySet, PlannedMessage, State
from notifications.outcomes import Tally, tallies
from notifications.services import with_held_back, with_pause
from sessions.models import Attendance, LearningSession

# What planners call the kinds of message that are written in the name of a cohort.
KIND_NAMES = {
    "sessions/reminder": gettext_lazy("Session reminder"),
    "sessions/invitation": gettext_lazy("Session for the calendar"),
    "sessions/clocks": gettext_lazy("A session put right in calendars"),
    "sessions/changed": gettext_lazy("A session’s title, length or minutes"),
    "sessions/not-yours": gettext_lazy("A session out of the calendar"),
    "sessions/moved": gettext_lazy("A session has moved"),
    "sessions/cancelled": gettext_lazy("A session is cancelled"),
    "sessions/asks": gettext_lazy("A colleague asks to come in"),
    "sessions/moved-together": gettext_lazy("Several sessions have moved"),
    "sessions/address": gettext_lazy("The address of a meeting"),
    "sessions/certificate": gettext_lazy("Certificate"),
    "sessions/registration-confirm": gettext_lazy("A registration to confirm"),
    "sessions/registration-done": gettext_lazy("A public session for the calendar"),
    "sessions/registration-reminder": gettext_lazy("Reminder for those who registered"),
    "sessions/registration-moved": gettext_lazy("A public session has moved"),
    "sessions/registration-changed": gettext_lazy("A public session has another length or title"),
    "sessions/registration-cancelled": gettext_lazy("A public session is cancelled"),
    "sessions/registration-recording": gettext_lazy("The recording of a public session"),
    "sessions/speaker-page": gettext_lazy("A speaker's page"),
    "sessions/speaker-reminder": gettext_lazy("Reminder for a speaker"),
    "sessions/speaker-moved": gettext_lazy("A speaker's session has moved"),
    "sessions/speaker-changed": gettext_lazy("A speaker's session has another length or title"),
    "sessions/speaker-cancelled": gettext_lazy("A speaker's session is cancelled"),
    "sessions/speaker-ratings": gettext_lazy("Thanks and answers for a speaker"),
    "sessions/speaker-tries": gettext_lazy("What people will try, for a speaker"),
    "surveys/asked": gettext_lazy("Questions of a survey"),
    "surveys/asked-later": gettext_lazy("Questions three months later"),
    "enrolment/invitation": gettext_lazy("Invitation"),
    "enrolment/question": gettext_lazy("A visitor's letter"),
    "enrolment/interest_open": gettext_lazy("Word that one can apply"),
    "enrolment/letter": gettext_lazy("Letter about an application"),
    "enrolment/pass_on": gettext_lazy("The privacy pages, passed on"),
    "enrolment/interest_confirm": gettext_lazy("A wish to be told, to confirm"),
    "collaborative/one-person": gettext_lazy("Two accounts of one person"),
    "collaborative/parted": gettext_lazy("Two accounts of one person, apart again"),
    "forum/reply": gettext_lazy("Somebody answered in the forum"),
    "coaching/note": gettext_lazy("A note from the coach"),
    "collaborative/paused": gettext_lazy("A team takes a break"),
    "collaborative/back": gettext_lazy("Welcome back after a break"),
    "enrolment/not-here-yet": gettext_lazy("Reminder of an invitation"),
    "enrolment/application-link": gettext_lazy("Link of an application"),
    "enrolment/application-sent": gettext_lazy("An application has arrived"),
    "enrolment/application-withdrawn": gettext_lazy("An application was withdrawn"),
    "enrolment/sponsor-asked": gettext_lazy("Question to a sponsor"),
    "enrolment/sponsor-answered": gettext_lazy("A sponsor has answered"),
}
KIND_NAMES |= {
    "account/login-code": gettext_lazy("A code to sign in"),
    "account/password-reset": gettext_lazy("A new password"),
    "account/confirm-email": gettext_lazy("An address to confirm"),
    "account/known-address": gettext_lazy("Somebody signed up with an address that is known"),
    "account/unknown-address": gettext_lazy("Somebody signed in with an address that is not known"),
}
_NOTICE = gettext_lazy("Notice that something changed in an account")
# A coach asks after two weeks without a sign of life; after three somebody else should ask as well.
SILENT_DAYS = 21


def kind_name(key: str) -> str:
    """Return what planners call a kind of message."""
    if key.startswith("account/notice-"):
        return str(_NOTICE)
    return str(KIND_NAMES.get(key, key))


def _midnight(cohort: Cohort, now: dt.datetime, days: int = 0) -> dt.datetime:
    """Return when the day that is today on the cohort's clock began, or the one that many ``days`` later."""
    wall = wall_in(now, cohort.time_zone)
    return forward_utc(dt.datetime.combine(wall.date() + dt.timedelta(days=days), dt.time()), cohort.time_zone)


@dataclasses.dataclass(frozen=True)
class Leaving:
    """Messages of one kind that leave at the same minute; ``in_product``: how many of them without a mailbox.

    ``message``: the key of one of them, which stands for all.
    """

    name: str
    count: int
    in_product: int
    first: dt.datetime
    message: str


def leaving_soon(cohort: Cohort) -> MessageQuerySet:
    """Return what leaves today and tomorrow on the cohort's clock."""
    rows = PlannedMessage.objects.in_scope("collaborative.cohort", cohort.pk)
    return rows.leaving_between(dt.datetime.min.replace(tzinfo=dt.UTC), _midnight(cohort, timezone.now(), 2))


def leaving(messages: MessageQuerySet, sessions: Sequence[LearningSession]) -> list[Leaving]:
    """Return these messages in lines, the first one first; one statement.

    A line for each kind and minute, and of what is about a session for each session.
    """
    titles = {str(row.pk): row.title for row in sessions}
    rows = (
        messages.order_by()
        .annotate(
            session=Case(When(source_id__in=list(titles), then="source_id"), default=Value("")),
            occurrence_of_session=Case(When(source_id__in=list(titles), then="occurrence"), default=Value("")),
        )
        .values("kind", "session", "occurrence_of_session", "next_attempt_at")
        .annotate(
            count=Count("id"), in_product=Count("id", filter=Q(channel=Channel.INBOX)), one=Min(Cast("id", CharField()))
        )
        .order_by("next_attempt_at")
    )
    lines: dict[tuple[str, ...], Leaving] = {}
    for row in rows:
        minute = row["next_attempt_at"].replace(second=0, microsecond=0)
        key = (row["kind"], row["session"], row["occurrence_of_session"] or minute.isoformat())
        so_far = lines.get(key) or Leaving(
            named(row["kind"], titles.get(row["session"], "")), 0, 0, row["next_attempt_at"], row["one"]
        )
        lines[key] = dataclasses.replace(
            so_far, count=so_far.count + row["count"], in_product=so_far.in_product + row["in_product"]
        )
    return list(lines.values())


def named(kind: str, title: str) -> str:
    """Return what planners call a kind of message, with the session it is about."""
    if not title:
        return kind_name(kind)
    return _("%(kind)s: %(session)s") % {"kind": kind_name(kind), "session": title}


@dataclasses.dataclass(frozen=True)
class Left:
    """What became today of the messages of one kind: in words, and whether some of them did not go."""

    name: str
    words: list[str]
    failed: bool


def left_today(cohort: Cohort) -> list[Left]:
    """Return what left today on the cohort's clock, and what should have and did not, by kind."""
    found = []
    for one in _tallies(cohort):
        words = [
            (one.mailed, ngettext("%(n)d sent", "%(n)d sent", one.mailed)),
            (one.in_product, ngettext("%(n)d told on the site only", "%(n)d told on the site only", one.in_product)),
            (one.not_told, ngettext("%(n)d not sent", "%(n)d not sent", one.not_told)),
        ]
        found.append(
            Left(kind_name(one.kind), [text % {"n": count} for count, text in words if count], bool(one.not_told))
        )
    return found


def _failed(cohort: Cohort) -> MessageQuerySet:
    """What could not leave or has perhaps left; none where the cohort is closed, since nothing leaves there."""
    rows = PlannedMessage.objects.in_scope("collaborative.cohort", cohort.pk).failed().select_related("recipient")
    return rows.none() if cohort.closed_at else rows


def messages_sheet(cohort: Cohort, sessions: Sequence[LearningSession]) -> tuple[list[str], list[list[Any]]]:
    """Return headings and rows of the messages of a cohort for a workbook, as the planning room shows them.

    What leaves and what left comes in numbers, by kind; a name stands only beside what could not leave. Hours are those of
    the cohort's clock.
    """
    head = [_("List"), _("Message"), _("Day"), _("Hour"), _("State"), _("How many"), _("Person"), _("Why")]
    rows: list[list[Any]] = []
    for one in leaving(leaving_soon(cohort), sessions):
        wall = wall_in(one.first, cohort.time_zone)
        counts = [(_("waiting"), one.count - one.in_product), (_("waiting, for the site only"), one.in_product)]
        begin = [_("Messages leaving"), one.name, wall.date(), f"{wall:%H:%M}"]
        rows += [[*begin, words, count, "", ""] for words, count in counts if count]
    today = wall_in(timezone.now(), cohort.time_zone).date()
    for tally in _tallies(cohort):
        counts = [
            (_("sent"), tally.mailed),
            (_("told on the site only"), tally.in_product),
            (_("not sent"), tally.not_told),
        ]
        begin = [_("Left today"), kind_name(tally.kind), today, ""]
        rows += [[*begin, words, count, "", ""] for words, count in counts if count]
    for row in _failed(cohort):
        whom = str(row.recipient or _("somebody"))
        what = _("Perhaps went out") if row.state == State.UNCERTAIN else _("Did not go out")
        rows.append(
            [what, kind_name(row.kind), None, "", row.get_state_display(), 1, whom, why(row) or said_by_server(row)]
        )
    return head, rows


def _tallies(cohort: Cohort) -> list[Tally]:
    return tallies("collaborative.cohort", cohort.pk, _midnight(cohort, timezone.now()))


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
    """Return the cohorts with whether sending is paused, and how many of their messages are held back."""
    return with_held_back(with_pause(cohorts), "collaborative.cohort")


def needs_a_person(cohort: Cohort, rows: Sequence[TeamRow], funnel: Funnel) -> list[NeedsPerson]:
    """Return what somebody of the planning team has to look at; of a closed cohort only what readers have hidden.

    Sending that somebody has stopped, what readers have hidden, tasks of the planning team itself, what waits
    on decision day (``funnel``), messages that could not leave, invitations that have run out, and teams (``rows``) that
    are silent or have nobody in a place that somebody should hold.
    """
    if cohort.closed_at:
        return _hidden(cohort)
    found = (
        _silent(cohort) + _paused(cohort) + _hidden(cohort) + _own_tasks(cohort) + _applications(cohort, rows, funnel)
    )
    found += [_not_told(row) for row in _failed(cohort)[:20]] + _held_back(cohort)
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
    whom = {"kind": kind_name(row.kind), "name": row.recipient or _("somebody")}
    if row.state == State.UNCERTAIN:
        return NeedsPerson(
            icon="mail-x",
            text=_("%(kind)s for %(name)s may have gone") % whom,
            evidence=_(
                "The mail server did not say whether it took it. In some minutes it is sent once more, marked as a "
                "possible duplicate, or waits here for you."
            ),
            url=url,
        )
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
    """A team against the milestones, and why somebody should look at it, if they should."""

    team: Team
    cells: list[Cell]
    reasons: list[tuple[str, str]]


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

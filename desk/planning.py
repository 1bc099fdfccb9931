"""The planning room: the cohort on one line, what needs a person, what leaves next, teams against milestones."""

from __future__ import annotations

import dataclasses
import datetime as dt

from django.db.models import Count, Exists, Min, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from collaborative.hiding import count_waiting
from collaborative.models import Cohort, Membership, Role, Team
from core.time import wall_in
from enrolment.models import Invitation
from notifications.models import PlannedMessage
from sessions.models import Attendance, LearningSession

# What planners call the kinds of message. A kind without a name here is called by its key.
KIND_NAMES = {
    "sessions/reminder": gettext_lazy("Session reminder"),
    "sessions/moved": gettext_lazy("A session has moved"),
    "enrolment/invitation": gettext_lazy("Invitation"),
    "forum/reply": gettext_lazy("Somebody answered in the forum"),
    "coaching/note": gettext_lazy("A note from the coach"),
}


def kind_name(key: str) -> str:
    """Return what planners call a kind of message."""
    return str(KIND_NAMES.get(key, key))


@dataclasses.dataclass(frozen=True)
class Leaving:
    """Messages of one kind about one thing that leave at the same hour."""

    name: str
    count: int
    first: dt.datetime


def leaving(cohort: Cohort) -> list[Leaving]:
    """Return what leaves today and tomorrow on the cohort's clock, gathered by kind and source, the next one first."""
    now = timezone.now()
    wall = wall_in(now, cohort.time_zone)
    until = now + (dt.datetime.combine(wall.date() + dt.timedelta(days=2), dt.time()) - wall)
    rows = (
        PlannedMessage.objects.in_scope("collaborative.cohort", cohort.pk)
        .leaving_between(dt.datetime.min.replace(tzinfo=dt.UTC), until)
        .order_by()
        .values("kind", "source_id", "occurrence")
        .annotate(count=Count("id"), first=Min("next_attempt_at"))
        .order_by("first")
    )
    return [Leaving(kind_name(row["kind"]), row["count"], row["first"]) for row in rows]


@dataclasses.dataclass(frozen=True)
class NeedsPerson:
    """One thing that a person has to look at today."""

    icon: str
    text: str
    evidence: str
    message: PlannedMessage | None = None
    url: str = ""


def needs_a_person(cohort: Cohort) -> list[NeedsPerson]:
    """Return what somebody of the planning team has to look at.

    What readers have hidden, messages that could not leave, invitations that have run out.
    """
    failed = (
        PlannedMessage.objects.in_scope("collaborative.cohort", cohort.pk).failed().select_related("recipient")[:20]
    )
    found = _hidden(cohort)
    found += [
        NeedsPerson(
            icon="mail-x",
            text=_("%(kind)s for %(name)s did not go out")
            % {"kind": kind_name(row.kind), "name": row.recipient or _("somebody")},
            evidence=f"{row.get_state_display()}. {row.smtp_text or row.reason}".strip(),
            message=row,
        )
        for row in failed
    ]
    run_out = Invitation.objects.filter(
        Q(team__cohort=cohort) | Q(cohort=cohort), accepted_at=None, revoked_at=None, expires_at__lte=timezone.now()
    ).select_related("person", "team")
    found += [
        NeedsPerson(
            icon="clock",
            text=_("The invitation of %(name)s has run out") % {"name": row.called or row.person.name},
            evidence=row.team.name if row.team else "",
        )
        for row in run_out[:20]
    ]
    return found


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


@dataclasses.dataclass(frozen=True)
class Cell:
    """One milestone of one team (components/milestone.html)."""

    column: str
    kind: str
    text: str


@dataclasses.dataclass(frozen=True)
class TeamRow:
    """A team against the milestones."""

    team: Team
    cells: list[Cell]


def teams_and_milestones(cohort: Cohort) -> list[TeamRow]:
    """Return every team of the cohort with how far it is, in one statement for any number of teams."""
    last = LearningSession.objects.filter(cohort=cohort, phase__isnull=False, starts_at__lt=timezone.now()).order_by(
        "-starts_at"
    )
    came = (
        Attendance.objects.filter(team=OuterRef("pk"), learning_session__in=Subquery(last.values("pk")[:1]))
        .order_by()
        .values("team")
        .annotate(n=Count("pk"))
        .values("n")
    )
    belonging = Membership.objects.belonging().filter(team=OuterRef("pk")).order_by().values("team")
    partners = belonging.filter(role=Role.PARTNER)
    rows = (
        Team.objects.filter(cohort=cohort)
        .select_related("unit__organisation")
        .annotate(
            people=Coalesce(Subquery(belonging.annotate(n=Count("user", distinct=True)).values("n")), 0),
            partners=Coalesce(Subquery(partners.annotate(n=Count("user", distinct=True)).values("n")), 0),
            came=Subquery(came),
            held=Exists(last),
        )
        .order_by("name")
    )
    return [TeamRow(team, _cells(team)) for team in rows]


def _cells(team) -> list[Cell]:
    people = ngettext("%(n)d person", "%(n)d people", team.people) % {"n": team.people}
    partner = ("done", _("named")) if team.partners else ("person", _("none yet"))
    cells = [
        Cell(_("People"), "done" if team.people >= 3 else "open", people),
        Cell(_("Patient partner"), *partner),
    ]
    if team.held:
        came = team.came or 0
        words = ngettext("%(n)d came", "%(n)d came", came) % {"n": came} if came else _("nobody came")
        cells.append(Cell(_("Last session"), "done" if came else "person", words))
    return cells

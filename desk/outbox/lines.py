"""Messages of a cohort in lines, by kind and minute: what leaves, what left today, what could not leave."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import Case, CharField, Count, Min, Q, Value, When
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collaborative.models import Cohort
from core.time import forward_utc, wall_in
from notifications import kinds
from notifications.causes import said_by_server, why
from notifications.models import Channel, MessageQuerySet, PlannedMessage, State
from notifications.outcomes import Tally, tallies
from sessions.models import LearningSession


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
        return kinds.name_of(kind)
    return _("%(kind)s: %(session)s") % {"kind": kinds.name_of(kind), "session": title}


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
            Left(kinds.name_of(one.kind), [text % {"n": count} for count, text in words if count], bool(one.not_told))
        )
    return found


def failed(cohort: Cohort) -> MessageQuerySet:
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
        begin = [_("Left today"), kinds.name_of(tally.kind), today, ""]
        rows += [[*begin, words, count, "", ""] for words, count in counts if count]
    for row in failed(cohort):
        whom = str(row.recipient or _("somebody"))
        what = _("Perhaps went out") if row.state == State.UNCERTAIN else _("Did not go out")
        rows.append(
            [what, kinds.name_of(row.kind), None, "", row.get_state_display(), 1, whom, why(row) or said_by_server(row)]
        )
    return head, rows


def _tallies(cohort: Cohort) -> list[Tally]:
    return tallies("collaborative.cohort", cohort.pk, _midnight(cohort, timezone.now()))

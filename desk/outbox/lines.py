"""Messages of a cohort in lines, by kind and minute: what leaves, what left today, what could not leave."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import BigIntegerField, Case, CharField, Count, Expression, Func, Min, Q, Value, When
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collaborative import peace
from collaborative.announced import subjects_of
from collaborative.models import Cohort, Team
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
    """Messages of one kind that leave at the same minute; ``count``: to how many people, ``in_product``: how many of them
    without a mailbox.

    ``message``: the key of one of them, which stands for all. ``days``: the same of each day, where one alone was moved.
    """

    name: str
    count: int
    in_product: int
    first: dt.datetime
    message: str
    days: tuple[Leaving, ...] = ()

    @property
    def parts(self) -> tuple[Leaving, ...]:
        """Return what leaves on each day: mostly the whole line."""
        return self.days or (self,)


def leaving_soon(cohort: Cohort, teams: Sequence[Team] | None = None) -> MessageQuerySet:
    """Return what leaves today and tomorrow on the cohort's clock, without what a pause or quiet weeks keep.

    ``teams``: see ``collaborative.peace.kept_in``.
    """
    rows = PlannedMessage.objects.in_scope("collaborative.cohort", cohort.pk)
    rows = rows.leaving_between(dt.datetime.min.replace(tzinfo=dt.UTC), _midnight(cohort, timezone.now(), 2))
    at_rest = peace.kept_in(cohort, rows, teams)
    return rows.exclude(pk__in=list(at_rest)) if at_rest else rows


def titles_of(cohort: Cohort, sessions: Sequence[LearningSession]) -> dict[str, str]:
    """Return what messages of a cohort (of ``with_subjects``) are called by, beside their kind, by the keys of their sources.

    Those are the titles of its sessions (of ``desk.cohort.sessions_of``), with who speaks there where it is about that, and
    the subjects of its announcements.
    """
    titles = {str(row.pk): row.title for row in sessions}
    for row in sessions:
        titles |= {one["id"]: f"{row.title} · {one['name']}" for one in row.speaking}  # type: ignore[attr-defined]
    return titles | subjects_of(cohort)


class _MinuteOf(Func):
    """The minute of a moment, counted since 1970: the same in every zone."""

    template = "floor(extract(epoch from %(expressions)s) / 60)::bigint"
    output_field = BigIntegerField()


def leaving(messages: MessageQuerySet, titles: Mapping[str, str], zone: str = "UTC") -> list[Leaving]:
    """Return these messages in lines, the first one first; one statement.

    A line for each kind and minute, and of what has a title (``titles_of``) for each session or announcement, with the days
    of it on the clock of ``zone``.
    """
    return leaving_by(Value("", CharField()), messages, titles, zone).get("", [])


def leaving_by(
    group: Expression, messages: MessageQuerySet, titles: Mapping[str, str], zone: str
) -> dict[str, list[Leaving]]:
    """Return the same of several groups of messages, by what ``group`` says of each; one statement for all of them."""
    has_title = Q(source_id__in=list(titles))
    rows = (
        messages.order_by()
        .annotate(
            listed=group,
            titled=Case(When(has_title, then="source_id"), default=Value("")),
            step=Case(When(has_title, then="occurrence"), default=Value("")),
            minute=Case(When(has_title, then=None), default=_MinuteOf("next_attempt_at")),
            leaves=_MinuteOf("next_attempt_at"),
        )
        .values("listed", "kind", "titled", "step", "minute", "leaves")
        .annotate(
            count=Count("recipient_key", distinct=True),
            in_product=Count("recipient_key", distinct=True, filter=Q(channel=Channel.INBOX)),
            first=Min("next_attempt_at"),
            one=Min(Cast("id", CharField())),
        )
        .order_by("first", "kind", "one")
    )
    found: dict[tuple, dict[dt.date, Leaving]] = {}
    for row in rows:
        days = found.setdefault((row["listed"], row["kind"], row["titled"], row["step"], row["minute"]), {})
        day = wall_in(row["first"], zone).date()
        if day in days:
            known = days[day]
            count, in_product = known.count + row["count"], known.in_product + row["in_product"]
            days[day] = dataclasses.replace(known, count=count, in_product=in_product)
        else:
            name = named(row["kind"], titles.get(row["titled"], ""), row["step"])
            days[day] = Leaving(name, row["count"], row["in_product"], row["first"], row["one"])
    grouped: dict[str, list[Leaving]] = {}
    for (listed, *_rest), of_line in found.items():
        grouped.setdefault(listed, []).append(_of_days(list(of_line.values())))
    return grouped


def _of_days(days: list[Leaving]) -> Leaving:
    first, *others = days
    if not others:
        return first
    count, in_product = sum(day.count for day in days), sum(day.in_product for day in days)
    return dataclasses.replace(first, count=count, in_product=in_product, days=tuple(days))


def by_day(lines: Sequence[Leaving], cohort: Cohort) -> list[tuple[str, list[Leaving]]]:
    """Return lines, the first one first, under headings: today, tomorrow, later this week, and then the months."""
    today = wall_in(timezone.now(), cohort.time_zone).date()
    days = [_("Today"), _("Tomorrow")]
    found: dict[str, list[Leaving]] = {}
    for one in lines:
        on = wall_in(one.first, cohort.time_zone).date()
        ahead = max((on - today).days, 0)
        if ahead < len(days):
            heading = days[ahead]
        elif ahead < 7 - today.weekday():
            heading = _("Later this week")
        else:
            heading = capfirst(date_format(on, "F Y"))
        found.setdefault(heading, []).append(one)
    return list(found.items())


def named(kind: str, title: str, occurrence: str = "") -> str:
    """Return what planners call a kind of message, with the session or the subject it is about, and which of several it is."""
    name = kinds.name_of(kind)
    if title:
        name = _("%(kind)s: %(session)s") % {"kind": name, "session": title}
    if step := kinds.step_of(kind, occurrence):
        name = _("%(message)s (%(step)s)") % {"message": name, "step": step}
    return name


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
    """Return headings and rows of the messages of a cohort (of ``with_subjects``) for a workbook, as the planning room shows them.

    What leaves and what left comes in numbers, by kind; a reader's name stands only beside what could not leave. Hours are those of
    the cohort's clock.
    """
    head = [_("List"), _("Message"), _("Day"), _("Hour"), _("State"), _("How many"), _("Person"), _("Why")]
    rows: list[list[Any]] = []
    titles = titles_of(cohort, sessions)
    for one in (part for line in leaving(leaving_soon(cohort), titles, cohort.time_zone) for part in line.parts):
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
        name = named(row.kind, titles.get(row.source_id, ""), row.occurrence)
        rows.append([what, name, None, "", row.get_state_display(), 1, whom, why(row) or said_by_server(row)])
    return head, rows


def _tallies(cohort: Cohort) -> list[Tally]:
    return tallies("collaborative.cohort", cohort.pk, _midnight(cohort, timezone.now()))

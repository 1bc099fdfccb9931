"""A report as its page shows it: who was recognised, who is asked about, who is nobody of ours, what could not be read."""

from __future__ import annotations

import dataclasses
import uuid
from typing import Any, Final

from django.utils.translation import gettext_lazy

from sessions.attendance.attending import roles_at
from sessions.models import Guest, MeetingReport, ReportedName, Seen

# So many are asked about at once: each brings a list of everybody.
MOST: Final = 20
# So many rows that could not be read are named.
MOST_UNREAD: Final = 50
_REASONS: Final = {
    "cut_off": gettext_lazy("the file ends in the middle of it"),
    "no_times": gettext_lazy("its hours cannot be read"),
    "backwards": gettext_lazy("it ends before it begins"),
    "nameless": gettext_lazy("neither a name nor an address: the meeting service did not say who it was"),
    "outside": gettext_lazy("not there while the session took place"),
    "no_minute": gettext_lazy("0 minutes"),
}
_FOUND_BY: Final = {
    "email": gettext_lazy("by the address"),
    "name": gettext_lazy("by the name"),
    "remembered": gettext_lazy("remembered from an earlier report"),
    "planner": gettext_lazy("said by the planning team"),
}


@dataclasses.dataclass(frozen=True)
class Review:
    """``asked``: the names with a list to choose from. ``more``: how many wait behind them."""

    asked: list[ReportedName]
    more: int
    matched: list[ReportedName]
    nobody: list[ReportedName]
    unread: list[tuple[int, str]]
    unread_more: int
    people: list[Any]
    guests: list[Guest]


def review_of(report: MeetingReport, *, again: uuid.UUID | None = None) -> Review:
    """Return what stands in a report. ``again``: a name that was settled and is asked about once more."""
    rows = list(report.names.select_related("person", "guest"))
    for row in rows:
        row.how = str(_FOUND_BY.get(row.found_by, ""))  # type: ignore[attr-defined]  # for the page
    waiting = [row for row in rows if row.state == Seen.OPEN]
    asked = [row for row in rows if row.pk == again and row.state != Seen.OPEN] + waiting[:MOST]
    unread = [(row, str(_REASONS[code])) for row, code in report.unread]
    return Review(
        asked=asked,
        more=len(waiting[MOST:]),
        matched=[row for row in rows if row.state == Seen.MATCHED],
        nobody=[row for row in rows if row.state == Seen.NOBODY],
        unread=unread[:MOST_UNREAD],
        unread_more=len(unread[MOST_UNREAD:]),
        people=list(roles_at(report.learning_session).values()),
        guests=list(Guest.objects.filter(learning_session=report.learning_session_id)),
    )

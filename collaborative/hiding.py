"""Hide this: the rule for whatever people write, whichever room keeps it.

A reader hides at once, and the planning team then looks: it shows the words again or keeps them hidden. A planner's own
hiding is a decision. The writer takes their words back for good. A room hides its rows by ``why_hidden`` and ``hidden``,
tells its pages what to offer by ``may``, and registers its kind of row so that planners find what waits for them.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from collaborative.hideable import Hideable, Why
from collaborative.models import Cohort, Report
from collaborative.permissions import plans
from core.refusals import Refused
from core.time import wall_in
from notifications import kept
from notifications import services as notifications

# A reader may hide a few things on their own; more than that in an hour is for the planning team to hear about.
HIDES_AN_HOUR = 5
# A planner's word stands over a reader's, the writer's over everybody's.
_FIRMNESS = ["", Why.READER, Why.PLANNER, Why.WRITER]
# What a row is changed to when it can be read again.
SHOWN = {"hidden_at": None, "hidden_by": None, "hidden_why": ""}


def hidden(*, by, why: Why) -> dict:
    """Return what a row is changed to when ``by`` hides it."""
    return {"hidden_at": timezone.now(), "hidden_by": by, "hidden_why": why.value}


def why_hidden(row: Hideable, *, by, cohort: Cohort, writer: bool = False) -> Why | None:
    """Return in which right ``by`` hides ``row`` now; None where it is hidden as firmly already. Call with the row locked.

    Refuses whoever cannot read it, and a reader who has hidden several things in the last hour, or who hid this one before
    and a planner showed it again.
    """
    why = Why.WRITER if writer else Why.PLANNER if plans(by, cohort) else Why.READER
    if _FIRMNESS.index(row.hidden_why) >= _FIRMNESS.index(why):
        return None
    if why == Why.READER:
        _report(row, by)
    return why


def _report(row: Hideable, by) -> None:
    if not type(row).objects.visible_to(by).filter(pk=row.pk).exists():  # type: ignore[attr-defined] # HideableQuerySet
        raise Refused(_("You cannot read this, so you cannot hide it."))
    get_user_model().objects.select_for_update(no_key=True).get(pk=by.pk)  # one after another: what they hid is counted
    if Report.objects.about(row).filter(by=by).exists():
        raise Refused(_("The planning team has looked at this and shows it. Write to them if it still worries you."))
    if Report.objects.filter(by=by, created_at__gte=timezone.now() - dt.timedelta(hours=1)).count() >= HIDES_AN_HOUR:
        raise Refused(_("You have hidden several things in the last hour. Tell the planning team about this one."))
    Report.objects.create(about_type=row._meta.label_lower, about_id=row.pk, by=by)


def take_from_the_way(row: Hideable, why: Why) -> None:
    """Let nothing leave that speaks of ``row``, which is hidden now: kept for a reader's sake, void by a decision."""
    if why == Why.READER:
        kept.keep(row)
    else:
        notifications.void(row, reason=f"hidden_by_{why.value}")


def hid_just_now(row: Hideable, user) -> bool:
    """Return whether ``user`` hid ``row`` as a reader a moment ago (UNDO_SECONDS): then they may still undo it."""
    return (
        row.hidden_why == Why.READER
        and row.hidden_at is not None
        and row.hidden_by_id == user.pk
        and timezone.now() - row.hidden_at <= dt.timedelta(seconds=settings.UNDO_SECONDS)
    )


def may_show(row: Hideable, user, cohort: Cohort) -> bool:
    """Return whether ``user`` may show ``row`` again: who plans the cohort, and for a moment the reader who hid it.

    What can be read already may be shown by anybody: a second press of Undo changes nothing.
    """
    return not row.hidden_why or plans(user, cohort) or hid_just_now(row, user)


def must_show(row: Hideable, *, by, cohort: Cohort) -> None:
    """Refuse whoever may not show ``row`` again. A reader who undoes a slip has reported nothing. Call with it locked."""
    if not may_show(row, by, cohort):
        raise Refused(_("Only the planning team can show again what is hidden."))
    if row.hidden_why and not plans(by, cohort):
        Report.objects.about(row).filter(by=by).delete()


def written_anew(row: Hideable) -> None:
    """Let readers hide ``row`` again: its words are others than those that were looked at."""
    Report.objects.about(row).delete()


@dataclasses.dataclass(frozen=True)
class May:
    """What one reader may do with somebody's words."""

    read: bool
    take_back: bool
    hide: bool
    show: bool
    keep_hidden: bool

    @property
    def anything(self) -> bool:
        """Return whether there is a button to draw."""
        return self.take_back or self.hide or self.show or self.keep_hidden


def may(row: Hideable, *, mine: bool, planner: bool) -> May:
    """Return what the reader of ``row`` may do: its writer (``mine``), somebody who plans its cohort, or anybody else."""
    return May(
        read=not row.hidden_why or (planner and row.is_kept_back),
        take_back=mine and row.hidden_why != Why.WRITER,
        hide=not row.hidden_why and not mine,
        show=planner and row.is_kept_back,
        keep_hidden=planner and row.hidden_why == Why.READER and not mine,
    )


# ---------------------------------------------------------------- what waits for the planning team


@dataclasses.dataclass(frozen=True)
class Waiting:
    """Something a reader has hidden, as a list names it, and since when."""

    text: str
    where: str
    url: str
    at: dt.datetime


# How a list names a row: what it is, where it belongs, where it can be looked at.
Named = tuple[str, str, str]


@dataclasses.dataclass(frozen=True)
class Kind:
    """A kind of row that can be hidden: those of a cohort that wait, and how a list names one of them."""

    waiting: Callable[[Cohort], models.QuerySet]
    name: Callable[..., Named]


_kinds: dict[str, Kind] = {}
MOST_WAITING = 50


def register(key: str, *, waiting: Callable[[Cohort], models.QuerySet], name: Callable[..., Named]) -> None:
    """Let planners find what waits among the rows of ``key`` (a model's label)."""
    _kinds[key] = Kind(waiting, name)


def count_waiting(cohort: Cohort) -> int:
    """Return how many things of a cohort wait for a planner's look, in one statement for all kinds."""
    first, *others = [kind.waiting(cohort).order_by().values("pk") for kind in _kinds.values()]
    return first.union(*others, all=True).count()


def waiting_in(cohort: Cohort, *, most: int | None = MOST_WAITING) -> list[Waiting]:
    """Return what waits for a planner's look in a cohort, the latest first, up to ``most`` of a kind (None: all of them).

    It takes one statement a kind.
    """
    rows = [
        Waiting(*kind.name(row), at=row.hidden_at) for kind in _kinds.values() for row in kind.waiting(cohort)[:most]
    ]
    return sorted(rows, key=lambda one: one.at, reverse=True)


def sheet(cohort: Cohort) -> tuple[list[str], list[list[Any]]]:
    """Return headings and rows of everything that waits for a look, for a workbook: what the list names, never the words.

    Days and hours are those of the cohort's clock.
    """
    rows = []
    for one in waiting_in(cohort, most=None):
        wall = wall_in(one.at, cohort.time_zone)
        rows.append([one.text, one.where, wall.date(), f"{wall:%H:%M}"])
    return [_("What"), _("Where"), _("Hidden on"), _("Hour")], rows


# ---------------------------------------------------------------- a person's own


def data_of(user) -> dict:
    """Return how many things ``user`` has hidden as a reader."""
    return {"hidden_as_reader": Report.objects.filter(by=user).count()}


def forget(user) -> None:
    """Take the person out: that they hid something goes; what they hid stays as it is."""
    Report.objects.filter(by=user).delete()

"""What every tick does for surveys: rounds follow their dates, who has not been asked is, and what was answered is laid down."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from accounts.models import Draft
from collaborative.models import Membership, Pause, QuietWeek
from core.time import wall_in
from surveys import envelopes, rounds
from surveys.models import Asked, Moment, Round, Survey
from surveys.querysets import belonging, ended_with_the_cohort

# For so long after its last day a cohort's dates are looked at.
WATCHED_FOR: Final = dt.timedelta(days=150)


# ---------------------------------------------------------------- rounds follow the dates of their cohort


def watched(now: dt.datetime) -> list[QuerySet[Survey]]:
    """Return the surveys that are on in a cohort that is not long over."""
    return [Survey.objects.filter(is_on=True, cohort__phases__ends_on__gt=now.date() - WATCHED_FOR)]


def follow_all(now: dt.datetime | None = None) -> None:
    """Let the rounds of every cohort be when its dates say. As many statements for many cohorts as for one where all of them are."""
    now = now or timezone.now()
    for rows in watched(now):
        surveys = Survey.objects.filter(cohort__in=rows.values("cohort"))
        for cohort in {survey.cohort for survey, _row, _values in rounds.changes(surveys, now)}:
            rounds.follow(cohort, now)


# ---------------------------------------------------------------- who has not been asked is


def to_ask(now: dt.datetime) -> list[QuerySet[Round]]:
    """Return the open rounds in which somebody has not been asked who is to be, and may be at work today."""
    open_now = Round.objects.open()
    known = Asked.objects.filter(round=OuterRef(OuterRef("pk")), person=OuterRef("user"))
    new = _may_be_at_work(belonging(team__cohort=OuterRef("survey__cohort")), now).exclude(Exists(known))
    gone = _may_be_at_work(ended_with_the_cohort(team__cohort=OuterRef("survey__cohort")), now).exclude(Exists(known))
    there = rounds.was_there.ask_all(OuterRef(OuterRef("about")), OuterRef("user"))
    return [
        open_now.filter(Exists(new)).exclude(survey__moment=Moment.SESSION),
        open_now.filter(Exists(gone), survey__moment=Moment.LATER),
        *(open_now.filter(Exists(new.filter(Exists(came))), survey__moment=Moment.SESSION) for _room, came in there),
    ]


def _may_be_at_work(held: QuerySet[Membership], now: dt.datetime) -> QuerySet[Membership]:
    """Return those of these roles whose team is not left in peace on every day that it may be now, somewhere on earth."""
    at_work = Q()
    for days in (-1, 0, 1):
        on = {
            "starts_on__lte": now.date() + dt.timedelta(days=days),
            "ends_on__gte": now.date() + dt.timedelta(days=days),
        }
        paused = Exists(Pause.objects.filter(team=OuterRef("team"), **on))
        at_work |= ~paused & ~Exists(QuietWeek.objects.filter(cohort=OuterRef("team__cohort"), **on))
    return held.filter(at_work)


def ask_all(now: dt.datetime | None = None) -> None:
    """Ask everybody who has not been asked and is not left in peace today."""
    now = now or timezone.now()
    for key in {key for rows in to_ask(now) for key in rows.values_list("pk", flat=True)}:
        rounds.ask(key, now)


# ---------------------------------------------------------------- drafts


def begun_or_done(now: dt.datetime) -> list[QuerySet]:
    """Return who has begun and is not noted so, and what was kept of answers that were given."""
    return [_begun(), _done()]


def _begun() -> QuerySet[Asked]:
    key = Concat(Value(rounds.DRAFTS), Cast(OuterRef("round"), TextField()), output_field=TextField())
    kept = Draft.objects.filter(user=OuterRef("person"), key=key)
    return Asked.objects.filter(Exists(kept), started_on=None)


def _done() -> QuerySet[Draft]:
    named = Concat(Value(rounds.DRAFTS), Cast(F("round"), TextField()), output_field=TextField())
    done = Asked.objects.filter(finished_on__isnull=False, person=OuterRef("user"))
    return Draft.objects.filter(
        Exists(done.annotate(draft=named).filter(draft=OuterRef("key"))), key__startswith=rounds.DRAFTS
    )


def tidy_drafts(now: dt.datetime | None = None) -> None:
    """Note who has begun, on the day of their cohort, and throw away what was kept of answers that were given."""
    now = now or timezone.now()
    begun: dict[str, list[Any]] = {}
    for pk, zone in _begun().values_list("pk", "round__survey__cohort__time_zone"):
        begun.setdefault(zone, []).append(pk)
    for zone, keys in begun.items():
        Asked.objects.filter(pk__in=keys, started_on=None).update(started_on=wall_in(now, zone).date())
    _done().delete()


# ---------------------------------------------------------------- what was answered is laid down


def to_lay_down(now: dt.datetime) -> list[QuerySet[Round]]:
    """Return the closed rounds whose answers lie in envelopes.

    Whoever turned a survey off by mistake can take that back; what is laid down can be read, and stays closed.
    """
    settled = now - dt.timedelta(seconds=settings.UNDO_SECONDS)
    return [Round.objects.closed().filter(mixed_at=None, closes_at__lte=settled)]


def lay_down(now: dt.datetime | None = None) -> None:
    """Lay down what was answered in rounds that are closed for good."""
    for rows in to_lay_down(now or timezone.now()):
        for key in rows.values_list("pk", flat=True):
            envelopes.open_all(key)


# Each with its look (notifications.sweep), in their order.
SWEEPS: Final[dict[str, tuple[Callable[..., None], Callable[[dt.datetime], list[Any]]]]] = {
    "surveys.rounds": (follow_all, watched),
    "surveys.asking": (ask_all, to_ask),
    "surveys.drafts": (tidy_drafts, begun_or_done),
    "surveys.envelopes": (lay_down, to_lay_down),
}

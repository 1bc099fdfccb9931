"""Decisions are told together, at one minute: look at every letter, release, and until that minute take it all back."""

from __future__ import annotations

import dataclasses
import datetime as dt
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from collaborative.line import today_in
from collaborative.models import MOMENT_KINDS, Cohort, Phase, Team
from collaborative.reschedule import Consequence, Ledger, Moved
from core.refusals import Refused
from core.registry import Followed
from core.time import forward_utc
from enrolment import letters, not_asked, running, seats
from enrolment.deciding import decide, held, with_told
from enrolment.minutes import moment_of
from enrolment.models import VALID_FOR, Application, Invitation, Outcome, Release, State, Told
from enrolment.windows import closes_on
from notifications import services as notifications

KIND = "enrolment/letter"
# Where the ledger of an offer keeps the place on the waiting list.
OFFERED_FROM = "offered_from"
# A release may wait for its minute for so long.
LONGEST = dt.timedelta(days=60)


def to_tell(cohort: Cohort):
    """Return the applications whose outcome was not told yet and waits in no release, as they stand on the lists."""
    rows = with_told(Application.objects.filter(cohort=cohort, state=State.SUBMITTED).exclude(outcome=Outcome.OPEN))
    return rows.filter(Q(told_outcome=None) | ~Q(told_outcome=F("outcome")), held_until=None).order_by(
        "outcome", "team_name", "pk"
    )


@dataclasses.dataclass(frozen=True)
class Count:
    """How many letters of one outcome leave in which language."""

    outcome: str
    english: int
    french: int

    @property
    def all(self) -> int:
        return self.english + self.french

    @property
    def label(self) -> str:
        return str(Outcome(self.outcome).label)


@dataclasses.dataclass(frozen=True)
class Plan:
    """What a release would tell: the applications, how many letters, and a number that changes with any of it."""

    applications: list[Application]
    facts: letters.Facts
    counts: list[Count]
    digest: int

    def letter(self, application: Application) -> letters.Written:
        return letters.write(application, application.outcome, application.decline_reason, self.facts)


def plan_of(cohort: Cohort, *, named) -> Plan:
    """Return what a release of everything that is decided would tell now."""
    rows = list(to_tell(cohort))
    facts = letters.facts_of(cohort, named=named)
    many = Counter((one.outcome, one.language) for one in rows)
    counts = [
        Count(outcome.value, many[outcome.value, "en"], many[outcome.value, "fr"])
        for outcome in letters.IN_ORDER
        if many[outcome.value, "en"] + many[outcome.value, "fr"]
    ]
    said = [(str(one.pk), one.outcome, one.decline_reason, one.language) for one in rows]
    texts = [(one.outcome, one.version) for one in facts.letters.values()]
    return Plan(rows, facts, counts, zlib.crc32(repr((said, texts)).encode()))


def minute_of(cohort: Cohort, *, day: dt.date | None, clock: dt.time | None) -> dt.datetime | None:
    """Return the minute that was typed, as the cohort's clock shows it, None for "now".

    Refuses what is past or far away, and what that clock jumps over.
    """
    if day is None or clock is None:
        return None
    wall = dt.datetime.combine(day, clock)
    at = moment_of(wall, cohort.time_zone)
    soonest = timezone.now() + dt.timedelta(seconds=settings.UNDO_SECONDS)
    if at < soonest:
        raise Refused(_("Choose a later minute, so that it can still be taken back until then."), field="clock")
    if at > soonest + LONGEST:
        raise Refused(_("Choose a day within the next two months."), field="day")
    return wall


@transaction.atomic
def release(
    *, cohort: Cohort, by, applications: Sequence[Application] | None = None, wall: dt.datetime | None = None,
    seen: int | None = None,
) -> Release:  # fmt: skip
    """Tell the outcome of ``applications`` (None: of everything decided and not told) at one minute, and return it.

    Every accepted one becomes a team whose people are asked in; their mails and all letters wait for that minute:
    ``wall`` on the cohort's clock, or as soon as the time to undo has passed. Refuses an empty release, a second one
    while one waits, and where what was looked at (``seen``, a ``Plan.digest``) is not what stands now.
    """
    cohort = seats.locked(cohort)
    if cohort.closed_at:
        raise Refused(_("This cohort is over: nothing is decided in it any more."))
    if applications is None and held().filter(release__cohort=cohort).exists():
        raise Refused(_("A release waits for its minute already. Take it back first, or wait until it has left."))
    if seen is not None and plan_of(cohort, named=by).digest != seen:
        raise Refused(_("Something changed since you looked. Look at the letters again, then release them."))
    wanted = to_tell(cohort).select_for_update(of=("self",))
    rows = list(wanted if applications is None else wanted.filter(pk__in=[one.pk for one in applications]))
    if not rows:
        raise Refused(_("There is nothing to tell: every outcome was told, or none is set."))
    at = timezone.now() + dt.timedelta(seconds=settings.UNDO_SECONDS)
    typed = {}
    if wall:
        at = forward_utc(wall, cohort.time_zone)
        typed = {"release_wall": wall.replace(tzinfo=dt.UTC), "zone": cohort.time_zone}
    ledger = running.empty_ledger()
    made = Release.objects.create(cohort=cohort, by=by, release_at=at, **typed)
    told = Told.objects.bulk_create(
        Told(release=made, application=one, outcome=one.outcome, decline_reason=one.decline_reason) for one in rows
    )
    notifications.plan_each(
        (one, 1, notifications.Wanted(
            KIND, to=row.contact_email, due=at, occurrence="letter", scope=cohort, language=row.language,
            time_zone=cohort.time_zone,
        ))
        for one, row in zip(told, rows, strict=True)
    )  # fmt: skip
    accepted = [row for row in rows if row.outcome == Outcome.ACCEPT and running.stands_to_run(row)]
    running.make_teams(cohort=cohort, applications=accepted, leaves_at=at, by=by, ledger=ledger)
    made.ledger = ledger
    made.save(update_fields=["ledger"])
    many = Counter(one.outcome for one in told)
    record(
        "release.made", made, by=by, cohort_id=cohort.pk, release_at=at, accepted=many[Outcome.ACCEPT.value],
        waiting=many[Outcome.WAIT.value], declined=many[Outcome.DECLINE.value], invited=len(ledger["invitations"]),
    )  # fmt: skip
    return made


@transaction.atomic
def undo_release(*, release: Release, by) -> None:
    """Take a release back before its minute: no letter leaves, and the teams are gone as if they had never been.

    The decisions stand as they were; who was offered a place waits again where they waited. Refuses once the minute has
    come, and where somebody is in one of the teams.
    """
    seats.locked(release.cohort)
    row = Release.objects.select_for_update().get(pk=release.pk)
    if row.undone_at:
        raise Refused(_("This release is taken back already."))
    if row.release_at <= timezone.now():
        raise Refused(_("The minute has come: the letters are leaving. Decide anew, and say why."))
    running.unmake(ledger=row.ledger, by=by)
    notifications.void_each(row.told.all(), "taken_back", by=by)
    ledger, row.undone_at, row.ledger = row.ledger, timezone.now(), {}
    row.save(update_fields=["undone_at", "ledger"])
    if OFFERED_FROM in ledger:
        for offered in Application.objects.filter(told__release=row):
            # They were never told of the place: it can be offered again.
            Application.objects.filter(pk=offered.pk).update(offered_at=None)
            decide(application=offered, outcome=Outcome.WAIT, by=by, place=ledger[OFFERED_FROM])
    record("release.taken_back", row, by=by, cohort_id=row.cohort_id, told=row.told.count())


def waiting_releases(cohort: Cohort):
    """Return the releases that wait for their minute, the next one first."""
    rows = Release.objects.filter(cohort=cohort, undone_at=None, release_at__gt=timezone.now())
    return rows.select_related("by").order_by("release_at")


@transaction.atomic
def work_out_again() -> list[Followed]:
    """Work out again when the releases ahead leave; return those that are another moment by the rules of today.

    Letters, teams and whoever is asked into them go with it: nobody was told of that minute but those who plan.
    """
    changed = []
    ahead = (
        Release.objects.select_for_update(of=("self",))
        .select_related("cohort")
        .filter(undone_at=None, release_at__gt=timezone.now(), release_wall__isnull=False)
    )
    for row in ahead:
        assert row.release_wall is not None
        moment = forward_utc(row.release_wall.replace(tzinfo=None), row.zone)
        if moment != row.release_at:
            changed.append(Followed(f"letters of {row.cohort.name_en}", row.release_at, moment))
            _leaves_at(row, moment)
            record("release.follows_the_clocks", row, cohort_id=row.cohort_id, release_at=moment)
    return changed


def _leaves_at(row: Release, moment: dt.datetime) -> None:
    """Let everything that waits for the minute of a release wait for another."""
    before = row.release_at
    Release.objects.filter(pk=row.pk).update(release_at=moment)
    teams = Team.objects.filter(application__told__release=row)
    asked = Invitation.objects.filter(team__in=teams)
    Team.objects.filter(pk__in=teams, told_from=before).update(told_from=moment)
    # Asked in meanwhile, by hand or by a table, counts from the letter as well.
    asked.filter(expires_at=before + VALID_FOR).update(expires_at=moment + VALID_FOR)
    for rows in (row.told.all(), asked):
        notifications.retime_each(rows, before=before, after=moment)


def what_moves(change: Any, ledger: Ledger) -> Callable[[Moved[Any]], None]:
    """Say how many letters wait for a minute of release, which stays where it was set, and how many applications are being
    written when the last day of applying comes nearer (consequences)."""

    def follow(moved: Moved[Any]) -> None:
        told = Told.objects.filter(release__in=waiting_releases(change.cohort)).count()
        if told and _concerns_enrolment(moved.ledger):
            moved.consequences.append(Consequence("letters", told))
        moved.consequences.extend(_shut_sooner(change.cohort, moved.ledger))

    return follow


def _shut_sooner(cohort: Cohort, ledger: Ledger) -> list[Consequence]:
    """Return how many applications are being written that can be sent less long, or no more, once the change is made."""
    until = [one for one in ledger.entries if one["field"] == "apply_until" and one["id"] == str(cohort.pk)]
    closes = closes_on(Cohort.objects.get(pk=cohort.pk)) if until else None
    before = dt.date.fromisoformat(until[0]["before"]) if until and until[0]["before"] else None
    today = today_in(cohort)
    if closes is None or (before and (closes >= before or before < today)):
        return []
    drafts = Application.objects.filter(cohort=cohort, state=State.DRAFT).count()
    return [Consequence("shut" if closes < today else "sooner", drafts)] if drafts else []


def _concerns_enrolment(ledger: Ledger) -> bool:
    touched = ledger.touched()
    phases = [pk for label, pk in touched if label == Phase._meta.label_lower]
    return (
        any(label == Cohort._meta.label_lower for label, _pk in touched)
        or Phase.objects.filter(pk__in=phases, kind__in=MOMENT_KINDS).exists()
    )


def releases_of(cohort: Cohort):
    """Return every release of a cohort."""
    return Release.objects.filter(cohort=cohort).select_related("cohort")


def usual_minute(cohort: Cohort) -> dict[str, Any]:
    """Return the day and hour that the form offers: two in the afternoon of the day of the answers, or of the next day."""
    tomorrow = today_in(cohort) + dt.timedelta(days=1)
    return {"day": max(cohort.answers_on or tomorrow, tomorrow), "clock": dt.time(14)}


LETTERS_A_PAGE = 50


def look_at(cohort: Cohort, plan: Plan, *, page: str | None) -> dict[str, Any]:
    """Return what the page shows of a plan: some letters as their readers get them, what stays as it is known, and what
    became of earlier releases, with the names of whom a rule kept out."""
    shown = Paginator(plan.applications, LETTERS_A_PAGE).get_page(page)
    accepted = [one for one in plan.applications if one.outcome == Outcome.ACCEPT and running.stands_to_run(one)]
    made = list(releases_of(cohort).filter(undone_at=None).select_related("by"))
    last, now = next(iter(made), None), timezone.now()
    return {
        "page": shown,
        "letters": [(one, letters.name_of(one), plan.letter(one)) for one in shown.object_list],
        "known": [(letters.name_of(one), words) for one, words in running.known_otherwise(accepted)],
        "held": sorted((one for one in made if one.release_at > now), key=lambda one: one.release_at),
        "outcomes": [(one.value, str(one.label)) for one in letters.IN_ORDER],
        "kept_out": not_asked.of_release(last.ledger) if last else [],
        "sponsors": running.sponsors_to_ask(cohort) if any(one.ledger.get("teams") for one in made) else [],
    }

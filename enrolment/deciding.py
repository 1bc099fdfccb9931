"""Decisions about applications: accept, wait, decline, and taking that back. Nothing is told before a release."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from collaborative.line import phases_of, today_in
from collaborative.models import Cohort, Team
from core.refusals import Overtaken, Refused
from core.time import wall_in
from enrolment import seats
from enrolment.models import Application, Decision, DeclineReason, Invitation, Outcome, State, Told

# The reason that a decline gives unless another is chosen.
USUAL = "usual"


def still_told():
    """Return what was told, or will be at its minute: everything in a release that was not taken back."""
    return Told.objects.filter(release__undone_at=None)


def versions(source_ids: Collection[str]) -> dict[str, int]:
    """Return the version of each outcome that is still told; those taken back are left out, and never leave."""
    return {str(pk): 1 for pk in still_told().filter(pk__in=source_ids).values_list("pk", flat=True)}


def may_hear_of(asked: Collection[tuple[Any, str]]) -> set[tuple[Any, str]]:
    """Return those of the pairs (person, key of what is told) whose person wrote the application, as two keys."""
    rows = still_told().filter(pk__in={key for _person, key in asked})
    address = {str(pk): email.lower() for pk, email in rows.values_list("pk", "application__contact_email")}
    return {(person.pk, key) for person, key in asked if person.email and address.get(key) == person.email.lower()}


def told_now(now: dt.datetime | None = None):
    """Return what stands as told: everything in a release that was not taken back and whose minute has come."""
    return still_told().filter(release__release_at__lte=now or timezone.now())


def held(now: dt.datetime | None = None):
    """Return what waits in a release for its minute, and can still be taken back with it."""
    return still_told().filter(release__release_at__gt=now or timezone.now())


def letter_leaves_at(team: Team) -> dt.datetime | None:
    """Return the minute for which the letter that tells this team of its place waits, None where none does."""
    waiting = held().filter(application__team=team).values_list("release__release_at", flat=True)
    return waiting.first()


def is_told(invitation: Invitation) -> bool:
    """Return whether the team that this asks into may know of its place. Until then the invitation opens no door."""
    return invitation.team is None or letter_leaves_at(invitation.team) is None


def is_ahead_of_its_letter(person) -> bool:
    """Return whether all that ever asked ``person`` in are teams whose letter has not left. One statement."""
    early = held().filter(application__team=OuterRef("team"))
    asked = Invitation.objects.filter(person=person).annotate(early=Exists(early)).order_by()
    kinds = set(asked.values_list("early", flat=True))
    return kinds == {True}


def with_told(rows):
    """Return the applications with what they were told last, and when (``told_outcome``, ``told_at``), and until when
    another word waits (``held_until``); None for nothing."""
    now = timezone.now()
    mine = {"application": OuterRef("pk")}
    last = told_now(now).filter(**mine).order_by("-release__release_at", "-created_at")
    return rows.annotate(
        told_outcome=Subquery(last.values("outcome")[:1]),
        told_at=Subquery(last.values("release__release_at")[:1]),
        held_until=Subquery(held(now).filter(**mine).values("release__release_at")[:1]),
    )


def begins_on(cohort: Cohort) -> dt.date:
    """Return the day of the first session, the cohort's first day while it has none."""
    first = next((phase for phase in phases_of(cohort) if phase.is_moment), None)
    return first.starts_on if first else cohort.first_day


def has_begun(cohort: Cohort) -> bool:
    """Return whether the day of the first session has come, on the cohort's clock."""
    return today_in(cohort) >= begins_on(cohort)


def usual_decline(application: Application, cohort: Cohort) -> str:
    """Return the reason that a decline gives unless another is chosen, "" where none is known to be true."""
    sent, until = application.submitted_at, cohort.apply_until
    if sent and until and wall_in(sent, cohort.time_zone).date() > until:
        return DeclineReason.LATE.value
    return DeclineReason.FULL.value if seats.wanted(cohort) > cohort.seats else ""


@transaction.atomic
def decide(
    *, application: Application, outcome: str, by, reason: str | None = None, decline_reason: str | None = None,
    place: int | None = None, seen: int | None = None,
) -> Decision | None:  # fmt: skip
    """Set what becomes of an application ("" takes it back); nobody is told. Returns the decision, None where it stood so.

    What is not said (None) stays as long as the outcome does: a second press changes no word of a letter. ``decline_reason``
    is one of DeclineReason, "" for a letter that gives none, or USUAL for what is true of it now. ``place`` is the
    place on the waiting list to return to, ``seen`` how often it was decided when whoever decides looked at it.

    The cohort's row is held: of two planners with one place left, the second is refused. Raises Overtaken where it was
    decided since. Refuses what is no application any more, what waits in a release, another word after an outcome was told
    and an acceptance after the first session without a ``reason``, a second offer, and a team that stands.
    """
    cohort = seats.locked(application.cohort)
    row = with_told(Application.objects.filter(pk=application.pk).select_for_update(of=("self",))).get()
    reason, decline_reason = _words(row, cohort, outcome=outcome, reason=reason, decline_reason=decline_reason)
    if (row.outcome, row.decline_reason, row.outcome_reason) == (outcome, decline_reason, reason):
        return None
    if seen is not None and seen != row.decided:
        raise Overtaken(row)
    _may_change(row, cohort, outcome=outcome, reason=reason)
    if outcome == Outcome.ACCEPT and row.outcome != Outcome.ACCEPT:
        _may_accept(row, cohort, reason=reason)
    made = Decision(
        application=row, number=row.decided + 1, by=by, before=row.outcome, after=outcome,
        decline_before=row.decline_reason, decline_reason=decline_reason, reason=reason,
        left_place=None if outcome == Outcome.WAIT else row.wait_place,
    )  # fmt: skip
    row.decided = made.number
    row.outcome, row.decline_reason, row.outcome_reason = outcome, decline_reason, reason
    if outcome != Outcome.WAIT:
        row.wait_place = None
    elif made.before != Outcome.WAIT:
        row.wait_place = _free_place(cohort, place)
    with seats.never_overfull(cohort):
        row.save(update_fields=["outcome", "decline_reason", "outcome_reason", "wait_place", "decided"])
    made.save(force_insert=True)
    record(
        "application.decided", row, by=by, before=made.before, after=outcome, decline_reason=decline_reason,
        told=row.told_outcome or "", with_reason=bool(reason), number=made.number,
    )  # fmt: skip
    application.refresh_from_db()
    return made


def _words(row, cohort: Cohort, *, outcome: str, reason: str | None, decline_reason: str | None) -> tuple[str, str]:
    """Return the reason for the planning team and the one of the letter."""
    stays = row.outcome == outcome
    if reason is None:
        reason = row.outcome_reason if stays else ""
    if outcome != Outcome.DECLINE:
        return reason, ""
    if decline_reason is None:
        decline_reason = row.decline_reason if stays else USUAL
    return reason, usual_decline(row, cohort) if decline_reason == USUAL else decline_reason


def take_back(*, decision: Decision, by) -> None:
    """Let an application stand as it stood before a decision, with the words of then. Refuses as ``decide`` does.

    Raises Overtaken where another decision followed.
    """
    earlier = Decision.objects.filter(application=decision.application_id, number__lt=decision.number).last()
    decide(
        application=decision.application,
        outcome=decision.before,
        decline_reason=decision.decline_before,
        reason=earlier.reason if earlier and earlier.after == decision.before else "",
        place=decision.left_place,
        seen=decision.number,
        by=by,
    )


def decision_of(application: Application, number: int) -> Decision | None:
    """Return one decision about an application by its number, None where there is none."""
    return application.decisions.select_related("application__cohort").filter(number=number).first()


def last_word(application: Application) -> str:
    """Return in words what was decided last about an application, and by whom."""
    last = application.decisions.select_related("by").last()
    outcome = str(Outcome(application.outcome).label)
    if last is None or last.by is None:
        return _("Somebody decided this after you opened the page: %(outcome)s.") % {"outcome": outcome}
    return _("%(who)s decided this after you opened the page: %(outcome)s.") % {
        "who": last.by.name,
        "outcome": outcome,
    }


def _may_change(row, cohort: Cohort, *, outcome: str, reason: str) -> None:
    if cohort.closed_at:
        raise Refused(_("This cohort is over: nothing is decided in it any more."))
    if row.state != State.SUBMITTED:
        raise Refused(_("This application was withdrawn: there is nothing to decide."))
    if row.held_until:
        raise Refused(_("Its letter waits for its minute. Take the release back first, then decide anew."))
    if row.team_id and outcome != Outcome.ACCEPT and row.team.withdrawn_at is None:
        raise Refused(_("Its team has its place already. If the team leaves, say so on the team's own page."))
    if row.told_outcome and outcome == Outcome.OPEN:
        raise Refused(_("They were told already. Choose another outcome and say why."))
    if row.told_outcome and outcome != row.told_outcome and not reason:
        raise Refused(_("They were told something else already. Say why it changes."), field="reason")


def _may_accept(row, cohort: Cohort, *, reason: str) -> None:
    if row.offered_at:
        raise Refused(_("They were offered a place before. A place is offered once."))
    if has_begun(cohort) and not reason:
        raise Refused(_("The first session has been. Say why this team comes in now."), field="reason")
    seats.must_have_room(cohort)


def _free_place(cohort: Cohort, wanted: int | None) -> int:
    waiting = Application.objects.filter(cohort=cohort, wait_place__isnull=False)
    if wanted and not waiting.filter(wait_place=wanted).exists():
        return wanted
    return (waiting.aggregate(last=Max("wait_place"))["last"] or 0) + 1


@dataclasses.dataclass(frozen=True)
class Many:
    """How many applications got the outcome, why others did not (each sentence once), and how many were decided since."""

    done: int
    refused: list[str]
    overtaken: int = 0


@transaction.atomic
def decide_many(
    *, applications: Sequence[Application], outcome: str, by, seen: Mapping[Any, int] | None = None
) -> Many:
    """Set one outcome for several applications in their order; those that a rule refuses keep what they have.

    ``seen``: how often each was decided when whoever decides looked at it, by its key.
    """
    done, refused, overtaken = 0, [], 0
    for application in applications:
        try:
            with transaction.atomic():
                decide(application=application, outcome=outcome, by=by, seen=(seen or {}).get(application.pk))
            done += 1
        except Overtaken:
            overtaken += 1
        except Refused as no:
            refused.append(no.sentence)
    return Many(done, list(dict.fromkeys(refused)), overtaken)

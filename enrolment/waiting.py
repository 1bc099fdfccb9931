"""The waiting list of a cohort: its order, and offering a place that became free, to each team once."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from collaborative.models import Cohort
from core.refusals import Refused
from enrolment import seats
from enrolment.deciding import decide, has_begun, with_told
from enrolment.letters import name_of
from enrolment.models import Application, Outcome, Release, State
from enrolment.releasing import OFFERED_FROM, release


def in_order(cohort: Cohort):
    """Return who waits, first come first."""
    return Application.objects.filter(
        cohort=cohort, outcome=Outcome.WAIT, state=State.SUBMITTED, wait_place__isnull=False
    ).order_by("wait_place")


def next_in_line(cohort: Cohort) -> Application | None:
    """Return who is offered the next free place: the first who waits and was never offered one."""
    return in_order(cohort).filter(offered_at=None).first()


@transaction.atomic
def move(*, application: Application, up: bool, by) -> bool:
    """Let an application change places with the one before or behind it. Returns whether there was one."""
    cohort = seats.locked(application.cohort)
    line = list(in_order(cohort))
    here = next((nth for nth, one in enumerate(line) if one.pk == application.pk), None)
    there = None if here is None else here + (-1 if up else 1)
    if here is None or there is None or not 0 <= there < len(line):
        return False
    one, other = line[here], line[there]
    was, becomes = one.wait_place, other.wait_place
    # A place is held by one at a time, also in between.
    Application.objects.filter(pk=one.pk).update(wait_place=None)
    Application.objects.filter(pk=other.pk).update(wait_place=was)
    Application.objects.filter(pk=one.pk).update(wait_place=becomes)
    record("application.moved_on_the_list", one, by=by, before=here + 1, after=there + 1)
    return True


def why_not_yet(row) -> str:
    """Return why a place is not offered to this application of ``with_told`` yet, "" where nothing stands in the way.

    An offer answers "you are on the waiting list". Whoever was not told so is accepted on the board like everybody else.
    """
    if row.held_until:
        return _("The letter that tells them of the waiting list has not left yet. Offer them the place once it has.")
    if row.told_outcome != Outcome.WAIT:
        return _(
            "They were not told yet that they are on the waiting list. Release the letters first, or accept them among the "
            "applications: that letter then leaves with the others."
        )
    return ""


@transaction.atomic
def offer_place(*, application: Application, by, reason: str = "") -> Release:
    """Offer a free place to the first who waits: accepted, with a release of its own that can be undone until it leaves.

    Refuses anybody but the next in line, a second offer to the same team, who does not know yet that they wait, a cohort
    without a free place, and, without a ``reason``, everybody once the first session has been. Taking the release back
    puts them on the list again, where they stood.
    """
    cohort = seats.locked(application.cohort)
    row = with_told(Application.objects.filter(pk=application.pk)).get()
    if row.offered_at:
        raise Refused(_("They were offered a place before. A place is offered once."))
    first = next_in_line(cohort)
    if first is None or first.pk != row.pk:
        raise Refused(_("Somebody else is first on the waiting list. Change the order if that is meant."))
    if not_yet := why_not_yet(row):
        raise Refused(not_yet)
    if has_begun(cohort) and not reason:
        raise Refused(_("The first session has been. Say why this team comes in now."), field="reason")
    decided = decide(application=row, outcome=Outcome.ACCEPT, by=by, reason=reason or _("A place became free."))
    Application.objects.filter(pk=row.pk).update(offered_at=timezone.now())
    record("application.offered_a_place", row, by=by, with_reason=bool(reason))
    made = release(cohort=cohort, applications=[row], by=by)
    made.ledger[OFFERED_FROM] = decided.left_place if decided else None
    made.save(update_fields=["ledger"])
    return made


def sheet(cohort: Cohort) -> tuple[list[str], list[list[Any]]]:
    """Return headings and rows of the waiting list for a workbook, in its order."""
    head = [
        _("Place in the line"),
        _("Team"),
        _("Organisation"),
        _("Contact person"),
        _("E-mail"),
        _("Was offered a place"),
    ]
    return head, [
        [
            place,
            name_of(one),
            one.organisation,
            one.contact_name,
            one.contact_email,
            _("yes") if one.offered_at else _("no"),
        ]
        for place, one in enumerate(with_told(in_order(cohort)), 1)
    ]


def look_at(cohort: Cohort) -> dict[str, Any]:
    """Return the waiting list as a page shows it: who waits with what they are called, who is next, and what is free."""
    line = list(with_told(in_order(cohort)))
    first = next((one for one in line if one.offered_at is None), None)
    return {
        "line": [(one, name_of(one)) for one in line],
        "next": first,
        "next_name": name_of(first) if first else "",
        "not_yet": why_not_yet(first) if first else "",
        "free": seats.free(cohort),
        "begun": has_begun(cohort),
    }

"""How long applications are kept, what they say about a person, and how they forget one."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.db import transaction
from django.db.models import F, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from accounts.addresses import addresses_of
from audit.services import record
from enrolment import sponsoring
from enrolment.models import Application, ApplicationMember, Outcome, State
from notifications import services as notifications

KEPT_DAYS: Final = 60
KEPT_FOR_NEXT_DAYS: Final = 400


def sweep(*, now: dt.datetime | None = None) -> int:
    """Empty what nobody needs any more, 60 days after a cohort's last day of applying. Returns how many were emptied.

    Drafts go; declined and withdrawn applications stay as counts without anybody's name, unless they may be kept for the
    next cohort.
    """
    today = (now or timezone.now()).date()
    over = Application.objects.filter(cohort__apply_until__lt=today - dt.timedelta(days=KEPT_DAYS))
    drafts = over.filter(state=State.DRAFT).delete()[1].get("enrolment.Application", 0)
    done = over.exclude(contact_email="").filter(team=None)
    done = done.filter(state=State.WITHDRAWN) | done.filter(outcome=Outcome.DECLINE)
    long_over = today - dt.timedelta(days=KEPT_FOR_NEXT_DAYS)
    gone = [
        row.pk
        for row in done.select_related("cohort")
        if not row.keep_for_next or (row.cohort.apply_until and row.cohort.apply_until < long_over)
    ]
    for pk in gone:
        _empty(pk)
    return drafts + len(gone)


@transaction.atomic
def _empty(pk: Any) -> None:
    """Take every name, address and word out of an application; that there was one, from where, and its outcome stay."""
    row = Application.objects.select_for_update().get(pk=pk)
    words = (
        "contact_name", "contact_email", "why", "hope", "equity", "team_name", "unit", "organisation", "incident_route",
        "support_name", "support_phone", "support_when", "recognition", "access_help", "outcome_reason", *sponsoring.FACTS,
    )  # fmt: skip
    for name in words:
        setattr(row, name, "")
    row.typed, row.version, row.sponsor_version = {}, row.version + 1, row.sponsor_version + 1
    row.save(update_fields=[*words, "typed", "version", "sponsor_version"])
    row.members.all().delete()
    notifications.void(row, reason="source_gone")
    record("application.emptied", row, cohort_id=row.cohort_id)


def data_of(user) -> dict[str, list]:
    """Return what applications say about ``user``, by their addresses: as the contact, a member or the sponsor."""
    told: list[dict[str, Any]] = []
    for address in sorted(addresses_of(user)):
        told += [
            {"as": "contact", **row}
            for row in Application.objects.filter(contact_email__iexact=address).values(
                "cohort__name_en", "state", "contact_name", "language", "why", "hope", "equity", "created_at", "typed"
            )
        ]
        told += [
            {"as": "sponsor", **row}
            for row in Application.objects.filter(sponsor_email__iexact=address).values(
                "cohort__name_en", "sponsor_name", "sponsor_title", "sponsor_asked_at", "sponsor_said"
            )
        ]
        told += [
            {"as": "member", **row}
            for row in ApplicationMember.objects.filter(email__iexact=address).values(
                "application__cohort__name_en", "name", "position", "role", "title", "circle", "language"
            )
        ]
    return {"applications": told} if told else {}


@transaction.atomic
def forget(user) -> None:
    """Take ``user`` out of every application, by their addresses, and out of what is being typed in one."""
    for address in addresses_of(user):
        ApplicationMember.objects.filter(email__iexact=address).update(name="", email="", title="")
        # A draft that nobody can open any more goes with whoever wrote it.
        Application.objects.filter(contact_email__iexact=address, state=State.DRAFT).delete()
        for row in Application.objects.select_for_update().filter(contact_email__iexact=address):
            row.contact_name, row.contact_email, row.version = "", "", row.version + 1
            row.save(update_fields=["contact_name", "contact_email", "version"])
        Application.objects.filter(sponsor_email__iexact=address).update(
            sponsor_name="", sponsor_email="", sponsor_title="", sponsor_version=F("sponsor_version") + 1
        )
        for row in (
            Application.objects.select_for_update()
            .annotate(words=Cast("typed", TextField()))
            .filter(words__icontains=address)
        ):
            row.typed = _without(row.typed, address)
            row.save(update_fields=["typed"])


def _without(typed: dict[str, Any], address: str) -> dict[str, Any]:
    """Return what is typed without the fields that stand beside an address: one person's row, the contact, the sponsor."""
    steps = {}
    for step, one in typed.get("steps", {}).items():
        words = one["words"]
        beside = {name for name, values in words.items() if any(address in value.lower() for value in values)}
        begins = {name.rsplit("-", 1)[0] + "-" if "-" in name else name.split("_")[0] + "_" for name in beside}
        gone = {name for name in words if name in beside or any(name.startswith(begin) for begin in begins)}
        steps[step] = {**one, "words": {name: [""] if name in gone else values for name, values in words.items()}}
    return {**typed, "steps": steps}

"""How long applications are kept, what they say about a person, and how they forget one."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.db import transaction
from django.db.models import F, QuerySet, TextField
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.addresses import addresses_of
from audit.services import record
from collaborative.models import Takes, Team
from enrolment import sponsoring
from enrolment.models import Application, ApplicationMember, Outcome, State, Told
from notifications.people import forget_readers_of

KEPT_DAYS: Final = 60
KEPT_FOR_NEXT_DAYS: Final = 400


def to_sweep(now: dt.datetime) -> list[QuerySet[Application]]:
    """Return what goes whole and what is emptied at ``now`` (``notifications.sweep.looks``)."""
    return [_drafts_over(now), _done_with(now)]


def sweep(now: dt.datetime | None = None) -> int:
    """Empty what nobody needs any more, 60 days after a cohort's last day of applying. Returns how many were emptied.

    A cohort without a last day takes applications until its first day. Drafts go; every other application that became no
    team stays as a count without anybody's name: who waits, from the first day on; who may be kept for the next cohort,
    after 400 days.
    """
    now = now or timezone.now()
    drafts = _delete(_drafts_over(now))
    gone = list(_done_with(now).values_list("pk", flat=True))
    for pk in gone:
        _empty(pk)
    return drafts + len(gone)


def _over(now: dt.datetime) -> Any:
    rows = Application.objects.annotate(last=Coalesce("cohort__apply_until", "cohort__first_day"))
    return rows.filter(last__lt=now.date() - dt.timedelta(days=KEPT_DAYS))


def _drafts_over(now: dt.datetime) -> QuerySet[Application]:
    return _over(now).filter(state=State.DRAFT)


def _done_with(now: dt.datetime) -> QuerySet[Application]:
    today = now.date()
    done = _over(now).exclude(contact_email="").exclude(state=State.DRAFT).filter(team=None)
    done = done.exclude(outcome=Outcome.WAIT, cohort__first_day__gte=today)
    kept = done.filter(keep_for_next=True, last__gte=today - dt.timedelta(days=KEPT_FOR_NEXT_DAYS))
    return done.exclude(pk__in=kept.values("pk"))


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
    row.decisions.update(reason="")
    row.reviews.exclude(note="").update(note="")
    _forget_who_was_told([row.pk])
    record("application.emptied", row, cohort_id=row.cohort_id)


def _delete(rows: QuerySet[Application]) -> int:
    """Delete applications for good, and the addresses to which anything about them went. Returns how many there were."""
    keys = list(rows.values_list("pk", flat=True))
    _forget_who_was_told(keys)
    return Application.objects.filter(pk__in=keys).delete()[1].get("enrolment.Application", 0)


def _forget_who_was_told(applications: list[Any]) -> None:
    """Take back what waits about these applications, and empty every address to which their letters and questions went."""
    keys = [str(pk) for pk in applications]
    told = Told.objects.filter(application__in=applications).values_list("pk", flat=True)
    forget_readers_of("enrolment.application", keys)
    forget_readers_of(sponsoring.SOURCE, keys)
    forget_readers_of("enrolment.told", [str(pk) for pk in told])


def data_of(user) -> dict[str, list]:
    """Return what applications say about ``user``, by their addresses: as the contact, a member or the sponsor."""
    told = [one for address in sorted(addresses_of(user)) for one in data_of_address(address).get("applications", ())]
    return {"applications": told} if told else {}


def data_of_address(address: str) -> dict[str, list]:
    """Return what applications say about whoever has this address."""
    told: list[dict[str, Any]] = [
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
        forget_address(address)


@transaction.atomic
def forget_address(address: str) -> None:
    """Take whoever has this address out of every application: as the contact, a member, the sponsor, and as typed."""
    ApplicationMember.objects.filter(email__iexact=address).update(name="", email="", title="")
    # A draft that nobody can open any more goes with whoever wrote it.
    _delete(Application.objects.filter(contact_email__iexact=address, state=State.DRAFT))
    rows = Application.objects.select_for_update(of=("self",)).select_related("cohort")
    for row in rows.filter(contact_email__iexact=address):
        if row.cohort.takes == Takes.PEOPLE:  # all of it is theirs, the name of their place as well
            if row.team_id:
                Team.objects.filter(pk=row.team_id).update(name=_("somebody who left"))
            _empty(row.pk)
            continue
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

"""Tell me when: one purpose, confirmed by mail, told once on the opening day, erased after that wave."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.db import transaction
from django.db.models import CharField, Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast, Coalesce, Now
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from collaborative.models import Cohort, Programme
from core import limits
from core.refusals import Refused
from core.time import forward_utc
from enrolment import links
from enrolment.models import Interest
from enrolment.site.pages import window_of
from notifications import services as notifications
from notifications import states
from notifications.choosing import agreed, erase_agreed
from notifications.models import PlannedMessage
from notifications.people import forget_readers_of

PURPOSE: Final = "enrolment/interest"
OPEN: Final = "enrolment/interest_open"
# The words on the form that somebody said yes to; new words get the next number.
WORDING: Final = "tell-me-when 1"
# It was not true any more when it should have left: nobody has decided that it never leaves.
_TAKEN_BACK = Q(word=states.VOID, word_why__in=("source_gone", "superseded", "closed"))
TOLD_AT: Final = dt.time(9)
# An address that nobody confirmed is not kept.
UNCONFIRMED: Final = dt.timedelta(days=7)
HOUR, DAY = 3600, 86_400
PER_ADDRESS, PER_MAILBOX, PER_PROGRAMME = 30, 3, 300


@transaction.atomic
def ask(*, programme: Programme, email: str, language: str, address: str) -> None:
    """Mail a link with which the owner of this mailbox confirms. The same to every caller, whatever is known already.

    Raises Refused where too many were asked for lately, said the same for every mailbox.
    """
    email = email.strip().lower()
    mine = limits.spend("site_interest", address, amount=PER_ADDRESS, seconds=HOUR)
    if not (mine and limits.spend("site_interest:all", programme.pk, amount=PER_PROGRAMME, seconds=HOUR)):
        raise Refused(_("Too many have asked within an hour. Try again a little later."))
    if not limits.spend("site_interest:mailbox", email, amount=PER_MAILBOX, seconds=DAY):
        return
    row, _made = Interest.objects.get_or_create(
        programme=programme, email=email, told_at=None, defaults={"language": language}
    )
    Interest.objects.filter(pk=row.pk).update(version=F("version") + 1, language=language)
    row.refresh_from_db()
    record("interest.asked", row, version=row.version)
    notifications.post("enrolment/interest_confirm", to=email, about=row, version=row.version, language=language)


def token_for(row: Interest) -> str:
    """Return the text that stands in the addresses of one who wants to be told."""
    return links.token_for(row.pk, 1, mailed_to=row.email, purpose=PURPOSE)


def find(token: str) -> Interest | None:
    """Return the row that a genuine link leads to, None for anything else and for what is erased."""
    link = links.read(token, purpose=PURPOSE)
    if link is None:
        return None
    row = Interest.objects.select_related("programme").filter(pk=link.row_id).first()
    return row if row and link.went_to(row.email) else None


@transaction.atomic
def confirm(*, row: Interest) -> None:
    """Remember that the mailbox is theirs; again changes nothing."""
    if Interest.objects.filter(pk=row.pk, confirmed_at=None).update(confirmed_at=Now()):
        record("interest.confirmed", row)
        agreed(row.email, kind=OPEN, wording=WORDING)


@transaction.atomic
def stop(*, row: Interest) -> None:
    """Erase the row and everything that waits for it."""
    record("interest.stopped", row)
    _erase([row.pk])


def to_sweep(now: dt.datetime) -> list[QuerySet[Interest]]:
    """Return who was told, who may be to be told, and who is to be erased (``notifications.sweep.looks``)."""
    return [
        _told(),
        _without_word().filter(Exists(_may_take(now))),
        Interest.objects.filter(told_at__lt=now - dt.timedelta(days=1)),
        _unconfirmed(now),
    ]


def _may_take(now: dt.datetime) -> QuerySet[Cohort]:
    """Return the cohorts of a programme, of an outer row, that may take applications on a day that it may be now, somewhere."""
    first, last = now.date() - dt.timedelta(days=1), now.date() + dt.timedelta(days=1)
    open_still = Q(apply_until__gte=first) | Q(apply_until=None, apply_from__gte=first) | Q(
        apply_until=None, apply_from__isnull=False, first_day__gt=first
    )  # fmt: skip
    begun = Q(apply_from=None) | Q(apply_from__lte=last)
    return Cohort.objects.announced().filter(open_still, begun, programme=OuterRef("programme"), closed_at=None)


def sweep(now: dt.datetime | None = None) -> None:
    """Tell everybody who waits for an enrolment that has opened, and erase what is not needed any more. Idempotent.

    Found anew at every round from the cohort's own dates, so that an opening day that is moved moves this with it.
    """
    now = now or timezone.now()
    rows = Interest.objects.filter(Q(confirmed_at__isnull=False) | Q(created_at__lt=now - UNCONFIRMED))
    programmes = list(rows.order_by().values_list("programme", flat=True).distinct())
    if programmes:
        _note_told()
    for programme in programmes:
        opened = opened_in(programme, now)
        if opened:
            _tell(programme, opened)
        else:
            old = Interest.objects.filter(programme=programme, told_at__lt=now - dt.timedelta(days=1))
            _erase(list(old.values_list("pk", flat=True)))
    _erase(list(_unconfirmed(now).values_list("pk", flat=True)))


def _unconfirmed(now: dt.datetime) -> QuerySet[Interest]:
    return Interest.objects.filter(confirmed_at=None, created_at__lt=now - UNCONFIRMED)


def opened_in(programme, now: dt.datetime) -> Cohort | None:
    """Return the cohort of the programme that takes applications now, from nine in the morning on its opening day."""
    for cohort in Cohort.objects.announced().filter(programme=programme, closed_at=None).prefetch_related("phases"):
        if not window_of(cohort, now=now).takes:
            continue
        if cohort.apply_from is None or now >= forward_utc(
            dt.datetime.combine(cohort.apply_from, TOLD_AT), cohort.time_zone
        ):
            return cohort
    return None


def _with_word():
    """Return those who wait to be told, each with how the latest word to them stands (``word``, ``word_why``) and how many
    were promised (``words``)."""
    words = PlannedMessage.objects.filter(
        kind=OPEN, source_type=Interest._meta.label_lower, source_id=Cast(OuterRef("pk"), CharField())
    )
    latest = words.order_by("-created_at", "-id")
    return Interest.objects.filter(confirmed_at__isnull=False, told_at=None).annotate(
        word=Subquery(latest.values("state")[:1]),
        word_why=Subquery(latest.values("reason")[:1]),
        words=Coalesce(Subquery(words.order_by().values("source_id").annotate(n=Count("pk")).values("n")), 0),
    )


def _told() -> QuerySet[Interest]:
    """Return those to whom the word has left, or cannot leave any more."""
    return _with_word().filter(word__in=states.TERMINAL).exclude(_TAKEN_BACK)


def _without_word() -> Any:
    """Return those for whom no word waits: the one before it may be void, because the day had moved."""
    return _with_word().filter(Q(word=None) | _TAKEN_BACK)


def _note_told() -> None:
    """Note who was told once that has left, or cannot leave any more: nobody is told a second time."""
    Interest.objects.filter(pk__in=list(_told().values_list("pk", flat=True))).update(told_at=Now())


@transaction.atomic
def _tell(programme, cohort: Cohort) -> None:
    """Promise the word to whoever has none waiting."""
    for row in _without_word().filter(programme=programme).select_for_update(skip_locked=True, of=("self",))[:500]:
        notifications.post(
            OPEN,
            to=row.email,
            about=row,
            version=row.version,
            scope=cohort,
            language=row.language,
            occurrence=f"open-{row.words}",
        )


def _erase(keys: list) -> None:
    if not keys:
        return
    with transaction.atomic():
        erase_agreed(Interest.objects.filter(pk__in=keys).values_list("email", flat=True), kind=OPEN)
        forget_readers_of(Interest._meta.label_lower, [str(key) for key in keys])
        Interest.objects.filter(pk__in=keys).delete()


def versions(ids) -> dict[str, int]:
    """Return the version of each row that is still there."""
    return {str(pk): version for pk, version in Interest.objects.filter(pk__in=ids).values_list("pk", "version")}

"""One person with two accounts: what both did becomes one person's, the other account is closed, and it can be undone.

An address never changes hands here. The closed account keeps it, and the person takes it over themselves: they add it on
their own page and open the link that is sent there (accounts.addresses), so that both the account and the mailbox are proven.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import services as accounts
from accounts.addresses import was_never_used
from accounts.models import User
from audit.services import record
from collaborative.merging import Moves, columns_to, may_merge, put_back
from collaborative.models import Cohort, Membership, Merge, Organisation, Programme, Role
from core import personal
from core.places import sort_key
from core.refusals import Refused
from core.registry import Slot
from notifications import services as notifications
from notifications.models import PlannedMessage

WHAT = "accounts.user"
# How an account is signed in to, what it chose and what it agreed to stay its own, as does what it sent in or asked for.
STAYS = frozenset({
    "accounts", "account", "mfa", "socialaccount", "admin", "audit", "notifications", "jobs", "enrolment.peopleimport",
    "collaborative.merge",
})  # fmt: skip


asked_into = Slot("asked_into", "room -> fn(people) -> keys of the cohorts into which any of them is or was asked")
people_asked = Slot(
    "people_asked", "room -> fn(cohort) -> keys of the people who are asked into it and are not there yet"
)


def moves_along(model: type[models.Model]) -> bool:
    """Return whether rows of this table go from one account to the other.

    What is read by nobody but its owner, or beside no name, stays: who plans may say that two accounts are one person's, and must not open for
    anybody what they may not read themselves.
    """
    label = model._meta.label_lower
    return model._meta.app_label not in STAYS and label not in STAYS | _sealed()


@functools.cache
def _sealed() -> frozenset[str]:
    """Return the tables that their owners alone read, or that are read beside no name; what is declared stays as it is."""
    return frozenset(row.label for row in personal.register() if row.seen in (personal.SELF, personal.SELF_COUNTED))


def scopes_of(*people: User) -> tuple[set[Any], set[Any], set[Any]]:
    """Return the keys of the cohorts, programmes and organisations in which any of these holds or held a role, or is asked."""
    cohorts: set[Any] = set()
    programmes: set[Any] = set()
    organisations: set[Any] = set()
    held = Membership.objects.filter(user__in=people)
    for cohort, team_cohort, programme, organisation in held.values_list(
        "cohort", "team__cohort", "programme", "organisation"
    ):
        cohorts |= {cohort, team_cohort}
        programmes.add(programme)
        organisations.add(organisation)
    for _room, more in asked_into.ask_all(people):
        cohorts |= set(more)
    return cohorts - {None}, programmes - {None}, organisations - {None}


def may_be_one(user, one: User, other: User) -> bool:
    """May ``user`` say that two accounts are one person's? Who plans everywhere either is or was, and is neither of them."""
    if user.pk in (one.pk, other.pk) or any(row.is_staff or row.is_superuser for row in (one, other)):
        return False
    cohorts, programmes, organisations = scopes_of(one, other)
    planned = Cohort.objects.run_by(user).filter(pk__in=cohorts).count()
    wide = Programme.objects.filter(
        pk__in=programmes, memberships__in=Membership.objects.current().filter(user=user, role=Role.PLANNER)
    )
    homes = Organisation.objects.filter(pk__in=organisations)
    return (
        bool(cohorts)
        and planned == len(cohorts)
        and wide.distinct().count() == len(programmes)
        and all(may_merge(user, home) for home in homes)
    )


@transaction.atomic
def make_one(*, keep: User, gone: User, cohort: Cohort, by) -> Merge:
    """Let everything that ``gone`` did and holds be ``keep``'s, and close that account. Returns what to undo.

    Of two rows that cannot both be one person's (twice at one session) that of ``keep`` stands, and the other stays with
    the closed account. Of a role held twice the one that began first tells since when. Both addresses are told at once,
    and once more where it is undone: nobody can be in somebody's place unseen. Refuses who does not plan everywhere both are, and accounts that are closed.
    """
    people = {row.pk: row for row in User.objects.select_for_update().filter(pk__in=[keep.pk, gone.pk]).order_by("pk")}
    keep, gone = people[keep.pk], people[gone.pk]
    if keep.pk == gone.pk or not (keep.is_active and gone.is_active):
        raise Refused(_("One of the two accounts is closed. Look at the list again."))
    if not may_be_one(by, keep, gone):
        raise Refused(
            _("Only somebody else who plans every cohort in which these two are or were can make them one person.")
        )
    merge = _fold(keep, gone, by=by, cohort_id=cohort.pk)
    notifications.post("collaborative/one-person", to=keep, about=merge, scope=cohort)
    if gone.email:
        # The closed account gets no mail any more: its address does.
        notifications.post("collaborative/one-person", to=gone.email, about=merge, language=gone.language, scope=cohort)
    return merge


@transaction.atomic
def absorb(gone: User, keep: User) -> None:
    """Let what waits for an account that was never used be ``keep``'s, who has just proven to read its mail; close it.

    It stays so: nobody was there.
    """
    people = {row.pk: row for row in User.objects.select_for_update().filter(pk__in=[keep.pk, gone.pk]).order_by("pk")}
    if people[keep.pk].is_active and was_never_used(people[gone.pk]):
        _fold(people[keep.pk], people[gone.pk], by=keep, cohort_id=None)


def _fold(keep: User, gone: User, *, by, cohort_id) -> Merge:
    moves = Moves()
    for model, column in columns_to(User):
        if moves_along(model):
            moves.point_elsewhere(model, column, gone=gone.pk, kept=keep.pk)
    _hold_once(keep, gone, moves, by=by)
    _send_on(keep, gone, moves)
    moves.set(gone, is_active=False)
    merge = Merge.objects.create(what=WHAT, kept_id=keep.pk, gone_id=gone.pk, ledger=moves.entries, by=by)
    accounts.end_sessions(gone, by=by)
    record("person.made_one", keep, by=by, cohort_id=cohort_id, gone=gone.pk, merge=merge.pk)
    record("person.closed_as_one", gone, by=by, cohort_id=cohort_id, kept=keep.pk, merge=merge.pk)
    return merge


def _hold_once(keep: User, gone: User, moves: Moves, *, by) -> None:
    """Of a role that both held, and that stayed for this, end the one; the other began when the first of them did."""
    scope = ("role", "programme_id", "cohort_id", "organisation_id", "team_id")
    mine = {tuple(getattr(held, name) for name in scope): held for held in keep.memberships.filter(until=None)}
    for held in gone.memberships.filter(until=None):
        same = mine.get(tuple(getattr(held, name) for name in scope))
        if same:
            moves.set(same, since=min(same.since, held.since))
            moves.set(held, until=max(timezone.now(), held.since), ended_by_id=by.pk)


def _send_on(keep: User, gone: User, moves: Moves) -> None:
    """Let what waits to be told to ``gone`` be told to ``keep``. What they are told as well stays, and never leaves."""
    waiting = (
        PlannedMessage.objects.to(gone).waiting().filter(secret="", address="").exclude(kind__startswith="account/")
    )
    for row in waiting:
        try:
            with transaction.atomic():
                moves.set(row, recipient_key=str(keep.pk), recipient_id=keep.pk)
        except IntegrityError:
            continue


@transaction.atomic
def part(*, merge: Merge, by) -> None:
    """Undo it: every row is whose it was, and both are told. Refuses after a while, and where something was changed since."""
    kept, gone = (User.objects.get(pk=key) for key in (merge.kept_id, merge.gone_id))
    if not may_be_one(by, kept, gone):
        raise Refused(
            _("Only somebody else who plans every cohort in which these two are or were can part them again.")
        )
    if not _within_the_window().filter(pk=merge.pk).update(undone_at=Now()):
        raise Refused(_("It is too late to undo this."))
    try:
        with transaction.atomic():
            put_back(merge.ledger)
    except IntegrityError:
        raise Refused(_("This cannot be undone: something in it has been changed since.")) from None
    # In the name of a cohort in which either is: what was told of the first is told of the second.
    told = PlannedMessage.objects.filter(source_id=str(merge.pk), kind="collaborative/one-person").first()
    scope = Cohort.objects.filter(pk=told.scope_id).first() if told and told.scope_id else None
    for person in (kept, gone):
        accounts.end_sessions(person, by=by)
        notifications.post("collaborative/parted", to=person, about=merge, scope=scope)
    record("person.parted", kept, by=by, gone=gone.pk, merge=merge.pk)


def standing() -> models.QuerySet[Merge]:
    """Return the accounts that were made one and are."""
    return Merge.objects.filter(what=WHAT, undone_at=None)


def _within_the_window() -> models.QuerySet[Merge]:
    """Return what can still be undone: what a person took over themselves stays."""
    window = dt.timedelta(seconds=settings.UNDO_SECONDS)
    return standing().filter(created_at__gt=Now() - window).exclude(by=F("kept_id"))


def _ever_in(cohort: Cohort) -> models.QuerySet:
    return Membership.objects.filter_cohort(cohort.pk).values("user")


def undoable(cohort: Cohort) -> models.QuerySet[Merge]:
    """Return what was made one in ``cohort`` and can still be undone, the last first."""
    rows = _within_the_window().filter(kept_id__in=_ever_in(cohort))
    return rows.annotate(kept_name=models.Subquery(User.objects.filter(pk=models.OuterRef("kept_id")).values("name")))


def now_one_with(person: User) -> User | None:
    """Return whose account a closed one was made one with, None where it was not."""
    merge = standing().filter(gone_id=person.pk).first()
    return User.objects.filter(pk=merge.kept_id, is_active=True).first() if merge else None


# ---------------------------------------------------------------- whom to choose from


def people_in(cohort: Cohort) -> models.QuerySet[User]:
    """Return everybody who holds a role in ``cohort`` or one of its teams now, or is asked in, with open accounts."""
    here = set(Membership.objects.current().filter_cohort(cohort.pk).values_list("user", flat=True))
    asked = [key for _room, keys in people_asked.ask_all(cohort) for key in keys]
    return User.objects.filter(pk__in=here.union(asked), is_active=True)


def person_in(cohort: Cohort, key) -> User | None:
    """Return who in ``cohort`` has this key, None where nobody does."""
    return people_in(cohort).filter(pk=key).first()


def with_address(cohort: Cohort, email: str) -> User | None:
    """Return who in ``cohort`` has this address, None where nobody does."""
    return people_in(cohort).filter(email=email.strip().lower()).first()


def alike(people: Iterable[User]) -> list[tuple[User, User]]:
    """Return the pairs whose names are the same but for accents, capitals and the order of the words."""
    known: dict[tuple[str, ...], list[User]] = {}
    for person in sorted(people, key=lambda one: (sort_key(one.name), str(one.pk))):
        known.setdefault(tuple(sorted(sort_key(person.name).replace("-", " ").split())), []).append(person)
    return [(same[0], other) for same in known.values() for other in same[1:]]


# ---------------------------------------------------------------- what is kept about a person


def data_of(user) -> dict:
    """Return the accounts that were closed because they were this person's as well."""
    gone = standing().filter(kept_id=user.pk).values("gone_id")
    return {"other_accounts": list(User.objects.filter(pk__in=gone).values("name", "email"))}


@transaction.atomic
def forget(user) -> None:
    """Forget the closed accounts of the same person as well."""
    for gone in User.objects.filter(pk__in=standing().filter(kept_id=user.pk).values("gone_id"), forgotten_at=None):
        accounts.forget(gone, by=None)


def versions(source_ids) -> dict[str, int]:
    """Return the merges of which people are told, undone or not."""
    return dict.fromkeys((str(pk) for pk in Merge.objects.filter(pk__in=source_ids).values_list("pk", flat=True)), 0)


def merge_in(cohort: Cohort, key) -> Merge | None:
    """Return what was made one of people in ``cohort``, None where it stands no more."""
    return standing().filter(pk=key, kept_id__in=_ever_in(cohort)).first()

"""Whose address this is. An address that nobody confirmed is nobody's, whoever typed it first."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.refusals import Refused
from core.registry import Slot

absorb = Slot("absorb", "room -> fn(unused account, person): close it, and let what waits in it be the person's")
now_one_with = Slot(
    "now_one_with", "room -> fn(closed account) -> the person whose account it was made one with, or None"
)


def holder_of(email: str) -> User | None:
    """Return whose address ``email`` is: their own (``User.email``), else one that they confirmed. None: nobody's.

    Closed accounts keep their address: who may come in is another question (``signing_in_with``).
    """
    email = email.strip().lower()
    if not email:
        return None
    own = User.objects.filter(email=email).first()
    if own is not None:
        return own
    confirmed = EmailAddress.objects.select_related("user").filter(email__iexact=email, verified=True).first()
    return confirmed.user if confirmed else None


def signing_in_with(email: str) -> User | None:
    """Return who signs in with this address: its holder, unless their account is closed."""
    holder = holder_of(email)
    return holder if holder is not None and holder.is_active else None


def addresses_of(user: User) -> set[str]:
    """Return every address that is this person's, in lower case: their own, and those they confirmed."""
    confirmed = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    return {one.lower() for one in (user.email, *confirmed) if one}


def release(email: str, *, to: User) -> int:
    """Drop what other people than ``to`` claim about this address and never confirmed. Returns how many rows went."""
    return EmailAddress.objects.filter(email__iexact=email.strip(), verified=False).exclude(user=to).delete()[0]


def same_person(holder: User) -> User | None:
    """Return whose account a closed one was made one with, None where it was not, or is open."""
    if holder.is_active:
        return None
    return next((found for _room, found in now_one_with.ask_all(holder) if found), None)


def was_never_used(holder: User) -> bool:
    """Return whether somebody was asked in with this account and never came: nobody has signed in with it, or could."""
    return (
        holder.is_active
        and holder.welcomed_at is None
        and holder.last_login is None
        and not (holder.is_staff or holder.is_superuser or holder.has_usable_password())
    )


def lets_go(holder: User, *, to: User) -> bool:
    """Does the account of ``holder`` let its address go to ``to``? A closed one of the same person does, and an unused one."""
    return same_person(holder) == to or was_never_used(holder)


def may_be_confirmed(row: EmailAddress) -> bool:
    """May this claim become a confirmed address? Not while the address is somebody else's."""
    holder = holder_of(row.email)
    return holder in (None, row.user) or (holder is not None and lets_go(holder, to=row.user))


def is_to_be_taken_over(row: EmailAddress) -> bool:
    """Return whether confirming this claim takes the address off another account."""
    return holder_of(row.email) not in (None, row.user)


@transaction.atomic
def take_over(row: EmailAddress) -> None:
    """Give an address whose mail its claimant has just read to them, where the account that has it lets it go.

    An account that was never used becomes theirs with all that waits in it: the claimant and its reader are one person.
    """
    holder = holder_of(row.email)
    if holder is None or holder == row.user or not lets_go(holder, to=row.user):
        return
    if holder.is_active:
        for _room, _done in absorb.ask_all(holder, row.user):
            pass
    EmailAddress.objects.filter(user=holder, email__iexact=row.email).delete()
    User.objects.filter(pk=holder.pk, email__iexact=row.email).update(email=None)


def keep_own(user: User) -> None:
    """Give allauth its row of the person's own address: people are made without one, by invitation or import."""
    if EmailAddress.objects.filter(user=user, email=user.email).exists():
        return
    EmailAddress.objects.filter(user=user, primary=True).update(primary=False)
    EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"primary": True, "verified": False})


@transaction.atomic
def confirm_own(user: User) -> None:
    """Note that the person read mail at their own address. Refuses where somebody else has confirmed it as theirs."""
    keep_own(user)
    try:
        with transaction.atomic():
            EmailAddress.objects.filter(user=user).exclude(email=user.email).update(primary=False)
            EmailAddress.objects.filter(user=user, email=user.email).update(verified=True, primary=True)
    except IntegrityError:
        raise Refused(_("Somebody else signs in with this address. The planning team can mend it.")) from None
    release(user.email or "", to=user)


def may_become_main(email: str, *, user: User) -> None:
    """Refuse to make an address the person's main one before they confirmed it, or while it is somebody else's."""
    if not EmailAddress.objects.filter(user=user, email__iexact=email, verified=True).exists():
        raise Refused(_("Confirm this address first: open the link that we sent there."))
    if holder_of(email) != user:
        raise Refused(_("Somebody else signs in with this address."))

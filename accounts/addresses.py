"""Whose address this is. An address that nobody confirmed is nobody's, whoever typed it first."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

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
made_ahead = Slot(
    "made_ahead", "room -> fn(account that was never used) -> whether its person may not be told of it yet"
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


def holders_of(emails: Collection[str]) -> dict[str, User]:
    """Return whose addresses these are, by the address in lower case, as ``holder_of`` does; two statements."""
    wanted = {one.strip().lower() for one in emails if one.strip()}
    own = {str(one.email): one for one in User.objects.filter(email__in=wanted)}
    confirmed = EmailAddress.objects.filter(email__in=wanted - set(own), verified=True).select_related("user")
    return {**{one.email.lower(): one.user for one in confirmed}, **own}


def known_by(email: str) -> User | None:
    """Return who is taken to write from this address: its holder, with an open account that they may know of."""
    holder = holder_of(email)
    return holder if holder is not None and holder.is_active and not is_made_ahead(holder) else None


def signing_in_with(email: str) -> User | None:
    """Return who signs in with this address: its holder, unless their account is closed or they may not know of it yet.

    Who signed up with an address while nobody had it, or its holder may not know yet, signs in with it until then.
    """
    holder = holder_of(email)
    if holder is not None and not holder.is_active:
        return None
    # As many statements as for an address that is nobody's: the time that it takes tells nothing either.
    return _signed_up_with(email) if holder is None or is_made_ahead(holder) else holder


def is_made_ahead(holder: User) -> bool:
    """Return whether somebody was asked in with this account and may not be told of it yet: it is met as if nobody were."""
    return was_never_used(holder) and any(found for _room, found in made_ahead.ask_all(holder))


def counts_as_nobodys(email: str) -> bool:
    """Return whether somebody may sign up with an address that has a holder: one who may not be told of it yet, and nobody
    else claims it."""
    holder = holder_of(email)
    claimed = EmailAddress.objects.filter(email__iexact=email.strip())
    return holder is not None and is_made_ahead(holder) and not claimed.exists()


def sign_up_ahead(user: User, email: str) -> EmailAddress:
    """Keep a new account whose address another one has, which may not show: the claim counts as its own address.

    Once its mail was read, the account that waited becomes theirs (``settle``).
    """
    user.email = None
    user.save()
    return EmailAddress.objects.create(user=user, email=email, primary=True)


def _signed_up_with(email: str) -> User | None:
    rows = EmailAddress.objects.select_related("user").filter(
        email__iexact=email.strip(), primary=True, verified=False, user__email=None, user__is_active=True
    )
    return next((row.user for row in rows if is_signed_up_with(row)), None)


def is_signed_up_with(row: EmailAddress) -> bool:
    """Return whether this is the address with which an account was made by its person, who has not been in yet."""
    user = row.user
    return row.primary and user.email is None and user.last_login is None and user.has_usable_password()


def addresses_of(user: User) -> set[str]:
    """Return every address that is this person's, in lower case: their own, and those they confirmed."""
    confirmed = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    return {one.lower() for one in (user.email, *confirmed) if one}


def confirmed_by(keys: Collection[Any]) -> dict[Any, set[str]]:
    """Return the addresses that each of these people has confirmed, in lower case, by their key; one statement."""
    found: dict[Any, set[str]] = {}
    rows = EmailAddress.objects.filter(user__in=keys, verified=True)
    for key, email in rows.values_list("user", "email"):
        found.setdefault(key, set()).add(email.lower())
    return found


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
    """Return whether confirming this claim takes the address off another account, of which its person may know."""
    holder = holder_of(row.email)
    return holder is not None and holder != row.user and not is_made_ahead(holder)


def waits_for_its_claimant(row: EmailAddress, *, visitor) -> bool:
    """Return whether ``visitor`` must first sign in as whoever claims this address, before it can be confirmed.

    Who reads a mailbox has not thereby said that an account is theirs: somebody else may have typed their address into it,
    and would be met by whatever is later sent there. One's own address (``User.email``, or the one that one signed up with) needs no more
    than its mail.
    """
    own = row.email.lower() == (row.user.email or "").lower() or is_signed_up_with(row)
    return not own and visitor != row.user


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


@transaction.atomic
def settle(row: EmailAddress) -> None:
    """Let an address that was just confirmed, by whichever way, be its claimant's alone; who has none has it as their own."""
    take_over(row)
    release(row.email, to=row.user)
    if row.primary and not row.user.email and holder_of(row.email) == row.user:
        row.user.email = row.email
        row.user.save(update_fields=["email"])


def keep_own(user: User) -> None:
    """Give allauth its row of the person's own address: people are made without one, by invitation or import."""
    if EmailAddress.objects.filter(user=user, email=user.email).exists():
        return
    EmailAddress.objects.filter(user=user, primary=True).update(primary=False)
    EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"primary": True, "verified": False})


def keep_main(user: User) -> None:
    """Keep a person's own address the main one while another is confirmed; who has none gets the first that is."""
    if user.email:
        keep_own(user)
        if not EmailAddress.objects.filter(user=user, primary=True).exists():
            EmailAddress.objects.filter(user=user, email=user.email).update(primary=True)


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

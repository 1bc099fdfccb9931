"""Whose address this is. An address that nobody confirmed is nobody's, whoever typed it first."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.refusals import Refused


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


def release(email: str, *, to: User) -> int:
    """Drop what other people than ``to`` claim about this address and never confirmed. Returns how many rows went."""
    return EmailAddress.objects.filter(email__iexact=email.strip(), verified=False).exclude(user=to).delete()[0]


def may_be_confirmed(row: EmailAddress) -> bool:
    """May this claim become a confirmed address? Not while the address is somebody else's."""
    return holder_of(row.email) in (None, row.user)


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

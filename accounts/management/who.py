"""Naming one person on the command line."""

from __future__ import annotations

import uuid

from django.core.management.base import CommandError

from accounts.addresses import holder_of
from accounts.models import User


def add_who(parser) -> None:
    """Let a command ask for one person."""
    parser.add_argument("who", metavar="E-MAIL-OR-KEY", help="whose account: its e-mail address, or its key")


def is_nobodys(who: str) -> bool:
    """Return whether this is an e-mail address that belongs to no account."""
    return "@" in who and holder_of(who) is None


def find(who: str) -> User:
    """Return the person with this address or key. Raises CommandError where there is none."""
    try:
        found = User.objects.filter(pk=uuid.UUID(who)).first()
    except ValueError:
        found = User.objects.filter(email=who.strip().lower()).first()
    if found is None:
        raise CommandError(f"Nobody here has the address or key “{who}”.")
    return found

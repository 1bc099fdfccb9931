"""The card of a person without a mailbox: a code on paper proves the card, a PIN proves its holder.

No code treats e-mail as identity: the code and the PIN name the same person whom everything else is bound to. The code
opens the first visit for fourteen days; once a PIN was chosen, code and PIN sign in until the card is revoked or replaced.
"""

from __future__ import annotations

import datetime
import secrets

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts.models import MemberCard, User
from audit.services import record
from core.refusals import Refused

# No letter or digit that is easily taken for another, no vowels: no words by accident.
LETTERS = "23456789BCDFGHJKMNPQRSTVWXZ"
CODE_LENGTH, PIN_LENGTH = 8, 6
VALID_FOR = datetime.timedelta(days=14)
TRIES, REST = 5, datetime.timedelta(minutes=15)
# Not even once: the PINs that everybody tries first.
_OBVIOUS = frozenset({"123456", "654321", "123123", "121212", "112233", "012345"})


def tidy(code: str) -> str:
    """Return a typed code as it is printed: capitals, no spaces or dashes."""
    return "".join(letter for letter in code.upper() if letter.isalnum())


def _hash(code: str) -> str:
    return salted_hmac("accounts.card", tidy(code), algorithm="sha256").hexdigest()


@transaction.atomic
def issue(*, user: User, by) -> tuple[MemberCard, str]:
    """Make a new card for ``user``, revoking the one before. Returns it with the code, which is stored nowhere."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if not user.is_active:
        raise Refused(_("This account is closed."))
    MemberCard.objects.filter(user=user, revoked_at=None).update(revoked_at=Now())
    last = MemberCard.objects.filter(user=user).aggregate(last=Max("version"))["last"] or 0
    code = "".join(secrets.choice(LETTERS) for _letter in range(CODE_LENGTH))
    card = MemberCard.objects.create(
        user=user, code_hash=_hash(code), version=last + 1, expires_at=timezone.now() + VALID_FOR, made_by=by
    )
    record("card.issued", card, by=by, version=card.version)
    return card, f"{code[:4]}-{code[4:]}"


def find(code: str) -> MemberCard | None:
    """Return the card in use that carries this code, or None."""
    return MemberCard.objects.in_use().select_related("user").filter(code_hash=_hash(code)).first()


@transaction.atomic
def choose_pin(*, card: MemberCard, pin: str, by) -> None:
    """Set the PIN on the first visit. Refuses a PIN that is no six digits or too easy, and a card that has one."""
    if len(pin) != PIN_LENGTH or not (pin.isascii() and pin.isdigit()):
        raise Refused(_("A PIN has six digits."), field="pin")
    if pin in _OBVIOUS or len(set(pin)) == 1:
        raise Refused(_("This PIN is too easy to guess. Choose another one."), field="pin")
    taken = (
        MemberCard.objects.in_use()
        .filter(pk=card.pk, pin_hash="")
        .update(pin_hash=make_password(pin), expires_at=None, tries=0)
    )
    if not taken:
        raise Refused(_("This card has a PIN already, or is not in use any more."))
    card.refresh_from_db()
    record("card.pin_chosen", card, by=by)


def try_pin(*, card: MemberCard, pin: str) -> bool:
    """Is this the PIN? Counts wrong ones: after five, no more are taken for a quarter of an hour. Raises Refused then."""
    with transaction.atomic():
        card = MemberCard.objects.select_for_update().get(pk=card.pk)
        if card.revoked_at or not card.is_chosen:
            return False
        now = timezone.now()
        if card.limited_until and card.limited_until > now:
            rested = False
        else:
            rested = True
            right = check_password(pin, card.pin_hash)
            if right:
                card.tries, card.limited_until = 0, None
            else:
                card.tries += 1
                # The rest doubles with every five wrong ones, up to a day.
                if card.tries % TRIES == 0:
                    card.limited_until = now + min(REST * 2 ** (card.tries // TRIES - 1), datetime.timedelta(days=1))
            card.tries = min(card.tries, 1000)
            card.save(update_fields=["tries", "limited_until"])
    if not rested:
        raise Refused(_("Too many wrong PINs. Wait a quarter of an hour, or ask your team lead for a new card."))
    return right


@transaction.atomic
def revoke(*, card: MemberCard, by) -> None:
    """Take a card out of use: lost, or its holder left."""
    if MemberCard.objects.filter(pk=card.pk, revoked_at=None).update(revoked_at=Now()):
        record("card.revoked", card, by=by)

"""The card of a person without a mailbox: a code on paper proves the card, a PIN proves its holder.

No code treats e-mail as identity: the code and the PIN name the same person whom everything else is bound to. The code
opens the first visit for fourteen days; once a PIN was chosen, code and PIN sign in until the card is revoked or replaced.
"""

from __future__ import annotations

import datetime
import secrets
from functools import cache

from allauth.mfa.models import Authenticator
from django.contrib.auth import login
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import F, Max, OuterRef, Subquery
from django.db.models.functions import JSONObject, Now
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts import services, sessions_policy
from accounts.allauth_inside import record_authentication
from accounts.models import MemberCard, User
from audit.services import record
from core.refusals import Refused
from core.registry import Slot

# No letter or digit that is easily taken for another, no vowels: no words by accident.
LETTERS = "23456789BCDFGHJKMNPQRSTVWXZ"
CODE_LENGTH, PIN_LENGTH = 8, 6
VALID_FOR = datetime.timedelta(days=14)
TRIES, REST, LONGEST_REST = 5, datetime.timedelta(minutes=15), datetime.timedelta(days=1)
taken_up = Slot("card_taken_up", "room -> fn(user): do what waited for the first visit of whoever holds a card")
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


def in_use_by(path: str) -> Subquery:
    """Return the newest card of whoever is at ``path`` as an annotation, for ``kept``; None where there never was one."""
    facts = {name: F(name) for name in ("id", "version", "pin_hash", "expires_at", "revoked_at", "tries")}
    cards = MemberCard.objects.filter(user=OuterRef(path)).order_by("-version")
    return Subquery(cards.values(json=JSONObject(**facts))[:1])


def kept(found: dict | None) -> MemberCard | None:
    """Return the card that ``in_use_by`` found, where it is in use, or taken out of use because of wrong PINs."""
    if found is None:
        return None
    moments = {
        name: found[name] and datetime.datetime.fromisoformat(found[name]) for name in ("expires_at", "revoked_at")
    }
    card = MemberCard(**{**found, **moments})
    return card if card.revoked_at is None or card.is_worn_out else None


def find(code: str) -> MemberCard | None:
    """Return the card in use that carries this code, or None."""
    return MemberCard.objects.in_use().select_related("user").filter(code_hash=_hash(code)).first()


def with_pin(user: User) -> MemberCard | None:
    """Return the card with which this person comes in, None before a PIN was chosen, and without one."""
    return MemberCard.objects.in_use().filter(user=user).exclude(pin_hash="").first()


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
    """Is this the PIN? Counts wrong ones: after five, no more are taken for a quarter of an hour. Raises Refused then.

    The rest doubles with every five more, up to a day. The fiftieth in a row takes the card out of use: its holder would
    have asked for another one long ago.
    """
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
                if card.tries % TRIES == 0:
                    card.limited_until = now + min(REST * 2 ** (card.tries // TRIES - 1), LONGEST_REST)
            card.save(update_fields=["tries", "limited_until"])
            if card.is_worn_out:
                revoke(card=card, by=None)
    if not rested:
        raise Refused(_("Too many wrong PINs. Wait a quarter of an hour, or ask your team lead for a new card."))
    return right


@transaction.atomic
def revoke(*, card: MemberCard, by) -> None:
    """Take a card out of use: lost, or its holder left."""
    if MemberCard.objects.filter(pk=card.pk, revoked_at=None).update(revoked_at=Now()):
        record("card.revoked", card, by=by)


def revoke_all(*, user: User, by) -> None:
    """Take every card of a person out of use: they left, or sign in by mail from now on."""
    for card in MemberCard.objects.filter(user=user, revoked_at=None):
        revoke(card=card, by=by)


# ---------------------------------------------------------------- the holder


def waits_for_first_visit(code: str) -> MemberCard | None:
    """Return the card with this code whose holder has not chosen a PIN yet, None for every other code."""
    card = find(code)
    return card if card and not card.is_chosen and _is_enough_for(card.user) else None


@transaction.atomic
def begin(*, code: str, pin: str, name: str, language: str, city: str) -> User:
    """Make the first visit: the PIN is chosen, the profile set, and what waited is taken up (``taken_up``).

    Returns the holder. Refuses a card that is not waiting for its first visit any more, and a PIN that is none.
    """
    card = waits_for_first_visit(code)
    if card is None:
        raise Refused(_("This card cannot be used for a first visit any more. Ask your team lead for a new one."))
    user = User.objects.select_for_update().get(pk=card.user_id)
    choose_pin(card=card, pin=pin, by=user)
    services.welcome(user, name=name, language=language, city=city, by=user)
    for _room, _done in taken_up.ask_all(user):
        pass
    return user


def enter(*, code: str, pin: str) -> User:
    """Return whose code and PIN these are. Whatever is wrong is refused with one sentence and after as much work.

    So nobody learns which codes there are, nor that a card rests after too many tries.
    """
    card, right = find(code), False
    if card and card.is_chosen and _is_enough_for(card.user):
        try:
            right = try_pin(card=card, pin=pin)
        except Refused:
            check_password(pin, _of_nobody())
    else:
        check_password(pin, _of_nobody())
    if card is None or not right:
        raise Refused(
            _(
                "This code and this PIN do not go together. Look at both again. After five wrong PINs a card rests for a "
                "quarter of an hour; your team lead can make you a new card."
            ),
            field="pin",
        )
    return card.user


@cache
def _of_nobody() -> str:
    return make_password(secrets.token_hex(8))


def _is_enough_for(user: User) -> bool:
    """Who chose a second factor, or has the back office, signs in with that."""
    return not user.is_staff and not Authenticator.objects.filter(user=user).exists()


def sign_in(request, *, user: User, shared: bool) -> None:
    """Sign the holder of a card in. ``shared``: others use this phone too, so that nothing is kept on it."""
    login(request, user, backend=services.BACKEND)
    record_authentication(request, user, method="card")
    sessions_policy.choose(request, shared=shared)

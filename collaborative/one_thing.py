"""A link in a mail that asks one person one thing: who opens it sees the form filled in, and sends it without signing in.

The link is signed and stored nowhere; it can be made again for as long as it is good. It names what it is for, one object
(and one week, where it is about one), one person and the day it was made, and bears a digest of the person's mailbox. It is
worth nothing after fourteen days, once it was taken back, some minutes after it was used (``UNDO_SECONDS``: so long a slip can
be put right with it, where its room lets it), once its person has another mailbox or was signed out
everywhere, and once they have not the right any more to do this one thing: that is asked each time, by the room whose it is.
It signs nobody in. Looking at it changes nothing, however often a mail scanner does.

A room offers a thing by filling ``asks``; ``path_for`` then makes the link:

    asks.add("number", number_link.thing)
    path_for("number", person=lead, about=team.pk, week=monday, on=day_of_the_mail)
"""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import struct
import uuid
from collections.abc import Callable, Mapping
from typing import Any, Final

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from accounts.models import User
from audit.services import record
from collaborative.models import Cohort, SpentLink
from collaborative.permissions import read_roles_of
from core.inserting import insert_once
from core.refusals import Refused
from core.registry import Slot
from core.words import Words

VALID_FOR: Final = dt.timedelta(days=14)
# A row of a link that has long run out says nothing any more.
_KEPT: Final = dt.timedelta(days=60)
_SALT: Final = "collaborative/one-thing"
# Person, object, day of making and Monday of the week (as days since ``_DAY_ONE``, 0 for none), mailbox; then the purpose.
_FORM: Final = struct.Struct(">16s16sHH8s")
_DAY_ONE: Final = dt.date(2020, 1, 1)

asks = Slot(
    "asks",
    "purpose, as far as its first colon -> fn(link) -> what such a link asks now (Thing), or None where what it is about is "
    "gone or its person has not the right to it any more. Reads only",
)


@dataclasses.dataclass(frozen=True)
class Link:
    """What a link says: what it is for, whose it is, which object and week it is about, and when it was made."""

    purpose: str
    person: User
    about: uuid.UUID
    week: dt.date | None
    made_on: dt.date
    # When it was used, as its row says; None where it was not, or where nobody has looked.
    used_at: dt.datetime | None = None

    @property
    def detail(self) -> str:
        """Return what stands behind the colon of the purpose."""
        return self.purpose.partition(":")[2]

    @property
    def key(self) -> dict[str, Any]:
        """Return the columns by which its row is found."""
        return {name: getattr(self, name) for name in ("person", "purpose", "about", "week", "made_on")}

    @property
    def has_run_out(self) -> bool:
        return timezone.now().date() > self.made_on + VALID_FOR

    @property
    def open_until(self) -> dt.datetime | None:
        """Return until when what was answered with it can be put right with it, None where it cannot (any more)."""
        until = self.used_at and self.used_at + dt.timedelta(seconds=settings.UNDO_SECONDS)
        return until if until and timezone.now() <= until else None


@dataclasses.dataclass(frozen=True)
class Thing:
    """The one thing that a link asks. The page shows this and nothing else of the team.

    ``title``: the question. ``says``: a sentence under it. ``settled``: a sentence why there is nothing to answer any more, ""
    while there is. ``template``: draws the fields and buttons of ``form``, which is made from what was sent, or None.
    ``save``: does it with the valid form, and returns the sentence of thanks; refuses as services do.
    ``signed_in``: the path where the same is done after signing in. ``words``: how the page speaks. ``page``: what else its
    templates need. ``answered``: what was answered with this very link, in a sentence; "" where that is not shown, and then
    it cannot be put right with the link either. ``about``: draws what that was about, where ``says`` is not enough.
    ``one_press``: its form is one button, and so it stands on the page that thanks as well: one press puts a slip right.
    """

    cohort: Cohort
    words: Words
    title: str
    template: str
    form: Callable[[QueryDict | None], Any]
    save: Callable[[Any], str]
    signed_in: str
    says: str = ""
    settled: str = ""
    answered: str = ""
    about: str = ""
    one_press: bool = False
    page: Mapping[str, Any] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class Found:
    """A genuine link: what it says, what it asks (None: nothing any more), and whether it was used."""

    link: Link
    thing: Thing | None
    was_used: bool = False

    @property
    def changes_until(self) -> dt.datetime | None:
        """Return until when the answer that was given with it can be put right with it, None where it cannot."""
        may = self.thing is not None and self.thing.answered and not self.thing.settled
        return self.link.open_until if may else None


def path_for(purpose: str, *, person, about: uuid.UUID, on: dt.date, week: dt.date | None = None) -> str:
    """Return the path of a link made on this day: the same whenever it is asked for. Without a language, as mails need it."""
    return reverse("one_thing", args=[_token(Link(purpose, person, about, week, on))])


def _token(link: Link) -> str:
    days = [(day - _DAY_ONE).days if day else 0 for day in (link.made_on, link.week)]
    said = _FORM.pack(link.person.pk.bytes, link.about.bytes, *days, _mailbox(link.person)) + link.purpose.encode()
    return signing.Signer(salt=_SALT).sign(base64.urlsafe_b64encode(said).decode().rstrip("="))


def find(token: str) -> Found | None:
    """Return what a genuine link leads to, None for anything else. Changes nothing."""
    link = read(token)
    return found_by(link) if link else None


def found_by(link: Link) -> Found:
    """Return what a link leads to now, in the language and the words that speak."""
    row = SpentLink.objects.filter(**link.key).first()
    link = dataclasses.replace(link, used_at=row.used_at if row else None)
    if link.has_run_out or not link.person.is_active or (row and row.revoked_at):
        return Found(link, None)
    # The words of such a page are those of its programme, its rights those of this very moment.
    read_roles_of([link.person])
    ask = asks.get(link.purpose.partition(":")[0])
    return Found(link, ask(link) if ask else None, was_used=row is not None)


def read(token: str) -> Link | None:
    """Return what a genuine link says, None for anything else."""
    try:
        said = signing.Signer(salt=_SALT).unsign(token)
        raw = base64.urlsafe_b64decode(said + "=" * (-len(said) % 4))
        person_key, about, made_on, week, mailbox = _FORM.unpack(raw[: _FORM.size])
        purpose = raw[_FORM.size :].decode("ascii")
    except (signing.BadSignature, ValueError, struct.error):
        return None
    person = User.objects.filter(pk=uuid.UUID(bytes=person_key)).first()
    if person is None or not constant_time_compare(mailbox, _mailbox(person)):
        return None
    days = [_DAY_ONE + dt.timedelta(days=n) if n else None for n in (made_on, week)]
    return Link(purpose, person, uuid.UUID(bytes=about), days[1], days[0] or _DAY_ONE)


def _mailbox(person: User) -> bytes:
    """Return a digest of what a link rests on: the mailbox, and how often the person was signed out everywhere."""
    rests_on = f"{(person.email or '').lower()}:{person.session_version}"
    return salted_hmac(_SALT + "/mailbox", rests_on, algorithm="sha256").digest()[:8]


@transaction.atomic
def use(*, found: Found, form: Any) -> str:
    """Do the one thing with a valid form, once, or put right what was done with it; return the sentence of thanks.

    Refuses as the verb behind it does, and a link that was used or taken back in the meantime.
    """
    if found.thing is None or found.thing.settled:
        raise Refused(found.thing.settled if found.thing else _("This link does not work any more."))
    if found.was_used:
        stands = SpentLink.objects.select_for_update().filter(**found.link.key, revoked_at=None).exists()
        if not stands or not found.changes_until:
            raise Refused(_("This link was used already."))
    elif not insert_once(SpentLink(**found.link.key, used_at=timezone.now())):
        raise Refused(_("This link was used already."))
    _forget_old()
    return found.thing.save(form)


@transaction.atomic
def revoke(*, found: Found) -> None:
    """Let a link work no more: whoever holds it says that it is not theirs. Its person can still sign in."""
    now = timezone.now()
    used = SpentLink.objects.filter(**found.link.key, revoked_at=None)
    if insert_once(SpentLink(**found.link.key, revoked_at=now)) or used.update(revoked_at=now):
        record("link.revoked", found.link.person, purpose=found.link.purpose)


def _forget_old() -> None:
    SpentLink.objects.filter(made_on__lt=timezone.now().date() - _KEPT).delete()


# ---------------------------------------------------------------- a person's own


def data_of(user) -> dict[str, list]:
    """Return which links of ``user`` were used or taken back, and when."""
    rows = SpentLink.objects.filter(person=user).order_by("created_at")
    return {"links_spent": list(rows.values("purpose", "week", "made_on", "used_at", "revoked_at"))}


def forget(user) -> None:
    """Take away what became of the links of ``user``: an account that is closed has none that works."""
    SpentLink.objects.filter(person=user).delete()

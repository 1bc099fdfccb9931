"""The link in the reminder with which a person joins one session without signing in.

It is signed, can be made again at any time and is stored nowhere. It names the session, the person, the moment at which the
session began when it was told and the mailbox to which it went: once the session begins at another moment it is of an older
mail, and once the person has another mailbox it is worth nothing. It signs nobody in.
"""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import struct
import uuid
from collections.abc import Collection
from typing import Any

from django.core import signing
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from accounts.models import User
from audit.services import record
from collaborative.permissions import read_roles_of
from collaborative.querysets import by_name
from core.inserting import insert_once
from core.refusals import Refused
from sessions.models import LearningSession, PersonalLink, Rsvp
from sessions.querysets import expected_at, taking_place
from sessions.room import joining

_SALT = "sessions/personal-link"
_FORM = struct.Struct(">16s16sI8s")
# The reminder that carries the link leaves an hour before.
_TOLD_WITHIN = dt.timedelta(hours=2)


class InUse(Refused):
    """Another browser has come in with this link."""


@dataclasses.dataclass(frozen=True)
class Found:
    """A genuine link: whose it is, what became of it, and how it stands now.

    ``state``: "dead" (taken back, or the person does not take part any more), "closed" (the cohort), "cancelled", "moved",
    "early", "over" or "open".
    """

    learning_session: LearningSession
    person: User
    link: PersonalLink | None
    state: str

    def was_used_by(self, browser: str) -> bool:
        """Return whether this browser is the one that came in with the link."""
        if self.link is None or not self.link.browser or not browser:
            return False
        return constant_time_compare(self.link.browser, _hash(self, browser))

    def is_used_elsewhere(self, browser: str) -> bool:
        """Return whether a browser came in with the link, and it was another one."""
        return bool(self.link and self.link.browser) and not self.was_used_by(browser)


def token_for(learning_session: LearningSession, person: User) -> str:
    """Return what stands in the address of this person's link: the same until the session moves or they have another mailbox."""
    minute = _minute(learning_session.starts_at)
    said = _FORM.pack(learning_session.pk.bytes, person.pk.bytes, minute, _mailbox(person))
    return signing.Signer(salt=_SALT).sign(base64.urlsafe_b64encode(said).decode().rstrip("="))


def find(token: str) -> Found | None:
    """Return what a genuine link leads to, None for anything else. Changes nothing."""
    try:
        said = signing.Signer(salt=_SALT).unsign(token)
        session_key, person_key, minute, mailbox = _FORM.unpack(base64.urlsafe_b64decode(said + "=" * (-len(said) % 4)))
    except (signing.BadSignature, ValueError, struct.error):
        return None
    rows = LearningSession.objects.select_related("cohort__programme")
    learning_session = rows.filter(pk=uuid.UUID(bytes=session_key)).first()
    person = User.objects.filter(pk=uuid.UUID(bytes=person_key)).first()
    if learning_session is None or person is None or not constant_time_compare(mailbox, _mailbox(person)):
        return None
    link = PersonalLink.objects.filter(learning_session=learning_session, person=person).first()
    # The words of such a page are those of its programme: what roles else say about words is not read.
    read_roles_of([person])
    return Found(learning_session, person, link, _state(learning_session, person, link, minute))


def _state(learning_session: LearningSession, person: User, link: PersonalLink | None, minute: int) -> str:
    if (link and link.revoked_at) or not joining.is_expected(learning_session, person):
        return "dead"
    if learning_session.cohort.closed_at:
        return "closed"
    if learning_session.cancelled_at:
        return "cancelled"
    if _minute(learning_session.starts_at) != minute:
        return "moved"
    state = learning_session.state_at(timezone.now())
    return state if state in ("open", "over") else "early"


def _mailbox(person: User) -> bytes:
    return salted_hmac(_SALT + "/mailbox", (person.email or "").lower(), algorithm="sha256").digest()[:8]


def _minute(moment: dt.datetime) -> int:
    return int(moment.timestamp()) // 60


def _hash(found: Found, browser: str) -> str:
    whose = f"{found.learning_session.pk}/{found.person.pk}/{browser}"
    return salted_hmac(_SALT + "/browser", whose, algorithm="sha256").hexdigest()


@transaction.atomic
def join(*, found: Found, browser: str) -> joining.Joined:
    """Come in with the link, in ``browser`` (a secret that only it has). Returns where it goes on to.

    Raises Refused as ``joining.join`` does, and InUse where another browser has come in with this link.
    """
    if found.state in ("dead", "moved"):
        raise Refused(_("This link does not work any more."))
    made = PersonalLink(
        learning_session=found.learning_session,
        person=found.person,
        used_at=timezone.now(),
        browser=_hash(found, browser),
    )
    if not insert_once(made):
        stands = PersonalLink.objects.get(learning_session=found.learning_session, person=found.person)
        if stands.revoked_at:
            raise Refused(_("This link does not work any more."))
        if not constant_time_compare(stands.browser, made.browser):
            raise InUse(_("Somebody has come in with this link already, in another browser."))
    return joining.come_in(found.learning_session, found.person)


@transaction.atomic
def revoke_link(*, learning_session: LearningSession, person: User, by: User) -> None:
    """Take a person's link to this session back: it leads nowhere any more. They may still sign in and join."""
    row, _made = PersonalLink.objects.select_for_update().get_or_create(
        learning_session=learning_session, person=person
    )
    if row.revoked_at:
        return
    row.revoked_at, row.revoked_by, row.browser = timezone.now(), by, ""
    row.save(update_fields=["revoked_at", "revoked_by", "browser"])
    record("session.link_revoked", learning_session, by=by, person=person.pk)


def reminded_of(source_ids: Collection[str]) -> dict[str, Any]:
    """Return the sessions that take place by their keys.

    Those about to begin know whose links were taken back, the others who answered what. Three statements, however many.
    """
    found = taking_place(source_ids)
    near = {one.pk: one for one in found.values() if one.starts_at - timezone.now() < _TOLD_WITHIN}
    for one in near.values():
        one.taken_back = set()
    if near:
        rows = PersonalLink.objects.filter(learning_session__in=near, revoked_at__isnull=False)
        for session_key, person_key in rows.values_list("learning_session", "person"):
            near[session_key].taken_back.add(person_key)
    ahead = {one.pk: one for one in found.values() if one.pk not in near}
    for one in ahead.values():
        one.said = {}
    if ahead:
        answers = Rsvp.objects.filter(learning_session__in=ahead)
        for session_key, person_key, coming in answers.values_list("learning_session", "person", "coming"):
            ahead[session_key].said[person_key] = coming
    return found


def links_of(learning_session: LearningSession, named: str = "") -> list[tuple[User, PersonalLink | None]]:
    """Return those whose link was used or taken back, or whoever of the expected is called like ``named``, by name.

    Each with what became of their link. Two statements; of a name twenty people at most.
    """
    links = {one.person_id: one for one in PersonalLink.objects.filter(learning_session=learning_session)}
    people = expected_at(learning_session).order_by(by_name(), "pk")
    found = people.filter(name__icontains=named)[:20] if named else people.filter(pk__in=links)
    return [(one, links.get(one.pk)) for one in found]

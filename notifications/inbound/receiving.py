"""A mail comes in: stored once, tied to what it answers, handed to the room that asked, else to people. One transaction.

Whoever calls this keeps the mail until it returns: what it raises means that nothing is stored, and that the mail has to come
again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q
from django.utils import timezone

from core import registry
from core.accidents import log_accident
from notifications import services
from notifications.inbound import (
    addresses,
    bounces,
    calendar_words,
    conversations,
    outcomes,
    reading,
    stop_words,
    telling,
)
from notifications.inbound.addresses import Named
from notifications.inbound.incoming import Incoming
from notifications.inbound.reading import Mail
from notifications.models import InboundMail, PlannedMessage
from notifications.signing import sign

log = logging.getLogger(__name__)

# The database is away, or two were in each other's way: the mail comes again.
AWAY = (OperationalError, InterfaceError)
UNKNOWN_SENDER = "notifications/unknown-sender"
# So many strangers an hour are told how to be recognised: whoever sends in the name of many makes us write to all of them.
STRANGERS_AN_HOUR = 50
_STRANGER = "notifications.stranger"
# What became of a mail whose sender was proven.
_OF_ITS_SENDER = Q(outcome__contains="/") | Q(outcome__in=(outcomes.PEOPLE, outcomes.TOO_MANY))


def receive(raw: bytes, *, envelope: str | None = None, recipient: str = "") -> str:
    """Take in one mail and return what became of it (notifications.inbound.outcomes), "again" where it was here before.

    ``envelope``: the sender of its envelope, "" for none as bounces have; None where nobody told. ``recipient``: the address
    to which it was delivered, where that is known: else its headers say.
    """
    mail = reading.read(raw)
    try:
        return _take(mail, recipient, lambda row: _Handling(row, mail, envelope, recipient).outcome())
    except AWAY:
        raise
    except Exception as error:  # whatever of ours breaks on it, people get to see it
        log_accident(log, "a mail that came in could not be handled", quotes=True)
        code = f"{outcomes.FAILED}:{type(error).__name__}"[:60]
    try:
        return _take(mail, recipient, lambda row: _Handling(row, mail, envelope, recipient).after_failure(code))
    except AWAY:
        raise
    except Exception:  # not even stored: it would come again for ever, and stand in the way of the others
        log_accident(log, "a mail that came in could not be stored as it was read", quotes=True)
    bare = reading.as_it_came(raw, mail.sender)
    return _take(bare, "", lambda row: _Handling(row, bare, envelope, "").after_failure(outcomes.UNREADABLE))


def _take(mail: Mail, recipient: str, handle: Callable[[InboundMail], str]) -> str:
    """Store a mail and handle it, or neither."""
    with transaction.atomic():
        row = _store(mail, _named(mail, recipient))
        if row is None:
            return outcomes.AGAIN
        row.outcome = handle(row)
        row.save()
        return row.outcome


def _named(mail: Mail, recipient: str) -> Named | None:
    """Return what the address says that it came to; an answer's goes before a bounce's."""
    found = [addresses.read(one) for one in (recipient, *mail.addressed_to) if one]
    return min((one for one in found if one), key=lambda one: one.use != addresses.ANSWER, default=None)


def _store(mail: Mail, named: Named | None) -> InboundMail | None:
    """Write the mail down; None where it is there already. A second one at the same time waits until this one is decided.

    A mail to two of our addresses comes twice, and answers two messages.
    """
    once = mail.once if named is None else hashlib.sha256(f"{mail.once}\n{named.message}".encode()).hexdigest()
    row = InboundMail(
        once=once, sender=mail.sender, subject=mail.subject, words=mail.words, everything=mail.everything,
        message_id=mail.message_id, references=" ".join(mail.references),
    )  # fmt: skip
    made = InboundMail.objects.bulk_create([row], ignore_conflicts=True)
    return InboundMail.objects.filter(pk=made[0].pk).first()


@dataclass
class _Handling:
    """One stored mail, and what was said of it on its way here."""

    row: InboundMail
    mail: Mail
    envelope: str | None
    recipient: str

    def outcome(self) -> str:
        """Do what the mail asks, and return what that was."""
        mail, row = self.mail, self.row
        named = _named(mail, self.recipient)
        self._recognise()
        if self._is_our_own():
            return outcomes.LOOP
        if named is not None and named.use == addresses.BOUNCE and telling.is_bounce(mail, self.envelope):
            code, row.answers = bounces.take(mail, named, self.envelope)
            return code
        answers = self._answered(named)
        if mail.report is not None:
            row.answers = answers
            return outcomes.REPORT
        if telling.is_automatic(mail, self.envelope) and not mail.calendar:
            row.answers = answers
            return outcomes.AUTO
        return self._of_a_person(answers, by_token=named is not None and named.use == addresses.ANSWER)

    def after_failure(self, code: str) -> str:
        """Give a mail to people whose handling failed, and to those alone who may see it, as far as that can be told."""
        for know in (self._recognise, self._relate):
            try:
                with transaction.atomic():
                    know()
            except AWAY:
                raise
            except Exception:  # it may be what failed before
                log_accident(log, "of a mail that could not be handled it cannot be told whose it is", quotes=True)
        return self.to_people(code)

    # ------------------------------------------------------------ what it is about

    def _recognise(self) -> None:
        """Write down who wrote it, and in which language."""
        mail, row = self.mail, self.row
        row.person = None if mail.is_of_several else _person_of(mail.sender)
        row.language = getattr(row.person, "language", "") or telling.language_of(
            f"{mail.subject}\n{mail.words or mail.everything}", settings.LANGUAGE_CODE
        )

    def _relate(self) -> None:
        """Write down which message it answers."""
        self.row.answers = self._answered(_named(self.mail, self.recipient))

    def _answered(self, named: Named | None) -> PlannedMessage | None:
        """Return the message that it answers: by the address, else by what its program says it follows."""
        rows = PlannedMessage.objects.select_related("recipient")
        if named is not None:
            return rows.filter(pk=named.message).first()
        ours = [one for one in self.mail.references if one.endswith(f"@{settings.SITE_HOST}>")]
        return rows.filter(message_id__in=ours).order_by("-created_at").first() if ours else None

    def _is_our_own(self) -> bool:
        """Return whether it is a mail of ours that came back round."""
        own_id = self.mail.message_id
        return addresses.is_ours(self.mail.sender) or (
            own_id.endswith(f"@{settings.SITE_HOST}>") and PlannedMessage.objects.filter(message_id=own_id).exists()
        )

    # ------------------------------------------------------------ from a person

    def _of_a_person(self, answers: PlannedMessage | None, *, by_token: bool) -> str:
        """``by_token``: whether it came to the address that stands in a letter, which its reader alone got."""
        mail, row = self.mail, self.row
        row.answers = answers
        if mail.is_of_several:
            return self.to_people(outcomes.UNPROVEN)
        if answers is not None and not _is_reader(answers, row.person, mail.sender):
            return self.to_people(outcomes.OTHER)
        if mail.is_cut or mail.is_unreadable:
            return self.to_people(outcomes.TOO_LARGE if mail.is_cut else outcomes.UNREADABLE)
        if answers is None and row.person is None:
            return self._from_a_stranger()
        # A message's number and the envelope's sender stand in the logs of every server on the way: they prove nothing.
        if not (by_token and answers is not None) and not telling.is_proven(mail, settings.INBOUND_PROOF):
            return self.to_people(outcomes.UNPROVEN)
        if self._too_many_today():
            return self.to_people(outcomes.TOO_MANY)
        return self._asked_rooms(answers) or self.to_people(outcomes.PEOPLE)

    def _asked_rooms(self, answers: PlannedMessage | None) -> str:
        """Return what a room made of it, "" where none did. A room that fails leaves nothing behind but the mail itself."""
        mail = self._as_incoming(answers)
        rooms = [(room, registry.handle_reply.get(room)) for room in registry.handle_reply.keys()]  # noqa: SIM118  (a Slot)
        for room, handle in [("notifications", stop_words.handle), *rooms]:
            try:
                with transaction.atomic():
                    code = handle(mail) if handle is not None else None
            except AWAY:
                raise
            except Exception as error:  # the mail is people's then
                log_accident(log, "a mail could not be handled by %s", room, quotes=True)
                return self.to_people(f"{outcomes.FAILED}:{type(error).__name__}"[:60])
            if code is not None:
                if mail.calendar and calendar_words.are_somebodys(self.mail, self.row.person):
                    self.to_people("")  # the answer counts, and what was written with it is read
                return f"{room}/{code}"[:60]
        return ""

    def _as_incoming(self, answers: PlannedMessage | None) -> Incoming:
        mail, row = self.mail, self.row
        return Incoming(
            key=row.pk, sender=mail.sender, person=row.person, subject=mail.subject, words=mail.words,
            everything=mail.everything, language=row.language, answers=answers, files=mail.files, calendar=mail.calendar,
        )  # fmt: skip

    def _from_a_stranger(self) -> str:
        """Give it to people, and tell its writer how to be recognised: once a day."""
        # A mail that a machine may have written is not answered by one; nor is a forged sender told what they never wrote.
        is_theirs = telling.is_proven(self.mail, settings.INBOUND_PROOF)
        if self.mail.sender and self.envelope != "" and not self.mail.calendar and is_theirs:
            self._tell_a_stranger()
        return self.to_people(outcomes.UNKNOWN)

    def _tell_a_stranger(self) -> None:
        """Tell who wrote how to be recognised, unless their mailbox was told today or too many others were this hour."""
        name, _at, domain = self.mail.sender.rpartition("@")
        # Mail to nia+anything comes to nia.
        mailbox = sign(f"{name.partition('+')[0]}@{domain}".encode(), "stranger", 16).hex()
        told = PlannedMessage.objects.filter(kind=UNKNOWN_SENDER, source_type=_STRANGER)
        today = timezone.now().date().isoformat()
        if (
            told.filter(source_id=mailbox, occurrence=today).exists()
            or told.filter(created_at__gt=timezone.now() - dt.timedelta(hours=1)).count() >= STRANGERS_AN_HOUR
        ):
            return
        services.post(
            UNKNOWN_SENDER,
            to=self.mail.sender,
            about=(_STRANGER, mailbox),
            occurrence=today,
            language=self.row.language,
        )

    def _too_many_today(self) -> bool:
        """Return whether so many came from this address that machines may be answering each other.

        Forged ones are not counted: they would keep its owner out.
        """
        today = InboundMail.objects.filter(
            _OF_ITS_SENDER, sender=self.mail.sender, received_at__gt=timezone.now() - dt.timedelta(days=1)
        )
        return today.count() >= settings.INBOUND_A_DAY

    def to_people(self, code: str) -> str:
        """Put it into the planners' shared inbox; return ``code``."""
        conversations.take_in(self.row, references=self.mail.references, files=self.mail.files)
        return code


def _person_of(address: str) -> Any:
    """Return whose confirmed address this is, None for nobody's."""
    if not address:
        return None
    return next((person for _room, person in registry.person_of_address.ask_all(address) if person), None)


def _is_reader(row: PlannedMessage, person: Any, sender: str) -> bool:
    """Return whether a mail comes from who got this message: by any address of theirs, or the one that it went to."""
    if row.recipient_id is not None and person is not None and row.recipient_id == person.pk:
        return True
    return bool(sender) and (sender == row.address or (not row.for_account and sender == row.recipient_key))

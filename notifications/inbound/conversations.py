"""The planners' shared inbox: what only a person can answer becomes a conversation, and these are its verbs.

Who may call them is the caller's to ask (`Conversation.objects.visible_to`).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from core.refusals import Refused
from notifications import services, states
from notifications.letters import Attached
from notifications.models import Conversation, ConversationAnswer, InboundFile, InboundMail, PlannedMessage

ANSWER: Final = "notifications/answer"
LONGEST: Final = 10_000
# A mail with the same subject belongs to what was talked about lately.
LATELY: Final = dt.timedelta(days=30)
_AGAIN: Final = re.compile(r"^(?:(?:re|ré|rép|fw|fwd|tr|aw)\s?(?:\[\d+\])?\s?:\s*)+", re.IGNORECASE)

State = Conversation.State


# ---------------------------------------------------------------- what comes in


def take_in(row: InboundMail, *, references: Sequence[str], files: Iterable[Attached]) -> Conversation:
    """Put a mail that people have to look at into its conversation, or begin one; return that. It waits for an answer then."""
    conversation = _conversation_of(row, references) or _begin(row)
    Conversation.objects.filter(pk=conversation.pk).update(
        state=State.OPEN, is_unread=True, last_at=Now(), closed_at=None, version=F("version") + 1, emptied_at=None,
        waits_since=conversation.waits_since or Now(), address=row.sender or conversation.address,
    )  # fmt: skip
    row.conversation = conversation
    row.save(update_fields=["conversation"])
    InboundFile.objects.bulk_create(
        InboundFile(mail=row, name=one.name, content_type=one.content_type, size=len(one.data), data=one.data)
        for one in files
    )
    return conversation


def _begin(row: InboundMail) -> Conversation:
    scope_type, scope_id = scope_of(row.answers, row.person)
    return Conversation.objects.create(
        person=row.person, address=row.sender, language=row.language, subject=bare_subject(row.subject),
        scope_type=scope_type, scope_id=scope_id, waits_since=Now(),
    )  # fmt: skip


def _conversation_of(row: InboundMail, references: Sequence[str]) -> Conversation | None:
    """Return the conversation that a mail goes on with: one of its writer's own, and of nobody else's."""
    found = _answered_in(row) or _followed_in(row, references) or _same_subject(row)
    return Conversation.objects.select_for_update().filter(pk=found.pk).first() if found is not None else None


def _answered_in(row: InboundMail) -> Conversation | None:
    """Return the conversation in which planners wrote what this answers."""
    if row.answers is None or row.answers.kind != ANSWER:
        return None
    written = ConversationAnswer.objects.select_related("conversation").filter(pk=row.answers.source_id).first()
    if written is None or not _is_with(written.conversation, row):
        return None
    return written.conversation


def _followed_in(row: InboundMail, references: Sequence[str]) -> Conversation | None:
    known = InboundMail.objects.filter(message_id__in=list(references)).exclude(conversation=None)
    for mail in known.select_related("conversation").order_by("-received_at")[:20]:
        if mail.conversation is not None and _is_with(mail.conversation, row):
            return mail.conversation
    return None


def _same_subject(row: InboundMail) -> Conversation | None:
    scope_type, scope_id = scope_of(row.answers, row.person)
    whose = Q(person=row.person) if row.person is not None else Q(person=None, address=row.sender)
    return (
        Conversation.objects.filter(whose, scope_type=scope_type, scope_id=scope_id, subject=bare_subject(row.subject))
        .exclude(state=State.CLOSED)
        .filter(last_at__gt=Now() - LATELY)
        .order_by("-last_at")
        .first()
    )


def _is_with(conversation: Conversation, row: InboundMail) -> bool:
    """Return whether a conversation is with who wrote this mail."""
    if conversation.person_id is not None:
        return row.person is not None and conversation.person_id == row.person.pk
    return bool(row.sender) and conversation.address == row.sender


def scope_of(answers: PlannedMessage | None, person: Any) -> tuple[str, str]:
    """Return whose planners a mail is for: those of what it answers, else of the last message that its writer got; ("", "")
    is any of them."""
    if answers is not None and answers.scope_type:
        return answers.scope_type, answers.scope_id
    if person is None:
        return "", ""
    told = PlannedMessage.objects.to(person).filter(state__in=states.MAY_HAVE_ARRIVED).exclude(scope_type="")
    return told.order_by("-created_at").values_list("scope_type", "scope_id").first() or ("", "")


def bare_subject(subject: str) -> str:
    """Return a subject without what programs put before it when one answers."""
    return _AGAIN.sub("", subject.strip()).strip()


# ---------------------------------------------------------------- what planners do


@transaction.atomic
def take(conversation: Conversation, *, by: Any) -> Conversation:
    """Let ``by`` be the one who sees to a conversation, whoever it was before. Return it."""
    row = _locked(conversation)
    if row.owner_id != by.pk:
        _change(row, owner=by)
        _record("taken", row, by=by)
    return row


@transaction.atomic
def let_go(conversation: Conversation, *, by: Any) -> Conversation:
    """Let nobody be the one who sees to a conversation any more. Return it. Refused where that is somebody else than ``by`` now."""
    row = _locked_open(conversation)
    if row.owner is None:
        return row
    if row.owner_id != by.pk:
        raise Refused(_in_the_meantime(row))
    _change(row, owner=None)
    _record("let_go", row, by=by)
    return row


@transaction.atomic
def give(conversation: Conversation, *, to: str, by: Any, seen: str) -> Conversation:
    """Let ``to`` (their key) be the one who sees to a conversation. Return it; who does already, stays so.

    ``seen``: the key of who saw to it when ``by`` looked ("": nobody). Refused where that is somebody else now.
    """
    row = _locked_open(conversation)
    if str(row.owner_id) == to:
        return row
    if seen != str(row.owner_id or ""):
        raise Refused(_in_the_meantime(row))
    _change(row, owner=to)
    _record("given", row, by=by, to=to)
    return row


def _locked_open(conversation: Conversation) -> Conversation:
    """Lock a conversation that somebody is to see to; refused where it was closed in the meantime."""
    row = _locked(conversation)
    if row.state == Conversation.State.CLOSED:
        raise Refused(_("Meanwhile it was closed. Open it again if somebody is to see to it."))
    return row


def _in_the_meantime(row: Conversation) -> str:
    if row.owner is None:
        return _("Meanwhile it was let go: nobody sees to it now. Look again.")
    return _("Meanwhile %(name)s sees to it. Look again.") % {"name": row.owner.name}


@transaction.atomic
def answer(conversation: Conversation, *, words: str, by: Any) -> ConversationAnswer:
    """Answer who wrote, by a mail in their thread; who answers sees to it from then on, if nobody does.

    It leaves once it cannot be taken back any more (UNDO_SECONDS). Refused without words, with too many, and where nobody is left to whom it could go.
    """
    words = words.strip()
    if not words:
        raise Refused(_("Write the answer first."), field="words")
    if len(words) > LONGEST:
        raise Refused(_("This is longer than a mail should be: shorten it, please."), field="words")
    row = _locked(conversation)
    if not row.address:
        raise Refused(_("Its writer asked to be forgotten: there is nobody to answer."))
    last = row.mails.order_by("-received_at", "-id").first()
    written = ConversationAnswer.objects.create(
        conversation=row, to_mail=last, by=by, words=words, waited_since=row.waits_since
    )
    _change(
        row,
        state=State.ANSWERED,
        waits_since=None,
        closed_at=None,
        is_unread=False,
        last_at=Now(),
        owner=row.owner or by,
    )
    person = row.person if row.person is not None and row.person.is_active else None
    services.plan(
        ANSWER,
        to=person or row.address,
        about=written,
        due=timezone.now() + dt.timedelta(seconds=settings.UNDO_SECONDS),
        address=row.address if person is not None else "",
        scope=(row.scope_type, row.scope_id) if row.scope_type else None,
        language=row.language,
    )
    _record("answered", row, by=by)
    return written


@transaction.atomic
def take_back(written: ConversationAnswer, *, by: Any) -> str:
    """Take an answer back that has not left, and return its words: they stand nowhere here any more.

    Its reader waits again, since when they did. Refused to anybody but its writer, and once it has left.
    """
    row = _locked(written.conversation)
    if written.by_id != by.pk:
        raise Refused(_("Only the one who wrote it can take it back."))
    if not services.void(written, "taken_back", by=by):
        raise Refused(_("It has left already. Write once more, to put it right."))
    words = written.words
    since = min(filter(None, (row.waits_since, written.waited_since)), default=None)
    written.delete()
    if since is None and not row.answers.exists():
        since = timezone.now()
    if since is not None:
        _change(row, state=State.OPEN, waits_since=since, closed_at=None)
    else:
        _change(row)
    _record("answer_taken_back", row, by=by)
    return words


@transaction.atomic
def close(conversation: Conversation, *, by: Any) -> Conversation:
    """Say that nothing more is to be done; a further mail of its writer opens it again. Return it."""
    row = _locked(conversation)
    if row.state != State.CLOSED:
        _change(row, state=State.CLOSED, waits_since=None, closed_at=Now(), is_unread=False)
        _record("closed", row, by=by)
    return row


@transaction.atomic
def reopen(conversation: Conversation, *, by: Any) -> Conversation:
    """Let a closed or answered conversation wait for an answer again. Return it."""
    row = _locked(conversation)
    if row.state != State.OPEN:
        _change(row, state=State.OPEN, waits_since=Now(), closed_at=None)
        _record("reopened", row, by=by)
    return row


def mark_read(conversation: Conversation) -> None:
    """Take note that somebody of the planning team has opened it."""
    Conversation.objects.filter(pk=conversation.pk, is_unread=True).update(is_unread=False)


def _locked(conversation: Conversation) -> Conversation:
    return (
        Conversation.objects.select_for_update(of=("self",)).select_related("person", "owner").get(pk=conversation.pk)
    )


def _change(row: Conversation, **values: Any) -> None:
    Conversation.objects.filter(pk=row.pk).update(version=F("version") + 1, **values)
    row.refresh_from_db()


def _record(verb: str, row: Conversation, *, by: Any, **detail: str) -> None:
    cohort = row.scope_id if row.scope_type == "collaborative.cohort" else None
    record(f"conversation.{verb}", row, by=by, cohort_id=cohort, **detail)
